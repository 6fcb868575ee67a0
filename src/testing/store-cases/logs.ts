import type { Store } from '../../ports/index.ts';
import { same } from '../expectations.ts';
import { addOf, batchOf, clause, entryOf, idsOf, refOf, tenant } from '../store-harness.ts';

/** Eight entries in three commits; every second one is about `even`. */
async function fill(store: Store): Promise<void> {
  const subjectsOf = (at: number): string[] => (at % 2 === 0 ? ['even', 'all'] : ['all']);
  const entries = Array.from({ length: 8 }, (_, at) => entryOf(`e${7 - at}`, subjectsOf(at)));
  await store.commit(tenant, batchOf({ entries: entries.slice(0, 3) }));
  await store.commit(tenant, batchOf({ entries: entries.slice(3, 4) }));
  await store.commit(tenant, batchOf({ entries: entries.slice(4) }));
}

const IN_ORDER = ['e7', 'e6', 'e5', 'e4', 'e3', 'e2', 'e1', 'e0'];

async function staged(store: Store): Promise<string[]> {
  return idsOf(await store.readEntries(tenant, { by: 'staged', limit: 100 }));
}

async function bySubject(
  store: Store,
  subject: string,
  after: number | null,
  limit: number,
  descending: boolean,
): Promise<(number | null)[]> {
  const query = { by: 'subject', subject, after, limit, descending } as const;
  return (await store.readEntries(tenant, query)).map(({ index }) => index);
}

/** Clauses on the log: sequencing and reading entries. */
export const logCases = [
  clause(
    'ST-80',
    'gives dense indexes from 0, oldest first, entries of one batch in their order',
    async (store) => {
      await fill(store);
      same(
        await store.sequence(tenant, { size: 0, limit: 5 }),
        { status: 'sequenced', size: 5, count: 5 },
        'the first five',
      );
      same(
        await store.sequence(tenant, { size: 5, limit: 5 }),
        { status: 'sequenced', size: 8, count: 3 },
        'the rest',
      );
      const entries = await store.readEntries(tenant, { by: 'index', from: 0, limit: 100 });
      same(idsOf(entries), IN_ORDER, 'the order');
      same(
        entries.map(({ index }) => index),
        [0, 1, 2, 3, 4, 5, 6, 7],
        'the indexes',
      );
    },
  ),

  clause('ST-81', 'changes nothing when the log has another size', async (store) => {
    await fill(store);
    same(
      await store.sequence(tenant, { size: 1, limit: 5 }),
      { status: 'conflict', size: 0 },
      'a log without entries',
    );
    await store.sequence(tenant, { size: 0, limit: 3 });
    for (const size of [0, 2, 4, 8]) {
      same(await store.sequence(tenant, { size, limit: 5 }), { status: 'conflict', size: 3 }, `size ${size}`);
    }
    same(await staged(store), IN_ORDER.slice(3), 'what is staged');
  }),

  clause('ST-82', 'only tells the size when the limit is 0', async (store) => {
    same(
      await store.sequence(tenant, { size: 0, limit: 0 }),
      { status: 'sequenced', size: 0, count: 0 },
      'an empty log',
    );
    await fill(store);
    same(
      await store.sequence(tenant, { size: 0, limit: 0 }),
      { status: 'sequenced', size: 0, count: 0 },
      'staged only',
    );
    await store.sequence(tenant, { size: 0, limit: 2 });
    same(
      await store.sequence(tenant, { size: 2, limit: 0 }),
      { status: 'sequenced', size: 2, count: 0 },
      'the right size',
    );
    same(
      await store.sequence(tenant, { size: 0, limit: 0 }),
      { status: 'conflict', size: 2 },
      'another size',
    );
    same(await staged(store), IN_ORDER.slice(2), 'what is staged');
  }),

  clause('ST-83', 'sequences nothing when nothing is staged', async (store) => {
    same(
      await store.sequence(tenant, { size: 0, limit: 9 }),
      { status: 'sequenced', size: 0, count: 0 },
      'an empty log',
    );
    await fill(store);
    await store.sequence(tenant, { size: 0, limit: 8 });
    same(
      await store.sequence(tenant, { size: 8, limit: 9 }),
      { status: 'sequenced', size: 8, count: 0 },
      'a full log',
    );
    await store.commit(tenant, batchOf({ entries: [entryOf('e8')] }));
    same(
      await store.sequence(tenant, { size: 8, limit: 9 }),
      { status: 'sequenced', size: 9, count: 1 },
      'one more',
    );
  }),

  clause('ST-84', 'leaves no gap where a commit failed', async (store) => {
    const counter = refOf('n', 'count');
    const commit = (id: string, part: Parameters<typeof batchOf>[0] = {}): Promise<unknown> =>
      store.commit(tenant, batchOf({ entries: [entryOf(`${id}-1`, ['s']), entryOf(`${id}-2`)], ...part }));
    for (let round = 0; round < 3; round += 1) {
      await commit(`a${round}`);
      await commit('x', { checks: [{ ref: refOf('none'), version: 'v1' }] });
      await commit('x', { adds: [addOf(counter, 1, 'c1', { atMost: 0 })] });
      await commit('x', { entries: [entryOf('x-1'), entryOf('a0-1', [], '{"other":1}')] }).catch(() => null);
      await commit(`b${round}`);
      await commit('a0');
      await store.sequence(tenant, { size: 3 * round, limit: 3 });
    }
    await store.sequence(tenant, { size: 9, limit: 9 });
    const entries = await store.readEntries(tenant, { by: 'index', from: 0, limit: 100 });
    const expected = [0, 1, 2].flatMap((round) =>
      ['a', 'b'].flatMap((name) => [`${name}${round}-1`, `${name}${round}-2`]),
    );
    same(idsOf(entries), expected, 'the order');
    same(
      entries.map(({ index }) => index),
      expected.map((_, at) => at),
      'the indexes',
    );
    same(await bySubject(store, 's', null, 100, false), [0, 2, 4, 6, 8, 10], 'by subject');
  }),

  clause('ST-85', 'never gives an entry another index than the one it has', async (store) => {
    await fill(store);
    const seen = new Map<string, number>();
    for (const limit of [1, 2, 1, 3, 1, 5]) {
      const { size } = await store.sequence(tenant, { size: 0, limit: 0 });
      const outcome = await store.sequence(tenant, { size, limit });
      const count = Math.min(limit, 8 - size);
      same(outcome, { status: 'sequenced', size: size + count, count }, `${limit} more after ${size}`);
      await store.commit(tenant, batchOf({ entries: [entryOf('e7'), entryOf('e6'), entryOf('e5')] }));
      for (const { id, index } of await store.readEntries(tenant, { by: 'index', from: 0, limit: 100 })) {
        same(index, seen.get(id) ?? index, `the index of ${id}`);
        seen.set(id, index as number);
      }
    }
    same([...seen.keys()], IN_ORDER, 'the order');
  }),

  clause('ST-90', 'reads sequenced entries by index, whole', async (store) => {
    const entry = { id: 'e', subjects: ['s2', 's1', 's3'], leaf: '{"n":1}', mac: 'code' };
    await store.commit(tenant, batchOf({ entries: [entry] }));
    same(await store.readEntries(tenant, { by: 'index', from: 0, limit: 9 }), [], 'before sequencing');
    await store.sequence(tenant, { size: 0, limit: 1 });
    same(
      await store.readEntries(tenant, { by: 'index', from: 0, limit: 9 }),
      [{ ...entry, index: 0 }],
      'after it',
    );
    await fill(store);
    await store.sequence(tenant, { size: 1, limit: 6 });
    const indexes = async (from: number, limit: number): Promise<(number | null)[]> =>
      (await store.readEntries(tenant, { by: 'index', from, limit })).map(({ index }) => index);
    same(await indexes(2, 3), [2, 3, 4], 'three from 2 on');
    same(await indexes(5, 100), [5, 6], 'up to the last sequenced one');
    same(await indexes(6, 1), [6], 'the last sequenced one alone');
    same(await indexes(7, 1), [], 'beyond it');
    same(await indexes(1000, 9), [], 'far beyond it');
    for (let limit = 1; limit <= 4; limit += 1) {
      same(await indexes(1, limit), [1, 2, 3, 4].slice(0, limit), `${limit} from 1 on`);
    }
  }),

  clause('ST-91', 'reads entries by id, staged or sequenced, in the order asked', async (store) => {
    await fill(store);
    await store.sequence(tenant, { size: 0, limit: 2 });
    const found = await store.readEntries(tenant, { by: 'id', ids: ['e0', 'none', 'e6', 'E6', 'e5'] });
    same(
      found.map(({ id, index }) => [id, index]),
      [
        ['e0', null],
        ['e6', 1],
        ['e5', null],
      ],
      'ids and indexes',
    );
    same(await store.readEntries(tenant, { by: 'id', ids: [] }), [], 'nothing asked');
    const twice = await store.readEntries(tenant, { by: 'id', ids: ['e6', 'e0', 'e6'] });
    same(idsOf(twice), ['e6', 'e0', 'e6'], 'the same id twice');
  }),

  clause('ST-92', 'reads sequenced entries of a subject in both directions', async (store) => {
    await fill(store);
    same(await bySubject(store, 'even', null, 9, false), [], 'before sequencing');
    await store.sequence(tenant, { size: 0, limit: 6 });
    same(await bySubject(store, 'even', null, 9, false), [0, 2, 4], 'upwards');
    same(await bySubject(store, 'even', null, 2, true), [4, 2], 'two downwards');
    same(await bySubject(store, 'even', 0, 9, false), [2, 4], 'above 0');
    same(await bySubject(store, 'all', 3, 2, false), [4, 5], 'two above 3');
    same(await bySubject(store, 'even', 4, 9, true), [2, 0], 'below 4');
    same(await bySubject(store, 'even', 3, 1, true), [2], 'one below 3');
    same(await bySubject(store, 'even', 99, 9, true), [4, 2, 0], 'below an index that does not exist');
    same(await bySubject(store, 'even', 5, 9, false), [], 'above the last one');
    same(await bySubject(store, 'all', 0, 2, false), [1, 2], 'two above 0');
    same(await bySubject(store, 'all', 0, 9, true), [], 'below 0');
    same(await bySubject(store, 'all', 1, 9, true), [0], 'below 1');
    same(await bySubject(store, 'none', null, 9, true), [], 'an unknown subject');
  }),

  clause('ST-93', 'reads staged entries, oldest first', async (store) => {
    await fill(store);
    const two = await store.readEntries(tenant, { by: 'staged', limit: 2 });
    same(
      two.map(({ id, index }) => [id, index]),
      [
        ['e7', null],
        ['e6', null],
      ],
      'two of them',
    );
    same(await staged(store), IN_ORDER, 'all of them');
    await store.sequence(tenant, { size: 0, limit: 5 });
    same(await staged(store), IN_ORDER.slice(5), 'after sequencing five');
  }),

  clause('ST-95', 'orders entries by number, also past ten and a hundred', async (store) => {
    const entries = Array.from({ length: 120 }, (_, at) =>
      entryOf(`e${at}`, [at % 3 === 0 ? 'third' : 'other', 'all']),
    );
    await store.commit(tenant, batchOf({ entries: entries.slice(0, 60) }));
    same(await staged(store), idsOf(entries.slice(0, 60)), 'staged entries');
    await store.sequence(tenant, { size: 0, limit: 50 });
    await store.commit(tenant, batchOf({ entries: entries.slice(60) }));
    same((await staged(store)).length, 70, 'staged entries after some were sequenced');
    await store.sequence(tenant, { size: 50, limit: 1000 });
    const page = await store.readEntries(tenant, { by: 'index', from: 8, limit: 95 });
    same(idsOf(page), idsOf(entries.slice(8, 103)), 'entries by index');
    const thirds = Array.from({ length: 40 }, (_, at) => at * 3);
    same(await bySubject(store, 'third', null, 100, false), thirds, 'upwards');
    same(await bySubject(store, 'third', null, 100, true), thirds.toReversed(), 'downwards');
    same(await bySubject(store, 'third', 9, 5, false), [12, 15, 18, 21, 24], 'above 9');
    same(await bySubject(store, 'third', 100, 3, true), [99, 96, 93], 'below 100');
    same(await bySubject(store, 'all', 99, 3, false), [100, 101, 102], 'above 99');
  }),

  clause('ST-94', 'shows an entry once that names a subject twice', async (store) => {
    await store.commit(tenant, batchOf({ entries: [entryOf('e', ['s', 't', 's'])] }));
    await store.sequence(tenant, { size: 0, limit: 1 });
    same(await bySubject(store, 's', null, 9, false), [0], 'by subject');
    same(
      (await store.readEntries(tenant, { by: 'id', ids: ['e'] }))[0]?.subjects,
      ['s', 't', 's'],
      'its subjects',
    );
  }),
];
