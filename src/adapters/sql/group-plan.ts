import { isGamekeeperError, type TenantId } from '../../kernel/index.ts';
import type { CommitBatch, CommitOutcome, DocumentRef, IndexKey, StagedEntry } from '../../ports/index.ts';
import { decideBatch, type Head, type StoredHead } from './decide-batch.ts';

/** A batch of a tenant. */
export interface Commit {
  readonly tenant: TenantId;
  readonly batch: CommitBatch;
}

/** A document that a group looks at, and what for. */
export interface Touched {
  readonly tenant: TenantId;
  readonly ref: DocumentRef;
  written: boolean;
  counted: boolean;
}

/** What was read for a group. */
export interface Loaded {
  /** By `placeOf`. */
  readonly heads: ReadonlyMap<string, StoredHead>;
  /** Leaves by `entryPlace`; entries that nobody looked for are not in `asked`. */
  readonly leaves: ReadonlyMap<string, string>;
  readonly asked: ReadonlySet<string>;
}

/** What became of one batch: an outcome, or why it makes no sense. */
export type Verdict = { readonly outcome: CommitOutcome } | { readonly error: unknown };

interface DocumentRow {
  readonly tenant: string;
  readonly collection: string;
  readonly id: string;
}

/** The rows that a group comes to. */
export interface Writes {
  /** New documents, and place holders for absent ones that must stay absent until the commit; in order. */
  readonly inserts: readonly DocumentRow[];
  readonly updates: readonly DocumentRow[];
  /** Documents, by the version they have. */
  readonly deletes: readonly DocumentRow[];
  /** Place holders, when they have done their service. */
  readonly clears: readonly DocumentRow[];
  readonly keysRemoved: readonly object[];
  readonly keysAdded: readonly object[];
  readonly entries: readonly { readonly n: number; readonly tenant: string; readonly id: string }[];
}

/** What a group is to answer and to write. */
export interface GroupPlan {
  readonly verdicts: readonly Verdict[];
  /** Entries to be looked for before the verdicts count: batches that seem to fail may be repetitions. */
  readonly unsure: readonly { readonly tenant: TenantId; readonly id: string }[];
  readonly writes: Writes;
}

/** Names a document among those of all tenants; in the order of these names locks are taken. */
export function placeOf(tenant: TenantId, { collection, id }: DocumentRef): string {
  return `${tenant} ${collection} ${id}`;
}

/** Names an entry among those of all tenants. */
export function entryPlace(tenant: string, id: string): string {
  return `${tenant} ${id}`;
}

/** The documents that batches look at, in the order in which they are locked. */
export function touchedBy(commits: readonly Commit[]): ReadonlyMap<string, Touched> {
  const touched = new Map<string, Touched>();
  const touch = (tenant: TenantId, ref: DocumentRef): Touched => {
    const place = placeOf(tenant, ref);
    const known = touched.get(place);
    if (known !== undefined) return known;
    const fresh: Touched = { tenant, ref, written: false, counted: false };
    touched.set(place, fresh);
    return fresh;
  };
  for (const { tenant, batch } of commits) {
    for (const { ref } of batch.checks) touch(tenant, ref);
    for (const { ref } of batch.puts) touch(tenant, ref).written = true;
    for (const ref of batch.deletes) touch(tenant, ref).written = true;
    for (const { ref } of batch.adds) {
      const document = touch(tenant, ref);
      document.written = true;
      document.counted = true;
    }
  }
  return new Map([...touched].sort(([left], [right]) => (left < right ? -1 : 1)));
}

const ABSENT: StoredHead = { version: null, keys: null, body: null };

/**
 * Decides batches one after the other on what was read, before anything is written: so one that fails leaves
 * no trace, and a document that many of them change is written once.
 *
 * @param places Whether absences are to be held by rows, where others write at the same time.
 */
export function planGroup(commits: readonly Commit[], loaded: Loaded, places: boolean): GroupPlan {
  const heads = new Map<string, Head>();
  const staged = new Map<string, { readonly tenant: TenantId; readonly entry: StagedEntry }>();
  const set = {
    head(tenant: TenantId, ref: DocumentRef): Head {
      const place = placeOf(tenant, ref);
      const known = heads.get(place);
      if (known !== undefined) return known;
      const stored = loaded.heads.get(place) ?? ABSENT;
      const head: Head = {
        tenant,
        ref,
        stored,
        version: stored.version,
        body: null,
        mac: '',
        keys: null,
        changed: false,
        guarded: false,
      };
      heads.set(place, head);
      return head;
    },
    leaf(tenant: TenantId, id: string): string | null {
      const place = entryPlace(tenant, id);
      return staged.get(place)?.entry.leaf ?? loaded.leaves.get(place) ?? null;
    },
    stage(tenant: TenantId, entry: StagedEntry): void {
      staged.set(entryPlace(tenant, entry.id), { tenant, entry });
    },
  };
  const unsure: { tenant: TenantId; id: string }[] = [];
  const verdicts = commits.map(({ tenant, batch }): Verdict => {
    const verdict = verdictOf(() => decideBatch(set, tenant, batch));
    if ('error' in verdict || verdict.outcome.status !== 'committed') {
      for (const { id } of batch.entries)
        if (!loaded.asked.has(entryPlace(tenant, id))) unsure.push({ tenant, id });
    }
    return verdict;
  });
  return { verdicts, unsure, writes: writesOf(heads.values(), staged.values(), places) };
}

/** A batch that contradicts the data fails alone. */
function verdictOf(decide: () => CommitOutcome): Verdict {
  try {
    return { outcome: decide() };
  } catch (error) {
    if (!isGamekeeperError(error)) throw error;
    return { error };
  }
}

function writesOf(
  heads: Iterable<Head>,
  staged: Iterable<{ readonly tenant: TenantId; readonly entry: StagedEntry }>,
  places: boolean,
): Writes {
  const inserts: (DocumentRow & { readonly version: string })[] = [];
  const updates: DocumentRow[] = [];
  const deletes: DocumentRow[] = [];
  const clears: DocumentRow[] = [];
  const keysRemoved: object[] = [];
  const keysAdded: object[] = [];
  for (const head of heads) {
    const { tenant, ref, stored, version, mac, body, changed } = head;
    const place = { tenant, collection: ref.collection, id: ref.id };
    if (stored.version === null && version === null) {
      if (!places || !head.guarded) continue;
      inserts.push({ ...place, ...PLACE_HOLDER });
      clears.push({ ...place, version: PLACE_HOLDER.version } as DocumentRow);
      continue;
    }
    if (!changed) continue;
    const wanted = version === null ? [] : head.keys;
    const keys = wanted === null ? (stored.keys ?? '[]') : keysAsJson(wanted);
    const row = { ...place, version, mac, index_keys: keys, body };
    if (stored.version === null) inserts.push(row as typeof row & { version: string });
    else if (version === null) deletes.push({ ...place, version: stored.version } as DocumentRow);
    else updates.push({ ...row, was: stored.version } as DocumentRow);
    if (wanted !== null && keys !== (stored.keys ?? '[]')) {
      const change = changedKeys(stored.keys, wanted);
      for (const [index_name, index_key] of change.removed)
        keysRemoved.push({ ...place, index_name, index_key });
      for (const [index_name, index_key] of change.added) keysAdded.push({ ...place, index_name, index_key });
    }
  }
  inserts.sort((left, right) => (sortable(left) < sortable(right) ? -1 : 1));
  const entries = [...staged].map(({ tenant, entry: { id, mac, subjects, leaf } }, n) => ({
    n,
    tenant,
    id,
    mac,
    subjects: JSON.stringify(subjects),
    leaf,
  }));
  return { inserts, updates, deletes, clears, keysRemoved, keysAdded, entries };
}

const PLACE_HOLDER = { version: '-', mac: '', index_keys: '[]', body: '' };

function sortable({ tenant, collection, id }: DocumentRow): string {
  return `${tenant} ${collection} ${id}`;
}

function keysAsJson(keys: readonly IndexKey[]): string {
  return keys.length === 0 ? '[]' : JSON.stringify(keys.map(({ index, key }) => [index, key]));
}

type Pair = readonly [index: string, key: string];

function changedKeys(
  stored: string | null,
  wanted: readonly IndexKey[],
): { readonly removed: readonly Pair[]; readonly added: readonly Pair[] } {
  const before = pairsByName(stored === null ? [] : (JSON.parse(stored) as Pair[]));
  const after = pairsByName(wanted.map(({ index, key }) => [index, key] as const));
  return {
    removed: [...before].filter(([name]) => !after.has(name)).map(([, pair]) => pair),
    added: [...after].filter(([name]) => !before.has(name)).map(([, pair]) => pair),
  };
}

function pairsByName(pairs: readonly Pair[]): ReadonlyMap<string, Pair> {
  return new Map(pairs.map((pair) => [`${pair[0]} ${pair[1]}`, pair]));
}
