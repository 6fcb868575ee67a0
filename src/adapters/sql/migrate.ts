import { GamekeeperError } from '../../kernel/index.ts';
import type { Row, SqlSession } from './connection.ts';
import type { Dialect, SqlDialect } from './dialect.ts';
import { faultOf } from './faults.ts';
import { type Names, namesIn, type Placement } from './names.ts';
import { rowLevelSecurity, securityOf } from './row-level-security.ts';
import { migrationsFor, SCHEMA_VERSION, versionTable } from './schema.ts';

/** Which statements are asked for. */
export interface MigrationOptions extends Placement {
  readonly dialect: SqlDialect;
  /** The version that is there already; 0 when there is none. */
  readonly from?: number;
}

/**
 * The statements that make the store's tables, or bring those of version `from` up to this release: for hosts
 * that run their migrations themselves. They may be run twice. On MySQL each is a transaction of its own.
 *
 * @throws {GamekeeperError} `ERR_INVALID_INPUT`
 */
export function sqlMigrations({ dialect, from = 0, ...placement }: MigrationOptions): readonly string[] {
  if (!Number.isInteger(from) || from < 0 || from > SCHEMA_VERSION) {
    throw new GamekeeperError('ERR_INVALID_INPUT', `from: expected 0 to ${SCHEMA_VERSION}`, { path: 'from' });
  }
  const names = namesIn(dialect, placement);
  const steps = migrationsFor(dialect, names).slice(from);
  const schema = names.schemaName === null ? [] : [makeSchema(names)];
  const security = placement.rowLevelSecurity === true ? rowLevelSecurity(names) : [];
  return [
    ...schema,
    versionTable(dialect, names),
    ...steps.flat(),
    ...security,
    ...setVersion(dialect, names),
  ];
}

/** Which version the tables have; 0 where there are none. */
export async function versionOf(session: SqlSession, dialect: Dialect, names: Names): Promise<number> {
  if (dialect.name === 'postgresql') {
    // Asked for without it, a missing table would end the transaction that asks.
    const [found] = await session.read('SELECT to_regclass(?) IS NOT NULL AS there', [names.schema]);
    if (found?.there !== true) return 0;
  }
  try {
    const [row] = await session.read(`SELECT max(version) AS version FROM ${names.schema}`);
    return Number((row as Row).version ?? 0);
  } catch (error) {
    if (faultOf(error) === 'no-tables') return 0;
    throw error;
  }
}

/**
 * Brings the tables up to this release, one process at a time. Nothing remains half done: PostgreSQL and SQLite
 * do it in one transaction; on MySQL what is there already is skipped when it is run again.
 */
export async function migrate(
  session: SqlSession,
  dialect: Dialect,
  names: Names,
  secured: boolean,
): Promise<void> {
  const release = await lock(session, dialect, names);
  try {
    const from = await versionOf(session, dialect, names);
    if (from < SCHEMA_VERSION) {
      if (!(await hasSchema(session, dialect, names))) await session.write(makeSchema(names));
      await session.write(versionTable(dialect.name, names));
      for (const sql of migrationsFor(dialect.name, names).slice(from).flat()) await session.write(sql);
      for (const sql of setVersion(dialect.name, names)) await session.write(sql);
    }
    if (secured && (await securityOf(session, names)).on !== 'all')
      for (const sql of rowLevelSecurity(names)) await session.write(sql);
    await release(true);
  } catch (error) {
    await release(false).catch(() => undefined);
    throw error;
  }
}

/** Only where there is none: who may not make schemas may still use one that was made for them. */
async function hasSchema(session: SqlSession, dialect: Dialect, { schemaName }: Names): Promise<boolean> {
  if (schemaName === null) return true;
  const sql =
    dialect.name === 'postgresql'
      ? 'SELECT 1 AS there FROM pg_namespace WHERE nspname = ?'
      : 'SELECT 1 AS there FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?';
  return (await session.read(sql, [schemaName.slice(1, -1)])).length > 0;
}

function makeSchema({ schemaName }: Names): string {
  return `CREATE SCHEMA IF NOT EXISTS ${schemaName}`;
}

function setVersion(dialect: SqlDialect, names: Names): readonly string[] {
  const ignore = dialect === 'mysql' ? 'INSERT IGNORE' : 'INSERT';
  const end = dialect === 'mysql' ? '' : ' ON CONFLICT DO NOTHING';
  return [
    `${ignore} INTO ${names.schema} (version) VALUES (${SCHEMA_VERSION})${end}`,
    `DELETE FROM ${names.schema} WHERE version < ${SCHEMA_VERSION}`,
  ];
}

/** Waits until no other process migrates; answers how to let the next one in. */
async function lock(
  session: SqlSession,
  dialect: Dialect,
  names: Names,
): Promise<(done: boolean) => Promise<void>> {
  const end = async (done: boolean): Promise<void> =>
    void (await session.write(done ? 'COMMIT' : 'ROLLBACK'));
  switch (dialect.name) {
    case 'postgresql':
      await session.write('BEGIN');
      await session.read('SELECT pg_advisory_xact_lock(hashtext(?), hashtext(?))', [
        'gamekeeper.migrate',
        names.installation,
      ]);
      return end;
    case 'sqlite':
      await session.write('BEGIN IMMEDIATE');
      return end;
    case 'mysql': {
      const name = `gamekeeper.${names.installation}`.slice(0, 64);
      const [row] = await session.read('SELECT GET_LOCK(?, 30) AS got', [name]);
      if (Number(row?.got) !== 1) {
        throw new GamekeeperError(
          'ERR_STORE_FAILED',
          'another process has been making the tables for 30 s: look whether it hangs',
        );
      }
      return async () => void (await session.read('SELECT RELEASE_LOCK(?) AS released', [name]));
    }
  }
}
