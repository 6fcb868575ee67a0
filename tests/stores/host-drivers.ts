import { CompiledQuery, Kysely, MysqlDialect, PostgresDialect } from 'kysely';
import { createPool as createCallbackPool } from 'mysql2';
import { createPool } from 'mysql2/promise';
import pg from 'pg';
import { DataSource } from 'typeorm';
import type { HostTransaction } from '../../src/ports/index.ts';
import { SERVERS } from './engines.ts';

type SharedEngine = 'postgresql' | 'mariadb';
type Transaction = HostTransaction<'postgresql' | 'mysql'>;

/** A host with a driver of its own, which begins its transactions and ends them. */
export interface HostDriver {
  /** Runs work in a transaction: committed when it is through, rolled back when it throws. */
  transaction<Answer>(work: (transaction: Transaction) => Promise<Answer>): Promise<Answer>;
  end(): Promise<void>;
}

/** The drivers that hosts of an engine have. Each hands over what its own method answers, as it is. */
export const driversOf: Readonly<
  Record<SharedEngine, Readonly<Record<string, (most: number) => HostDriver>>>
> = {
  postgresql: {
    pg: pgDriver,
    'pg with prepared statements': (most) => pgDriver(most, true),
    kysely: (most) => kyselyDriver('postgresql', most),
    typeorm: (most) => typeormDriver('postgresql', most),
  },
  mariadb: {
    mysql2: mysql2Driver,
    kysely: (most) => kyselyDriver('mariadb', most),
    typeorm: (most) => typeormDriver('mariadb', most),
  },
};

/** The plain driver of an engine. */
export function plainDriver(engine: SharedEngine, most: number): HostDriver {
  return engine === 'postgresql' ? pgDriver(most) : mysql2Driver(most);
}

function pgDriver(max: number, prepares = false): HostDriver {
  const pool = new pg.Pool({ ...SERVERS.postgresql, max });
  pool.on('error', () => undefined);
  return {
    async transaction(work) {
      const client = await pool.connect();
      let broken = false;
      client.on('error', () => undefined);
      try {
        await client.query('BEGIN');
        const answer = await work({
          dialect: 'postgresql',
          execute: (sql, parameters) => client.query(sql, parameters),
          ...(prepares ? { prepared: (name, text, values) => client.query({ name, text, values }) } : {}),
        });
        await client.query('COMMIT');
        return answer;
      } catch (error) {
        await client.query('ROLLBACK').catch(() => {
          broken = true;
        });
        throw error;
      } finally {
        client.release(broken);
      }
    },
    end: () => pool.end(),
  };
}

function mysql2Driver(connectionLimit: number): HostDriver {
  const pool = createPool({ ...SERVERS.mariadb, connectionLimit });
  return {
    async transaction(work) {
      const connection = await pool.getConnection();
      try {
        await connection.query('SET TRANSACTION ISOLATION LEVEL READ COMMITTED');
        await connection.beginTransaction();
        const answer = await work({
          dialect: 'mysql',
          execute: (sql, parameters) => connection.execute(sql, parameters as string[]),
        });
        await connection.commit();
        connection.release();
        return answer;
      } catch (error) {
        await connection.rollback().then(
          () => connection.release(),
          () => connection.destroy(),
        );
        throw error;
      }
    },
    end: () => pool.end(),
  };
}

function kyselyDriver(engine: SharedEngine, most: number): HostDriver {
  const db = new Kysely<unknown>({
    dialect:
      engine === 'postgresql'
        ? new PostgresDialect({ pool: new pg.Pool({ ...SERVERS.postgresql, max: most }) })
        : new MysqlDialect({ pool: createCallbackPool({ ...SERVERS.mariadb, connectionLimit: most }) }),
  });
  return {
    transaction: (work) =>
      db
        .transaction()
        .setIsolationLevel('read committed')
        .execute((transaction) =>
          work({
            dialect: engine === 'postgresql' ? 'postgresql' : 'mysql',
            execute: (sql, parameters) => transaction.executeQuery(CompiledQuery.raw(sql, parameters)),
          }),
        ),
    end: () => db.destroy(),
  };
}

function typeormDriver(engine: SharedEngine, most: number): HostDriver {
  const source =
    engine === 'postgresql'
      ? new DataSource({
          type: 'postgres',
          host: SERVERS.postgresql.host,
          port: SERVERS.postgresql.port,
          username: 'postgres',
          database: 'postgres',
          poolSize: most,
        })
      : new DataSource({ type: 'mariadb', ...SERVERS.mariadb, username: 'root', poolSize: most });
  const ready = source.initialize();
  return {
    async transaction(work) {
      await ready;
      return source.transaction('READ COMMITTED', (manager) =>
        work({
          dialect: engine === 'postgresql' ? 'postgresql' : 'mysql',
          execute: (sql, parameters) => manager.query(sql, parameters),
        }),
      );
    },
    async end() {
      await ready;
      await source.destroy();
    },
  };
}
