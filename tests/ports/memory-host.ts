import { AsyncLocalStorage } from 'node:async_hooks';
import { memoryStore } from '../../src/adapters/memory/index.ts';
import type {
  CommitBatch,
  CommitOutcome,
  DocumentRef,
  HostStore,
  HostTransaction,
  Store,
} from '../../src/ports/index.ts';
import type { HostStoreHarness } from '../../src/testing/index.ts';

type Step = (store: Store) => Promise<unknown>;

/** A transaction of the host's in memory: what it would do, and which documents it holds. */
export interface MemoryTransaction extends HostTransaction<'memory'> {
  readonly steps: Step[];
  readonly held: Set<string>;
}

/** A database in memory with transactions, and a store in it that joins them. */
export interface MemoryHost {
  readonly store: HostStore;
  /** Transactions that are open. */
  readonly open: Set<MemoryTransaction>;
  /** What was done so far, and what this transaction would add. */
  view(transaction: MemoryTransaction): Promise<Store>;
  transaction<Answer>(work: (transaction: HostTransaction) => Promise<Answer>): Promise<Answer>;
}

interface Scope {
  readonly store: Store;
  over: boolean;
}

/** Keeps all that was done, so that a transaction's view is that done once more, with its own part behind it. */
function memoryHost(): MemoryHost {
  const database = memoryStore();
  const done: Step[] = [];
  const open = new Set<MemoryTransaction>();
  const scopes = new AsyncLocalStorage<Scope>();

  const view = async ({ steps }: MemoryTransaction): Promise<Store> => {
    const seen = memoryStore();
    for (const step of [...done, ...steps]) await step(seen);
    return seen;
  };
  const heldByOthers = (batch: CommitBatch, own: MemoryTransaction | null): DocumentRef[] =>
    refsOf(batch).filter((ref) => [...open].some((each) => each !== own && each.held.has(placeOf(ref))));

  const joinedStore = (transaction: MemoryTransaction, isOver: () => boolean): Store => ({
    specificationVersion: 'v1',
    capabilities: store.capabilities,
    async commit(tenant, batch): Promise<CommitOutcome> {
      if (isOver() || !open.has(transaction)) throw new Error('the work is over');
      const refs = heldByOthers(batch, transaction);
      if (refs.length > 0) return { status: 'conflict', refs };
      const outcome = await (await view(transaction)).commit(tenant, batch);
      if (outcome.status !== 'committed' || outcome.repeated) return outcome;
      transaction.steps.push((at) => at.commit(tenant, batch));
      for (const ref of refsOf(batch)) transaction.held.add(placeOf(ref));
      return outcome;
    },
    get: async (tenant, refs) => (await view(transaction)).get(tenant, refs),
    find: async (tenant, query) => (await view(transaction)).find(tenant, query),
    readEntries: async (tenant, query) => (await view(transaction)).readEntries(tenant, query),
    sequence: (tenant, request) => store.sequence(tenant, request),
  });

  const store: HostStore = {
    ...database,
    capabilities: { durable: false, multiProcess: false, within: true },
    async commit(tenant, batch) {
      const refs = heldByOthers(batch, null);
      if (refs.length > 0) return { status: 'conflict', refs };
      done.push((at) => at.commit(tenant, batch).catch(() => undefined));
      return database.commit(tenant, batch);
    },
    async sequence(tenant, request) {
      done.push((at) => at.sequence(tenant, request));
      return database.sequence(tenant, request);
    },
    async within(transaction, work) {
      if (!open.has(transaction as MemoryTransaction)) throw new Error('no transaction of this database');
      const joined = joinedStore(transaction as MemoryTransaction, () => scope.over);
      const scope: Scope = { over: false, store: joined };
      try {
        return await scopes.run(scope, work);
      } finally {
        scope.over = true;
      }
    },
    joined() {
      const scope = scopes.getStore();
      return scope === undefined || scope.over ? null : scope.store;
    },
  };

  return {
    store,
    open,
    view,
    async transaction(work) {
      const begun: MemoryTransaction = {
        dialect: 'memory',
        execute: async () => [],
        steps: [],
        held: new Set(),
      };
      open.add(begun);
      try {
        const answer = await work(begun);
        for (const step of begun.steps) await step(database);
        done.push(...begun.steps);
        return answer;
      } finally {
        open.delete(begun);
      }
    },
  };
}

/** A harness over a database in memory, or over what `wrap` makes of its store. */
export function memoryHostHarness(
  wrap: (host: MemoryHost) => Partial<HostStore> = () => ({}),
): () => Promise<HostStoreHarness> {
  return async () => {
    const host = memoryHost();
    const ended: MemoryTransaction[] = [];
    await host.transaction(async (transaction) => void ended.push(transaction as MemoryTransaction));
    return {
      store: { ...host.store, ...wrap(host) },
      transaction: (work) => host.transaction(work),
      strangers: { 'one that has ended': ended[0] as MemoryTransaction },
      close: async () => undefined,
    };
  };
}

function refsOf({ checks, adds, puts, deletes }: CommitBatch): DocumentRef[] {
  return [...[...checks, ...adds, ...puts].map(({ ref }) => ref), ...deletes];
}

function placeOf({ collection, id }: DocumentRef): string {
  return `${collection}\0${id}`;
}
