import type { IndexRange, Store } from '../../ports/index.ts';
import { same } from '../expectations.ts';
import { NAME_FAMILIES } from '../random-names.ts';
import { batchOf, clause, idsIn, putOf, rangeOf, refOf, tenant } from '../store-harness.ts';

/** Keys with equal ones in several documents and collections, in the order an index must give. */
const ORDERED = [
  ['!', 'T', '1'],
  ['!', 't', '0'],
  ['A', 't', '2'],
  ['a', 's', '9'],
  ['a', 't', '10'],
  ['a', 't', '3'],
  ['a', 'tt', '0'],
  ['a!', 't', '4'],
  ['a-', 't', 'B'],
  ['a-', 't', 'b'],
  ['a_', 't', '5'],
  ['aa', 't', '6'],
  ['~', 't', '7'],
] as const;

async function fill(store: Store): Promise<void> {
  const shuffled = ORDERED.map((_, at) => ORDERED[(at * 5) % ORDERED.length] as (typeof ORDERED)[number]);
  for (const [key, collection, id] of shuffled) {
    await store.commit(tenant, batchOf({ puts: [putOf({ collection, id }, 'v1', [['i', key]])] }));
  }
}

async function hits(store: Store, part: Partial<IndexRange>): Promise<string[][]> {
  const [found] = await store.find(tenant, { ranges: [rangeOf('i', { to: '~~', ...part })], want: 'refs' });
  return (found ?? []).map(({ key, ref }) => [key, ref.collection, ref.id]);
}

const reversed = ORDERED.toReversed();

const byBytes = (left: string, right: string): number => (left < right ? -1 : 1);

/** Walks an index in pages of two. */
async function walk(store: Store, descending: boolean): Promise<string[][]> {
  const seen: string[][] = [];
  let after: IndexRange['after'] = null;
  for (let page = 0; page <= ORDERED.length; page += 1) {
    const found = await hits(store, { after, limit: 2, descending });
    same(found.length, Math.min(2, ORDERED.length - 2 * page), `hits on page ${page + 1}`);
    seen.push(...found);
    if (found.length < 2) break;
    const [key, collection, id] = found.at(-1) ?? [];
    if (key === undefined || collection === undefined || id === undefined) break;
    after = { key, ref: { collection, id } };
  }
  return seen;
}

/** Clauses on indexes. */
export const indexCases = [
  clause('ST-70', 'orders an index by the bytes of key, collection and id', async (store) => {
    await fill(store);
    same(await hits(store, {}), ORDERED, 'upwards');
    same(await hits(store, { descending: true }), reversed, 'downwards');
  }),

  clause(
    'ST-71',
    'takes the lower bound in and leaves the upper bound out, in both directions',
    async (store) => {
      await fill(store);
      const wanted = ORDERED.filter(([key]) => key >= 'a' && key < 'a_');
      same(await hits(store, { from: 'a', to: 'a_' }), wanted, 'upwards');
      same(await hits(store, { from: 'a', to: 'a_', descending: true }), wanted.toReversed(), 'downwards');
      same(await hits(store, { from: 'b', to: 'a' }), [], 'an empty range');
      same(await hits(store, { from: 'a', to: 'a' }), [], 'a range without width');
    },
  ),

  clause('ST-72', 'answers no more than the limit, first ones first', async (store) => {
    await fill(store);
    same(await hits(store, { limit: 1 }), ORDERED.slice(0, 1), 'one upwards');
    const [, , third] = ORDERED;
    const after = { key: third[0], ref: { collection: third[1], id: third[2] } };
    for (let limit = 1; limit <= 4; limit += 1) {
      same(await hits(store, { after, limit }), ORDERED.slice(3, 3 + limit), `${limit} after the third`);
    }
    same(await hits(store, { limit: 5, descending: true }), reversed.slice(0, 5), 'five downwards');
    const puts = Array.from({ length: 500 }, (_, at) =>
      putOf(refOf(`${at}`), 'v1', [
        ['many', 'k'],
        ['many', 'l'],
        ['many', 'm'],
      ]),
    );
    await store.commit(tenant, batchOf({ puts }));
    same((await idsIn(store, rangeOf('many', { limit: 1000 }))).length, 1000, 'a thousand');
  }),

  clause('ST-73', 'continues after a position and meets each hit once, in both directions', async (store) => {
    await fill(store);
    same(await walk(store, false), ORDERED, 'upwards');
    same(await walk(store, true), reversed, 'downwards');
  }),

  clause(
    'ST-74',
    'continues after a position that is gone or lies outside, without leaving the range',
    async (store) => {
      await fill(store);
      const gone = { key: 'a', ref: refOf('2', 't') };
      same(await hits(store, { after: gone }), ORDERED.slice(5), 'a position that never was');
      same(
        await hits(store, { after: gone, descending: true }),
        ORDERED.slice(0, 5).toReversed(),
        'the same downwards',
      );
      const before = { key: '!', ref: refOf('0', 't') };
      const within = ORDERED.filter(([key]) => key >= 'a-' && key < 'aa');
      const beyond = { key: '~', ref: refOf('7', 't') };
      same(await hits(store, { from: 'a-', to: 'aa', after: before }), within, 'after a position below');
      same(await hits(store, { from: 'a-', to: 'aa', after: beyond }), [], 'after a position above');
      const down = { from: 'a-', to: 'aa', descending: true };
      same(await hits(store, { ...down, after: beyond }), within.toReversed(), 'downwards from above');
      same(await hits(store, { ...down, after: before }), [], 'downwards from below');
    },
  ),

  clause('ST-75', 'answers up to 16 ranges, one list for each, in the order asked', async (store) => {
    await fill(store);
    const ranges = Array.from({ length: 16 }, (_, at) =>
      at % 4 === 3 ? rangeOf('unknown') : rangeOf('i', { limit: at + 1, descending: at % 2 === 1 }),
    );
    const found = await store.find(tenant, { ranges, want: 'refs' });
    const expected = ranges.map(({ index, limit, descending }) =>
      index === 'unknown' ? [] : (descending ? reversed : ORDERED).slice(0, limit),
    );
    same(
      found.map((list) => list.map(({ key, ref }) => [key, ref.collection, ref.id])),
      expected,
      'the lists',
    );
    same(await store.find(tenant, { ranges: [], want: 'documents' }), [], 'no range');
    const twice = await store.find(tenant, { ranges: [rangeOf('i'), rangeOf('i')], want: 'refs' });
    same(
      twice.map((list) => list.length),
      [ORDERED.length, ORDERED.length],
      'the same range twice',
    );
  }),

  clause('ST-78', 'keeps limit, direction and position of each range to itself', async (store) => {
    await fill(store);
    const [, second] = ORDERED;
    const after = { key: second[0], ref: { collection: second[1], id: second[2] } };
    const ranges = [
      rangeOf('i', { limit: 2 }),
      rangeOf('i', { limit: 3, after }),
      rangeOf('i', { limit: 4, descending: true }),
      rangeOf('i', { limit: 9, from: 'a', to: 'b' }),
      rangeOf('i', { limit: 1 }),
      rangeOf('i', { limit: 4 }),
    ];
    const found = await store.find(tenant, { ranges, want: 'refs' });
    same(
      found.map((list) => list.map(({ key, ref }) => [key, ref.collection, ref.id])),
      [
        ORDERED.slice(0, 2),
        ORDERED.slice(2, 5),
        reversed.slice(0, 4),
        ORDERED.filter(([key]) => key >= 'a' && key < 'b'),
        ORDERED.slice(0, 1),
        ORDERED.slice(0, 4),
      ],
      'the lists',
    );
  }),

  clause('ST-79', 'orders keys that read as numbers, words or moments as bytes too', async (store) => {
    for (const [family, names] of Object.entries(NAME_FAMILIES)) {
      const keys = names.filter((name) => name < '~~');
      const puts = keys.map((key, at) => putOf(refOf(`${at}`), `${family.length}`, [['i', key]]));
      await store.commit(tenant, batchOf({ puts }));
      const sorted = keys.toSorted(byBytes);
      for (const descending of [false, true]) {
        const [found = []] = await store.find(tenant, {
          ranges: [rangeOf('i', { to: '~~', descending })],
          want: 'refs',
        });
        same(
          found.map(({ key }) => key),
          descending ? sorted.toReversed() : sorted,
          `${family}, ${descending ? 'downwards' : 'upwards'}`,
        );
      }
      const [low = '', high = ''] = [sorted[1], sorted.at(-2)];
      const [part = []] = await store.find(tenant, {
        ranges: [rangeOf('i', { from: low, to: high })],
        want: 'refs',
      });
      same(
        part.map(({ key }) => key),
        sorted.slice(1, -2),
        `${family}, from the second to before the last but one`,
      );
      await store.commit(tenant, batchOf({ deletes: puts.map(({ ref }) => ref) }));
    }
  }),

  clause('ST-76', 'gives documents where they are wanted, and null where references are', async (store) => {
    await store.commit(
      tenant,
      batchOf({
        puts: [
          putOf(refOf('a'), 'v1', [
            ['i', 'k1'],
            ['i', 'k2'],
          ]),
        ],
      }),
    );
    await store.commit(
      tenant,
      batchOf({
        puts: [
          putOf(refOf('a'), 'v2', [
            ['i', 'k1'],
            ['i', 'k2'],
          ]),
        ],
      }),
    );
    const document = { ref: refOf('a'), version: 'v2', body: '{"version":"v2"}', mac: 'mac' };
    for (const want of ['refs', 'documents'] as const) {
      const found = await store.find(tenant, { ranges: [rangeOf('i')], want });
      const hit = { ref: refOf('a'), document: want === 'refs' ? null : document };
      same(
        found,
        [
          [
            { key: 'k1', ...hit },
            { key: 'k2', ...hit },
          ],
        ],
        want,
      );
    }
  }),

  clause('ST-77', 'keeps the keys of one document when another with the same key changes', async (store) => {
    const [a, b] = [refOf('a'), refOf('b')];
    const keyed = (ref: typeof a, version: string): ReturnType<typeof putOf> =>
      putOf(ref, version, [['i', 'k']]);
    await store.commit(
      tenant,
      batchOf({ puts: [keyed(a, 'v1'), keyed(b, 'v1'), keyed(refOf('a', 'other'), 'v1')] }),
    );
    await store.commit(tenant, batchOf({ puts: [putOf(a, 'v2')] }));
    same(await idsIn(store, rangeOf('i')), ['a', 'b'], 'after one lost its key');
    await store.commit(tenant, batchOf({ puts: [keyed(a, 'v3')], deletes: [b] }));
    same(await idsIn(store, rangeOf('i')), ['a', 'a'], 'after the other was deleted');
    await store.commit(tenant, batchOf({ deletes: [refOf('a', 'other')] }));
    same(await idsIn(store, rangeOf('i')), ['a'], 'after that of another collection was deleted');
  }),
];
