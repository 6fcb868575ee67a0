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
const b = refOf('b');
const counter = refOf('n', 'count');

/** Clauses on several processes, where a store claims to serve them. */
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

  clauseIf('multiProcess', 'ST-105', 'answers nothing from the memory of a handle', async (left, reopen) => {
    const right = await reopen();
    const parts: Parameters<typeof batchOf>[0][] = [
      { puts: [putOf(a, 'v1', [['i', 'k1']])] },
      { puts: [putOf(a, 'v2', [['i', 'k2']]), putOf(b, 'v2', [['i', 'k2']])] },
      { puts: [putOf(a, 'v3')], adds: [addOf(counter, 1, 'c1')] },
      { deletes: [b], entries: [entryOf('e1', ['s'])] },
      { adds: [addOf(counter, 1, 'c2')], entries: [entryOf('e2', ['s'])] },
      { puts: [putOf(a, 'v4', [['i', 'k4']])], deletes: [counter] },
      { deletes: [a], entries: [entryOf('e3', ['s'])] },
      { puts: [putOf(a, 'v5', [['i', 'k1']])], adds: [addOf(counter, 5, 'c3')] },
    ];
    for (const [at, part] of parts.entries()) {
      const [writer, reader] = at % 3 === 0 ? [left, right] : [right, left];
      await writer.commit(tenant, batchOf(part));
      same(
        await viewThrough(reader),
        await viewThrough(writer),
        `what the other handle shows after commit ${at + 1}`,
      );
      if (at % 2 === 0) continue;
      const sizes = await Promise.all(
        [reader, writer].map((store) => store.sequence(tenant, { size: 0, limit: 0 })),
      );
      same(sizes[0], sizes[1], `the size of the log after commit ${at + 1}`);
      await reader.sequence(tenant, { size: sizes[0]?.size ?? 0, limit: 1 });
      same(
        await viewThrough(writer),
        await viewThrough(reader),
        `what the other shows after sequencing ${at + 1}`,
      );
    }
  }),

  clauseIf(
    'multiProcess',
    'ST-106',
    'replaces keys that another handle has written',
    async (left, reopen) => {
      const right = await reopen();
      const keys = async (step: string, expected: readonly string[]): Promise<void> => {
        for (const store of [left, right]) {
          const [hits = []] = await store.find(tenant, { ranges: [rangeOf('i')], want: 'refs' });
          same(
            hits.map(({ key }) => key),
            expected,
            step,
          );
        }
      };
      await left.commit(tenant, batchOf({ puts: [putOf(a, 'v1', [['i', 'k1']])] }));
      await right.commit(tenant, batchOf({ puts: [putOf(a, 'v2', [['i', 'k2']])] }));
      await keys('after the second wrote', ['k2']);
      await left.commit(tenant, batchOf({ puts: [putOf(a, 'v3', [['i', 'k3']])] }));
      await keys('after the first wrote again', ['k3']);
      await right.commit(tenant, batchOf({ deletes: [a] }));
      await keys('after the second deleted', []);
      await left.commit(tenant, batchOf({ puts: [putOf(a, 'v4', [['i', 'k1']])] }));
      await right.commit(tenant, batchOf({ puts: [putOf(a, 'v5')] }));
      await keys('after the second took the key away', []);
    },
  ),
];

/** All that a handle shows of what the clause above writes. */
async function viewThrough(store: Store): Promise<unknown> {
  const query = { by: 'subject', subject: 's', after: null, limit: 9, descending: true } as const;
  return {
    documents: await store.get(tenant, [a, b, counter]),
    hits: await store.find(tenant, { ranges: [rangeOf('i'), rangeOf('i', { limit: 1 })], want: 'documents' }),
    byId: await store.readEntries(tenant, { by: 'id', ids: ['e3', 'e2', 'e1'] }),
    byIndex: await store.readEntries(tenant, { by: 'index', from: 0, limit: 9 }),
    bySubject: await store.readEntries(tenant, query),
    staged: await store.readEntries(tenant, { by: 'staged', limit: 9 }),
  };
}
