import { GamekeeperError } from '../../kernel/index.ts';
import { parseLeaf } from '../../ledger/index.ts';
import { hostIdOf } from '../commit/host-ids.ts';
import type { Transaction } from '../commit/transaction.ts';
import { verifierKey } from '../ledger/export-ledger.ts';
import { prove } from '../ledger/prove.ts';

/**
 * That a handover was cleared, or that somebody left with items open: the entry as it was hashed, and the proof
 * that the log holds it. Plain JSON: keep it in a file. Nothing but the entry is proven by it.
 */
export interface Certificate {
  readonly format: 'gamekeeper-handover-certificate@v1';
  /** The canonical JSON of the entry, verbatim. */
  readonly leaf: string;
  /** The receipt (C2SP tlog-proof) for these bytes. */
  readonly proof: string;
  /** The verifier key line of the log. Have it from elsewhere too, or the certificate vouches for itself. */
  readonly verifierKey: string;
  /** Whom the aliases in the entry stand for, by the host's ids. Not proven: the ledger holds no names. */
  readonly people: { readonly [alias: string]: string };
}

/** The certificate that an entry is; seal first. */
export async function certificateOf(transaction: Transaction, entryId: string): Promise<Certificate> {
  const { company, session } = transaction;
  const [entry] = await session.store.readEntries(session.tenant, { by: 'id', ids: [entryId] });
  const proof = await prove(session, entryId);
  const leaf = entry === undefined ? null : parseLeaf(entry.leaf);
  if (entry === undefined || leaf === null || proof === null)
    throw new GamekeeperError('ERR_STORE_CORRUPT', `entry ${entryId} is missing or not sealed`);
  session.codec.checkEntry(entry);
  const people = [leaf.actor, ...leaf.subject].flatMap((alias): [string, string][] => {
    const id = hostIdOf(company.org, alias);
    return id === null ? [] : [[alias, id]];
  });
  return {
    format: 'gamekeeper-handover-certificate@v1',
    leaf: entry.leaf,
    proof,
    verifierKey: verifierKey(session),
    people: Object.fromEntries(people),
  };
}
