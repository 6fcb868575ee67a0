import {
  byRowValue,
  type ColumnKind,
  type Columns,
  type Dialect,
  deleteSomeByKeys,
  equal,
  LOCKED,
} from './dialect.ts';

const TYPES: Readonly<Record<ColumnKind, string>> = {
  name: 'text COLLATE "C"',
  code: 'text COLLATE "C"',
  text: 'text COLLATE "C"',
  count: 'bigint',
};

/** Writes touch a few rows each, whatever a planner makes of a small or fresh table. */
const PLANS = ['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin'];
const BY_INDEX = PLANS.map((plan) => `SET LOCAL ${plan} = off`);
const BEGIN = 'BEGIN ISOLATION LEVEL READ COMMITTED';
/** A process that stands still in the middle of a transaction holds its locks for so long, and not for ever. */
const IDLE = 'SET LOCAL idle_in_transaction_session_timeout = 10000';

/** What holds for a commit that joins a transaction of the host's. */
const INSIDE: Readonly<Record<string, string>> = {
  // Shorter than any deadlock is looked for: whoever waits in a circle gives up before it becomes one.
  lock_timeout: '250ms',
  ...Object.fromEntries(PLANS.map((plan) => [plan, 'off'])),
};

/** PostgreSQL from 12 on, and PGlite. */
export const postgresql: Dialect = {
  name: 'postgresql',
  title: 'PostgreSQL',
  text(sql) {
    let at = 0;
    return sql.replace(/\?/g, () => {
      at += 1;
      return `$${at}`;
    });
  },
  given,
  // Run for each row in turn: no planner prefers to read the whole table for that.
  lookUp: (table, alias, on, where = 'there') =>
    `${where === 'there' ? '' : 'LEFT'} JOIN LATERAL (SELECT * FROM ${table} ${alias} WHERE ${on} LIMIT 1) ${alias} ON true`,
  rowLocks: 'each',
  // Several statements in one message; PGlite, which nobody shares, takes one only.
  begin: (lockMs) => [
    lockMs === null ? BEGIN : [BEGIN, `SET LOCAL lock_timeout = ${lockMs}`, IDLE, ...BY_INDEX].join('; '),
  ],
  lockDocuments(names, _mode, waits, beside) {
    // A subquery that locks is run for each row of `r` in turn: so locks are taken in the order given.
    const locked = (columns: string, written: 0 | 1, strength: string): string =>
      `LEFT JOIN LATERAL (SELECT ${columns} FROM ${names.documents} d
        WHERE ${equal('d', 'r', ['tenant', 'collection', 'id'])} AND r.written = ${written}
        ${strength} ${waits ? '' : 'SKIP LOCKED'})`;
    return `SELECT r.n, coalesce(x.version, s.version) AS version, x.index_keys,
        CASE WHEN r.counted = 1 THEN x.body END AS body,
        p.version IS NOT NULL AS held${beside === undefined ? '' : `, (SELECT ${beside}) AS beside`}
      FROM ${given(LOCKED)}
      ${locked('version, index_keys, body', 1, 'FOR UPDATE')} x ON true
      ${locked('version', 0, 'FOR SHARE')} s ON true
      LEFT JOIN LATERAL (SELECT version FROM ${names.documents} d
        WHERE ${equal('d', 'r', ['tenant', 'collection', 'id'])}
          AND x.version IS NULL AND s.version IS NULL LIMIT 1) p ON true`;
  },
  update: (table, keys, columns, guard) =>
    `UPDATE ${table} t SET ${settable(keys, columns)
      .map((column) => `${column} = r.${column}`)
      .join(', ')} FROM ${given(columns)} WHERE ${equal('t', 'r', keys)} AND t.${guard} = r.was`,
  joins(writes, afterwards) {
    // Who counts what a write returned has waited for the end of it: so it is the order of these that is kept.
    const counted = writes.map((_, at) => `(SELECT count(*) FROM w${at})`);
    const parts = writes.map((write, at) => {
      const sql =
        typeof write === 'string' ? write : write(`${[...counted.slice(0, at), '0'].join(' + ')} >= 0`);
      return `w${at} AS (${sql} RETURNING 1)`;
    });
    const answer = counted.map((count, at) => `${count} AS rows_${at}`);
    if (afterwards !== null) answer.push(afterwards);
    return `WITH ${parts.join(', ')} SELECT ${answer.join(', ')}`;
  },
  deleteGiven: (table, columns) =>
    `DELETE FROM ${table} t USING ${given(columns)} WHERE ${equal('t', 'r', Object.keys(columns))}`,
  deleteSome: deleteSomeByKeys,
  unlessThere: () => 'ON CONFLICT DO NOTHING',
  joining: {
    enter: ['SAVEPOINT gamekeeper'],
    back: ['ROLLBACK TO SAVEPOINT gamekeeper', 'RELEASE SAVEPOINT gamekeeper'],
    leave: ['RELEASE SAVEPOINT gamekeeper'],
    settings: {
      set: `concat(${[keepSettings(), ...Object.entries(INSIDE).map(([name, value]) => setting(name, `'${value}'`))].join(', ')})`,
      restore: `concat(${Object.keys(INSIDE)
        .map((name, at) =>
          setting(name, `split_part(current_setting('gamekeeper.settings'), ' ', ${at + 1})`),
        )
        .join(', ')})`,
    },
  },
  position: byRowValue,
};

function given(columns: Columns): string {
  const defined = Object.entries(columns).map(([name, kind]) => `${name} ${TYPES[kind]}`);
  return `json_to_recordset(CAST(? AS json)) AS r(${defined.join(', ')})`;
}

/** Sets a setting until the transaction ends, or a save point in it is gone back to. */
function setting(name: string, value: string): string {
  return `set_config('${name}', ${value}, true)`;
}

/** Remembers the host's own settings: none of their values has a space in it. */
function keepSettings(): string {
  const values = Object.keys(INSIDE).map((name) => `current_setting('${name}')`);
  return setting('gamekeeper.settings', `concat_ws(' ', ${values.join(', ')})`);
}

/** What an update writes: all but what names the row, and what it is checked against. */
export function settable(keys: readonly string[], columns: Columns): string[] {
  return Object.keys(columns).filter((column) => !keys.includes(column) && column !== 'was');
}
