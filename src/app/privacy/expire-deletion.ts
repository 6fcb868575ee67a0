import type { Alias } from '../../kernel/index.ts';
import { deletionExpired, isRestorable, isStillDeleted } from '../../ownership/index.ts';
import { erasures } from '../../privacy/index.ts';
import type { Transaction } from '../commit/transaction.ts';
import { eraseSubject } from './erase-subject.ts';

/**
 * Erases what is personal about a customer that was deleted and can no longer be restored, in one commit. Its
 * entries stay: who had it, who deleted it and when. Whoever was registered anew meanwhile is left alone.
 */
export async function expireDeletion(
  transaction: Transaction,
  alias: Alias,
): Promise<'customersErased' | 'nothing'> {
  await transaction.load(
    ['customer', alias],
    ['deletion', alias],
    ['clock', alias],
    ['approval', `erase.${alias}`],
  );
  const { company, now } = transaction;
  const deletion = transaction.get('deletion', alias);
  if (deletion === null || isRestorable(deletion, company.policy, now)) return 'nothing';
  const customer = transaction.get('customer', alias);
  transaction.record(deletionExpired(deletion));
  if (customer === null || customer.profile === null || !isStillDeleted(customer, deletion)) return 'nothing';
  const unreadable = await eraseSubject(transaction, customer, (digests) =>
    erasures(alias, 'retention-over', [], digests),
  );
  for (const ref of unreadable) transaction.remove(ref);
  return 'customersErased';
}
