import { CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type SqlStore,
  type SqlStoreOptions,
  sqlMigrations,
  sqlStore,
} from '../../src/adapters/sql/index.ts';
import type { TenantId } from '../../src/kernel/index.ts';
import { register, storeCases } from '../../src/testing/index.ts';
import {
  batchOf,
  entryOf,
  idsIn,
  putOf,
  rangeOf,
  refOf,
  sequenceAll,
} from '../../src/testing/store-harness.ts';
import { describeEngines, SERVERS } from './engines.ts';

const [acme, other] = ['acme', 'other'] as TenantId[] as [TenantId, TenantId];
const a = refOf('a');

await describeEngines('row-level security', ['postgresql'], (engine) => {
  const schema = engine.schema as string;
  const role = `${schema}_user`;
  const instances: Kysely<unknown>[] = [];
  const connected = (): Kysely<unknown> => {
    const pool = new pg.Pool({ ...SERVERS.postgresql, user: role, max: 4 });
    pool.on('error', () => undefined);
    const instance = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
    instances.push(instance);
    return instance;
  };
  /** A store of a role that owns nothing and may only read and write rows. */
  const open = (options: SqlStoreOptions = { rowLevelSecurity: true }): SqlStore =>
    sqlStore(connected(), { schema, migrations: 'check', ...options });
  const asRole = async (sql: string): Promise<readonly unknown[]> =>
    (await (instances[0] ?? connected()).executeQuery(CompiledQuery.raw(sql))).rows;

  beforeAll(async () => {
    for (const sql of sqlMigrations({ dialect: 'postgresql', schema, rowLevelSecurity: true }))
      await engine.query(sql);
    await engine.query(`CREATE ROLE ${role} LOGIN`);
    await engine.query(`GRANT USAGE ON SCHEMA ${schema} TO ${role}`);
    await engine.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role}`);
  });
  afterAll(async () => {
    for (const instance of instances) await instance.destroy();
    await engine.query(`DROP OWNED BY ${role}`);
    await engine.query(`DROP ROLE ${role}`);
  });

  it('lets the role of the store do all that a store does, and see nothing outside of it', async () => {
    const store = open();
    for (const tenant of [acme, other]) {
      const batch = batchOf({
        puts: [putOf(a, `v-${tenant}`, [['i', 'k']])],
        entries: [entryOf('e', ['s'])],
      });
      expect(await store.commit(tenant, batch)).toMatchObject({ status: 'committed' });
      expect(await sequenceAll(store, tenant)).toBe(1);
    }
    expect(await store.get(acme, [a])).toMatchObject([{ version: 'v-acme' }]);
    expect(await idsIn(store, rangeOf('i'), other)).toEqual(['a']);
    for (const table of ['documents', 'index_keys', 'entries', 'log', 'entry_subjects', 'log_sizes'])
      expect(await asRole(`SELECT * FROM ${schema}.gk_${table}`), table).toEqual([]);
    expect(await asRole(`SELECT * FROM ${schema}.gk_owner`)).toEqual([]);
    store.close();
  });

  it('keeps tenants apart even where a statement forgets to', async () => {
    const seen = await connected()
      .transaction()
      .execute(async (transaction) => {
        const run = async (sql: string) =>
          (await transaction.executeQuery<{ tenant: string }>(CompiledQuery.raw(sql))).rows;
        await run("SELECT set_config('gamekeeper.tenant', 'acme', true)");
        await run(`UPDATE ${schema}.gk_documents SET mac = 'x'`);
        return run(`SELECT tenant FROM ${schema}.gk_documents`);
      });
    expect(seen).toEqual([{ tenant: 'acme' }]);
    const others = await engine.query(`SELECT mac FROM ${schema}.gk_documents WHERE tenant = 'other'`);
    expect(others).toEqual([{ mac: 'mac' }]);
    const insert = `INSERT INTO ${schema}.gk_log_sizes VALUES ('third', 0)`;
    await expect(asRole(insert)).rejects.toThrow('row-level security');
  });

  it('is refused where it is asked for and not there, there and not asked for, or binds nobody', async () => {
    const message = (text: string) => ({ code: 'ERR_STORE_FAILED', message: expect.stringContaining(text) });
    const blind = open({ rowLevelSecurity: false });
    await expect(blind.get(acme, [a])).rejects.toMatchObject(message('pass rowLevelSecurity: true'));
    const above = engine.open({ rowLevelSecurity: true });
    await expect(above.get(acme, [a])).rejects.toMatchObject(message('above row-level security'));
    await above.end();
    for (const sql of sqlMigrations({ dialect: 'postgresql', schema, prefix: 'bare_' }))
      await engine.query(sql);
    await engine.query(`GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${role}`);
    const bare = open({ rowLevelSecurity: true, prefix: 'bare_' });
    await expect(bare.get(acme, [a])).rejects.toMatchObject(message('--row-level-security'));
  });

  it('is not there on other engines', () => {
    expect(() => sqlMigrations({ dialect: 'mysql', rowLevelSecurity: true })).toThrow(
      'only PostgreSQL has it',
    );
  });

  // The campaigns take long where each read is a transaction, and run without it.
  const cases = storeCases.filter(({ id }) => !/^ST-12\d$/.test(id));
  const shared = (): SqlStore =>
    sqlStore(instances[0] ?? connected(), { schema, migrations: 'check', rowLevelSecurity: true });
  register(
    cases,
    { describe, it },
    {
      name: 'the contract under it',
      async create() {
        await engine.empty();
        const store = shared();
        return { store, reopen: async () => shared(), close: async () => store.close() };
      },
    },
  );
});
