import type { TenantId } from '../kernel/index.ts';
import type {
  BoundedAdd,
  CommitBatch,
  CommitOutcome,
  DocumentPut,
  DocumentRef,
  IndexRange,
  StagedEntry,
  Store,
  StoreCapabilities,
  TenantStore,
} from '../ports/index.ts';
import { type ConformanceCase, makeClause, type SubjectKind } from './conformance.ts';
import { STORE_HINTS } from './store-hints.ts';

/** What the suite needs to test a store. */
export interface StoreHarness {
  /** A store without any data. */
  readonly store: Store;
  /**
   * Opens the same data once more, as another process would: beside the first handle, or after `close`.
   * `null` only for a store that claims neither `durable` nor `multiProcess`.
   */
  readonly reopen: (() => Promise<Store>) | null;
  /** Closes all handles. The data stays until nobody asks for it again. */
  close(): Promise<void>;
}

/** A batch of the parts that matter to a test; the rest is empty. */
export function batchOf(part: Partial<CommitBatch>): CommitBatch {
  return { checks: [], adds: [], puts: [], deletes: [], entries: [], ...part };
}

/** The tenant that most clauses use. */
export const tenant = 'acme' as TenantId;

/** A reference; the collection is `thing` unless named. */
export function refOf(id: string, collection = 'thing'): DocumentRef {
  return { collection, id };
}

/** A document to be written, with keys as `[index, key]` pairs. */
export function putOf(
  ref: DocumentRef,
  version: string,
  keys: readonly (readonly [string, string])[] = [],
  body = `{"version":"${version}"}`,
): DocumentPut {
  return { ref, version, body, mac: 'mac', keys: keys.map(([index, key]) => ({ index, key })) };
}

/** A change of a counter, without bounds unless named. */
export function addOf(
  ref: DocumentRef,
  by: number,
  version: string,
  part: Partial<BoundedAdd> = {},
): BoundedAdd {
  return { ref, by, version, atMost: null, atLeast: null, ...part };
}

/** An entry; the leaf tells its id unless named. */
export function entryOf(id: string, subjects: readonly string[] = [], leaf = `{"id":"${id}"}`): StagedEntry {
  return { id, subjects, leaf, mac: 'mac' };
}

/** A range over all keys of printable ASCII, unless bounds are named. */
export function rangeOf(index: string, part: Partial<IndexRange> = {}): IndexRange {
  return { index, from: '!', to: '~~~~', limit: 1000, after: null, descending: false, ...part };
}

/** Ids of the hits of one range, in order. */
export async function idsIn(store: Store, range: IndexRange, of: TenantId = tenant): Promise<string[]> {
  const [hits] = await store.find(of, { ranges: [range], want: 'refs' });
  return (hits ?? []).map(({ ref }) => ref.id);
}

/** Sequences everything that is staged. */
export async function sequenceAll(store: Store, of: TenantId = tenant): Promise<number> {
  const { size } = await store.sequence(of, { size: 0, limit: 0 });
  return (await store.sequence(of, { size, limit: 1000 })).size;
}

/** Ids of entries, in order. */
export function idsOf(entries: readonly StagedEntry[]): string[] {
  return entries.map(({ id }) => id);
}

/** An outcome with its references in one order: none is promised of those that stood in the way. */
export function inOrder(outcome: CommitOutcome): unknown {
  if (outcome.status === 'committed') return outcome;
  return {
    status: outcome.status,
    refs: outcome.refs.map(({ collection, id }) => `${collection} ${id}`).toSorted(),
  };
}

/** A clause over a fresh store. */
export function clause(
  id: keyof typeof STORE_HINTS,
  title: string,
  check: (store: Store, harness: StoreHarness) => Promise<void>,
): ConformanceCase<StoreHarness> {
  const facts = { id, title, claim: null, hint: STORE_HINTS[id] };
  return makeClause(facts, STORES, (harness) => check(harness.store, harness));
}

/** A clause that only counts where a capability is claimed. */
export function clauseIf(
  claim: keyof StoreCapabilities,
  id: keyof typeof STORE_HINTS,
  title: string,
  check: (store: Store, reopen: () => Promise<Store>, harness: StoreHarness) => Promise<void>,
): ConformanceCase<StoreHarness> {
  const facts = { id, title: `(${claim}) ${title}`, claim, hint: STORE_HINTS[id] };
  return makeClause(facts, STORES, async (harness) => {
    if (harness.reopen === null)
      throw new Error(`a store that claims ${claim} needs a harness with reopen()`);
    await check(harness.store, harness.reopen, harness);
  });
}

/** A clause on tenants as a whole, which only counts where the store claims that it has them. */
export function clauseOfWhole(
  id: keyof typeof STORE_HINTS,
  title: string,
  check: (store: TenantStore, harness: StoreHarness) => Promise<void>,
): ConformanceCase<StoreHarness> {
  const facts = { id, title: `(wholeTenants) ${title}`, claim: 'wholeTenants', hint: STORE_HINTS[id] };
  return makeClause(facts, STORES, (harness) => check(harness.store as TenantStore, harness));
}

const STORES: SubjectKind<StoreHarness> = {
  claims: ({ store }, capability) => store.capabilities[capability as keyof StoreCapabilities] === true,
  watch(harness, log) {
    let handles = 1;
    const reopen = async (): Promise<Store> => {
      handles += 1;
      return log.watch((await harness.reopen?.()) as Store, `handle ${handles}: `);
    };
    return {
      store: log.watch(harness.store, ''),
      reopen: harness.reopen === null ? null : reopen,
      close: () => harness.close(),
    };
  },
  close: (harness) => harness.close(),
};
