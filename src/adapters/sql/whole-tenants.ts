import type { TenantId } from '../../kernel/index.ts';
import type { PurgeOutcome, PurgeRequest, TenantSize } from '../../ports/index.ts';
import type { SqlSession } from './connection.ts';
import type { Dialect } from './dialect.ts';
import type { Names } from './names.ts';
import { type GroupContext, runGroup } from './run-group.ts';
import { AGAIN, type Ending } from './transact.ts';

/** Counts what a tenant keeps: one statement over its rows, so all of one moment. */
export async function measureTenant(
  session: SqlSession,
  names: Names,
  tenant: TenantId,
): Promise<TenantSize> {
  const rows = await session.read(
    `SELECT collection, count(*) AS rows_kept, sum(octet_length(body)) AS bytes
      FROM ${names.documents} WHERE tenant = ? GROUP BY collection
    UNION ALL
    SELECT NULL AS collection, count(*) AS rows_kept, coalesce(sum(octet_length(leaf)), 0) AS bytes
      FROM ${names.entries} WHERE tenant = ?`,
    [tenant, tenant],
  );
  const sizes = rows.map(({ collection, rows_kept, bytes }) => ({
    collection: collection as string | null,
    count: Number(rows_kept),
    bytes: Number(bytes),
  }));
  const entries = sizes.find(({ collection }) => collection === null);
  return {
    documents: sizes.flatMap(({ collection, count, bytes }) =>
      collection === null ? [] : [{ collection, count, bytes }],
    ),
    entries: { count: entries?.count ?? 0, bytes: entries?.bytes ?? 0 },
  };
}

/** How to delete some rows of each table, in the order in which they go: entries last. */
export function purgeStatements(dialect: Dialect, names: Names): readonly string[] {
  return [
    dialect.deleteSome(names.index_keys, ['index_name', 'index_key', 'collection', 'id']),
    dialect.deleteSome(names.documents, ['collection', 'id']),
    dialect.deleteSome(names.entry_subjects, ['subject', 'position']),
    dialect.deleteSome(names.entries, ['id']),
    dialect.deleteSome(names.staged, ['seq']),
    dialect.deleteSome(names.log, ['position']),
  ];
}

/** Removes up to `limit` rows of a tenant, if the checks hold; inside an open transaction. */
export async function purgeTenant(
  context: GroupContext,
  purges: readonly string[],
  tenant: TenantId,
  { checks, limit }: PurgeRequest,
): Promise<Ending<PurgeOutcome> | typeof AGAIN> {
  const batch = { checks, adds: [], puts: [], deletes: [], entries: [] };
  const came = await runGroup(context, [{ tenant, batch }], { waits: true, careful: false });
  if (came === 'overtaken') return AGAIN;
  const [answer] = came.answers;
  if (answer !== undefined && 'outcome' in answer && answer.outcome.status === 'conflict')
    return { keep: false, answer: { status: 'conflict', refs: answer.outcome.refs } };
  let left = limit;
  for (const sql of purges) {
    left -= (await context.session.write(sql, [tenant, left])) ?? 0;
    if (left <= 0) return { keep: true, answer: { status: 'purged', more: true } };
  }
  await context.session.write(context.statements.endLog, [tenant]);
  return { keep: true, answer: { status: 'purged', more: false } };
}
