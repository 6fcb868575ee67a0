import type { TenantId } from '../../kernel/index.ts';
import type {
  DocumentRef,
  EntryQuery,
  IndexHit,
  IndexQuery,
  StoredDocument,
  StoredEntry,
} from '../../ports/index.ts';
import { type Row, readTogether, type SqlSession } from './connection.ts';
import type { Dialect } from './dialect.ts';
import { placeOf } from './group-plan.ts';
import type { Names } from './names.ts';
import type { DocumentQuestion } from './read-queue.ts';
import type { Statements } from './statements.ts';

/**
 * The documents that each question asks for, in the order asked; by one statement, so all of one moment. One that many
 * ask for, as all do for the head of their company, is read once.
 */
export async function readDocuments(
  session: SqlSession,
  statements: Statements,
  questions: readonly DocumentQuestion[],
): Promise<(StoredDocument | null)[][]> {
  const numbers = new Map<string, number>();
  const wanted: object[] = [];
  const asked = questions.map(({ tenant, refs }) =>
    refs.map((ref) => {
      const place = placeOf(tenant, ref);
      const known = numbers.get(place);
      if (known !== undefined) return known;
      const n = wanted.length;
      numbers.set(place, n);
      wanted.push({ n, tenant, collection: ref.collection, id: ref.id });
      return n;
    }),
  );
  const rows: Row[] = [];
  for (const row of await readTogether(session, statements.getDocuments, wanted)) rows[Number(row.n)] = row;
  return questions.map(({ refs }, question) =>
    refs.map((ref, at) => {
      const row = rows[asked[question]?.[at] ?? -1];
      return row === undefined ? null : documentOf(ref, row);
    }),
  );
}

/** The hits of each range, by one statement: all of one moment. */
export async function readRanges(
  session: SqlSession,
  dialect: Dialect,
  names: Names,
  tenant: TenantId,
  { ranges, want }: IndexQuery,
): Promise<IndexHit[][]> {
  const hits: IndexHit[][] = ranges.map(() => []);
  if (ranges.length === 0) return hits;
  const values: unknown[] = [];
  const parts = ranges.map((range, n) => {
    const position = dialect.position(range);
    values.push(tenant, range.index, ...position.values, range.limit);
    const order = range.descending ? 'DESC' : 'ASC';
    return `SELECT * FROM (SELECT ${n} AS n, k.tenant, k.index_key, k.collection, k.id FROM ${names.index_keys} k
      WHERE k.tenant = ? AND k.index_name = ? AND ${position.sql}
      ORDER BY k.index_key ${order}, k.collection ${order}, k.id ${order} LIMIT ?) k${n}`;
  });
  const keys = parts.join(' UNION ALL ');
  const sql =
    want === 'refs'
      ? keys
      : `SELECT h.n, h.index_key, h.collection, h.id, d.version, d.body, d.mac FROM (${keys}) h
        ${dialect.lookUp(names.documents, 'd', 'd.tenant = h.tenant AND d.collection = h.collection AND d.id = h.id')}`;
  for (const row of await session.read(sql, values)) {
    const ref = { collection: row.collection as string, id: row.id as string };
    const document = want === 'refs' ? null : documentOf(ref, row);
    hits[Number(row.n)]?.push({ key: row.index_key as string, ref, document });
  }
  // A join may give rows in another order than it was given them.
  return hits.map((found, at) => found.sort(ranges[at]?.descending === true ? downwards : upwards));
}

/** Entries, each kind of question by its own index. */
export async function readEntries(
  session: SqlSession,
  statements: Statements,
  tenant: TenantId,
  query: EntryQuery,
): Promise<StoredEntry[]> {
  switch (query.by) {
    case 'index':
      return (await session.read(statements.entriesFrom, [tenant, query.from, query.limit])).map(entryOf);
    case 'staged':
      return (await session.read(statements.staged, [tenant, query.limit])).map(entryOf);
    case 'id': {
      const wanted = query.ids.map((id, n) => ({ n, tenant, id }));
      const rows = await readTogether(session, statements.entriesById, wanted);
      return [...rows].sort((left, right) => Number(left.n) - Number(right.n)).map(entryOf);
    }
    case 'subject': {
      const { subject, after, limit, descending } = query;
      const sql = descending ? statements.entriesOfSubject.descending : statements.entriesOfSubject.ascending;
      const from = after ?? (descending ? Number.MAX_SAFE_INTEGER : -1);
      return (await session.read(sql, [tenant, subject, from, limit])).map(entryOf);
    }
  }
}

function upwards(left: IndexHit, right: IndexHit): number {
  return (
    order(left.key, right.key) ||
    order(left.ref.collection, right.ref.collection) ||
    order(left.ref.id, right.ref.id)
  );
}

function downwards(left: IndexHit, right: IndexHit): number {
  return upwards(right, left);
}

function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function documentOf({ collection, id }: DocumentRef, { version, body, mac }: Row): StoredDocument {
  return { ref: { collection, id }, version: version as string, body: body as string, mac: mac as string };
}

function entryOf({ id, subjects, leaf, mac, position }: Row): StoredEntry {
  return {
    id: id as string,
    subjects: JSON.parse(subjects as string) as string[],
    leaf: leaf as string,
    mac: mac as string,
    index: position == null ? null : Number(position),
  };
}
