import type { Client } from 'pg';
import { tenantAt } from './books.ts';

/** The store's own rows of a book, under another tenant's id: each table in the order of its key. */
const TABLES = {
  documents: { columns: 'collection, id, version, mac, index_keys, body', order: 'collection, id' },
  index_keys: {
    columns: 'index_name, index_key, collection, id',
    order: 'index_name, index_key, collection, id',
  },
  entries: { columns: 'id, mac, subjects, leaf', order: 'id' },
  log: { columns: 'position, entry', order: 'position' },
  entry_subjects: { columns: 'subject, position', order: 'subject, position' },
  log_sizes: { columns: 'size', order: 'size' },
} as const;

/** Tenants in one transaction. */
const PART = 20;

/** Lays down tenants `from` to `to`, each as a copy of book `n % books`. */
export async function layDown(
  client: Client,
  schema: string,
  { from, to, books }: { readonly from: number; readonly to: number; readonly books: number },
  progress: (done: number) => void,
): Promise<void> {
  await client.query("SET synchronous_commit = off; SET work_mem = '256MB'");
  for (let at = from; at < to; at += PART) {
    const numbers = Array.from({ length: Math.min(PART, to - at) }, (_, each) => at + each);
    const copies = numbers.map(tenantAt);
    const sources = numbers.map((number) => tenantAt(number % books));
    await client.query('BEGIN');
    for (const [table, { columns, order }] of Object.entries(TABLES)) {
      await client.query(
        `INSERT INTO ${schema}.gk_${table} (tenant, ${columns})
          SELECT copy, ${columns} FROM unnest($1::text[], $2::text[]) AS laid(copy, book)
          JOIN ${schema}.gk_${table} ON tenant = book COLLATE "C" ORDER BY copy COLLATE "C", ${order}`,
        [copies, sources],
      );
    }
    await client.query('COMMIT');
    progress(numbers.length);
  }
}
