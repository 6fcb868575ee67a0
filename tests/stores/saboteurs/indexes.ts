import type { IndexHit, StoredDocument } from '../../../src/ports/index.ts';
import { finding, nameOf, overKeys, overTables, type Saboteur, saboteur, wrapping } from './saboteur.ts';

const swap = (text: string): string => text.toLowerCase();

/** Stores that search an index wrongly. */
export const saboteursOfIndexes: readonly Saboteur[] = [
  saboteur('ST-70', 'orders documents of one key by when they came', overTables({ order: 'key %, rowid %' })),
  saboteur(
    'ST-70',
    'orders documents of one key by id, then by collection',
    overTables({ order: 'key %, id %, collection %' }),
  ),
  saboteur('ST-70', 'turns only the keys round', overTables({ order: 'key %, collection, id' })),
  saboteur(
    'ST-70',
    'orders keys without case',
    finding(
      (range) => range,
      (hits, { descending }) => {
        const sorted = hits.toSorted((left, right) => (swap(left.key) < swap(right.key) ? -1 : 1));
        return descending ? sorted.toReversed() : sorted;
      },
    ),
  ),
  saboteur(
    'ST-70',
    'orders keys as a language does',
    overKeys({
      compare: (left, right) => {
        const [mine, other] = [left.split('\0'), right.split('\0')];
        return mine.reduce((order, part, at) => order || part.localeCompare(other[at] ?? ''), 0);
      },
    }),
  ),
  saboteur(
    'ST-79',
    'orders keys as numbers',
    overTables({ order: 'CAST(key AS NUMERIC) %, key %, collection %, id %' }),
  ),
  saboteur(
    'ST-79',
    'orders keys by length first',
    overTables({ order: 'length(key) %, key %, collection %, id %' }),
  ),
  saboteur('ST-71', 'takes the upper bound in', overTables({ between: 'key BETWEEN ?3 AND ?4' })),
  saboteur('ST-71', 'leaves the lower bound out', overTables({ between: 'key > ?3 AND key < ?4' })),
  saboteur(
    'ST-71',
    'takes the upper bound in and leaves the lower out downwards',
    finding((range) => (range.descending ? { ...range, from: `${range.from}!`, to: `${range.to}!` } : range)),
  ),
  saboteur(
    'ST-71',
    'swaps bounds that are the wrong way round',
    finding((range) => (range.from > range.to ? { ...range, from: range.to, to: range.from } : range)),
  ),
  saboteur(
    'ST-71',
    'answers its lower bound for an empty range',
    finding((range) => (range.from === range.to ? { ...range, to: `${range.to}!` } : range)),
  ),
  saboteur(
    'ST-72',
    'turns a page round instead of the order',
    finding(
      (range) => ({ ...range, descending: false }),
      (hits, { descending }) => (descending ? hits.toReversed() : hits),
    ),
  ),
  saboteur(
    'ST-72',
    'answers at most 500 hits',
    finding((range) => ({ ...range, limit: Math.min(500, range.limit) })),
  ),
  saboteur(
    'ST-72',
    'answers one more than the limit',
    finding((range) => ({ ...range, limit: range.limit + 1 })),
  ),
  saboteur(
    'ST-72',
    'answers one less than the limit on later pages',
    finding((range) =>
      range.after !== null && range.limit > 1 ? { ...range, limit: range.limit - 1 } : range,
    ),
  ),
  saboteur(
    'ST-72',
    'cuts by the limit before it looks where to go on',
    wrapping((inner) => ({
      async find(tenant, { ranges, want }) {
        const pages = await inner.find(tenant, {
          ranges: ranges.map((range) => ({ ...range, after: null })),
          want,
        });
        const beyond = await inner.find(tenant, {
          ranges: ranges.map((range) => ({ ...range, limit: 1000 })),
          want,
        });
        const nameOfHit = ({ key, ref }: IndexHit): string => `${key} ${nameOf(ref)}`;
        return pages.map((hits, at) => {
          const names = new Set((beyond[at] ?? []).map(nameOfHit));
          return hits.filter((hit) => names.has(nameOfHit(hit)));
        });
      },
    })),
  ),
  saboteur(
    'ST-72',
    'ends a page before documents of one key',
    finding(
      (range) => range,
      (hits, { limit }) =>
        hits.length === limit && limit > 1 && hits.at(-1)?.key === hits.at(-2)?.key
          ? hits.slice(0, -1)
          : hits,
    ),
  ),
  saboteur(
    'ST-73',
    'forgets where the page ended',
    finding((range) => ({ ...range, after: null })),
  ),
  saboteur(
    'ST-73',
    'goes on after the key and the id',
    overTables({ after: '(key, id) <> (?5, ?7) AND ?6 IS NOT NULL' }),
  ),
  saboteur(
    'ST-73',
    'goes on at the position itself',
    overTables({ after: '(key, collection, id) <>= (?5, ?6, ?7)' }),
  ),
  saboteur(
    'ST-73',
    'goes on upwards in both directions',
    overTables({ after: '(key, collection, id) > (?5, ?6, ?7)' }),
  ),
  saboteur(
    'ST-73',
    'compares each part of a position',
    overTables({ after: '(key <> ?5 OR (key = ?5 AND collection <>= ?6 AND id <> ?7))' }),
  ),
  saboteur(
    'ST-73',
    'goes on after the key instead of the position',
    finding(
      (range) => range,
      (hits, { after }) => hits.filter(({ key }) => key !== after?.key),
    ),
  ),
  saboteur(
    'ST-73',
    'forgets the id of a position downwards',
    finding((range) => {
      if (range.after === null || !range.descending) return range;
      return { ...range, after: { ...range.after, ref: { ...range.after.ref, id: '!' } } };
    }),
  ),
  saboteur(
    'ST-74',
    'forgets the lower bound when it goes on',
    finding((range) => (range.after === null ? range : { ...range, from: '!' })),
  ),
  saboteur(
    'ST-74',
    'forgets the upper bound when it goes on downwards',
    finding((range) => (range.after === null || !range.descending ? range : { ...range, to: '~~' })),
  ),
  saboteur(
    'ST-74',
    'leaves out brackets around where to go on',
    overTables({ after: 'key <> ?5 OR key = ?5 AND (collection, id) <> (?6, ?7)' }),
  ),
  saboteur(
    'ST-75',
    'leaves out lists without hits',
    wrapping((inner) => ({
      find: async (tenant, query) => (await inner.find(tenant, query)).filter((hits) => hits.length > 0),
    })),
  ),
  saboteur(
    'ST-75',
    'answers equal ranges once',
    wrapping((inner) => ({
      async find(tenant, query) {
        const lists = await inner.find(tenant, query);
        return [...new Map(lists.map((hits, at) => [JSON.stringify(query.ranges[at]), hits])).values()];
      },
    })),
  ),
  saboteur(
    'ST-75',
    'answers at most 8 ranges',
    wrapping((inner) => ({
      find: (tenant, { ranges, want }) => inner.find(tenant, { ranges: ranges.slice(0, 8), want }),
    })),
  ),
  saboteur(
    'ST-76',
    'gives documents where references are wanted',
    wrapping((inner) => ({ find: (tenant, query) => inner.find(tenant, { ...query, want: 'documents' }) })),
  ),
  saboteur(
    'ST-76',
    'shows a document once in a range',
    finding(
      (range) => range,
      (hits) => hits.filter(({ ref }, at) => hits.findIndex((hit) => nameOf(hit.ref) === nameOf(ref)) === at),
    ),
  ),
  saboteur(
    'ST-76',
    'keeps a copy of the document with each key',
    wrapping((inner) => {
      const copies = new Map<string, StoredDocument>();
      return {
        async commit(tenant, batch) {
          const outcome = await inner.commit(tenant, batch);
          if (outcome.status !== 'committed' || outcome.repeated) return outcome;
          for (const { keys, ...document } of batch.puts) {
            const name = `${tenant} ${nameOf(document.ref)} ${JSON.stringify(keys)}`;
            // Keys that stay are left alone, and so is the copy.
            if (!copies.has(name)) copies.set(name, document);
            for (const { key } of keys)
              copies.set(`${tenant} ${nameOf(document.ref)} ${key}`, copies.get(name) ?? document);
          }
          return outcome;
        },
        find: async (tenant, query) =>
          (await inner.find(tenant, query)).map((hits) =>
            hits.map((hit) =>
              hit.document === null
                ? hit
                : { ...hit, document: copies.get(`${tenant} ${nameOf(hit.ref)} ${hit.key}`) ?? hit.document },
            ),
          ),
      };
    }),
  ),
  saboteur(
    'ST-10',
    'joins hits with documents of any tenant',
    wrapping((inner) => {
      const last = new Map<string, StoredDocument>();
      return {
        async commit(tenant, batch) {
          const outcome = await inner.commit(tenant, batch);
          if (outcome.status === 'committed' && !outcome.repeated)
            for (const { keys: _, ...document } of batch.puts) last.set(nameOf(document.ref), document);
          return outcome;
        },
        find: async (tenant, query) =>
          (await inner.find(tenant, query)).map((hits) =>
            hits.map((hit) =>
              hit.document === null ? hit : { ...hit, document: last.get(nameOf(hit.ref)) ?? null },
            ),
          ),
      };
    }),
  ),
  saboteur(
    'ST-10',
    'mixes tenants in the index',
    wrapping((inner) => ({ find: (_tenant, query) => inner.find('acme' as typeof _tenant, query) })),
  ),
  saboteur(
    'ST-03',
    'takes the name of an index for a beginning',
    wrapping((inner) => {
      const names = new Set<string>();
      return {
        commit(tenant, batch) {
          for (const { keys } of batch.puts) for (const { index } of keys) names.add(index);
          return inner.commit(tenant, batch);
        },
        find: (tenant, { ranges, want }) =>
          Promise.all(
            ranges.map(async (range) => {
              const meant = [...names].filter((name) => name.startsWith(range.index)).slice(0, 16);
              const lists = await inner.find(tenant, {
                ranges: meant.map((index) => ({ ...range, index })),
                want,
              });
              return lists.flat().toSorted((left, right) => (left.key < right.key ? -1 : 1));
            }),
          ),
      };
    }),
  ),
  saboteur(
    'ST-78',
    'cuts all ranges together by the largest limit',
    wrapping((inner) => ({
      async find(tenant, query) {
        let left = Math.max(0, ...query.ranges.map(({ limit }) => limit));
        return (await inner.find(tenant, query)).map((hits) => {
          const part = hits.slice(0, left);
          left -= part.length;
          return part;
        });
      },
    })),
  ),
  saboteur(
    'ST-78',
    'uses the limit of the first range for all',
    finding((range, [first]) => ({ ...range, limit: first?.limit ?? 1 })),
  ),
  saboteur(
    'ST-78',
    'uses the direction of the first range for all',
    finding((range, [first]) => ({ ...range, descending: first?.descending ?? false })),
  ),
  saboteur(
    'ST-78',
    'uses the position of the first range for all',
    finding((range, [first]) => ({ ...range, after: first?.after ?? null })),
  ),
];
