import type { TenantId } from '../../kernel/index.ts';
import type { DocumentRef, Store, TenantStore, VersionCheck } from '../../ports/index.ts';
import { same } from '../expectations.ts';
import {
  addOf,
  batchOf,
  clauseOfWhole,
  entryOf,
  idsIn,
  idsOf,
  putOf,
  rangeOf,
  refOf,
  sequenceAll,
  tenant,
} from '../store-harness.ts';

const counter = refOf('n', 'count');
const head = refOf('head', 'head');
const things = [refOf('a'), refOf('b'), refOf('c')];
const everything = batchOf({
  puts: things.map((ref, at) =>
    putOf(
      ref,
      `v${at}`,
      [
        ['i', `k${at}`],
        ['j', 'k'],
      ],
      `{"text":"保留${at}"}`,
    ),
  ),
  adds: [addOf(counter, 7, 'c1')],
  entries: [entryOf('e1', ['s']), entryOf('e2', ['s', 't']), entryOf('e3')],
});

/** Everything that reads tell of a tenant. */
async function seen(store: Store, of: TenantId): Promise<unknown> {
  const entries = await Promise.all([
    store.readEntries(of, { by: 'index', from: 0, limit: 100 }),
    store.readEntries(of, { by: 'staged', limit: 100 }),
    store.readEntries(of, { by: 'id', ids: ['e1', 'e2', 'e3'] }),
    store.readEntries(of, { by: 'subject', subject: 's', after: null, limit: 100, descending: false }),
  ]);
  return {
    documents: await store.get(of, [...things, counter, head]),
    hits: await store.find(of, { ranges: [rangeOf('i'), rangeOf('j')], want: 'documents' }),
    entries,
    size: (await store.sequence(of, { size: 0, limit: 0 })).size,
  };
}

/** Calls until nothing is left; a store that never ends breaks the clause. */
async function purgeAll(
  store: TenantStore,
  limit: number,
  checks: readonly VersionCheck[] = [],
): Promise<void> {
  for (let call = 0; call < 1000; call += 1) {
    const outcome = await store.purge(tenant, { checks, limit });
    same(outcome.status, 'purged', 'a purge whose checks hold');
    if (outcome.status === 'purged' && !outcome.more) return;
  }
  throw new Error('after 1,000 purges there is still more');
}

const absent = (ref: DocumentRef): VersionCheck => ({ ref, version: null });

/** Clauses on tenants as a whole; each runs only where `wholeTenants` is claimed. */
export const wholeTenantCases = [
  clauseOfWhole('ST-130', 'measures exactly what is there', async (store) => {
    const nothing = { documents: [], entries: { count: 0, bytes: 0 } };
    const measured = async (): Promise<unknown> => {
      const { documents, entries } = await store.measure(tenant);
      return {
        documents: documents.map(({ collection, count }) => `${collection} ${count}`).sort(),
        entries: entries.count,
      };
    };
    same((await store.measure(tenant)).documents, nothing.documents, 'documents of an empty tenant');
    same((await store.measure(tenant)).entries.count, 0, 'entries of an empty tenant');
    await store.commit(tenant, everything);
    await store.commit('acme2' as TenantId, everything);
    await store.sequence(tenant, { size: 0, limit: 1 });
    same(await measured(), { documents: ['count 1', 'thing 3'], entries: 3 }, 'once written');
    await store.commit(tenant, batchOf({ puts: [putOf(refOf('a'), 'w')], deletes: [refOf('b')] }));
    await store.commit(tenant, batchOf({ adds: [addOf(counter, 1, 'c2')], entries: [entryOf('e4')] }));
    same(await measured(), { documents: ['count 1', 'thing 2'], entries: 4 }, 'once changed');
    await store.commit(tenant, batchOf({ deletes: [counter, refOf('a'), refOf('c')] }));
    same(await measured(), { documents: [], entries: 4 }, 'once deleted');
  }),

  clauseOfWhole('ST-131', 'is as if a purged tenant had never been', async (store) => {
    const before = await seen(store, tenant);
    await purgeAll(store, 10);
    for (const limit of [2, 1000]) {
      await store.commit(tenant, everything);
      await store.sequence(tenant, { size: 0, limit: 2 });
      await purgeAll(store, limit, [absent(head)]);
      same(await seen(store, tenant), before, 'what is left');
      same((await store.measure(tenant)).documents, [], 'documents left');
      same((await store.measure(tenant)).entries.count, 0, 'entries left');
    }
    const again = await store.commit(tenant, everything);
    same(again, { status: 'committed', repeated: false, totals: [7] }, 'the same batch anew');
    same(await sequenceAll(store), 3, 'size of the new log');
    const entries = await store.readEntries(tenant, { by: 'index', from: 0, limit: 10 });
    same(idsOf(entries), ['e1', 'e2', 'e3'], 'the new log');
  }),

  clauseOfWhole('ST-132', 'removes nothing where a check fails', async (store) => {
    await store.commit(tenant, everything);
    await store.commit(tenant, batchOf({ puts: [putOf(head, 'h1')] }));
    await store.sequence(tenant, { size: 0, limit: 2 });
    const before = await seen(store, tenant);
    for (const checks of [
      [absent(head)],
      [{ ref: head, version: 'h0' }],
      [{ ref: head, version: 'h1' }, absent(refOf('a'))],
      [{ ref: refOf('nothing'), version: 'v' }],
    ]) {
      const outcome = await store.purge(tenant, { checks, limit: 1000 });
      same(outcome, { status: 'conflict', refs: [checks.at(-1)?.ref] }, 'a failed check');
      same(await seen(store, tenant), before, 'what is there');
    }
  }),

  clauseOfWhole('ST-133', 'lets entries go after everything else', async (store) => {
    await store.commit(tenant, everything);
    await store.sequence(tenant, { size: 0, limit: 2 });
    for (let call = 0; call < 1000; call += 1) {
      const outcome = await store.purge(tenant, { checks: [], limit: 1 });
      const documents = (await store.get(tenant, [...things, counter])).filter((found) => found !== null);
      const entries = await store.readEntries(tenant, { by: 'id', ids: ['e1', 'e2', 'e3'] });
      if (documents.length > 0)
        same(entries.length, 3, `entries while ${documents.length} documents are left`);
      if (outcome.status === 'purged' && !outcome.more) return;
    }
    throw new Error('after 1,000 purges there is still more');
  }),

  clauseOfWhole('ST-134', 'leaves every other tenant as it was, and at work', async (store) => {
    const others = ['acme2', 'acm', 'ACME', 'a%', 'acm_', 'acme.', '*'] as TenantId[];
    for (const of of [tenant, ...others]) {
      await store.commit(of, everything);
      await store.sequence(of, { size: 0, limit: 2 });
    }
    const before = await Promise.all(others.map((of) => seen(store, of)));
    const working = 'at-work' as TenantId;
    const outcomes = await Promise.all([
      purgeAll(store, 2),
      ...Array.from({ length: 20 }, (_, at) =>
        store.commit(working, batchOf({ puts: [putOf(refOf(`w${at}`), 'v')], entries: [entryOf(`w${at}`)] })),
      ),
    ]);
    same(
      outcomes.slice(1).map((outcome) => outcome?.status),
      Array.from({ length: 20 }, () => 'committed'),
      'commits of another tenant meanwhile',
    );
    same(await Promise.all(others.map((of) => seen(store, of))), before, 'the others');
    same(
      (await store.readEntries(working, { by: 'staged', limit: 100 })).length,
      20,
      'entries of the one at work',
    );
  }),

  clauseOfWhole('ST-135', 'has purged it for every handle, and for good', async (store, harness) => {
    const { capabilities } = store;
    if (harness.reopen === null || !(capabilities.durable || capabilities.multiProcess)) return;
    const other = capabilities.multiProcess ? await harness.reopen() : null;
    const before = await seen(other ?? store, tenant);
    await store.commit(tenant, everything);
    await store.sequence(tenant, { size: 0, limit: 2 });
    if (other !== null) await seen(other, tenant);
    await purgeAll(store, 1000);
    if (other !== null) same(await seen(other, tenant), before, 'seen through another handle');
    if (!capabilities.durable) return;
    await harness.close();
    const again = await harness.reopen();
    same(await seen(again, tenant), before, 'seen after a restart');
    same(
      (await again.commit(tenant, everything)).status === 'committed' && (await idsIn(again, rangeOf('i'))),
      ['a', 'b', 'c'],
      'the same batch anew',
    );
  }),

  clauseOfWhole('ST-136', 'lets nobody between its checks and what it removes', async (store) => {
    for (let round = 0; round < 20; round += 1) {
      await store.commit(tenant, batchOf({ puts: [putOf(refOf(`old${round}`), 'v')] }));
      const founding = batchOf({
        checks: [absent(head)],
        puts: [putOf(head, `h${round}`), putOf(refOf(`new${round}`), 'v')],
        entries: [entryOf(`f${round}`)],
      });
      const purge = { checks: [absent(head)], limit: 1000 };
      const [outcome] = await Promise.all(
        round % 2 === 0
          ? [store.commit(tenant, founding), store.purge(tenant, purge)]
          : [
              store.purge(tenant, purge).then(() => store.commit(tenant, founding)),
              store.purge(tenant, purge),
            ],
      );
      same(outcome.status, 'committed', `who founds it in round ${round}`);
      const found = await store.get(tenant, [head, refOf(`new${round}`)]);
      same(
        found.map((document) => document?.version),
        [`h${round}`, 'v'],
        `what was founded in round ${round}`,
      );
      same((await store.readEntries(tenant, { by: 'id', ids: [`f${round}`] })).length, 1, 'its entry');
      await store.commit(tenant, batchOf({ deletes: [head] }));
    }
  }),
];
