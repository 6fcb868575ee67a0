import type { CommitBatch, IndexHit, Store, StoredEntry } from '../ports/index.ts';
import { addOf, batchOf, entryOf, putOf, rangeOf, refOf, tenant } from './store-harness.ts';

/** How a writer that is to be cut off goes about it. */
export interface CrashLoad {
  /** Keeps the commits of one writer apart from those of another. */
  readonly run: string;
  /** Hears of each commit once the store has answered: write it where it survives, before anything else. */
  readonly acknowledge: (id: string) => void;
  /** How many commits to write at most; without an end when left out. */
  readonly most?: number;
}

/** What a store holds after its writer was cut off. */
export interface Survivors {
  /** Ids of commits that are there. */
  readonly present: ReadonlySet<string>;
  /** Whatever contradicts itself: half batches, a wrong counter, a gap in the log. */
  readonly faults: readonly string[];
}

const head = refOf('head');
const counter = refOf('n', 'count');

/**
 * Commits, one at a time and eight at once by turns, until its process is killed, its disk fails or the power is cut.
 *
 * Each commit writes a document, a head that all of them rewrite, a counter and an entry, so that half of one shows.
 */
export async function writeCrashLoad(
  store: Store,
  { run, acknowledge, most = Number.POSITIVE_INFINITY }: CrashLoad,
): Promise<void> {
  const commit = async (at: number): Promise<void> => {
    const { id, batch } = crashBatch(run, at);
    const { status } = await store.commit(tenant, batch);
    if (status !== 'committed') throw new Error(`a commit without checks answered ${status}`);
    acknowledge(id);
  };
  let { size } = await store.sequence(tenant, { size: 0, limit: 0 });
  for (let at = 0; at < most; ) {
    const group = at % 3 === 0 ? 8 : 1;
    await Promise.all(Array.from({ length: group }, (_, place) => commit(at + place)));
    at += group;
    if (at % 5 === 0) ({ size } = await store.sequence(tenant, { size, limit: 100 }));
  }
}

/** One commit of the load, by the writer's name and a number: the same bytes each time. */
export function crashBatch(run: string, at: number): { readonly id: string; readonly batch: CommitBatch } {
  const id = `${run}-${at}`;
  const body = `"${'x'.repeat((at * 379) % 3000)}"`;
  const puts = [putOf(refOf(id), id, [['all', id]], body), putOf(head, id, [['head', id]])];
  return { id, batch: batchOf({ adds: [addOf(counter, 1, id)], puts, entries: [entryOf(id, ['s'])] }) };
}

/** Looks whether every commit of `writeCrashLoad` is there whole or not at all. Rejects when the store cannot be read. */
export async function survivorsIn(store: Store): Promise<Survivors> {
  const faults: string[] = [];
  const hits = await allHits(store);
  const entries = await allEntries(store);
  const present = new Set(hits.map(({ ref }) => ref.id));
  const told = new Set(entries.map(({ id }) => id));
  for (const id of present) if (!told.has(id)) faults.push(`${id} has a document and no entry`);
  for (const id of told) if (!present.has(id)) faults.push(`${id} has an entry and no document`);
  if (told.size !== entries.length) faults.push('an entry is there twice');
  const { size } = await store.sequence(tenant, { size: 0, limit: 0 });
  for (const [at, { index }] of entries.entries())
    if (index !== (at < size ? at : null)) faults.push(`entry ${at} has index ${index}`);
  for (const { ref, document } of hits)
    if (document?.version !== ref.id) faults.push(`${ref.id} has lost its document`);
  const [last, count] = await store.get(tenant, [head, counter]);
  if (Number(count?.body ?? 0) !== present.size)
    faults.push(`the counter is ${count?.body}, and there are ${present.size} commits`);
  const [heads = []] = await store.find(tenant, { ranges: [rangeOf('head')], want: 'refs' });
  if (heads.length !== Math.min(1, present.size) || (heads[0]?.key ?? null) !== (last?.version ?? null))
    faults.push('the head and its key differ');
  return { present, faults };
}

async function allHits(store: Store): Promise<readonly IndexHit[]> {
  const all: IndexHit[] = [];
  for (;;) {
    const range = rangeOf('all', { after: all.at(-1) ?? null });
    const [page = []] = await store.find(tenant, { ranges: [range], want: 'documents' });
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
  return [...all, ...(await store.readEntries(tenant, { by: 'staged', limit: 1000 }))];
}
