import { GamekeeperError } from '../../kernel/index.ts';
import { keysOf, type StateCollection } from '../../model/index.ts';
import type { CommitBatch, DocumentPut, IndexKey } from '../../ports/index.ts';
import { partsOf } from '../commit/batch.ts';
import { nameOf, refOf } from '../commit/codec.ts';
import type { Vault } from '../commit/session.ts';
import { compareState } from './compare-state.ts';
import { applyEntry, createReplay, readLog } from './replay.ts';

/** What a rebuild did. */
export interface RebuildReport {
  /** Entries folded. */
  readonly entries: number;
  /** Documents the state holds. */
  readonly documents: number;
  /** Documents that were missing or different, and were written. */
  readonly restored: number;
  /** Documents that should not have been there, and were removed. */
  readonly removed: number;
}

/**
 * Makes the state anew from the ledger: what differs is written, what the log does not know is removed.
 *
 * The same bytes come out in any process, also after erasures, changes of policy and of the profile schema.
 * Let nobody write meanwhile.
 *
 * @throws {GamekeeperError} `ERR_STORE_CORRUPT` when the log itself is not as it was written.
 */
export async function rebuild(vault: Vault): Promise<RebuildReport> {
  const replay = createReplay();
  let entries = 0;
  for await (const entry of readLog(
    vault,
    (_kind, index, detail) => new GamekeeperError('ERR_STORE_CORRUPT', `at ${index}: ${detail}`),
  )) {
    applyEntry(replay, entry);
    entries += 1;
  }
  const wrong = new Set<string>();
  const strays = new Map<string, IndexKey[]>();
  for await (const { ref, stray } of compareState(vault, replay)) {
    const name = nameOf(ref);
    wrong.add(name);
    if (stray !== undefined) strays.set(name, [...(strays.get(name) ?? []), stray]);
  }
  // A stray index row is first given to a document, and goes with it.
  const version = vault.platform.ids.next(vault.platform.clock.now());
  const holders = [...strays].map(([name, keys]) => ({
    ref: refOf(name),
    version,
    body: '{}',
    mac: '',
    keys,
  }));
  for (const part of partsOf(holders)) await write(vault, { puts: part });
  for (const part of partsOf([...wrong])) await write(vault, { deletes: part.map(refOf) });
  const puts = [...wrong].flatMap((name) => putOf(vault, name, replay) ?? []);
  for (const part of partsOf(puts)) await write(vault, { puts: part });
  return {
    entries,
    documents: replay.documents.size + replay.counters.size,
    restored: puts.length,
    removed: wrong.size - puts.length,
  };
}

function putOf({ codec }: Vault, name: string, replay: ReturnType<typeof createReplay>): DocumentPut | null {
  const ref = refOf(name);
  const document = replay.documents.get(name);
  if (document !== undefined) {
    return codec.encode(
      ref,
      document.version,
      document.body,
      keysOf(ref.collection as StateCollection, document.body as never),
    );
  }
  const counter = replay.counters.get(name);
  return counter === undefined
    ? null
    : { ref, version: counter.version, body: String(counter.total), mac: '', keys: [] };
}

async function write({ store, tenant }: Vault, batch: Partial<CommitBatch>): Promise<void> {
  const outcome = await store.commit(tenant, {
    checks: [],
    adds: [],
    puts: [],
    deletes: [],
    entries: [],
    ...batch,
  });
  if (outcome.status !== 'committed')
    throw new GamekeeperError('ERR_STORE_FAILED', 'the store refused an unconditional write');
}
