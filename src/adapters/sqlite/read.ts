import type { SQLOutputValue } from 'node:sqlite';
import type { TenantId } from '../../kernel/index.ts';
import type {
  DocumentRef,
  EntryQuery,
  IndexHit,
  IndexRange,
  StoredDocument,
  StoredEntry,
} from '../../ports/index.ts';
import { type Row, type RowCache, rowName } from './row-cache.ts';
import { abandon, type Statements } from './statements.ts';

/** Documents at one moment: as they are remembered, if all are, or else in a transaction of their own. */
export function readDocuments(
  statements: Statements,
  cache: RowCache,
  tenant: TenantId,
  refs: readonly DocumentRef[],
): (StoredDocument | null)[] {
  cache.refresh();
  const known: (StoredDocument | null)[] = [];
  for (const ref of refs) {
    const row = cache.peek(rowName(tenant, ref));
    if (row === undefined) break;
    known.push(documentOf(ref, row));
  }
  if (known.length === refs.length) return known;
  return inTransaction(statements, () => {
    cache.refresh();
    return refs.map((ref) => documentOf(ref, cache.read(rowName(tenant, ref), tenant, ref)));
  });
}

/** Runs reads on one state of the file. */
export function inTransaction<Answer>(statements: Statements, work: () => Answer): Answer {
  statements.begin.run();
  try {
    const answer = work();
    statements.commit.run();
    return answer;
  } catch (error) {
    abandon(statements);
    throw error;
  }
}

/** The hits of one range. */
export function readRange(
  statements: Statements,
  tenant: TenantId,
  range: IndexRange,
  withDocuments: boolean,
): IndexHit[] {
  const { ascending, descending } = withDocuments ? statements.findDocuments : statements.findRefs;
  const [start, far] = range.descending ? [range.to, range.from] : [range.from, range.to];
  const edge = edgeOf(range, start);
  const rows = (range.descending ? descending : ascending).all(
    tenant,
    range.index,
    ...edge,
    far,
    range.limit,
  );
  return rows.map((row) => {
    const ref = { collection: row.collection as string, id: row.id as string };
    const document = withDocuments ? documentOf(ref, row as unknown as Omit<Row, 'keys'>) : null;
    return { key: row.key as string, ref, document };
  });
}

/** Entries, each kind of question by its own index. */
export function readEntries(statements: Statements, tenant: TenantId, query: EntryQuery): StoredEntry[] {
  switch (query.by) {
    case 'index':
      return statements.entriesFrom.all(tenant, query.from, query.limit).map(entryOf);
    case 'staged':
      return statements.stagedEntries.all(tenant, query.limit).map(entryOf);
    case 'id':
      return query.ids.flatMap((id) => {
        const row = statements.entryById.get(tenant, id);
        return row === undefined ? [] : [entryOf(row)];
      });
    case 'subject': {
      const { subject, after, limit, descending } = query;
      return descending
        ? statements.entriesOfSubject.descending
            .all(tenant, subject, after ?? Number.MAX_SAFE_INTEGER, limit)
            .map(entryOf)
        : statements.entriesOfSubject.ascending.all(tenant, subject, after ?? -1, limit).map(entryOf);
    }
  }
}

/** Where travel begins: at the bound, which lies before all documents of its key, or at `after` if that is further on. */
function edgeOf({ after, descending }: IndexRange, bound: string): [string, string, string] {
  if (after === null || (descending ? after.key >= bound : after.key < bound)) return [bound, '', ''];
  return [after.key, after.ref.collection, after.ref.id];
}

function documentOf(ref: DocumentRef, row: Omit<Row, 'keys'>): StoredDocument;
function documentOf(ref: DocumentRef, row: Row | null): StoredDocument | null;
function documentOf({ collection, id }: DocumentRef, row: Omit<Row, 'keys'> | null): StoredDocument | null {
  if (row === null) return null;
  return { ref: { collection, id }, version: row.version, body: row.body, mac: row.mac };
}

function entryOf({
  id,
  subjects,
  leaf,
  mac,
  position,
}: Readonly<Record<string, SQLOutputValue>>): StoredEntry {
  return {
    id: id as string,
    subjects: JSON.parse(subjects as string) as string[],
    leaf: leaf as string,
    mac: mac as string,
    index: position as number | null,
  };
}
