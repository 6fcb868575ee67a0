import { GamekeeperError } from '../../kernel/index.ts';
import type { SqlDialect } from './dialect.ts';

/** Where the tables of a store are. */
export interface Placement {
  /** PostgreSQL: a schema; MySQL: a database. Default: the connection's own. SQLite has none. */
  readonly schema?: string;
  /** What the names of tables and views begin with. Default: `gk_`. */
  readonly prefix?: string;
  /** PostgreSQL 15 and later: lets the database itself keep tenants apart, by row-level security. Default: false. */
  readonly rowLevelSecurity?: boolean;
}

const TABLES = [
  'documents',
  'index_keys',
  'entries',
  'staged',
  'log',
  'entry_subjects',
  'log_sizes',
  'schema',
] as const;
const VIEWS = ['owner', 'access'] as const;

/** The names of tables and views as they stand in statements, quoted. */
export type Names = Readonly<Record<(typeof TABLES)[number] | (typeof VIEWS)[number], string>> & {
  /** The schema, quoted; `null` for the connection's own. */
  readonly schemaName: string | null;
  /** The tables as the catalogue knows them. */
  readonly bare: Readonly<Record<(typeof TABLES)[number], string>>;
  /** Tells this installation from others in the same database. */
  readonly installation: string;
};

/** @throws {GamekeeperError} `ERR_INVALID_INPUT` for a name that would need quoting to be safe. */
export function namesIn(dialect: SqlDialect, { schema, prefix = 'gk_', rowLevelSecurity }: Placement): Names {
  if (!/^[a-z][a-z0-9_]{0,31}$/.test(prefix))
    throw invalid('prefix', 'small letters, digits and _, such as gk_');
  if (schema !== undefined && dialect === 'sqlite')
    throw invalid('schema', 'nothing: SQLite has no schemas, use prefix');
  if (schema !== undefined && !/^[a-z][a-z0-9_]{0,62}$/.test(schema)) {
    throw invalid('schema', 'small letters, digits and _, such as gamekeeper');
  }
  if (rowLevelSecurity === true && dialect !== 'postgresql')
    throw invalid('rowLevelSecurity', 'nothing: only PostgreSQL has it');
  const quoted = (name: string): string => (dialect === 'mysql' ? `\`${name}\`` : `"${name}"`);
  const schemaName = schema === undefined ? null : quoted(schema);
  const placed = (name: string): string =>
    (schemaName === null ? '' : `${schemaName}.`) + quoted(prefix + name);
  const named = (make: (name: string) => string, names: readonly string[]): Record<string, string> =>
    Object.fromEntries(names.map((name) => [name, make(name)]));
  return {
    ...named(placed, [...TABLES, ...VIEWS]),
    schemaName,
    bare: named((name) => prefix + name, TABLES),
    installation: `${schema ?? ''}.${prefix}`,
  } as Names;
}

function invalid(path: string, expected: string): GamekeeperError {
  return new GamekeeperError('ERR_INVALID_INPUT', `${path}: expected ${expected}`, { path });
}
