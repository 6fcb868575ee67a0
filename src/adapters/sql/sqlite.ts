import { byRowValue, type Columns, type Dialect, deleteSomeByKeys, equal, LOCKED } from './dialect.ts';
import { settable } from './postgresql.ts';

/** SQLite from 3.38 on: one writer at a time, so nothing needs to be locked row by row. */
export const sqlite: Dialect = {
  name: 'sqlite',
  title: 'SQLite',
  text: (sql) => sql,
  given,
  lookUp: (table, alias, on, where = 'there') =>
    `${where === 'there' ? 'CROSS JOIN' : 'LEFT JOIN'} ${table} ${alias} ON ${on}`,
  rowLocks: 'none',
  begin: () => ['BEGIN IMMEDIATE'],
  lockDocuments: (names) =>
    `SELECT r.n, d.version, iif(r.written = 1, d.index_keys, NULL) AS index_keys,
        iif(r.counted = 1, d.body, NULL) AS body
      FROM ${given(LOCKED)} CROSS JOIN ${names.documents} d
        ON ${equal('d', 'r', ['tenant', 'collection', 'id'])}`,
  update: (table, keys, columns, guard) =>
    `UPDATE ${table} AS t SET ${settable(keys, columns)
      .map((column) => `${column} = r.${column}`)
      .join(', ')} FROM ${given(columns)} WHERE ${equal('t', 'r', keys)} AND t.${guard} = r.was`,
  joins: null,
  deleteGiven(table, columns) {
    const names = Object.keys(columns).join(', ');
    return `DELETE FROM ${table} WHERE (${names}) IN (SELECT ${names} FROM ${given(columns)})`;
  },
  deleteSome: deleteSomeByKeys,
  unlessThere: () => 'ON CONFLICT DO NOTHING',
  // While a transaction writes nobody else does: no refusal could be kept apart from it.
  joining: null,
  position: byRowValue,
};

function given(columns: Columns): string {
  const read = Object.keys(columns).map((name) => `value ->> '$.${name}' AS ${name}`);
  return `(SELECT ${read.join(', ')} FROM json_each(?)) AS r`;
}
