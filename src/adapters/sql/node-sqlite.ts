import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { GamekeeperError } from '../../kernel/index.ts';

/** A database as Kysely's `SqliteDialect` takes it. */
export interface NodeSqliteDatabase {
  /** Closes the file. */
  close(): void;
  /** A statement, prepared once for each text. */
  prepare(sql: string): NodeSqliteStatement;
}

/** A statement as Kysely's `SqliteDialect` takes it. */
export interface NodeSqliteStatement {
  readonly reader: boolean;
  /** All rows at once. */
  all(parameters: readonly unknown[]): unknown[];
  /** Runs what answers no rows. */
  run(parameters: readonly unknown[]): {
    readonly changes: number | bigint;
    readonly lastInsertRowid: number | bigint;
  };
  /** The rows one by one. */
  iterate(parameters: readonly unknown[]): IterableIterator<unknown>;
}

const MOST_STATEMENTS = 200;
/** What answers rows: not every Node that is supported can tell it from the statement. */
const READS = /^\s*(select|with|values|pragma|explain)\b|\breturning\b/i;

/**
 * A file for Kysely by the SQLite that comes with Node:
 * `new Kysely({ dialect: new SqliteDialect({ database: nodeSqlite('acme.db') }) })`.
 *
 * In WAL mode and flushed at each commit (`synchronous=FULL`). It never waits for a lock in the thread: the store
 * tries again.
 *
 * @throws {GamekeeperError} `ERR_STORE_FAILED` when the file cannot be opened.
 */
export function nodeSqlite(path: string): NodeSqliteDatabase {
  const database = opened(path);
  const statements = new Map<string, StatementSync>();
  const prepared = (sql: string): StatementSync => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = database.prepare(sql);
      if (statements.size >= MOST_STATEMENTS) statements.clear();
      statements.set(sql, statement);
    }
    return statement;
  };
  return {
    close() {
      statements.clear();
      database.close();
    },
    prepare(sql) {
      const statement = prepared(sql);
      return {
        reader: READS.test(sql),
        all: (parameters) => statement.all(...parameters.map(bound)),
        run: (parameters) => statement.run(...parameters.map(bound)),
        iterate: (parameters) => statement.iterate(...parameters.map(bound)),
      };
    },
  };
}

function opened(path: string): DatabaseSync {
  try {
    const database = new DatabaseSync(path);
    database.exec('PRAGMA busy_timeout = 5000');
    database.exec('PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA secure_delete = ON');
    database.exec('PRAGMA busy_timeout = 0');
    return database;
  } catch (cause) {
    throw new GamekeeperError(
      'ERR_STORE_FAILED',
      'SQLite: cannot open the file: check its path and your rights',
      {
        cause,
      },
    );
  }
}

/** A value as `node:sqlite` takes it: it binds NULL for a lone date, without a word. */
function bound(value: unknown): string | number | bigint | null | Uint8Array {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
      return value;
    case 'boolean':
      return value ? 1 : 0;
    default:
      if (value === null || value === undefined) return null;
      if (value instanceof Uint8Array) return value;
      throw new GamekeeperError(
        'ERR_INVALID_INPUT',
        `SQLite takes no ${typeof value}: pass a text or a number`,
      );
  }
}
