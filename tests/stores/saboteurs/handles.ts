import { memoryStore } from '../../../src/adapters/memory/index.ts';
import type { IndexHit, Store, StoredDocument, StoredEntry } from '../../../src/ports/index.ts';
import { type KeyValueParts, keyValueStore } from './key-value-store.ts';
import {
  failedChecks,
  mutex,
  nameOf,
  type Opener,
  overKeys,
  type Saboteur,
  saboteur,
  type Tenant,
  turn,
  wrapping,
} from './saboteur.ts';

type Keys = ReturnType<KeyValueParts['keysBefore']>;
type Log = ReturnType<KeyValueParts['log']>;

/** Answers from a memory of the handle, which its own writes empty. */
function remembering<Method extends 'find' | 'readEntries'>(method: Method): Opener {
  return wrapping((inner) => {
    const cache = new Map<string, unknown>();
    const emptied =
      <Input extends unknown[], Answer>(work: (...input: Input) => Answer) =>
      (...input: Input): Answer => {
        cache.clear();
        return work(...input);
      };
    return {
      commit: emptied(inner.commit),
      sequence: async (tenant, request) => {
        if (request.limit > 0) cache.clear();
        return inner.sequence(tenant, request);
      },
      async [method](tenant: Tenant, query: never) {
        const name = JSON.stringify([tenant, query]);
        const answer = cache.get(name) ?? (await inner[method](tenant, query));
        cache.set(name, answer);
        return answer as readonly (readonly IndexHit[])[] & readonly StoredEntry[];
      },
    };
  });
}

/** What was done, and a way to do it again in another process. */
type Record = (store: Store) => Promise<unknown>;

/** Keeps a journal, and replays it when it is opened: as `replay` leaves it. */
function journal(
  replay: (
    batch: Parameters<Store['commit']>[1],
    tenant: Tenant,
    at: number,
  ) => Parameters<Store['commit']>[1] | null,
): Opener {
  return () => {
    const lines: { readonly tenant: Tenant; readonly record: Record }[] = [];
    return () => {
      const own = memoryStore();
      let ready: Promise<unknown> = Promise.resolve();
      for (const { record } of [...lines]) ready = ready.then(() => record(own).catch(() => null));
      const after =
        <Input extends unknown[], Answer>(work: (...input: Input) => Promise<Answer>) =>
        async (...input: Input): Promise<Answer> => {
          await ready;
          return work(...input);
        };
      return {
        ...own,
        get: after(own.get),
        find: after(own.find),
        readEntries: after(own.readEntries),
        sequence: after(async (tenant, request) => {
          const outcome = await own.sequence(tenant, request);
          lines.push({
            tenant,
            record: async (store) => {
              const { size } = await store.sequence(tenant, { size: 0, limit: 0 });
              await store.sequence(tenant, { size, limit: request.limit });
            },
          });
          return outcome;
        }),
        commit: after(async (tenant, batch) => {
          const outcome = await own.commit(tenant, batch);
          if (outcome.status !== 'committed' || outcome.repeated) return outcome;
          const kept = replay(structuredClone(batch), tenant, lines.length);
          if (kept !== null)
            lines.push({ tenant, record: (store) => store.commit(tenant, { ...kept, checks: [] }) });
          return outcome;
        }),
      };
    };
  };
}

/** Stores that are right alone and wrong together. */
export const saboteursOfHandles: readonly Saboteur[] = [
  saboteur(
    'ST-100',
    'reads from a cache of its own process',
    wrapping((inner) => {
      const cache = new Map<string, readonly (StoredDocument | null)[]>();
      return {
        commit(tenant, batch) {
          cache.clear();
          return inner.commit(tenant, batch);
        },
        async get(tenant, refs) {
          const name = JSON.stringify([tenant, refs]);
          const documents = cache.get(name) ?? (await inner.get(tenant, refs));
          cache.set(name, documents);
          return documents;
        },
      };
    }),
  ),
  saboteur('ST-101', 'counts in its own process', () => {
    const shared = memoryStore();
    return () => {
      const own = memoryStore();
      return {
        ...shared,
        commit: (tenant, batch) => (batch.adds.length > 0 ? own : shared).commit(tenant, batch),
      };
    };
  }),
  saboteur('ST-102', 'checks in its own process', () => {
    const shared = memoryStore();
    return () => {
      const own = memoryStore();
      return {
        ...shared,
        commit: async (tenant, batch) => {
          const outcome = await own.commit(tenant, batch);
          return outcome.status === 'committed' ? shared.commit(tenant, { ...batch, checks: [] }) : outcome;
        },
      };
    };
  }),
  saboteur(
    'ST-102',
    'locks in its own process',
    wrapping((inner) => {
      const lock = mutex();
      return {
        commit: (tenant, batch) =>
          lock(async () => {
            const refs = await failedChecks(inner, tenant, batch);
            if (refs.length > 0) return { status: 'conflict', refs };
            await turn();
            return inner.commit(tenant, { ...batch, checks: [] });
          }),
      };
    }),
  ),
  saboteur('ST-104', 'sequences in its own process', () => {
    const shared = memoryStore();
    return () => {
      const own = memoryStore();
      return {
        ...shared,
        commit: async (tenant, batch) => {
          await own.commit(tenant, batch);
          return shared.commit(tenant, batch);
        },
        sequence: own.sequence,
      };
    };
  }),
  saboteur(
    'ST-104',
    'remembers the next number of a log',
    overKeys({
      log: (row, memory, tenant) =>
        (memory.get(`log ${tenant}`) as Log | undefined) ?? row ?? { size: 0, next: 0 },
    }),
  ),
  saboteur('ST-105', 'remembers pages of an index', remembering('find')),
  saboteur('ST-105', 'remembers entries', remembering('readEntries')),
  saboteur(
    'ST-105',
    'remembers absence',
    wrapping((inner) => {
      const absent = new Set<string>();
      return {
        commit(tenant, batch) {
          absent.clear();
          return inner.commit(tenant, batch);
        },
        get: async (tenant, refs) =>
          (await inner.get(tenant, refs)).map((document, at) => {
            const name = `${tenant} ${nameOf(refs[at] as StoredDocument['ref'])}`;
            if (absent.has(name)) return null;
            if (document === null) absent.add(name);
            return document;
          }),
      };
    }),
  ),
  saboteur(
    'ST-105',
    'remembers the size of the log',
    wrapping((inner) => {
      const sizes = new Map<string, number>();
      return {
        async sequence(tenant, { size, limit }) {
          const known = sizes.get(tenant);
          if (limit === 0 && known !== undefined)
            return known === size
              ? { status: 'sequenced', size, count: 0 }
              : { status: 'conflict', size: known };
          const outcome = await inner.sequence(tenant, { size, limit });
          sizes.set(tenant, outcome.size);
          return outcome;
        },
      };
    }),
  ),
  saboteur(
    'ST-121',
    'writes through a cache of documents',
    wrapping((inner) => {
      const cache = new Map<string, StoredDocument>();
      return {
        commit(tenant, batch) {
          const written = [...[...batch.puts, ...batch.adds].map(({ ref }) => ref), ...batch.deletes];
          for (const ref of written) cache.delete(`${tenant} ${nameOf(ref)}`);
          return inner.commit(tenant, batch);
        },
        get: async (tenant, refs) =>
          (await inner.get(tenant, refs)).map((document) => {
            if (document === null) return null;
            const name = `${tenant} ${nameOf(document.ref)}`;
            const known = cache.get(name) ?? document;
            cache.set(name, known);
            return known;
          }),
      };
    }),
  ),
  saboteur(
    'ST-106',
    'remembers which keys a document had',
    overKeys({
      keysBefore: (row, memory, name) => (memory.get(name) as Keys | undefined) ?? row?.keys ?? [],
    }),
  ),
];

/** Stores that do not last, or go on wrongly. */
export const saboteursOfRestarts: readonly Saboteur[] = [
  saboteur(
    'ST-122',
    'loses every seventieth record of its journal',
    journal((batch, _, at) => (at % 70 === 69 ? null : batch)),
  ),
  saboteur('ST-110', 'claims to be durable and forgets', () => () => memoryStore()),
  saboteur(
    'ST-110',
    'forgets what was sequenced',
    journal((batch) =>
      batch.entries.length > 0 ? { ...batch, entries: batch.entries.toReversed() } : batch,
    ),
  ),
  saboteur(
    'ST-110',
    'forgets subjects',
    journal((batch) => ({ ...batch, entries: batch.entries.map((entry) => ({ ...entry, subjects: [] })) })),
  ),
  saboteur(
    'ST-110',
    'forgets keys',
    journal((batch) => ({ ...batch, puts: batch.puts.map((put) => ({ ...put, keys: [] })) })),
  ),
  saboteur(
    'ST-110',
    'forgets counters',
    journal((batch) => ({ ...batch, adds: [] })),
  ),
  saboteur(
    'ST-111',
    'keeps what was deleted',
    journal((batch) => ({ ...batch, deletes: [] })),
  ),
  saboteur(
    'ST-111',
    'adds twice',
    journal((batch) => ({
      ...batch,
      adds: batch.adds.flatMap((add) => [add, add]).map((add) => ({ ...add, atMost: null })),
    })),
  ),
  saboteur(
    'ST-111',
    'gives numbers of staged entries again',
    overKeys({
      log: (row, memory, tenant) =>
        row === null || memory.has(`log ${tenant}`)
          ? (row ?? { size: 0, next: 0 })
          : { size: row.size, next: row.size },
    }),
  ),
  saboteur(
    'ST-111',
    'takes all entries for sequenced',
    overKeys({
      log: (row, memory, tenant) =>
        row === null || memory.has(`log ${tenant}`)
          ? (row ?? { size: 0, next: 0 })
          : { size: row.next, next: row.next },
    }),
  ),
  saboteur(
    'ST-111',
    'knows no keys of older documents',
    overKeys({ keysBefore: (_, memory, name) => (memory.get(name) as Keys | undefined) ?? [] }),
  ),
  saboteur('ST-111', 'orders staged entries by id after a restart', () => {
    const disk = memoryStore();
    let handles = 0;
    return () => {
      handles += 1;
      const isFirst = handles === 1;
      return {
        ...disk,
        readEntries: async (tenant, query) => {
          const entries = await disk.readEntries(tenant, query);
          if (isFirst || query.by !== 'staged') return entries;
          return entries.toSorted((left, right) => (left.id < right.id ? -1 : 1));
        },
      };
    };
  }),
  saboteur('ST-112', 'keeps the last commit in a buffer', () => {
    const disk = new Map<string, string>();
    return () => {
      const buffer = new Map(disk);
      const store = keyValueStore(buffer);
      return {
        ...store,
        commit: async (tenant, batch) => {
          // What was there before is safe; what comes now waits for the next one.
          for (const [key, value] of buffer) disk.set(key, value);
          for (const key of disk.keys()) if (!buffer.has(key)) disk.delete(key);
          return store.commit(tenant, batch);
        },
      };
    };
  }),
  saboteur(
    'ST-113',
    'drops documents without a body',
    journal((batch) => ({ ...batch, puts: batch.puts.filter(({ body }) => body !== '') })),
  ),
  saboteur(
    'ST-113',
    'drops batches that only count',
    journal((batch) => (batch.puts.length + batch.entries.length === 0 ? null : batch)),
  ),
  saboteur(
    'ST-113',
    'forgets codes of documents',
    journal((batch) => ({ ...batch, puts: batch.puts.map((put) => ({ ...put, mac: '' })) })),
  ),
  saboteur(
    'ST-113',
    'forgets codes of entries',
    journal((batch) => ({ ...batch, entries: batch.entries.map((entry) => ({ ...entry, mac: '' })) })),
  ),
  saboteur(
    'ST-113',
    'forgets keys but the first',
    journal((batch) => ({
      ...batch,
      puts: batch.puts.map((put) => ({ ...put, keys: put.keys.slice(0, 1) })),
    })),
  ),
  saboteur(
    'ST-113',
    'writes texts in Latin-1',
    journal((batch) => ({
      ...batch,
      puts: batch.puts.map((put) => ({ ...put, body: Buffer.from(put.body, 'latin1').toString('latin1') })),
    })),
  ),
  saboteur(
    'ST-113',
    'breaks records at line ends',
    journal((batch) => ({
      ...batch,
      entries: batch.entries.map((entry) => ({ ...entry, leaf: entry.leaf.split(/[\n\u2028]/)[0] ?? '' })),
    })),
  ),
  saboteur(
    'ST-113',
    'keeps one tenant',
    journal((batch, tenant) => (tenant === 'acme' ? batch : null)),
  ),
];
