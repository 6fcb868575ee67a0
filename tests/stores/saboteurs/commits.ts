import type { CommitBatch, IndexKey } from '../../../src/ports/index.ts';
import {
  also,
  committing,
  countKnown,
  failedChecks,
  nameOf,
  overTables,
  rewriting,
  type Saboteur,
  saboteur,
  turn,
  unique,
  wrapping,
} from './saboteur.ts';

/** Answers as if the keys of each document had been changed by `change`, which sees those before. */
function keeping(
  change: (before: readonly IndexKey[], put: CommitBatch['puts'][number]) => readonly IndexKey[],
) {
  return committing((inner) => {
    const known = new Map<string, readonly IndexKey[]>();
    return async (tenant, batch) => {
      const at = (put: { readonly ref: CommitBatch['deletes'][number] }): string =>
        `${tenant} ${nameOf(put.ref)}`;
      const puts = batch.puts.map((put) => ({ ...put, keys: change(known.get(at(put)) ?? [], put) }));
      const outcome = await inner.commit(tenant, { ...batch, puts });
      if (outcome.status === 'committed') {
        for (const put of puts) known.set(at(put), put.keys);
        for (const ref of batch.deletes) known.delete(at({ ref }));
      }
      return outcome;
    };
  });
}

/** Stores that check, write or delete wrongly. */
export const saboteursOfCommits: readonly Saboteur[] = [
  saboteur(
    'ST-20',
    'answers before it has written',
    committing((inner) => async (tenant, batch) => {
      void turn().then(() => inner.commit(tenant, batch));
      return { status: 'committed', repeated: false, totals: [] };
    }),
  ),
  saboteur(
    'ST-21',
    'ignores checks',
    rewriting((batch) => ({ ...batch, checks: [] })),
  ),
  saboteur(
    'ST-21',
    'makes the counters of a batch whose checks failed',
    committing((inner) => async (tenant, batch) => {
      const outcome = await inner.commit(tenant, batch);
      if (outcome.status === 'conflict') {
        const adds = batch.adds.map((add) => ({ ...add, by: 0, atMost: null, atLeast: null }));
        await also(inner, tenant, { adds });
      }
      return outcome;
    }),
  ),
  saboteur(
    'ST-22',
    'names only the first check that failed',
    committing((inner) => async (tenant, batch) => {
      const outcome = await inner.commit(tenant, batch);
      return outcome.status === 'conflict' ? { ...outcome, refs: outcome.refs.slice(0, 1) } : outcome;
    }),
  ),
  saboteur(
    'ST-22',
    'looks at the first check alone',
    rewriting((batch) => ({ ...batch, checks: batch.checks.slice(0, 1) })),
  ),
  saboteur(
    'ST-22',
    'looks at the last check of a document alone',
    rewriting((batch) => ({
      ...batch,
      checks: [...new Map(batch.checks.map((check) => [nameOf(check.ref), check])).values()],
    })),
  ),
  saboteur(
    'ST-22',
    'takes every version for right where nothing is stored',
    committing((inner) => async (tenant, batch) => {
      const documents = await inner.get(
        tenant,
        batch.checks.map(({ ref }) => ref),
      );
      const checks = batch.checks.filter(({ version }, at) => documents[at] !== null || version === null);
      return inner.commit(tenant, { ...batch, checks });
    }),
  ),
  saboteur(
    'ST-22',
    'checks no absence',
    rewriting((batch) => ({ ...batch, checks: batch.checks.filter(({ version }) => version !== null) })),
  ),
  saboteur(
    'ST-22',
    'does not look at a batch that writes nothing',
    committing((inner) => async (tenant, batch) => {
      const { adds, puts, deletes, entries } = batch;
      const writes = adds.length + puts.length + deletes.length + entries.length > 0;
      return writes ? inner.commit(tenant, batch) : { status: 'committed', repeated: false, totals: [] };
    }),
  ),
  saboteur(
    'ST-23',
    'writes documents before it looks at bounds',
    committing((inner) => async (tenant, batch) => {
      if (batch.adds.length > 0) await inner.commit(tenant, { ...batch, adds: [], entries: [] });
      return inner.commit(tenant, batch);
    }),
  ),
  saboteur(
    'ST-23',
    'makes the counters of a batch whose bound was passed',
    committing((inner) => async (tenant, batch) => {
      const outcome = await inner.commit(tenant, batch);
      if (outcome.status !== 'bound') return outcome;
      const documents = await inner.get(
        tenant,
        batch.adds.map(({ ref }) => ref),
      );
      const fresh = batch.adds.filter((_, at) => documents[at] === null);
      await also(inner, tenant, {
        adds: fresh.map((add) => ({ ...add, by: 0, atMost: null, atLeast: null })),
      });
      return outcome;
    }),
  ),
  saboteur(
    'ST-28',
    'looks at bounds before checks',
    committing((inner) => async (tenant, batch) => {
      const adds = batch.adds.filter(({ by, atMost }) => atMost !== null && by > atMost);
      if (adds.length > 0) return { status: 'bound', refs: adds.map(({ ref }) => ref) };
      return inner.commit(tenant, batch);
    }),
  ),
  saboteur(
    'ST-29',
    'checks after it has written',
    committing((inner) => async (tenant, batch) => {
      const written = new Set([...batch.adds, ...batch.puts].map(({ ref }) => nameOf(ref)));
      const refs = batch.checks.map(({ ref }) => ref).filter((ref) => written.has(nameOf(ref)));
      return refs.length > 0 && batch.deletes.length > 0
        ? { status: 'conflict', refs }
        : inner.commit(tenant, batch);
    }),
  ),
  saboteur(
    'ST-30',
    'adds keys and never takes one away',
    keeping((before, { keys }) => [...before, ...keys]),
  ),
  saboteur(
    'ST-30',
    'keeps the old keys when there are no new ones',
    keeping((before, { keys }) => (keys.length > 0 ? keys : before)),
  ),
  saboteur(
    'ST-30',
    'replaces keys only in the indexes that a put names',
    keeping((before, { keys }) => [
      ...before.filter(({ index }) => !keys.some((key) => key.index === index)),
      ...keys,
    ]),
  ),
  saboteur(
    'ST-30',
    'keeps one key of a document in each index',
    keeping((_, { keys }) => [...new Map(keys.map((key) => [key.index, key])).values()]),
  ),
  saboteur(
    'ST-30',
    'leaves a document alone whose body stays the same',
    committing((inner) => async (tenant, batch) => {
      const documents = await inner.get(
        tenant,
        batch.puts.map(({ ref }) => ref),
      );
      const puts = batch.puts.filter(({ body }, at) => documents[at]?.body !== body);
      return inner.commit(tenant, { ...batch, puts });
    }),
  ),
  saboteur(
    'ST-31',
    'does not delete',
    rewriting((batch) => ({ ...batch, deletes: [] })),
  ),
  saboteur(
    'ST-31',
    'rejects the deletion of what is absent',
    committing((inner) => async (tenant, batch) => {
      const documents = await inner.get(tenant, batch.deletes);
      if (documents.includes(null)) throw new Error('not found');
      return inner.commit(tenant, batch);
    }),
  ),
  saboteur(
    'ST-31',
    'deletes a document and leaves its keys',
    overTables({
      removeKeys: `DELETE FROM keys WHERE tenant = ? AND collection = ? AND id = ?
        AND (tenant, collection, id) IN (SELECT tenant, collection, id FROM documents)`,
    }),
  ),
  saboteur(
    'ST-32',
    'keeps the counter of a deleted document',
    rewriting((batch) => ({
      ...batch,
      deletes: batch.deletes.filter(({ collection }) => collection !== 'count'),
    })),
  ),
  saboteur(
    'ST-33',
    'deletes all ids that begin so',
    committing((inner) => {
      const stored = new Map<string, CommitBatch['deletes'][number]>();
      return async (tenant, batch) => {
        for (const { ref } of [...batch.puts, ...batch.adds]) stored.set(`${tenant} ${nameOf(ref)}`, ref);
        const written = new Set([...batch.puts, ...batch.adds].map(({ ref }) => nameOf(ref)));
        const meant = batch.deletes.flatMap((ref) => [
          ref,
          ...[...stored]
            .filter(([name]) => name.startsWith(`${tenant} ${nameOf(ref)}`))
            .map(([, other]) => other),
        ]);
        const deletes = unique(meant).filter((ref) => !written.has(nameOf(ref)));
        return inner.commit(tenant, { ...batch, deletes });
      };
    }),
  ),
  saboteur(
    'ST-33',
    'finds what it deletes by LIKE',
    overTables({ documentMatch: 'tenant = ? AND collection = ? AND id LIKE ?' }),
  ),
  saboteur(
    'ST-77',
    'takes keys away from the same id in every collection',
    overTables({ removeKeys: 'DELETE FROM keys WHERE tenant = ? AND ? IS NOT NULL AND id = ?' }),
  ),
  saboteur(
    'ST-77',
    'takes a key away from every document that has it',
    wrapping((inner) => ({
      async commit(tenant, batch) {
        const outcome = await inner.commit(tenant, batch);
        const hidden = batch.puts.filter(({ keys }) => keys.length === 0);
        if (outcome.status !== 'committed' || hidden.length === 0) return outcome;
        const range = { index: 'i', from: '!', to: '~', limit: 1000, after: null, descending: false };
        const [hits = []] = await inner.find(tenant, { ranges: [range], want: 'documents' });
        const puts = hits.flatMap(({ document }) => (document === null ? [] : [{ ...document, keys: [] }]));
        await also(inner, tenant, { puts });
        return outcome;
      },
    })),
  ),
  saboteur(
    'ST-17',
    'looks at no more than 100 checks',
    rewriting((batch) => ({ ...batch, checks: batch.checks.slice(0, 100) })),
  ),
  saboteur(
    'ST-17',
    'deletes no more than 100',
    rewriting((batch) => ({ ...batch, deletes: batch.deletes.slice(0, 100) })),
  ),
  saboteur(
    'ST-17',
    'takes no more than 100 adds',
    committing((inner) => async (tenant, batch) => {
      if (batch.adds.length > 100) throw new Error('too many parameters');
      return inner.commit(tenant, batch);
    }),
  ),
  saboteur(
    'ST-18',
    'writes a large batch in parts and looks at entries last',
    committing((inner) => async (tenant, batch) => {
      if (batch.puts.length <= 100) return inner.commit(tenant, batch);
      const refs = await failedChecks(inner, tenant, batch);
      if (refs.length > 0) return { status: 'conflict', refs };
      await also(inner, tenant, { puts: batch.puts });
      return inner.commit(tenant, { ...batch, checks: [], puts: [] });
    }),
  ),
  saboteur(
    'ST-52',
    'writes entries in a second transaction',
    committing((inner) => async (tenant, batch) => {
      if (batch.entries.length === 0 || (await countKnown(inner, tenant, batch)) > 0)
        return inner.commit(tenant, batch);
      const outcome = await inner.commit(tenant, { ...batch, entries: [] });
      if (outcome.status !== 'committed') return outcome;
      await turn();
      await also(inner, tenant, { entries: batch.entries });
      return outcome;
    }),
  ),
  saboteur(
    'ST-120',
    'loses the keys of every fiftieth document',
    committing((inner) => {
      let count = 0;
      return (tenant, batch) => {
        const puts = batch.puts.map((put) => {
          count += 1;
          return count % 50 === 0 ? { ...put, keys: [] } : put;
        });
        return inner.commit(tenant, { ...batch, puts });
      };
    }),
  ),
];
