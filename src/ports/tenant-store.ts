import type { TenantId } from '../kernel/index.ts';
import type { DocumentRef, Store, VersionCheck } from './store.ts';

/**
 * A store that can also look at a tenant as a whole: say how much it keeps, and forget it.
 *
 * Optional. A store that has both methods says so by `capabilities.wholeTenants`. Without it a tenant's size is not
 * known by collection, and `keeper.tenants.delete` answers that the host has to remove the data by itself.
 */
export interface TenantStore extends Store {
  /**
   * How much is kept of a tenant, by collection. Nothing kept is an answer, too: no documents, no entries.
   *
   * Counts MUST be exact as of one moment, bytes SHOULD be [ST-130]. MAY take time in proportion to what the tenant
   * keeps, and SHOULD read no bodies for it.
   */
  measure(tenant: TenantId): Promise<TenantSize>;

  /**
   * Removes a part of all that is kept of a tenant: documents, counters, index keys, entries, the size of its log.
   *
   * MUST evaluate `checks` as `commit` does, with nobody in between [ST-136], and remove nothing where one fails [ST-132].
   * MUST remove entries after everything else [ST-133]: what is left of a tenant that is half gone shows in its log.
   * Once it answers `more: false`, the store MUST be as if the tenant had never been, in any process and after a
   * restart: ids and versions may come again [ST-131 ST-135]. MUST NOT touch another tenant, nor keep it from working
   * [ST-134]. Repeated for a tenant that is gone, it MUST answer `more: false` [ST-131]. SHOULD stop when it has
   * removed `limit` rows, so that no call takes long.
   */
  purge(tenant: TenantId, request: PurgeRequest): Promise<PurgeOutcome>;
}

/** How much is kept of one tenant. Bytes are those of bodies and leaves, as far as the store knows them. */
export interface TenantSize {
  /** Documents and counters, by collection, in any order; no empty ones. */
  readonly documents: readonly CollectionSize[];
  /** Staged and sequenced entries together. */
  readonly entries: { readonly count: number; readonly bytes: number | null };
}

/** The documents of one collection. */
export interface CollectionSize {
  readonly collection: string;
  readonly count: number;
  readonly bytes: number | null;
}

/** What is to go, and what must hold for it. */
export interface PurgeRequest {
  readonly checks: readonly VersionCheck[];
  /** About how many rows may go in one call, 1 to 100,000. */
  readonly limit: number;
}

/** What came of a purge. */
export type PurgeOutcome =
  /** `more`: something is left, call again. */
  | { readonly status: 'purged'; readonly more: boolean }
  /** Some checks failed; nothing was removed. */
  | { readonly status: 'conflict'; readonly refs: readonly DocumentRef[] };
