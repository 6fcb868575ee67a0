import type { Store } from '../../ports/index.ts';
import { same } from '../expectations.ts';
import {
  addOf,
  batchOf,
  clause,
  entryOf,
  idsOf,
  putOf,
  refOf,
  sequenceAll,
  tenant,
} from '../store-harness.ts';

const a = refOf('a');
const b = refOf('b');
const counter = refOf('n', 'count');

/** Clauses on callers that meet. */
export const raceCases = [
  clause('ST-50', 'lets one of many callers win who check the same version', async (store) => {
    for (let round = 0; round < 5; round += 1) {
      const version = (await store.get(tenant, [a]))[0]?.version ?? null;
      const outcomes = await Promise.all(
        Array.from({ length: 32 }, (_, at) =>
          store.commit(
            tenant,
            batchOf({
              checks: [{ ref: a, version }],
              puts: [putOf(a, `v${round}-${at}`)],
              entries: [entryOf(`e${round}-${at}`)],
            }),
          ),
        ),
      );
      const winners = outcomes.flatMap(({ status }, at) => (status === 'committed' ? [at] : []));
      same(winners.length, 1, `winners of round ${round}`);
      same((await store.get(tenant, [a]))[0]?.version, `v${round}-${winners[0]}`, 'the version');
    }
    same((await store.readEntries(tenant, { by: 'staged', limit: 100 })).length, 5, 'entries');
  }),

  clause('ST-51', 'shows no reader half of a commit', async (store) => {
    const write = async (): Promise<void> => {
      for (let at = 1; at <= 40; at += 1) {
        await store.commit(tenant, batchOf({ puts: [putOf(a, `v${at}`), putOf(b, `v${at}`)] }));
      }
    };
    let writing = true;
    const read = async (): Promise<void> => {
      while (writing) {
        const [left, right] = await store.get(tenant, [a, b]);
        same(left?.version, right?.version, 'versions written together');
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    };
    const finish = (): void => {
      writing = false;
    };
    await Promise.all([write().finally(finish), read().finally(finish), read()]);
  }),

  clause('ST-52', 'applies a batch once that many callers commit at the same time', async (store) => {
    const batch = batchOf({ adds: [addOf(counter, 1, 'c1')], entries: [entryOf('e1'), entryOf('e2')] });
    const outcomes = await Promise.all(Array.from({ length: 16 }, () => store.commit(tenant, batch)));
    const fresh = outcomes.filter((outcome) => outcome.status === 'committed' && !outcome.repeated);
    same(outcomes.filter(({ status }) => status === 'committed').length, 16, 'committed');
    same(fresh.length, 1, 'not repeated');
    same((await store.get(tenant, [counter]))[0]?.body, '1', 'the counter');
  }),

  clause('ST-53', 'sequences for one of two callers who name the same size', async (store) => {
    await store.commit(tenant, batchOf({ entries: ['e1', 'e2', 'e3', 'e4'].map((id) => entryOf(id)) }));
    const request = { size: 0, limit: 2 };
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => store.sequence(tenant, request)));
    same(outcomes.filter(({ status }) => status === 'sequenced').length, 1, 'callers who sequenced');
    same(
      await store.sequence(tenant, { size: 2, limit: 0 }),
      { status: 'sequenced', size: 2, count: 0 },
      'the size',
    );
  }),

  clause('ST-54', 'leaves no gap and no double when commits and sequencing mix', async (store) => {
    const write = async (writer: number): Promise<void> => {
      for (let at = 0; at < 20; at += 1) {
        await store.commit(tenant, batchOf({ entries: [entryOf(`e${writer}-${at}`, ['s'])] }));
      }
    };
    await Promise.all([write(0), write(1), write(2), sequenceUntil(store, 60), sequenceUntil(store, 60)]);
    const entries = await store.readEntries(tenant, { by: 'index', from: 0, limit: 100 });
    same(
      entries.map(({ index }) => index),
      Array.from({ length: 60 }, (_, at) => at),
      'positions',
    );
    same(new Set(idsOf(entries)).size, 60, 'different entries');
    const query = { by: 'subject', subject: 's', after: null, limit: 100, descending: false } as const;
    same(idsOf(await store.readEntries(tenant, query)), idsOf(entries), 'entries by subject');
  }),

  clause('ST-55', 'harms no caller by the failed checks of another', async (store) => {
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, at) => {
        const ref = refOf(`d${at}`);
        const checks = [{ ref, version: at % 2 === 0 ? null : 'never' }];
        return store.commit(
          tenant,
          batchOf({ checks, puts: [putOf(ref, 'v1')], entries: [entryOf(`e${at}`)] }),
        );
      }),
    );
    for (const [at, outcome] of outcomes.entries()) {
      same(outcome.status, at % 2 === 0 ? 'committed' : 'conflict', `caller ${at}`);
    }
    same(await sequenceAll(store), 20, 'size of the log');
  }),

  clause(
    'ST-56',
    'sequences commits that meet in a reference in the order they were applied',
    async (store) => {
      const head = refOf('head');
      const guarded = Array.from({ length: 10 }, (_, at) => refOf(`g${at}`));
      await Promise.all(
        guarded.map(async (ref, at) => {
          const check = { ref: head, version: null };
          await store.commit(
            tenant,
            batchOf({ checks: [check], puts: [putOf(ref, 'v1')], entries: [entryOf(`a${at}`)] }),
          );
        }),
      );
      await store.commit(tenant, batchOf({ puts: [putOf(head, 'h1')], entries: [entryOf('m')] }));
      await Promise.all(
        guarded.map(async (_, at) => {
          const checks = [{ ref: head, version: 'h1' }];
          const adds = [addOf(counter, 1, `c${at}`)];
          await store.commit(tenant, batchOf({ checks, adds, entries: [entryOf(`z${at}`)] }));
        }),
      );
      await sequenceAll(store);
      const ids = idsOf(await store.readEntries(tenant, { by: 'index', from: 0, limit: 100 }));
      same(
        ids.map((id) => id[0]).join(''),
        `${'a'.repeat(10)}m${'z'.repeat(10)}`,
        'checks before the write, then after',
      );
      const last = (await store.get(tenant, [counter]))[0]?.version ?? '';
      same(ids.at(-1), `z${last.slice(1)}`, 'the last add to a counter');
    },
  ),
];

async function sequenceUntil(store: Store, size: number): Promise<void> {
  let at = 0;
  while (at < size) {
    at = (await store.sequence(tenant, { size: at, limit: 7 })).size;
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}
