import type { Store } from '../../ports/index.ts';
import { same } from '../expectations.ts';
import {
  addOf,
  batchOf,
  clause,
  entryOf,
  idsIn,
  idsOf,
  putOf,
  rangeOf,
  refOf,
  sequenceAll,
  tenant,
} from '../store-harness.ts';

const NUMBERS = Array.from({ length: 512 }, (_, at) => String(at).padStart(4, '0'));

const numberOf = async (store: Store, ids: readonly string[], collection = 'thing'): Promise<number> => {
  const documents = await store.get(
    tenant,
    ids.map((id) => refOf(id, collection)),
  );
  return documents.filter((document) => document !== null).length;
};

/** Clauses on how much a store takes at once. */
export const sizeCases = [
  clause('ST-08', 'takes 512 documents, 4,096 index keys, 512 entries and 4 MiB at once', async (store) => {
    const filler = 'é'.repeat(1980);
    const puts = NUMBERS.map((id) => {
      const keys = Array.from({ length: 8 }, (_, at): [string, string] => [`i${at}`, `${id}-${at}`]);
      return putOf(refOf(id), 'v1', keys, `"${filler}"`);
    });
    const entries = NUMBERS.map((id) => entryOf(`e${id}`, [`s${id}`], `"${filler}"`));
    same((await store.commit(tenant, batchOf({ puts, entries }))).status, 'committed', 'the largest batch');
    for (let at = 0; at < 8; at += 1) same(await idsIn(store, rangeOf(`i${at}`)), NUMBERS, `index i${at}`);
    const documents = await store.get(
      tenant,
      puts.map(({ ref }) => ref),
    );
    same(documents.filter((document) => document?.body === `"${filler}"`).length, 512, 'documents');
    same(await sequenceAll(store), 512, 'size of the log');
    const stored = await store.readEntries(tenant, { by: 'index', from: 0, limit: 512 });
    same(idsOf(stored), idsOf(entries), 'entries');
  }),

  clause('ST-09', 'keeps a document with 4,096 keys, a leaf of 32 KiB and 512 subjects', async (store) => {
    const keys = Array.from({ length: 4096 }, (_, at): [string, string] => [
      'wide',
      `${'k'.repeat(400)}${String(at).padStart(5, '0')}`,
    ]);
    const subjects = Array.from({ length: 512 }, (_, at) => `${'s'.repeat(500)}${at}`);
    const entry = entryOf('e1', subjects, `"${'x'.repeat(32_766)}"`);
    await store.commit(tenant, batchOf({ puts: [putOf(refOf('wide'), 'v1', keys)], entries: [entry] }));
    const last = rangeOf('wide', { from: `${'k'.repeat(400)}04000`, limit: 1000 });
    same((await idsIn(store, last)).length, 96, 'the last keys');
    same(await sequenceAll(store), 1, 'size of the log');
    for (const subject of [subjects[0] as string, subjects[511] as string]) {
      const query = { by: 'subject', subject, after: null, limit: 1, descending: false } as const;
      const found = await store.readEntries(tenant, query);
      same(found, [{ ...entry, index: 0 }], `the entry by its subject …${subject.slice(500)}`);
    }
    await store.commit(tenant, batchOf({ puts: [putOf(refOf('wide'), 'v2', keys.slice(0, 1))] }));
    same(await idsIn(store, rangeOf('wide')), ['wide'], 'after all keys but one were taken away');
  }),

  clause('ST-17', 'takes 512 checks and 512 adds at once, and 512 deletions', async (store) => {
    const puts = NUMBERS.map((id) => putOf(refOf(id), 'v1', [['i', id]]));
    await store.commit(tenant, batchOf({ puts }));
    const checks = NUMBERS.map((id) => ({ ref: refOf(id), version: 'v1' }));
    const adds = NUMBERS.map((id, at) => addOf(refOf(id, 'count'), at, 'c1'));
    const outcome = await store.commit(tenant, batchOf({ checks, adds }));
    same(
      outcome,
      { status: 'committed', repeated: false, totals: NUMBERS.map((_, at) => at) },
      'checks and adds',
    );
    const wrong = checks.map((check, at) => (at === 511 ? { ...check, version: null } : check));
    const conflict = await store.commit(tenant, batchOf({ checks: wrong, adds }));
    same(conflict, { status: 'conflict', refs: [refOf('0511')] }, 'the last of 512 checks');
    const bounded = adds.map((add, at) => (at === 511 ? { ...add, by: 1, atMost: 511 } : add));
    same(
      await store.commit(tenant, batchOf({ adds: bounded })),
      { status: 'bound', refs: [refOf('0511', 'count')] },
      'the last of 512 bounds',
    );
    same((await store.get(tenant, [refOf('0510', 'count')]))[0]?.body, '510', 'a counter after the refusal');
    const deletes = NUMBERS.map((id) => refOf(id));
    same((await store.commit(tenant, batchOf({ checks, deletes }))).status, 'committed', 'the deletions');
    same([await numberOf(store, NUMBERS), await numberOf(store, NUMBERS, 'count')], [0, 512], 'what is left');
    same(await idsIn(store, rangeOf('i')), [], 'the index');
  }),

  clause('ST-18', 'writes nothing of a large batch that fails at its end', async (store) => {
    await store.commit(tenant, batchOf({ entries: [entryOf('known', [], '{"n":1}')] }));
    const puts = NUMBERS.map((id) => putOf(refOf(id), 'v1', [['i', id]]));
    const entries = [...NUMBERS.slice(1).map((id) => entryOf(`e${id}`)), entryOf('known', [], '{"n":2}')];
    const accepted = await store.commit(tenant, batchOf({ puts, entries })).catch(() => null);
    same(accepted, null, 'a batch whose last entry is stored with another leaf');
    const adds = [addOf(refOf('n', 'count'), 2, 'c1', { atMost: 1 })];
    same(
      (await store.commit(tenant, batchOf({ puts, adds }))).status,
      'bound',
      'one whose bound would be passed',
    );
    same(await numberOf(store, NUMBERS), 0, 'documents');
    same(await idsIn(store, rangeOf('i')), [], 'the index');
    same(idsOf(await store.readEntries(tenant, { by: 'staged', limit: 1000 })), ['known'], 'entries');
  }),

  clause('ST-19', 'keeps one document of nearly 4 MiB', async (store) => {
    for (const length of [65_536, 1_048_577, 4_190_000]) {
      const body = `"${'0123456789'.repeat(length / 10)}"`;
      const ref = refOf(`${length}`);
      await store.commit(tenant, batchOf({ puts: [putOf(ref, 'v1', [['i', 'k']], body)] }));
      const [document] = await store.get(tenant, [ref]);
      same(
        [document?.body.length, document?.body === body],
        [body.length, true],
        `a body of ${body.length} bytes`,
      );
      await store.commit(tenant, batchOf({ deletes: [ref] }));
    }
  }),

  clause('ST-62', 'answers up to 1,000 references, ids, hits and entries at once', async (store) => {
    const ids = Array.from({ length: 500 }, (_, at) => `${at}`);
    for (const half of ['a', 'b']) {
      const puts = ids.map((id) => putOf(refOf(`${half}${id}`), 'v1', [['i', `${half}${id}`]]));
      const entries = ids.map((id) => entryOf(`${half}${id}`, ['s']));
      await store.commit(tenant, batchOf({ puts, entries }));
    }
    const all = [...ids.map((id) => `a${id}`), ...ids.map((id) => `b${id}`)].toReversed();
    same(await numberOf(store, all), 1000, 'documents by reference');
    same((await idsIn(store, rangeOf('i', { limit: 1000 }))).length, 1000, 'hits');
    same(idsOf(await store.readEntries(tenant, { by: 'id', ids: all })), all, 'entries by id');
    same(
      idsOf(await store.readEntries(tenant, { by: 'staged', limit: 1000 })),
      all.toReversed(),
      'staged entries',
    );
    same(
      await store.sequence(tenant, { size: 0, limit: 1000 }),
      { status: 'sequenced', size: 1000, count: 1000 },
      'sequencing',
    );
    const query = { by: 'subject', subject: 's', after: null, limit: 1000, descending: true } as const;
    const own = (await store.readEntries(tenant, query)).map(({ index }) => index);
    same(
      own,
      ids.flatMap((_, at) => [999 - 2 * at, 998 - 2 * at]),
      'entries of a subject',
    );
    const page = await store.readEntries(tenant, { by: 'index', from: 0, limit: 1000 });
    same(
      page.map(({ index }) => index),
      Array.from({ length: 1000 }, (_, at) => at),
      'entries by index',
    );
  }),
];
