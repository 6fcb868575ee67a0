import { readGiven, type SqlSession } from './connection.ts';
import type { Dialect } from './dialect.ts';
import { faultOf } from './faults.ts';
import {
  type Commit,
  entryPlace,
  type GroupPlan,
  type Loaded,
  placeOf,
  planGroup,
  touchedBy,
  type Verdict,
  type Writes,
} from './group-plan.ts';
import { lockDocuments } from './lock-documents.ts';
import type { Statements } from './statements.ts';
import { writeSteps } from './write-steps.ts';

/** What a group is run with. */
export interface GroupContext {
  readonly session: SqlSession;
  readonly dialect: Dialect;
  readonly statements: Statements;
}

/** What became of one batch of a group: a verdict, or the document that another transaction holds. */
export type GroupAnswer = Verdict | { readonly blockedBy: string };

/** How a group is run. */
export interface GroupMode {
  /** Whether to wait for documents that others hold; otherwise batches that need them are put aside. */
  readonly waits: boolean;
  /** Whether to look for all entries first: somebody else is committing the same ones. */
  readonly careful: boolean;
  /** Whether the transaction is one of the host's. */
  readonly inside?: boolean;
}

/**
 * Decides a group of batches inside an open transaction, and writes what they come to. The caller commits.
 *
 * The order of what is done makes the order of the log: every document that a batch looks at is held by a
 * lock, and every absence by a row, before the batch's entries draw their numbers; and all of it is held until
 * the transaction ends. So when two transactions meet in a document, the second one draws its numbers after
 * the first has ended. Whoever sees the entries of the second sees those of the first, with lower numbers:
 * `sequence` takes what it sees in the order of numbers, and no transaction ever waits for all others.
 *
 * @returns `overtaken` when somebody else made a document or an entry meanwhile: roll back, and run it carefully.
 */
export async function runGroup(
  context: GroupContext,
  commits: readonly Commit[],
  { waits, careful, inside = false }: GroupMode,
): Promise<{ readonly answers: readonly GroupAnswer[]; readonly wrote: boolean } | 'overtaken'> {
  const { session, dialect, statements } = context;
  const { heads, blocked } = await lockDocuments(session, dialect, statements, touchedBy(commits), {
    waits,
    inside,
  });
  const free = blocked.size === 0 ? commits : commits.filter((commit) => blockerOf(commit, blocked) === null);
  const plan = await decide(context, free, heads, careful);
  if (await isOvertaken(context, plan.writes, inside)) return 'overtaken';
  let next = 0;
  const answers = commits.map((commit): GroupAnswer => {
    const blockedBy = blocked.size === 0 ? null : blockerOf(commit, blocked);
    if (blockedBy !== null) return { blockedBy };
    const verdict = plan.verdicts[next] as Verdict;
    next += 1;
    return verdict;
  });
  return { answers, wrote: writesAnything(plan.writes) };
}

/** The first of a batch's documents that somebody else holds, or `null`. */
function blockerOf({ tenant, batch }: Commit, blocked: ReadonlySet<string>): string | null {
  const among = (refs: readonly { readonly collection: string; readonly id: string }[]): string | undefined =>
    refs.map((ref) => placeOf(tenant, ref)).find((place) => blocked.has(place));
  return (
    among(batch.adds.map(({ ref }) => ref)) ??
    among(batch.puts.map(({ ref }) => ref)) ??
    among(batch.deletes) ??
    among(batch.checks.map(({ ref }) => ref)) ??
    null
  );
}

/** Decides on what is locked. A batch that fails may be a repetition: then its entries are looked for first. */
async function decide(
  { session, dialect, statements }: GroupContext,
  commits: readonly Commit[],
  heads: Loaded['heads'],
  careful: boolean,
): Promise<GroupPlan> {
  const leaves = new Map<string, string>();
  const asked = new Set<string>();
  const lookFor = async (
    entries: readonly { readonly tenant: string; readonly id: string }[],
  ): Promise<void> => {
    for (const { tenant, id } of entries) asked.add(entryPlace(tenant, id));
    for (const { tenant, id, leaf } of await readGiven(session, statements.leavesOf, entries))
      leaves.set(entryPlace(tenant as string, id as string), leaf as string);
  };
  if (careful)
    await lookFor(commits.flatMap(({ tenant, batch }) => batch.entries.map(({ id }) => ({ tenant, id }))));
  for (;;) {
    const plan = planGroup(commits, { heads, leaves, asked }, dialect.rowLocks !== 'none');
    if (plan.unsure.length === 0) return plan;
    await lookFor(plan.unsure);
  }
}

/**
 * Writes in the one order that keeps the promise of `runGroup`: documents, absences, entries; then the numbers.
 *
 * @returns whether somebody else was faster with one of them.
 */
async function isOvertaken(
  { session, dialect, statements }: GroupContext,
  writes: Writes,
  inside: boolean,
): Promise<boolean> {
  if (!writesAnything(writes)) return false;
  const { inserts, updates, deletes, clears, keysRemoved, keysAdded, entries } = writes;
  const restore = inside ? (dialect.joining?.settings?.restore ?? null) : null;
  const first = [
    { sql: statements.insertDocuments, rows: inserts },
    { sql: statements.updateDocuments, rows: updates },
    { sql: statements.deleteDocuments, rows: deletes },
    { sql: statements.removeKeys, rows: keysRemoved, mayMiss: true },
    { sql: statements.addKeys, rows: keysAdded, mayMiss: true },
    { sql: statements.insertEntries, rows: entries },
  ];
  const last = { sql: statements.stage, rows: entries.map(({ n, tenant, id }) => ({ n, tenant, id })) };
  try {
    // A place holder cannot be taken away by the statement that makes it.
    if (clears.length === 0) return !(await writeSteps(session, dialect, [...first, last], restore));
    if (!(await writeSteps(session, dialect, first))) return true;
    await writeSteps(session, dialect, [{ sql: statements.deleteDocuments, rows: clears }, last], restore);
    return false;
  } catch (error) {
    if (faultOf(error) === 'duplicate') return true;
    throw error;
  }
}

function writesAnything(writes: Writes): boolean {
  return Object.values(writes).some((rows: readonly unknown[]) => rows.length > 0);
}
