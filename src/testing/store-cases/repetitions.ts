import type { CommitBatch } from '../../ports/index.ts';
import { rejects, same } from '../expectations.ts';
import { addOf, batchOf, clause, entryOf, idsIn, putOf, rangeOf, tenant } from '../store-harness.ts';
import { a, b, changeAll, counter, done, fresh, ids, requireUntouched, start } from './commit-scene.ts';

/** Clauses on batches that come once more. */
export const repetitionCases = [
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
    'rejects a batch of which only some entries are stored, and writes nothing',
    async (store) => {
      await start(store);
      for (const entries of [
        [entryOf('e1', ['s']), entryOf('e2', ['s'])],
        [entryOf('e2', ['s']), entryOf('e1', ['s'])],
        [entryOf('e2'), entryOf('e1', ['s']), entryOf('e3')],
      ]) {
        await rejects(store.commit(tenant, changeAll({ entries })), `the batch with ${ids(entries)}`);
        await requireUntouched(store);
      }
    },
  ),

  clause('ST-27', 'takes a batch without entries as new each time', async (store) => {
    const batch = batchOf({ adds: [addOf(counter, 1, 'c1')] });
    same(await store.commit(tenant, batch), { ...done, totals: [1] }, 'once');
    same(await store.commit(tenant, batch), { ...done, totals: [2] }, 'twice');
    same(await store.commit(tenant, batchOf({})), done, 'an empty batch');
  }),

  clause('ST-34', 'changes nothing by a repeated batch, whatever came in between', async (store) => {
    await start(store);
    const batch = changeAll({ entries: [entryOf('e2'), entryOf('e3')] });
    const first = await store.commit(tenant, batch);
    same(first, { ...done, totals: [6, 1] }, 'the first time');
    const puts = [putOf(a, 'v5', [['i', 'later']]), putOf(b, 'v6')];
    await store.commit(tenant, batchOf({ adds: [addOf(counter, 10, 'c9')], puts, deletes: [fresh] }));
    for (const moment of ['staged', 'sequenced']) {
      same(await store.commit(tenant, batch), { ...done, repeated: true }, `once more, ${moment}`);
      const documents = await store.get(tenant, [a, b, counter, fresh]);
      same(
        documents.map((document) => document?.version),
        ['v5', 'v6', 'c9', undefined],
        'versions',
      );
      same(documents[2]?.body, '16', 'the counter');
      same(await idsIn(store, rangeOf('i')), ['a'], 'the index');
      await store.sequence(tenant, { size: 0, limit: 9 });
    }
    same(
      await store.sequence(tenant, { size: 3, limit: 9 }),
      { status: 'sequenced', size: 3, count: 0 },
      'the log',
    );
  }),

  clause('ST-35', 'decides repetition by ids and leaves alone, byte by byte', async (store) => {
    const entry = { ...entryOf('e1', ['s', 't'], '{"a":1,"b":2}'), mac: 'one' };
    await store.commit(tenant, batchOf({ entries: [entry] }));
    const others = [
      { ...entry, mac: 'two' },
      { ...entry, subjects: ['t'] },
    ];
    for (const other of others) {
      const again = await store.commit(tenant, batchOf({ entries: [other] }));
      same(again, { ...done, repeated: true }, 'the same leaf with another code or other subjects');
    }
    for (const leaf of [
      '{"b":2,"a":1}',
      '{"a":1, "b":2}',
      '{"a":1,"b":3}',
      '{"a":1,"B":2}',
      '{"a":1,"b":2} ',
    ]) {
      await rejects(store.commit(tenant, batchOf({ entries: [{ ...entry, leaf }] })), `the leaf ${leaf}`);
    }
    const stored = await store.readEntries(tenant, { by: 'id', ids: ['e1'] });
    same(stored, [{ ...entry, index: null }], 'what is stored');
    const twin = await store.commit(tenant, batchOf({ entries: [{ ...entry, id: 'e2' }] }));
    same(twin, done, 'an equal leaf under another id');
    same(ids(await store.readEntries(tenant, { by: 'staged', limit: 9 })), 'e1 e2', 'the staged entries');
  }),

  clause('ST-36', 'knows a batch again however many came after it', async (store) => {
    const batches = Array.from({ length: 300 }, (_, at) =>
      batchOf({ adds: [addOf(counter, 1, `c${at}`)], entries: [entryOf(`e${at}`)] }),
    );
    for (const batch of batches) await store.commit(tenant, batch);
    await store.sequence(tenant, { size: 0, limit: 200 });
    for (const at of [0, 1, 100, 199, 200, 299]) {
      const again = await store.commit(tenant, batches[at] as CommitBatch);
      same(again, { ...done, repeated: true }, `batch ${at} of 300`);
    }
    same((await store.get(tenant, [counter]))[0]?.body, '300', 'the counter');
  }),

  clause('ST-37', 'does not take a batch for repeated that failed before', async (store) => {
    await start(store);
    const checks = [{ ref: b, version: 'v0' }];
    const adds = [addOf(counter, 1, 'c2', { atMost: 6 })];
    const batch = batchOf({ checks, adds, deletes: [a], entries: [entryOf('e2'), entryOf('e3')] });
    same((await store.commit(tenant, batch)).status, 'conflict', 'while its check fails');
    await store.commit(tenant, batchOf({ puts: [putOf(b, 'v0')], adds: [addOf(counter, 1, 'c1')] }));
    same((await store.commit(tenant, batch)).status, 'bound', 'while its bound would be passed');
    await store.commit(tenant, batchOf({ adds: [addOf(counter, -1, 'c0')] }));
    same(await store.commit(tenant, batch), { ...done, totals: [6] }, 'when both hold');
    same(await store.commit(tenant, batch), { ...done, repeated: true }, 'after that');
    same(ids(await store.readEntries(tenant, { by: 'staged', limit: 9 })), 'e1 e2 e3', 'the staged entries');
  }),
];
