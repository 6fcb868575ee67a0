import { batchFault, GamekeeperError } from '../../kernel/index.ts';
import type { CommitBatch, IndexRange, TenantStore } from '../../ports/index.ts';
import { applyBatch, applySequence } from './apply-batch.ts';
import { isBusy, storeFailed } from './errors.ts';
import { groupCommit } from './group-commit.ts';
import { openDatabase, type Synchronous } from './open-database.ts';
import { inTransaction, readDocuments, readEntries, readRange } from './read.ts';
import { rowCache } from './row-cache.ts';
import { prepareStatements } from './statements.ts';
import { measureTenant, purgeTenant } from './whole-tenants.ts';

/** A store on a file, and the way to let go of it. */
export interface SqliteStore extends TenantStore {
  /** Closes the file. Commits that still wait are rejected with `ERR_CLOSED`; nothing of them was written. */
  close(): void;
}

/** How the store behaves. */
export interface SqliteStoreOptions {
  /** How long a call may wait while other processes hold the file, in milliseconds. 10,000 by default. */
  readonly lockWaitMs?: number;
}

/**
 * A store in one SQLite file on a local disk, by `node:sqlite`. Several processes may use it at once.
 *
 * Writes go through a WAL that is flushed at each commit (`synchronous=FULL`); calls that come in together
 * share a transaction. While the disk is flushed the thread waits, as everything in `node:sqlite` does.
 *
 * @throws {GamekeeperError} `ERR_STORE_FAILED` when the file cannot be used safely; the message names the cure.
 */
export function sqliteStore(path: string, { lockWaitMs = 10_000 }: SqliteStoreOptions = {}): SqliteStore {
  return sqliteStoreAt(path, lockWaitMs, 'FULL');
}

/** The same with a chosen durability. Not public: only the power-loss tests lower it, to see the loss. */
export function sqliteStoreAt(path: string, lockWaitMs: number, synchronous: Synchronous): SqliteStore {
  const database = openDatabase(path, synchronous);
  const statements = prepareStatements(database);
  const cache = rowCache(statements);
  const writes = groupCommit(statements, cache, lockWaitMs);
  let closed = false;

  /** Runs a call, and again later while other processes keep it from looking, or from writing. */
  async function patiently<Answer>(work: () => Answer, what = 'cannot read'): Promise<Answer> {
    const until = performance.now() + lockWaitMs;
    for (;;) {
      if (closed) throw new GamekeeperError('ERR_CLOSED', 'the store was closed');
      try {
        return work();
      } catch (error) {
        if (!isBusy(error) || performance.now() > until) throw storeFailed(what, error);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    }
  }

  return {
    specificationVersion: 'v1',
    capabilities: Object.freeze({ durable: true, multiProcess: true, wholeTenants: true }),

    async commit(tenant, batch) {
      if (closed) throw new GamekeeperError('ERR_CLOSED', 'the store was closed');
      const fault = batchFault(tenant, batch);
      if (fault !== undefined) throw fault;
      return writes.submit({ weight: weightOf(batch), decide: (set) => applyBatch(set, tenant, batch) });
    },

    get: (tenant, refs) =>
      patiently(() => {
        requireWhole(tenant);
        for (const { collection, id } of refs) requireWhole(collection, id);
        return readDocuments(statements, cache, tenant, refs);
      }),

    find: (tenant, { ranges, want }) =>
      patiently(() => {
        requireWhole(tenant, ...ranges.flatMap(textsOfRange));
        return inTransaction(statements, () =>
          ranges.map((range) => readRange(statements, tenant, range, want === 'documents')),
        );
      }),

    async sequence(tenant, request) {
      if (closed) throw new GamekeeperError('ERR_CLOSED', 'the store was closed');
      if (request.limit > 0) {
        return writes.submit({ weight: 1, decide: (set) => applySequence(set, tenant, request) });
      }
      return patiently(() => {
        const { size } = statements.readLog.get(tenant) as unknown as { readonly size: number };
        if (size !== request.size) return { status: 'conflict', size };
        return { status: 'sequenced', size, count: 0 };
      });
    },

    readEntries: (tenant, query) =>
      patiently(() => {
        requireWhole(
          tenant,
          ...(query.by === 'id' ? query.ids : query.by === 'subject' ? [query.subject] : []),
        );
        return inTransaction(statements, () => readEntries(statements, tenant, query));
      }),

    measure: (tenant) =>
      patiently(() => {
        requireWhole(tenant);
        return inTransaction(statements, () => measureTenant(database, tenant));
      }),

    purge: (tenant, request) =>
      patiently(() => {
        requireWhole(tenant, ...request.checks.flatMap(({ ref }) => [ref.collection, ref.id]));
        return writes.erase(() => purgeTenant(database, tenant, request));
      }, 'nothing was removed'),

    close() {
      if (closed) return;
      closed = true;
      writes.close();
      database.close();
    },
  };
}

/** Refuses a question with a NUL in it, which Node 22 would cut there and answer for another name. */
function requireWhole(...texts: readonly string[]): void {
  if (texts.some((text) => text.includes('\0'))) {
    throw new GamekeeperError('ERR_INVALID_INPUT', 'names hold no NUL');
  }
}

function textsOfRange({ index, from, to, after }: IndexRange): readonly string[] {
  const bounds = [index, from, to];
  return after === null ? bounds : [...bounds, after.key, after.ref.collection, after.ref.id];
}

function weightOf({ checks, adds, puts, deletes, entries }: CommitBatch): number {
  let weight = checks.length + adds.length + deletes.length + entries.length;
  for (const { keys } of puts) weight += 1 + keys.length;
  return weight;
}
