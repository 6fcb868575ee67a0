import type { EntryQuery, Store, StoredEntry } from '../../../src/ports/index.ts';
import {
  type Opener,
  overKeys,
  overTables,
  rewriting,
  type Saboteur,
  saboteur,
  wrapping,
} from './saboteur.ts';

/** The same store with other entries for one kind of question. */
function reading<By extends EntryQuery['by']>(
  by: By,
  change: (entries: readonly StoredEntry[], staged: readonly StoredEntry[]) => readonly StoredEntry[],
): Opener {
  return wrapping((inner) => ({
    readEntries: async (tenant, query) => {
      const entries = await inner.readEntries(tenant, query);
      return query.by === by
        ? change(entries, await inner.readEntries(tenant, { by: 'staged', limit: 100 }))
        : entries;
    },
  }));
}

/** The same store with one kind of question changed on its way in. */
function asking<By extends EntryQuery['by']>(
  by: By,
  change: (query: EntryQuery & { readonly by: By }) => EntryQuery,
): Opener {
  return wrapping((inner) => ({
    readEntries: (tenant, query) =>
      inner.readEntries(tenant, query.by === by ? change(query as EntryQuery & { readonly by: By }) : query),
  }));
}

function sequencing(sequence: (inner: Store) => Store['sequence']): Opener {
  return wrapping((inner) => ({ sequence: sequence(inner) }));
}

/** Stores that number or read entries wrongly. */
export const saboteursOfLogs: readonly Saboteur[] = [
  saboteur(
    'ST-80',
    'stages a batch from its end',
    rewriting((batch) => ({ ...batch, entries: batch.entries.toReversed() })),
  ),
  saboteur('ST-80', 'numbers entries by their ids', overTables({ entryOrder: 'id' })),
  saboteur('ST-56', 'numbers entries by their ids, last ones first', overTables({ entryOrder: 'id DESC' })),
  saboteur('ST-80', 'numbers the newest entries first', overTables({ entryOrder: 'number DESC' })),
  saboteur(
    'ST-81',
    'sequences whatever the size',
    sequencing((inner) => async (tenant, request) => {
      const { size } = await inner.sequence(tenant, { ...request, limit: 0 });
      return inner.sequence(tenant, { ...request, size });
    }),
  ),
  saboteur(
    'ST-81',
    'sequences for who names a smaller size',
    sequencing((inner) => async (tenant, request) => {
      const { size } = await inner.sequence(tenant, { ...request, limit: 0 });
      return inner.sequence(tenant, request.size < size ? { ...request, size } : request);
    }),
  ),
  saboteur(
    'ST-81',
    'answers a conflict with the size that was named',
    sequencing((inner) => async (tenant, request) => {
      const outcome = await inner.sequence(tenant, request);
      return outcome.status === 'conflict' ? { ...outcome, size: request.size } : outcome;
    }),
  ),
  saboteur(
    'ST-82',
    'takes a limit of 0 for no limit',
    sequencing(
      (inner) =>
        (tenant, { size, limit }) =>
          inner.sequence(tenant, { size, limit: limit === 0 ? 1000 : limit }),
    ),
  ),
  saboteur(
    'ST-82',
    'counts staged entries into the size',
    sequencing((inner) => async (tenant, request) => {
      const outcome = await inner.sequence(tenant, request);
      if (request.limit > 0) return outcome;
      const staged = await inner.readEntries(tenant, { by: 'staged', limit: 1000 });
      return { ...outcome, size: outcome.size + staged.length };
    }),
  ),
  saboteur(
    'ST-83',
    'calls it a conflict when nothing is staged',
    sequencing((inner) => async (tenant, request) => {
      const outcome = await inner.sequence(tenant, request);
      const nothing = outcome.status === 'sequenced' && outcome.count === 0 && request.limit > 0;
      return nothing ? { status: 'conflict', size: outcome.size } : outcome;
    }),
  ),
  saboteur(
    'ST-83',
    'answers the limit for the count',
    sequencing((inner) => async (tenant, request) => {
      const outcome = await inner.sequence(tenant, request);
      return outcome.status === 'sequenced' ? { ...outcome, count: request.limit } : outcome;
    }),
  ),
  saboteur(
    'ST-84',
    'gives a number to a commit that fails',
    wrapping((inner) => {
      const gaps = new Map<string, number>();
      return {
        async commit(tenant, batch) {
          const outcome = await inner.commit(tenant, batch);
          if (outcome.status !== 'committed')
            gaps.set(tenant, (gaps.get(tenant) ?? 0) + batch.entries.length);
          return outcome;
        },
        readEntries: async (tenant, query) =>
          (await inner.readEntries(tenant, query)).map((entry) =>
            entry.index === null ? entry : { ...entry, index: entry.index + (gaps.get(tenant) ?? 0) },
          ),
      };
    }),
  ),
  saboteur(
    'ST-85',
    'sequences whole batches',
    sequencing(
      (inner) =>
        (tenant, { size, limit }) =>
          inner.sequence(tenant, { size, limit: limit > 0 ? Math.max(limit, 3) : 0 }),
    ),
  ),
  saboteur(
    'ST-85',
    'numbers entries when it reads them, by their ids',
    reading('index', (entries) =>
      entries
        .toSorted((left, right) => (left.id < right.id ? -1 : 1))
        .map((entry, index) => ({ ...entry, index })),
    ),
  ),
  saboteur(
    'ST-10',
    'numbers entries through all tenants',
    wrapping((inner) => {
      const numbers = new Map<string, number>();
      return {
        async sequence(tenant, request) {
          const outcome = await inner.sequence(tenant, request);
          if (outcome.status === 'conflict') return outcome;
          const from = outcome.size - outcome.count;
          for (const { id } of await inner.readEntries(tenant, { by: 'index', from, limit: outcome.count }))
            numbers.set(`${tenant} ${id}`, numbers.size);
          return outcome;
        },
        readEntries: async (tenant, query) =>
          (await inner.readEntries(tenant, query)).map((entry) =>
            entry.index === null
              ? entry
              : { ...entry, index: numbers.get(`${tenant} ${entry.id}`) ?? entry.index },
          ),
      };
    }),
  ),
  saboteur(
    'ST-10',
    'folds the case of tenants when it sequences',
    sequencing(
      (inner) => (tenant, request) => inner.sequence(tenant.toLowerCase() as typeof tenant, request),
    ),
  ),
  saboteur(
    'ST-90',
    'shows staged entries by index',
    reading('index', (entries, staged) => [...entries, ...staged]),
  ),
  saboteur(
    'ST-90',
    'answers one too few from later on',
    asking('index', (query) => ({ ...query, limit: query.from > 0 ? query.limit - 1 : query.limit })),
  ),
  saboteur(
    'ST-90',
    'begins one too late',
    asking('index', (query) => ({ ...query, from: query.from > 0 ? query.from + 1 : 0 })),
  ),
  saboteur(
    'ST-91',
    'orders entries by id',
    reading('id', (entries) => entries.toSorted((left, right) => (left.id > right.id ? -1 : 1))),
  ),
  saboteur(
    'ST-91',
    'answers the same id once',
    asking('id', (query) => ({ ...query, ids: [...new Set(query.ids)] })),
  ),
  saboteur(
    'ST-91',
    'does not know staged entries by id',
    reading('id', (entries) => entries.filter(({ index }) => index !== null)),
  ),
  saboteur(
    'ST-91',
    'leaves the index of a staged entry undefined',
    reading('id', (entries) =>
      entries.map((entry) => (entry.index === null ? ({ ...entry, index: undefined } as never) : entry)),
    ),
  ),
  saboteur(
    'ST-92',
    'shows staged entries by subject',
    reading('subject', (entries, staged) => [...entries, ...staged]),
  ),
  saboteur(
    'ST-92',
    'takes a position of 0 for none',
    asking('subject', (query) => ({ ...query, after: query.after || null })),
  ),
  saboteur(
    'ST-92',
    'takes the position in, downwards',
    asking('subject', (query) =>
      query.descending && query.after !== null ? { ...query, after: query.after + 1 } : query,
    ),
  ),
  saboteur(
    'ST-92',
    'takes the position in, upwards',
    asking('subject', (query) =>
      !query.descending && query.after ? { ...query, after: query.after - 1 } : query,
    ),
  ),
  saboteur(
    'ST-92',
    'cuts by the limit before it turns round',
    wrapping((inner) => ({
      readEntries: async (tenant, query) =>
        query.by === 'subject' && query.descending && query.after === null
          ? (await inner.readEntries(tenant, { ...query, descending: false })).toReversed()
          : inner.readEntries(tenant, query),
    })),
  ),
  saboteur(
    'ST-92',
    'cuts by the limit before it leaves staged entries out',
    wrapping((inner) => ({
      async readEntries(tenant, query) {
        const entries = await inner.readEntries(tenant, query);
        if (query.by !== 'subject' || !query.descending || query.after !== null) return entries;
        const staged = await inner.readEntries(tenant, { by: 'staged', limit: 1000 });
        const own = staged.filter(({ subjects }) => subjects.includes(query.subject));
        return entries.slice(0, Math.max(0, query.limit - own.length));
      },
    })),
  ),
  saboteur(
    'ST-93',
    'shows the newest staged entries first',
    reading('staged', (entries) => entries.toReversed()),
  ),
  saboteur(
    'ST-93',
    'orders staged entries by id',
    reading('staged', (entries) => entries.toSorted((left, right) => (left.id < right.id ? -1 : 1))),
  ),
  saboteur(
    'ST-94',
    'shows an entry for each time it names a subject',
    reading('subject', (entries) =>
      entries.flatMap((entry) => entry.subjects.filter((name) => name === 's').map(() => entry)),
    ),
  ),
  saboteur('ST-95', 'compares numbers as texts', overKeys({ number: (value) => String(value) })),
  saboteur(
    'ST-95',
    'pads numbers to two digits',
    overKeys({ number: (value) => String(value).padStart(2, '0') }),
  ),
  saboteur(
    'ST-62',
    'answers at most 100 entries by id',
    asking('id', (query) => ({ ...query, ids: query.ids.slice(0, 100) })),
  ),
  saboteur(
    'ST-62',
    'answers at most 100 entries by index',
    asking('index', (query) => ({ ...query, limit: Math.min(100, query.limit) })),
  ),
  saboteur(
    'ST-62',
    'answers at most 100 staged entries',
    asking('staged', (query) => ({ ...query, limit: Math.min(100, query.limit) })),
  ),
  saboteur(
    'ST-62',
    'answers at most 50 entries of a subject',
    asking('subject', (query) => ({ ...query, limit: Math.min(50, query.limit) })),
  ),
  saboteur(
    'ST-62',
    'sequences at most 100 entries',
    sequencing(
      (inner) =>
        (tenant, { size, limit }) =>
          inner.sequence(tenant, { size, limit: Math.min(100, limit) }),
    ),
  ),
  saboteur(
    'ST-62',
    'answers at most 100 documents',
    wrapping((inner) => ({
      get: async (tenant, refs) => [
        ...(await inner.get(tenant, refs.slice(0, 100))),
        ...refs.slice(100).map(() => null),
      ],
    })),
  ),
];
