import type { Alias, Instant, LocalDate } from '../../kernel/index.ts';
import {
  type Employee,
  type Episode,
  episodeId,
  episodeOf,
  type NoticeKind,
  type OrgChart,
  supervises,
} from '../../model/index.ts';
import { hostIdOf } from '../commit/host-ids.ts';
import type { Transaction } from '../commit/transaction.ts';

/** An employee as the company sees them. */
export interface EmployeeView {
  readonly id: string;
  readonly name: string;
  readonly managerId: string | null;
  readonly roles: readonly string[];
  readonly team: string | null;
  readonly grade: string | null;
  readonly administrator: boolean;
  readonly status: Employee['status'];
  /** When the present period of employment, or the last one, began. */
  readonly hiredAt: Instant;
  /** Which period of employment this is: 1, and one more with each re-hiring. */
  readonly episode: number;
  /** The notice in force; `null` without one, and for whom it is no concern of: they see `active`, too. */
  readonly notice: { readonly kind: NoticeKind; readonly lastDayOn: LocalDate } | null;
  readonly departedAt: Instant | null;
  /** How many customers they own: a disabled account that still owns some is seen. `null` for whom it is no concern of. */
  readonly owned: number | null;
  readonly delegation: { readonly to: string; readonly untilOn: string } | null;
}

/** Employees as the host knows them: one round trip for what lies beside the org chart. */
export async function employeeViews(
  transaction: Transaction,
  people: readonly Employee[],
): Promise<readonly EmployeeView[]> {
  const { actor, company, session } = transaction;
  const { org } = company;
  await transaction.peek(...people.map((person) => ['episode', episodeId(person)] as const));
  const concerns = (person: Employee): boolean =>
    actor.can('people.manage') ||
    actor.interests.includes(person.alias) ||
    actor.capacities.some((capacity) => supervises(org, capacity, person.alias));
  const counted = people.filter(concerns);
  const counters = await session.store.get(
    session.tenant,
    counted.map(({ alias }) => ({ collection: 'holdings', id: alias })),
  );
  const owned = new Map(counted.map(({ alias }, at) => [alias, Number(counters[at]?.body ?? 0)]));
  return people.map((person) => employeeView(person, org, episodeOf(transaction, person), owned));
}

function employeeView(
  employee: Employee,
  org: OrgChart,
  { notice, departed }: Episode,
  owned: ReadonlyMap<Alias, number>,
): EmployeeView {
  const concerned = owned.has(employee.alias);
  return {
    id: employee.id ?? '',
    name: employee.name ?? '',
    managerId: hostIdOf(org, employee.manager),
    roles: [...(employee.roles ?? [])],
    team: employee.team,
    grade: employee.grade,
    administrator: employee.administrator,
    // Who is no concern of it learns of a departure, not of a notice.
    status: employee.status === 'on_notice' && !concerned ? 'active' : employee.status,
    hiredAt: employee.hiredAt,
    episode: employee.episode,
    notice: notice === null || !concerned ? null : { kind: notice.kind, lastDayOn: notice.lastDayOn },
    departedAt: departed?.at ?? null,
    owned: owned.get(employee.alias) ?? null,
    delegation:
      employee.delegation === null
        ? null
        : { to: hostIdOf(org, employee.delegation.to) ?? '', untilOn: employee.delegation.untilOn },
  };
}
