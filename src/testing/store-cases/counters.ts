import type { TenantId } from '../../kernel/index.ts';
import { same } from '../expectations.ts';
import { addOf, batchOf, clause, idsIn, inOrder, putOf, rangeOf, refOf, tenant } from '../store-harness.ts';

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
    same(inOrder(outcome), inOrder({ status: 'bound', refs: [counter, other] }), 'the outcome');
  }),

  clause('ST-47', 'takes 0 for a bound like any other', async (store) => {
    const add = (by: number, bounds: object): Promise<unknown> =>
      store.commit(tenant, batchOf({ adds: [addOf(counter, by, `c${by}`, bounds)] }));
    const bound = { status: 'bound', refs: [counter] };
    same(await add(1, { atMost: 0 }), bound, 'above 0');
    same(await add(-1, { atLeast: 0 }), bound, 'below 0');
    same(await add(0, { atMost: 0, atLeast: 0 }), committed([0]), 'at 0');
    const [document] = await store.get(tenant, [counter]);
    same([document?.body, document?.version], ['0', 'c0'], 'a counter at 0');
    const checks = [{ ref: counter, version: 'c0' }];
    same((await store.commit(tenant, batchOf({ checks }))).status, 'committed', 'a check of a counter at 0');
    same(await add(-1, { atMost: -1 }), committed([-1]), 'down to a bound below 0');
  }),

  clause('ST-48', 'looks at where a counter comes to stand, not at which way it goes', async (store) => {
    const add = (by: number, bounds: object): Promise<unknown> =>
      store.commit(tenant, batchOf({ adds: [addOf(counter, by, `c${by}`, bounds)] }));
    const bound = { status: 'bound', refs: [counter] };
    await add(10, {});
    same(await add(-1, { atMost: 5 }), bound, 'down, and still above the upper bound');
    same(await add(0, { atMost: 5 }), bound, 'not moved, above the upper bound');
    same(await add(-5, { atMost: 5 }), committed([5]), 'down to the upper bound');
    await add(-15, {});
    same(await add(1, { atLeast: -5 }), bound, 'up, and still below the lower bound');
    same(await add(5, { atLeast: -5 }), committed([-5]), 'up to the lower bound');
  }),

  clause('ST-49', 'counts for each tenant, collection and id of its own', async (store) => {
    const refs = [counter, other, refOf('n', 'other'), refOf('N', 'count')];
    for (const [at, company] of [tenant, 'acme-b' as TenantId, 'b' as TenantId].entries()) {
      const adds = refs.map((ref, place) => addOf(ref, 10 ** at * (place + 1), 'c1', { atMost: 400 }));
      same(
        await store.commit(company, batchOf({ adds })),
        committed(refs.map((_, place) => 10 ** at * (place + 1))),
        `the totals of ${company}`,
      );
    }
    await store.commit(
      tenant,
      batchOf({ puts: [putOf(refOf('n', 'thing'), 'v1')], deletes: [refOf('n', 'other')] }),
    );
    const documents = await store.get(tenant, refs);
    same(
      documents.map((document) => document?.body ?? null),
      ['1', '2', null, '4'],
      'the counters beside one that was deleted',
    );
  }),

  clause(
    'ST-39',
    'lets a counter be checked, written, counted on and deleted like any document',
    async (store) => {
      await store.commit(tenant, batchOf({ puts: [putOf(counter, 'v1', [], '41')] }));
      const checks = [{ ref: counter, version: 'v1' }];
      const adds = [addOf(counter, 1, 'c2', { atMost: 42 })];
      same(
        await store.commit(tenant, batchOf({ checks, adds })),
        committed([42]),
        'an add to what was written',
      );
      same(
        await store.get(tenant, [counter]),
        [{ ref: counter, version: 'c2', body: '42', mac: '' }],
        'the counter, without a code',
      );
      await store.commit(tenant, batchOf({ puts: [putOf(counter, 'v3', [['i', 'k']], '7')] }));
      same(await idsIn(store, rangeOf('i')), ['n'], 'the index');
      same(
        await store.commit(tenant, batchOf({ adds: [addOf(counter, 1, 'c4')] })),
        committed([8]),
        'after that',
      );
      await store.commit(tenant, batchOf({ deletes: [counter] }));
      same(
        await store.commit(tenant, batchOf({ adds: [addOf(counter, 1, 'c5')] })),
        committed([1]),
        'after a deletion',
      );
      same(await idsIn(store, rangeOf('i')), [], 'the index after the deletion');
    },
  ),

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
