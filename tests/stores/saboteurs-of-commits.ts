import type { BoundedAdd, CommitBatch, DocumentRef, IndexKey, Store } from '../../src/ports/index.ts';
import type { Saboteur } from './saboteur.ts';

type Commit = Store['commit'];

/** The same store with another way to commit. */
function committing(make: (inner: Store) => Commit): Saboteur['sabotage'] {
  return (inner) => ({ ...inner, commit: make(inner) });
}

/** The same store with batches changed on their way in. */
function rewriting(change: (batch: CommitBatch) => CommitBatch): Saboteur['sabotage'] {
  return committing((inner) => (tenant, batch) => inner.commit(tenant, change(batch)));
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
const nameOf = (ref: DocumentRef): string => `${ref.collection} ${ref.id}`;

async function failedChecks(
  store: Store,
  tenant: Parameters<Commit>[0],
  batch: CommitBatch,
): Promise<DocumentRef[]> {
  const documents = await store.get(
    tenant,
    batch.checks.map(({ ref }) => ref),
  );
  return batch.checks
    .filter(({ version }, at) => (documents[at]?.version ?? null) !== version)
    .map(({ ref }) => ref);
}

const unbounded = (add: BoundedAdd): BoundedAdd => ({ ...add, atMost: null, atLeast: null });

/** Stores that commit wrongly. */
export const saboteursOfCommits: readonly Saboteur[] = [
  {
    name: 'answers before it has written',
    caughtBy: 'ST-20',
    sabotage: committing((inner) => async (tenant, batch) => {
      void turn().then(() => inner.commit(tenant, batch));
      return { status: 'committed', repeated: false, totals: [] };
    }),
  },
  {
    name: 'ignores checks',
    caughtBy: 'ST-21',
    sabotage: rewriting((batch) => ({ ...batch, checks: [] })),
  },
  {
    name: 'names only the first check that failed',
    caughtBy: 'ST-22',
    sabotage: committing((inner) => async (tenant, batch) => {
      const outcome = await inner.commit(tenant, batch);
      return outcome.status === 'conflict' ? { ...outcome, refs: outcome.refs.slice(0, 1) } : outcome;
    }),
  },
  {
    name: 'checks, waits, then writes',
    caughtBy: 'ST-50',
    sabotage: committing((inner) => async (tenant, batch) => {
      const refs = await failedChecks(inner, tenant, batch);
      if (refs.length > 0) return { status: 'conflict', refs };
      await turn();
      return inner.commit(tenant, { ...batch, checks: [] });
    }),
  },
  {
    name: 'reads a counter, waits, then adds',
    caughtBy: 'ST-46',
    sabotage: committing((inner) => async (tenant, batch) => {
      const documents = await inner.get(
        tenant,
        batch.adds.map(({ ref }) => ref),
      );
      const refs = batch.adds.filter(
        ({ by, atMost }, at) => atMost !== null && Number(documents[at]?.body ?? 0) + by > atMost,
      );
      if (refs.length > 0) return { status: 'bound', refs: refs.map(({ ref }) => ref) };
      await turn();
      return inner.commit(tenant, { ...batch, adds: batch.adds.map(unbounded) });
    }),
  },
  {
    name: 'answers a lost race where a bound was asked for',
    caughtBy: 'ST-46',
    sabotage: committing((inner) => async (tenant, batch) => {
      const documents = await inner.get(
        tenant,
        batch.adds.map(({ ref }) => ref),
      );
      const checks = batch.adds.map(({ ref }, at) => ({ ref, version: documents[at]?.version ?? null }));
      return inner.commit(tenant, { ...batch, checks: [...batch.checks, ...checks] });
    }),
  },
  {
    name: 'writes documents before it looks at bounds',
    caughtBy: 'ST-23',
    sabotage: committing((inner) => async (tenant, batch) => {
      if (batch.adds.length > 0) await inner.commit(tenant, { ...batch, adds: [], entries: [] });
      return inner.commit(tenant, batch);
    }),
  },
  {
    name: 'commits document by document',
    caughtBy: 'ST-51',
    sabotage: committing((inner) => async (tenant, batch) => {
      const [first, ...puts] = batch.puts;
      const outcome = await inner.commit(tenant, { ...batch, puts: first === undefined ? [] : [first] });
      for (const put of puts) {
        await turn();
        await inner.commit(tenant, { checks: [], adds: [], puts: [put], deletes: [], entries: [] });
      }
      return outcome;
    }),
  },
  {
    name: 'looks at checks before it knows a batch again',
    caughtBy: 'ST-24',
    sabotage: committing((inner) => async (tenant, batch) => {
      const refs = await failedChecks(inner, tenant, batch);
      return refs.length > 0 ? { status: 'conflict', refs } : inner.commit(tenant, batch);
    }),
  },
  {
    name: 'forgets a batch once its entries are sequenced',
    caughtBy: 'ST-24',
    sabotage: committing((inner) => async (tenant, batch) => {
      const known = await inner.readEntries(tenant, { by: 'id', ids: batch.entries.map(({ id }) => id) });
      if (known.length === 0 || known.some(({ index }) => index === null)) return inner.commit(tenant, batch);
      return inner.commit(tenant, {
        ...batch,
        entries: batch.entries.map((entry) => ({ ...entry, id: `${entry.id}+` })),
      });
    }),
  },
  {
    name: 'takes an entry with another leaf for a repetition',
    caughtBy: 'ST-25',
    sabotage: committing(
      (inner) => (tenant, batch) =>
        inner.commit(tenant, batch).catch(() => ({ status: 'committed', repeated: true, totals: [] })),
    ),
  },
  {
    name: 'rejects a known entry after writing the rest',
    caughtBy: 'ST-26',
    sabotage: committing(
      (inner) => (tenant, batch) =>
        inner.commit(tenant, batch).catch(async (error) => {
          await inner.commit(tenant, { ...batch, entries: [] });
          throw error;
        }),
    ),
  },
  {
    name: 'takes an equal batch without entries for a repetition',
    caughtBy: 'ST-27',
    sabotage: (inner) => {
      const seen = new Set<string>();
      return {
        ...inner,
        async commit(tenant, batch) {
          const text = JSON.stringify([tenant, batch]);
          if (seen.has(text)) return { status: 'committed', repeated: true, totals: [] };
          seen.add(text);
          return inner.commit(tenant, batch);
        },
      };
    },
  },
  {
    name: 'looks at bounds before checks',
    caughtBy: 'ST-28',
    sabotage: committing((inner) => async (tenant, batch) => {
      const adds = batch.adds.filter(({ by, atMost }) => atMost !== null && by > atMost);
      if (adds.length > 0) return { status: 'bound', refs: adds.map(({ ref }) => ref) };
      return inner.commit(tenant, batch);
    }),
  },
  {
    name: 'checks after it has written',
    caughtBy: 'ST-29',
    sabotage: committing((inner) => async (tenant, batch) => {
      const written = new Set([...batch.adds, ...batch.puts].map(({ ref }) => nameOf(ref)));
      const refs = batch.checks.map(({ ref }) => ref).filter((ref) => written.has(nameOf(ref)));
      return refs.length > 0 && batch.deletes.length > 0
        ? { status: 'conflict', refs }
        : inner.commit(tenant, batch);
    }),
  },
  {
    name: 'adds keys and never takes one away',
    caughtBy: 'ST-30',
    sabotage: (inner) => {
      const known = new Map<string, readonly IndexKey[]>();
      return {
        ...inner,
        commit: (tenant, batch) => {
          const puts = batch.puts.map((put) => {
            const keys = [...(known.get(nameOf(put.ref)) ?? []), ...put.keys];
            known.set(nameOf(put.ref), keys);
            return { ...put, keys };
          });
          return inner.commit(tenant, { ...batch, puts });
        },
      };
    },
  },
  {
    name: 'does not delete',
    caughtBy: 'ST-31',
    sabotage: rewriting((batch) => ({ ...batch, deletes: [] })),
  },
  {
    name: 'rejects the deletion of what is absent',
    caughtBy: 'ST-31',
    sabotage: committing((inner) => async (tenant, batch) => {
      const documents = await inner.get(tenant, batch.deletes);
      if (documents.includes(null)) throw new Error('not found');
      return inner.commit(tenant, batch);
    }),
  },
  {
    name: 'keeps the counter of a deleted document',
    caughtBy: 'ST-32',
    sabotage: committing((inner) => (tenant, batch) => {
      const deletes = batch.deletes.filter(({ collection }) => collection !== 'count');
      return inner.commit(tenant, { ...batch, deletes });
    }),
  },
  {
    name: 'does not know an absent counter',
    caughtBy: 'ST-40',
    sabotage: committing((inner) => async (tenant, batch) => {
      const documents = await inner.get(
        tenant,
        batch.adds.map(({ ref }) => ref),
      );
      const refs = batch.adds.map(({ ref }) => ref).filter((_, at) => documents[at] === null);
      return refs.length > 0 ? { status: 'conflict', refs } : inner.commit(tenant, batch);
    }),
  },
  {
    name: 'leaves the version of a counter alone',
    caughtBy: 'ST-41',
    sabotage: rewriting((batch) => ({
      ...batch,
      adds: batch.adds.map((add) => ({ ...add, version: 'c1' })),
    })),
  },
  {
    name: 'stops a counter before its bound',
    caughtBy: 'ST-42',
    sabotage: rewriting((batch) => ({
      ...batch,
      adds: batch.adds.map((add) => ({ ...add, atMost: add.atMost === null ? null : add.atMost - 1 })),
    })),
  },
  {
    name: 'knows no lower bound',
    caughtBy: 'ST-42',
    sabotage: rewriting((batch) => ({
      ...batch,
      adds: batch.adds.map((add) => ({ ...add, atLeast: null })),
    })),
  },
  {
    name: 'sums up the adds to one counter',
    caughtBy: 'ST-43',
    sabotage: rewriting((batch) => {
      const sums = new Map<string, BoundedAdd>();
      for (const add of batch.adds) {
        sums.set(nameOf(add.ref), { ...add, by: add.by + (sums.get(nameOf(add.ref))?.by ?? 0) });
      }
      return { ...batch, adds: [...sums.values()] };
    }),
  },
  {
    name: 'names only the first bound',
    caughtBy: 'ST-44',
    sabotage: committing((inner) => async (tenant, batch) => {
      const outcome = await inner.commit(tenant, batch);
      return outcome.status === 'bound' ? { ...outcome, refs: outcome.refs.slice(0, 1) } : outcome;
    }),
  },
  {
    name: 'counts in 32 bits',
    caughtBy: 'ST-45',
    sabotage: rewriting((batch) => ({
      ...batch,
      adds: batch.adds.map((add) => ({ ...add, by: add.by | 0 })),
    })),
  },
  {
    name: 'writes an equal batch of concurrent callers twice',
    caughtBy: 'ST-52',
    sabotage: committing((inner) => async (tenant, batch) => {
      const known = await inner.readEntries(tenant, { by: 'id', ids: batch.entries.map(({ id }) => id) });
      await turn();
      if (known.length > 0) return { status: 'committed', repeated: true, totals: [] };
      await inner.commit(tenant, { ...batch, entries: [] });
      const { status } = await inner.commit(tenant, {
        checks: [],
        adds: [],
        puts: [],
        deletes: [],
        entries: batch.entries,
      });
      return status === 'committed' ? { status, repeated: false, totals: [] } : { status, refs: [] };
    }),
  },
  {
    name: 'fails a whole group for one failed check',
    caughtBy: 'ST-55',
    sabotage: (inner) => {
      let group: Promise<unknown> = Promise.resolve();
      let poisoned = false;
      return {
        ...inner,
        commit(tenant, batch) {
          const outcome = group.then(async () => {
            if (poisoned) return { status: 'conflict', refs: [] } as const;
            const answer = await inner.commit(tenant, batch);
            poisoned = answer.status === 'conflict';
            return answer;
          });
          group = outcome;
          return outcome;
        },
      };
    },
  },
];
