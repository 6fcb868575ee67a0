import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { memoryStore } from '../../src/adapters/memory/index.ts';
import { sqliteStore } from '../../src/adapters/sqlite/index.ts';
import type { TenantStore } from '../../src/ports/index.ts';
import type { EngineName, OpenStore } from './engines.ts';
import type { OpenedStore } from './open-address.ts';
import { scopedStore } from './scoped-store.ts';

/** Data that outlive the stores that are opened on them. */
export interface Place {
  /** Opens the data as another process would. */
  open(): OpenedStore;
  /** What another process opens it by, see `openAddress` in `open-address.ts`; `null` where none can. */
  readonly address: string | null;
}

/** The store that the tests of the keeper run on. */
interface StoreUnderTest {
  /** An empty store that nobody else uses. It promises no durability, so that keys of this process will do. */
  fresh(): TenantStore;
  /** An empty place; `folder` is there for its files. */
  place(folder: string): Place;
}

/** What `STORE` may be: `npm run test:stores` runs the tests of the keeper on each. */
const ENGINE_OF: Readonly<Record<string, EngineName>> = {
  'kysely-sqlite': 'sqlite',
  pglite: 'pglite',
  postgresql: 'postgresql',
  mariadb: 'mariadb',
};

/** In memory; and a SQLite file where data have to outlive their store. Nothing else is loaded for it. */
const inMemory: StoreUnderTest = { fresh: memoryStore, place: sqlitePlace };

/** The store that `STORE` names. */
export const underTest: StoreUnderTest = await storeNamed(process.env.STORE ?? 'memory');

/** A SQLite file, whatever the tests run on: for tests that look at the file. */
export function sqlitePlace(folder: string): Place & { readonly file: string } {
  const file = join(folder, 'world.db');
  return { file, address: JSON.stringify({ file }), open: () => sqliteStore(file) };
}

/** Whether other processes can open what the tests run on. */
export const manyProcesses: boolean = process.env.STORE !== 'pglite';

/** The environment of another process, which opens data by their address. */
export const processEnvironment: NodeJS.ProcessEnv = { ...process.env, STORE: 'memory' };

async function storeNamed(name: string): Promise<StoreUnderTest> {
  if (name === 'memory') return inMemory;
  if (name === 'sqlite') return inSqlite();
  const engine = ENGINE_OF[name];
  if (engine === undefined)
    throw new Error(`STORE=${name}: expected memory, sqlite, ${Object.keys(ENGINE_OF).join(', ')}`);
  return onEngine(engine);
}

/** One file for all stores that need no place of their own, each in tenants of its own. */
function inSqlite(): StoreUnderTest {
  const folder = mkdtempSync(join(tmpdir(), 'gamekeeper-'));
  const shared = sqliteStore(join(folder, 'fresh.db'));
  const nextScope = scopes();
  afterAll(() => {
    shared.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { place: sqlitePlace, fresh: () => promisingLess(scopedStore(shared, nextScope())) };
}

/** One place in an engine for all tests of a file, each in tenants of its own. */
async function onEngine(name: EngineName): Promise<StoreUnderTest> {
  const { startEngine } = await import('./engines.ts');
  const engine = await startEngine(name);
  const open = new Set<OpenStore>();
  const opened = (): OpenStore => {
    const store = engine.open();
    open.add(store);
    return store;
  };
  const shared = opened();
  const nextScope = scopes();
  afterAll(async () => {
    await Promise.all([...open].map((store) => store.end()));
    await engine.end();
  });
  return {
    fresh: () => promisingLess(scopedStore(shared, nextScope())),
    place() {
      const scope = nextScope();
      return {
        open() {
          const store = opened();
          return { ...scopedStore(store, scope), close: store.close };
        },
        address:
          name === 'pglite'
            ? null
            : JSON.stringify({ engine: name, schema: engine.schema, folder: engine.folder, scope }),
      };
    },
  };
}

function scopes(): () => string {
  let made = 0;
  return () => {
    made += 1;
    return `${made}.`;
  };
}

function promisingLess(store: TenantStore): TenantStore {
  return { ...store, capabilities: { ...store.capabilities, durable: false } };
}
