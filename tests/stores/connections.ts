import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { type Dialect, Kysely, MysqlDialect, PGliteDialect, PostgresDialect, SqliteDialect } from 'kysely';
import { createPool } from 'mysql2';
import pg from 'pg';
import { nodeSqlite, type SqlStore, type SqlStoreOptions, sqlStore } from '../../src/adapters/sql/index.ts';

export type EngineName = 'postgresql' | 'mariadb' | 'pglite' | 'sqlite';

/** Where the servers are; the environment may say otherwise. */
export const SERVERS = {
  postgresql: {
    host: '127.0.0.1',
    port: Number(process.env.PGPORT ?? 5432),
    user: 'postgres',
    database: 'postgres',
  },
  mariadb: { host: '127.0.0.1', port: Number(process.env.MYSQL_PORT ?? 3306), user: 'root' },
} as const;

/** A store that ends with its connections. */
export interface OpenStore extends SqlStore {
  end(): Promise<void>;
}

/** What a Kysely instance on an engine is made of. */
export interface Connection {
  /** Where SQLite's file lies. */
  readonly folder?: string | null;
  readonly pglite?: PGlite | null;
  /** So many connections at a time. */
  readonly most: number;
  /** Another server than that of the tests. */
  readonly port?: number;
  /** What the server calls these connections: a role on PostgreSQL's list, a database on MariaDB's. */
  readonly name?: string;
}

/** How Kysely reaches an engine. */
export function dialectFor(engine: EngineName, { folder, pglite, most, port, name }: Connection): Dialect {
  switch (engine) {
    case 'postgresql': {
      const pool = new pg.Pool({
        ...SERVERS.postgresql,
        ...(port === undefined ? {} : { port }),
        ...(name === undefined ? {} : { application_name: name }),
        max: most,
      });
      // Without anybody who hears of it, a server that restarts would end the process.
      pool.on('error', () => undefined);
      pool.on('connect', (client) => client.on('error', () => undefined));
      return new PostgresDialect({ pool });
    }
    case 'mariadb':
      return new MysqlDialect({
        pool: createPool({
          ...SERVERS.mariadb,
          ...(port === undefined ? {} : { port }),
          ...(name === undefined ? {} : { database: name }),
          connectionLimit: most,
        }),
      });
    case 'pglite':
      return new PGliteDialect({ pglite: pglite as PGlite });
    case 'sqlite':
      return new SqliteDialect({ database: nodeSqlite(join(folder as string, 'sql.db')) });
  }
}

/** A store on a Kysely instance of its own. */
export function storeOn(
  instance: Kysely<unknown>,
  options: SqlStoreOptions,
  letGo: () => Promise<void>,
): OpenStore {
  const store = sqlStore(instance, options);
  return {
    ...store,
    async end() {
      store.close();
      await letGo();
    },
  };
}

/** Opens the data of an engine in another process; not on PGlite. */
export function openElsewhere(
  engine: EngineName,
  schema: string | undefined,
  connection: Partial<Connection> = {},
): OpenStore {
  const instance = new Kysely<unknown>({ dialect: dialectFor(engine, { most: 4, ...connection }) });
  return storeOn(instance, schema === undefined ? {} : { schema }, () => instance.destroy());
}
