import type { TenantId } from '../kernel/index.ts';
import type {
  BoundedAdd,
  CommitBatch,
  DocumentPut,
  DocumentRef,
  IndexRange,
  StagedEntry,
  Store,
  StoredEntry,
} from '../ports/index.ts';
import type { ConformanceCase } from './conformance.ts';

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
export function idsOf(entries: readonly StoredEntry[]): string[] {
  return entries.map(({ id }) => id);
}

/** A clause over a fresh store, closed whatever happens. */
export function clause(
  id: string,
  title: string,
  check: (store: Store, harness: StoreHarness) => Promise<void>,
): ConformanceCase<StoreHarness> {
  return {
    id,
    title,
    async run(create) {
      const harness = await create();
      try {
        await check(harness.store, harness);
      } catch (error) {
        throw new Error(`${id} ${title}: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
      } finally {
        await harness.close();
      }
    },
  };
}

/** A clause that only counts where a capability is claimed. */
export function clauseIf(
  capability: 'durable' | 'multiProcess',
  id: string,
  title: string,
  check: (store: Store, reopen: () => Promise<Store>, harness: StoreHarness) => Promise<void>,
): ConformanceCase<StoreHarness> {
  return clause(id, `(${capability}) ${title}`, async (store, harness) => {
    if (!store.capabilities[capability]) return;
    if (harness.reopen === null)
      throw new Error(`a store that claims ${capability} needs a harness with reopen()`);
    await check(store, harness.reopen, harness);
  });
}
