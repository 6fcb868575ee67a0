import type { Store } from '../../ports/index.ts';
import { expectThat, same } from '../expectations.ts';
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
const counter = refOf('n', 'count');

const ROUNDS = Array.from({ length: 20 }, (_, at) => at);

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
    const checks = [{ ref: a, version: (await store.get(tenant, [a]))[0]?.version ?? null }];
    const deletions = await Promise.all(
      Array.from({ length: 16 }, (_, at) =>
        store.commit(tenant, batchOf({ checks, deletes: [a], entries: [entryOf(`d${at}`)] })),
      ),
    );
    same(deletions.filter(({ status }) => status === 'committed').length, 1, 'winners who delete');
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

  clause('ST-55', 'harms no caller by the failure of another', async (store) => {
    await store.commit(tenant, batchOf({ entries: [entryOf('known')] }));
    const wanted = ['committed', 'conflict', 'bound', 'rejected'];
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, async (_, at) => {
        const ref = refOf(`d${at}`);
        const checks = [{ ref, version: at % 4 === 1 ? 'never' : null }];
        const adds = at % 4 === 2 ? [addOf(counter, 1, `c${at}`, { atMost: 0 })] : [];
        const entries = [entryOf(`e${at}`), ...(at % 4 === 3 ? [entryOf('known', [], '{"other":1}')] : [])];
        const batch = batchOf({ checks, adds, puts: [putOf(ref, `v${at}`)], entries });
        return store.commit(tenant, batch).then(
          ({ status }) => status,
          () => 'rejected',
        );
      }),
    );
    same(
      outcomes,
      outcomes.map((_, at) => wanted[at % 4]),
      'what the callers were told',
    );
    const documents = await store.get(
      tenant,
      outcomes.map((_, at) => refOf(`d${at}`)),
    );
    same(
      documents.map((document) => document?.version ?? null),
      outcomes.map((_, at) => (at % 4 === 0 ? `v${at}` : null)),
      'what was written',
    );
    same(await sequenceAll(store), 11, 'size of the log');
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

  clause('ST-57', 'lets one of two win who each check what the other writes', async (store) => {
    const sides = ROUNDS.map((round) => [refOf(`l${round}`), refOf(`r${round}`)] as const);
    await store.commit(
      tenant,
      batchOf({ puts: sides.slice(10).flatMap((refs) => refs.map((ref) => putOf(ref, 'v0'))) }),
    );
    const outcomes = await Promise.all(
      sides.map(([left, right], round) => {
        const version = round < 10 ? null : 'v0';
        const write = (checked: typeof left, written: typeof left): Promise<{ readonly status: string }> =>
          store.commit(
            tenant,
            batchOf({ checks: [{ ref: checked, version }], puts: [putOf(written, `w${round}`)] }),
          );
        return Promise.all([write(left, right), write(right, left)]);
      }),
    );
    for (const [round, pair] of outcomes.entries()) {
      const statuses = pair.map(({ status }) => status).toSorted();
      same(
        statuses,
        ['committed', 'conflict'],
        `round ${round}, ${round < 10 ? 'absent' : 'present'} documents`,
      );
    }
  }),

  clause(
    'ST-58',
    'sequences who saw a state before who changed it, when both went through at once',
    async (store) => {
      const kinds = ['made', 'deleted', 'rewritten', 'counted'] as const;
      const refOfRound = (kind: string, round: number) => refOf(`${round}`, kind);
      const puts = ROUNDS.flatMap((round) =>
        ['deleted', 'rewritten'].map((kind) => putOf(refOfRound(kind, round), 'v1')),
      );
      const adds = ROUNDS.map((round) => addOf(refOfRound('counted', round), 1, 'v1'));
      await store.commit(tenant, batchOf({ puts, adds }));
      const attempts = kinds.flatMap((kind) =>
        ROUNDS.flatMap((round) => {
          const ref = refOfRound(kind, round);
          const checks = [{ ref, version: kind === 'made' ? null : 'v1' }];
          const change = {
            made: { checks, puts: [putOf(ref, 'v2')] },
            deleted: { checks, deletes: [ref] },
            rewritten: { puts: [putOf(ref, 'v2')] },
            counted: { adds: [addOf(ref, 1, 'v2')] },
          }[kind];
          const changer = { id: `${kind}-${round}-z`, part: change };
          const watcher = {
            id: `${kind}-${round}-a`,
            part: { checks, puts: [putOf(refOf(`${kind}-${round}`), 'v1')] },
          };
          return round % 2 === 0 ? [changer, watcher] : [watcher, changer];
        }),
      );
      const told = await Promise.all(
        attempts.map(
          async ({ id, part }) =>
            [id, (await store.commit(tenant, batchOf({ ...part, entries: [entryOf(id)] }))).status] as const,
        ),
      );
      const statusOf = new Map(told);
      await sequenceAll(store);
      const log = idsOf(await store.readEntries(tenant, { by: 'index', from: 0, limit: 1000 }));
      for (const kind of kinds) {
        for (const round of ROUNDS) {
          const [watched, changed] = [`${kind}-${round}-a`, `${kind}-${round}-z`];
          same(statusOf.get(changed), 'committed', `the one who changed, ${kind}, round ${round}`);
          if (statusOf.get(watched) !== 'committed') continue;
          same(
            log.filter((id) => id === watched || id === changed),
            [watched, changed],
            `the log of ${kind}, round ${round}`,
          );
        }
      }
    },
  ),

  clause('ST-59', 'sequences a chain of commits in its order, whichever was sent first', async (store) => {
    const head = refOf('head');
    let waiting = ROUNDS.slice(1);
    await store.commit(tenant, batchOf({ puts: [putOf(head, 'v0')], entries: [entryOf('0')] }));
    for (let round = 1; waiting.length > 0; round += 1) {
      const sent = waiting.toReversed();
      const statuses = await Promise.all(
        sent.map(async (link) => {
          const checks = [{ ref: head, version: `v${link - 1}` }];
          const batch = batchOf({ checks, puts: [putOf(head, `v${link}`)], entries: [entryOf(`${link}`)] });
          return (await store.commit(tenant, batch)).status;
        }),
      );
      const left = sent.filter((_, at) => statuses[at] !== 'committed').toReversed();
      expectThat(
        left.length < waiting.length,
        `round ${round}`,
        'at least one commit to go through',
        statuses,
      );
      waiting = left;
    }
    await sequenceAll(store);
    const log = await store.readEntries(tenant, { by: 'index', from: 0, limit: 100 });
    same(idsOf(log), ROUNDS.map(String), 'the order');
  }),
];

async function sequenceUntil(store: Store, size: number): Promise<void> {
  let at = 0;
  while (at < size) {
    at = (await store.sequence(tenant, { size: at, limit: 7 })).size;
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}
