import type {
  CommitBatch,
  DocumentRef,
  EntryQuery,
  IndexHit,
  IndexRange,
  Store,
  StoredEntry,
} from '../../src/ports/index.ts';
import type { Saboteur } from './saboteur.ts';

const mapNames = (
  batch: CommitBatch,
  ref: (ref: DocumentRef) => DocumentRef,
  name: (text: string) => string,
) => ({
  checks: batch.checks.map((check) => ({ ...check, ref: ref(check.ref) })),
  adds: batch.adds.map((add) => ({ ...add, ref: ref(add.ref) })),
  puts: batch.puts.map((put) => ({
    ...put,
    ref: ref(put.ref),
    keys: put.keys.map(({ index, key }) => ({ index: name(index), key: name(key) })),
  })),
  deletes: batch.deletes.map(ref),
  entries: batch.entries,
});

/** The same store with ids changed on their way in. */
function renaming(change: (text: string) => string): Saboteur['sabotage'] {
  const ref = ({ collection, id }: DocumentRef): DocumentRef => ({
    collection: change(collection),
    id: change(id),
  });
  return (inner) => ({
    ...inner,
    commit: (tenant, batch) =>
      inner.commit(
        tenant,
        mapNames(batch, ref, (text) => text),
      ),
    get: (tenant, refs) => inner.get(tenant, refs.map(ref)),
  });
}

/** The same store with index names and keys changed on their way in. */
function rekeying(change: (text: string) => string): Saboteur['sabotage'] {
  return (inner) => ({
    ...inner,
    commit: (tenant, batch) =>
      inner.commit(
        tenant,
        mapNames(batch, (ref) => ref, change),
      ),
    find: (tenant, { ranges, want }) => {
      const changed = ranges.map((range) => ({
        ...range,
        index: change(range.index),
        from: change(range.from),
        to: change(range.to),
      }));
      return inner.find(tenant, { ranges: changed, want });
    },
  });
}

/** The same store with bodies changed on their way in. */
function rewriting(change: (text: string) => string): Saboteur['sabotage'] {
  return (inner) => ({
    ...inner,
    commit: (tenant, batch) =>
      inner.commit(tenant, { ...batch, puts: batch.puts.map((put) => ({ ...put, body: change(put.body) })) }),
  });
}

/** The same store with ranges changed on their way in, and hits on their way out. */
function finding(
  change: (range: IndexRange) => IndexRange,
  after: (hits: readonly IndexHit[], range: IndexRange) => readonly IndexHit[] = (hits) => hits,
): Saboteur['sabotage'] {
  return (inner) => ({
    ...inner,
    find: async (tenant, { ranges, want }) => {
      const lists = await inner.find(tenant, { ranges: ranges.map(change), want });
      return lists.map((hits, at) => after(hits, ranges[at] as IndexRange));
    },
  });
}

/** The same store with other entries. */
function reading(
  by: EntryQuery['by'],
  change: (entries: readonly StoredEntry[], staged: readonly StoredEntry[]) => readonly StoredEntry[],
): Saboteur['sabotage'] {
  return (inner) => ({
    ...inner,
    readEntries: async (tenant, query) => {
      const entries = await inner.readEntries(tenant, query);
      if (query.by !== by) return entries;
      return change(entries, await inner.readEntries(tenant, { by: 'staged', limit: 100 }));
    },
  });
}

const swap = (text: string): string => text.toLowerCase();

/** Stores that keep or read wrongly. */
export const saboteursOfReads: readonly Saboteur[] = [
  { name: 'folds the case of ids', caughtBy: 'ST-02', sabotage: renaming(swap) },
  { name: 'folds the case of keys', caughtBy: 'ST-03', sabotage: rekeying(swap) },
  { name: 'cuts ids at 255 bytes', caughtBy: 'ST-04', sabotage: renaming((text) => text.slice(0, 255)) },
  { name: 'normalises texts', caughtBy: 'ST-05', sabotage: rewriting((text) => text.normalize('NFC')) },
  { name: 'trims texts', caughtBy: 'ST-05', sabotage: rewriting((text) => text.trimEnd()) },
  {
    name: 'cuts texts at NUL',
    caughtBy: 'ST-06',
    sabotage: rewriting((text) => (text.split('\0')[0] as string).toWellFormed()),
  },
  {
    name: 'cuts authentication codes at 44 characters',
    caughtBy: 'ST-07',
    sabotage: (inner) => ({
      ...inner,
      commit: (tenant, batch) => {
        const puts = batch.puts.map((put) => ({ ...put, mac: put.mac.slice(0, 44) }));
        return inner.commit(tenant, { ...batch, puts });
      },
    }),
  },
  {
    name: 'takes at most 100 documents',
    caughtBy: 'ST-08',
    sabotage: (inner) => ({
      ...inner,
      commit: async (tenant, batch) => {
        if (batch.puts.length > 100) throw new Error('too many parameters');
        return inner.commit(tenant, batch);
      },
    }),
  },
  {
    name: 'indexes at most 1,000 keys of a document',
    caughtBy: 'ST-09',
    sabotage: (inner) => ({
      ...inner,
      commit: (tenant, batch) =>
        inner.commit(tenant, {
          ...batch,
          puts: batch.puts.map((put) => ({ ...put, keys: put.keys.slice(0, 1000) })),
        }),
    }),
  },
  {
    name: 'mixes tenants in the index',
    caughtBy: 'ST-10',
    sabotage: (inner) => ({
      ...inner,
      find: (_tenant, query) => inner.find('acme' as never, query),
    }),
  },
  {
    name: 'folds the case of tenants',
    caughtBy: 'ST-10',
    sabotage: (inner) => ({
      ...inner,
      sequence: (tenant, request) => inner.sequence(swap(tenant) as never, request),
    }),
  },
  {
    name: 'leaves absent documents out',
    caughtBy: 'ST-60',
    sabotage: (inner) => ({
      ...inner,
      get: async (tenant, refs) => (await inner.get(tenant, refs)).filter((document) => document !== null),
    }),
  },
  {
    name: 'answers the same reference once',
    caughtBy: 'ST-60',
    sabotage: (inner) => ({
      ...inner,
      get: async (tenant, refs) => [...new Set(await inner.get(tenant, refs))],
    }),
  },
  {
    name: 'gives its own objects away',
    caughtBy: 'ST-61',
    sabotage: (inner) => {
      const cache = new Map<string, Awaited<ReturnType<Store['get']>>>();
      return {
        ...inner,
        get: async (tenant, refs) => {
          const name = JSON.stringify([tenant, refs]);
          const known = cache.get(name) ?? structuredClone(await inner.get(tenant, refs));
          cache.set(name, known);
          return known;
        },
      };
    },
  },
  {
    name: 'orders keys without case',
    caughtBy: 'ST-70',
    sabotage: finding(
      (range) => range,
      (hits, { descending }) => {
        const sorted = hits.toSorted((left, right) => (swap(left.key) < swap(right.key) ? -1 : 1));
        return descending ? sorted.toReversed() : sorted;
      },
    ),
  },
  {
    name: 'orders documents of one key by id alone',
    caughtBy: 'ST-70',
    sabotage: finding(
      (range) => range,
      (hits, { descending }) =>
        hits.toSorted((left, right) => {
          const order =
            left.key === right.key ? (left.ref.id < right.ref.id ? -1 : 1) : left.key < right.key ? -1 : 1;
          return descending ? -order : order;
        }),
    ),
  },
  {
    name: 'takes the upper bound in',
    caughtBy: 'ST-71',
    sabotage: finding((range) => ({ ...range, to: `${range.to}!` })),
  },
  {
    name: 'turns a page round instead of the order',
    caughtBy: 'ST-72',
    sabotage: finding(
      (range) => ({ ...range, descending: false }),
      (hits, { descending }) => (descending ? hits.toReversed() : hits),
    ),
  },
  {
    name: 'answers at most 500 hits',
    caughtBy: 'ST-72',
    sabotage: finding((range) => ({ ...range, limit: Math.min(500, range.limit) })),
  },
  {
    name: 'forgets where the page ended',
    caughtBy: 'ST-73',
    sabotage: finding((range) => ({ ...range, after: null })),
  },
  {
    name: 'continues after the key instead of the position',
    caughtBy: 'ST-73',
    sabotage: finding(
      (range) => range,
      (hits, { after }) => hits.filter(({ key }) => key !== after?.key),
    ),
  },
  {
    name: 'forgets the lower bound when it continues',
    caughtBy: 'ST-74',
    sabotage: finding((range) => (range.after === null ? range : { ...range, from: '!' })),
  },
  {
    name: 'leaves out lists without hits',
    caughtBy: 'ST-75',
    sabotage: (inner) => ({
      ...inner,
      find: async (tenant, query) => (await inner.find(tenant, query)).filter((hits) => hits.length > 0),
    }),
  },
  {
    name: 'gives documents where references are wanted',
    caughtBy: 'ST-76',
    sabotage: (inner) => ({
      ...inner,
      find: (tenant, query) => inner.find(tenant, { ...query, want: 'documents' }),
    }),
  },
  {
    name: 'indexes one document for each key',
    caughtBy: 'ST-77',
    sabotage: finding(
      (range) => range,
      (hits) => hits.filter(({ ref }) => ref.id !== 'b'),
    ),
  },
  {
    name: 'stages a batch from its end',
    caughtBy: 'ST-80',
    sabotage: (inner) => ({
      ...inner,
      commit: (tenant, batch) => inner.commit(tenant, { ...batch, entries: batch.entries.toReversed() }),
    }),
  },
  {
    name: 'sequences whatever the size',
    caughtBy: 'ST-81',
    sabotage: (inner) => ({
      ...inner,
      sequence: async (tenant, request) => {
        const { size } = await inner.sequence(tenant, { ...request, limit: 0 });
        return inner.sequence(tenant, { ...request, size });
      },
    }),
  },
  {
    name: 'sequences for two callers at once',
    caughtBy: 'ST-53',
    sabotage: (inner) => ({
      ...inner,
      sequence: async (tenant, request) => {
        const outcome = await inner.sequence(tenant, { ...request, limit: 0 });
        if (outcome.status === 'conflict') return outcome;
        await new Promise((resolve) => setTimeout(resolve, 1));
        const { size } = await inner.sequence(tenant, { ...request, limit: 0 });
        return inner.sequence(tenant, { ...request, size });
      },
    }),
  },
  {
    name: 'takes a limit of 0 for no limit',
    caughtBy: 'ST-82',
    sabotage: (inner) => ({
      ...inner,
      sequence: (tenant, { size, limit }) =>
        inner.sequence(tenant, { size, limit: limit === 0 ? 1000 : limit }),
    }),
  },
  {
    name: 'calls it a conflict when nothing is staged',
    caughtBy: 'ST-83',
    sabotage: (inner) => ({
      ...inner,
      sequence: async (tenant, request) => {
        const outcome = await inner.sequence(tenant, request);
        const nothing = outcome.status === 'sequenced' && outcome.count === 0 && request.limit > 0;
        return nothing ? { status: 'conflict', size: outcome.size } : outcome;
      },
    }),
  },
  {
    name: 'stages what was committed late before what was committed early',
    caughtBy: 'ST-56',
    sabotage: (inner) => ({
      ...inner,
      readEntries: async (tenant, query) => {
        const entries = await inner.readEntries(tenant, query);
        return query.by === 'index' && entries.length > 20 ? entries.toReversed() : entries;
      },
    }),
  },
  {
    name: 'loses an entry where commits and sequencing mix',
    caughtBy: 'ST-54',
    sabotage: reading('index', (entries) => entries.filter(({ index }) => index !== 30)),
  },
  {
    name: 'shows staged entries by index',
    caughtBy: 'ST-90',
    sabotage: reading('index', (entries, staged) => [...entries, ...staged]),
  },
  {
    name: 'orders entries by id',
    caughtBy: 'ST-91',
    sabotage: reading('id', (entries) => entries.toSorted((left, right) => (left.id > right.id ? -1 : 1))),
  },
  {
    name: 'shows staged entries by subject',
    caughtBy: 'ST-92',
    sabotage: reading('subject', (entries, staged) => [...entries, ...staged]),
  },
  {
    name: 'shows the newest staged entries first',
    caughtBy: 'ST-93',
    sabotage: reading('staged', (entries) => entries.toReversed()),
  },
  {
    name: 'shows an entry for each time it names a subject',
    caughtBy: 'ST-94',
    sabotage: reading('subject', (entries) =>
      entries.flatMap((entry) => entry.subjects.filter((name) => name === 's').map(() => entry)),
    ),
  },
];
