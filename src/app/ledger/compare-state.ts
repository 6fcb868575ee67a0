import { canonicalize } from '../../kernel/index.ts';
import { COLLECTIONS, type CounterCollection, keysOf, type StateCollection } from '../../model/index.ts';
import type { DocumentRef, IndexKey, StoredDocument } from '../../ports/index.ts';
import { partsOf } from '../commit/batch.ts';
import { nameOf, refOf } from '../commit/codec.ts';
import { readRange } from '../commit/read-range.ts';
import type { Vault } from '../commit/session.ts';
import type { Replay } from './replay.ts';

/** A row of state that is not what the log comes to. */
export interface StateDifference {
  readonly kind: 'altered-state' | 'missing-state' | 'extra-state' | 'altered-index';
  readonly ref: DocumentRef;
  /** The row of an index that no document put there. */
  readonly stray?: IndexKey;
}

/** Every index that state documents stand in. */
const INDEXES = [
  'employees',
  'customers',
  'customers-of',
  'customers-shared-with',
  'claims-of',
  'claims-open',
  'clocks-of',
  'follow-ups-about',
  'follow-ups-by',
  'orders-of',
  'handovers',
  'handovers-of',
  'handover-comments',
  'alerts',
  'alerts-in',
  'alerts-about',
  'holds-of',
  'holds-open',
  'permits-of',
  'deletions',
  'deletions-of',
  'contests-of',
  'contests-open',
  'watched',
  'due',
] as const;

/** The counters that a document may have, under its own id. */
const COUNTERS_OF: { readonly [collection: string]: readonly CounterCollection[] } = {
  employee: ['holdings', 'holds-waiting'],
  handover: ['handover-changes'],
};

/** Compares the stored state with a replay, row by row and index by index. */
export async function* compareState(vault: Vault, replay: Replay): AsyncGenerator<StateDifference> {
  for (const part of partsOf([...replay.documents])) {
    const found = await read(
      vault,
      part.map(([name]) => name),
    );
    for (const [at, [name, { version, body }]] of part.entries()) {
      const document = found[at] ?? null;
      if (document === null) yield { kind: 'missing-state', ref: refOf(name) };
      else if (!isSame(vault, document, version, canonicalize(body)))
        yield { kind: 'altered-state', ref: refOf(name) };
    }
  }
  for (const part of partsOf([...replay.counters])) {
    const found = await read(
      vault,
      part.map(([name]) => name),
    );
    for (const [at, [name, { version, total }]] of part.entries()) {
      const document = found[at] ?? null;
      if (document === null) yield { kind: 'missing-state', ref: refOf(name) };
      else if (document.body !== String(total) || document.version !== version)
        yield { kind: 'altered-state', ref: refOf(name) };
    }
  }
  for (const part of partsOf([...replay.gone, ...neverMoved(replay)])) {
    const found = await read(vault, part);
    for (const [at, name] of part.entries())
      if (found[at] != null) yield { kind: 'extra-state', ref: refOf(name) };
  }
  yield* compareIndexes(vault, replay);
}

/**
 * Counters that no entry ever moved: there must be none. They carry no authentication code, and whoever puts one
 * there below 0 would set its bound aside.
 */
function* neverMoved(replay: Replay): Generator<string> {
  for (const name of replay.documents.keys()) {
    const { collection, id } = refOf(name);
    for (const counter of COUNTERS_OF[collection] ?? []) {
      const its = nameOf({ collection: counter, id });
      if (!replay.counters.has(its)) yield its;
    }
  }
}

/** Index rows that are missing or stand where no document put them. */
async function* compareIndexes({ store, tenant }: Vault, replay: Replay): AsyncGenerator<StateDifference> {
  const expected = new Map<string, Map<string, string>>(
    INDEXES.map((index) => [index, new Map<string, string>()]),
  );
  for (const [name, { body }] of replay.documents) {
    for (const { index, key } of keysOf(refOf(name).collection as StateCollection, body as never)) {
      const rows = expected.get(index);
      if (rows === undefined) throw new Error(`the index ${index} is not among those compared`);
      rows.set(`${key}\n${name}`, name);
    }
  }
  for (const [index, rows] of expected) {
    for await (const { key, ref } of readRange(store, tenant, { index, want: 'refs' })) {
      const name = nameOf(ref);
      // Deadlines of what is operational stand in the same index.
      if (isOperational(ref)) continue;
      if (!rows.delete(`${key}\n${name}`)) yield { kind: 'altered-index', ref, stray: { index, key } };
    }
    for (const name of rows.values()) yield { kind: 'altered-index', ref: refOf(name) };
  }
}

function isSame({ codec }: Vault, document: StoredDocument, version: string, body: string): boolean {
  if (document.version !== version || document.body !== body) return false;
  try {
    codec.decode(document);
    return true;
  } catch {
    return false;
  }
}

function read(
  { store, tenant }: Vault,
  names: readonly string[],
): Promise<readonly (StoredDocument | null)[]> {
  return store.get(tenant, names.map(refOf));
}

function isOperational({ collection }: DocumentRef): boolean {
  return (
    Object.hasOwn(COLLECTIONS, collection) &&
    COLLECTIONS[collection as keyof typeof COLLECTIONS].class === 'operational'
  );
}
