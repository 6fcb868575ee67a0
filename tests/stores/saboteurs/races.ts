import type {
  CommitBatch,
  CommitOutcome,
  IndexHit,
  Store,
  StoredDocument,
  StoredEntry,
} from '../../../src/ports/index.ts';
import {
  also,
  committing,
  countKnown,
  failedChecks,
  mutex,
  nameOf,
  type Saboteur,
  saboteur,
  type Tenant,
  turn,
  wrapping,
} from './saboteur.ts';

interface Waiting {
  readonly tenant: Tenant;
  readonly batch: CommitBatch;
  resolve(outcome: CommitOutcome): void;
  reject(error: unknown): void;
}

/** Gathers the commits of one turn, as stores do that share a flush. */
function grouping(run: (inner: Store, group: readonly Waiting[]) => Promise<void>) {
  return committing((inner) => {
    let queue: Waiting[] = [];
    return (tenant, batch) =>
      new Promise((resolve, reject) => {
        queue.push({ tenant, batch, resolve, reject });
        if (queue.length > 1) return;
        void turn().then(() => {
          const group = queue;
          queue = [];
          return run(inner, group);
        });
      });
  });
}

/** Checks, lets others go first, then writes what `afterwards` leaves of the batch. */
function lettingOthersIn(afterwards: (batch: CommitBatch) => CommitBatch) {
  return committing((inner) => async (tenant, batch) => {
    const refs = await failedChecks(inner, tenant, batch);
    if (refs.length > 0 && (await countKnown(inner, tenant, batch)) === 0)
      return { status: 'conflict', refs };
    await turn();
    return inner.commit(tenant, afterwards(batch));
  });
}

const writtenBy = ({ puts, adds, deletes }: CommitBatch): ReadonlySet<string> =>
  new Set([...[...puts, ...adds].map(({ ref }) => nameOf(ref)), ...deletes.map(nameOf)]);

/** Numbers entries by something else than the order in which commits are applied. */
function numbering(order: (call: number) => number) {
  return wrapping((inner) => {
    const lock = mutex();
    const held: {
      readonly place: number;
      readonly tenant: Tenant;
      readonly entries: CommitBatch['entries'];
    }[] = [];
    let calls = 0;
    const settle = async (): Promise<void> => {
      held.sort((left, right) => left.place - right.place);
      for (const { tenant, entries } of held.splice(0)) await also(inner, tenant, { entries });
    };
    return {
      async commit(tenant, batch) {
        calls += 1;
        const place = order(calls);
        // Odd calls take longer: so the later one is applied first.
        for (let wait = calls % 2; wait >= 0; wait -= 1) await turn();
        return lock(async () => {
          if (batch.entries.length === 0 || (await countKnown(inner, tenant, batch)) > 0)
            return inner.commit(tenant, batch);
          const outcome = await inner.commit(tenant, { ...batch, entries: [] });
          if (outcome.status === 'committed') held.push({ place, tenant, entries: batch.entries });
          return outcome;
        });
      },
      sequence: (tenant, request) =>
        lock(async () => {
          await settle();
          return inner.sequence(tenant, request);
        }),
    };
  });
}

/** Stores that are right for one caller and wrong for several. */
export const saboteursOfRaces: readonly Saboteur[] = [
  saboteur(
    'ST-50',
    'checks, waits, then writes',
    lettingOthersIn((batch) => ({ ...batch, checks: [] })),
  ),
  saboteur(
    'ST-50',
    'locks nothing for deletions',
    committing((inner) => async (tenant, batch) => {
      if (batch.deletes.length === 0 || (await failedChecks(inner, tenant, batch)).length > 0)
        return inner.commit(tenant, batch);
      await turn();
      return inner.commit(tenant, { ...batch, checks: [] });
    }),
  ),
  saboteur(
    'ST-50',
    'decides a group on the state before it',
    grouping(async (inner, group) => {
      const failed = await Promise.all(group.map(({ tenant, batch }) => failedChecks(inner, tenant, batch)));
      for (const [at, { tenant, batch, resolve, reject }] of group.entries()) {
        const refs = failed[at] ?? [];
        if (refs.length > 0) resolve({ status: 'conflict', refs });
        else await inner.commit(tenant, { ...batch, checks: [] }).then(resolve, reject);
      }
    }),
  ),
  saboteur(
    'ST-51',
    'commits document by document',
    committing((inner) => async (tenant, batch) => {
      const [first, ...puts] = batch.puts;
      const outcome = await inner.commit(tenant, { ...batch, puts: first === undefined ? [] : [first] });
      for (const put of puts) {
        await turn();
        await also(inner, tenant, { puts: [put] });
      }
      return outcome;
    }),
  ),
  saboteur(
    'ST-51',
    'commits a large batch in parts of a hundred',
    committing((inner) => async (tenant, batch) => {
      const outcome = await inner.commit(tenant, { ...batch, puts: batch.puts.slice(0, 100) });
      for (let at = 100; at < batch.puts.length; at += 100) {
        await turn();
        await also(inner, tenant, { puts: batch.puts.slice(at, at + 100) });
      }
      return outcome;
    }),
  ),
  saboteur(
    'ST-51',
    'gets documents one after the other',
    wrapping((inner) => ({
      async get(tenant, refs) {
        const documents: (StoredDocument | null)[] = [];
        for (const ref of refs) {
          documents.push(...(await inner.get(tenant, [ref])));
          await turn();
        }
        return documents;
      },
    })),
  ),
  saboteur(
    'ST-51',
    'refuses to read while somebody writes',
    wrapping((inner) => {
      let writers = 0;
      return {
        async commit(tenant, batch) {
          writers += 1;
          await turn();
          return inner.commit(tenant, batch).finally(() => {
            writers -= 1;
          });
        },
        async get(tenant, refs) {
          if (writers > 0) throw new Error('database is locked');
          return inner.get(tenant, refs);
        },
      };
    }),
  ),
  saboteur(
    'ST-53',
    'sequences for two callers at once',
    wrapping((inner) => ({
      async sequence(tenant, request) {
        const outcome = await inner.sequence(tenant, { ...request, limit: 0 });
        if (outcome.status === 'conflict') return outcome;
        await turn();
        const { size } = await inner.sequence(tenant, { ...request, limit: 0 });
        return inner.sequence(tenant, { ...request, size });
      },
    })),
  ),
  saboteur(
    'ST-54',
    'refuses to sequence while somebody writes',
    wrapping((inner) => {
      let writers = 0;
      return {
        async commit(tenant, batch) {
          writers += 1;
          await turn();
          return inner.commit(tenant, batch).finally(() => {
            writers -= 1;
          });
        },
        async sequence(tenant, request) {
          if (writers > 0) throw new Error('database is locked');
          return inner.sequence(tenant, request);
        },
      };
    }),
  ),
  saboteur(
    'ST-65',
    'fills its index by subject a moment after sequencing',
    wrapping((inner) => {
      let visible = 0;
      return {
        async sequence(tenant, request) {
          const outcome = await inner.sequence(tenant, request);
          void turn().then(() => {
            visible = Math.max(visible, outcome.size);
          });
          return outcome;
        },
        readEntries: async (tenant, query) =>
          (await inner.readEntries(tenant, query)).filter(
            ({ index }) => query.by !== 'subject' || (index ?? 0) < visible,
          ),
      };
    }),
  ),
  saboteur('ST-55', 'fails a whole group for one failed check', () => {
    return grouping(async (inner, group) => {
      const refs = (
        await Promise.all(group.map(({ tenant, batch }) => failedChecks(inner, tenant, batch)))
      ).flat();
      for (const { tenant, batch, resolve, reject } of group) {
        if (refs.length > 0) resolve({ status: 'conflict', refs });
        else await inner.commit(tenant, batch).then(resolve, reject);
      }
    })();
  }),
  saboteur(
    'ST-55',
    'rejects a whole group for one that contradicts the log',
    grouping(async (inner, group) => {
      const outcomes = await Promise.allSettled(
        group.map(({ tenant, batch }) => inner.commit(tenant, batch)),
      );
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      for (const [at, { resolve, reject }] of group.entries()) {
        const outcome = outcomes[at];
        if (failed !== undefined) reject(failed.reason);
        else if (outcome?.status === 'fulfilled') resolve(outcome.value);
      }
    }),
  ),
  saboteur(
    'ST-55',
    'tells the callers of a group the outcomes of others',
    grouping(async (inner, group) => {
      const outcomes = await Promise.allSettled(
        group.map(({ tenant, batch }) => inner.commit(tenant, batch)),
      );
      const isGood = (outcome: (typeof outcomes)[number]): number =>
        outcome.status === 'fulfilled' && outcome.value.status === 'committed' ? 0 : 1;
      const told = outcomes.toSorted((left, right) => isGood(left) - isGood(right));
      for (const [at, { resolve, reject }] of group.entries()) {
        const outcome = told[at];
        if (outcome?.status === 'fulfilled') resolve(outcome.value);
        else reject(outcome?.reason);
      }
    }),
  ),
  saboteur(
    'ST-57',
    'locks only what is written',
    lettingOthersIn((batch) => {
      const written = writtenBy(batch);
      return { ...batch, checks: batch.checks.filter(({ ref }) => written.has(nameOf(ref))) };
    }),
  ),
  saboteur(
    'ST-57',
    'cannot lock what is absent',
    lettingOthersIn((batch) => ({
      ...batch,
      checks: batch.checks.filter(({ version }) => version !== null),
    })),
  ),
  saboteur(
    'ST-59',
    'numbers entries when the call comes in',
    numbering((call) => call),
  ),
  saboteur(
    'ST-58',
    'numbers the entries of later calls first',
    numbering((call) => -call),
  ),
  saboteur(
    'ST-56',
    'stages the entries of a group from its end',
    grouping(async (inner, group) => {
      const late: { readonly tenant: Tenant; readonly entries: CommitBatch['entries'] }[] = [];
      for (const { tenant, batch, resolve, reject } of group) {
        const outcome = await inner.commit(tenant, { ...batch, entries: [] }).catch(reject);
        if (outcome?.status === 'committed') late.unshift({ tenant, entries: batch.entries });
        if (outcome) resolve(outcome);
      }
      for (const { tenant, entries } of late) await also(inner, tenant, { entries });
    }),
  ),
  saboteur(
    'ST-66',
    'finds its ranges one after the other',
    wrapping((inner) => ({
      async find(tenant, { ranges, want }) {
        const lists: (readonly IndexHit[])[] = [];
        for (const range of ranges) {
          lists.push(...(await inner.find(tenant, { ranges: [range], want })));
          await turn();
        }
        return lists;
      },
    })),
  ),
  saboteur(
    'ST-67',
    'loads documents after the hits',
    wrapping((inner) => ({
      async find(tenant, { ranges, want }) {
        const lists = await inner.find(tenant, { ranges, want: 'refs' });
        if (want === 'refs') return lists;
        await turn();
        return Promise.all(
          lists.map(async (hits) => {
            const documents = await inner.get(
              tenant,
              hits.map(({ ref }) => ref),
            );
            return hits.map((hit, at) => ({ ...hit, document: documents[at] ?? null }));
          }),
        );
      },
    })),
  ),
  saboteur(
    'ST-68',
    'reads entries one after the other',
    wrapping((inner) => ({
      async readEntries(tenant, query) {
        if (query.by !== 'id') return inner.readEntries(tenant, query);
        const entries: StoredEntry[] = [];
        for (const id of query.ids) {
          entries.push(...(await inner.readEntries(tenant, { by: 'id', ids: [id] })));
          await turn();
        }
        return entries;
      },
    })),
  ),
  saboteur(
    'ST-123',
    'rejects one of two who lock the same documents in another order',
    committing((inner) => {
      const held = new Set<string>();
      return async (tenant, batch) => {
        const names = [...writtenBy(batch)];
        if (names.length > 2 && names.slice(1).some((name) => held.has(name)))
          throw new Error('deadlock detected');
        for (const name of names) held.add(name);
        await turn();
        for (const name of names) held.delete(name);
        return inner.commit(tenant, batch);
      };
    }),
  ),
  saboteur(
    'ST-124',
    'locks what it only checks in its own process',
    wrapping((inner) => {
      const lock = mutex();
      return {
        commit: (tenant, batch) =>
          lock(async () => {
            if ((await countKnown(inner, tenant, batch)) > 0) return inner.commit(tenant, batch);
            const refs = await failedChecks(inner, tenant, batch);
            if (refs.length > 0) return { status: 'conflict', refs };
            await turn();
            const written = writtenBy(batch);
            const checks = batch.checks.filter(({ ref }) => written.has(nameOf(ref)));
            return inner.commit(tenant, { ...batch, checks });
          }),
      };
    }),
  ),
];
