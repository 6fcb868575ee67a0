import { type Alias, toBase64url } from '../../kernel/index.ts';
import { leafHash, rootOf } from '../../ledger/index.ts';
import type { DocumentRef } from '../../ports/index.ts';
import type { Transaction } from './transaction.ts';

/** How many aliases one document of a list holds. */
export const LIST_PART = 500;

/** The Merkle root of a list of aliases, in its order: what an entry says of it. */
export function listRoot({ session }: Transaction, listed: readonly string[]): string {
  const { sha256 } = session.platform.primitives;
  return toBase64url(
    rootOf(
      listed.map((alias) => leafHash(alias, sha256)),
      sha256,
    ),
  );
}

/** Where a part of the list lies that an entry names. */
export function listRef(entry: string, part: number): DocumentRef {
  return { collection: 'id-list', id: `${entry}.${part}` };
}

/** Writes the list beside its entry. */
export function writeIdList(transaction: Transaction, entry: string, listed: readonly string[]): void {
  for (let from = 0; from < listed.length; from += LIST_PART) {
    transaction.write(
      transaction.session.codec.encode(
        listRef(entry, from / LIST_PART),
        entry,
        { ids: listed.slice(from, from + LIST_PART) },
        [],
      ),
    );
  }
}

/** Reads a list that an entry names, of `count` aliases. */
export async function readIdList(
  transaction: Transaction,
  entry: string,
  count: number,
): Promise<readonly Alias[]> {
  const parts = Math.ceil(count / LIST_PART);
  const refs = Array.from({ length: parts }, (_, at) => listRef(entry, at));
  const documents = await transaction.peekRaw(refs);
  return documents.flatMap((document) =>
    document === null ? [] : transaction.session.codec.decode<{ ids: Alias[] }>(document).ids,
  );
}
