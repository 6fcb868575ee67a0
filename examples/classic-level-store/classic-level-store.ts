import { ClassicLevel } from 'classic-level';
import type * as port from 'gamekeeper/ports';

/**
 * A store in a LevelDB database: durable, for one process at a time. `close` waits for what is being written.
 *
 * One row for each document, index key, entry, entry id and subject of an entry, and one for each log. Names are
 * joined by NUL, which no name holds and which lies below all of them: so rows lie in the order an index must give.
 * Calls that come in while others are written share the next synced batch, each decided on what those before it left.
 */
export async function classicLevelStore(directory: string): Promise<port.Store & { close(): Promise<void> }> {
  const database = new ClassicLevel<string, string>(directory);
  await database.open();
  let waiting: Task[] = [];
  let writing: Promise<void> = Promise.resolve();

  function submit<Own extends Outcome>(decide: (rows: Rows) => Own): Promise<Own> {
    return new Promise((resolve, reject) => {
      waiting.push({ decide, resolve: resolve as Task['resolve'], reject });
      if (waiting.length === 1) writing = writing.then(writeGroup);
    });
  }

  async function writeGroup(): Promise<void> {
    const group = waiting;
    waiting = [];
    const changes: Changes = new Map();
    const decided = group.map((task) => ({ task, outcome: decideOn(database, changes, task) }));
    const operations = [...changes].map(([key, value]) =>
      value === null ? ({ type: 'del', key } as const) : ({ type: 'put', key, value } as const),
    );
    try {
      if (operations.length > 0) await database.batch(operations, { sync: true });
    } catch (error) {
      // Perhaps it was written, perhaps not: the callers commit the same once more.
      for (const { reject } of group) reject(error);
      return;
    }
    for (const { task, outcome } of decided) if (outcome !== null) task.resolve(outcome);
  }

  /** Reads at one moment: what is committed meanwhile does not show. */
  async function reading<Answer>(work: (read: Read) => Promise<Answer>): Promise<Answer> {
    const snapshot = database.snapshot();
    try {
      return await work({
        many: (keys) => database.getMany([...keys], { snapshot }),
        keys: (range) => database.keys({ ...range, snapshot }).all(),
      });
    } finally {
      await snapshot.close();
    }
  }

  return {
    specificationVersion: 'v1',
    capabilities: { durable: true, multiProcess: false },
    commit: (tenant, batch) => submit((rows) => commit(rows, tenant, batch)),
    sequence: (tenant, request) => submit((rows) => sequence(rows, tenant, request)),
    get: (tenant, refs) => reading((read) => documents(read, tenant, refs)),
    find: (tenant, { ranges, want }) =>
      reading((read) => Promise.all(ranges.map((range) => hits(read, tenant, range, want)))),
    readEntries: (tenant, query) => reading((read) => entries(read, tenant, query)),
    async close() {
      await writing;
      await database.close();
    },
  };
}

type Refs = readonly port.DocumentRef[];
type Outcome = port.CommitOutcome | port.SequenceOutcome;
interface Task {
  decide(rows: Rows): Outcome;
  resolve(outcome: Outcome): void;
  reject(error: unknown): void;
}
/** Rows to be written; `null` deletes. */
type Changes = Map<string, string | null>;
/** The rows that a task sees and writes. */
interface Rows {
  get(key: string): string | null;
  set(key: string, value: string | null): void;
}
interface Read {
  many(keys: readonly string[]): Promise<(string | undefined)[]>;
  keys(range: { gte: string; lt: string; reverse: boolean; limit: number }): Promise<string[]>;
}

/** Decides a task, and keeps its changes if it went through. One that contradicts what is stored fails alone. */
function decideOn(database: ClassicLevel<string, string>, changes: Changes, task: Task): Outcome | null {
  const own: Changes = new Map();
  const get = (key: string): string | null => {
    for (const rows of [own, changes]) {
      const value = rows.get(key);
      if (value !== undefined) return value;
    }
    return database.getSync(key) ?? null;
  };
  try {
    const outcome = task.decide({ get, set: (key, value) => void own.set(key, value) });
    if (outcome.status === 'committed' || outcome.status === 'sequenced')
      for (const [key, value] of own) changes.set(key, value);
    return outcome;
  } catch (error) {
    task.reject(error);
    return null;
  }
}

const row = (...names: readonly string[]): string => names.join('\0');
const digits = (index: number): string => String(index).padStart(12, '0');
const documentAt = (tenant: string, { collection, id }: port.DocumentRef): string =>
  row('d', tenant, collection, id);
const entryAt = (tenant: string, index: number): string => row('e', tenant, digits(index));

type Pairs = readonly (readonly [index: string, key: string])[];
type DocumentRow = readonly [version: string | null, body: string, mac: string, keys: Pairs];
type LogRow = readonly [size: number, next: number];

const documentRow = (text: string | null): DocumentRow =>
  text === null ? [null, '0', '', []] : JSON.parse(text);
const entryRow = (text: string | null | undefined): port.StagedEntry => JSON.parse(text as string);
const logRow = (text: string | null | undefined): LogRow => (text == null ? [0, 0] : JSON.parse(text));

function commit(
  rows: Rows,
  tenant: string,
  { checks, adds, puts, deletes, entries }: port.CommitBatch,
): port.CommitOutcome {
  const places = entries.map(({ id }) => rows.get(row('n', tenant, id)));
  const stored = places.map((place) => (place === null ? null : entryRow(rows.get(place))));
  const other = stored.find((entry, at) => entry !== null && entry.leaf !== entries[at]?.leaf);
  if (other != null) throw new Error(`entry ${other.id} is stored with another leaf`);
  const known = places.filter((place) => place !== null).length;
  if (known > 0 && known < places.length) throw new Error('only some of the entries are stored already');
  if (known > 0) return { status: 'committed', repeated: true, totals: [] };

  const failed = checks.filter(
    ({ ref, version }) => documentRow(rows.get(documentAt(tenant, ref)))[0] !== version,
  );
  if (failed.length > 0) return { status: 'conflict', refs: failed.map(({ ref }) => ref) };
  const passed = new Map<string, port.DocumentRef>();
  const totals = adds.map(({ ref, by, atMost, atLeast, version }) => {
    const at = documentAt(tenant, ref);
    const [, body, , keys] = documentRow(rows.get(at));
    const total = Number(body) + by;
    if (!Number.isSafeInteger(total)) throw new Error('a counter must stay a safe integer');
    if (total > (atMost ?? total) || total < (atLeast ?? total)) passed.set(at, ref);
    rows.set(at, JSON.stringify([version, String(total), '', keys] satisfies DocumentRow));
    return total;
  });
  if (passed.size > 0) return { status: 'bound', refs: [...passed.values()] };
  for (const document of puts) put(rows, tenant, document);
  for (const ref of deletes) remove(rows, tenant, ref);
  if (entries.length > 0) stage(rows, tenant, entries);
  return { status: 'committed', repeated: false, totals };
}

function put(rows: Rows, tenant: string, { ref, version, body, mac, keys }: port.DocumentPut): void {
  remove(rows, tenant, ref);
  const pairs = keys.map(({ index, key }) => [index, key] as const);
  for (const [index, key] of pairs) rows.set(row('i', tenant, index, key, ref.collection, ref.id), '');
  rows.set(documentAt(tenant, ref), JSON.stringify([version, body, mac, pairs] satisfies DocumentRow));
}

function remove(rows: Rows, tenant: string, ref: port.DocumentRef): void {
  const [, , , keys] = documentRow(rows.get(documentAt(tenant, ref)));
  for (const [index, key] of keys) rows.set(row('i', tenant, index, key, ref.collection, ref.id), null);
  rows.set(documentAt(tenant, ref), null);
}

function stage(rows: Rows, tenant: string, staged: readonly port.StagedEntry[]): void {
  const [size, first] = logRow(rows.get(row('l', tenant)));
  for (const [at, { id, subjects, leaf, mac }] of staged.entries()) {
    rows.set(entryAt(tenant, first + at), JSON.stringify({ id, subjects, leaf, mac }));
    rows.set(row('n', tenant, id), entryAt(tenant, first + at));
    for (const subject of subjects) rows.set(row('s', tenant, subject, digits(first + at)), '');
  }
  rows.set(row('l', tenant), JSON.stringify([size, first + staged.length] satisfies LogRow));
}

function sequence(rows: Rows, tenant: string, { size, limit }: port.SequenceRequest): port.SequenceOutcome {
  const [stands, next] = logRow(rows.get(row('l', tenant)));
  if (stands !== size) return { status: 'conflict', size: stands };
  const count = Math.min(limit, next - size);
  if (count > 0) rows.set(row('l', tenant), JSON.stringify([size + count, next] satisfies LogRow));
  return { status: 'sequenced', size: size + count, count };
}

async function documents(read: Read, tenant: string, refs: Refs): ReturnType<port.Store['get']> {
  const found = await read.many(refs.map((ref) => documentAt(tenant, ref)));
  return refs.map(({ collection, id }, at) => {
    const [version, body, mac] = documentRow(found[at] ?? null);
    return version === null ? null : { ref: { collection, id }, version, body, mac };
  });
}

async function hits(read: Read, tenant: string, range: port.IndexRange, want: port.IndexQuery['want']) {
  const { index, from, to, limit, after, descending } = range;
  let [gte, lt] = [row('i', tenant, index, from), row('i', tenant, index, to)];
  if (after !== null) {
    const place = row('i', tenant, index, after.key, after.ref.collection, after.ref.id);
    if (descending && place < lt) lt = place;
    if (!descending && place >= gte) gte = `${place}\0`;
  }
  const places = await read.keys({ gte, lt, limit, reverse: descending });
  const names = places.map((place) => place.split('\0').slice(3) as [string, string, string]);
  const refs = names.map(([, collection, id]) => ({ collection, id }));
  const wanted = want === 'documents' ? await documents(read, tenant, refs) : [];
  return names.map(([key], at) => ({ key, ref: refs[at] as Refs[number], document: wanted[at] ?? null }));
}

async function entries(read: Read, tenant: string, query: port.EntryQuery): Promise<port.StoredEntry[]> {
  const [size, next] = logRow((await read.many([row('l', tenant)]))[0]);
  const places = await placesOf(read, tenant, query, size, next);
  return (await read.many(places)).map((text, at) => {
    const index = Number(places[at]?.slice(-12));
    return { ...entryRow(text), index: index < size ? index : null };
  });
}

async function placesOf(
  read: Read,
  tenant: string,
  query: port.EntryQuery,
  size: number,
  next: number,
): Promise<string[]> {
  const between = (from: number, to: number): string[] =>
    Array.from({ length: Math.max(0, to - from) }, (_, at) => entryAt(tenant, from + at));
  if (query.by === 'index') return between(query.from, Math.min(size, query.from + query.limit));
  if (query.by === 'staged') return between(size, Math.min(next, size + query.limit));
  if (query.by === 'id') {
    const found = await read.many(query.ids.map((id) => row('n', tenant, id)));
    return found.filter((place) => place !== undefined);
  }
  const { subject, after, limit, descending } = query;
  const [from, to] = descending ? [0, Math.min(size, after ?? size)] : [(after ?? -1) + 1, size];
  const [gte, lt] = [row('s', tenant, subject, digits(from)), row('s', tenant, subject, digits(to))];
  const found = await read.keys({ gte, lt, limit, reverse: descending });
  return found.map((place) => entryAt(tenant, Number(place.slice(-12))));
}
