import type { CommitBatch, Store } from '../../ports/index.ts';
import { same } from '../expectations.ts';
import { addOf, batchOf, entryOf, idsIn, putOf, rangeOf, refOf, tenant } from '../store-harness.ts';

export const a = refOf('a');
export const b = refOf('b');
export const fresh = refOf('m', 'count');
export const counter = refOf('n', 'count');
/** What a commit without adds answers. */
export const done = { status: 'committed', repeated: false, totals: [] } as const;

/** A document `a` at `v1`, a counter at 5, one entry. */
export async function start(store: Store): Promise<void> {
  const adds = [addOf(counter, 5, 'c1')];
  const batch = batchOf({ puts: [putOf(a, 'v1', [['i', 'old']])], adds, entries: [entryOf('e1', ['s'])] });
  same(await store.commit(tenant, batch), { ...done, totals: [5] }, 'the first commit');
}

/** A batch that would change everything that `start` left, and make a counter. */
export function changeAll(part: Partial<CommitBatch>): CommitBatch {
  return batchOf({
    adds: [addOf(counter, 1, 'c2'), addOf(fresh, 1, 'f1')],
    puts: [putOf(b, 'v2', [['i', 'new']])],
    deletes: [a],
    entries: [entryOf('e2', ['s'])],
    ...part,
  });
}

/** Fails unless everything is as `start` left it. */
export async function requireUntouched(store: Store): Promise<void> {
  const documents = await store.get(tenant, [a, b, counter, fresh]);
  same(
    documents.map((document) => document?.version),
    ['v1', undefined, 'c1', undefined],
    'versions',
  );
  same(documents[2]?.body, '5', 'the counter');
  same(await idsIn(store, rangeOf('i')), ['a'], 'the index');
  const staged = await store.readEntries(tenant, { by: 'staged', limit: 10 });
  same(
    staged.map(({ id }) => id),
    ['e1'],
    'the staged entries',
  );
}

/** Ids, as one text. */
export const ids = (entries: readonly { readonly id: string }[]): string =>
  entries.map(({ id }) => id).join(' ');
