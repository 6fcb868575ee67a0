import type { Alias } from '../../kernel/index.ts';
import { type Leaf, parseLeaf } from '../../ledger/index.ts';
import type { Customer } from '../../model/index.ts';
import type { DocumentRef } from '../../ports/index.ts';
import type { erasures } from '../../privacy/index.ts';
import { disclosureRef, keyRef } from '../commit/disclosures.ts';
import type { Session } from '../commit/session.ts';
import { aliasRef } from '../commit/subjects.ts';
import type { Transaction } from '../commit/transaction.ts';
import { entriesAbout } from '../customers/customer-history.ts';

/**
 * One commit drops the key and the mapping and lists the digests; nothing can be read from then on.
 *
 * @returns What is unreadable now and may be deleted.
 */
export async function eraseSubject(
  transaction: Transaction,
  { alias, claim, id }: Customer,
  entriesFor: (digests: readonly string[]) => ReturnType<typeof erasures>,
): Promise<readonly DocumentRef[]> {
  const { session } = transaction;
  if (claim !== null) await transaction.load(['claim', claim]);
  const digests = new Set<string>();
  const refs: DocumentRef[] = [];
  const note = async (leaf: Leaf): Promise<void> => {
    if (!(await hasDisclosure(session, leaf, alias))) return;
    for (const digest of leaf._sd ?? []) digests.add(digest);
    refs.push(disclosureRef(leaf.id, alias));
  };
  for await (const { leaf } of entriesAbout(session, alias)) await note(leaf);
  // What was recorded since the last seal has no position yet, but its values go as well.
  for (const entry of await session.store.readEntries(session.tenant, { by: 'staged', limit: 512 })) {
    session.codec.checkEntry(entry);
    const leaf = entry.subjects.includes(alias) ? parseLeaf(entry.leaf) : null;
    if (leaf !== null) await note(leaf);
  }
  for (const draft of entriesFor([...digests])) transaction.record(draft);
  transaction.remove(keyRef(alias));
  if (id !== null) transaction.remove(aliasRef(session, 'customer', id));
  return refs;
}

/** Entries about somebody else's values mention the customer too: their digests are not this subject's. */
export async function hasDisclosure(
  { store, tenant }: Session,
  leaf: Pick<Leaf, 'id' | '_sd'>,
  customer: Alias,
): Promise<boolean> {
  if (leaf._sd === undefined) return false;
  const [document] = await store.get(tenant, [disclosureRef(leaf.id, customer)]);
  return document != null;
}
