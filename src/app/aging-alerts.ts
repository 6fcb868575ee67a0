import { escalation, expired, isOutdated, supervisorsAbove, unmaskApproval } from '../alerts/index.ts';
import { parseLeaf } from '../ledger/index.ts';
import type { Alert } from '../model/index.ts';
import { keptNoLonger } from '../privacy/index.ts';
import { loadAlert } from './alert-view.ts';
import { disclosureRef } from './disclosures.ts';
import type { Transaction } from './transaction.ts';

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
  const digests = await digestsOf(transaction, alert);
  if (digests.length > 0) transaction.record(keptNoLonger(alert.subject, digests));
  for (const entry of alert.reasons) transaction.remove(disclosureRef(entry, alert.subject));
  return 'alertsExpired';
}

/** Digests of what people wrote about an alert. */
async function digestsOf({ session }: Transaction, alert: Alert): Promise<readonly string[]> {
  if (alert.reasons.length === 0) return [];
  const entries = await session.store.readEntries(session.tenant, { by: 'id', ids: alert.reasons });
  return entries.flatMap((entry) => {
    session.codec.checkEntry(entry);
    return parseLeaf(entry.leaf)?._sd ?? [];
  });
}
