import type { TenantId } from '../../kernel/index.ts';
import { same } from '../expectations.ts';
import {
  addOf,
  batchOf,
  clauseIf,
  entryOf,
  idsIn,
  idsOf,
  putOf,
  rangeOf,
  refOf,
  sequenceAll,
  tenant,
} from '../store-harness.ts';
import { CANONICAL, DELICATE } from './texts.ts';

const a = refOf('a');
const counter = refOf('n', 'count');

/** Clauses on what lasts, where a store claims that it does. */
export const restartCases = [
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

  clauseIf(
    'durable',
    'ST-111',
    'goes on where it was when it is opened again',
    async (store, reopen, harness) => {
      let handle = store;
      const log: string[] = [];
      for (let round = 0; round < 5; round += 1) {
        // In an order that no sorting makes, and more of them than are sequenced.
        const entries = [`e${9 - round}`, `e${round}x`, `e${9 - round}a`].map((id) => entryOf(id, ['s']));
        const puts = [
          putOf(a, `v${round}`, [['i', `k${round}`]]),
          putOf(refOf(`d${round}`), 'v1', [['d', `${round}`]]),
        ];
        const deletes = round === 0 ? [] : [refOf(`d${round - 1}`)];
        const adds = [addOf(counter, 1, `c${round}`, { atMost: round + 1 })];
        const outcome = await handle.commit(tenant, batchOf({ adds, puts, deletes, entries }));
        same(outcome, { status: 'committed', repeated: false, totals: [round + 1] }, `commit ${round}`);
        log.push(...idsOf(entries));
        await handle.sequence(tenant, { size: round * 2, limit: 2 });
        await harness.close();
        handle = await reopen();
        const step = (what: string): string => `${what} after opening ${round + 1}`;
        same((await handle.get(tenant, [a]))[0]?.version, `v${round}`, step('the version'));
        same((await handle.get(tenant, [counter]))[0]?.body, `${round + 1}`, step('the counter'));
        same(await idsIn(handle, rangeOf('i')), ['a'], step('the index'));
        same(await idsIn(handle, rangeOf('d')), [`d${round}`], step('what was deleted stays so'));
        same(
          await handle.get(tenant, deletes),
          deletes.map(() => null),
          step('deleted documents'),
        );
        const sequenced = await handle.readEntries(tenant, { by: 'index', from: 0, limit: 100 });
        same(idsOf(sequenced), log.slice(0, 2 * (round + 1)), step('sequenced entries'));
        const staged = await handle.readEntries(tenant, { by: 'staged', limit: 100 });
        same(idsOf(staged), log.slice(2 * (round + 1)), step('staged entries'));
        const again = await handle.commit(tenant, batchOf({ adds, entries }));
        same(again, { status: 'committed', repeated: true, totals: [] }, step('the batch once more'));
      }
      await handle.commit(tenant, batchOf({ puts: [putOf(a, 'v9')] }));
      same(await idsIn(handle, rangeOf('i')), [], 'after the key was taken away');
      same(await sequenceAll(handle), log.length, 'size of the log');
      const query = { by: 'subject', subject: 's', after: null, limit: 100, descending: false } as const;
      same(idsOf(await handle.readEntries(tenant, query)), log, 'entries by subject');
    },
  ),

  clauseIf(
    'durable',
    'ST-112',
    'keeps the last commit, however many came before',
    async (store, reopen, harness) => {
      let handle = store;
      let count = 0;
      for (const commits of [1, 2, 3, 1, 7]) {
        for (let at = 0; at < commits; at += 1) {
          count += 1;
          const puts = [putOf(refOf(`${count}`), 'v1')];
          await handle.commit(tenant, batchOf({ puts, entries: [entryOf(`e${count}`)] }));
        }
        await harness.close();
        handle = await reopen();
        const refs = Array.from({ length: count }, (_, at) => refOf(`${at + 1}`));
        const documents = await handle.get(tenant, refs);
        same(
          documents.flatMap((document, at) => (document === null ? [at + 1] : [])),
          [],
          `documents that are missing after ${count} commits`,
        );
        const staged = await handle.readEntries(tenant, { by: 'staged', limit: 100 });
        same(staged.length, count, `entries after ${count} commits`);
      }
    },
  ),

  clauseIf(
    'durable',
    'ST-113',
    'keeps every text, code, key and tenant as it was',
    async (store, reopen, harness) => {
      const companies = [tenant, 'acme-b', 'b'] as TenantId[];
      const texts = [...DELICATE, ...CANONICAL];
      const puts = texts.map((body, at) => {
        const keys: [string, string][] = [
          ['i', String(at).padStart(3, '0')],
          ['j', `${at % 3}`],
        ];
        return { ...putOf(refOf(`${at}`), `v${at}`, keys, body), mac: at % 2 === 0 ? '' : 'A'.repeat(64) };
      });
      const entries = texts.map((leaf, at) => ({
        ...entryOf(`e${at}`, ['s', `s${at}`], leaf),
        mac: `m${at}`,
      }));
      for (const company of companies) {
        await store.commit(company, batchOf({ puts }));
        await store.commit(company, batchOf({ entries }));
        await store.commit(company, batchOf({ adds: [addOf(counter, -3, 'c1')] }));
      }
      await harness.close();
      const again = await reopen();
      for (const company of companies) {
        const documents = await again.get(company, [...puts.map(({ ref }) => ref), counter]);
        const expected = puts.map(({ ref, version, body, mac }) => ({ ref, version, body, mac }));
        same(
          documents,
          [...expected, { ref: counter, version: 'c1', body: '-3', mac: '' }],
          `documents of ${company}`,
        );
        const ranges = [rangeOf('i'), rangeOf('j')];
        const hits = await again.find(company, { ranges, want: 'refs' });
        same(
          hits.map((list) => list.length),
          [texts.length, texts.length],
          `the indexes of ${company}`,
        );
        const staged = await again.readEntries(company, { by: 'staged', limit: 100 });
        same(
          staged,
          entries.map((entry) => ({ ...entry, index: null })),
          `entries of ${company}`,
        );
      }
    },
  ),
];
