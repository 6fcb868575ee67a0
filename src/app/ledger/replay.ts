import { type Alias, isGamekeeperError, type JsonValue } from '../../kernel/index.ts';
import { type Leaf, parseLeaf } from '../../ledger/index.ts';
import {
  type Change,
  COLLECTIONS,
  type CounterCollection,
  type StateCollection,
  type StateDocuments,
  type StateView,
} from '../../model/index.ts';
import type { StoredEntry } from '../../ports/index.ts';
import { readDisclosures, valuesIn } from '../commit/disclosures.ts';
import { foldEntry, foldOf } from '../commit/folds.ts';
import type { Vault } from '../commit/session.ts';

/** The state that the entries so far come to. */
export interface Replay extends StateView {
  /** Documents by name, such as `customer/c_…`, with the entry that last wrote them. */
  readonly documents: ReadonlyMap<
    string,
    { readonly version: string; readonly body: StateDocuments[StateCollection] }
  >;
  readonly counters: ReadonlyMap<string, { readonly version: string; readonly total: number }>;
  /** Documents that were deleted and not written again. */
  readonly gone: ReadonlySet<string>;
  /** The version a document has by now; `null` when absent. */
  versionOf(name: string): string | null;
  apply(version: string, changes: readonly Change[]): void;
}

/**
 * The state before the first entry.
 *
 * @param onPut Hears of each document that an entry wrote.
 */
export function createReplay(
  onPut: (collection: StateCollection, id: string, version: string) => void = () => undefined,
): Replay {
  const documents = new Map<string, { version: string; body: StateDocuments[StateCollection] }>();
  const counters = new Map<string, { version: string; total: number }>();
  const gone = new Set<string>();
  return {
    documents,
    counters,
    gone,
    get: (collection: StateCollection | CounterCollection, id: string) =>
      (documents.get(`${collection}/${id}`)?.body ?? null) as never,
    versionOf: (name) => documents.get(name)?.version ?? null,
    apply(version, changes) {
      for (const change of changes) {
        const name = `${change.collection}/${change.id}`;
        if (change.kind === 'add') {
          counters.set(name, { version, total: (counters.get(name)?.total ?? 0) + change.by });
        } else if (change.kind === 'put') {
          documents.set(name, { version, body: change.body });
          gone.delete(name);
          onPut(change.collection, change.id, version);
        } else if (documents.delete(name)) {
          gone.add(name);
        }
      }
    },
  };
}

/** An entry on its way through a replay. */
export interface ReplayedEntry {
  readonly index: number;
  readonly entry: StoredEntry;
  readonly leaf: Leaf;
  /** Texts of its disclosures, as far as they are there. */
  readonly disclosures: readonly string[];
}

const PART = 250;

/**
 * Reads the log from its beginning, in order, with what was disclosed. Stops at the first place that is not
 * as it was written, by throwing what `fault` makes of it.
 */
export async function* readLog(
  vault: Vault,
  fault: (kind: 'altered-entry' | 'gap', index: number, detail: string) => Error,
): AsyncGenerator<ReplayedEntry> {
  const { store, tenant, codec, ledger } = vault;
  for (let from = 0; ; ) {
    const entries = await store.readEntries(tenant, { by: 'index', from, limit: PART });
    const leaves: Leaf[] = [];
    for (const [at, entry] of entries.entries()) {
      const index = from + at;
      if (entry.index !== index) throw fault('gap', index, `the log lacks entry ${index}`);
      const leaf = parseLeaf(entry.leaf);
      if (leaf === null || leaf.ledger !== ledger || leaf.id !== entry.id || !isAuthentic(codec, entry)) {
        throw fault('altered-entry', index, `entry ${entry.id} is not as it was written`);
      }
      leaves.push(leaf);
    }
    const wanted = leaves.flatMap((leaf) =>
      leaf._sd === undefined
        ? []
        : leaf.subject.map((subject) => ({ entry: leaf.id, subject: subject as Alias })),
    );
    const disclosed = await readDisclosures(vault, wanted);
    for (const [at, leaf] of leaves.entries()) {
      yield {
        index: from + at,
        entry: entries[at] as StoredEntry,
        leaf,
        disclosures: disclosed.get(leaf.id) ?? [],
      };
    }
    if (entries.length < PART) return;
    from += entries.length;
  }
}

/** Lets an entry change the state. What was disclosed and is not there any more counts as erased. */
export function applyEntry(
  replay: Replay,
  { leaf, disclosures }: Pick<ReplayedEntry, 'leaf' | 'disclosures'>,
): void {
  const erased = leaf._sd !== undefined && disclosures.length === 0;
  const values: ReadonlyMap<string, JsonValue> | null = erased ? null : valuesIn(disclosures);
  replay.apply(leaf.id, foldOf(leaf.type, leaf.outcome)(foldEntry(leaf, values), replay));
}

/** Whether a reference names a document that the log accounts for. */
export function isState(name: string): boolean {
  const collection = name.slice(0, name.indexOf('/'));
  return (
    Object.hasOwn(COLLECTIONS, collection) &&
    COLLECTIONS[collection as keyof typeof COLLECTIONS].class === 'state'
  );
}

function isAuthentic(codec: Vault['codec'], entry: StoredEntry): boolean {
  try {
    codec.checkEntry(entry);
    return true;
  } catch (error) {
    if (isGamekeeperError(error, 'ERR_STORE_CORRUPT')) return false;
    throw error;
  }
}
