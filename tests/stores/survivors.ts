import { DatabaseSync } from 'node:sqlite';
import { sqliteStore } from '../../src/adapters/sqlite/index.ts';
import type { IndexHit, Store, StoredEntry } from '../../src/ports/index.ts';
import { rangeOf, refOf, tenant } from '../../src/testing/store-harness.ts';

/** What a file holds after its writer was cut off. */
export interface Survivors {
  /** Ids of commits that are there. */
  readonly present: ReadonlySet<string>;
  /** Whatever contradicts itself: half batches, a wrong counter, a damaged file. */
  readonly faults: readonly string[];
}

/** Reopens a file that `writer.ts` wrote, and looks whether every commit is there whole or not at all. */
export async function survivorsOf(path: string): Promise<Survivors> {
  let store: ReturnType<typeof sqliteStore>;
  try {
    store = sqliteStore(path);
  } catch (error) {
    return { present: new Set(), faults: [`cannot reopen: ${String(error)}`] };
  }
  try {
    return await inspect(store, path);
  } catch (error) {
    return { present: new Set(), faults: [`cannot read: ${String(error)}`] };
  } finally {
    store.close();
  }
}

async function inspect(store: Store, path: string): Promise<Survivors> {
  const faults: string[] = [];
  const hits = await allHits(store);
  const entries = await allEntries(store);
  const present = new Set(hits.map(({ ref }) => ref.id));
  const told = new Set(entries.map(({ id }) => id));
  for (const id of present) if (!told.has(id)) faults.push(`${id} has a document and no entry`);
  for (const id of told) if (!present.has(id)) faults.push(`${id} has an entry and no document`);
  if (told.size !== entries.length) faults.push('an entry is there twice');
  const { size } = await store.sequence(tenant, { size: 0, limit: 0 });
  entries.forEach(({ index }, at) => {
    if (index !== (at < size ? at : null)) faults.push(`entry ${at} has index ${index}`);
  });
  for (const { ref, document } of hits)
    if (document?.version !== ref.id) faults.push(`${ref.id} has lost its document`);
  const [head, counter] = await store.get(tenant, [refOf('head'), refOf('n', 'count')]);
  if (Number(counter?.body ?? 0) !== present.size)
    faults.push(`the counter is ${counter?.body}, not ${present.size}`);
  const [heads] = await store.find(tenant, { ranges: [rangeOf('head')], want: 'refs' });
  if (heads?.length !== (present.size > 0 ? 1 : 0) || (heads[0]?.key ?? null) !== (head?.version ?? null)) {
    faults.push('the head and its key differ');
  }
  const database = new DatabaseSync(path, { readOnly: true });
  const check = Object.values(database.prepare('PRAGMA integrity_check').get() ?? {})[0];
  database.close();
  if (check !== 'ok') faults.push(`integrity check: ${String(check)}`);
  return { present, faults };
}

async function allHits(store: Store): Promise<readonly IndexHit[]> {
  const all: IndexHit[] = [];
  for (;;) {
    const [page = []] = await store.find(tenant, {
      ranges: [rangeOf('all', { after: all.at(-1) ?? null })],
      want: 'documents',
    });
    if (page.length === 0) return all;
    all.push(...page);
  }
}

async function allEntries(store: Store): Promise<readonly StoredEntry[]> {
  const all: StoredEntry[] = [];
  for (;;) {
    const page = await store.readEntries(tenant, { by: 'index', from: all.length, limit: 1000 });
    if (page.length === 0) break;
    all.push(...page);
  }
  return [...all, ...(await store.readEntries(tenant, { by: 'staged', limit: 100_000 }))];
}
