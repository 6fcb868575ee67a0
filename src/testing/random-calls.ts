import type { TenantId } from '../kernel/index.ts';
import type {
  BoundedAdd,
  CommitBatch,
  DocumentPut,
  DocumentRef,
  EntryQuery,
  IndexQuery,
  IndexRange,
  SequenceRequest,
  StagedEntry,
  Store,
  VersionCheck,
} from '../ports/index.ts';
import type { Dice } from './dice.ts';
import { batchOf } from './store-harness.ts';

/** A call of a store, as data. */
export type Call =
  | { readonly method: 'commit'; readonly input: CommitBatch }
  | { readonly method: 'get'; readonly input: readonly DocumentRef[] }
  | { readonly method: 'find'; readonly input: IndexQuery }
  | { readonly method: 'sequence'; readonly input: SequenceRequest }
  | { readonly method: 'readEntries'; readonly input: EntryQuery };

/** Makes a call. */
export function perform(store: Store, tenant: TenantId, { method, input }: Call): Promise<unknown> {
  switch (method) {
    case 'commit':
      return store.commit(tenant, input);
    case 'get':
      return store.get(tenant, input);
    case 'find':
      return store.find(tenant, input);
    case 'sequence':
      return store.sequence(tenant, input);
    case 'readEntries':
      return store.readEntries(tenant, input);
  }
}

/** Makes up calls over a few names, so that they meet. */
export interface CallMaker {
  /** A call that fits what the model holds: most checks pass, some do not. */
  next(model: Store, tenant: TenantId): Promise<Call>;
  /** A batch with one entry of its own. */
  batch(model: Store, tenant: TenantId): Promise<CommitBatch>;
  /** Questions that show all there is to see under these names. */
  everything(): readonly Call[];
}

const COUNTERS = 'count';

/** Makes up calls; `label` keeps entries and versions of one maker apart from those of another. */
export function callMaker(dice: Dice, names: readonly string[], label: string): CallMaker {
  const collections = dice.some(names, 2, 2);
  const indexes = dice.some(names, 2, 2);
  const refs = collections.flatMap((collection) => names.map((id) => ({ collection, id })));
  const counters = names.slice(0, 3).map((id) => ({ collection: COUNTERS, id }));
  const past: CommitBatch[] = [];
  let made = 0;
  const fresh = (): string => {
    made += 1;
    return `${label}-${made}`;
  };

  async function checkOf(model: Store, tenant: TenantId, ref: DocumentRef): Promise<VersionCheck> {
    const version = (await model.get(tenant, [ref]))[0]?.version ?? null;
    if (!dice.once(6)) return { ref, version };
    return { ref, version: version === null || dice.once(2) ? `${label}-0` : null };
  }

  function addOf(ref: DocumentRef): BoundedAdd {
    const by = dice.below(7) - 3;
    const bound = (): number | null => (dice.once(3) ? dice.below(9) - 3 : null);
    return { ref, by, atMost: bound(), atLeast: bound(), version: fresh() };
  }

  function putOf(ref: DocumentRef): DocumentPut {
    const places = indexes.flatMap((index) => names.map((key) => ({ index, key })));
    const body = dice.once(4) ? '{}' : JSON.stringify({ n: made });
    return { ref, version: fresh(), body, mac: '', keys: dice.some(places, 4) };
  }

  function entryOf(): StagedEntry {
    const id = dice.once(2) ? fresh() : `${dice.pick(names).slice(0, 480)}${fresh()}`;
    const leaf = dice.once(8) ? '{}' : JSON.stringify({ id: made });
    return { id, subjects: dice.some(names, 3), leaf, mac: '' };
  }

  async function batchWith(
    model: Store,
    tenant: TenantId,
    entries: readonly StagedEntry[],
  ): Promise<CommitBatch> {
    const written = dice.some([...refs, ...counters], 4);
    const adds = written.filter(({ collection }) => collection === COUNTERS);
    const [deletes, puts] = parted(
      written.filter(({ collection }) => collection !== COUNTERS),
      () => dice.once(3),
    );
    const checked = dice.some([...written, ...refs, ...counters], 3);
    const checks = await Promise.all(checked.map((ref) => checkOf(model, tenant, ref)));
    const batch = batchOf({
      checks,
      adds: [...adds, ...(dice.once(4) ? adds : [])].map(addOf),
      puts: puts.map(putOf),
      deletes: dice.once(6) && adds.length === 0 ? [...deletes, ...dice.some(counters, 1)] : deletes,
      entries,
    });
    // One without entries is new each time, and would choose its versions twice.
    if (entries.length > 0) past.push(batch);
    return batch;
  }

  /** A batch that was committed before, or tried: as it was, with another leaf, or with an entry more. */
  function again(): CommitBatch {
    const batch = dice.pick(past);
    if (dice.once(3)) return { ...batch, entries: [...batch.entries, entryOf()] };
    if (dice.once(3))
      return { ...batch, entries: batch.entries.map((entry) => ({ ...entry, leaf: '{"x":1}' })) };
    return batch;
  }

  function rangeOf(): IndexRange {
    return {
      index: dice.pick(indexes),
      from: dice.once(2) ? '!' : dice.pick(names),
      to: dice.once(2) ? '~~' : dice.pick(names),
      limit: dice.pick([1, 2, 3, 1000]),
      after: dice.once(3) ? { key: dice.pick(names), ref: dice.pick(refs) } : null,
      descending: dice.once(2),
    };
  }

  function queryOf(size: number): EntryQuery {
    const place = Math.max(0, size + 2 - dice.below(12));
    const limit = dice.pick([1, 2, 5, 1000]);
    const ids = past.flatMap(({ entries }) => entries.map(({ id }) => id));
    switch (dice.below(4)) {
      case 0:
        return { by: 'index', from: place, limit };
      case 1:
        return { by: 'id', ids: [...dice.some(ids, 4), ...dice.some(ids, 1), ...dice.some(names, 1)] };
      case 2:
        return { by: 'staged', limit };
      default:
        return {
          by: 'subject',
          subject: dice.pick(names),
          after: dice.once(2) ? null : place,
          limit,
          descending: dice.once(2),
        };
    }
  }

  return {
    async next(model, tenant) {
      const { size } = await model.sequence(tenant, { size: 0, limit: 0 });
      switch (dice.below(10)) {
        case 0:
          return {
            method: 'get',
            input: [...dice.some(refs, 4), ...dice.some(counters, 2), ...dice.some(refs, 1)],
          };
        case 1:
        case 2:
          return {
            method: 'find',
            input: {
              ranges: Array.from({ length: 1 + dice.below(3) }, rangeOf),
              want: dice.once(2) ? 'refs' : 'documents',
            },
          };
        case 3:
          return { method: 'readEntries', input: queryOf(size) };
        case 4:
          return { method: 'sequence', input: { size: size + (dice.once(4) ? 1 : 0), limit: dice.below(5) } };
        case 5:
          return { method: 'commit', input: past.length === 0 ? batchOf({}) : again() };
        default: {
          const entries = dice.once(4) ? [] : Array.from({ length: 1 + dice.below(2) }, entryOf);
          return { method: 'commit', input: await batchWith(model, tenant, entries) };
        }
      }
    },
    batch: (model, tenant) => batchWith(model, tenant, [entryOf()]),
    everything: () => [
      { method: 'get', input: [...refs, ...counters] },
      {
        method: 'find',
        input: {
          ranges: indexes.map((index) => ({
            index,
            from: '!',
            to: '~~',
            limit: 1000,
            after: null,
            descending: false,
          })),
          want: 'documents',
        },
      },
      { method: 'readEntries', input: { by: 'index', from: 0, limit: 1000 } },
      { method: 'readEntries', input: { by: 'staged', limit: 1000 } },
      ...names.map(
        (subject): Call => ({
          method: 'readEntries',
          input: { by: 'subject', subject, after: null, limit: 1000, descending: true },
        }),
      ),
    ],
  };
}

function parted<Value>(values: readonly Value[], isFirst: () => boolean): [Value[], Value[]] {
  const first: Value[] = [];
  const second: Value[] = [];
  for (const value of values) (isFirst() ? first : second).push(value);
  return [first, second];
}
