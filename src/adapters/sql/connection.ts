import { CompiledQuery, type Kysely } from 'kysely';
import type { Dialect } from './dialect.ts';

/** A row as a driver gives it. */
export type Row = Readonly<Record<string, unknown>>;

/** One connection, or one transaction of the host: where statements are run one after the other. */
export interface SqlSession {
  /** Runs a statement written with `?`; answers its rows, none for a write. */
  read(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Runs a write; answers how many rows it changed, or `null` where nobody can say. */
  write(sql: string, values?: readonly unknown[]): Promise<number | null>;
}

/** Statements that take many rows are cut into parts of so many, and of about so many characters. */
const MOST_WRITTEN = 200;
const MOST_READ = 500;
const MOST_CHARACTERS = 1_000_000;

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

/** A write for given rows. */
export interface WriteStep {
  readonly sql: string;
  readonly rows: readonly object[];
  /** Whether it may find fewer rows than it is given. */
  readonly mayMiss?: boolean;
}

/**
 * Runs writes one after the other, or as one statement where the engine can: each sees none of what the others do.
 *
 * @returns whether each found as many rows as it was given; `true` as well where nobody can say.
 */
export async function writeSteps(
  session: SqlSession,
  dialect: Dialect,
  steps: readonly WriteStep[],
): Promise<boolean> {
  const asked = steps
    .filter(({ rows }) => rows.length > 0)
    .map((step) => ({ ...step, parts: [...partsOf(step.rows, MOST_WRITTEN)] }));
  if (dialect.joins !== null && asked.length > 1 && asked.every(({ parts }) => parts.length === 1)) {
    const [found] = await session.read(
      dialect.joins(asked.map(({ sql }) => sql)),
      asked.flatMap(({ parts }) => parts),
    );
    return asked.every(
      ({ rows, mayMiss }, at) => mayMiss === true || Number(found?.[`rows_${at}`]) === rows.length,
    );
  }
  for (const { sql, parts, rows, mayMiss } of asked) {
    let changed: number | null = 0;
    for (const part of parts) {
      const more: number | null = await session.write(sql, [part]);
      changed = more === null || changed === null ? null : changed + more;
    }
    if (mayMiss !== true && changed !== null && changed !== rows.length) return false;
  }
  return true;
}

function* partsOf(rows: readonly object[], most: number): Generator<string> {
  let texts: string[] = [];
  let length = 0;
  for (const row of rows) {
    const text = JSON.stringify(row);
    if (texts.length >= most || (length > 0 && length + text.length > MOST_CHARACTERS)) {
      yield `[${texts.join(',')}]`;
      texts = [];
      length = 0;
    }
    texts.push(text);
    length += text.length;
  }
  if (texts.length > 0) yield `[${texts.join(',')}]`;
}

/** Hands out connections of a Kysely instance. */
export interface Connections {
  /** Runs work on one connection, alone. */
  use<Answer>(work: (session: SqlSession) => Promise<Answer>): Promise<Answer>;
}

/** The connections of a Kysely instance, whatever its tables. */
export function connectionsOf<Database>(db: Kysely<Database>, dialect: Dialect): Connections {
  const texts = new Map<string, string>();
  const textOf = (sql: string): string => {
    let text = texts.get(sql);
    if (text === undefined) {
      text = dialect.text(sql);
      if (texts.size < 500) texts.set(sql, text);
    }
    return text;
  };
  return {
    use: (work) =>
      db.connection().execute((connection) => {
        const run = (sql: string, values: readonly unknown[]) =>
          connection.executeQuery<Row>(CompiledQuery.raw(textOf(sql), [...values]));
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
