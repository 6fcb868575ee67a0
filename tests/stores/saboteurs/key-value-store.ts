import type { TenantId } from '../../../src/kernel/index.ts';
import type {
  CommitBatch,
  CommitOutcome,
  DocumentPut,
  DocumentRef,
  EntryQuery,
  IndexHit,
  IndexRange,
  StagedEntry,
  Store,
  StoredDocument,
  StoredEntry,
} from '../../../src/ports/index.ts';

/** Sorted keys and their values: what all handles of a key-value database share. */
export type Disk = Map<string, string>;

/** What a name stands for. */
export type NameKind = 'tenant' | 'collection' | 'id' | 'index' | 'key' | 'version' | 'subject' | 'entry';

/** The parts of the store that people get wrong. Every one has a sound default. */
export interface KeyValueParts {
  /** Makes one key out of a kind of row and the names that lead to it. */
  readonly join: (parts: readonly string[]) => string;
  /** How a name is written into a key. */
  readonly name: (text: string, kind: NameKind) => string;
  /** How a position is written into a key. */
  readonly number: (value: number) => string;
  /** How the keys of a database are ordered. */
  readonly compare: (left: string, right: string) => number;
  /** What becomes of bodies and leaves. */
  readonly text: (text: string) => string;
  /** What a log's row says, given what its handle remembers. */
  readonly log: (row: LogRow | null, memory: Map<string, unknown>, tenant: string) => LogRow;
  /** Under which keys a document is indexed, by its row. */
  readonly keysBefore: (row: DocumentRow | null, memory: Map<string, unknown>, name: string) => Keys;
}

type Keys = DocumentPut['keys'];
interface DocumentRow extends StoredDocument {
  readonly keys: Keys;
}
interface LogRow {
  readonly size: number;
  readonly next: number;
}

const SOUND: KeyValueParts = {
  join: (parts) => parts.join('\0'),
  name: (text) => text,
  number: (value) => String(value).padStart(12, '0'),
  compare: (left, right) => (left < right ? -1 : left > right ? 1 : 0),
  text: (text) => text,
  log: (row) => row ?? { size: 0, next: 0 },
  keysBefore: (row) => row?.keys ?? [],
};

/** A store over a key-value database, as one would write it; sound unless some of its parts are not. */
export function keyValueStore(disk: Disk, flawed: Partial<KeyValueParts> = {}): Store {
  const parts = { ...SOUND, ...flawed };
  const memory = new Map<string, unknown>();
  const { name, number } = parts;
  const documentAt = (tenant: string, { collection, id }: DocumentRef): string =>
    parts.join(['d', name(tenant, 'tenant'), name(collection, 'collection'), name(id, 'id')]);
  const hitAt = (tenant: string, index: string, key: string, ref?: DocumentRef): string =>
    parts.join([
      'i',
      name(tenant, 'tenant'),
      name(index, 'index'),
      name(key, 'key'),
      ...(ref === undefined ? [] : [name(ref.collection, 'collection'), name(ref.id, 'id')]),
    ]);
  const entryAt = (tenant: string, position: number): string =>
    parts.join(['e', name(tenant, 'tenant'), number(position)]);
  const placeAt = (tenant: string, id: string): string =>
    parts.join(['n', name(tenant, 'tenant'), name(id, 'entry')]);
  const subjectAt = (tenant: string, subject: string, position = ''): string =>
    parts.join(['s', name(tenant, 'tenant'), name(subject, 'subject'), position]);
  const logAt = (tenant: string): string => parts.join(['z', name(tenant, 'tenant')]);

  const row = <Row>(key: string): Row | null => {
    const text = disk.get(key);
    return text === undefined ? null : (JSON.parse(text) as Row);
  };
  /** Rows between two keys, in the order of the database. */
  const scan = (from: string, to: string): [string, string][] =>
    [...disk]
      .filter(([key]) => parts.compare(key, from) >= 0 && parts.compare(key, to) < 0)
      .sort(([left], [right]) => parts.compare(left, right));
  const log = (tenant: string): LogRow => parts.log(row(logAt(tenant)), memory, tenant);
  const documentOf = (tenant: string, ref: DocumentRef): StoredDocument | null => {
    const found = row<DocumentRow>(documentAt(tenant, ref));
    return found === null ? null : { ref, version: found.version, body: found.body, mac: found.mac };
  };
  const entryOf = (tenant: string, position: number): StoredEntry[] => {
    const found = row<StagedEntry>(entryAt(tenant, position));
    return found === null ? [] : [{ ...found, index: position < log(tenant).size ? position : null }];
  };

  function put(tenant: string, document: DocumentRow): void {
    const at = documentAt(tenant, document.ref);
    for (const { index, key } of parts.keysBefore(row(at), memory, at))
      disk.delete(hitAt(tenant, index, key, document.ref));
    for (const { index, key } of document.keys)
      disk.set(hitAt(tenant, index, key, document.ref), JSON.stringify({ key, ref: document.ref }));
    disk.set(at, JSON.stringify({ ...document, body: parts.text(document.body) }));
    memory.set(at, document.keys);
  }

  function commit(tenant: TenantId, batch: CommitBatch): CommitOutcome {
    const known = batch.entries.map(({ id }) => row<number>(placeAt(tenant, id)));
    for (const [at, position] of known.entries()) {
      const leaf = position === null ? null : row<StagedEntry>(entryAt(tenant, position))?.leaf;
      if (leaf !== null && leaf !== batch.entries[at]?.leaf) throw new Error('another leaf');
    }
    if (known.length > 0 && !known.includes(null)) return { status: 'committed', repeated: true, totals: [] };
    if (known.some((position) => position !== null)) throw new Error('known in part');
    const failed = batch.checks.filter(({ ref, version }) => {
      const stands = documentOf(tenant, ref)?.version ?? null;
      if (stands === null || version === null) return stands !== version;
      return name(stands, 'version') !== name(version, 'version');
    });
    if (failed.length > 0) return { status: 'conflict', refs: failed.map(({ ref }) => ref) };
    const totals: number[] = [];
    const running = new Map<string, DocumentRow>();
    const passed = new Map<string, DocumentRef>();
    for (const { ref, by, atMost, atLeast, version } of batch.adds) {
      const at = documentAt(tenant, ref);
      const before = running.get(at) ?? row<DocumentRow>(at);
      const total = Number(before?.body ?? 0) + by;
      if ((atMost !== null && total > atMost) || (atLeast !== null && total < atLeast)) passed.set(at, ref);
      running.set(at, { ref, version, body: String(total), mac: '', keys: before?.keys ?? [] });
      totals.push(total);
    }
    if (passed.size > 0) return { status: 'bound', refs: [...passed.values()] };
    for (const counter of running.values()) put(tenant, counter);
    for (const document of batch.puts) put(tenant, document);
    for (const ref of batch.deletes) {
      const at = documentAt(tenant, ref);
      for (const { index, key } of parts.keysBefore(row(at), memory, at))
        disk.delete(hitAt(tenant, index, key, ref));
      disk.delete(at);
      memory.delete(at);
    }
    let { next } = log(tenant);
    for (const { id, subjects, leaf, mac } of batch.entries) {
      disk.set(entryAt(tenant, next), JSON.stringify({ id, subjects, leaf: parts.text(leaf), mac }));
      disk.set(placeAt(tenant, id), String(next));
      for (const subject of subjects) disk.set(subjectAt(tenant, subject, number(next)), String(next));
      next += 1;
    }
    if (batch.entries.length > 0) writeLog(tenant, { ...log(tenant), next });
    return { status: 'committed', repeated: false, totals };
  }

  function writeLog(tenant: string, value: LogRow): void {
    disk.set(logAt(tenant), JSON.stringify(value));
    memory.set(`log ${tenant}`, value);
  }

  function find(tenant: string, range: IndexRange, want: 'refs' | 'documents'): IndexHit[] {
    const { index, from, to, limit, after, descending } = range;
    const rows = scan(hitAt(tenant, index, from), hitAt(tenant, index, to));
    const edge = after === null ? null : hitAt(tenant, index, after.key, after.ref);
    return (descending ? rows.toReversed() : rows)
      .filter(
        ([key]) =>
          edge === null || (descending ? parts.compare(key, edge) < 0 : parts.compare(key, edge) > 0),
      )
      .slice(0, limit)
      .map(([, text]) => {
        const { key, ref } = JSON.parse(text) as { key: string; ref: DocumentRef };
        return { key, ref, document: want === 'refs' ? null : documentOf(tenant, ref) };
      });
  }

  function entries(tenant: string, query: EntryQuery): StoredEntry[] {
    const { size, next } = log(tenant);
    const between = (from: number, to: number): StoredEntry[] =>
      Array.from({ length: Math.max(0, to - from) }, (_, at) => entryOf(tenant, from + at)).flat();
    if (query.by === 'index') return between(query.from, Math.min(size, query.from + query.limit));
    if (query.by === 'staged') return between(size, Math.min(next, size + query.limit));
    if (query.by === 'id') {
      return query.ids.flatMap((id) => {
        const position = row<number>(placeAt(tenant, id));
        return position === null ? [] : entryOf(tenant, position);
      });
    }
    const { subject, after, descending, limit } = query;
    const own = scan(subjectAt(tenant, subject), `${subjectAt(tenant, subject)}~`).map(([, text]) =>
      Number(text),
    );
    return (descending ? own.toReversed() : own)
      .filter((position) => position < size)
      .filter((position) => after === null || (descending ? position < after : position > after))
      .slice(0, limit)
      .flatMap((position) => entryOf(tenant, position));
  }

  return {
    specificationVersion: 'v1',
    capabilities: { durable: true, multiProcess: true },
    commit: async (tenant, batch) => commit(tenant, batch),
    get: async (tenant, refs) => refs.map((ref) => documentOf(tenant, ref)),
    find: async (tenant, { ranges, want }) => ranges.map((range) => find(tenant, range, want)),
    async sequence(tenant, { size, limit }) {
      const { size: stands, next } = log(tenant);
      if (stands !== size) return { status: 'conflict', size: stands };
      const count = Math.min(limit, next - size);
      if (count > 0) writeLog(tenant, { size: size + count, next });
      return { status: 'sequenced', size: size + count, count };
    },
    readEntries: async (tenant, query) => entries(tenant, query),
  };
}
