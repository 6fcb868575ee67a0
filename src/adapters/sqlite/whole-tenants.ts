import type { DatabaseSync } from 'node:sqlite';
import type { TenantId } from '../../kernel/index.ts';
import type { PurgeOutcome, PurgeRequest, TenantSize } from '../../ports/index.ts';

/** Counts what a tenant keeps: one pass over its rows, without the bodies of long ones. */
export function measureTenant(database: DatabaseSync, tenant: TenantId): TenantSize {
  const documents = database
    .prepare(
      `SELECT collection, count(*) AS count, sum(octet_length(body)) AS bytes
       FROM documents WHERE tenant = ? GROUP BY collection`,
    )
    .all(tenant) as unknown as TenantSize['documents'];
  const entries = database
    .prepare(
      'SELECT count(*) AS count, coalesce(sum(octet_length(leaf)), 0) AS bytes FROM entries WHERE tenant = ?',
    )
    .get(tenant) as unknown as TenantSize['entries'];
  return {
    documents: documents.map(({ collection, count, bytes }) => ({ collection, count, bytes })),
    entries: { count: entries.count, bytes: entries.bytes },
  };
}

/** What a tenant has rows in, in the order in which they go: entries last, then the size of the log. */
const TABLES = [
  { table: 'index_keys', key: 'index_name, key, collection, id' },
  { table: 'documents', key: 'collection, id' },
  { table: 'entry_subjects', key: 'subject, position' },
  { table: 'entries', key: 'position' },
  { table: 'logs', key: 'tenant' },
] as const;

/** Removes up to `limit` rows of a tenant. Runs inside a write transaction. */
export function purgeTenant(
  database: DatabaseSync,
  tenant: TenantId,
  { checks, limit }: PurgeRequest,
): PurgeOutcome {
  const version = database.prepare(
    'SELECT version FROM documents WHERE tenant = ? AND collection = ? AND id = ?',
  );
  const refs = checks
    .filter(
      (check) => (version.get(tenant, check.ref.collection, check.ref.id)?.version ?? null) !== check.version,
    )
    .map(({ ref: { collection, id } }) => ({ collection, id }));
  if (refs.length > 0) return { status: 'conflict', refs };
  let left = limit;
  for (const { table, key } of TABLES) {
    const removed = database
      .prepare(
        `DELETE FROM ${table} WHERE tenant = ?1
           AND (${key}) IN (SELECT ${key} FROM ${table} WHERE tenant = ?1 LIMIT ?2)`,
      )
      .run(tenant, left).changes;
    left -= Number(removed);
    if (left === 0) return { status: 'purged', more: true };
  }
  return { status: 'purged', more: false };
}
