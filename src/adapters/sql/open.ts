import { GamekeeperError } from '../../kernel/index.ts';
import type { Row, SqlSession } from './connection.ts';
import type { Dialect } from './dialect.ts';
import { migrate, versionOf } from './migrate.ts';
import type { Names } from './names.ts';
import { securityOf } from './row-level-security.ts';
import { SCHEMA_VERSION } from './schema.ts';

/** What is looked at before anything is kept. */
export interface OpenOptions {
  readonly migrations: 'apply' | 'check';
  /** Whether the store promises to keep what it acknowledged through a loss of power. */
  readonly durable: boolean;
  /** Whether row-level security is asked for. */
  readonly secured: boolean;
}

/**
 * Makes sure that the database keeps what it is given, whole and durably, and that the tables are those of this
 * release.
 *
 * @throws {GamekeeperError} `ERR_STORE_FAILED`; the message names the cure.
 */
export async function openDatabase(
  session: SqlSession,
  dialect: Dialect,
  names: Names,
  { migrations, durable, secured }: OpenOptions,
): Promise<void> {
  for (const fault of await settingFaults(session, dialect, durable)) throw failed(dialect, fault);
  let version = await versionOf(session, dialect, names);
  if (
    migrations === 'apply' &&
    (version < SCHEMA_VERSION || (await lacksSecurity(session, names, version, secured)))
  ) {
    await migrate(session, dialect, names, secured);
    version = await versionOf(session, dialect, names);
  }
  if (version > SCHEMA_VERSION) {
    throw failed(
      dialect,
      `the tables have version ${version}, this release knows ${SCHEMA_VERSION}: use a newer release of gamekeeper`,
    );
  }
  if (version < SCHEMA_VERSION) {
    const there =
      version === 0
        ? 'there are no tables yet'
        : `the tables have version ${version}, this release needs ${SCHEMA_VERSION}`;
    throw failed(
      dialect,
      `${there}: run what \`gamekeeper migrate --print --dialect ${dialect.name}${version === 0 ? '' : ` --from ${version}`}\` prints`,
    );
  }
  if (dialect.name === 'postgresql')
    for (const fault of await securityFaults(session, names, secured)) throw failed(dialect, fault);
  for (const fault of await collationFaults(session, dialect, names)) throw failed(dialect, fault);
}

async function lacksSecurity(
  session: SqlSession,
  names: Names,
  version: number,
  secured: boolean,
): Promise<boolean> {
  return secured && version === SCHEMA_VERSION && (await securityOf(session, names)).on !== 'all';
}

/** Row-level security that is asked for and not there, or there and not known of: then rows would seem to be gone. */
async function securityFaults(session: SqlSession, names: Names, secured: boolean): Promise<string[]> {
  const { on, binds } = await securityOf(session, names);
  const cure = 'run what `gamekeeper migrate --print --row-level-security` prints';
  if (secured && on !== 'all') return [`the tables have no row-level security: ${cure}`];
  if (secured && !binds)
    return [
      'this user is above row-level security: connect as one that is no superuser and has no BYPASSRLS',
    ];
  if (!secured && binds) return ['the tables have row-level security: pass rowLevelSecurity: true'];
  return [];
}

function failed(dialect: Dialect, what: string): GamekeeperError {
  return new GamekeeperError('ERR_STORE_FAILED', `${dialect.title}: ${what}`);
}

async function settingFaults(session: SqlSession, dialect: Dialect, durable: boolean): Promise<string[]> {
  switch (dialect.name) {
    case 'postgresql': {
      const [row] = await session.read(
        `SELECT current_setting('server_encoding') AS encoding, current_setting('synchronous_commit') AS synchronous,
          current_setting('fsync') AS fsync, pg_is_in_recovery() AS standby`,
      );
      return postgresqlFaults(row as Row, durable);
    }
    case 'mysql': {
      const [row] = await session.read(
        `SELECT @@sql_mode AS mode, @@character_set_client AS client, @@character_set_connection AS connection,
          @@character_set_results AS results, @@read_only AS read_only,
          @@innodb_flush_log_at_trx_commit AS flush`,
      );
      return mysqlFaults(row as Row, durable);
    }
    case 'sqlite': {
      const [mode] = await session.read('PRAGMA journal_mode');
      const [level] = await session.read('PRAGMA synchronous');
      const kept = String(mode?.journal_mode) === 'memory' || Number(level?.synchronous) >= 2;
      return !durable || kept
        ? []
        : ['PRAGMA synchronous is below FULL, so a loss of power takes acknowledged commits: set it to FULL'];
    }
  }
}

function postgresqlFaults({ encoding, synchronous, fsync, standby }: Row, durable: boolean): string[] {
  const faults: string[] = [];
  if (standby === true) faults.push('the server is a standby and read-only: point the store at the primary');
  if (encoding !== 'UTF8') {
    faults.push(`the database is encoded in ${encoding}: create one WITH ENCODING 'UTF8' TEMPLATE template0`);
  }
  if (durable && fsync !== 'on')
    faults.push('fsync is off, so a crash takes acknowledged commits: turn it on');
  if (durable && (synchronous === 'off' || synchronous === 'local')) {
    faults.push(
      `synchronous_commit is ${synchronous}, so a crash takes acknowledged commits: ALTER ROLE … SET synchronous_commit = on`,
    );
  }
  return faults;
}

function mysqlFaults(
  { mode, client, connection, results, read_only, flush }: Row,
  durable: boolean,
): string[] {
  const faults: string[] = [];
  const modes = String(mode).split(',');
  if (Number(read_only) !== 0) faults.push('the server is read-only: point the store at the primary');
  if (modes.includes('NO_BACKSLASH_ESCAPES')) {
    faults.push('sql_mode has NO_BACKSLASH_ESCAPES, with which mysql2 does not escape texts: take it out');
  }
  if (!modes.includes('STRICT_TRANS_TABLES') && !modes.includes('STRICT_ALL_TABLES')) {
    faults.push('sql_mode is not strict, so long texts would be cut without a word: add STRICT_TRANS_TABLES');
  }
  if ([client, connection, results].some((charset) => charset !== 'utf8mb4')) {
    faults.push(
      `the connection speaks ${[client, connection, results].join(', ')}: connect with charset: 'utf8mb4'`,
    );
  }
  if (durable && Number(flush) !== 1) {
    faults.push(
      `innodb_flush_log_at_trx_commit is ${flush}, so a loss of power takes acknowledged commits: set it to 1`,
    );
  }
  return faults;
}

/** Columns that do not compare as bytes, because somebody converted the tables. */
async function collationFaults(session: SqlSession, dialect: Dialect, names: Names): Promise<string[]> {
  const tables = Object.values(names.bare).filter((table) => table !== names.bare.schema);
  const marks = tables.map(() => '?').join(', ');
  const cure =
    'bytes would compare wrongly; give it back the collation that `gamekeeper migrate --print` states';
  switch (dialect.name) {
    case 'postgresql': {
      const rows = await session.read(
        `SELECT c.relname AS "table", a.attname AS "column", o.collname AS collation
          FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_collation o ON o.oid = a.attcollation
          WHERE c.oid IN (${tables.map((table) => regclass(names, table)).join(', ')}) AND a.attnum > 0
            AND a.attcollation <> 0 AND o.collname <> 'C'`,
      );
      return rows.map(
        ({ table, column, collation }) => `${table}.${column} has collation ${collation}: ${cure}`,
      );
    }
    case 'mysql': {
      const where = names.schemaName === null ? 'DATABASE()' : `'${names.schemaName.slice(1, -1)}'`;
      const rows = await session.read(
        `SELECT TABLE_NAME AS \`table\`, COLUMN_NAME AS \`column\`, COLLATION_NAME AS collation
          FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ${where} AND TABLE_NAME IN (${marks})
            AND COLLATION_NAME IS NOT NULL AND COLLATION_NAME NOT IN ('ascii_bin', 'utf8mb4_bin')`,
        tables,
      );
      return rows.map(
        ({ table, column, collation }) => `${table}.${column} has collation ${collation}: ${cure}`,
      );
    }
    case 'sqlite':
      return [];
  }
}

function regclass({ schemaName }: Names, table: string): string {
  return `'${schemaName === null ? '' : `${schemaName}.`}"${table}"'::regclass`;
}
