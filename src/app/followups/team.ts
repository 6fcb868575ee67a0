import { type Alias, DAY_MS, dayNumber, type Instant, instantOf, localDateOf } from '../../kernel/index.ts';
import { startOfLocalDate } from '../../model/index.ts';
import { hostIdOf } from '../commit/host-ids.ts';
import { readRange } from '../commit/read-range.ts';
import type { Transaction } from '../commit/transaction.ts';
import { below } from '../customers/list-customers.ts';
import { type DueCustomer, dueCustomers } from './due-customers.ts';

/** One person below the caller. Counts of contacts, never a rank. */
export interface TeamMember {
  readonly employee: string;
  readonly name: string;
  readonly contactsToday: number;
  /** Since Monday, in the company's time zone. */
  readonly contactsThisWeek: number;
  readonly overdue: readonly DueCustomer[];
}

/** The live view of everybody below the caller. */
export async function readTeam(transaction: Transaction): Promise<readonly TeamMember[]> {
  const { actor, company, today } = transaction;
  const self = new Set(actor.capacities.map(({ alias }) => alias));
  const weekday = (((dayNumber(today) + 3) % 7) + 7) % 7;
  const monday = localDateOf(dayNumber(today) - weekday);
  const { timeZone } = company.tenant;
  const members: TeamMember[] = [];
  for (const alias of below(company.org.byAlias.values(), self)) {
    const person = company.org.byAlias.get(alias);
    if (person === undefined || person.status === 'departed') continue;
    const contacts = await contactsSince(transaction, alias, instantOf(startOfLocalDate(monday, timeZone)));
    const startOfToday = instantOf(startOfLocalDate(today, timeZone));
    members.push({
      employee: hostIdOf(company.org, alias) ?? '',
      name: person.name ?? '',
      contactsToday: contacts.filter((at) => at >= startOfToday).length,
      contactsThisWeek: contacts.length,
      overdue: await dueCustomers(transaction, [alias]),
    });
  }
  return members.sort((left, right) => (left.employee < right.employee ? -1 : 1));
}

/** When an employee contacted customers since a moment, told from the index alone. */
async function contactsSince(
  { session, now }: Transaction,
  alias: Alias,
  since: Instant,
): Promise<readonly string[]> {
  const found: string[] = [];
  const until = instantOf(Date.parse(now) + DAY_MS);
  for await (const { key } of readRange(session.store, session.tenant, {
    index: 'follow-ups-by',
    from: `${alias}.${since}`,
    to: `${alias}.${until}`,
    want: 'refs',
  })) {
    found.push(key.slice(alias.length + 1, alias.length + 25));
  }
  return found;
}
