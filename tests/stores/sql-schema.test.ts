import { CompiledQuery, Kysely, MysqlDialect, PostgresDialect } from 'kysely';
import { createPool } from 'mysql2';
import pg from 'pg';
import { expect, it } from 'vitest';
import { sqlMigrations, sqlStore } from '../../src/adapters/sql/index.ts';
import { batchOf, putOf, refOf, tenant } from '../../src/testing/store-harness.ts';
import { describeEngines, ENGINES, type Engine, SERVERS } from './engines.ts';

const DIALECT = {
  postgresql: 'postgresql',
  pglite: 'postgresql',
  mariadb: 'mysql',
  sqlite: 'sqlite',
} as const;
const a = refOf('a');
const write = batchOf({ puts: [putOf(a, 'v1')] });

/** The prefixes that tests of one engine take in turn: each is an installation of its own. */
let count = 0;
const freshPrefix = (): string => {
  count += 1;
  return `t${count}_`;
};

const placed = (engine: Engine, prefix: string) => ({
  prefix,
  ...(engine.schema === undefined ? {} : { schema: engine.schema }),
});
const nameOf = (engine: Engine, prefix: string, table: string): string =>
  `${engine.schema === undefined ? '' : `${engine.schema}.`}${prefix}${table}`;

/** Runs statements one by one, as a host's own migrations do. */
async function runAll(engine: Engine, statements: readonly string[]): Promise<void> {
  for (const sql of statements) await engine.query(sql);
}

await describeEngines('the tables', ENGINES, (engine) => {
  const dialect = DIALECT[engine.name];

  it('are made once by stores that start together, and are there for the next one', async () => {
    const prefix = freshPrefix();
    const stores = Array.from({ length: 4 }, () => engine.open({ prefix }));
    await Promise.all(stores.map((store) => store.get(tenant, [a])));
    await stores[0]?.commit(tenant, write);
    const [rows] = await engine.query(`SELECT count(*) AS n FROM ${nameOf(engine, prefix, 'schema')}`);
    expect(Number(rows?.n)).toBe(1);
    const later = engine.open({ prefix, migrations: 'check' });
    expect(await later.get(tenant, [a])).toMatchObject([{ version: 'v1' }]);
    for (const store of [...stores, later]) await store.end();
  });

  it('are those that the printed statements make, also when they are run twice', async () => {
    const prefix = freshPrefix();
    const store = engine.open({ prefix, migrations: 'check' });
    const early = store.commit(tenant, write);
    await expect(early).rejects.toMatchObject({
      code: 'ERR_STORE_FAILED',
      message: expect.stringContaining(`gamekeeper migrate --print --dialect ${dialect}`),
    });
    const statements = sqlMigrations({ dialect, ...placed(engine, prefix) });
    await runAll(engine, statements);
    await runAll(engine, statements);
    expect(await store.commit(tenant, write), 'without a restart').toMatchObject({ status: 'committed' });
    await store.end();
  });

  it('of the first version are brought up to date, with all that is in them', async () => {
    const prefix = freshPrefix();
    const store = engine.open({ prefix });
    await store.commit(tenant, write);
    await store.end();
    for (const view of ['owner', 'access']) await engine.query(`DROP VIEW ${nameOf(engine, prefix, view)}`);
    await engine.query(`UPDATE ${nameOf(engine, prefix, 'schema')} SET version = 1`);
    const strict = engine.open({ prefix, migrations: 'check' });
    await expect(strict.get(tenant, [a])).rejects.toMatchObject({
      message: expect.stringMatching(/have version 1, this release needs 2: .*--from 1/),
    });
    await strict.end();
    const next = engine.open({ prefix });
    expect(await next.get(tenant, [a])).toMatchObject([{ version: 'v1' }]);
    expect(await engine.query(`SELECT * FROM ${nameOf(engine, prefix, 'owner')}`)).toEqual([]);
    await next.end();
    expect(sqlMigrations({ dialect, ...placed(engine, prefix), from: 1 }).join()).not.toContain(
      'documents" (',
    );
  });

  it('of a newer release are left alone', async () => {
    const prefix = freshPrefix();
    const store = engine.open({ prefix });
    await store.commit(tenant, write);
    await store.end();
    await engine.query(`UPDATE ${nameOf(engine, prefix, 'schema')} SET version = 3`);
    const older = engine.open({ prefix });
    await expect(older.commit(tenant, batchOf({ deletes: [a] }))).rejects.toMatchObject({
      code: 'ERR_STORE_FAILED',
      message: expect.stringContaining(
        'the tables have version 3, this release knows 2: use a newer release',
      ),
    });
    await older.end();
    const [row] = await engine.query(`SELECT version FROM ${nameOf(engine, prefix, 'documents')}`);
    expect(row?.version).toBe('v1');
  });

  it('are missed and made again when somebody drops them under a store', async () => {
    const prefix = freshPrefix();
    const store = engine.open({ prefix });
    await store.commit(tenant, write);
    for (const view of ['owner', 'access']) await engine.query(`DROP VIEW ${nameOf(engine, prefix, view)}`);
    for (const table of ['documents', 'schema'])
      await engine.query(`DROP TABLE ${nameOf(engine, prefix, table)}`);
    await expect(store.get(tenant, [a])).rejects.toMatchObject({
      code: 'ERR_STORE_FAILED',
      message: expect.stringContaining('the tables are missing'),
    });
    expect(await store.get(tenant, [a])).toEqual([null]);
    await store.end();
  });
});

await describeEngines(
  'a database that would not keep what it is given',
  ['postgresql', 'mariadb'],
  (engine) => {
    it('is refused when a column compares by another collation', async () => {
      const prefix = freshPrefix();
      const store = engine.open({ prefix });
      await store.commit(tenant, write);
      await store.end();
      const table = nameOf(engine, prefix, 'index_keys');
      await engine.query(
        engine.name === 'postgresql'
          ? `ALTER TABLE ${table} ALTER COLUMN index_key TYPE text COLLATE "POSIX"`
          : `ALTER TABLE ${table} MODIFY index_key varchar(512) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL`,
      );
      const again = engine.open({ prefix });
      await expect(again.get(tenant, [a])).rejects.toMatchObject({
        code: 'ERR_STORE_FAILED',
        message: expect.stringMatching(/index_keys\.index_key has collation .*bytes would compare wrongly/),
      });
      await again.end();
    });
  },
);

/** A store over a Kysely instance that a test makes itself. */
async function rejection(db: Kysely<unknown>, schema?: string): Promise<unknown> {
  const store = sqlStore(db, schema === undefined ? {} : { schema });
  const error = await store.commit(tenant, write).then(
    () => 'was committed',
    (reason: unknown) => reason,
  );
  store.close();
  await db.destroy();
  return error;
}

await describeEngines('PostgreSQL', ['postgresql'], (engine) => {
  const connect = (config: pg.PoolConfig): Kysely<unknown> => {
    const pool = new pg.Pool({ ...SERVERS.postgresql, max: 2, ...config });
    pool.on('error', () => undefined);
    return new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  };

  it('in another encoding is refused, with the cure', async () => {
    const database = `${engine.schema}_latin`;
    await engine.query(
      `CREATE DATABASE ${database} ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`,
    );
    try {
      expect(await rejection(connect({ database }))).toMatchObject({
        code: 'ERR_STORE_FAILED',
        message: expect.stringContaining("encoded in LATIN1: create one WITH ENCODING 'UTF8'"),
      });
    } finally {
      await engine.query(`DROP DATABASE ${database}`);
    }
  });

  it('that does not flush is refused, and nothing is written', async () => {
    const db = connect({ options: '-c synchronous_commit=off' });
    expect(await rejection(db, engine.schema)).toMatchObject({
      message: expect.stringContaining('synchronous_commit is off'),
    });
    const found = await engine.query('SELECT count(*) AS n FROM pg_tables WHERE schemaname = $1', [
      engine.schema,
    ]);
    expect(found).toEqual([{ n: '0' }]);
  });

  it('names what is wrong with an address, a password and a database', async () => {
    expect(await rejection(connect({ port: 1 }))).toMatchObject({
      message: expect.stringMatching(/cannot start, nothing was written: .* cannot be reached.*ECONNREFUSED/),
    });
    expect(await rejection(connect({ database: 'nowhere' }))).toMatchObject({
      message: expect.stringContaining('there is no such database'),
    });
  });

  it('says what a user lacks', async () => {
    const role = `${engine.schema}_role`;
    await engine.query(`CREATE ROLE ${role} LOGIN`);
    try {
      expect(await rejection(connect({ user: role }), engine.schema)).toMatchObject({
        message: expect.stringContaining('the user may not do this'),
      });
    } finally {
      await engine.query(`DROP ROLE ${role}`);
    }
  });
});

await describeEngines('MariaDB', ['mariadb'], (engine) => {
  const connect = (config: Parameters<typeof createPool>[0] & object, first?: string): Kysely<unknown> => {
    const pool = createPool({ ...SERVERS.mariadb, connectionLimit: 2, ...config });
    if (first !== undefined) pool.on('connection', (connection) => void connection.query(first));
    return new Kysely<unknown>({ dialect: new MysqlDialect({ pool }) });
  };

  it('is refused when the connection speaks another charset', async () => {
    expect(await rejection(connect({ charset: 'latin1' }), engine.schema)).toMatchObject({
      message: expect.stringContaining("connect with charset: 'utf8mb4'"),
    });
  });

  it.each([
    ["SET sql_mode = 'NO_BACKSLASH_ESCAPES,STRICT_TRANS_TABLES'", 'NO_BACKSLASH_ESCAPES'],
    ["SET sql_mode = ''", 'sql_mode is not strict'],
  ])('is refused after %s', async (first, message) => {
    expect(await rejection(connect({}, first), engine.schema)).toMatchObject({
      message: expect.stringContaining(message),
    });
  });

  it('works where the connection has a database of its own', async () => {
    const db = connect({ database: engine.schema as string });
    const store = sqlStore(db, { prefix: 'own_' });
    expect(await store.commit(tenant, write)).toMatchObject({ status: 'committed' });
    expect(await store.commit(tenant, batchOf({ deletes: [a] }))).toMatchObject({ status: 'committed' });
    await db.executeQuery(CompiledQuery.raw('SELECT 1'));
    await db.destroy();
  });
});
