import type { Alias, Instant } from '../../kernel/index.ts';
import { type Clock, endOfSpan } from '../../model/index.ts';
import { hostIdOf } from '../commit/host-ids.ts';
import { under } from '../commit/read-range.ts';
import type { Transaction } from '../commit/transaction.ts';

/** A customer that wants a follow-up. */
export interface DueCustomer {
  readonly customer: string;
  readonly owner: string;
  /** The last qualifying follow-up, or the start of ownership. */
  readonly since: Instant;
  /** When the reminder was or will be due. */
  readonly dueAt: Instant;
  readonly stage: Clock['stage'];
}

/** Customers of some owners whose reminder is due, longest silence first. At most 500. */
export async function dueCustomers(
  transaction: Transaction,
  owners: readonly Alias[],
): Promise<readonly DueCustomer[]> {
  const { session, company, now } = transaction;
  const due: { readonly clock: Clock; readonly dueAt: Instant }[] = [];
  for (const owner of owners) {
    const [hits = []] = await session.store.find(session.tenant, {
      want: 'refs',
      ranges: [{ index: 'clocks-of', ...under(owner), limit: 500, after: null, descending: false }],
    });
    await transaction.peek(...hits.map(({ ref }) => ['clock', ref.id] as const));
    for (const { ref } of hits) {
      const clock = transaction.get('clock', ref.id);
      const dueAt = clock === null ? null : reminderOf(transaction, clock);
      if (clock !== null && dueAt !== null && dueAt <= now) due.push({ clock, dueAt });
    }
  }
  await transaction.peek(...due.map(({ clock }) => ['customer', clock.customer] as const));
  return due
    .sort((left, right) => (left.clock.since < right.clock.since ? -1 : 1))
    .map(({ clock, dueAt }) => ({
      customer: transaction.get('customer', clock.customer)?.id ?? '',
      owner: hostIdOf(company.org, clock.owner) ?? '',
      since: clock.since,
      dueAt,
      stage: clock.stage,
    }));
}

function reminderOf({ company }: Transaction, clock: Clock): Instant {
  const { followUps } = company.policy;
  const span = { days: followUps.remindAfterDays, working: followUps.workingDays };
  return endOfSpan(Date.parse(clock.since), span, company.tenant.timeZone, company.tenant.calendar);
}
