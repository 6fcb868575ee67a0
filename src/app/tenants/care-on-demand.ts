import { onDemand } from '../on-demand.ts';
import type { TenantCare, TenantCareAccess } from './tenant-care.ts';

/** The care of tenants, loaded when it is first used. */
export function tenantCareAt(access: TenantCareAccess): TenantCare {
  return onDemand<TenantCare, TenantCareAccess>(
    access,
    async () => (await import('./tenant-care.ts')).createTenantCare,
    { suspend: 'once', resume: 'once', usage: 'once', export: 'once', restore: 'once', delete: 'once' },
  );
}
