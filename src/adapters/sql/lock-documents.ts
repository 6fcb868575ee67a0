import { type Row, readGiven, type SqlSession } from './connection.ts';
import type { StoredHead } from './decide-batch.ts';
import type { Dialect } from './dialect.ts';
import type { Touched } from './group-plan.ts';
import type { Statements } from './statements.ts';

/** A document to be locked, as it is given to a statement. */
interface Wanted {
  readonly n: number;
  readonly tenant: string;
  readonly collection: string;
  readonly id: string;
  readonly written: 0 | 1;
  readonly counted: 0 | 1;
}

/** What was found and locked. */
export interface LockedDocuments {
  /** By place; absent documents are left out. */
  readonly heads: ReadonlyMap<string, StoredHead>;
  /** Places of documents that are there and that somebody else holds; only where nobody waits for them. */
  readonly blocked: ReadonlySet<string>;
}

/**
 * Reads documents and locks them until the transaction ends: shared what is only looked at, for itself what is
 * written. All in one order for everybody, so that transactions wait for each other but never in a circle.
 *
 * @param waits Whether to wait for others; otherwise what they hold is told apart.
 * @param inside Whether that is in a transaction of the host's, where from now on nobody waits for long.
 */
export async function lockDocuments(
  session: SqlSession,
  dialect: Dialect,
  statements: Statements,
  touched: ReadonlyMap<string, Touched>,
  { waits, inside }: { readonly waits: boolean; readonly inside: boolean },
): Promise<LockedDocuments> {
  const settings = inside ? dialect.joining?.settings?.set : undefined;
  if (settings !== undefined && touched.size === 0) await session.read(`SELECT ${settings}`);
  const places = [...touched.keys()];
  const wanted = [...touched.values()].map(
    ({ tenant, ref, written, counted }, n): Wanted => ({
      n,
      tenant,
      collection: ref.collection,
      id: ref.id,
      written: written ? 1 : 0,
      counted: counted ? 1 : 0,
    }),
  );
  const rows: Row[] = [];
  for (const { rows: run, written } of dialect.rowLocks === 'runs'
    ? runsOf(wanted)
    : [{ rows: wanted, written: true }]) {
    const sql = written
      ? waits
        ? statements.lockWritten
        : settings === undefined
          ? statements.lockWrittenNow
          : statements.lockWrittenInside
      : waits
        ? statements.lockShared
        : statements.lockSharedNow;
    rows.push(...(await readGiven(session, sql, run)));
  }
  const heads = new Map<string, StoredHead>();
  const blocked = new Set<string>();
  for (const { n, version, index_keys, body, held } of rows) {
    if (held === true && !waits) blocked.add(places[Number(n)] as string);
    if (version === null) continue;
    heads.set(places[Number(n)] as string, {
      version: version as string,
      keys: index_keys as string | null,
      body: body as string | null,
    });
  }
  if (dialect.rowLocks === 'runs' && !waits) {
    // What was skipped is not told from what is absent: looked at once more, without locks.
    const missing = wanted.filter(({ n }) => !heads.has(places[n] as string));
    for (const { n } of await readGiven(session, statements.whichAreThere, missing))
      blocked.add(places[Number(n)] as string);
  }
  return { heads, blocked };
}

/** Documents that are locked alike by one statement. Where modes change too often, more is locked than needed. */
interface Run {
  readonly written: boolean;
  readonly rows: Wanted[];
}

const MOST_RUNS = 16;

function runsOf(wanted: readonly Wanted[]): readonly Run[] {
  const exact = runsBy(wanted, ({ written }) => written === 1);
  if (exact.length <= MOST_RUNS) return exact;
  const writtenIn = new Set(wanted.filter(({ written }) => written === 1).map(groupOf));
  const byCollection = runsBy(wanted, (document) => writtenIn.has(groupOf(document)));
  return byCollection.length <= MOST_RUNS ? byCollection : [{ written: true, rows: [...wanted] }];
}

function runsBy(wanted: readonly Wanted[], isWritten: (document: Wanted) => boolean): Run[] {
  const runs: Run[] = [];
  for (const document of wanted) {
    const written = isWritten(document);
    const last = runs.at(-1);
    if (last?.written === written) last.rows.push(document);
    else runs.push({ written, rows: [document] });
  }
  return runs;
}

function groupOf({ tenant, collection }: Wanted): string {
  return `${tenant} ${collection}`;
}
