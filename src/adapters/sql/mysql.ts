import { type ColumnKind, type Columns, type Dialect, edgeOf, equal, LOCKED } from './dialect.ts';
import { settable } from './postgresql.ts';

const TYPES: Readonly<Record<ColumnKind, string>> = {
  name: 'varchar(512) CHARACTER SET ascii COLLATE ascii_bin',
  code: 'varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
  text: 'longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
  count: 'bigint',
};

const LOCK_WAIT_AS_BEFORE = 'SET innodb_lock_wait_timeout = @gamekeeper_lock_wait';

/** MariaDB from 10.6 on, and MySQL from 8.0 on: both with InnoDB. */
export const mysql: Dialect = {
  name: 'mysql',
  title: 'MariaDB/MySQL',
  text: (sql) => sql,
  given,
  lookUp: (table, alias, on, where = 'there') =>
    `${where === 'there' ? 'STRAIGHT_JOIN' : 'LEFT JOIN'} ${table} ${alias} ON ${on}`,
  rowLocks: 'runs',
  // READ COMMITTED: no gaps are locked, so inserts of different rows never wait for each other.
  begin: (lockMs) => [
    `SET innodb_lock_wait_timeout = ${Math.max(1, Math.ceil((lockMs ?? 0) / 1000))}`,
    'SET TRANSACTION ISOLATION LEVEL READ COMMITTED',
    'START TRANSACTION',
  ],
  lockDocuments: (names, mode, waits) =>
    `SELECT r.n, d.version, IF(r.written = 1, d.index_keys, NULL) AS index_keys,
        IF(r.counted = 1, d.body, NULL) AS body
      FROM ${given(LOCKED)} STRAIGHT_JOIN ${names.documents} d
        ON ${equal('d', 'r', ['tenant', 'collection', 'id'])}
      ${mode === 'share' ? 'LOCK IN SHARE MODE' : 'FOR UPDATE'} ${waits ? '' : 'SKIP LOCKED'}`,
  update: (table, keys, columns, guard) =>
    `UPDATE ${given(columns)} STRAIGHT_JOIN ${table} t ON ${equal('t', 'r', keys)}
      SET ${settable(keys, columns)
        .map((column) => `t.${column} = r.${column}`)
        .join(', ')} WHERE t.${guard} = r.was`,
  joins: null,
  // By its whole name: an alias would be looked for in the connection's own database.
  deleteGiven: (table, columns) =>
    `DELETE ${table} FROM ${given(columns)} STRAIGHT_JOIN ${table} ON ${equal(table, 'r', Object.keys(columns))}`,
  deleteSome: (table) => `DELETE FROM ${table} WHERE tenant = ? LIMIT ?`,
  joining: {
    // Where no transaction is open a save point is gone at once, and the second statement says so.
    // The least that MySQL takes: for somebody who is just making the same document; all else is skipped.
    enter: [
      'SAVEPOINT gamekeeper',
      'RELEASE SAVEPOINT gamekeeper',
      'SAVEPOINT gamekeeper',
      'SET @gamekeeper_lock_wait = @@innodb_lock_wait_timeout, innodb_lock_wait_timeout = 1',
    ],
    back: [LOCK_WAIT_AS_BEFORE, 'ROLLBACK TO SAVEPOINT gamekeeper', 'RELEASE SAVEPOINT gamekeeper'],
    leave: [LOCK_WAIT_AS_BEFORE, 'RELEASE SAVEPOINT gamekeeper'],
    settings: null,
  },
  unlessThere: (column) => `ON DUPLICATE KEY UPDATE ${column} = ${column}`,
  /** A comparison of row values searches no index here; parts of it do. */
  position(range) {
    const [key, collection, id] = edgeOf(range);
    const [far, beyond, within] = range.descending ? [range.from, '<', '>='] : [range.to, '>', '<'];
    const rest = `k.index_key ${beyond} ? AND k.index_key ${within} ?`;
    if (collection === '') {
      const first = range.descending ? rest : `k.index_key >= ? AND k.index_key < ?`;
      return { sql: first, values: [key, far] };
    }
    return {
      sql: `((k.index_key = ? AND k.collection = ? AND k.id ${beyond} ? AND k.index_key ${within} ?)
        OR (k.index_key = ? AND k.collection ${beyond} ? AND k.index_key ${within} ?)
        OR (${rest}))`,
      values: [key, collection, id, far, key, collection, far, key, far],
    };
  },
};

function given(columns: Columns): string {
  const defined = Object.entries(columns).map(([name, kind]) => `${name} ${TYPES[kind]} PATH '$.${name}'`);
  return `JSON_TABLE(?, '$[*]' COLUMNS (${defined.join(', ')})) AS r`;
}
