import type { TenantId } from '../../src/kernel/index.ts';
import type { TenantStore } from '../../src/ports/index.ts';

/** A store whose tenants are others than those of the same name in another scope of the same data. */
export function scopedStore(store: TenantStore, scope: string): TenantStore {
  const within = (tenant: TenantId): TenantId => `${scope}${tenant}` as TenantId;
  return {
    specificationVersion: store.specificationVersion,
    capabilities: store.capabilities,
    commit: (tenant, batch) => store.commit(within(tenant), batch),
    get: (tenant, refs) => store.get(within(tenant), refs),
    find: (tenant, query) => store.find(within(tenant), query),
    sequence: (tenant, request) => store.sequence(within(tenant), request),
    readEntries: (tenant, query) => store.readEntries(within(tenant), query),
    measure: (tenant) => store.measure(within(tenant)),
    purge: (tenant, request) => store.purge(within(tenant), request),
  };
}
