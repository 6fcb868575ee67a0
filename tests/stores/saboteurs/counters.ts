import type { BoundedAdd, CommitBatch } from '../../../src/ports/index.ts';
import {
  also,
  committing,
  nameOf,
  overTables,
  rewriting,
  type Saboteur,
  saboteur,
  turn,
  unique,
  wrapping,
} from './saboteur.ts';

/** The same store with adds changed on their way in. */
const adding = (change: (add: BoundedAdd) => BoundedAdd) =>
  rewriting((batch) => ({ ...batch, adds: batch.adds.map(change) }));

const unbounded = (add: BoundedAdd): BoundedAdd => ({ ...add, atMost: null, atLeast: null });
const refsOf = ({ adds }: CommitBatch): CommitBatch['deletes'] => adds.map(({ ref }) => ref);

/** Stores that count wrongly. */
export const saboteursOfCounters: readonly Saboteur[] = [
  saboteur(
    'ST-39',
    'keeps counters in a table of their own',
    wrapping((inner) => {
      const own = ({ collection, id }: CommitBatch['deletes'][number]) => ({
        collection: `!${collection}`,
        id,
      });
      return {
        async commit(tenant, batch) {
          const counted = await inner.get(
            tenant,
            batch.checks.map(({ ref }) => own(ref)),
          );
          const outcome = await inner.commit(tenant, {
            ...batch,
            checks: batch.checks.map((check, at) =>
              counted[at] == null ? check : { ...check, ref: own(check.ref) },
            ),
            adds: batch.adds.map((add) => ({ ...add, ref: own(add.ref) })),
            deletes: [...batch.deletes, ...batch.deletes.map(own)],
          });
          if (outcome.status === 'committed') return outcome;
          const refs = outcome.refs.map(({ collection, id }) => ({
            collection: collection.replace(/^!/, ''),
            id,
          }));
          return { ...outcome, refs };
        },
        async get(tenant, refs) {
          const [documents, counters] = [
            await inner.get(tenant, refs),
            await inner.get(tenant, refs.map(own)),
          ];
          return refs.map((ref, at) => {
            const counter = counters[at] ?? null;
            return counter === null ? (documents[at] ?? null) : { ...counter, ref };
          });
        },
      };
    }),
  ),
  saboteur(
    'ST-39',
    'leaves the code of a document that is counted on',
    wrapping((inner) => {
      const codes = new Map<string, string>();
      return {
        async commit(tenant, batch) {
          const outcome = await inner.commit(tenant, batch);
          if (outcome.status === 'committed')
            for (const { ref, mac } of batch.puts) codes.set(`${tenant} ${nameOf(ref)}`, mac);
          return outcome;
        },
        get: async (tenant, refs) =>
          (await inner.get(tenant, refs)).map(
            (document) =>
              document && { ...document, mac: codes.get(`${tenant} ${nameOf(document.ref)}`) ?? '' },
          ),
      };
    }),
  ),
  saboteur(
    'ST-40',
    'does not know an absent counter',
    committing((inner) => async (tenant, batch) => {
      const documents = await inner.get(tenant, refsOf(batch));
      const refs = refsOf(batch).filter((_, at) => documents[at] === null);
      return refs.length > 0 ? { status: 'conflict', refs } : inner.commit(tenant, batch);
    }),
  ),
  saboteur('ST-40', 'keeps counters as floats', overTables({ counterType: 'REAL' })),
  saboteur(
    'ST-40',
    'deletes a counter that comes to 0',
    committing((inner) => async (tenant, batch) => {
      const outcome = await inner.commit(tenant, batch);
      if (outcome.status !== 'committed') return outcome;
      await also(inner, tenant, {
        deletes: unique(refsOf(batch).filter((_, at) => outcome.totals[at] === 0)),
      });
      return outcome;
    }),
  ),
  saboteur(
    'ST-40',
    'answers what a counter was instead of what it is',
    committing((inner) => async (tenant, batch) => {
      const outcome = await inner.commit(tenant, batch);
      if (outcome.status !== 'committed' || outcome.repeated) return outcome;
      return { ...outcome, totals: outcome.totals.map((total, at) => total - (batch.adds[at]?.by ?? 0)) };
    }),
  ),
  saboteur(
    'ST-41',
    'leaves the version of a counter alone',
    adding((add) => ({ ...add, version: 'c1' })),
  ),
  saboteur(
    'ST-41',
    'leaves out an add of 0',
    rewriting((batch) => ({ ...batch, adds: batch.adds.filter(({ by }) => by !== 0) })),
  ),
  saboteur(
    'ST-41',
    'does not check counters',
    committing((inner) => {
      const counters = new Set<string>();
      return (tenant, batch) => {
        for (const { ref } of batch.adds) counters.add(nameOf(ref));
        const checks = batch.checks.filter(({ ref }) => !counters.has(nameOf(ref)));
        return inner.commit(tenant, { ...batch, checks });
      };
    }),
  ),
  saboteur(
    'ST-42',
    'stops a counter before its bound',
    adding((add) => ({ ...add, atMost: add.atMost === null ? null : add.atMost - 1 })),
  ),
  saboteur(
    'ST-42',
    'knows no lower bound',
    adding((add) => ({ ...add, atLeast: null })),
  ),
  saboteur(
    'ST-42',
    'lets a new counter pass its bound',
    committing((inner) => async (tenant, batch) => {
      const documents = await inner.get(tenant, refsOf(batch));
      const adds = batch.adds.map((add, at) => (documents[at] === null ? unbounded(add) : add));
      return inner.commit(tenant, { ...batch, adds });
    }),
  ),
  saboteur(
    'ST-43',
    'sums up the adds to one counter',
    rewriting((batch) => {
      const sums = new Map<string, BoundedAdd>();
      for (const add of batch.adds) {
        sums.set(nameOf(add.ref), { ...add, by: add.by + (sums.get(nameOf(add.ref))?.by ?? 0) });
      }
      return { ...batch, adds: [...sums.values()] };
    }),
  ),
  saboteur(
    'ST-43',
    'keeps the first version of two adds',
    rewriting((batch) => {
      const versions = new Map<string, string>();
      for (const { ref, version } of batch.adds)
        if (!versions.has(nameOf(ref))) versions.set(nameOf(ref), version);
      const adds = batch.adds.map((add) => ({
        ...add,
        version: versions.get(nameOf(add.ref)) ?? add.version,
      }));
      return { ...batch, adds };
    }),
  ),
  saboteur(
    'ST-43',
    'looks at the bound of the last add only',
    rewriting((batch) => {
      const last = new Map(batch.adds.map((add) => [nameOf(add.ref), add]));
      const adds = batch.adds.map((add) => (last.get(nameOf(add.ref)) === add ? add : unbounded(add)));
      return { ...batch, adds };
    }),
  ),
  saboteur(
    'ST-43',
    'answers a total for each counter instead of each add',
    committing((inner) => async (tenant, batch) => {
      const outcome = await inner.commit(tenant, batch);
      if (outcome.status !== 'committed' || outcome.repeated) return outcome;
      const totals = new Map(batch.adds.map(({ ref }, at) => [nameOf(ref), outcome.totals[at] ?? 0]));
      return { ...outcome, totals: [...totals.values()] };
    }),
  ),
  saboteur(
    'ST-44',
    'names only the first bound',
    committing((inner) => async (tenant, batch) => {
      const outcome = await inner.commit(tenant, batch);
      return outcome.status === 'bound' ? { ...outcome, refs: outcome.refs.slice(0, 1) } : outcome;
    }),
  ),
  saboteur(
    'ST-45',
    'counts in 32 bits',
    adding((add) => ({ ...add, by: add.by | 0 })),
  ),
  saboteur(
    'ST-46',
    'reads a counter, waits, then adds',
    committing((inner) => async (tenant, batch) => {
      const documents = await inner.get(tenant, refsOf(batch));
      const passed = batch.adds.filter(
        ({ by, atMost }, at) => atMost !== null && Number(documents[at]?.body ?? 0) + by > atMost,
      );
      if (passed.length > 0) return { status: 'bound', refs: passed.map(({ ref }) => ref) };
      await turn();
      return inner.commit(tenant, { ...batch, adds: batch.adds.map(unbounded) });
    }),
  ),
  saboteur(
    'ST-46',
    'answers a lost race where a bound was asked for',
    committing((inner) => async (tenant, batch) => {
      const documents = await inner.get(tenant, refsOf(batch));
      await turn();
      const checks = batch.adds.map(({ ref }, at) => ({ ref, version: documents[at]?.version ?? null }));
      return inner.commit(tenant, { ...batch, checks: [...batch.checks, ...checks] });
    }),
  ),
  saboteur(
    'ST-46',
    'rejects who makes a counter at the same time',
    committing((inner) => {
      const making = new Set<string>();
      return async (tenant, batch) => {
        const documents = await inner.get(tenant, refsOf(batch));
        const names = refsOf(batch).flatMap((ref, at) =>
          documents[at] === null ? [`${tenant} ${nameOf(ref)}`] : [],
        );
        if (names.some((name) => making.has(name))) throw new Error('duplicate key');
        for (const name of names) making.add(name);
        await turn();
        for (const name of names) making.delete(name);
        return inner.commit(tenant, batch);
      };
    }),
  ),
  saboteur(
    'ST-47',
    'takes an upper bound of 0 for none',
    adding((add) => ({ ...add, atMost: add.atMost || null })),
  ),
  saboteur(
    'ST-47',
    'takes a lower bound of 0 for none',
    adding((add) => ({ ...add, atLeast: add.atLeast || null })),
  ),
  saboteur(
    'ST-48',
    'looks at the upper bound only when it adds',
    adding((add) => ({ ...add, atMost: add.by > 0 ? add.atMost : null })),
  ),
  saboteur(
    'ST-48',
    'looks at the lower bound only when it takes away',
    adding((add) => ({ ...add, atLeast: add.by < 0 ? add.atLeast : null })),
  ),
  saboteur(
    'ST-49',
    'shares counters among tenants',
    committing((inner) => (tenant, batch) => {
      const { adds, puts, entries, checks } = batch;
      const countsOnly = adds.length > 0 && puts.length + entries.length + checks.length === 0;
      return inner.commit(countsOnly ? ('acme' as typeof tenant) : tenant, batch);
    }),
  ),
  saboteur(
    'ST-49',
    'counts by id, whatever the collection',
    adding((add) => ({ ...add, ref: { collection: 'count', id: add.ref.id } })),
  ),
];
