import type { TenantId } from '../../kernel/index.ts';
import type { DocumentRef, EntryQuery } from '../../ports/index.ts';
import { same } from '../expectations.ts';
import { NAME_FAMILIES } from '../random-names.ts';
import {
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

/** Names that a collation, a pattern, a number, a path or a program takes for each other. */
export const LOOKALIKES = [...new Set(Object.values(NAME_FAMILIES).flat())].filter(
  (name) => name.length < 60,
);

/** All of printable ASCII without the space. */
const PRINTABLE = Array.from({ length: 94 }, (_, at) => String.fromCharCode(0x21 + at)).join('');

/** What programs put between two names. */
export const JOINTS = ['', ...PRINTABLE, '::', '--', '//', '||', '%00', '\\0', '\\u0000', '\\x00'];

/** A name of 512 bytes with a last byte of its own. */
const long = (end: string): string => PRINTABLE.repeat(6).slice(0, 511) + end;

/** What all entries of a subject are asked by. */
export const ofSubject = (subject: string): EntryQuery & { readonly by: 'subject' } => ({
  by: 'subject',
  subject,
  after: null,
  limit: 1000,
  descending: false,
});

/** Clauses on names and tenants. */
export const nameCases = [
  clause('ST-02', 'compares collections and ids as bytes', async (store) => {
    const refs = LOOKALIKES.flatMap((name) => [refOf(name), refOf('x', name)]);
    const puts = refs.map((ref, at) => putOf(ref, 'v1', [['all', 'k']], `${at}`));
    same((await store.commit(tenant, batchOf({ puts }))).status, 'committed', 'writing lookalikes');
    const documents = await store.get(tenant, refs);
    same(
      documents.map((document) => [document?.ref, document?.body]),
      puts.map(({ ref, body }) => [ref, body]),
      'lookalikes by get',
    );
    const [hits = []] = await store.find(tenant, { ranges: [rangeOf('all')], want: 'documents' });
    const bodies = (
      list: readonly { readonly ref: DocumentRef; readonly body?: string | undefined }[],
    ): string[] => list.map(({ ref, body }) => `${ref.collection} ${ref.id} ${body}`).sort();
    same(
      bodies(hits.map(({ ref, document }) => ({ ref, body: document?.body }))),
      bodies(puts),
      'lookalikes by find',
    );
    await store.commit(tenant, batchOf({ deletes: refs.filter((_, at) => at % 4 < 2) }));
    const left = await store.get(tenant, refs);
    same(
      left.map((document) => document?.body ?? null),
      puts.map(({ body }, at) => (at % 4 < 2 ? null : body)),
      'what is left after half of them were deleted',
    );
  }),

  clause('ST-03', 'compares index names and keys as bytes', async (store) => {
    const ref = (name: string): DocumentRef => refOf(`id${name}`);
    const puts = LOOKALIKES.map((name) =>
      putOf(ref(name), 'v1', [
        [name, 'k'],
        ['keys', name],
      ]),
    );
    await store.commit(tenant, batchOf({ puts }));
    for (const name of LOOKALIKES) {
      same(await idsIn(store, rangeOf(name)), [`id${name}`], `index ${name}`);
      const only = { from: name, to: `${name}!` };
      same(await idsIn(store, rangeOf('keys', only)), [`id${name}`], `key ${name}`);
    }
    const [first = '', ...others] = LOOKALIKES;
    await store.commit(tenant, batchOf({ puts: [putOf(ref(first), 'v2')] }));
    same(
      await idsIn(store, rangeOf('keys')),
      others.toSorted((left, right) => (left < right ? -1 : 1)).map((name) => `id${name}`),
      'keys after one document lost its own',
    );
  }),

  clause('ST-11', 'compares versions as bytes', async (store) => {
    const puts = LOOKALIKES.map((name, at) => putOf(refOf(`${at}`), name));
    await store.commit(tenant, batchOf({ puts }));
    const checks = puts.map(({ ref, version }) => ({ ref, version }));
    same((await store.commit(tenant, batchOf({ checks }))).status, 'committed', 'each at its own version');
    for (const shift of [1, 2, 3, 5]) {
      const others = puts.map(({ ref }, at) => ({
        ref,
        version: LOOKALIKES[(at + shift) % LOOKALIKES.length] as string,
      }));
      const outcome = await store.commit(tenant, batchOf({ checks: others }));
      same(
        outcome.status === 'conflict' ? outcome.refs.length : outcome.status,
        puts.length,
        `how many conflict, each at the version of the one ${shift} further`,
      );
    }
    for (const [family, names] of Object.entries(NAME_FAMILIES)) {
      const pairs = names.flatMap((version) =>
        names.filter((other) => other !== version).map((other) => ({ version, other })),
      );
      const documents = pairs.map(({ version }, at) => putOf(refOf(`${at}`, 'pair'), version));
      await store.commit(tenant, batchOf({ puts: documents }));
      const checks = pairs.map(({ other }, at) => ({ ref: refOf(`${at}`, 'pair'), version: other }));
      const outcome = await store.commit(tenant, batchOf({ checks }));
      const named = new Set(outcome.status === 'conflict' ? outcome.refs.map(({ id }) => id) : []);
      const passed = pairs.filter((_, at) => !named.has(`${at}`));
      same(passed, [], `versions taken for each other, among ${family}`);
    }
  }),

  clause('ST-12', 'compares ids of entries, and subjects, as bytes', async (store) => {
    const entries = LOOKALIKES.map((name, at) => entryOf(name, [name], `{"at":${at}}`));
    same((await store.commit(tenant, batchOf({ entries }))).status, 'committed', 'entries that look alike');
    await sequenceAll(store);
    const found = await store.readEntries(tenant, { by: 'id', ids: LOOKALIKES });
    same(
      found,
      entries.map((entry, index) => ({ ...entry, index })),
      'entries by id',
    );
    for (const [at, name] of LOOKALIKES.entries()) {
      same(
        (await store.readEntries(tenant, ofSubject(name))).map(({ index }) => index),
        [at],
        `entries of the subject ${name}`,
      );
    }
    same(idsOf(await store.readEntries(tenant, ofSubject('%'))), ['%'], 'a pattern as subject');
  }),

  clause('ST-04', 'takes names of 1 to 512 bytes of printable ASCII, whole', async (store) => {
    const names = ['!', '~', PRINTABLE, long('x'), long('y')];
    const puts = names.flatMap((name, at) => [
      putOf({ collection: name, id: name }, name, [[name, name]], `${at}`),
      putOf({ collection: name, id: 'i' }, 'v1', [['ids', 'k']], `c${at}`),
      putOf({ collection: 'c', id: name }, 'v1', [[name, 'k']], `i${at}`),
      putOf({ collection: 'k', id: `${at}` }, name, [['keys', name]], ''),
      putOf({ collection: long('k'), id: name }, 'v1', [[long('i'), long(`${at}`)]], ''),
    ]);
    const entries = names.map((name) => entryOf(name, [name]));
    const company = long('t') as TenantId;
    await store.commit(company, batchOf({ puts, entries }));
    const documents = await store.get(
      company,
      puts.map(({ ref }) => ref),
    );
    same(
      documents.map((document) => [document?.version, document?.body]),
      puts.map(({ version, body }) => [version, body]),
      'documents',
    );
    for (const [at, name] of names.entries()) {
      same(
        (await idsIn(store, rangeOf(name), company)).sort(),
        [name, name].sort(),
        `index ${shortOf(name)}`,
      );
      const only = { from: name, to: name.length < 512 ? `${name}!` : `${name.slice(0, 511)}~` };
      const found = await idsIn(store, rangeOf('keys', { ...only, limit: 1 }), company);
      same(found, [`${at}`], `key ${shortOf(name)}`);
      const checks = [{ ref: refOf(`${at}`, 'k'), version: long('z') }];
      same(
        (await store.commit(company, batchOf({ checks }))).status,
        'conflict',
        'a version with another last byte',
      );
    }
    same(await idsIn(store, rangeOf(long('i')), company), names, 'an index where all names are long');
    same(await sequenceAll(store, company), names.length, 'size of the log');
    for (const [at, subject] of names.entries()) {
      const found = await store.readEntries(company, ofSubject(subject));
      same(found, [{ ...entries[at], index: at }], `entries of ${shortOf(subject)}`);
    }
    const byId = await store.readEntries(company, { by: 'id', ids: names.toReversed() });
    same(idsOf(byId), names.toReversed(), 'entries by id');
    const other = long('u') as TenantId;
    same(await store.get(other, [refOf('!', '!')]), [null], 'a tenant with another last byte');
    same(await idsIn(store, rangeOf('keys'), other), [], 'its index');
  }),

  clause('ST-13', 'knows where one name ends and the next begins', async (store) => {
    const puts = JOINTS.flatMap((joint, at) => [
      putOf({ collection: `a${joint}b`, id: 'c' }, 'v1', [], `${at} left`),
      putOf({ collection: 'a', id: `b${joint}c` }, 'v1', [], `${at} right`),
    ]).filter(({ ref }, at, all) => all.findIndex((other) => sameRef(other.ref, ref)) === at);
    await store.commit(tenant, batchOf({ puts }));
    const documents = await store.get(
      tenant,
      puts.map(({ ref }) => ref),
    );
    same(
      documents.map((document) => document?.body ?? null),
      puts.map(({ body }) => body),
      'collections and ids that read the same in one piece',
    );
    const keys = JOINTS.map((joint, at) =>
      putOf(refOf(`${at}`, 'k'), 'v1', [
        [`i${joint}j`, 'k'],
        ['i', `j${joint}k`],
      ]),
    );
    await store.commit(tenant, batchOf({ puts: keys }));
    for (const [at, joint] of JOINTS.entries()) {
      same(
        await idsIn(store, rangeOf(`i${joint}j`)),
        [`${at}`],
        `an index whose name holds ${JSON.stringify(joint)}`,
      );
      const key = `j${joint}k`;
      same(await idsIn(store, rangeOf('i', { from: key, to: `${key}!` })), [`${at}`], `the key ${key}`);
    }
  }),
];

const sameRef = (left: DocumentRef, right: DocumentRef): boolean =>
  left.collection === right.collection && left.id === right.id;

const shortOf = (name: string): string => (name.length < 40 ? name : `${name.slice(0, 8)}…${name.slice(-1)}`);
