import { type Alias, toBase64url } from '../../kernel/index.ts';
import { leafHash, rootOf } from '../../ledger/index.ts';
import type { Customer, Employee } from '../../model/index.ts';
import type { DocumentRef } from '../../ports/index.ts';
import { partsOf } from '../commit/batch.ts';
import { LIST_PART } from '../commit/id-lists.ts';
import type { Vault } from '../commit/session.ts';
import { aliasRef } from '../commit/subjects.ts';
import type { Replay } from './replay.ts';

/** A list that was shown: how many, and the Merkle root of their aliases. */
export interface ShownList {
  readonly count: number;
  readonly root: string;
}

/** Evidence beside the log that is missing or wrong, and the document or subject it is about. */
export interface MissingEvidence {
  readonly about: string;
  readonly ref: DocumentRef;
}

/**
 * Checks the mappings of host ids to aliases, without which somebody cannot be found any more and could be
 * registered twice, and the lists that were shown, against their roots.
 */
export async function* compareEvidence(
  vault: Vault,
  replay: Replay,
  lists: ReadonlyMap<string, ShownList>,
): AsyncGenerator<MissingEvidence> {
  yield* compareAliases(vault, replay);
  const { store, tenant, codec, platform } = vault;
  const { sha256 } = platform.primitives;
  for (const [entry, { count, root }] of lists) {
    const refs = Array.from({ length: Math.ceil(count / LIST_PART) }, (_, part) => ({
      collection: 'id-list',
      id: `${entry}.${part}`,
    }));
    const documents = refs.length === 0 ? [] : await store.get(tenant, refs);
    const shown = documents.flatMap((document) =>
      document === null ? [] : codec.decode<{ ids: readonly Alias[] }>(document).ids,
    );
    const found = toBase64url(
      rootOf(
        shown.map((alias) => leafHash(alias, sha256)),
        sha256,
      ),
    );
    if (found !== root) yield { about: entry, ref: { collection: 'id-list', id: entry } };
  }
}

async function* compareAliases(vault: Vault, replay: Replay): AsyncGenerator<MissingEvidence> {
  const named = [...replay.documents].flatMap(([name, { body }]) => {
    const kind = name.startsWith('customer/') ? 'customer' : name.startsWith('employee/') ? 'employee' : null;
    const { alias, id } = body as Customer | Employee;
    return kind === null || id === null ? [] : [{ about: name, alias, ref: aliasRef(vault, kind, id) }];
  });
  for (const part of partsOf(named)) {
    const documents = await vault.store.get(
      vault.tenant,
      part.map(({ ref }) => ref),
    );
    for (const [at, { about, alias, ref }] of part.entries()) {
      const document = documents[at];
      if (document == null || vault.codec.decode<{ alias: Alias }>(document).alias !== alias)
        yield { about, ref };
    }
  }
}
