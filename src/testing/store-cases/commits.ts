import type { CommitBatch, Store } from '../../ports/index.ts';
import { rejects, same } from '../expectations.ts';
import { addOf, batchOf, clause, entryOf, idsIn, putOf, rangeOf, refOf, tenant } from '../store-harness.ts';

const a = refOf('a');
const b = refOf('b');
const counter = refOf('n', 'count');
const done = { status: 'committed', repeated: false, totals: [] } as const;

/** A document `a` at `v1`, a counter at 5, one entry. */
async function start(store: Store): Promise<void> {
  const adds = [addOf(counter, 5, 'c1')];
  const batch = batchOf({ puts: [putOf(a, 'v1', [['i', 'old']])], adds, entries: [entryOf('e1', ['s'])] });
  same(await store.commit(tenant, batch), { ...done, totals: [5] }, 'the first commit');
}

/** A batch that would change everything that `start` left. */
function changeAll(part: Partial<CommitBatch>): CommitBatch {
  return batchOf({
    adds: [addOf(counter, 1, 'c2')],
    puts: [putOf(b, 'v2', [['i', 'new']])],
    deletes: [a],
    entries: [entryOf('e2', ['s'])],
    ...part,
  });
}

/** Fails unless everything is as `start` left it. */
async function requireUntouched(store: Store): Promise<void> {
  const documents = await store.get(tenant, [a, b, counter]);
  same(
    documents.map((document) => document?.version),
    ['v1', undefined, 'c1'],
    'versions',
  );
  same(documents[2]?.body, '5', 'the counter');
  same(await idsIn(store, rangeOf('i')), ['a'], 'the index');
  const staged = await store.readEntries(tenant, { by: 'staged', limit: 10 });
  same(
    staged.map(({ id }) => id),
    ['e1'],
    'the staged entries',
  );
}

/** Clauses on commits: what they write, and when they write nothing. */
export const commitCases = [
  clause('ST-20', 'shows a commit to every read that begins after it', async (store) => {
    const put = putOf(a, 'v1', [['i', 'k']], '{"x":1}');
    same(await store.commit(tenant, batchOf({ puts: [put], entries: [entryOf('e1')] })), done, 'the commit');
    const document = { ref: a, version: 'v1', body: '{"x":1}', mac: 'mac' };
    same(await store.get(tenant, [a]), [document], 'get');
    const found = await store.find(tenant, { ranges: [rangeOf('i')], want: 'documents' });
    same(found, [[{ key: 'k', ref: a, document }]], 'find');
    same(
      await store.readEntries(tenant, { by: 'staged', limit: 9 }),
      [{ ...entryOf('e1'), index: null }],
      'readEntries',
    );
  }),

  clause('ST-21', 'writes nothing when a check fails', async (store) => {
    await start(store);
    const checks = [
      { ref: a, version: 'v1' },
      { ref: b, version: 'v1' },
    ];
    const outcome = await store.commit(tenant, changeAll({ checks }));
    same(outcome, { status: 'conflict', refs: [b] }, 'the outcome');
    await requireUntouched(store);
  }),

  clause('ST-22', 'names every reference whose check fails, and no other', async (store) => {
    await start(store);
    const checks = [
      { ref: a, version: null },
      { ref: refOf('none'), version: 'v1' },
      { ref: counter, version: 'c1' },
      { ref: refOf('none-2'), version: null },
      { ref: refOf('a', 'other'), version: 'v1' },
    ];
    const outcome = await store.commit(tenant, batchOf({ checks }));
    const refs = [a, refOf('none'), refOf('a', 'other')];
    same(outcome, { status: 'conflict', refs }, 'the outcome');
  }),

  clause('ST-23', 'writes nothing when a bound would be passed', async (store) => {
    await start(store);
    const adds = [addOf(refOf('m', 'count'), 1, 'c2'), addOf(counter, 1, 'c2', { atMost: 5 })];
    const outcome = await store.commit(tenant, changeAll({ adds }));
    same(outcome, { status: 'bound', refs: [counter] }, 'the outcome');
    await requireUntouched(store);
    same(await store.get(tenant, [refOf('m', 'count')]), [null], 'the counter beside it');
  }),

  clause(
    'ST-24',
    'answers a repeated batch as committed, whatever its checks and bounds say',
    async (store) => {
      const batch = batchOf({
        checks: [{ ref: a, version: null }],
        adds: [addOf(counter, 1, 'c1', { atMost: 1 })],
        puts: [putOf(a, 'v1')],
        entries: [entryOf('e1'), entryOf('e2')],
      });
      same(await store.commit(tenant, batch), { ...done, totals: [1] }, 'the first time');
      same(await store.commit(tenant, batch), { ...done, repeated: true }, 'the second time');
      await store.commit(tenant, batchOf({ deletes: [a] }));
      await store.sequence(tenant, { size: 0, limit: 9 });
      same(
        await store.commit(tenant, batch),
        { ...done, repeated: true },
        'after its entries were sequenced',
      );
      const documents = await store.get(tenant, [a, counter]);
      same(
        documents.map((document) => document?.body),
        [undefined, '1'],
        'what is stored',
      );
      same(
        await store.sequence(tenant, { size: 2, limit: 9 }),
        { status: 'sequenced', size: 2, count: 0 },
        'the log',
      );
    },
  ),

  clause(
    'ST-25',
    'rejects an entry id that is stored with another leaf, and writes nothing',
    async (store) => {
      await start(store);
      const entries = [entryOf('e1', ['s'], '{"other":true}')];
      await rejects(store.commit(tenant, changeAll({ entries })), 'another leaf');
      const more = [entryOf('e9'), entryOf('e1', ['s'], '{"other":true}')];
      await rejects(store.commit(tenant, changeAll({ entries: more })), 'another leaf behind a new entry');
      await requireUntouched(store);
      const [entry] = await store.readEntries(tenant, { by: 'id', ids: ['e1'] });
      same(entry?.leaf, entryOf('e1').leaf, 'the leaf');
    },
  ),

  clause(
    'ST-26',
    'never stores an entry id twice, even when only some entries of a batch are known',
    async (store) => {
      await start(store);
      const batch = changeAll({ entries: [entryOf('e1', ['s']), entryOf('e2', ['s'])] });
      const accepted = await store.commit(tenant, batch).catch(() => null);
      if (accepted === null) await requireUntouched(store);
      const staged = await store.readEntries(tenant, { by: 'staged', limit: 9 });
      same(staged.filter(({ id }) => id === 'e1').length, 1, 'how often e1 is stored');
    },
  ),

  clause('ST-27', 'takes a batch without entries as new each time', async (store) => {
    const batch = batchOf({ adds: [addOf(counter, 1, 'c1')] });
    same(await store.commit(tenant, batch), { ...done, totals: [1] }, 'once');
    same(await store.commit(tenant, batch), { ...done, totals: [2] }, 'twice');
    same(await store.commit(tenant, batchOf({})), done, 'an empty batch');
  }),

  clause('ST-28', 'looks at checks before bounds', async (store) => {
    await start(store);
    const checks = [{ ref: b, version: 'v1' }];
    const adds = [addOf(counter, 100, 'c2', { atMost: 1 })];
    const outcome = await store.commit(tenant, changeAll({ checks, adds }));
    same(outcome, { status: 'conflict', refs: [b] }, 'the outcome');
    await requireUntouched(store);
  }),

  clause('ST-29', 'checks the state before the batch, also of what the batch writes', async (store) => {
    await start(store);
    const batch = batchOf({
      checks: [
        { ref: a, version: 'v1' },
        { ref: counter, version: 'c1' },
        { ref: b, version: null },
      ],
      adds: [addOf(counter, 1, 'c2')],
      puts: [putOf(b, 'v2')],
      deletes: [a],
    });
    same(await store.commit(tenant, batch), { ...done, totals: [6] }, 'the outcome');
    const documents = await store.get(tenant, [a, b, counter]);
    same(
      documents.map((document) => document?.version),
      [undefined, 'v2', 'c2'],
      'versions',
    );
  }),

  clause('ST-30', 'replaces version, body, code and keys of a document', async (store) => {
    const keys: [string, string][] = [
      ['i', 'stays'],
      ['i', 'goes'],
      ['j', 'goes'],
    ];
    await store.commit(tenant, batchOf({ puts: [putOf(a, 'v1', keys, '1')] }));
    const after: [string, string][] = [
      ['i', 'comes'],
      ['i', 'stays'],
      ['k', 'comes'],
      ['k', 'comes'],
    ];
    const put = { ...putOf(a, 'v2', after, '2'), mac: 'other' };
    await store.commit(tenant, batchOf({ puts: [put] }));
    same(await store.get(tenant, [a]), [{ ref: a, version: 'v2', body: '2', mac: 'other' }], 'the document');
    const ranges = ['i', 'j', 'k'].map((index) => rangeOf(index));
    const found = await store.find(tenant, { ranges, want: 'refs' });
    same(
      found.map((hits) => hits.map(({ key }) => key)),
      [['comes', 'stays'], [], ['comes']],
      'the keys',
    );
    await store.commit(tenant, batchOf({ puts: [putOf(a, 'v3', [['k', 'comes']])] }));
    same(await idsIn(store, rangeOf('k')), ['a'], 'a key that was given twice, and then once');
  }),

  clause('ST-31', 'deletes a document with its keys, and nothing when it is absent', async (store) => {
    await start(store);
    same(await store.commit(tenant, batchOf({ deletes: [a, b] })), done, 'the outcome');
    same(await store.get(tenant, [a]), [null], 'the document');
    same(await idsIn(store, rangeOf('i')), [], 'the index');
    const checks = [{ ref: a, version: null }];
    same((await store.commit(tenant, batchOf({ checks }))).status, 'committed', 'a check for absence');
  }),

  clause('ST-32', 'lets a deleted document be made again, without its old keys', async (store) => {
    await start(store);
    await store.commit(tenant, batchOf({ deletes: [a, counter] }));
    const puts = [putOf(a, 'v2', [['i', 'new']])];
    const batch = batchOf({ checks: [{ ref: a, version: null }], adds: [addOf(counter, 2, 'c2')], puts });
    same(await store.commit(tenant, batch), { ...done, totals: [2] }, 'the outcome');
    same((await store.get(tenant, [a]))[0]?.version, 'v2', 'the version');
    const [hits] = await store.find(tenant, { ranges: [rangeOf('i')], want: 'refs' });
    same(
      hits?.map(({ key }) => key),
      ['new'],
      'the keys',
    );
  }),
];
