import { decideSuspension } from '../../company/index.ts';
import { GamekeeperError, type Instant, ok, type Result, type TenantId } from '../../kernel/index.ts';
import type { DirectorySource } from '../../ledger/index.ts';
import {
  deleteTenantOptions,
  type EventDraft,
  exportOptions,
  restoreOptions,
  usageOptions,
  validate,
} from '../../model/index.ts';
import type { CheckedStore } from '../checked/checked-store.ts';
import { checkTenantId } from '../commit/caller.ts';
import { execute } from '../commit/execute.ts';
import type { Platform, Session } from '../commit/session.ts';
import type { Transaction } from '../commit/transaction.ts';
import type { ExportReport, ExportSink } from '../ledger/export-ledger.ts';
import { sinkOf } from '../ledger/ledger.ts';
import { type DeletedTenant, type DeleteTenantRefusal, deleteTenant } from './delete-tenant.ts';
import { exportTenant, type TenantExportOptions } from './export-tenant.ts';
import {
  restoreTenant,
  type TenantRestored,
  type TenantRestoreOptions,
  type TenantRestoreRefusal,
} from './restore-tenant.ts';
import { type TenantUsage, usageOf } from './tenant-usage.ts';

/** Companies as a whole: for the operators of a host, who are nobody of the company. */
export interface TenantCare {
  /**
   * Stops a company: every verb is refused, sweeps pass it over, its ledger stands still. What was committed is sealed
   * and told; `verify` and `export` go on working. In force for the next decision in every process.
   */
  suspend(id: string): Promise<{ readonly suspendedAt: Instant }>;
  /** Lets a company go on. */
  resume(id: string): Promise<void>;
  /** How much a company has. From counters that exist; by collection only where it is asked for. */
  usage(id: string, options?: { readonly documents?: boolean }): Promise<TenantUsage>;
  /**
   * Writes a company into a directory, so that it can be restored elsewhere. An entry tells of it. Suspend it first,
   * or what happens afterwards is in neither place.
   *
   * @param target A directory that is empty or not there yet, or a sink.
   */
  export(id: string, target: string | ExportSink, options?: TenantExportOptions): Promise<ExportReport>;
  /**
   * Brings an exported company into its store, under the keys it was exported with. Suspended when it was exported,
   * it is suspended.
   *
   * @param source The directory of an export.
   * @throws {GamekeeperError} `ERR_INVALID_INPUT` when it exists; `ERR_SIGNER_FAILED` under other keys.
   */
  restore(
    id: string,
    source: string | DirectorySource,
    options?: TenantRestoreOptions,
  ): Promise<Result<TenantRestored, TenantRestoreRefusal>>;
  /**
   * Removes a suspended company and everything of it from its store, for good. Backups and exports are the host's.
   *
   * @param options `confirm`: the id once more.
   * @throws {GamekeeperError} `ERR_UNKNOWN_TENANT`
   */
  delete(
    id: string,
    options: { readonly confirm: string },
  ): Promise<Result<DeletedTenant, DeleteTenantRefusal>>;
}

/** Where the care of tenants stands: the tenants of a process, and its files. */
export interface TenantCareAccess {
  readonly platform: Platform;
  open(id: TenantId): Promise<Session>;
  seal(session: Session): Promise<unknown>;
  /** Drops what this process remembers of a tenant. */
  forget(id: TenantId): void;
  storeOf(id: TenantId): CheckedStore;
  sinkAt(directory: string): ExportSink;
  sourceAt(directory: string): DirectorySource;
}

/** The care of tenants. */
export function createTenantCare(access: TenantCareAccess): TenantCare {
  const { open, seal, storeOf, forget, platform } = access;

  /** Records something about a whole company, also while it is suspended; answers once it is sealed. */
  const record = async (
    id: string,
    attempt: string,
    draft: (transaction: Transaction) => EventDraft | null,
  ): Promise<Session> => {
    const tenant = checkTenantId(id, 'id');
    const session = await open(tenant);
    await execute(
      session,
      { tenant, system: true },
      {
        attempt,
        arguments: null,
        whileSuspended: true,
        async decide(transaction) {
          await transaction.load(['tenant', 'tenant']);
          const event = draft(transaction);
          if (event !== null) transaction.record(event);
          return ok(null);
        },
        answer: () => null,
      },
    );
    await seal(session);
    return session;
  };

  const suspension = (id: string, suspended: boolean): Promise<Session> =>
    record(id, suspended ? 'suspend-tenant' : 'resume-tenant', (transaction) => {
      const tenant = transaction.get('tenant', 'tenant');
      if (tenant === null)
        throw new GamekeeperError(
          'ERR_STORE_CORRUPT',
          'tenant/tenant is missing; `keeper.rebuild` restores it',
        );
      return decideSuspension(tenant, suspended);
    });

  return {
    async suspend(id) {
      const { company } = await suspension(id, true);
      return { suspendedAt: company.tenant.suspendedAt as Instant };
    },
    async resume(id) {
      await suspension(id, false);
    },
    async usage(id, options = {}) {
      const { documents = false } = validate(usageOptions, options, 'options');
      return usageOf(await open(checkTenantId(id, 'id')), documents);
    },
    async export(id, target, options = {}) {
      const checked = validate(exportOptions, options, 'options');
      const sink = sinkOf(target, access.sinkAt);
      const session = await record(id, 'export-tenant', () => ({
        type: 'tenant-exported',
        subjects: [],
        data: { disclosures: checked.disclosures ?? 'withheld' },
      }));
      return exportTenant(session, sink, checked);
    },
    async restore(id, source, options = {}) {
      const tenant = checkTenantId(id, 'id');
      const checked = validate(restoreOptions, options, 'options');
      const from = typeof source === 'string' ? access.sourceAt(source) : source;
      const result = await restoreTenant(tenant, from, storeOf(tenant), platform, checked);
      if (result.ok) forget(tenant);
      return result;
    },
    async delete(id, options) {
      const tenant = checkTenantId(id, 'id');
      const { confirm } = validate(deleteTenantOptions, options, 'options');
      if (confirm !== tenant)
        throw new GamekeeperError(
          'ERR_INVALID_INPUT',
          'options.confirm: repeat the id of the tenant to be deleted',
          {
            path: 'options.confirm',
          },
        );
      return deleteTenant(
        tenant,
        storeOf(tenant),
        () => open(tenant),
        () => forget(tenant),
      );
    },
  };
}
