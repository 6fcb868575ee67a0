import { z } from 'zod';
import { localKeys } from '../../src/adapters/node/index.ts';
import { commercial, contact, createGamekeeper, publicField, unwrap } from '../../src/index.ts';
import type { Store } from '../../src/ports/index.ts';
import { concurrently } from './concurrently.ts';

const profile = z.object({
  name: publicField(z.string()),
  phone: contact(z.string()),
  need: commercial(z.string()),
});

/** Companies with one salesperson each, and what is measured in them; `at` says whose turn it is. */
export interface Companies {
  readonly now: { value: number };
  /** The commands whose speed is compared, each about one of `customers` that are owned. */
  readonly shapes: Readonly<
    Record<'follow-up' | 'registration' | 'refusal', (at: number) => Promise<unknown>>
  >;
  /** Registers and approves customers `from` to `to`. */
  own(from: number, to: number): Promise<void>;
  /** Sweeps the first of them. */
  sweep(): Promise<{ readonly reminded: number }>;
  /** Seals what is not sealed yet, so that nothing goes on beside what is measured next. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** Founds companies on a store; `directory` is where their keys are, `null` for keys that end with the process. */
export async function foundCompanies(
  store: Store,
  directory: string | null,
  { tenants = 1, customers }: { readonly tenants?: number; readonly customers: number },
): Promise<Companies> {
  const now = { value: Date.parse('2026-03-02T00:00:00.000Z') };
  const keeper = createGamekeeper({
    store,
    profile,
    clock: { now: () => now.value },
    ...(directory === null ? {} : { keys: await localKeys(directory) }),
  });
  const company = async (at: number) => {
    const tenant = tenants === 1 ? 'acme' : `acme-${at}`;
    const policy = { ownership: { maxHeld: 1_000_000 } };
    await keeper.tenants.create(tenant, { admins: [{ id: 'ada', name: 'Ada' }], policy });
    const ada = keeper.as({ tenant, employee: 'ada' });
    unwrap(await ada.people.hire({ id: 'dana', name: 'Dana', managerId: 'ada' }));
    return { tenant, ada, dana: keeper.as({ tenant, employee: 'dana' }) };
  };
  const all = await Promise.all(Array.from({ length: tenants }, (_, at) => company(at)));
  const companyOf = (at: number) => all[at % tenants] as (typeof all)[number];
  const register = async (at: number) =>
    unwrap(
      await companyOf(at).dana.customers.register(
        { name: `Customer ${at}`, phone: `+86 138 ${at}`, need: 'steel, 20 tonnes a month' },
        { id: `c${at}` },
      ),
    );
  return {
    now,
    shapes: {
      'follow-up': async (at) =>
        unwrap(
          await companyOf(at % customers).dana.followUps.record(`c${at % customers}`, {
            kind: 'call',
            text: `Spoke about delivery ${now.value} and the terms of number ${Math.random()}`,
          }),
        ),
      registration: (at) => register(1_000_000 + at),
      async refusal(at) {
        // Equal refusals within a minute fold into one: after all customers, the next minute.
        if (at % customers === 0) now.value += 60_000;
        const moved = await companyOf(at % customers).dana.ownership.transfer(`c${at % customers}`, {
          to: 'ada',
          reason: 'not mine to move',
        });
        if (!moved.ok || moved.value.items[0]?.result.ok !== false) throw new Error('expected a refusal');
      },
    },
    async own(from, to) {
      await concurrently(to - from, 64, async (at) => {
        const { claim } = await register(from + at);
        unwrap(await companyOf(from + at).ada.claims.approve(claim));
      });
    },
    sweep: () => keeper.sweep((all[0] as (typeof all)[number]).tenant),
    settle: async () => void (await Promise.all(all.map(({ tenant }) => keeper.seal(tenant)))),
    close: () => keeper.close(),
  };
}
