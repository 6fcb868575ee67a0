import type { Alias } from '../../kernel/index.ts';
import type { StateCollection } from '../../model/index.ts';
import { closedKeys } from './disclosures.ts';
import { aliasRef } from './subjects.ts';
import type { Transaction } from './transaction.ts';

/**
 * Names what a verb about some customers is going to read, so that the first round trip brings all of it. Answers
 * their aliases; of a customer whom this process never met, the mapping comes along, and the list is `null`.
 */
export function foreseeCustomers(
  transaction: Transaction,
  hostIds: readonly string[],
  collections: readonly StateCollection[],
): readonly Alias[] | null {
  const { session } = transaction;
  const aliases: Alias[] = [];
  for (const id of hostIds) {
    const alias = session.aliases.get(id);
    if (alias === undefined) transaction.foresee(aliasRef(session, 'customer', id));
    else aliases.push(alias);
  }
  for (const collection of collections) transaction.foresee(...aliases.map((id) => ({ collection, id })));
  return aliases.length === hostIds.length ? aliases : null;
}

/** The same for one customer that is to be changed: with its clock, and the key under which its values are sealed. */
export function foreseeChange(
  transaction: Transaction,
  hostId: string,
  more: readonly StateCollection[] = [],
): readonly Alias[] | null {
  const aliases = foreseeCustomers(transaction, [hostId], ['customer', 'clock', ...more]);
  transaction.foresee(...closedKeys(transaction.session, aliases ?? []));
  return aliases;
}
