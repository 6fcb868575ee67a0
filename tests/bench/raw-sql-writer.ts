import pg from 'pg';
import type { CommitBatch, DocumentPut } from '../../src/ports/index.ts';

/** A batch with its tenant. */
export interface TenantBatch {
  readonly tenant: string;
  readonly batch: CommitBatch;
}

type Row = readonly string[];

/** The rows that batches change, by statement; worked out beforehand. */
type RawRows = Readonly<Record<keyof typeof STATEMENTS, Row[]>>;

/**
 * Writes the rows of batches by bare multi-row statements, prepared, those of their places in the log among them: the
 * limit a store is compared with.
 */
export interface RawSqlWriter {
  /** Works out the rows, for so many batches in one transaction. */
  rowsOf(batches: readonly TenantBatch[], inOneTransaction: number): readonly RawRows[];
  write(transactions: readonly RawRows[]): Promise<void>;
  end(): Promise<void>;
}

const STATEMENTS = {
  documents: {
    columns: 7,
    sql: `INSERT INTO gk_documents (tenant, collection, id, version, mac, index_keys, body)
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
      ON CONFLICT (tenant, collection, id) DO UPDATE SET version = excluded.version, mac = excluded.mac,
        index_keys = excluded.index_keys, body = excluded.body`,
  },
  removeKeys: {
    columns: 5,
    sql: `DELETE FROM gk_index_keys k
      USING unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) AS r(a, b, c, d, e)
      WHERE k.tenant = r.a AND k.index_name = r.b AND k.index_key = r.c AND k.collection = r.d AND k.id = r.e`,
  },
  addKeys: {
    columns: 5,
    sql: `INSERT INTO gk_index_keys (tenant, index_name, index_key, collection, id)
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])`,
  },
  entries: {
    columns: 5,
    sql: `INSERT INTO gk_entries (tenant, id, mac, subjects, leaf)
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])`,
  },
  log: {
    columns: 3,
    sql: `INSERT INTO gk_log (tenant, position, entry)
      SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[])`,
  },
  subjects: {
    columns: 3,
    sql: `INSERT INTO gk_entry_subjects (tenant, subject, position)
      SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[])`,
  },
} as const;

/** A raw writer on one connection, in a schema that holds tables of the store's own kind. */
export async function rawSqlWriter(server: pg.ClientConfig, schema: string): Promise<RawSqlWriter> {
  const client = new pg.Client(server);
  await client.connect();
  await client.query(`SET search_path = ${schema}`);
  const keysOf = new Map<string, DocumentPut['keys']>();
  const sizes = new Map<string, number>();

  function add(rows: RawRows, tenant: string, { puts, adds, entries }: CommitBatch): void {
    for (const { ref, version, mac, body, keys } of puts) {
      const { collection, id } = ref;
      const name = `${tenant} ${collection} ${id}`;
      const stored = keysOf.get(name) ?? [];
      keysOf.set(name, keys);
      const missing = (among: DocumentPut['keys']) => (key: DocumentPut['keys'][number]) =>
        !among.some((other) => other.index === key.index && other.key === key.key);
      const row = ({ index, key }: DocumentPut['keys'][number]): Row => [tenant, index, key, collection, id];
      const text = JSON.stringify(keys.map(({ index, key }) => [index, key]));
      rows.documents.push([tenant, collection, id, version, mac, text, body]);
      rows.removeKeys.push(...stored.filter(missing(keys)).map(row));
      rows.addKeys.push(...keys.filter(missing(stored)).map(row));
    }
    for (const { ref, by, version } of adds)
      rows.documents.push([tenant, ref.collection, ref.id, version, '', '[]', String(by)]);
    for (const { id, mac, subjects, leaf } of entries) {
      rows.entries.push([tenant, id, mac, JSON.stringify(subjects), leaf]);
      const position = String(sizes.get(tenant) ?? 0);
      sizes.set(tenant, Number(position) + 1);
      rows.log.push([tenant, position, id]);
      rows.subjects.push(...[...new Set(subjects)].map((subject): Row => [tenant, subject, position]));
    }
  }

  return {
    rowsOf(batches, inOneTransaction) {
      const transactions: RawRows[] = [];
      for (let from = 0; from < batches.length; from += inOneTransaction) {
        const rows: RawRows = {
          documents: [],
          removeKeys: [],
          addKeys: [],
          entries: [],
          log: [],
          subjects: [],
        };
        for (const { tenant, batch } of batches.slice(from, from + inOneTransaction))
          add(rows, tenant, batch);
        // One statement cannot change a row twice: the last writer of a document wins, as in the store.
        const last = new Map(rows.documents.map((row) => [row.slice(0, 3).join(' '), row]));
        transactions.push({ ...rows, documents: [...last.values()] });
      }
      return transactions;
    },
    async write(transactions) {
      for (const rows of transactions) {
        await client.query('BEGIN');
        for (const [name, { sql, columns }] of Object.entries(STATEMENTS)) {
          const given = rows[name as keyof RawRows];
          if (given.length === 0) continue;
          const values = Array.from({ length: columns }, (_, at) => given.map((row) => row[at]));
          await client.query({ name, text: sql, values });
        }
        await client.query('COMMIT');
      }
    },
    end: () => client.end(),
  };
}
