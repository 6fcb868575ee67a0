import { nodePrimitives } from '../../src/adapters/node/index.ts';
import { createTree, type Leaf, leafHash, type MerkleTree, parseLeaf } from '../../src/ledger/index.ts';
import type { StateCollection, StateDocuments } from '../../src/model/index.ts';
import type { CommitBatch, DocumentRef, IndexKey } from '../../src/ports/index.ts';

const { sha256 } = nodePrimitives();

/** A company as it lies in the store at this moment, read from what was written and by nobody's keeper. */
export interface CompanyView {
  readonly tenant: string;
  document<Name extends StateCollection>(collection: Name, id: string): StateDocuments[Name] | null;
  all<Name extends StateCollection>(collection: Name): Iterable<StateDocuments[Name]>;
  /** The version of any document, `null` where there is none. */
  versionOf(name: string): string | null;
  counter(collection: string, id: string): number;
  /** The ids of a collection. */
  ids(collection: string): Iterable<string>;
  /** The index keys of a document. */
  keysOf(name: string): readonly IndexKey[];
  /** A document that is no state, as text. */
  text(collection: string, id: string): string | null;
  /** Every entry that was committed, by id. */
  readonly entries: ReadonlyMap<string, Leaf>;
  /** Entries in the order in which they get positions. */
  readonly log: readonly Leaf[];
  /** How many of them have one. */
  readonly size: number;
  /** The Merkle tree over those, hashed by ourselves. */
  readonly tree: MerkleTree;
}

/** A view that follows what is written. */
export interface FollowingView extends CompanyView {
  commit(batch: CommitBatch, totals: readonly number[]): void;
  sequence(size: number): void;
}

/** The view of an empty company. */
export function createView(tenant: string): FollowingView {
  const collections = new Map<string, Map<string, string>>();
  const bodies = new Map<string, Map<string, unknown>>();
  const versions = new Map<string, string>();
  const keysByName = new Map<string, readonly IndexKey[]>();
  const entries = new Map<string, Leaf>();
  const log: Leaf[] = [];
  const leaves: string[] = [];
  const tree = createTree(sha256);
  let size = 0;
  const collection = (name: string): Map<string, string> => {
    const known = collections.get(name);
    if (known !== undefined) return known;
    const made = new Map<string, string>();
    collections.set(name, made);
    bodies.set(name, new Map());
    return made;
  };
  const write = ({ collection: name, id }: DocumentRef, version: string, text: string): void => {
    versions.set(`${name}/${id}`, version);
    collection(name).set(id, text);
    bodies.get(name)?.delete(id);
  };
  const bodyOf = (name: string, id: string): unknown => {
    const known = bodies.get(name)?.get(id);
    if (known !== undefined) return known;
    const text = collections.get(name)?.get(id);
    if (text === undefined) return null;
    const body: unknown = JSON.parse(text);
    bodies.get(name)?.set(id, body);
    return body;
  };
  return {
    tenant,
    entries,
    log,
    tree,
    get size() {
      return size;
    },
    document: (name, id) => bodyOf(name, id) as never,
    *all(name) {
      for (const id of collections.get(name)?.keys() ?? []) yield bodyOf(name, id) as never;
    },
    versionOf: (name) => versions.get(name) ?? null,
    counter: (name, id) => Number(collections.get(name)?.get(id) ?? 0),
    ids: (name) => collections.get(name)?.keys() ?? [],
    keysOf: (name) => keysByName.get(name) ?? [],
    text: (name, id) => collections.get(name)?.get(id) ?? null,
    commit(batch, totals) {
      for (const [at, { ref, version }] of batch.adds.entries()) write(ref, version, String(totals[at]));
      for (const { ref, version, body, keys } of batch.puts) {
        write(ref, version, body);
        keysByName.set(`${ref.collection}/${ref.id}`, keys);
      }
      for (const { collection: name, id } of batch.deletes) {
        versions.delete(`${name}/${id}`);
        collection(name).delete(id);
        bodies.get(name)?.delete(id);
      }
      for (const { leaf } of batch.entries) {
        const parsed = parseLeaf(leaf);
        if (parsed === null) continue;
        entries.set(parsed.id, parsed);
        log.push(parsed);
        leaves.push(leaf);
      }
    },
    sequence(to) {
      for (; size < to; size += 1) tree.append(leafHash(leaves[size] as string, sha256));
    },
  };
}
