import type { Client } from 'pg';

/** A table or an index of the store: what it weighs, and how many records it holds. */
export interface Weight {
  readonly name: string;
  readonly table: string;
  readonly kind: 'table' | 'index';
  readonly bytes: number;
  readonly records: number;
}

const TABLES = ['documents', 'index_keys', 'entries', 'log', 'entry_subjects', 'staged', 'log_sizes'];

/** Records of some tenants by table. */
export async function countRecords(
  client: Client,
  schema: string,
  tenants: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const table of TABLES) {
    const { rows } = await client.query(
      `SELECT count(*) AS records FROM ${schema}.gk_${table} WHERE tenant = ANY($1)`,
      [tenants],
    );
    counts.set(table, Number(rows[0].records));
  }
  return counts;
}

/** What every table and index of a store weighs on disk. */
export async function weigh(
  client: Client,
  schema: string,
  records: ReadonlyMap<string, number>,
): Promise<readonly Weight[]> {
  const { rows } = await client.query(
    `SELECT c.relname AS name, coalesce(t.relname, c.relname) AS of, c.relkind AS kind,
        pg_relation_size(c.oid) + coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0) AS bytes
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_index i ON i.indexrelid = c.oid LEFT JOIN pg_class t ON t.oid = i.indrelid
      WHERE n.nspname = $1 AND c.relkind IN ('r', 'i') ORDER BY 2, 3 DESC, 1`,
    [schema],
  );
  return rows.flatMap(({ name, of, kind, bytes }) => {
    const table = String(of).replace(/^gk_/, '');
    return TABLES.includes(table)
      ? [
          {
            name: String(name),
            table,
            kind: kind === 'r' ? ('table' as const) : ('index' as const),
            bytes: Number(bytes),
            records: records.get(table) ?? 0,
          },
        ]
      : [];
  });
}
