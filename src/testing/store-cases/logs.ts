import type { Store } from '../../ports/index.ts';
import { same } from '../expectations.ts';
import { batchOf, clause, entryOf, idsOf, tenant } from '../store-harness.ts';

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
    same(await indexes(7, 1), [], 'beyond it');
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
