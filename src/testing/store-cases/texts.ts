import type { CommitBatch, Store } from '../../ports/index.ts';
import { same } from '../expectations.ts';
import { batchOf, clause, entryOf, putOf, rangeOf, refOf, sequenceAll, tenant } from '../store-harness.ts';

/** Texts that encodings, normalisations and escapes like to change. */
export const DELICATE = [
  '客户编号 · Ü ß é e\u0301 ﬁ Ａ',
  '👩‍👩‍👧 𠮷野家 \u{10ffff}',
  '\ufeffmark \u2028\u2029\u0085\u00a0 \uffff\ufffd and \ufeff inside',
  '{"a":"\\u0000\\n\'"} \'; DROP TABLE x; -- ? $1 :a @b \\\\ \\N \\',
  '  spaces around and\ttabs\r\nlines\rreturns\n\n ',
  '\u0001\u0008\u001b\u007f',
  '%00 &amp; <b> $x #{y} "quoted" `ticked`',
  '',
  ' ',
];

/** Canonical JSON that comes out differently from a column or a program that reads it. */
export const CANONICAL = [
  '{"10":1,"9":2}',
  '{"__proto__":1,"a":{"__proto__":2}}',
  '{"aa":1,"b":2}',
  '[1e+21,1e-7,9007199254740993,0.1,-0.5]',
  '{"a":"\\u000b\\b/é","b":"<\\\\>"}',
  '"2026-03-25T00:00:00Z"',
  '9007199254740993',
  '1e2',
  '007',
  '{ "spaced" : 1 }',
  '{"twice":1,"twice":2}',
  'null',
  'true',
];

/** Writes texts as bodies and as leaves, and fails unless each comes back as it was, whichever way it is read. */
async function requireExact(store: Store, texts: readonly string[]): Promise<void> {
  const puts = texts.map((body, at) =>
    putOf(refOf(`${at}`), 'v1', [['all', String(at).padStart(3, '0')]], body),
  );
  const entries = texts.map((leaf, at) => entryOf(`e${at}`, ['s'], leaf));
  await store.commit(tenant, batchOf({ puts, entries }));
  const documents = await store.get(
    tenant,
    puts.map(({ ref }) => ref),
  );
  same(
    documents.map((document) => document?.body),
    texts,
    'bodies by get',
  );
  const [hits] = await store.find(tenant, { ranges: [rangeOf('all')], want: 'documents' });
  same(
    hits?.map(({ document }) => document?.body),
    texts,
    'bodies by find',
  );
  const leaves = async (query: Parameters<Store['readEntries']>[1], step: string): Promise<void> => {
    const found = await store.readEntries(tenant, query);
    same(
      found.map(({ leaf }) => leaf),
      texts,
      step,
    );
  };
  await leaves({ by: 'staged', limit: 100 }, 'leaves of staged entries');
  await sequenceAll(store);
  await leaves({ by: 'index', from: 0, limit: 100 }, 'leaves by index');
  await leaves({ by: 'id', ids: entries.map(({ id }) => id) }, 'leaves by id');
  await leaves(
    { by: 'subject', subject: 's', after: null, limit: 100, descending: false },
    'leaves by subject',
  );
  const again = await store.commit(tenant, batchOf({ entries }));
  same(again, { status: 'committed', repeated: true, totals: [] }, 'the same leaves once more');
}

/** Clauses on what is kept. */
export const textCases = [
  clause('ST-01', 'states the version of the port and its capabilities', async (store) => {
    same(store.specificationVersion, 'v1', 'specificationVersion');
    same(typeof store.capabilities.durable, 'boolean', 'type of durable');
    same(typeof store.capabilities.multiProcess, 'boolean', 'type of multiProcess');
  }),

  clause('ST-05', 'gives bodies and leaves back exactly', (store) => requireExact(store, DELICATE)),

  clause('ST-15', 'gives JSON back byte by byte, in whatever order and form', (store) =>
    requireExact(store, CANONICAL),
  ),

  clause('ST-06', 'refuses a NUL or a lone surrogate, or gives it back exactly', async (store) => {
    const isTaken = (part: Partial<CommitBatch>): Promise<boolean> =>
      store.commit(tenant, batchOf(part)).then(
        () => true,
        () => false,
      );
    for (const [at, text] of ['a\0b', '\ud800', 'x\udc00y'].entries()) {
      const ref = refOf(`${at}`);
      const body = (await isTaken({ puts: [putOf(ref, 'v1', [], text)] })) ? text : undefined;
      same((await store.get(tenant, [ref]))[0]?.body, body, `body ${at}`);
      const leaf = (await isTaken({ entries: [entryOf(`e${at}`, [], text)] })) ? text : undefined;
      const [entry] = await store.readEntries(tenant, { by: 'id', ids: [`e${at}`] });
      same(entry?.leaf, leaf, `leaf ${at}`);
    }
  }),

  clause('ST-07', 'keeps authentication codes of 0 to 64 characters', async (store) => {
    const macs = ['', 'm', '0', '00', 'A'.repeat(63), 'A'.repeat(64), `${'a'.repeat(63)}=`];
    const puts = macs.map((mac, at) => ({ ...putOf(refOf(`${at}`), 'v1'), mac }));
    const entries = macs.map((mac, at) => ({ ...entryOf(`${at}`), mac }));
    await store.commit(tenant, batchOf({ puts, entries }));
    const documents = await store.get(
      tenant,
      puts.map(({ ref }) => ref),
    );
    same(
      documents.map((document) => document?.mac),
      macs,
      'codes of documents',
    );
    const stored = await store.readEntries(tenant, { by: 'staged', limit: 10 });
    same(
      stored.map(({ mac }) => mac),
      macs,
      'codes of entries',
    );
  }),

  clause('ST-16', 'keeps the subjects of an entry as they were given', async (store) => {
    const lists = [
      [],
      ['s2', 's1', 's3'],
      ['a', 'b', 'a'],
      ['a,b', 'c'],
      ['a', 'b,c'],
      ["a'", '"b"', '\\', '[]', '{}'],
    ];
    const entries = lists.map((subjects, at) => entryOf(`e${at}`, subjects));
    await store.commit(tenant, batchOf({ entries }));
    await sequenceAll(store);
    const found = await store.readEntries(tenant, { by: 'index', from: 0, limit: 100 });
    same(
      found.map(({ subjects }) => subjects),
      lists,
      'the subjects',
    );
    for (const [subject, indexes] of [
      ['a', [2, 4]],
      ['b', [2]],
      ['a,b', [3]],
      ["a'", [5]],
      ['"b"', [5]],
    ] as const) {
      const query = { by: 'subject', subject, after: null, limit: 9, descending: false } as const;
      const named = (await store.readEntries(tenant, query)).map(({ index }) => index);
      same(named, indexes, `entries of ${subject}`);
    }
  }),
];
