import { memoryStore } from '../../../src/adapters/memory/index.ts';
import type { TenantStore } from '../../../src/ports/index.ts';
import { batchOf } from '../../../src/testing/store-harness.ts';
import { type Saboteur, saboteur, type Tenant } from './saboteur.ts';

/** Handles on one sound store in memory that get a tenant as a whole wrong. */
function wholly(
  caughtBy: string,
  name: string,
  sabotage: (inner: TenantStore) => Partial<TenantStore>,
): Saboteur {
  return saboteur(caughtBy, name, () => {
    const shared = memoryStore();
    return () => ({ ...shared, ...sabotage(shared) });
  });
}

/** Stores that get a tenant as a whole wrong. */
export const saboteursOfWholeTenants: readonly Saboteur[] = [
  wholly('ST-130', 'counts what was deleted, too', (inner) => {
    const seen = new Map<string, Set<string>>();
    return {
      async commit(tenant, batch) {
        for (const { ref } of [...batch.puts, ...batch.adds]) {
          const name = `${tenant} ${ref.collection}`;
          seen.set(name, (seen.get(name) ?? new Set()).add(ref.id));
        }
        return inner.commit(tenant, batch);
      },
      async measure(tenant) {
        const documents = [...seen]
          .filter(([name]) => name.startsWith(`${tenant} `))
          .map(([name, ids]) => ({
            collection: name.slice(tenant.length + 1),
            count: ids.size,
            bytes: null,
          }));
        return { ...(await inner.measure(tenant)), documents };
      },
    };
  }),
  wholly('ST-131', 'remembers ids of entries that were purged', (inner) => {
    const known = new Set<string>();
    return {
      async commit(tenant, batch) {
        const name = JSON.stringify([tenant, batch.entries]);
        const repeated = batch.entries.length > 0 && known.has(name);
        if (repeated) return { status: 'committed', repeated: true, totals: [] };
        known.add(name);
        return inner.commit(tenant, batch);
      },
    };
  }),
  wholly('ST-131', 'keeps the entries of a purged tenant', (inner) => ({
    async purge(tenant, request) {
      const entries = await inner.readEntries(tenant, { by: 'index', from: 0, limit: 1000 });
      const outcome = await inner.purge(tenant, request);
      for (const { index: _, ...entry } of outcome.status === 'purged' ? entries : [])
        await inner.commit(tenant, batchOf({ entries: [entry] }));
      return outcome;
    },
  })),
  wholly('ST-132', 'purges without looking at the checks', (inner) => ({
    purge: (tenant, request) => inner.purge(tenant, { ...request, checks: [] }),
  })),
  wholly('ST-133', 'lets the log go first', (inner) => {
    const gone = new Set<Tenant>();
    return {
      async readEntries(tenant, query) {
        return gone.has(tenant) ? [] : inner.readEntries(tenant, query);
      },
      async purge(tenant, request) {
        if (gone.has(tenant)) return inner.purge(tenant, request);
        gone.add(tenant);
        return { status: 'purged', more: true };
      },
    };
  }),
  wholly('ST-134', 'purges whoever has a name that begins alike', (inner) => ({
    async purge(tenant, request) {
      await inner.purge(`${tenant}2` as Tenant, { checks: [], limit: 1000 });
      return inner.purge(tenant, request);
    },
  })),
  wholly('ST-135', 'purges in its own process', (inner) => {
    const gone = new Set<Tenant>();
    const own = memoryStore();
    const of = (tenant: Tenant): TenantStore => (gone.has(tenant) ? own : inner);
    return {
      commit: (tenant, batch) => of(tenant).commit(tenant, batch),
      get: (tenant, refs) => of(tenant).get(tenant, refs),
      find: (tenant, query) => of(tenant).find(tenant, query),
      sequence: (tenant, request) => of(tenant).sequence(tenant, request),
      readEntries: (tenant, query) => of(tenant).readEntries(tenant, query),
      async purge(tenant) {
        gone.add(tenant);
        return { status: 'purged', more: false };
      },
    };
  }),
  wholly('ST-136', 'checks first and purges later', (inner) => ({
    async purge(tenant, request) {
      const found = await inner.get(
        tenant,
        request.checks.map(({ ref }) => ref),
      );
      const refs = request.checks.filter(({ version }, at) => (found[at]?.version ?? null) !== version);
      if (refs.length > 0) return { status: 'conflict', refs: refs.map(({ ref }) => ref) };
      await new Promise((resolve) => setImmediate(resolve));
      return inner.purge(tenant, { ...request, checks: [] });
    },
  })),
];
