import { CompiledQuery, Kysely, MysqlDialect, PostgresDialect } from 'kysely';
import { createPool } from 'mysql2';
import pg from 'pg';
import { expect, it } from 'vitest';
import { type SqlStore, sqlStore } from '../../src/adapters/sql/index.ts';
import { addOf, batchOf, entryOf, putOf, refOf, tenant } from '../../src/testing/store-harness.ts';
import { SERVERS } from './connections.ts';
import { describeEngines, type Engine, SHARED } from './engines.ts';

const a = refOf('a');
const counter = refOf('n', 'count');
const change = (version: string) =>
  batchOf({ adds: [addOf(counter, 1, version)], puts: [putOf(a, version)], entries: [entryOf(version)] });
const missed = (message: RegExp) => ({ code: 'ERR_STORE_FAILED', message: expect.stringMatching(message) });

/** What a session is told at its beginning, and whom it is for. */
interface Session {
  readonly user?: string;
  readonly first?: string;
  readonly most?: number;
}

/** A Kysely instance on an engine, whose sessions begin as they are told. */
function connected({ name }: Engine, { user, first, most = 2 }: Session): Kysely<unknown> {
  const who = user === undefined ? {} : { user };
  if (name === 'mariadb') {
    const pool = createPool({ ...SERVERS.mariadb, ...who, connectionLimit: most });
    if (first !== undefined) pool.on('connection', (connection) => void connection.query(first));
    return new Kysely({ dialect: new MysqlDialect({ pool }) });
  }
  const options = first === undefined ? {} : { options: `-c ${first}` };
  const pool = new pg.Pool({ ...SERVERS.postgresql, ...who, ...options, max: most });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new Kysely({ dialect: new PostgresDialect({ pool }) });
}

/** Works with a store over such an instance, and lets go of it. */
async function withStore<Answer>(
  engine: Engine,
  session: Session,
  work: (store: SqlStore) => Promise<Answer>,
): Promise<Answer> {
  const db = connected(engine, session);
  const store = sqlStore(db, { schema: engine.schema as string, lockWaitMs: 3_000 });
  try {
    return await work(store);
  } finally {
    store.close();
    await db.destroy();
  }
}

/** The documents, as another store sees them. */
async function seen(engine: Engine): Promise<unknown> {
  const store = engine.open();
  const documents = await store.get(tenant, [a, counter]);
  const entries = await store.readEntries(tenant, { by: 'staged', limit: 100 });
  await store.end();
  return { documents, entries: entries.map(({ id }) => id) };
}

const FIRST = {
  readOnly: { postgresql: 'default_transaction_read_only=on', mariadb: 'SET SESSION tx_read_only = 1' },
  hurried: { postgresql: 'statement_timeout=60', mariadb: 'SET max_statement_time = 0.06' },
} as const;

await describeEngines('a database in trouble', SHARED, (engine) => {
  const name = engine.name as 'postgresql' | 'mariadb';

  it('that is read-only takes no half change and says so; reads go on', async () => {
    await withStore(engine, {}, (store) => store.commit(tenant, change('v1')));
    const before = await seen(engine);
    await withStore(engine, { first: FIRST.readOnly[name] }, async (store) => {
      await expect(store.commit(tenant, change('v2'))).rejects.toMatchObject(
        missed(/nothing was written: the database is read-only: point the store at the primary/),
      );
      expect(await store.get(tenant, [a])).toMatchObject([{ version: 'v1' }]);
    });
    expect(await seen(engine)).toEqual(before);
  });

  it('that ends slow statements takes no half change, and goes on', async () => {
    const before = await seen(engine);
    const blocker = connected(engine, {});
    const transaction = await blocker.startTransaction().execute();
    const hold = `SELECT 1 FROM ${engine.schema}.gk_documents WHERE collection = 'thing' FOR UPDATE`;
    await withStore(engine, { first: FIRST.hurried[name] }, async (store) => {
      await transaction.executeQuery(CompiledQuery.raw(hold));
      await expect(store.commit(tenant, change('v3'))).rejects.toMatchObject(
        missed(/nothing was written: the database ended a statement that took too long: raise/),
      );
      await transaction.rollback().execute();
      expect(await seen(engine)).toEqual(before);
      expect(await store.commit(tenant, change('v3')), 'recovered').toMatchObject({ status: 'committed' });
    });
    await blocker.destroy();
  });

  it('that drops sessions in mid-transaction: the commit is made anew on another, once', async () => {
    const blocker = connected(engine, {});
    const transaction = await blocker.startTransaction().execute();
    await transaction.executeQuery(
      CompiledQuery.raw(`SELECT 1 FROM ${engine.schema}.gk_documents WHERE id = 'a' FOR UPDATE`),
    );
    await withStore(engine, {}, async (store) => {
      const waiting = store.commit(tenant, change('v4'));
      let dropped = 0;
      for (let look = 0; dropped === 0 && look < 20; look += 1) {
        // MariaDB shows what it saw last to whoever looks again within a tenth of a second.
        await new Promise((resolve) => setTimeout(resolve, 150));
        dropped = await dropWaiting(engine);
      }
      expect(dropped, 'sessions that were dropped').toBeGreaterThan(0);
      await transaction.rollback().execute();
      expect(await waiting).toMatchObject({ status: 'committed', repeated: false });
      const counted = (await store.get(tenant, [counter]))[0]?.body;
      const entries = await store.readEntries(tenant, { by: 'staged', limit: 100 });
      expect(Number(counted)).toBe(entries.length);
    });
    await blocker.destroy();
  });

  it('that takes no more connections says so, and goes on when one is free', async () => {
    const user = `${engine.schema}_few`;
    const at = name === 'mariadb' ? `'${user}'@'%'` : user;
    await engine.query(
      name === 'mariadb'
        ? `CREATE USER ${at} WITH MAX_USER_CONNECTIONS 1`
        : `CREATE ROLE ${at} LOGIN SUPERUSER CONNECTION LIMIT 1`,
    );
    if (name === 'mariadb') await engine.query(`GRANT ALL ON ${engine.schema}.* TO ${at}`);
    else await engine.query(`ALTER ROLE ${at} NOSUPERUSER`);
    if (name === 'postgresql') {
      await engine.query(`GRANT USAGE ON SCHEMA ${engine.schema} TO ${at}`);
      await engine.query(`GRANT ALL ON ALL TABLES IN SCHEMA ${engine.schema} TO ${at}`);
      await engine.query(`GRANT ALL ON ALL SEQUENCES IN SCHEMA ${engine.schema} TO ${at}`);
    }
    try {
      const other = connected(engine, { user, most: 1 });
      await other.executeQuery(CompiledQuery.raw('SELECT 1'));
      await withStore(engine, { user, most: 1 }, async (store) => {
        await expect(store.commit(tenant, change('v5'))).rejects.toMatchObject(
          missed(/nothing was written: the database takes no more connections: raise its limit/),
        );
        await other.destroy();
        await expect
          .poll(() => store.commit(tenant, change('v5')).catch(String), { timeout: 20_000 })
          .toMatchObject({ status: 'committed' });
      });
    } finally {
      if (name === 'postgresql') await engine.query(`DROP OWNED BY ${at}`);
      await engine.query(name === 'mariadb' ? `DROP USER ${at}` : `DROP ROLE ${at}`);
    }
  });
});

/** Ends the sessions of the engine's schema that wait for a lock; answers how many. */
async function dropWaiting({ name, schema, query }: Engine): Promise<number> {
  if (name === 'postgresql') {
    const rows = await query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%${schema}%' AND pid <> pg_backend_pid()`,
    );
    return rows.length;
  }
  const rows = await query(
    `SELECT t.trx_mysql_thread_id AS id FROM information_schema.INNODB_TRX t
      JOIN information_schema.PROCESSLIST p ON p.ID = t.trx_mysql_thread_id
      WHERE t.trx_state = 'LOCK WAIT' AND p.INFO LIKE '%${schema}%'`,
  );
  for (const { id } of rows) await query(`KILL ${Number(id)}`);
  return rows.length;
}

await describeEngines('a database with a charset of its own', ['mariadb'], (engine) => {
  it('keeps every text all the same: the columns say theirs', async () => {
    const database = `${engine.schema}_latin`;
    await engine.query(`CREATE DATABASE ${database} CHARACTER SET latin1 COLLATE latin1_swedish_ci`);
    const db = connected(engine, {});
    try {
      const store = sqlStore(db, { schema: database });
      const body = '"北京 — 😀 é"';
      await store.commit(tenant, batchOf({ puts: [putOf(a, 'v1', [], body)] }));
      expect(await store.get(tenant, [a])).toMatchObject([{ body }]);
      store.close();
    } finally {
      await engine.query(`DROP DATABASE ${database}`);
      await db.destroy();
    }
  });
});

await describeEngines('a database without an encoding', ['postgresql'], (engine) => {
  it('is refused, with the cure', async () => {
    const database = `${engine.schema}_ascii`;
    await engine.query(
      `CREATE DATABASE ${database} ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`,
    );
    const pool = new pg.Pool({ ...SERVERS.postgresql, database, max: 1 });
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
    const store = sqlStore(db);
    await expect(store.commit(tenant, change('v1'))).rejects.toMatchObject(
      missed(/encoded in SQL_ASCII: create one WITH ENCODING 'UTF8'/),
    );
    store.close();
    await db.destroy();
    await engine.query(`DROP DATABASE ${database}`);
  });
});
