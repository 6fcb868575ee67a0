import type { TenantId } from '../../kernel/index.ts';
import type { CommitBatch } from '../../ports/index.ts';
import { same } from '../expectations.ts';
import {
  batchOf,
  clause,
  entryOf,
  idsIn,
  putOf,
  rangeOf,
  refOf,
  sequenceAll,
  tenant,
} from '../store-harness.ts';

/** Names that a collation, a pattern or a trimmed column would take for each other. */
const LOOKALIKES = [
  'a',
  'A',
  'aa',
  'a_',
  'a%',
  'ab',
  'a.',
  'a-',
  "a'",
  'a"',
  'a\\',
  'a;--',
  'a~',
  '0',
  '00',
  '0.0',
];

/** All of printable ASCII without the space. */
const PRINTABLE = Array.from({ length: 94 }, (_, at) => String.fromCharCode(0x21 + at)).join('');

/** Texts that encodings, normalisations and escapes like to change. */
const DELICATE = [
  '客户编号 · Ü ß é e\u0301 ﬁ Ａ',
  '👩‍👩‍👧 𠮷野家 \u{10ffff}',
  '\ufeffmark \u2028\u2029\u0085\u00a0 \uffff\ufffd',
  '{"a":"\\u0000\\n\'"} \'; DROP TABLE x; -- ? $1 :a @b',
  '  spaces around and\ttabs\r\nlines\n\n ',
  '\u0001\u0008\u001b\u007f',
  '',
];

/** Clauses on texts, sizes and tenants. */
export const textCases = [
  clause('ST-01', 'states the version of the port and its capabilities', async (store) => {
    same(store.specificationVersion, 'v1', 'specificationVersion');
    same(typeof store.capabilities.durable, 'boolean', 'type of durable');
    same(typeof store.capabilities.multiProcess, 'boolean', 'type of multiProcess');
  }),

  clause('ST-02', 'compares ids, collections and versions as bytes', async (store) => {
    const refs = LOOKALIKES.flatMap((name) => [refOf(name), refOf('x', name)]);
    const puts = refs.map((ref, at) => putOf(ref, `${ref.id}${ref.collection}`, [], `${at}`));
    same((await store.commit(tenant, batchOf({ puts }))).status, 'committed', 'writing lookalikes');
    const documents = await store.get(tenant, refs);
    same(
      documents.map((document) => document?.body),
      puts.map(({ body }) => body),
      'bodies of lookalikes',
    );
    const checks = [{ ref: refOf('a'), version: 'Athing' }];
    same((await store.commit(tenant, batchOf({ checks }))).status, 'conflict', 'a version in other case');
  }),

  clause('ST-03', 'compares index names and keys as bytes', async (store) => {
    const puts = LOOKALIKES.map((name) => putOf(refOf(`id${name}`), 'v1', [[name, name]]));
    await store.commit(tenant, batchOf({ puts }));
    for (const name of LOOKALIKES) {
      same(await idsIn(store, rangeOf(name)), [`id${name}`], `index ${name}`);
      same(await idsIn(store, rangeOf(name, { from: name, to: `${name}!` })), [`id${name}`], `key ${name}`);
    }
  }),

  clause('ST-04', 'takes names of 1 to 512 bytes of printable ASCII, whole', async (store) => {
    const long = (end: string): string => PRINTABLE.repeat(6).slice(0, 511) + end;
    const names = ['!', '~', PRINTABLE, long('x'), long('y')];
    const puts = names.map((name, at) =>
      putOf({ collection: name, id: name }, name, [[name, name]], `${at}`),
    );
    const entries = names.map((name) => entryOf(name, [name]));
    const company = long('t') as TenantId;
    await store.commit(company, batchOf({ puts, entries }));
    for (const [at, name] of names.entries()) {
      const [document] = await store.get(company, [{ collection: name, id: name }]);
      same([document?.version, document?.body], [name, `${at}`], `document ${name}`);
      same(await idsIn(store, rangeOf(name), company), [name], `index ${name}`);
    }
    same(await sequenceAll(store, company), names.length, 'size of the log');
    for (const [at, subject] of names.entries()) {
      const query = { by: 'subject', subject, after: null, limit: 9, descending: false } as const;
      const found = await store.readEntries(company, query);
      same(found, [{ ...entries[at], index: at }], `entries of ${subject}`);
    }
    same(
      await store.get(long('u') as TenantId, [refOf('!', '!')]),
      [null],
      'a tenant with another last byte',
    );
  }),

  clause('ST-05', 'gives bodies and leaves back exactly', async (store) => {
    const puts = DELICATE.map((body, at) => putOf(refOf(`${at}`), 'v1', [['all', `${at}`]], body));
    const entries = DELICATE.map((leaf, at) => entryOf(`${at}`, [], leaf));
    await store.commit(tenant, batchOf({ puts, entries }));
    const documents = await store.get(
      tenant,
      puts.map(({ ref }) => ref),
    );
    same(
      documents.map((document) => document?.body),
      DELICATE,
      'bodies by get',
    );
    const [hits] = await store.find(tenant, { ranges: [rangeOf('all')], want: 'documents' });
    same(
      hits?.map(({ document }) => document?.body),
      DELICATE,
      'bodies by find',
    );
    const stored = await store.readEntries(tenant, { by: 'staged', limit: 100 });
    same(
      stored.map(({ leaf }) => leaf),
      DELICATE,
      'leaves',
    );
  }),

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
    const macs = ['', 'm', PRINTABLE.slice(0, 64)];
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

  clause('ST-08', 'takes 512 documents, 4,096 index keys, 512 entries and 4 MiB at once', async (store) => {
    const number = Array.from({ length: 512 }, (_, at) => String(at).padStart(4, '0'));
    const filler = 'é'.repeat(1980);
    const puts = number.map((id) => {
      const keys = Array.from({ length: 8 }, (_, at): [string, string] => [`i${at}`, `${id}-${at}`]);
      return putOf(refOf(id), 'v1', keys, `"${filler}"`);
    });
    const entries = number.map((id) => entryOf(`e${id}`, [`s${id}`], `"${filler}"`));
    same((await store.commit(tenant, batchOf({ puts, entries }))).status, 'committed', 'the largest batch');
    for (let at = 0; at < 8; at += 1) same(await idsIn(store, rangeOf(`i${at}`)), number, `index i${at}`);
    const documents = await store.get(
      tenant,
      puts.map(({ ref }) => ref),
    );
    same(documents.filter((document) => document?.body === `"${filler}"`).length, 512, 'documents');
    same(await sequenceAll(store), 512, 'size of the log');
    const stored = await store.readEntries(tenant, { by: 'index', from: 0, limit: 512 });
    same(
      stored.map(({ id }) => id),
      entries.map(({ id }) => id),
      'entries',
    );
  }),

  clause('ST-09', 'keeps a document with 4,096 keys, a leaf of 32 KiB and 512 subjects', async (store) => {
    const keys = Array.from({ length: 4096 }, (_, at): [string, string] => [
      'wide',
      String(at).padStart(5, '0'),
    ]);
    const subjects = Array.from({ length: 512 }, (_, at) => `s${at}`);
    const entry = entryOf('e1', subjects, `"${'x'.repeat(32_766)}"`);
    await store.commit(tenant, batchOf({ puts: [putOf(refOf('wide'), 'v1', keys)], entries: [entry] }));
    same((await idsIn(store, rangeOf('wide', { from: '04000', limit: 1000 }))).length, 96, 'the last keys');
    same(await sequenceAll(store), 1, 'size of the log');
    const query = { by: 'subject', subject: 's511', after: null, limit: 1, descending: false } as const;
    same(await store.readEntries(tenant, query), [{ ...entry, index: 0 }], 'the entry by its last subject');
  }),

  clause('ST-10', 'keeps tenants apart', async (store) => {
    const companies = ['acme-a', 'acme-A', 'acme', 'acme-aa'] as TenantId[];
    for (const company of companies) {
      const puts = [
        putOf(refOf('x'), 'v1', [['i', 'k']], company),
        putOf(refOf(company), 'v1', [['i', company]]),
      ];
      const adds = [{ ref: refOf('n', 'count'), by: 1, atMost: 1, atLeast: null, version: 'v1' }];
      const entries = [entryOf('e', ['s'], company)];
      const outcome = await store.commit(company, batchOf({ puts, adds, entries }));
      same(outcome, { status: 'committed', repeated: false, totals: [1] }, `commit of ${company}`);
    }
    for (const company of companies) {
      same((await store.get(company, [refOf('x')]))[0]?.body, company, `document of ${company}`);
      same((await idsIn(store, rangeOf('i'), company)).sort(), [company, 'x'].sort(), `index of ${company}`);
      same(
        await store.sequence(company, { size: 0, limit: 9 }),
        { status: 'sequenced', size: 1, count: 1 },
        company,
      );
      for (const query of [
        { by: 'subject', subject: 's', after: null, limit: 9, descending: false },
        { by: 'index', from: 0, limit: 9 },
        { by: 'id', ids: ['e'] },
      ] as const) {
        const entries = await store.readEntries(company, query);
        same(
          entries,
          [{ ...entryOf('e', ['s'], company), index: 0 }],
          `entries of ${company} by ${query.by}`,
        );
      }
    }
    const stranger = 'stranger' as TenantId;
    same(await store.get(stranger, [refOf('x')]), [null], 'document of a tenant without data');
    same(await idsIn(store, rangeOf('i'), stranger), [], 'index of a tenant without data');
    same(await store.readEntries(stranger, { by: 'id', ids: ['e'] }), [], 'entries of a tenant without data');
  }),
];
