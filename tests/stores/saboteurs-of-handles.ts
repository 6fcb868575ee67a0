import { memoryStore } from '../../src/adapters/memory/index.ts';
import type { Store } from '../../src/ports/index.ts';
import type { Saboteur } from './saboteur.ts';

/** Stores that are right alone and wrong together, or that claim what they cannot do. */
export const saboteursOfHandles: readonly Saboteur[] = [
  {
    name: 'reads from a cache of its own process',
    caughtBy: 'ST-100',
    sabotage: (inner) => {
      const cache = new Map<string, Awaited<ReturnType<Store['get']>>>();
      return {
        ...inner,
        async commit(tenant, batch) {
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
    },
  },
  {
    name: 'counts in its own process',
    caughtBy: 'ST-101',
    sabotage: (inner) => {
      const own = memoryStore();
      return {
        ...inner,
        commit: (tenant, batch) => (batch.adds.length > 0 ? own : inner).commit(tenant, batch),
      };
    },
  },
  {
    name: 'checks in its own process',
    caughtBy: 'ST-102',
    sabotage: (inner) => {
      const own = memoryStore();
      return {
        ...inner,
        commit: async (tenant, batch) => {
          const outcome = await own.commit(tenant, batch);
          return outcome.status === 'committed' ? inner.commit(tenant, { ...batch, checks: [] }) : outcome;
        },
      };
    },
  },
  {
    name: 'knows only its own batches again',
    caughtBy: 'ST-103',
    sabotage: (inner) => {
      const own = memoryStore();
      return {
        ...inner,
        commit: async (tenant, batch) => {
          const outcome = await own.commit(tenant, batch);
          await inner.commit(tenant, { ...batch, entries: [] });
          return outcome;
        },
      };
    },
  },
  {
    name: 'sequences in its own process',
    caughtBy: 'ST-104',
    sabotage: (inner) => {
      const own = memoryStore();
      return {
        ...inner,
        commit: async (tenant, batch) => {
          await own.commit(tenant, batch);
          return inner.commit(tenant, batch);
        },
        sequence: own.sequence,
      };
    },
  },
  {
    name: 'claims to be durable and forgets',
    caughtBy: 'ST-110',
    sabotage: () => memoryStore(),
  },
];
