import type { Alias } from '../../kernel/index.ts';
import { parseLeaf } from '../../ledger/index.ts';
import { keptNoLonger } from '../../privacy/index.ts';
import { disclosureRef } from '../commit/disclosures.ts';
import type { Transaction } from '../commit/transaction.ts';

/** Drops what people wrote in some entries under a subject's key, and lists by one entry which digests those were. */
export async function dropTexts(
  transaction: Transaction,
  subject: Alias,
  written: readonly string[],
): Promise<void> {
  const { session } = transaction;
  if (written.length === 0) return;
  const entries = await session.store.readEntries(session.tenant, { by: 'id', ids: written });
  const digests = entries.flatMap((entry) => {
    session.codec.checkEntry(entry);
    return parseLeaf(entry.leaf)?._sd ?? [];
  });
  if (digests.length > 0) transaction.record(keptNoLonger(subject, digests));
  for (const entry of written) transaction.remove(disclosureRef(entry, subject));
}
