import { escalation, expired, isOutdated, supervisorsAbove, unmaskApproval } from '../../alerts/index.ts';
import type { Transaction } from '../commit/transaction.ts';
import { dropTexts } from '../privacy/drop-texts.ts';
import { loadAlert } from './alert-view.ts';

/** Lets an alert that nobody looked at grow, if that is still so. */
export async function escalateAlert(
  transaction: Transaction,
  id: string,
): Promise<'alertsEscalated' | 'nothing'> {
  const loaded = await loadAlert(transaction, id);
  if (loaded === null) return 'nothing';
  const { company, now } = transaction;
  const supervisors = supervisorsAbove(loaded.concerned, company.org).length;
  const event = escalation(loaded.alert, supervisors, company.policy.alerts, now);
  if (event === null) return 'nothing';
  transaction.record(event);
  return 'alertsEscalated';
}

/** Forgets a closed alert whose time is over, and what people wrote about it. The entries of it stay. */
export async function expireAlert(
  transaction: Transaction,
  id: string,
): Promise<'alertsExpired' | 'nothing'> {
  await transaction.load(['alert', id], ['approval', unmaskApproval(id)]);
  const alert = transaction.get('alert', id);
  if (alert === null || !isOutdated(alert, transaction.company.policy.alerts, transaction.now))
    return 'nothing';
  transaction.record(expired(alert));
  await dropTexts(transaction, alert.subject, alert.reasons);
  return 'alertsExpired';
}
