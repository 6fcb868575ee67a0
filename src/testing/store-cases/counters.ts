import { same } from '../expectations.ts';
import { addOf, batchOf, clause, refOf, tenant } from '../store-harness.ts';

const counter = refOf('n', 'count');
const other = refOf('m', 'count');
const committed = (totals: readonly number[]): unknown => ({ status: 'committed', repeated: false, totals });

/** Clauses on counters. */
export const counterCases = [
  clause('ST-40', 'starts an absent counter at 0 and keeps it as a decimal integer', async (store) => {
    const adds = [addOf(counter, 7, 'c1'), addOf(other, -3, 'c1')];
    same(await store.commit(tenant, batchOf({ adds })), committed([7, -3]), 'the outcome');
    const document = { version: 'c1', mac: '' };
    same(
      await store.get(tenant, [counter, other]),
      [
        { ref: counter, ...document, body: '7' },
        { ref: other, ...document, body: '-3' },
      ],
      'the documents',
    );
    same(
      await store.commit(tenant, batchOf({ adds: [addOf(counter, -7, 'c2')] })),
      committed([0]),
      'back to 0',
    );
    same((await store.get(tenant, [counter]))[0]?.body, '0', 'the body');
  }),

  clause('ST-41', 'gives a counter the version of its add, so that a check notices', async (store) => {
    await store.commit(tenant, batchOf({ adds: [addOf(counter, 1, 'c1')] }));
    await store.commit(tenant, batchOf({ adds: [addOf(counter, 0, 'c2')] }));
    const outcome = await store.commit(tenant, batchOf({ checks: [{ ref: counter, version: 'c1' }] }));
    same(outcome, { status: 'conflict', refs: [counter] }, 'a check of the old version');
    const again = await store.commit(tenant, batchOf({ checks: [{ ref: counter, version: 'c2' }] }));
    same(again.status, 'committed', 'a check of the new version');
  }),

  clause('ST-42', 'lets a counter reach its bounds and not pass them', async (store) => {
    const add = (by: number, version: string): Promise<unknown> =>
      store.commit(tenant, batchOf({ adds: [addOf(counter, by, version, { atMost: 2, atLeast: -2 })] }));
    const bound = { status: 'bound', refs: [counter] };
    same(await add(3, 'c1'), bound, 'above from absent');
    same(await store.get(tenant, [counter]), [null], 'a counter that was refused');
    same(await add(2, 'c2'), committed([2]), 'up to the upper bound');
    same(await add(1, 'c3'), bound, 'above');
    same(await add(-4, 'c4'), committed([-2]), 'down to the lower bound');
    same(await add(-1, 'c5'), bound, 'below');
    same((await store.get(tenant, [counter]))[0]?.version, 'c4', 'the version');
  }),

  clause('ST-43', 'applies two adds to one counter one after the other', async (store) => {
    const adds = [addOf(counter, 2, 'c1'), addOf(other, 1, 'o1'), addOf(counter, 3, 'c2')];
    same(await store.commit(tenant, batchOf({ adds })), committed([2, 1, 5]), 'the outcome');
    const [document] = await store.get(tenant, [counter]);
    same([document?.body, document?.version], ['5', 'c2'], 'the counter');
    const passing = [addOf(counter, 2, 'c3', { atMost: 6 }), addOf(counter, -5, 'c4')];
    const outcome = await store.commit(tenant, batchOf({ adds: passing }));
    same(outcome, { status: 'bound', refs: [counter] }, 'a bound passed on the way');
    same((await store.get(tenant, [counter]))[0]?.body, '5', 'the counter after it');
  }),

  clause('ST-44', 'names every counter whose bound would be passed', async (store) => {
    const third = refOf('k', 'count');
    const adds = [
      addOf(counter, 2, 'c1', { atMost: 1 }),
      addOf(third, 1, 'c1', { atMost: 1 }),
      addOf(other, -1, 'c1', { atLeast: 0 }),
    ];
    const outcome = await store.commit(tenant, batchOf({ adds }));
    same(outcome, { status: 'bound', refs: [counter, other] }, 'the outcome');
  }),

  clause('ST-45', 'counts exactly up to 2^53 - 1', async (store) => {
    const most = Number.MAX_SAFE_INTEGER;
    same(
      await store.commit(tenant, batchOf({ adds: [addOf(counter, most - 1, 'c1')] })),
      committed([most - 1]),
      'near',
    );
    same(
      await store.commit(tenant, batchOf({ adds: [addOf(counter, 1, 'c2')] })),
      committed([most]),
      'at the end',
    );
    same((await store.get(tenant, [counter]))[0]?.body, '9007199254740991', 'the body');
  }),

  clause(
    'ST-46',
    'lets exactly the cap succeed among 64 callers, none of them by a lost race',
    async (store) => {
      const outcomes = await Promise.all(
        Array.from({ length: 64 }, (_, at) =>
          store.commit(tenant, batchOf({ adds: [addOf(counter, 1, `c${at}`, { atMost: 20 })] })),
        ),
      );
      const count = (status: string): number =>
        outcomes.filter((outcome) => outcome.status === status).length;
      same(
        [count('committed'), count('bound'), count('conflict')],
        [20, 44, 0],
        'committed, bound, conflict',
      );
      const totals = outcomes.flatMap((outcome) => (outcome.status === 'committed' ? outcome.totals : []));
      same(
        totals.toSorted((left, right) => left - right),
        Array.from({ length: 20 }, (_, at) => at + 1),
        'totals',
      );
      same((await store.get(tenant, [counter]))[0]?.body, '20', 'the counter');
    },
  ),
];
