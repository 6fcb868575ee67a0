import type { Alias } from '../../kernel/index.ts';
import type { DocumentRef } from '../../ports/index.ts';
import type { Vault } from './session.ts';
import type { Transaction } from './transaction.ts';

/**
 * Host ids and aliases. The mapping is a document whose own id is a keyed hash, so that a host's id, which
 * may be a phone number, is neither in a key nor in the ledger, and is forgotten by deleting one document.
 */
export function aliasRef(
  { codec }: Pick<Vault, 'codec'>,
  kind: 'customer' | 'employee',
  hostId: string,
): DocumentRef {
  return { collection: 'alias', id: codec.keyedHash(`alias ${kind}`, hostId) };
}

/** The aliases of customers by the host's ids, `null` where unknown. One round trip for those not remembered. */
export async function customerAliases(
  transaction: Transaction,
  hostIds: readonly string[],
): Promise<readonly (Alias | null)[]> {
  const { session } = transaction;
  const missing = [...new Set(hostIds.filter((id) => session.aliases.get(id) === undefined))];
  const found = new Map<string, Alias | null>();
  if (missing.length > 0) {
    const documents = await transaction.loadRaw(missing.map((id) => aliasRef(session, 'customer', id)));
    for (const [at, id] of missing.entries()) {
      const document = documents[at];
      const alias = document == null ? null : session.codec.decode<{ alias: Alias }>(document).alias;
      found.set(id, alias);
      // Read before an erasure and answered after it, a mapping would stay remembered for ever.
      if (alias !== null && session.company === transaction.company) session.aliases.set(id, alias);
    }
  }
  return hostIds.map((id) => found.get(id) ?? session.aliases.get(id) ?? null);
}

/** The alias of one customer, or `null`. */
export async function customerAlias(transaction: Transaction, hostId: string): Promise<Alias | null> {
  const known = transaction.session.aliases.get(hostId);
  if (known !== undefined) return known;
  const [alias] = await customerAliases(transaction, [hostId]);
  return alias ?? null;
}
