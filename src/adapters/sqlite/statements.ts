import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Every statement the store runs, prepared once. */
export interface Statements {
  readonly begin: StatementSync;
  readonly beginImmediate: StatementSync;
  readonly commit: StatementSync;
  readonly rollback: StatementSync;
  /** Moves the WAL into the file and empties it. Outside of any transaction; answers `busy`, never waits. */
  readonly emptyWal: StatementSync;
  /** Another number after another connection has committed. */
  readonly dataVersion: StatementSync;
  readonly readRow: StatementSync;
  /** Changes nothing where there is a row already. */
  readonly addDocument: StatementSync;
  readonly putDocument: StatementSync;
  readonly deleteDocument: StatementSync;
  readonly addKey: StatementSync;
  readonly removeKey: StatementSync;
  readonly findRefs: Directions;
  readonly findDocuments: Directions;
  readonly readLog: StatementSync;
  readonly putLog: StatementSync;
  readonly readLeaf: StatementSync;
  readonly addEntry: StatementSync;
  readonly addSubject: StatementSync;
  readonly entriesFrom: StatementSync;
  readonly entryById: StatementSync;
  readonly entriesOfSubject: Directions;
  readonly stagedEntries: StatementSync;
}

/** The same question in both directions of travel. */
export interface Directions {
  readonly ascending: StatementSync;
  readonly descending: StatementSync;
}

const SIZE = 'coalesce((SELECT size FROM logs WHERE tenant = ?1), 0)';
const ADD_DOCUMENT =
  'INSERT INTO documents (tenant, collection, id, version, mac, index_keys, body) VALUES (?, ?, ?, ?, ?, ?, ?)';
const ENTRY = `e.id, e.subjects, e.leaf, e.mac, iif(e.position < ${SIZE}, e.position, NULL) AS position`;

/** Prepares the statements of one connection. */
export function prepareStatements(database: DatabaseSync): Statements {
  const prepare = (sql: string): StatementSync => database.prepare(sql);
  return {
    begin: prepare('BEGIN'),
    beginImmediate: prepare('BEGIN IMMEDIATE'),
    commit: prepare('COMMIT'),
    rollback: prepare('ROLLBACK'),
    emptyWal: prepare('PRAGMA wal_checkpoint(TRUNCATE)'),
    dataVersion: prepare('PRAGMA data_version'),
    readRow: prepare(
      'SELECT version, mac, index_keys AS keys, body FROM documents WHERE tenant = ? AND collection = ? AND id = ?',
    ),
    addDocument: prepare(`${ADD_DOCUMENT} ON CONFLICT DO NOTHING`),
    putDocument: prepare(
      `${ADD_DOCUMENT} ON CONFLICT DO UPDATE SET version = excluded.version, mac = excluded.mac,
         index_keys = excluded.index_keys, body = excluded.body`,
    ),
    deleteDocument: prepare('DELETE FROM documents WHERE tenant = ? AND collection = ? AND id = ?'),
    addKey: prepare(
      'INSERT INTO index_keys (tenant, index_name, key, collection, id) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    removeKey: prepare(
      'DELETE FROM index_keys WHERE tenant = ? AND index_name = ? AND key = ? AND collection = ? AND id = ?',
    ),
    findRefs: bothWays((order) => prepare(findSql('k.key, k.collection, k.id', '', order))),
    findDocuments: bothWays((order) =>
      prepare(
        findSql(
          'k.key, k.collection, k.id, d.version, d.body, d.mac',
          'CROSS JOIN documents d ON d.tenant = k.tenant AND d.collection = k.collection AND d.id = k.id',
          order,
        ),
      ),
    ),
    readLog: prepare(
      `SELECT ${SIZE} AS size, coalesce((SELECT max(position) + 1 FROM entries WHERE tenant = ?1), 0) AS next`,
    ),
    putLog: prepare(
      'INSERT INTO logs (tenant, size) VALUES (?, ?) ON CONFLICT DO UPDATE SET size = excluded.size',
    ),
    readLeaf: prepare('SELECT leaf FROM entries WHERE tenant = ? AND id = ?'),
    addEntry: prepare(
      'INSERT INTO entries (tenant, position, id, mac, subjects, leaf) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    addSubject: prepare(
      'INSERT INTO entry_subjects (tenant, subject, position) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    entriesFrom: prepare(
      `SELECT ${ENTRY} FROM entries e WHERE e.tenant = ?1 AND e.position >= ?2 AND e.position < ${SIZE}
       ORDER BY e.position LIMIT ?3`,
    ),
    entryById: prepare(`SELECT ${ENTRY} FROM entries e WHERE e.tenant = ?1 AND e.id = ?2`),
    entriesOfSubject: bothWays((order) => prepare(subjectSql(order))),
    stagedEntries: prepare(
      `SELECT ${ENTRY} FROM entries e WHERE e.tenant = ?1 AND e.position >= ${SIZE} ORDER BY e.position LIMIT ?2`,
    ),
  };
}

/** Ends a transaction that failed. */
export function abandon({ rollback }: Statements): void {
  try {
    rollback.run();
  } catch {
    // SQLite has rolled back by itself already.
  }
}

function bothWays(prepare: (order: 'ASC' | 'DESC') => StatementSync): Directions {
  return { ascending: prepare('ASC'), descending: prepare('DESC') };
}

/** One bound is a whole position, so that a page continues by one search in the index. */
function findSql(columns: string, join: string, order: 'ASC' | 'DESC'): string {
  const bounds =
    order === 'ASC'
      ? '(k.key, k.collection, k.id) > (?3, ?4, ?5) AND k.key < ?6'
      : '(k.key, k.collection, k.id) < (?3, ?4, ?5) AND k.key >= ?6';
  return `SELECT ${columns} FROM index_keys k ${join} WHERE k.tenant = ?1 AND k.index_name = ?2 AND ${bounds}
    ORDER BY k.key ${order}, k.collection ${order}, k.id ${order} LIMIT ?7`;
}

/** `?3` is a position beside the page; entries from `logs.size` on are staged and do not show. */
function subjectSql(order: 'ASC' | 'DESC'): string {
  const bounds =
    order === 'ASC' ? `s.position > ?3 AND s.position < ${SIZE}` : `s.position < min(?3, ${SIZE})`;
  return `SELECT ${ENTRY} FROM entry_subjects s
    CROSS JOIN entries e ON e.tenant = s.tenant AND e.position = s.position
    WHERE s.tenant = ?1 AND s.subject = ?2 AND ${bounds} ORDER BY s.position ${order} LIMIT ?4`;
}
