import type { TenantId } from '../../kernel/index.ts';
import type { TenantStore } from '../../ports/index.ts';

/** Whether a log is there: of a tenant that was deleted halfway it is what goes last. */
export async function isLeft(store: TenantStore, tenant: TenantId): Promise<boolean> {
  const { size } = await store.sequence(tenant, { size: 0, limit: 0 });
  return size > 0 || (await store.readEntries(tenant, { by: 'staged', limit: 1 })).length > 0;
}
