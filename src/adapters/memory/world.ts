import { GamekeeperError, utf8 } from '../../kernel/index.ts';
import type {
  BoundedAdd,
  CollectionSize,
  CommitBatch,
  CommitOutcome,
  DocumentPut,
  DocumentRef,
  IndexKey,
  StagedEntry,
  StoredDocument,
  StoredEntry,
  TenantSize,
  VersionCheck,
} from '../../ports/index.ts';
import { type SortedTexts, sortedTexts } from './sorted-texts.ts';

/** A document and the keys under which indexes hold it. Nobody else holds any of it, so it is changed in place. */
interface DocumentRecord {
  readonly ref: DocumentRef;
  version: string;
  body: string;
  mac: string;
  keys: readonly IndexKey[];
}

/** All data of one tenant. */
export interface World {
  readonly collections: Map<string, Map<string, DocumentRecord>>;
  readonly indexes: Map<string, SortedTexts>;
  /** In the order of commits, each with the index it has or will have. */
  readonly entries: StoredEntry[];
  readonly placeOfEntry: Map<string, number>;
  readonly placesOfSubject: Map<string, number[]>;
  /** How many entries count as sequenced: the first ones. */
  size: number;
}

/** A tenant without data. */
export function emptyWorld(): World {
  return {
    collections: new Map(),
    indexes: new Map(),
    entries: [],
    placeOfEntry: new Map(),
    placesOfSubject: new Map(),
    size: 0,
  };
}

/** What stands at a reference, as a copy of its own. */
export function documentAt(world: World, ref: DocumentRef): StoredDocument | null {
  const record = recordAt(world, ref);
  if (record === undefined) return null;
  return { ref: copyOf(record.ref), version: record.version, body: record.body, mac: record.mac };
}

function recordAt(world: World, ref: DocumentRef): DocumentRecord | undefined {
  return world.collections.get(ref.collection)?.get(ref.id);
}

/** How much a tenant keeps. */
export function sizeOf(world: World): TenantSize {
  const documents: CollectionSize[] = [];
  for (const [collection, records] of world.collections) {
    if (records.size === 0) continue;
    let bytes = 0;
    for (const { body } of records.values()) bytes += utf8(body).length;
    documents.push({ collection, count: records.size, bytes });
  }
  const bytes = world.entries.reduce((sum, { leaf }) => sum + utf8(leaf).length, 0);
  return { documents, entries: { count: world.entries.length, bytes } };
}

/** References that do not stand at the version they are checked for. */
export function failedChecks(world: World, checks: readonly VersionCheck[]): DocumentRef[] {
  const refs: DocumentRef[] = [];
  for (const { ref, version } of checks) {
    if ((recordAt(world, ref)?.version ?? null) !== version) refs.push(copyOf(ref));
  }
  return refs;
}

/** The text by which an index sorts: a zero byte lies below all bytes of names. */
export function placeInIndex(key: string, ref: DocumentRef): string {
  return `${key}\0${ref.collection}\0${ref.id}`;
}

/** Applies a sound batch or nothing of it. */
export function applyBatch(world: World, batch: CommitBatch): CommitOutcome {
  if (isRepeated(world, batch.entries)) return { status: 'committed', repeated: true, totals: [] };
  const refs = failedChecks(world, batch.checks);
  if (refs.length > 0) return { status: 'conflict', refs };
  const { totals, passed } = addUp(world, batch.adds);
  if (passed.length > 0) return { status: 'bound', refs: passed };

  for (const [at, { ref, version }] of batch.adds.entries()) {
    const keys = recordAt(world, ref)?.keys ?? NO_KEYS;
    putRecord(world, { ref, version, body: String(totals[at]), mac: '', keys });
  }
  for (const put of batch.puts) putRecord(world, put);
  for (const ref of batch.deletes) deleteRecord(world, ref);
  for (const entry of batch.entries) stage(world, entry);
  return { status: 'committed', repeated: false, totals };
}

function isRepeated(world: World, entries: readonly StagedEntry[]): boolean {
  let known = 0;
  for (const entry of entries) {
    const place = world.placeOfEntry.get(entry.id);
    if (place === undefined) continue;
    if (world.entries[place]?.leaf !== entry.leaf) {
      throw new GamekeeperError('ERR_INVALID_INPUT', `entry ${entry.id} is stored with another leaf`, {
        path: 'entries',
      });
    }
    known += 1;
  }
  if (known > 0 && known < entries.length) {
    throw new GamekeeperError(
      'ERR_INVALID_INPUT',
      `${known} of ${entries.length} entries are stored already`,
      {
        path: 'entries',
      },
    );
  }
  return known > 0;
}

function addUp(world: World, adds: readonly BoundedAdd[]): { totals: number[]; passed: DocumentRef[] } {
  if (adds.length === 0) return { totals: [], passed: [] };
  const running = new Map<string, number>();
  const totals: number[] = [];
  const passed = new Map<string, DocumentRef>();
  for (const { ref, by, atMost, atLeast } of adds) {
    const name = `${ref.collection} ${ref.id}`;
    const total = (running.get(name) ?? counterOf(recordAt(world, ref))) + by;
    if (!Number.isSafeInteger(total)) {
      throw new GamekeeperError('ERR_INVALID_INPUT', 'a counter must stay a safe integer', { path: 'adds' });
    }
    if ((atMost !== null && total > atMost) || (atLeast !== null && total < atLeast))
      passed.set(name, copyOf(ref));
    running.set(name, total);
    totals.push(total);
  }
  return { totals, passed: [...passed.values()] };
}

function counterOf(record: DocumentRecord | undefined): number {
  if (record === undefined) return 0;
  const { body } = record;
  if (!/^(0|-?[1-9]\d{0,15})$/.test(body)) {
    throw new GamekeeperError('ERR_INVALID_INPUT', 'only a document with an integer body can be added to', {
      path: 'adds',
    });
  }
  return Number(body);
}

function putRecord(world: World, { ref, version, body, mac, keys }: DocumentPut): void {
  let collection = world.collections.get(ref.collection);
  if (collection === undefined) {
    collection = new Map();
    world.collections.set(ref.collection, collection);
  }
  const record = collection.get(ref.id);
  if (record === undefined) {
    const own: DocumentRecord = { ref: copyOf(ref), version, body, mac, keys: copyOfKeys(keys) };
    collection.set(own.ref.id, own);
    for (const { index, key } of own.keys) indexNamed(world, index).add(placeInIndex(key, own.ref));
    return;
  }
  record.version = version;
  record.body = body;
  record.mac = mac;
  if (areSameKeys(record.keys, keys)) return;
  const kept = new Set(keys.map(({ index, key }) => `${index} ${key}`));
  for (const { index, key } of record.keys) {
    if (!kept.has(`${index} ${key}`)) world.indexes.get(index)?.remove(placeInIndex(key, ref));
  }
  // Adding a key that is there already changes nothing.
  for (const { index, key } of keys) indexNamed(world, index).add(placeInIndex(key, ref));
  record.keys = copyOfKeys(keys);
}

function areSameKeys(before: readonly IndexKey[], keys: readonly IndexKey[]): boolean {
  if (before === keys) return true;
  if (before.length !== keys.length) return false;
  return keys.every(({ index, key }, at) => before[at]?.key === key && before[at]?.index === index);
}

function deleteRecord(world: World, ref: DocumentRef): void {
  for (const { index, key } of recordAt(world, ref)?.keys ?? []) {
    world.indexes.get(index)?.remove(placeInIndex(key, ref));
  }
  world.collections.get(ref.collection)?.delete(ref.id);
}

function stage(world: World, { id, subjects, leaf, mac }: StagedEntry): void {
  const place = world.entries.length;
  world.entries.push({ id, subjects: [...subjects], leaf, mac, index: place });
  world.placeOfEntry.set(id, place);
  for (const subject of subjects) {
    const places = world.placesOfSubject.get(subject);
    if (places === undefined) world.placesOfSubject.set(subject, [place]);
    else if (places.at(-1) !== place) places.push(place);
  }
}

function indexNamed(world: World, name: string): SortedTexts {
  const known = world.indexes.get(name);
  if (known !== undefined) return known;
  const index = sortedTexts();
  world.indexes.set(name, index);
  return index;
}

function copyOf({ collection, id }: DocumentRef): DocumentRef {
  return { collection, id };
}

function copyOfKeys(keys: readonly IndexKey[]): readonly IndexKey[] {
  return keys.length === 0 ? NO_KEYS : keys.map(({ index, key }) => ({ index, key }));
}

const NO_KEYS: readonly IndexKey[] = [];
