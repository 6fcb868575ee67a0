import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { PGlite } from '@electric-sql/pglite';
import { CompiledQuery, Kysely } from 'kysely';
import { afterAll, describe, it } from 'vitest';
import type { SqlStoreOptions } from '../../src/adapters/sql/index.ts';
import type { Store } from '../../src/ports/index.ts';
import type { StoreHarness } from '../../src/testing/index.ts';
import { dialectFor, type EngineName, type OpenStore, SERVERS, storeOn } from './connections.ts';
import { temporaryFolder } from './harness.ts';

export { type EngineName, type OpenStore, SERVERS } from './connections.ts';

/** An engine with a place of its own in it, for one test file. */
export interface Engine {
  readonly name: EngineName;
  /** The schema on PostgreSQL, the database on MariaDB; `undefined` elsewhere. */
  readonly schema: string | undefined;
  /** The folder of SQLite's file; `null` elsewhere. */
  readonly folder: string | null;
  /** Another Kysely instance on the same data, as another process has it; not on PGlite. */
  connect(most?: number): Kysely<unknown>;
  /** A store on the data through a Kysely instance of its own, which ends with it. */
  open(options?: SqlStoreOptions): OpenStore;
  /** Runs a statement beside the store. */
  query(sql: string, parameters?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  /** Deletes all rows that stores left. */
  empty(): Promise<void>;
  /** Closes everything and drops the place. */
  end(): Promise<void>;
}

/** Tests each of these engines that is there, in a place of its own; of the others it says why not. */
export async function describeEngines(
  title: string,
  names: readonly EngineName[],
  body: (engine: Engine) => void,
): Promise<void> {
  for (const name of names) {
    const reason = await whyMissing(name);
    if (reason !== null) {
      describe.skip(`${title} on ${name} (${reason})`, () => it('is not tested', () => undefined));
      continue;
    }
    const engine = await startEngine(name);
    describe(`${title} on ${name}`, () => {
      // Hooks end in reverse order: this one last.
      afterAll(() => engine.end());
      body(engine);
    });
  }
}

/** Every engine there is. */
export const ENGINES: readonly EngineName[] = ['sqlite', 'pglite', 'postgresql', 'mariadb'];
/** Those that many connections write to at the same time. */
export const SHARED: readonly EngineName[] = ['postgresql', 'mariadb'];

/** Why an engine cannot be tested here, or `null`. One look at its port. */
export async function whyMissing(name: EngineName): Promise<string | null> {
  if (name === 'pglite' || name === 'sqlite') return null;
  const { host, port } = SERVERS[name];
  const answers = await new Promise<boolean>((resolve) => {
    const socket = connect({ host, port, timeout: 1000 });
    const end = (answer: boolean) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });
  if (answers) return null;
  const reason = `no ${name} at ${host}:${port}`;
  if (process.env.REQUIRE_SERVERS === '1') throw new Error(`${reason}, and REQUIRE_SERVERS=1 asks for it`);
  console.log(`skipped: ${reason}`);
  return reason;
}

/** A fresh place in an engine. */
export async function startEngine(name: EngineName): Promise<Engine> {
  const schema =
    name === 'postgresql' || name === 'mariadb' ? `gkt_${randomBytes(6).toString('hex')}` : undefined;
  const folder = name === 'sqlite' ? temporaryFolder() : null;
  const pglite = name === 'pglite' ? await PGlite.create() : null;
  const instances = new Set<Kysely<unknown>>();
  const connected = (most = 6): Kysely<unknown> => {
    const instance = new Kysely<unknown>({ dialect: dialectFor(name, { folder, pglite, most }) });
    instances.add(instance);
    return instance;
  };
  const main = await placeFor(name, schema, connected);
  // PGlite is one session: stores share the instance, since another would not wait for this one.
  const connect = (most?: number): Kysely<unknown> => (name === 'pglite' ? main : connected(most));
  const query: Engine['query'] = async (sql, parameters = []) =>
    (await main.executeQuery<Record<string, unknown>>(CompiledQuery.raw(sql, [...parameters]))).rows;
  return {
    name,
    schema,
    folder,
    connect,
    open(options) {
      const instance = connect();
      return storeOn(instance, { ...(schema === undefined ? {} : { schema }), ...options }, async () => {
        if (instance === main) return;
        instances.delete(instance);
        await instance.destroy();
      });
    },
    query,
    async empty() {
      const at = schema === undefined ? '' : `${schema}.`;
      for (const table of TABLES) await query(`DELETE FROM ${at}gk_${table}`);
    },
    async end() {
      if (name === 'postgresql') await query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
      if (name === 'mariadb') await query(`DROP DATABASE IF EXISTS ${schema}`);
      for (const instance of instances) await instance.destroy();
      if (folder !== null) rmSync(folder, { recursive: true, force: true });
    },
  };
}

const TABLES = ['documents', 'index_keys', 'entries', 'staged', 'log', 'entry_subjects', 'log_sizes'];

async function placeFor(
  name: EngineName,
  schema: string | undefined,
  connected: (most?: number) => Kysely<unknown>,
): Promise<Kysely<unknown>> {
  const main = connected(4);
  if (name === 'postgresql') await main.executeQuery(CompiledQuery.raw(`CREATE SCHEMA ${schema}`));
  if (name === 'mariadb') await main.executeQuery(CompiledQuery.raw(`CREATE DATABASE ${schema}`));
  return main;
}

/** A harness for the suite: the tables are made once and emptied for each clause. */
export function engineHarnesses({ name, open, empty }: Engine): () => Promise<StoreHarness> {
  let made = false;
  return async () => {
    const handles: OpenStore[] = [];
    const reopen = async (): Promise<Store> => {
      const handle = open();
      handles.push(handle);
      return handle;
    };
    const store = await reopen();
    if (!made) await store.get('nobody' as never, []);
    made = true;
    await empty();
    return {
      store,
      reopen: name === 'pglite' ? null : reopen,
      close: async () => {
        await Promise.all(handles.splice(0).map((handle) => handle.end()));
      },
    };
  };
}
