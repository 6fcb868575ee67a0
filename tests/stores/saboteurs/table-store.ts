import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite';
import type {
  CommitBatch,
  CommitOutcome,
  DocumentRef,
  EntryQuery,
  IndexRange,
  Store,
  StoredEntry,
} from '../../../src/ports/index.ts';

/** The pieces of SQL that people get wrong. Every one has a sound default. */
export interface TableParts {
  /** Type and collation of the columns that hold names. */
  readonly nameType: string;
  /** Type of the columns that hold bodies and leaves. */
  readonly textType: string;
  /** Type of counters while they are added to. */
  readonly counterType: string;
  /** Whether a row belongs to a subject; `?2` is the subject. */
  readonly subjectMatch: string;
  /** Whether an index row lies in a range; `?3` is from, `?4` is to. */
  readonly between: string;
  /** The order of index rows, with `%` for the direction. */
  readonly order: string;
  /** The order in which entries get positions. */
  readonly entryOrder: string;
  /** How a put writes keys. */
  readonly addKey: string;
  /** How a write or a deletion takes keys away. */
  readonly removeKeys: string;
  /** How an entry is looked up by its id. */
  readonly entryMatch: string;
  /** How a document is looked up. */
  readonly documentMatch: string;
  /** Where a page goes on, with `?5`, `?6`, `?7` for key, collection and id, and `<>` for the comparison. */
  readonly after: string;
}

const SOUND: TableParts = {
  nameType: 'TEXT',
  textType: 'TEXT',
  counterType: 'INTEGER',
  subjectMatch: 'EXISTS (SELECT 1 FROM json_each(subjects) WHERE value = ?2)',
  between: 'key >= ?3 AND key < ?4',
  order: 'key %, collection %, id %',
  entryOrder: 'number',
  addKey: 'INSERT OR IGNORE INTO keys VALUES (?, ?, ?, ?, ?)',
  removeKeys: 'DELETE FROM keys WHERE tenant = ? AND collection = ? AND id = ?',
  entryMatch: 'id = ?2',
  documentMatch: 'tenant = ? AND collection = ? AND id = ?',
  after: '(key, collection, id) <> (?5, ?6, ?7)',
};

type Row = Record<string, SQLOutputValue>;

/** A database in memory that all handles share. */
export function tableDatabase(flawed: Partial<TableParts> = {}): DatabaseSync {
  const { nameType, textType } = { ...SOUND, ...flawed };
  const database = new DatabaseSync(':memory:');
  database.exec(`
    CREATE TABLE documents (tenant ${nameType}, collection ${nameType}, id ${nameType}, version ${nameType},
      body ${textType}, mac TEXT, PRIMARY KEY (tenant, collection, id));
    CREATE TABLE keys (tenant ${nameType}, name ${nameType}, key ${nameType}, collection ${nameType}, id ${nameType},
      PRIMARY KEY (tenant, name, key, collection, id));
    CREATE TABLE entries (number INTEGER PRIMARY KEY, tenant ${nameType}, id ${nameType}, subjects TEXT,
      leaf ${textType}, mac TEXT, position INTEGER, UNIQUE (tenant, id));
  `);
  return database;
}

/** A store over SQL tables, as one would write it; sound unless some of its parts are not. */
export function tableStore(database: DatabaseSync, flawed: Partial<TableParts> = {}): Store {
  const parts = { ...SOUND, ...flawed };
  const all = (sql: string, ...values: SQLInputValue[]): Row[] => database.prepare(sql).all(...values);
  const one = (sql: string, ...values: SQLInputValue[]): Row | undefined => all(sql, ...values)[0];
  const run = (sql: string, ...values: SQLInputValue[]): void => void database.prepare(sql).run(...values);
  const documentOf = (tenant: string, ref: DocumentRef) => {
    const row = one(`SELECT * FROM documents WHERE ${parts.documentMatch}`, tenant, ref.collection, ref.id);
    if (row === undefined) return null;
    return { ref, version: row.version as string, body: row.body as string, mac: row.mac as string };
  };
  const sizeOf = (tenant: string): number =>
    one('SELECT count(*) AS size FROM entries WHERE tenant = ? AND position IS NOT NULL', tenant)
      ?.size as number;

  function put(
    tenant: string,
    { collection, id }: DocumentRef,
    version: string,
    body: string,
    mac: string,
  ): void {
    run(
      'INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?, ?)',
      tenant,
      collection,
      id,
      version,
      body,
      mac,
    );
  }

  function attempt(tenant: string, batch: CommitBatch): CommitOutcome {
    const known = batch.entries.map(({ id }) =>
      one(`SELECT leaf FROM entries WHERE tenant = ?1 AND ${parts.entryMatch}`, tenant, id),
    );
    if (known.some((row, at) => row !== undefined && row.leaf !== batch.entries[at]?.leaf))
      throw new Error('leaf');
    if (known.length > 0 && !known.includes(undefined))
      return { status: 'committed', repeated: true, totals: [] };
    if (known.some((row) => row !== undefined)) throw new Error('known in part');
    const failed = batch.checks.filter(({ ref, version }) => {
      const match = `SELECT 1 FROM documents WHERE ${parts.documentMatch}`;
      if (version === null) return one(match, tenant, ref.collection, ref.id) !== undefined;
      return one(`${match} AND version = ?`, tenant, ref.collection, ref.id, version) === undefined;
    });
    if (failed.length > 0) return { status: 'conflict', refs: failed.map(({ ref }) => ref) };
    const totals: number[] = [];
    const passed = new Map<string, DocumentRef>();
    for (const { ref, by, atMost, atLeast, version } of batch.adds) {
      const before = documentOf(tenant, ref)?.body ?? '0';
      const sum = one(
        `SELECT CAST(CAST(? AS ${parts.counterType}) + CAST(? AS ${parts.counterType}) AS TEXT) AS sum`,
        before,
        by,
      )?.sum as string;
      const total = Number(sum);
      if ((atMost !== null && total > atMost) || (atLeast !== null && total < atLeast))
        passed.set(`${ref.collection} ${ref.id}`, ref);
      put(tenant, ref, version, sum, '');
      totals.push(total);
    }
    if (passed.size > 0) return { status: 'bound', refs: [...passed.values()] };
    for (const { ref, version, body, mac, keys } of batch.puts) {
      put(tenant, ref, version, body, mac);
      run(parts.removeKeys, tenant, ref.collection, ref.id);
      for (const { index, key } of keys) run(parts.addKey, tenant, index, key, ref.collection, ref.id);
    }
    for (const ref of batch.deletes) {
      run(`DELETE FROM documents WHERE ${parts.documentMatch}`, tenant, ref.collection, ref.id);
      run(parts.removeKeys, tenant, ref.collection, ref.id);
    }
    for (const { id, subjects, leaf, mac } of batch.entries) {
      const insert = 'INSERT INTO entries (tenant, id, subjects, leaf, mac) VALUES (?, ?, ?, ?, ?)';
      run(insert, tenant, id, JSON.stringify(subjects), leaf, mac);
    }
    return { status: 'committed', repeated: false, totals };
  }

  function find(tenant: string, range: IndexRange, want: 'refs' | 'documents') {
    const { index, from, to, limit, after, descending } = range;
    const place = after === null ? [] : [after.key, after.ref.collection, after.ref.id];
    const beyond = after === null ? '' : `AND ${parts.after.replaceAll('<>', descending ? '<' : '>')}`;
    const order = parts.order.replaceAll('%', descending ? 'DESC' : 'ASC');
    return all(
      `SELECT * FROM keys WHERE tenant = ?1 AND name = ?2 AND ${parts.between} ${beyond} ORDER BY ${order} LIMIT ${limit}`,
      tenant,
      index,
      from,
      to,
      ...place,
    ).map((row) => {
      const ref = { collection: row.collection as string, id: row.id as string };
      return { key: row.key as string, ref, document: want === 'refs' ? null : documentOf(tenant, ref) };
    });
  }

  function entries(tenant: string, query: EntryQuery): StoredEntry[] {
    if (query.by === 'id') {
      return query.ids.flatMap((id) =>
        all(`SELECT * FROM entries WHERE tenant = ?1 AND ${parts.entryMatch}`, tenant, id).map(entryFrom),
      );
    }
    const [where, order, values] =
      query.by === 'index'
        ? ['position >= ?2', 'position', [query.from]]
        : query.by === 'staged'
          ? ['position IS NULL', parts.entryOrder, []]
          : [
              `position IS NOT NULL AND ${parts.subjectMatch} AND position ${query.descending ? '<' : '>'} ?3`,
              `position ${query.descending ? 'DESC' : 'ASC'}`,
              [query.subject, query.after ?? (query.descending ? Number.MAX_SAFE_INTEGER : -1)],
            ];
    const sql = `SELECT * FROM entries WHERE tenant = ?1 AND ${where} ORDER BY ${order} LIMIT ${query.limit}`;
    return all(sql, tenant, ...values).map(entryFrom);
  }

  return {
    specificationVersion: 'v1',
    capabilities: { durable: true, multiProcess: true },
    async commit(tenant, batch) {
      // SQLite would write U+FFFD without a word.
      if (
        ![...batch.puts.map(({ body }) => body), ...batch.entries.map(({ leaf }) => leaf)].every((text) =>
          text.isWellFormed(),
        )
      )
        throw new Error('not well-formed');
      database.exec('SAVEPOINT batch');
      let outcome: CommitOutcome | null = null;
      try {
        outcome = attempt(tenant, batch);
        return outcome;
      } finally {
        database.exec(outcome?.status === 'committed' ? 'RELEASE batch' : 'ROLLBACK TO batch; RELEASE batch');
      }
    },
    get: async (tenant, refs) => refs.map((ref) => documentOf(tenant, ref)),
    find: async (tenant, { ranges, want }) => ranges.map((range) => find(tenant, range, want)),
    async sequence(tenant, { size, limit }) {
      const stands = sizeOf(tenant);
      if (stands !== size) return { status: 'conflict', size: stands };
      const staged = all(
        `SELECT number FROM entries WHERE tenant = ? AND position IS NULL ORDER BY ${parts.entryOrder} LIMIT ${limit}`,
        tenant,
      );
      staged.forEach(({ number }, at) => {
        run('UPDATE entries SET position = ? WHERE number = ?', size + at, number as number);
      });
      return { status: 'sequenced', size: size + staged.length, count: staged.length };
    },
    readEntries: async (tenant, query) => entries(tenant, query),
  };
}

function entryFrom({ id, subjects, leaf, mac, position }: Row): StoredEntry {
  return {
    id: id as string,
    subjects: JSON.parse(subjects as string) as string[],
    leaf: leaf as string,
    mac: mac as string,
    index: position as number | null,
  };
}
