import { withoutAliases } from '../../alerts/index.ts';
import type { Alias, EntryId } from '../../kernel/index.ts';
import { type Leaf, parseLeaf } from '../../ledger/index.ts';
import type { Contest } from '../../model/index.ts';
import type { Transaction } from '../commit/transaction.ts';

/** The entry that is contested. */
export async function contestedLeaf({ session }: Transaction, id: EntryId): Promise<Leaf> {
  const [entry] = await session.store.readEntries(session.tenant, { by: 'id', ids: [id] });
  if (entry === undefined) throw new Error('a contest of an entry that is not there');
  session.codec.checkEntry(entry);
  return parseLeaf(entry.leaf) as Leaf;
}

/**
 * Everybody who had a part in what is contested: whom it is about, who acted and in whose place, whom it names, and
 * who decided the hold, the claim or the alert that it belongs to. None of them answers.
 */
export async function involvedIn(
  transaction: Transaction,
  contest: Contest,
  leaf: Leaf,
): Promise<ReadonlySet<string>> {
  const involved = new Set<string>([contest.employee, leaf.actor, ...leaf.subject]);
  const add = (party: string | null | undefined): void => {
    if (party != null) involved.add(party);
  };
  add(leaf.onBehalfOf);
  withoutAliases(leaf.data, (alias: Alias) => {
    involved.add(alias);
    return null;
  });
  const idOf = (name: string): string => (typeof leaf.data[name] === 'string' ? leaf.data[name] : leaf.id);
  await transaction.load(['hold', idOf('hold')], ['claim', idOf('claim')], ['alert', idOf('alert')]);
  const hold = transaction.get('hold', idOf('hold'));
  for (const party of [hold?.requester, hold?.onBehalfOf, hold?.beneficiary, hold?.decidedBy]) add(party);
  add(transaction.get('claim', idOf('claim'))?.decidedBy);
  add(transaction.get('alert', idOf('alert'))?.handledBy);
  return involved;
}
