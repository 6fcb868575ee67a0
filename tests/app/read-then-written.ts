import type { CommitBatch, Store } from '../../src/ports/index.ts';

/** What is looked at before it is written, instead of while it is: how most counters are raced. */
export const PLANTED = ['bounds', 'checks'] as const;
export type Planted = (typeof PLANTED)[number];

/** A store with a bug: it reads the counters or the versions of a commit first, and then writes whatever they are by now. */
export function readThenWritten(store: Store, planted: Planted | null): Store {
  if (planted === null) return store;
  return {
    ...store,
    async commit(tenant, batch) {
      const { adds, checks } = batch;
      if (planted === 'bounds') {
        const found = await store.get(
          tenant,
          adds.map(({ ref }) => ref),
        );
        const over = adds.filter(
          ({ atMost, by }, at) => atMost !== null && Number(found[at]?.body ?? 0) + by > atMost,
        );
        if (over.length > 0) return { status: 'bound', refs: over.map(({ ref }) => ref) };
        return store.commit(tenant, { ...batch, adds: adds.map((add) => ({ ...add, atMost: null })) });
      }
      const found = await store.get(
        tenant,
        checks.map(({ ref }) => ref),
      );
      const stale = checks.filter(({ version }, at) => (found[at]?.version ?? null) !== version);
      if (stale.length > 0) return { status: 'conflict', refs: stale.map(({ ref }) => ref) };
      return store.commit(tenant, { ...batch, checks: [] } satisfies CommitBatch);
    },
  };
}
