import { memoryStore } from '../../../src/adapters/memory/index.ts';
import type { CommitBatch, DocumentRef, IndexHit, IndexRange, Store } from '../../../src/ports/index.ts';
import { batchOf } from '../../../src/testing/store-harness.ts';
import { type Disk, type KeyValueParts, keyValueStore, type NameKind } from './key-value-store.ts';
import { type TableParts, tableDatabase, tableStore } from './table-store.ts';

/** A broken store, and the clause that must notice. A suite that lets one pass is the broken thing. */
export interface Saboteur {
  readonly name: string;
  readonly caughtBy: string;
  readonly open: Opener;
}

/** Makes fresh data, and answers what opens a handle on it: as another process would, or after a restart. */
export type Opener = () => () => Store;

export type Commit = Store['commit'];
export type Tenant = Parameters<Commit>[0];

/** Names a saboteur: its clause, what it does, and how. */
export function saboteur(caughtBy: string, name: string, open: Opener): Saboteur {
  return { name, caughtBy, open };
}

/** Handles that wrap one sound store in memory. `sabotage` is called once for each handle. */
export function wrapping(sabotage: (inner: Store) => Partial<Store>): Opener {
  return () => {
    const shared = memoryStore();
    return () => ({ ...shared, ...sabotage(shared) });
  };
}

/** The same store with another way to commit. */
export function committing(make: (inner: Store) => Commit): Opener {
  return wrapping((inner) => ({ commit: make(inner) }));
}

/** The same store with batches changed on their way in. */
export function rewriting(change: (batch: CommitBatch) => CommitBatch): Opener {
  return committing((inner) => (tenant, batch) => inner.commit(tenant, change(batch)));
}

/** The same store with ranges changed on their way in, and hits on their way out. */
export function finding(
  change: (range: IndexRange, all: readonly IndexRange[]) => IndexRange,
  after: (hits: readonly IndexHit[], range: IndexRange) => readonly IndexHit[] = (hits) => hits,
): Opener {
  return wrapping((inner) => ({
    find: async (tenant, { ranges, want }) => {
      const lists = await inner.find(tenant, { ranges: ranges.map((range) => change(range, ranges)), want });
      return lists.map((hits, at) => after(hits, ranges[at] as IndexRange));
    },
  }));
}

/** Handles on one key-value database, with some parts of the store done wrong. */
export function overKeys(flawed: Partial<KeyValueParts>): Opener {
  return () => {
    const disk: Disk = new Map();
    return () => keyValueStore(disk, flawed);
  };
}

/** A key-value database that writes one kind of name in another form. */
export function renaming(kind: NameKind, change: (name: string) => string): Opener {
  return overKeys({ name: (text, of) => (of === kind ? change(text) : text) });
}

/** Handles on one SQL database, with some pieces of SQL done wrong. */
export function overTables(flawed: Partial<TableParts>): Opener {
  return () => {
    const database = tableDatabase(flawed);
    return () => tableStore(database, flawed);
  };
}

/** Lets other callers go first. */
export const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** A reference as one text. */
export const nameOf = ({ collection, id }: DocumentRef): string => `${collection} ${id}`;

/** References without repetitions. */
export function unique(refs: readonly DocumentRef[]): DocumentRef[] {
  return [...new Map(refs.map((ref) => [nameOf(ref), ref])).values()];
}

/** The checks that fail, looked up outside of any transaction. */
export async function failedChecks(store: Store, tenant: Tenant, batch: CommitBatch): Promise<DocumentRef[]> {
  const documents = await store.get(
    tenant,
    batch.checks.map(({ ref }) => ref),
  );
  return batch.checks
    .filter(({ version }, at) => (documents[at]?.version ?? null) !== version)
    .map(({ ref }) => ref);
}

/** How many of a batch's entries are stored. */
export async function countKnown(store: Store, tenant: Tenant, { entries }: CommitBatch): Promise<number> {
  return (await store.readEntries(tenant, { by: 'id', ids: entries.map(({ id }) => id) })).length;
}

/** Writes something else beside the batch, as stores do that use several transactions. */
export function also(store: Store, tenant: Tenant, part: Partial<CommitBatch>): Promise<unknown> {
  return store.commit(tenant, batchOf(part));
}

/** Runs pieces of work one after the other. */
export function mutex(): <Answer>(work: () => Promise<Answer>) => Promise<Answer> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
}
