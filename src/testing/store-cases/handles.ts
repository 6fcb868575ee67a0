import type { Store } from '../../ports/index.ts';
import { same } from '../expectations.ts';
import {
  addOf,
  batchOf,
  clauseIf,
  entryOf,
  idsIn,
  putOf,
  rangeOf,
  refOf,
  sequenceAll,
  tenant,
} from '../store-harness.ts';

const a = refOf('a');
const counter = refOf('n', 'count');

/** Clauses on several processes and on what lasts; each runs only where the capability is claimed. */
export const handleCases = [
  clauseIf('multiProcess', 'ST-100', 'shows a commit at once through every handle', async (left, reopen) => {
    const right = await reopen();
    for (let at = 0; at < 20; at += 1) {
      const [writer, reader] = at % 4 < 2 ? [left, right] : [right, left];
      const puts = [putOf(a, `v${at}`, [['i', `k${at}`]])];
      await writer.commit(tenant, batchOf({ puts, entries: [entryOf(`e${at}`)] }));
      same((await reader.get(tenant, [a]))[0]?.version, `v${at}`, 'get');
      same(await idsIn(reader, rangeOf('i', { from: `k${at}`, to: `k${at}!` })), ['a'], 'find');
      same((await reader.readEntries(tenant, { by: 'id', ids: [`e${at}`] })).length, 1, 'readEntries');
    }
  }),

  clauseIf(
    'multiProcess',
    'ST-101',
    'keeps a bound among callers of several handles',
    async (left, reopen) => {
      const handles = [left, await reopen()];
      const outcomes = await Promise.all(
        Array.from({ length: 64 }, (_, at) => {
          const adds = [addOf(counter, 1, `c${at}`, { atMost: 20 })];
          return (handles[at % 2] as Store).commit(tenant, batchOf({ adds }));
        }),
      );
      const count = (status: string): number =>
        outcomes.filter((outcome) => outcome.status === status).length;
      same([count('committed'), count('bound')], [20, 44], 'committed and bound');
    },
  ),

  clauseIf(
    'multiProcess',
    'ST-102',
    'lets one win who check the same version through several handles',
    async (left, reopen) => {
      const handles = [left, await reopen()];
      const outcomes = await Promise.all(
        Array.from({ length: 16 }, (_, at) => {
          const batch = batchOf({ checks: [{ ref: a, version: null }], puts: [putOf(a, `v${at}`)] });
          return (handles[at % 2] as Store).commit(tenant, batch);
        }),
      );
      same(outcomes.filter(({ status }) => status === 'committed').length, 1, 'winners');
    },
  ),

  clauseIf(
    'multiProcess',
    'ST-103',
    'knows a batch again that another handle has committed',
    async (left, reopen) => {
      const right = await reopen();
      const batch = batchOf({ adds: [addOf(counter, 1, 'c1')], entries: [entryOf('e1')] });
      const outcomes = await Promise.all([left.commit(tenant, batch), right.commit(tenant, batch)]);
      const fresh = outcomes.filter((outcome) => outcome.status === 'committed' && !outcome.repeated);
      same(fresh.length, 1, 'not repeated');
      same((await right.get(tenant, [counter]))[0]?.body, '1', 'the counter');
    },
  ),

  clauseIf(
    'multiProcess',
    'ST-104',
    'sequences once for callers of several handles',
    async (left, reopen) => {
      const right = await reopen();
      for (let at = 0; at < 10; at += 1) {
        await Promise.all(
          [left, right].map((store, side) =>
            store.commit(tenant, batchOf({ entries: [entryOf(`e${at}-${side}`)] })),
          ),
        );
        const { size } = await left.sequence(tenant, { size: 0, limit: 0 });
        const request = { size, limit: 1 };
        const outcomes = await Promise.all([left.sequence(tenant, request), right.sequence(tenant, request)]);
        same(
          outcomes.filter(({ status }) => status === 'sequenced').length,
          1,
          `callers who sequenced in round ${at}`,
        );
      }
      same(await sequenceAll(right), 20, 'size of the log');
      const entries = await left.readEntries(tenant, { by: 'index', from: 0, limit: 100 });
      same(new Set(entries.map(({ id }) => id)).size, 20, 'different entries');
      same(
        entries.map(({ index }) => index),
        Array.from({ length: 20 }, (_, at) => at),
        'positions',
      );
    },
  ),

  clauseIf(
    'durable',
    'ST-110',
    'keeps everything when all handles are closed',
    async (store, reopen, harness) => {
      const put = putOf(a, 'v1', [['i', 'k']], '{"text":"保留"}');
      const batch = batchOf({
        puts: [put],
        adds: [addOf(counter, 3, 'c1')],
        entries: [entryOf('e1', ['s']), entryOf('e2')],
      });
      await store.commit(tenant, batch);
      await store.sequence(tenant, { size: 0, limit: 1 });
      await harness.close();
      const again = await reopen();
      const documents = await again.get(tenant, [a, counter]);
      same(
        documents.map((document) => document?.body),
        ['{"text":"保留"}', '3'],
        'documents',
      );
      same(await idsIn(again, rangeOf('i')), ['a'], 'the index');
      const [e1, e2] = await again.readEntries(tenant, { by: 'id', ids: ['e1', 'e2'] });
      same(
        [e1, e2],
        [
          { ...entryOf('e1', ['s']), index: 0 },
          { ...entryOf('e2'), index: null },
        ],
        'entries',
      );
      same(
        await again.commit(tenant, batch),
        { status: 'committed', repeated: true, totals: [] },
        'the batch again',
      );
      same(await sequenceAll(again), 2, 'size of the log');
    },
  ),
];
