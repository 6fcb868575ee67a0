import type { DocumentPut, DocumentRef, Store } from '../../ports/index.ts';
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

const a = refOf('a');
const counter = refOf('n', 'count');

/** An object that may be changed, whatever its type says. */
type Open<Value> = { -readonly [Name in keyof Value]: Value[Name] };

/** Changes an object that somebody may still hold. */
function spoil(value: object | null | undefined, name: string): void {
  if (value === null || value === undefined || Object.isFrozen(value)) return;
  (value as Record<string, unknown>)[name] = 'spoilt';
}

/** Fails unless every way to read shows the document `a` at a version, or its absence, and one key for it. */
async function requireVersion(store: Store, version: string | null, keys: readonly string[]): Promise<void> {
  same((await store.get(tenant, [a]))[0]?.version ?? null, version, 'get');
  same((await store.get(tenant, [refOf('b'), a]))[1]?.version ?? null, version, 'get beside another');
  const [hits = []] = await store.find(tenant, { ranges: [rangeOf('i')], want: 'documents' });
  same(
    hits.map(({ key, document }) => [key, document?.version]),
    keys.map((key) => [key, version]),
    'find',
  );
  same((await idsIn(store, rangeOf('i', { limit: 1 }))).length, keys.length > 0 ? 1 : 0, 'a page of one');
}

/** Clauses on reading documents. */
export const documentCases = [
  clause(
    'ST-60',
    'answers documents in the order asked, absent ones as null, the same one twice',
    async (store) => {
      await store.commit(tenant, batchOf({ puts: [putOf(a, 'va'), putOf(refOf('b'), 'vb')] }));
      const refs = [refOf('b'), refOf('none'), a, refOf('b'), refOf('a', 'other')];
      const documents = await store.get(tenant, refs);
      same(
        documents.map((document) => document?.version ?? null),
        ['vb', null, 'va', 'vb', null],
        'versions',
      );
      same(await store.get(tenant, []), [], 'nothing asked');
    },
  ),

  clause('ST-61', 'shares nothing with its callers that they could change', async (store) => {
    const ref: Open<DocumentRef> = { ...a };
    const key = { index: 'i', key: 'k' };
    const put: Open<DocumentPut> = { ref, version: 'v1', body: '"body"', mac: 'mac', keys: [key] };
    const entry = { id: 'e', subjects: ['s'], leaf: '{}', mac: '' };
    await store.commit(tenant, batchOf({ puts: [put], entries: [entry] }));
    // What was handed over may be used again by its owner.
    Object.assign(put, { version: 'v9', body: '"changed"', mac: 'changed' });
    key.key = 'changed';
    ref.id = 'changed';
    entry.leaf = '{"changed":true}';
    entry.mac = 'changed';
    entry.subjects.push('x');
    for (let read = 1; read <= 2; read += 1) {
      // A copy: the store may hand back what it was asked with.
      const [document] = await store.get(tenant, [{ ...a }]);
      same(document, { ref: a, version: 'v1', body: '"body"', mac: 'mac' }, `get, read ${read}`);
      const [hits] = await store.find(tenant, { ranges: [rangeOf('i')], want: 'documents' });
      same(hits, [{ key: 'k', ref: a, document }], `find, read ${read}`);
      const [stored] = await store.readEntries(tenant, { by: 'id', ids: ['e'] });
      same(
        stored,
        { id: 'e', subjects: ['s'], leaf: '{}', mac: '', index: null },
        `readEntries, read ${read}`,
      );
      spoil(document, 'body');
      spoil(document?.ref, 'id');
      spoil(hits?.[0], 'key');
      spoil(hits?.[0]?.document, 'version');
      spoil(stored, 'leaf');
      spoil(stored?.subjects, '0');
    }
  }),

  clause('ST-64', 'shows each change at once to reads that were answered before it', async (store) => {
    await requireVersion(store, null, []);
    const commit = (part: Parameters<typeof batchOf>[0]): Promise<unknown> =>
      store.commit(tenant, batchOf(part));
    await commit({ puts: [putOf(a, 'v1', [['i', 'k1']])] });
    await requireVersion(store, 'v1', ['k1']);
    await commit({ puts: [putOf(a, 'v2', [['i', 'k2']])] });
    await requireVersion(store, 'v2', ['k2']);
    await commit({ puts: [putOf(a, 'v3')] });
    await requireVersion(store, 'v3', []);
    await commit({ puts: [putOf(a, 'v4', [['i', 'k1']])] });
    await requireVersion(store, 'v4', ['k1']);
    await commit({ deletes: [a] });
    await requireVersion(store, null, []);
    await commit({ puts: [putOf(a, 'v5', [['i', 'k1']])] });
    await requireVersion(store, 'v5', ['k1']);
    const refused = await store.commit(
      tenant,
      batchOf({ checks: [{ ref: a, version: null }], puts: [putOf(a, 'v6', [['i', 'k6']])] }),
    );
    same(refused.status, 'conflict', 'a commit that is refused');
    await requireVersion(store, 'v5', ['k1']);
    for (const [at, by] of [2, 0, -5].entries()) {
      const before = (await store.get(tenant, [counter]))[0]?.body ?? '0';
      await commit({ adds: [addOf(counter, by, `c${at}`)] });
      const [after] = await store.get(tenant, [counter]);
      same([after?.body, after?.version], [String(Number(before) + by), `c${at}`], `a counter after ${by}`);
    }
    await commit({ deletes: [counter] });
    same(await store.get(tenant, [counter]), [null], 'a counter that was deleted');
  }),

  clause(
    'ST-65',
    'shows new entries and new indexes at once to reads that were answered before',
    async (store) => {
      const see = async (): Promise<unknown> => ({
        byId: (await store.readEntries(tenant, { by: 'id', ids: ['e2', 'e1'] })).map(({ id, index }) => [
          id,
          index,
        ]),
        staged: idsOf(await store.readEntries(tenant, { by: 'staged', limit: 9 })),
        byIndex: idsOf(await store.readEntries(tenant, { by: 'index', from: 0, limit: 9 })),
        bySubject: idsOf(
          await store.readEntries(tenant, {
            by: 'subject',
            subject: 's',
            after: null,
            limit: 9,
            descending: false,
          }),
        ),
      });
      const nothing = { byId: [], staged: [], byIndex: [], bySubject: [] };
      same(await see(), nothing, 'an empty log');
      await store.commit(tenant, batchOf({ entries: [entryOf('e1', ['s'])] }));
      same(await see(), { ...nothing, byId: [['e1', null]], staged: ['e1'] }, 'one entry');
      await sequenceAll(store);
      const one = { ...nothing, byId: [['e1', 0]], byIndex: ['e1'], bySubject: ['e1'] };
      same(await see(), one, 'after it was sequenced');
      await store.commit(tenant, batchOf({ entries: [entryOf('e2', ['s'])] }));
      const byId = [
        ['e2', null],
        ['e1', 0],
      ];
      same(await see(), { ...one, byId, staged: ['e2'] }, 'one more');
      await sequenceAll(store);
      const both = ['e1', 'e2'];
      const sequenced = [
        ['e2', 1],
        ['e1', 0],
      ];
      same(await see(), { byId: sequenced, staged: [], byIndex: both, bySubject: both }, 'both');
    },
  ),
];
