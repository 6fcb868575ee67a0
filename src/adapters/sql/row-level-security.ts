import type { Row, SqlSession } from './connection.ts';
import type { Names } from './names.ts';

/** The setting that names the tenant whose rows a transaction may see. */
const TENANT = 'gamekeeper.tenant';

/**
 * What makes PostgreSQL itself keep tenants apart: each row belongs to one, and who is not a superuser sees those
 * of the tenant that the transaction names, the owner of the tables included. The views see no more than who asks.
 */
export function rowLevelSecurity(names: Names): readonly string[] {
  const tables = guardedTables(names);
  return [
    ...tables.flatMap((table) => [
      `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
      `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
      `DROP POLICY IF EXISTS gk_tenant ON ${table}`,
      `CREATE POLICY gk_tenant ON ${table} USING (tenant = current_setting('${TENANT}', true))`,
    ]),
    ...[names.owner, names.access].map((view) => `ALTER VIEW ${view} SET (security_invoker = true)`),
  ];
}

/** Lets the transaction that is open see the rows of a tenant. */
export async function enterTenant(session: SqlSession, tenant: string): Promise<void> {
  await session.read(`SELECT set_config('${TENANT}', ?, true)`, [tenant]);
}

/** How many of the tables have it, and whether it binds who asks. */
export async function securityOf(
  session: SqlSession,
  names: Names,
): Promise<{ readonly on: 'all' | 'some' | 'none'; readonly binds: boolean }> {
  const tables = guardedTables(names);
  const rows = await session.read(
    tables
      .map(
        (table) =>
          `SELECT relrowsecurity AND relforcerowsecurity AS secured, row_security_active('${table}') AS active
            FROM pg_class WHERE oid = '${table}'::regclass`,
      )
      .join(' UNION ALL '),
  );
  const secured = rows.filter((row: Row) => row.secured === true).length;
  return {
    on: secured === 0 ? 'none' : secured === tables.length ? 'all' : 'some',
    binds: rows.some((row: Row) => row.active === true),
  };
}

function guardedTables(names: Names): readonly string[] {
  const { documents, index_keys, entries, staged, log, entry_subjects, log_sizes } = names;
  return [documents, index_keys, entries, staged, log, entry_subjects, log_sizes];
}
