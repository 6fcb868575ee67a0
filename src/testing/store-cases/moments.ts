import type { Store } from '../../ports/index.ts';
import { same } from '../expectations.ts';
import {
  batchOf,
  clause,
  entryOf,
  idsOf,
  putOf,
  rangeOf,
  refOf,
  sequenceAll,
  tenant,
} from '../store-harness.ts';

const a = refOf('a');
const z = refOf('z');

/** Lets others go first. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** Writes while two readers look, and lets each other take turns. */
async function meanwhile(write: () => Promise<void>, read: () => Promise<void>): Promise<void> {
  let writing = true;
  const reader = async (): Promise<void> => {
    while (writing) {
      await read();
      await turn();
    }
  };
  const finish = (): void => {
    writing = false;
  };
  await Promise.all([write().finally(finish), reader().finally(finish), reader().finally(finish)]);
}

async function commitEach(
  store: Store,
  times: number,
  partOf: (at: number) => Parameters<typeof batchOf>[0],
): Promise<void> {
  for (let at = 1; at <= times; at += 1) {
    await store.commit(tenant, batchOf(partOf(at)));
    await turn();
  }
}

/** Clauses on what one call shows while others write. */
export const momentCases = [
  clause('ST-51', 'shows no reader half of a commit', async (store) => {
    const many = Array.from({ length: 150 }, (_, at) => refOf(`m${at}`));
    await meanwhile(
      () =>
        commitEach(store, 40, (at) => ({
          puts: [a, ...(at % 4 === 0 ? many : []), z].map((ref) => putOf(ref, `v${at}`)),
        })),
      async () => {
        const [first, last] = await store.get(tenant, [a, z]);
        same(first?.version, last?.version, 'versions written together');
        const all = await store.get(tenant, many);
        same(
          new Set(all.map((document) => document?.version)).size,
          1,
          'versions of 150 documents written together',
        );
      },
    );
  }),

  clause('ST-66', 'shows one moment in all ranges of a call', async (store) => {
    await meanwhile(
      () =>
        commitEach(store, 40, (at) => ({
          puts: [a, z].map((ref) =>
            putOf(ref, `v${at}`, [
              ['i', `k${at}`],
              ['j', `k${at}`],
            ]),
          ),
        })),
      async () => {
        const ranges = [rangeOf('i'), rangeOf('none'), rangeOf('j'), rangeOf('i', { descending: true })];
        const lists = await store.find(tenant, { ranges, want: 'refs' });
        const keys = lists.flatMap((hits) => hits.map(({ key }) => key));
        same(new Set(keys).size <= 1, true, `keys written together are one: ${keys.join(' ')}`);
        same([0, 6].includes(keys.length), true, `two documents in three ranges: ${keys.length} hits`);
      },
    );
  }),

  clause('ST-67', 'shows each hit with the document that has its key', async (store) => {
    await meanwhile(
      () =>
        commitEach(store, 60, (at) =>
          at % 5 === 0 ? { deletes: [a] } : { puts: [putOf(a, `v${at}`, [['i', `k${at}`]], `"k${at}"`)] },
        ),
      async () => {
        const [hits = []] = await store.find(tenant, { ranges: [rangeOf('i')], want: 'documents' });
        for (const { key, document } of hits) same(document?.body, `"${key}"`, `the document under ${key}`);
        same(hits.length <= 1, true, 'one document, one key');
      },
    );
  }),

  clause('ST-68', 'shows the entries of a commit together, whichever way they are read', async (store) => {
    const names = Array.from({ length: 40 }, (_, at) => [`e${at + 1}-1`, `e${at + 1}-2`]);
    await meanwhile(
      () =>
        commitEach(store, 40, (at) => ({
          entries: (names[at - 1] as string[]).map((id) => entryOf(id, ['s'])),
        })),
      async () => {
        const pairOf = (id: string): string => id.slice(0, -2);
        const whole = (ids: readonly string[], step: string): void => {
          same(
            ids
              .filter((id) => id.endsWith('1'))
              .map(pairOf)
              .toSorted(),
            ids
              .filter((id) => id.endsWith('2'))
              .map(pairOf)
              .toSorted(),
            step,
          );
        };
        // Last ones first, and far from their other halves.
        const ids = [0, 1].flatMap((half) => names.toReversed().map((pair) => pair[half] as string));
        whole(idsOf(await store.readEntries(tenant, { by: 'id', ids })), 'by id');
        whole(idsOf(await store.readEntries(tenant, { by: 'staged', limit: 1000 })), 'staged');
      },
    );
    same(await sequenceAll(store), 80, 'size of the log');
  }),
];
