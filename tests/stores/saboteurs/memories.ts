import type { CommitBatch, IndexHit, StoredDocument, StoredEntry } from '../../../src/ports/index.ts';
import { nameOf, type Saboteur, saboteur, type Tenant, turn, wrapping } from './saboteur.ts';

type Documents = readonly (StoredDocument | null)[];

/** A cache of documents, emptied of what `forgotten` names of each commit. */
function caching(forgotten: (batch: CommitBatch) => CommitBatch['deletes'], absent: 'absence' | 'documents') {
  return wrapping((inner) => {
    const cache = new Map<string, StoredDocument | null>();
    return {
      async commit(tenant, batch) {
        const outcome = await inner.commit(tenant, batch);
        if (outcome.status === 'committed')
          for (const ref of forgotten(batch)) cache.delete(`${tenant} ${nameOf(ref)}`);
        return outcome;
      },
      async get(tenant, refs) {
        const documents = await inner.get(tenant, refs);
        return documents.map((document, at) => {
          const name = `${tenant} ${nameOf(refs[at] as CommitBatch['deletes'][number])}`;
          const known = cache.get(name);
          if (known !== undefined) return known;
          if ((document === null) === (absent === 'absence')) cache.set(name, document);
          return document;
        });
      },
    };
  });
}

const puts = (batch: CommitBatch): CommitBatch['deletes'] => batch.puts.map(({ ref }) => ref);
const writes = (batch: CommitBatch): CommitBatch['deletes'] => [
  ...batch.deletes,
  ...[...batch.puts, ...batch.adds].map(({ ref }) => ref),
];

/** Stores that answer from memory, or keep what is not theirs. */
export const saboteursOfMemories: readonly Saboteur[] = [
  saboteur(
    'ST-60',
    'leaves absent documents out',
    wrapping((inner) => ({
      get: async (tenant, refs) => (await inner.get(tenant, refs)).filter((document) => document !== null),
    })),
  ),
  saboteur(
    'ST-60',
    'answers the same reference once',
    wrapping((inner) => ({ get: async (tenant, refs) => [...new Set(await inner.get(tenant, refs))] })),
  ),
  saboteur(
    'ST-60',
    'answers documents in the order of their ids',
    wrapping((inner) => ({
      get: async (tenant, refs) =>
        (await inner.get(tenant, refs)).toSorted((left, right) =>
          (left?.ref.id ?? '~') < (right?.ref.id ?? '~') ? -1 : 1,
        ),
    })),
  ),
  saboteur(
    'ST-61',
    'gives its own objects away',
    wrapping((inner) => {
      const cache = new Map<string, Documents>();
      return {
        commit(tenant, batch) {
          cache.clear();
          return inner.commit(tenant, batch);
        },
        async get(tenant, refs) {
          const name = JSON.stringify([tenant, refs]);
          const known = cache.get(name) ?? structuredClone(await inner.get(tenant, refs));
          cache.set(name, known);
          return known;
        },
      };
    }),
  ),
  saboteur(
    'ST-61',
    'keeps the documents of its callers',
    wrapping((inner) => {
      const kept = new Map<string, CommitBatch['puts'][number]>();
      return {
        async commit(tenant, batch) {
          const outcome = await inner.commit(tenant, batch);
          if (outcome.status !== 'committed' || outcome.repeated) return outcome;
          for (const ref of writes(batch)) kept.delete(`${tenant} ${nameOf(ref)}`);
          for (const put of batch.puts) kept.set(`${tenant} ${nameOf(put.ref)}`, put);
          return outcome;
        },
        get: async (tenant, refs) =>
          (await inner.get(tenant, refs)).map((document) => {
            const put = document === null ? undefined : kept.get(`${tenant} ${nameOf(document.ref)}`);
            if (document === null || put === undefined) return document;
            return { ref: document.ref, version: put.version, body: put.body, mac: put.mac };
          }),
      };
    }),
  ),
  saboteur(
    'ST-61',
    'keeps the entries of its callers',
    wrapping((inner) => {
      const kept = new Map<string, CommitBatch['entries'][number]>();
      return {
        async commit(tenant, batch) {
          const outcome = await inner.commit(tenant, batch);
          if (outcome.status === 'committed' && !outcome.repeated)
            for (const entry of batch.entries) kept.set(`${tenant} ${entry.id}`, entry);
          return outcome;
        },
        readEntries: async (tenant, query) =>
          (await inner.readEntries(tenant, query)).map((entry) => ({
            ...entry,
            leaf: kept.get(`${tenant} ${entry.id}`)?.leaf ?? entry.leaf,
          })),
      };
    }),
  ),
  saboteur('ST-64', 'remembers documents until they are written', caching(puts, 'documents')),
  saboteur('ST-64', 'remembers absence until something is written', caching(puts, 'absence')),
  saboteur(
    'ST-64',
    'remembers counters until they are deleted',
    caching(({ deletes, puts: all }) => [...deletes, ...all.map(({ ref }) => ref)], 'documents'),
  ),
  saboteur(
    'ST-64',
    'remembers a document before its commit went through',
    wrapping((inner) => {
      const cache = new Map<string, StoredDocument>();
      return {
        commit(tenant, batch) {
          for (const ref of writes(batch)) cache.delete(`${tenant} ${nameOf(ref)}`);
          for (const { keys: _, ...document } of batch.puts)
            cache.set(`${tenant} ${nameOf(document.ref)}`, document);
          return inner.commit(tenant, batch);
        },
        get: async (tenant, refs) =>
          (await inner.get(tenant, refs)).map(
            (document, at) => cache.get(`${tenant} ${nameOf(refs[at] as StoredDocument['ref'])}`) ?? document,
          ),
      };
    }),
  ),
  saboteur(
    'ST-64',
    'remembers pages of an index until keys are written',
    wrapping((inner) => {
      const pages = new Map<string, readonly (readonly IndexHit[])[]>();
      return {
        async commit(tenant, batch) {
          const outcome = await inner.commit(tenant, batch);
          if (batch.puts.some(({ keys }) => keys.length > 0)) pages.clear();
          return outcome;
        },
        async find(tenant, query) {
          const name = JSON.stringify([tenant, query]);
          const found = pages.get(name) ?? structuredClone(await inner.find(tenant, query));
          pages.set(name, found);
          return structuredClone(found);
        },
      };
    }),
  ),
  saboteur(
    'ST-10',
    'remembers documents without their tenant',
    wrapping((inner) => {
      const cache = new Map<string, StoredDocument>();
      return {
        commit(tenant, batch) {
          cache.clear();
          return inner.commit(tenant, batch);
        },
        get: async (tenant, refs) =>
          (await inner.get(tenant, refs)).map((document, at) => {
            const name = nameOf(refs[at] as StoredDocument['ref']);
            const known = cache.get(name) ?? document;
            if (known !== null) cache.set(name, known);
            return known;
          }),
      };
    }),
  ),
  saboteur(
    'ST-65',
    'remembers that an entry was staged',
    wrapping((inner) => {
      const cache = new Map<string, StoredEntry>();
      return {
        readEntries: async (tenant, query) =>
          (await inner.readEntries(tenant, query)).map((entry) => {
            const known = cache.get(`${tenant} ${entry.id}`) ?? entry;
            if (query.by === 'id') cache.set(`${tenant} ${entry.id}`, known);
            return query.by === 'id' ? known : entry;
          }),
      };
    }),
  ),
  saboteur(
    'ST-65',
    'remembers staged entries until it sequences',
    wrapping((inner) => {
      const staged = new Map<string, readonly StoredEntry[]>();
      return {
        async sequence(tenant, request) {
          staged.delete(tenant);
          return inner.sequence(tenant, request);
        },
        async readEntries(tenant, query) {
          if (query.by !== 'staged') return inner.readEntries(tenant, query);
          const known = staged.get(tenant) ?? (await inner.readEntries(tenant, query));
          staged.set(tenant, known);
          return known;
        },
      };
    }),
  ),
  saboteur(
    'ST-20',
    'reads from a copy that is one commit behind',
    wrapping((inner) => {
      const replica = new Map<Tenant, Documents>();
      return {
        async get(tenant, refs) {
          const documents = await inner.get(tenant, refs);
          const behind = replica.get(tenant) ?? refs.map(() => null);
          replica.set(tenant, documents);
          return behind.length === documents.length ? behind : documents;
        },
      };
    }),
  ),
  saboteur(
    'ST-20',
    'brings its index up to date after the answer',
    wrapping((inner) => {
      let behind: Promise<void> | null = null;
      return {
        async commit(tenant, batch) {
          const outcome = await inner.commit(tenant, batch);
          behind = turn().then(() => {
            behind = null;
          });
          return outcome;
        },
        find: async (tenant, query) =>
          behind === null ? inner.find(tenant, query) : query.ranges.map((): readonly IndexHit[] => []),
      };
    }),
  ),
];
