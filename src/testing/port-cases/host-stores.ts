import type { HostTransaction, Store } from '../../ports/index.ts';
import type { ConformanceCase } from '../conformance.ts';
import { expectThat, rejects, same } from '../expectations.ts';
import {
  addOf,
  batchOf,
  entryOf,
  idsIn,
  idsOf,
  inOrder,
  putOf,
  rangeOf,
  refOf,
  sequenceAll,
  tenant,
} from '../store-harness.ts';
import {
  clause,
  clauseOfAll,
  commitIn,
  type HostStoreHarness,
  insideOf,
  promptly,
  rolledBack,
  versionsIn,
} from './host-store-harness.ts';

const COMMITTED = { status: 'committed', repeated: false, totals: [] } as const;
const A = refOf('a');
const B = refOf('b');
const C = refOf('c');

const stagedIn = async (store: Store): Promise<string[]> =>
  idsOf(await store.readEntries(tenant, { by: 'staged', limit: 100 }));
const logOf = async (store: Store): Promise<string[]> => {
  await sequenceAll(store);
  return idsOf(await store.readEntries(tenant, { by: 'index', from: 0, limit: 100 }));
};

/** The contract of stores that join transactions of the host's, clause by clause, beside that of `storeCases`. */
export const hostStoreCases: readonly ConformanceCase<HostStoreHarness>[] = [
  clauseOfAll(
    'HS-01',
    'refuses what is no transaction, or none of its own database, and writes nothing by it',
    'Compare the dialect, look at what `execute` is and answers, and ask whether a transaction is open: a savepoint needs one.',
    async (store, { strangers }) => {
      const none = 'no such dialect';
      const shapes: Readonly<Record<string, unknown>> = {
        nothing: undefined,
        'an object without `execute`': { dialect: Object.values(strangers)[0]?.dialect ?? none },
        'one of a dialect that there is not': { dialect: none, execute: async () => [] },
        ...strangers,
      };
      for (const [what, stranger] of Object.entries(shapes)) {
        const joining = store.within(stranger as HostTransaction, async () => {
          await store.joined()?.commit(tenant, batchOf({ puts: [putOf(A, '1')], entries: [entryOf('e')] }));
        });
        await rejects(joining, `work within ${what}`);
        same(store.joined(), null, `joined, after ${what}`);
        same(await versionsIn(store, [A]), [null], `the document, after ${what}`);
        same(await stagedIn(store), [], `staged entries, after ${what}`);
      }
    },
  ),

  clause(
    'HS-02',
    'settles with what the work comes to, and leaves the end to the host',
    'Hand on what the work answers or throws, as it is; never commit or roll back what the host has begun.',
    async (store, harness) => {
      const answer = { any: 'thing' };
      const fault = new Error('the work fails');
      await harness.transaction(async (transaction) => {
        const seen = await store.within(transaction, async () => answer);
        expectThat(seen === answer, 'within', 'what the work answered', seen);
        const failing = store.within(transaction, async () => {
          await insideOf(store).commit(tenant, batchOf({ puts: [putOf(A, '1')] }));
          throw fault;
        });
        const thrown: unknown = await failing.then(
          () => 'nothing',
          (error: unknown) => error,
        );
        expectThat(thrown === fault, 'within, where the work throws', 'what it threw', thrown);
        same(await commitIn(store, transaction, batchOf({ puts: [putOf(B, '1')] })), COMMITTED, 'and again');
        same(await versionsIn(store, [A, B]), [null, null], 'what others see before the host has ended it');
      });
      same(await versionsIn(store, [A, B]), ['1', '1'], 'what they see when the host has committed');
    },
  ),

  clause(
    'HS-03',
    'knows from where it is called: the same store in the same work, none outside or afterwards',
    'Keep the work in the asynchronous context (AsyncLocalStorage), never in a variable; end it when `work` settles.',
    async (store, { transaction }) => {
      same(store.joined(), null, 'joined, outside');
      const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
      let late: Promise<Store | null> = Promise.resolve(null);
      let kept: Store | null = null;
      const stay = (): Promise<Store> =>
        transaction((open) =>
          store.within(open, async () => {
            const inside = insideOf(store);
            await pause();
            expectThat(store.joined() === inside, 'joined, later in the work', 'the same store', 'another');
            late = pause()
              .then(pause)
              .then(() => store.joined());
            return inside;
          }),
        );
      const [one, other] = await Promise.all([stay(), stay()]);
      expectThat(one !== other, 'joined, in two works at once', 'a store for each', 'the same');
      same(store.joined(), null, 'joined, when both are through');
      same(await late, null, 'joined, for what such work has left behind');
      await transaction(async (open) => {
        await store.within(open, async () => {
          kept = store.joined();
        });
        const commit = (kept as Store | null)?.commit(tenant, batchOf({ puts: [putOf(A, '1')] }));
        await rejects(commit as Promise<unknown>, 'a commit through the store that was kept');
      });
      same(await versionsIn(store, [A]), [null], 'the document');
    },
  ),

  clause(
    'HS-04',
    'has what joined exactly when the host has committed',
    'Run every statement of a joined commit on the connection of the host, and none of its own.',
    async (store, harness) => {
      const batch = batchOf({
        adds: [addOf(B, 3, '1')],
        puts: [putOf(A, '1', [['i', 'k']])],
        entries: [entryOf('e', ['s'])],
      });
      await rolledBack(harness, async (open) => {
        same(await commitIn(store, open, batch), { ...COMMITTED, totals: [3] }, 'a commit');
      });
      same(await versionsIn(store, [A, B]), [null, null], 'documents, when it was rolled back');
      same(await idsIn(store, rangeOf('i')), [], 'the index, when it was rolled back');
      same(await stagedIn(store), [], 'staged entries, when it was rolled back');
      await harness.transaction(async (open) => {
        same(await commitIn(store, open, batch), { ...COMMITTED, totals: [3] }, 'the same once more');
      });
      same(await versionsIn(store, [A, B]), ['1', '1'], 'documents, when it was committed');
      same(await idsIn(store, rangeOf('i')), ['a'], 'the index, when it was committed');
      same(await stagedIn(store), ['e'], 'staged entries, when it was committed');
    },
  ),

  clause(
    'HS-05',
    'shows inside what the transaction has written, and nobody else',
    'Read on the connection of the host, too; hold nothing of it in a cache that others read.',
    async (store, { transaction }) => {
      await store.commit(tenant, batchOf({ puts: [putOf(C, '1', [['i', 'z']])], entries: [entryOf('old')] }));
      const views = async (of: Store): Promise<unknown> => ({
        documents: await versionsIn(of, [A, C]),
        index: await idsIn(of, rangeOf('i')),
        byId: idsOf(await of.readEntries(tenant, { by: 'id', ids: ['old', 'new'] })),
        staged: await stagedIn(of),
      });
      const before = { documents: [null, '1'], index: ['c'], byId: ['old'], staged: ['old'] };
      const after = { documents: ['1', null], index: ['a'], byId: ['old', 'new'], staged: ['old', 'new'] };
      await transaction(async (open) => {
        await store.within(open, async () => {
          const inside = insideOf(store);
          same(await views(inside), before, 'inside, before it writes');
          const puts = [putOf(A, '1', [['i', 'k']])];
          await inside.commit(tenant, batchOf({ puts, deletes: [C], entries: [entryOf('new')] }));
          same(await views(inside), after, 'inside, when it has written');
        });
        same(await views(store), before, 'outside, while the transaction is open');
        same(await store.within(open, () => views(insideOf(store))), after, 'inside once more');
      });
      same(await views(store), after, 'outside, when it is committed');
    },
  ),

  clause(
    'HS-06',
    'leaves the transaction as it was by what it does not commit',
    'Set a savepoint before each commit, and go back to it on a conflict, a bound or an error: never ROLLBACK.',
    async (store, { transaction }) => {
      await store.commit(tenant, batchOf({ entries: [entryOf('taken')] }));
      const puts = [putOf(C, '1')];
      await transaction((open) =>
        store.within(open, async () => {
          const inside = insideOf(store);
          const commit = (part: Parameters<typeof batchOf>[0]) => inside.commit(tenant, batchOf(part));
          await commit({ puts: [putOf(A, '1')], entries: [entryOf('first')] });
          const stale = await commit({ checks: [{ ref: A, version: '0' }], puts, entries: [entryOf('x')] });
          same(stale, { status: 'conflict', refs: [A] }, 'a check that fails');
          const full = await commit({ adds: [addOf(B, 2, '1', { atMost: 1 })], puts });
          same(full, { status: 'bound', refs: [B] }, 'a bound that would be passed');
          const other = commit({ puts, entries: [entryOf('taken', [], '{"other":1}')] });
          await rejects(other, 'an entry id with another leaf');
          same(await versionsIn(inside, [A, B, C]), ['1', null, null], 'documents, inside');
          same(await commit({ puts: [putOf(B, '1')], entries: [entryOf('last')] }), COMMITTED, 'another');
        }),
      );
      same(await versionsIn(store, [A, B, C]), ['1', '1', null], 'documents, when the host has committed');
      same(await stagedIn(store), ['taken', 'first', 'last'], 'staged entries');
    },
  ),

  clause(
    'HS-07',
    'waits for nobody: what somebody else holds is a conflict, and all else goes on',
    'Lock with SKIP LOCKED or NOWAIT what a batch checks, counts, writes or deletes; two hosts that wait make a deadlock.',
    async (store, harness) => {
      const held = [A, B, C, refOf('made')] as const;
      await store.commit(tenant, batchOf({ puts: [A, B, C].map((ref) => putOf(ref, '1', [], '1')) }));
      const batches = {
        'a put': batchOf({ puts: [putOf(A, '3')] }),
        'an add': batchOf({ adds: [addOf(B, 1, '3')] }),
        'a check': batchOf({ checks: [{ ref: C, version: '1' }], puts: [putOf(refOf('beside'), '3')] }),
        'a deletion': batchOf({ deletes: [A] }),
        'a document that is being made': batchOf({ puts: [putOf(held[3], '3')] }),
      };
      const waiting: Promise<unknown>[] = [];
      try {
        await rolledBack(harness, async (first) => {
          await commitIn(store, first, batchOf({ puts: held.map((ref) => putOf(ref, '2', [], '2')) }));
          for (const [what, batch] of Object.entries(batches)) {
            const second = harness.transaction((open) => commitIn(store, open, batch));
            waiting.push(second.catch(() => undefined));
            same((await promptly(second, what)).status, 'conflict', what);
          }
          const elsewhere = batchOf({ puts: [putOf(refOf('free'), '1')] });
          const third = harness.transaction((open) => commitIn(store, open, elsewhere));
          waiting.push(third.catch(() => undefined));
          same(await promptly(third, 'what nobody holds'), COMMITTED, 'what nobody holds');
          const outside = store.commit(tenant, batchOf({ puts: [putOf(refOf('own'), '1')] }));
          waiting.push(outside.catch(() => undefined));
          same(await promptly(outside, 'a commit outside'), COMMITTED, 'a commit outside');
        });
      } finally {
        await Promise.all(waiting);
      }
      same(await versionsIn(store, [A, B, C, held[3]]), ['1', '1', '1', null], 'what was held');
      for (const [what, batch] of Object.entries(batches).slice(0, 3))
        same((await harness.transaction((open) => commitIn(store, open, batch))).status, 'committed', what);
    },
  ),

  clause(
    'HS-08',
    'keeps the order of the log: entries come with the end of the transaction, none overtakes what it rests on',
    'Stage entries inside of the transaction, and number them under the locks of their documents; sequence only what is committed.',
    async (store, { transaction }) => {
      const step = (from: string | null, to: string) =>
        batchOf({
          checks: [{ ref: A, version: from }],
          puts: [putOf(A, to)],
          entries: [entryOf(`made-${to}`)],
        });
      same((await store.commit(tenant, step(null, '1'))).status, 'committed', 'outside');
      await transaction(async (open) => {
        same((await commitIn(store, open, step('1', '2'))).status, 'committed', 'inside');
        await store.commit(tenant, batchOf({ puts: [putOf(B, '1')], entries: [entryOf('meanwhile')] }));
        same(await logOf(store), ['made-1', 'meanwhile'], 'the log, while it is open');
        same((await commitIn(store, open, step('2', '3'))).status, 'committed', 'inside, once more');
      });
      same(await stagedIn(store), ['made-2', 'made-3'], 'staged, when the host has committed');
      same((await store.commit(tenant, step('3', '4'))).status, 'committed', 'outside, at once');
      const log = ['made-1', 'meanwhile', 'made-2', 'made-3', 'made-4'];
      same(await logOf(store), log, 'the log, in the order in which they were applied');
    },
  ),

  clause(
    'HS-09',
    'decides inside as it does outside: repetition, then checks, then bounds',
    'Use the same code for both, with another connection.',
    async (store, { transaction }) => {
      const outside = batchOf({ puts: [putOf(A, '1')], entries: [entryOf('outside')] });
      const inside = batchOf({ puts: [putOf(B, '1')], entries: [entryOf('inside')] });
      const repeated = { status: 'committed', repeated: true, totals: [] };
      await store.commit(tenant, outside);
      await store.commit(tenant, batchOf({ adds: [addOf(C, 5, '1')] }));
      await transaction(async (open) => {
        same(await commitIn(store, open, outside), repeated, 'what was committed outside');
        same(await commitIn(store, open, inside), COMMITTED, 'what was not');
        same(await commitIn(store, open, inside), repeated, 'the same again');
        const stale = [A, B].map((ref) => ({ ref, version: '0' }));
        const both = batchOf({ checks: stale, adds: [addOf(C, 1, '2', { atMost: 5 })] });
        const conflict = inOrder({ status: 'conflict', refs: [A, B] });
        same(inOrder(await commitIn(store, open, both)), conflict, 'checks and a bound');
        const full = batchOf({ adds: [addOf(C, 1, '2', { atMost: 5 })] });
        same(await commitIn(store, open, full), { status: 'bound', refs: [C] }, 'the bound alone');
        const room = batchOf({ adds: [addOf(C, 1, '2', { atMost: 6 }), addOf(C, -2, '3')] });
        same(await commitIn(store, open, room), { ...COMMITTED, totals: [6, 4] }, 'two adds');
      });
      same(await store.commit(tenant, inside), repeated, 'what joined, repeated outside');
    },
  ),
];
