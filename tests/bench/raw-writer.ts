import type { DatabaseSync } from 'node:sqlite';
import type { CommitBatch, DocumentPut } from '../../src/ports/index.ts';

/** The rows of a batch for the raw writer: which statement, with which values. */
type RawRow = readonly [
  statement: 'document' | 'addKey' | 'removeKey' | 'entry' | 'subject',
  values: (string | number)[],
];

/** Writes the rows of batches by bare prepared statements: the limit a store is compared with. */
export interface RawWriter {
  /** The rows that change, worked out beforehand. */
  rowsOf(tenant: string, batches: readonly CommitBatch[]): readonly (readonly RawRow[])[];
  write(batches: readonly (readonly RawRow[])[], inOneTransaction: number): void;
  close(): void;
}

/** A raw writer on a database of the store's own schema. */
export function rawWriter(database: DatabaseSync): RawWriter {
  const statements = {
    document: database.prepare(
      `INSERT INTO documents (tenant, collection, id, version, mac, index_keys, body) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET version = excluded.version, mac = excluded.mac, index_keys = excluded.index_keys, body = excluded.body`,
    ),
    addKey: database.prepare(
      'INSERT INTO index_keys (tenant, index_name, key, collection, id) VALUES (?, ?, ?, ?, ?)',
    ),
    removeKey: database.prepare(
      'DELETE FROM index_keys WHERE tenant = ? AND index_name = ? AND key = ? AND collection = ? AND id = ?',
    ),
    entry: database.prepare(
      'INSERT INTO entries (tenant, position, id, mac, subjects, leaf) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    subject: database.prepare('INSERT INTO entry_subjects (tenant, subject, position) VALUES (?, ?, ?)'),
  };
  const [begin, commit] = [database.prepare('BEGIN IMMEDIATE'), database.prepare('COMMIT')];
  const keysOf = new Map<string, DocumentPut['keys']>();
  let position = 0;

  function documentRows(tenant: string, { ref, version, mac, body, keys }: DocumentPut): RawRow[] {
    const { collection, id } = ref;
    const stored = keysOf.get(`${collection} ${id}`) ?? [];
    keysOf.set(`${collection} ${id}`, keys);
    const missing = (among: DocumentPut['keys']) => (key: DocumentPut['keys'][number]) =>
      !among.some((other) => other.index === key.index && other.key === key.key);
    const values = (key: DocumentPut['keys'][number]): string[] => [
      tenant,
      key.index,
      key.key,
      collection,
      id,
    ];
    const text = JSON.stringify(keys.map(({ index, key }) => [index, key]));
    return [
      ['document', [tenant, collection, id, version, mac, text, body]],
      ...stored.filter(missing(keys)).map((key): RawRow => ['removeKey', values(key)]),
      ...keys.filter(missing(stored)).map((key): RawRow => ['addKey', values(key)]),
    ];
  }

  return {
    rowsOf: (tenant, batches) =>
      batches.map(({ puts, adds, entries }) => [
        ...puts.flatMap((put) => documentRows(tenant, put)),
        ...adds.map(
          ({ ref, by, version }): RawRow => [
            'document',
            [tenant, ref.collection, ref.id, version, '', '[]', String(by)],
          ],
        ),
        ...entries.flatMap(({ id, mac, subjects, leaf }): RawRow[] => {
          const at = position;
          position += 1;
          return [
            ['entry', [tenant, at, id, mac, JSON.stringify(subjects), leaf]],
            ...subjects.map((subject): RawRow => ['subject', [tenant, subject, at]]),
          ];
        }),
      ]),
    write(batches, inOneTransaction) {
      for (let from = 0; from < batches.length; from += inOneTransaction) {
        begin.run();
        for (const rows of batches.slice(from, from + inOneTransaction)) {
          for (const [statement, values] of rows) statements[statement].run(...values);
        }
        commit.run();
      }
    },
    close: () => database.close(),
  };
}
