import pg from 'pg';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { HostStore, HostTransaction } from '../../src/ports/index.ts';
import { type HostStoreHarness, hostStoreCases, register } from '../../src/testing/index.ts';
import { describeEngines, ENGINES, type Engine, engineHarnesses, SERVERS } from './engines.ts';
import { type HostDriver, plainDriver } from './host-drivers.ts';

await describeEngines('the contract of what joins', ENGINES, (engine) => {
  const isShared = engine.name === 'postgresql' || engine.name === 'mariadb';
  const dialect = engine.name === 'mariadb' ? 'mysql' : engine.name === 'sqlite' ? 'sqlite' : 'postgresql';
  const create = engineHarnesses(engine);
  let host: HostDriver | null = null;
  let elsewhere: Elsewhere | null = null;
  beforeAll(async () => {
    if (isShared) host = plainDriver(engine.name, 4);
    if (engine.name === 'postgresql') elsewhere = await anotherDatabase(engine);
  });
  afterAll(async () => {
    await host?.end();
    await elsewhere?.end();
  });

  const idle = { dialect, execute: (sql: string, parameters: unknown[]) => engine.query(sql, parameters) };
  register(
    hostStoreCases,
    { describe, it },
    {
      name: 'sqlStore',
      async create(): Promise<HostStoreHarness> {
        const { store, close } = await create();
        return {
          store: store as HostStore,
          transaction: (work) => (host as HostDriver).transaction(work),
          strangers: {
            'a connection on which none is open': idle,
            'one of another dialect': {
              ...idle,
              dialect: dialect === 'mysql' ? 'postgresql' : 'mysql',
            },
            'what answers no rows': { dialect, execute: async () => 'rows' },
            ...(elsewhere === null ? {} : { 'one of another database': elsewhere.transaction }),
          },
          close,
        };
      },
    },
  );
});

interface Elsewhere {
  readonly transaction: HostTransaction;
  end(): Promise<void>;
}

/** A transaction that is open in another database of the same server. */
async function anotherDatabase({ schema, query }: Engine): Promise<Elsewhere> {
  await query(`CREATE DATABASE ${schema}`);
  const client = new pg.Client({ ...SERVERS.postgresql, database: schema as string });
  await client.connect();
  await client.query('BEGIN');
  return {
    transaction: { dialect: 'postgresql', execute: (sql, parameters) => client.query(sql, parameters) },
    async end() {
      await client.end();
      await query(`DROP DATABASE ${schema}`);
    },
  };
}
