import { CompiledQuery, type Kysely } from 'kysely';
import type { Dialect } from './dialect.ts';
import { partsOf } from './parts.ts';
import { driverTexts } from './texts.ts';

/** A row as a driver gives it. */
export type Row = Readonly<Record<string, unknown>>;

/** One connection, or one transaction of the host: where statements are run one after the other. */
export interface SqlSession {
  /** Runs a statement written with `?`; answers its rows, none for a write. */
  read(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Runs a write; answers how many rows it changed, or `null` where nobody can say. */
  write(sql: string, values?: readonly unknown[]): Promise<number | null>;
}

/** A read that takes many rows is cut into parts of so many. */
const MOST_READ = 500;

/** Runs a read for parts of the given rows, one after the other; `sql` names them as `r`. */
export async function readGiven(session: SqlSession, sql: string, rows: readonly object[]): Promise<Row[]> {
  const found: Row[] = [];
  for (const part of partsOf(rows, MOST_READ)) found.push(...(await session.read(sql, [part])));
  return found;
}

/** Runs a read for all given rows at once: what it answers is of one moment. */
export async function readTogether(
  session: SqlSession,
  sql: string,
  rows: readonly object[],
): Promise<readonly Row[]> {
  return rows.length === 0 ? [] : session.read(sql, [JSON.stringify(rows)]);
}

/** Hands out connections of a Kysely instance. */
export interface Connections {
  /** Runs work on one connection, alone. */
  use<Answer>(work: (session: SqlSession) => Promise<Answer>): Promise<Answer>;
}

/** The connections of a Kysely instance, whatever its tables. */
export function connectionsOf<Database>(db: Kysely<Database>, dialect: Dialect): Connections {
  const textOf = driverTexts(dialect);
  return {
    use: (work) =>
      db.connection().execute((connection) => {
        const run = (sql: string, values: readonly unknown[]) =>
          connection.executeQuery<Row>(CompiledQuery.raw(textOf(sql).text, [...values]));
        return work({
          read: async (sql, values = []) => (await run(sql, values)).rows,
          write: async (sql, values = []) => {
            const { numAffectedRows } = await run(sql, values);
            return numAffectedRows === undefined ? null : Number(numAffectedRows);
          },
        });
      }),
  };
}
