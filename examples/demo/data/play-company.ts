import { z } from 'zod';
import {
  type ActingKeeper,
  commercial,
  contact,
  type Gamekeeper,
  internal,
  publicField,
  unwrap,
} from '../../../src/index.ts';
import type { ManualClock } from '../manual-clock.ts';
import type { Day, History } from './calendar-of-events.ts';
import type { Company, RowFault } from './company.ts';

/** The customer shape of this host. */
export const profile = z.object({
  name: publicField(z.string()),
  sector: publicField(z.string()),
  year: internal(z.number().int()),
  revenue: commercial(z.number()),
  employees: internal(z.number().int()),
  location: contact(z.string()),
  subsidiaryOf: internal(z.string()).optional(),
});

export const TENANT = 'crm';
export const ADMINISTRATOR = 'administrator';

/** What was recorded, and what was refused although its row was in order. */
export interface Played {
  readonly agents: number;
  readonly managers: number;
  readonly customers: number;
  readonly shares: number;
  readonly orders: number;
  readonly faults: readonly RowFault[];
}

/** What it takes to play a history. */
export interface Stage {
  readonly keeper: Gamekeeper<typeof profile>;
  readonly clock: ManualClock;
  readonly onProgress: (done: number, all: number) => void;
}

/** Lets a company's people do what their data says, day by day, each in their own name. */
export async function playCompany(company: Company, history: History, stage: Stage): Promise<Played> {
  const { keeper, clock, onProgress } = stage;
  const as = (employee: string): ActingKeeper<typeof profile> => keeper.as({ tenant: TENANT, employee });
  const first = history.days[0]?.on ?? '2026-01-01';
  clock.set(`${first}T07:00:00.000Z`);
  const managerOf = new Map(company.agents.map(({ name, manager }) => [name, manager]));
  const managers = await hireEverybody(company, as);
  const faults: RowFault[] = [];
  const counts = { customers: 0, shares: 0, orders: 0 };
  const all = history.days.reduce((sum, { orders }) => sum + orders.length, 0);
  for (const day of history.days) {
    counts.customers += await register(day, stage, as, managerOf, faults);
    clock.set(`${day.on}T11:00:00.000Z`);
    const shared = await Promise.all(
      day.shares.map(({ account, owner, with: colleague }) =>
        as(owner).ownership.share(account, { with: colleague, access: 'write' }),
      ),
    );
    counts.shares += shared.filter(({ ok }) => ok).length;
    clock.set(`${day.on}T18:00:00.000Z`);
    counts.orders += await recordOrders(day, keeper, faults);
    onProgress(counts.orders, all);
  }
  return { agents: company.agents.length, managers, ...counts, faults };
}

/** Hires everybody below their manager, and those who have none below the administrator. Answers how many managers. */
async function hireEverybody(
  { agents }: Company,
  as: (employee: string) => ActingKeeper<typeof profile>,
): Promise<number> {
  const { people } = as(ADMINISTRATOR);
  const agentOf = new Map(agents.map((agent) => [agent.name, agent]));
  const hired = new Set<string>();
  const hire = async (name: string): Promise<void> => {
    if (hired.has(name)) return;
    hired.add(name);
    const agent = agentOf.get(name);
    if (agent !== undefined) await hire(agent.manager);
    const managerId = agent === undefined || agent.manager === name ? ADMINISTRATOR : agent.manager;
    unwrap(await people.hire({ id: name, name, managerId, team: agent?.office || null }));
  };
  for (const { name } of agents) await hire(name);
  return new Set(agents.map(({ manager }) => manager)).size;
}

/** Claims in the morning, approvals an hour later. Answers how many customers have an owner now. */
async function register(
  { on, registrations }: Day,
  { clock }: Stage,
  as: (employee: string) => ActingKeeper<typeof profile>,
  managerOf: ReadonlyMap<string, string>,
  faults: RowFault[],
): Promise<number> {
  if (registrations.length === 0) return 0;
  clock.set(`${on}T09:00:00.000Z`);
  const claims = await Promise.all(
    registrations.map(({ account, owner }) =>
      as(owner).customers.register(account.profile, { id: account.name }),
    ),
  );
  clock.set(`${on}T10:00:00.000Z`);
  const approved = await Promise.all(
    claims.map(async (claim, at) => {
      if (!claim.ok) return claim;
      const manager = managerOf.get(registrations[at]?.owner as string) as string;
      return as(manager).claims.approve(claim.value.claim);
    }),
  );
  for (const [at, result] of approved.entries()) {
    const line = registrations[at]?.account.line ?? 0;
    if (!result.ok) faults.push({ file: 'accounts.csv', line, code: 'refused', about: result.error.code });
  }
  return approved.filter(({ ok }) => ok).length;
}

/** The day's deals, as the ERP tells of them. Answers how many were recorded. */
async function recordOrders(
  { on, orders }: Day,
  keeper: Gamekeeper<typeof profile>,
  faults: RowFault[],
): Promise<number> {
  const erp = keeper.as({ tenant: TENANT, service: 'erp' });
  let recorded = 0;
  for (let from = 0; from < orders.length; from += 500) {
    const part = orders.slice(from, from + 500);
    const batch = unwrap(
      await erp.orders.record(
        part.map(({ deal, account }) => ({
          id: deal.id,
          customer: account,
          amount: { amount: deal.amount, currency: 'USD' },
          stage: deal.stage,
          at: `${on}T12:00:00.000Z`,
        })),
      ),
    );
    for (const [at, { result }] of batch.items.entries()) {
      const line = part[at]?.deal.line ?? 0;
      if (result.ok) recorded += 1;
      else faults.push({ file: 'sales_pipeline.csv', line, code: 'refused', about: result.error.code });
    }
  }
  return recorded;
}
