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
import type { Statements } from './statements.ts';

type Row = Readonly<Record<string, SQLOutputValue>>;

/** A document, or `null`. */
export function readDocument(
  statements: Statements,
  tenant: TenantId,
  { collection, id }: DocumentRef,
): StoredDocument | null {
  const row = statements.readDocument.get(tenant, collection, id);
  return row === undefined ? null : documentOf({ collection, id }, row);
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
    return { key: row.key as string, ref, document: withDocuments ? documentOf(ref, row) : null };
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

function documentOf({ collection, id }: DocumentRef, { version, body, mac }: Row): StoredDocument {
  return { ref: { collection, id }, version: version as string, body: body as string, mac: mac as string };
}

function entryOf({ id, subjects, leaf, mac, position }: Row): StoredEntry {
  return {
    id: id as string,
    subjects: JSON.parse(subjects as string) as string[],
    leaf: leaf as string,
    mac: mac as string,
    index: position as number | null,
  };
}
