import { GamekeeperError } from './error.ts';

/** What of a batch can be checked without knowing what it is for; the port of the store says what it means. */
interface BatchShape {
  readonly checks: readonly { readonly ref: RefShape; readonly version: string | null }[];
  readonly adds: readonly { readonly ref: RefShape; readonly by: number; readonly version: string }[];
  readonly puts: readonly {
    readonly ref: RefShape;
    readonly version: string;
    readonly body: string;
    readonly mac: string;
    readonly keys: readonly { readonly index: string; readonly key: string }[];
  }[];
  readonly deletes: readonly RefShape[];
  readonly entries: readonly {
    readonly id: string;
    readonly subjects: readonly string[];
    readonly leaf: string;
    readonly mac: string;
  }[];
}

interface RefShape {
  readonly collection: string;
  readonly id: string;
}

/**
 * What the contract of the store port forbids in a batch, as an error to throw, or `undefined` when all is well.
 *
 * Every store asks before it writes, those that could hold anything as well, so that tests on them count. Others
 * would alter some of it without a word: in SQLite a lone surrogate becomes U+FFFD, and Node 22 cuts texts at NUL.
 */
export function batchFault(tenant: string, batch: BatchShape): GamekeeperError | undefined {
  if (!isName(tenant)) return invalid('tenant');
  const isNew = writtenOnce(batch.adds);
  for (const check of batch.checks) {
    if (!isRef(check.ref) || (check.version !== null && !isName(check.version))) return invalid('checks');
  }
  for (const add of batch.adds) {
    if (!isRef(add.ref) || !isName(add.version)) return invalid('adds');
    if (!Number.isSafeInteger(add.by)) return invalid('adds.by');
  }
  for (const put of batch.puts) {
    if (!isRef(put.ref) || !isName(put.version)) return invalid('puts');
    if (!isText(put.body) || !isCode(put.mac)) return invalid('puts.body');
    for (const { index, key } of put.keys) if (!(isName(index) && isName(key))) return invalid('puts.keys');
    if (!isNew(put.ref)) return invalid('puts');
  }
  for (const ref of batch.deletes) {
    if (!isRef(ref) || !isNew(ref)) return invalid('deletes');
  }
  return entriesFault(batch);
}

function entriesFault({ entries }: BatchShape): GamekeeperError | undefined {
  const ids = new Set<string>();
  for (const entry of entries) {
    if (!isName(entry.id) || ids.has(entry.id)) return invalid('entries.id');
    if (!isText(entry.leaf) || !isCode(entry.mac)) return invalid('entries.leaf');
    if (!entry.subjects.every(isName)) return invalid('entries.subjects');
    ids.add(entry.id);
  }
  return undefined;
}

/** Tells whether a reference is neither counted nor met before: by id, since most of a batch differ in that already. */
function writtenOnce(adds: BatchShape['adds']): (ref: RefShape) => boolean {
  const met = new Map<string, string>();
  const meet = ({ collection, id }: RefShape): boolean => {
    const collections = met.get(id);
    // Names hold no spaces.
    if (collections?.split(' ').includes(collection) === true) return false;
    met.set(id, collections === undefined ? collection : `${collections} ${collection}`);
    return true;
  };
  for (const { ref } of adds) meet(ref);
  return meet;
}

function isRef(ref: RefShape): boolean {
  return isName(ref.collection) && isName(ref.id);
}

function isName(text: string): boolean {
  return typeof text === 'string' && text.length <= 512 && /^[!-~]+$/.test(text);
}

function isText(text: string): boolean {
  return typeof text === 'string' && text.isWellFormed() && !text.includes('\0');
}

function isCode(text: string): boolean {
  return text === '' || (isText(text) && text.length <= 64);
}

function invalid(path: string): GamekeeperError {
  return new GamekeeperError(
    'ERR_INVALID_INPUT',
    `the batch breaks the contract of the store port at ${path}`,
    { path },
  );
}
