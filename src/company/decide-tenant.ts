import type { EventDraft, Tenant } from '../model/index.ts';

/** Stops a company, or lets it go on. `null` where it is so already. */
export function decideSuspension(tenant: Tenant, suspended: boolean): EventDraft | null {
  if ((tenant.suspendedAt !== undefined) === suspended) return null;
  return { type: suspended ? 'tenant-suspended' : 'tenant-resumed', subjects: [], data: {} };
}
