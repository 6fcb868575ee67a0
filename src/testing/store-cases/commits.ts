import { same } from '../expectations.ts';
import {
  addOf,
  batchOf,
  clause,
  entryOf,
  idsIn,
  inOrder,
  putOf,
  rangeOf,
  refOf,
  tenant,
} from '../store-harness.ts';
import { a, b, changeAll, counter, done, fresh, requireUntouched, start } from './commit-scene.ts';

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
    same(inOrder(outcome), inOrder({ status: 'conflict', refs }), 'the outcome');
    for (const versions of [
      ['v1', 'v2'],
      ['v2', 'v1'],
      ['v1', null],
      [null, 'v1'],
    ]) {
      const twice = versions.map((version) => ({ ref: a, version }));
      const { status } = await store.commit(tenant, batchOf({ checks: twice }));
      same(status, 'conflict', `one document checked at ${versions.join(' and at ')}`);
    }
  }),

  clause('ST-23', 'writes nothing when a bound would be passed', async (store) => {
    await start(store);
    const adds = [addOf(fresh, 1, 'c2'), addOf(counter, 1, 'c2', { atMost: 5 })];
    const outcome = await store.commit(tenant, changeAll({ adds }));
    same(outcome, { status: 'bound', refs: [counter] }, 'the outcome');
    await requireUntouched(store);
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
    await store.commit(tenant, batchOf({ puts: [putOf(a, 'v4', [['i', 'comes']])] }));
    same(await idsIn(store, rangeOf('k')), [], 'an index that the document left');
    await store.commit(tenant, batchOf({ puts: [putOf(a, 'v5')] }));
    same(await idsIn(store, rangeOf('i')), [], 'a document written without keys');
    await store.commit(tenant, batchOf({ puts: [{ ...putOf(a, 'v6'), body: putOf(a, 'v5').body }] }));
    same((await store.get(tenant, [a]))[0]?.version, 'v6', 'the version of a document whose body stays');
  }),

  clause('ST-31', 'deletes a document with its keys, and nothing when it is absent', async (store) => {
    await start(store);
    same(await store.commit(tenant, batchOf({ deletes: [a, b] })), done, 'the outcome');
    same(await store.get(tenant, [a]), [null], 'the document');
    same(await idsIn(store, rangeOf('i')), [], 'the index');
    const checks = [{ ref: a, version: null }];
    same((await store.commit(tenant, batchOf({ checks }))).status, 'committed', 'a check for absence');
  }),

  clause('ST-33', 'deletes what is named and nothing beside it', async (store) => {
    const names = ['a', 'ab', 'a/b', 'A', 'a%', 'b'];
    const refs = names.flatMap((name) => [refOf(name), refOf('a', `${name}s`)]);
    await store.commit(tenant, batchOf({ puts: refs.map((ref) => putOf(ref, 'v1', [['i', 'k']])) }));
    await store.commit(tenant, batchOf({ adds: names.map((name) => addOf(refOf(name, 'count'), 1, 'c1')) }));
    await store.commit(
      tenant,
      batchOf({ deletes: [a, refOf('a', 'count'), refOf('none'), refOf('a', 'none')] }),
    );
    const documents = await store.get(tenant, [...refs, ...names.map((name) => refOf(name, 'count'))]);
    same(
      documents.map((document, at) => (document === null ? at : null)).filter((at) => at !== null),
      [0, refs.length],
      'which are gone',
    );
    same((await idsIn(store, rangeOf('i'))).length, refs.length - 1, 'the index');
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
