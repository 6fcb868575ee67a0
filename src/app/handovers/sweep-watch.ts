import { contactOverdue, silence } from '../../handover/index.ts';
import type { Alias } from '../../kernel/index.ts';
import { endOfSpan, stayingManagers } from '../../model/index.ts';
import { raiseLost } from '../alerts/watch-alerts.ts';
import type { Transaction } from '../commit/transaction.ts';
import { lastSaleAt } from './handover-watch.ts';

/** Reminds the successor of a watched customer that waits for a first contact, or tells the successor's supervisor. */
export async function remindOfContact(
  transaction: Transaction,
  customer: Alias,
): Promise<'contactsReminded' | 'contactsEscalated' | 'nothing'> {
  await transaction.load(['clock', customer]);
  const clock = transaction.get('clock', customer);
  const { company, now } = transaction;
  const { org, policy, tenant } = company;
  const watch = clock?.watch;
  if (clock === null || watch === undefined) return 'nothing';
  if (watch.contact !== 'waiting' && watch.contact !== 'reminded') return 'nothing';
  const { contactDays, escalateContactDays } = policy.handover;
  const span = { days: watch.contact === 'waiting' ? contactDays : escalateContactDays, working: true };
  const calendar = org.byAlias.get(clock.owner)?.calendar ?? tenant.calendar;
  if (endOfSpan(Date.parse(clock.ownedSince), span, tenant.timeZone, calendar) > now) return 'nothing';
  const supervisor = stayingManagers(org, clock.owner)[0]?.alias ?? null;
  const stays = org.byAlias.get(clock.owner)?.status === 'active';
  const told = watch.contact === 'waiting' && stays ? clock.owner : supervisor;
  transaction.record(contactOverdue({ ...clock, watch }, told));
  return watch.contact === 'waiting' ? 'contactsReminded' : 'contactsEscalated';
}

/** Tells that a watched customer who used to order regularly has stopped, if the orders still say so. */
export async function tellSilence(
  transaction: Transaction,
  customer: Alias,
): Promise<'silencesTold' | 'nothing'> {
  await transaction.load(['clock', customer]);
  const clock = transaction.get('clock', customer);
  if (clock?.watch === undefined) return 'nothing';
  const event = silence(clock, await lastSaleAt(transaction, customer), transaction.now);
  if (event === null) return 'nothing';
  transaction.record(event);
  await raiseLost(transaction, customer, 'silence', event.data);
  return 'silencesTold';
}
