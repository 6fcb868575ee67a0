import { GamekeeperError, isGamekeeperError, type TenantId } from '../../kernel/index.ts';
import type {
  CommitOutcome,
  DocumentRef,
  HostStore,
  Store,
  StoredDocument,
  StoredEntry,
  TenantStore,
  Timers,
} from '../../ports/index.ts';
import { createDeadline, type Deadline } from './deadline.ts';

/** A store that is distrusted. */
export interface CheckedStore extends TenantStore {
  /** The store inside the host's transaction that the caller works in, distrusted as well; `null` outside of any. */
  joined(): Store | null;
}

/** How often an unknown outcome is settled by committing the same bytes again. */
const ATTEMPTS = 4;
/** How many times longer a store may take to count all that a tenant keeps. */
const PATIENCE = 12;

/**
 * Distrusts a store: every answer must come in time and have the right shape. A commit that fails is tried
 * again with the same bytes, which settles whether it had happened; only then it counts as failed.
 *
 * Whatever the adapter throws becomes `ERR_STORE_FAILED`; an answer that cannot be true, `ERR_STORE_CORRUPT`.
 * `measure` and `purge` are there for those whose `capabilities` say so.
 */
export function checkedStore(store: Store, timeoutMs: number, timers: Timers): CheckedStore {
  const joined = joinedTo(store, (inside) => checked(inside, timeoutMs, timers, 1));
  return { ...checked(store, timeoutMs, timers, ATTEMPTS), joined };
}

/** What is written inside a transaction of the host's is not tried again: its outcome is unknown until that one ends. */
function joinedTo(store: Store, check: (inside: Store) => Store): () => Store | null {
  const known = new WeakMap<Store, Store>();
  const { joined, capabilities } = store as HostStore;
  if (capabilities?.within !== true || typeof joined !== 'function') return () => null;
  return () => {
    const inside = joined();
    if (inside === null) return null;
    const found = known.get(inside) ?? check(inside);
    known.set(inside, found);
    return found;
  };
}

function checked(store: Store, timeoutMs: number, timers: Timers, attempts: number): TenantStore {
  const createPatience = (patienceMs: number): Deadline =>
    createDeadline(
      patienceMs,
      timers,
      () => new GamekeeperError('ERR_STORE_FAILED', `the store did not answer within ${patienceMs} ms`),
    );
  const deadline = createPatience(timeoutMs);
  const patience = createPatience(timeoutMs * PATIENCE);
  const whole = store as TenantStore;
  const within = <Answer>(work: () => Promise<Answer>, check: (answer: Answer) => boolean): Promise<Answer> =>
    deadline.within(
      work,
      (answer) => {
        if (check(answer)) return answer;
        throw new GamekeeperError('ERR_STORE_CORRUPT', 'the store gave an answer of the wrong shape');
      },
      storeFailed,
    );
  return {
    specificationVersion: 'v1',
    capabilities: store.capabilities,
    commit(tenant, batch) {
      const commit = (): Promise<CommitOutcome> => within(() => store.commit(tenant, batch), isOutcome);
      // Without an entry a repeated commit is not recognised: those are tried once.
      return batch.entries.length === 0
        ? commit()
        : commit().catch((error) => settle(commit, error, attempts));
    },
    get: (tenant, refs) =>
      within(
        () => store.get(tenant, refs),
        (documents) => areDocuments(documents, refs),
      ),
    find: (tenant, query) =>
      within(
        () => store.find(tenant, query),
        (lists) => Array.isArray(lists) && lists.length === query.ranges.length && lists.every(Array.isArray),
      ),
    sequence: (tenant, request) =>
      within(
        () => store.sequence(tenant, request),
        (outcome) =>
          outcome?.status === 'conflict' ||
          (outcome?.status === 'sequenced' && Number.isSafeInteger(outcome.size)),
      ),
    readEntries: (tenant, query) => within(() => store.readEntries(tenant, query), areEntries),
    measure: (tenant) => patience.within(() => whole.measure(tenant), undefined, storeFailed),
    purge: (tenant, request) =>
      within(
        () => whole.purge(tenant, request),
        (outcome) => outcome?.status === 'conflict' || typeof outcome?.more === 'boolean',
      ),
  };
}

/** Commits again what failed, until it is known what came of it. */
async function settle(
  commit: () => Promise<CommitOutcome>,
  failure: unknown,
  attempts: number,
): Promise<CommitOutcome> {
  let last = failure;
  for (let attempt = 2; attempt <= attempts && isGamekeeperError(last, 'ERR_STORE_FAILED'); attempt += 1) {
    try {
      return await commit();
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

function storeFailed(cause: unknown): GamekeeperError {
  if (isGamekeeperError(cause)) return cause;
  return new GamekeeperError('ERR_STORE_FAILED', 'the store failed: see the cause; nothing was granted', {
    cause,
  });
}

function isOutcome(outcome: CommitOutcome): boolean {
  if (typeof outcome !== 'object' || outcome === null) return false;
  if (outcome.status === 'committed') return Array.isArray(outcome.totals);
  return (outcome.status === 'conflict' || outcome.status === 'bound') && Array.isArray(outcome.refs);
}

function areDocuments(documents: readonly (StoredDocument | null)[], refs: readonly DocumentRef[]): boolean {
  return (
    Array.isArray(documents) &&
    documents.length === refs.length &&
    documents.every(
      (document, at) =>
        document === null ||
        (typeof document?.body === 'string' &&
          typeof document.version === 'string' &&
          typeof document.mac === 'string' &&
          document.ref?.collection === refs[at]?.collection &&
          document.ref?.id === refs[at]?.id),
    )
  );
}

function areEntries(entries: readonly StoredEntry[]): boolean {
  return (
    Array.isArray(entries) &&
    entries.every(
      (entry) =>
        typeof entry?.id === 'string' && typeof entry.leaf === 'string' && typeof entry.mac === 'string',
    )
  );
}

/** The store of a tenant: one for all, or one each. */
export type StoreResolver = (tenant: TenantId) => Store;
