import type { HostStore, HostTransaction, Store } from '../../../src/ports/index.ts';
import type { HostStoreHarness } from '../../../src/testing/index.ts';
import { type MemoryHost, type MemoryTransaction, memoryHostHarness } from '../memory-host.ts';
import type { PortSaboteur } from './keys.ts';

/** A store whose view from inside is done wrong, in each work once. */
function joining(
  sabotage: (inner: Store, transaction: MemoryTransaction, host: MemoryHost) => Partial<Store>,
): () => Promise<HostStoreHarness> {
  return memoryHostHarness((host) => {
    const made = new WeakMap<Store, Store>();
    let current: HostTransaction | null = null;
    return {
      within(transaction, work) {
        return host.store.within(transaction, () => {
          const inner = host.store.joined() as Store;
          current = transaction;
          made.set(inner, { ...inner, ...sabotage(inner, current as MemoryTransaction, host) });
          return work();
        });
      },
      joined() {
        const inner = host.store.joined();
        return inner === null ? null : (made.get(inner) ?? inner);
      },
    };
  });
}

const around = (sabotage: (inner: HostStore, host: MemoryHost) => Partial<HostStore>) =>
  memoryHostHarness((host) => sabotage(host.store, host));

/** Stores that join too much, too little, or in another order. */
export const saboteursOfHostStores: readonly PortSaboteur<HostStoreHarness>[] = [
  [
    'HS-01',
    'joins whatever can run a statement, on its own connection',
    around((inner, { open }) => {
      let stray = false;
      return {
        async within(transaction, work) {
          if (open.has(transaction as MemoryTransaction)) return inner.within(transaction, work);
          if (typeof transaction?.execute !== 'function') throw new Error('no transaction');
          stray = true;
          return work().finally(() => {
            stray = false;
          });
        },
        joined: () => (stray ? inner : inner.joined()),
      };
    }),
  ],
  [
    'HS-01',
    'lets work within nothing go on without joining it',
    around((inner) => ({
      within: (transaction, work) => (transaction === undefined ? work() : inner.within(transaction, work)),
    })),
  ],
  [
    'HS-02',
    'answers nothing',
    around((inner) => ({
      within: (transaction, work) => inner.within(transaction, work).then(() => undefined as never),
    })),
  ],
  [
    'HS-02',
    'wraps what the work throws',
    around((inner) => ({
      within: (transaction, work) =>
        inner.within(transaction, work).catch((cause: unknown) => {
          throw new Error('the work failed', { cause });
        }),
    })),
  ],
  [
    'HS-02',
    'takes back what the work did when it throws',
    around((inner) => ({
      within: (transaction, work) =>
        inner.within(transaction, work).catch((error: unknown) => {
          (transaction as MemoryTransaction).steps.length = 0;
          throw error;
        }),
    })),
  ],
  [
    'HS-03',
    'keeps the work in a variable',
    around((inner) => {
      let current: Store | null = null;
      return {
        within: (transaction, work) =>
          inner.within(transaction, () => {
            current = inner.joined();
            return work().finally(() => {
              current = null;
            });
          }),
        joined: () => current,
      };
    }),
  ],
  [
    'HS-03',
    'makes a store anew for each call',
    around((inner) => ({
      joined() {
        const joined = inner.joined();
        return joined === null ? null : { ...joined };
      },
    })),
  ],
  [
    'HS-03',
    'lets what was kept join afterwards',
    joining((inner, { steps }) => ({
      commit: (tenant, batch) =>
        inner.commit(tenant, batch).catch(() => {
          steps.push((at) => at.commit(tenant, batch));
          return { status: 'committed', repeated: false, totals: [] };
        }),
    })),
  ],
  [
    'HS-04',
    'writes on its own connection',
    joining((_, __, { store }) => ({ commit: (tenant, batch) => store.commit(tenant, batch) })),
  ],
  [
    'HS-04',
    'forgets entries when the host commits',
    joining((inner) => ({ commit: (tenant, batch) => inner.commit(tenant, { ...batch, entries: [] }) })),
  ],
  [
    'HS-05',
    'reads documents on its own connection',
    joining((_, __, { store }) => ({ get: (tenant, refs) => store.get(tenant, refs) })),
  ],
  [
    'HS-05',
    'reads indexes on its own connection',
    joining((_, __, { store }) => ({ find: (tenant, query) => store.find(tenant, query) })),
  ],
  [
    'HS-05',
    'reads entries on its own connection',
    joining((_, __, { store }) => ({ readEntries: (tenant, query) => store.readEntries(tenant, query) })),
  ],
  [
    'HS-05',
    'shows everybody what a transaction has written',
    around((inner, { open, view }) => ({
      async get(tenant, refs) {
        const [any] = open;
        return any === undefined ? inner.get(tenant, refs) : (await view(any)).get(tenant, refs);
      },
    })),
  ],
  [
    'HS-06',
    'rolls everything back on a conflict',
    joining((inner, { steps }) => ({
      async commit(tenant, batch) {
        const outcome = await inner.commit(tenant, batch);
        if (outcome.status === 'conflict') steps.length = 0;
        return outcome;
      },
    })),
  ],
  [
    'HS-06',
    'cannot go on after an error',
    joining((inner) => {
      let failed: unknown = null;
      return {
        async commit(tenant, batch) {
          if (failed !== null) throw failed;
          return inner.commit(tenant, batch).catch((error: unknown) => {
            failed = error;
            throw error;
          });
        },
      };
    }),
  ],
  [
    'HS-07',
    'waits until a document is free',
    joining((inner) => ({
      async commit(tenant, batch) {
        for (;;) {
          const outcome = await inner.commit(tenant, batch);
          if (outcome.status !== 'conflict') return outcome;
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      },
    })),
  ],
  [
    'HS-07',
    'passes over what somebody else holds',
    joining((inner, transaction, { open }) => ({
      async commit(tenant, batch) {
        const others = [...open].filter((each) => each !== transaction);
        for (const each of others) open.delete(each);
        return inner.commit(tenant, batch).finally(() => {
          for (const each of others) open.add(each);
        });
      },
    })),
  ],
  [
    'HS-07',
    'holds everything as long as a transaction is open',
    joining((inner, transaction, { open }) => ({
      async commit(tenant, batch) {
        if (![...open].every((each) => each === transaction)) return { status: 'conflict', refs: [] };
        return inner.commit(tenant, batch);
      },
    })),
  ],
  [
    'HS-08',
    'stages entries before the host has committed',
    joining((inner, _, { store }) => ({
      async commit(tenant, batch) {
        const outcome = await inner.commit(tenant, { ...batch, entries: [] });
        const { entries } = batch;
        if (outcome.status === 'committed')
          await store.commit(tenant, { checks: [], adds: [], puts: [], deletes: [], entries });
        return outcome;
      },
    })),
  ],
  [
    'HS-08',
    'stages entries some time afterwards',
    joining((inner, _, { store }) => ({
      async commit(tenant, batch) {
        const { entries } = batch;
        setTimeout(() => store.commit(tenant, { checks: [], adds: [], puts: [], deletes: [], entries }), 5);
        return inner.commit(tenant, { ...batch, entries: [] });
      },
    })),
  ],
  [
    'HS-09',
    'looks at checks before repetition',
    joining((inner) => ({
      async commit(tenant, batch) {
        const found = await inner.get(
          tenant,
          batch.puts.map(({ ref }) => ref),
        );
        const refs = batch.puts.filter((_, at) => found[at] !== null).map(({ ref }) => ref);
        return refs.length > 0 ? { status: 'conflict', refs } : inner.commit(tenant, batch);
      },
    })),
  ],
  [
    'HS-09',
    'answers no totals',
    joining((inner) => ({
      async commit(tenant, batch) {
        const outcome = await inner.commit(tenant, batch);
        return outcome.status === 'committed' ? { ...outcome, totals: [] } : outcome;
      },
    })),
  ],
];
