import { sqliteStore } from '../../src/adapters/sqlite/index.ts';
import type { TenantStore } from '../../src/ports/index.ts';
import { type EngineName, openElsewhere } from './connections.ts';
import { scopedStore } from './scoped-store.ts';

/** A store and the way to let go of it. */
export interface OpenedStore extends TenantStore {
  close(): void;
}

/** In another process: the data that a place named by its address. */
export async function openAddress(address: string): Promise<OpenedStore> {
  const { file, engine, schema, folder, scope } = JSON.parse(address) as Record<string, string>;
  if (file !== undefined) return sqliteStore(file);
  const store = openElsewhere(engine as EngineName, schema, { folder: folder ?? null });
  return { ...scopedStore(store, scope as string), close: () => void store.end() };
}
