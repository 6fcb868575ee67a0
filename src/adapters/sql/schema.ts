import type { ColumnKind, SqlDialect } from './dialect.ts';
import type { Names } from './names.ts';
import { viewsFor } from './views.ts';

/** The version of the tables that this release works with. */
export const SCHEMA_VERSION = 2;

const TYPES: Readonly<Record<SqlDialect, Readonly<Record<ColumnKind, string>>>> = {
  postgresql: {
    name: 'text COLLATE "C" NOT NULL',
    code: 'text COLLATE "C" NOT NULL',
    text: 'text COLLATE "C" NOT NULL',
    count: 'bigint NOT NULL',
  },
  mysql: {
    name: 'varchar(512) CHARACTER SET ascii COLLATE ascii_bin NOT NULL',
    code: 'varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL',
    text: 'longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL',
    count: 'bigint NOT NULL',
  },
  sqlite: { name: 'TEXT NOT NULL', code: 'TEXT NOT NULL', text: 'TEXT NOT NULL', count: 'INTEGER NOT NULL' },
};

const TABLE_END: Readonly<Record<SqlDialect, string>> = {
  postgresql: '',
  mysql: ' ENGINE=InnoDB ROW_FORMAT=DYNAMIC',
  sqlite: ' STRICT, WITHOUT ROWID',
};

/** What makes the tables, version by version: the statements of version 1 stand first. */
export function migrationsFor(dialect: SqlDialect, names: Names): readonly (readonly string[])[] {
  return [tables(dialect, names), viewsFor(dialect, names)];
}

/**
 * The tables. Names compare as bytes; bodies and leaves are kept as they were given.
 *
 * `documents.index_keys` repeats a document's keys as JSON pairs, so that changed ones are found without a
 * second index. Entries are written once and never touched again: `staged` tells which have no position yet,
 * in the order of their numbers, `log` which position an entry has.
 */
function tables(dialect: SqlDialect, names: Names): readonly string[] {
  const { name, code, text, count } = TYPES[dialect];
  const table = (what: string, columns: readonly string[], end = TABLE_END[dialect]): string =>
    `CREATE TABLE IF NOT EXISTS ${what} (\n  ${columns.join(',\n  ')}\n)${end}`;
  const often = dialect === 'postgresql' ? ' WITH (fillfactor = 85)' : TABLE_END[dialect];
  return [
    table(
      names.documents,
      [
        `tenant ${name}`,
        `collection ${name}`,
        `id ${name}`,
        `version ${name}`,
        `mac ${code}`,
        `index_keys ${text}`,
        `body ${text}`,
        'PRIMARY KEY (tenant, collection, id)',
      ],
      often,
    ),
    table(names.index_keys, [
      `tenant ${name}`,
      `index_name ${name}`,
      `index_key ${name}`,
      `collection ${name}`,
      `id ${name}`,
      'PRIMARY KEY (tenant, index_name, index_key, collection, id)',
    ]),
    table(names.entries, [
      `tenant ${name}`,
      `id ${name}`,
      `mac ${code}`,
      `subjects ${text}`,
      `leaf ${text}`,
      'PRIMARY KEY (tenant, id)',
    ]),
    ...staged(dialect, names, table),
    table(names.log, [
      `tenant ${name}`,
      `position ${count}`,
      `entry ${name}`,
      'PRIMARY KEY (tenant, position)',
      'UNIQUE (tenant, entry)',
    ]),
    table(names.entry_subjects, [
      `tenant ${name}`,
      `subject ${name}`,
      `position ${count}`,
      'PRIMARY KEY (tenant, subject, position)',
    ]),
    table(names.log_sizes, [`tenant ${name}`, `size ${count}`, 'PRIMARY KEY (tenant)']),
  ];
}

/** Numbers that only grow, from a source that waits for no transaction. */
function staged(
  dialect: SqlDialect,
  names: Names,
  table: (what: string, columns: readonly string[], end?: string) => string,
): readonly string[] {
  const { name } = TYPES[dialect];
  const rest = [`tenant ${name}`, `entry ${name}`];
  switch (dialect) {
    case 'postgresql':
      return [
        table(names.staged, [
          'seq bigint GENERATED ALWAYS AS IDENTITY (CACHE 1)',
          ...rest,
          'PRIMARY KEY (tenant, seq)',
        ]),
      ];
    case 'mysql':
      return [
        table(names.staged, [
          'seq bigint NOT NULL AUTO_INCREMENT',
          ...rest,
          'PRIMARY KEY (tenant, seq)',
          'UNIQUE (seq)',
        ]),
      ];
    case 'sqlite':
      return [
        table(names.staged, ['seq INTEGER PRIMARY KEY', ...rest], ' STRICT'),
        `CREATE UNIQUE INDEX IF NOT EXISTS "${names.bare.staged}_by_tenant" ON ${names.staged} (tenant, seq)`,
      ];
  }
}

/** Makes the table that tells the version; empty before the first migration is through. */
export function versionTable(dialect: SqlDialect, names: Names): string {
  const end = dialect === 'postgresql' ? '' : TABLE_END[dialect];
  return `CREATE TABLE IF NOT EXISTS ${names.schema} (version ${TYPES[dialect].count}, PRIMARY KEY (version))${end}`;
}
