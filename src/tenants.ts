/** Companies as a whole: the names that `keeper.tenants` speaks with. */
export type {
  ArchiveFinding,
  DeletedTenant,
  DeleteTenantRefusal,
  TenantCare,
  TenantExportOptions,
  TenantRestored,
  TenantRestoreOptions,
  TenantRestoreRefusal,
  TenantSuspended,
  TenantUsage,
} from './app/index.ts';
export type { DirectorySource } from './ledger/index.ts';
export type { CollectionSize, PurgeOutcome, PurgeRequest, TenantSize, TenantStore } from './ports/index.ts';
