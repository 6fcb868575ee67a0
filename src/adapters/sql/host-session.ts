import { GamekeeperError } from '../../kernel/index.ts';
import type { HostTransaction } from '../../ports/index.ts';
import type { Row, SqlSession } from './connection.ts';
import type { DriverText } from './texts.ts';

/** A host's transaction as statements are run on it, whatever its driver answers. */
export function hostSession(textOf: (sql: string) => DriverText, transaction: HostTransaction): SqlSession {
  const run = async (sql: string, values: readonly unknown[]): Promise<Came> => {
    const { text, name } = textOf(sql);
    // What takes no values is as fast unprepared, and some of it cannot be prepared at all.
    if (name === null || values.length === 0 || transaction.prepared === undefined)
      return cameOf(await transaction.execute(text, [...values]));
    return cameOf(await transaction.prepared(name, text, [...values]));
  };
  return {
    read: async (sql, values = []) => (await run(sql, values)).rows,
    write: async (sql, values = []) => (await run(sql, values)).changed,
  };
}

interface Came {
  readonly rows: readonly Row[];
  /** How many rows were changed; `null` where the driver does not say. */
  readonly changed: number | null;
}

/** `pg`, Kysely: an object with `rows`. `mysql2`: rows or a header, and something else. TypeORM, Prisma: rows. */
function cameOf(answer: unknown): Came {
  if (Array.isArray(answer)) {
    const [first, second] = answer as unknown[];
    if (Array.isArray(first)) return { rows: first as Row[], changed: numberOf(second) };
    const changed = changedBy(first);
    if (changed !== null) return { rows: [], changed };
    if (answer.every((row) => typeof row === 'object' && row !== null))
      return { rows: answer as Row[], changed: null };
  } else if (answer === undefined || answer === null || typeof answer === 'number') {
    return { rows: [], changed: numberOf(answer) };
  } else if (typeof answer === 'object') {
    const { rows } = answer as { readonly rows?: unknown };
    if (Array.isArray(rows)) return { rows: rows as Row[], changed: changedBy(answer) };
    const changed = changedBy(answer);
    if (changed !== null) return { rows: [], changed };
  }
  throw new GamekeeperError(
    'ERR_INVALID_INPUT',
    'transaction.execute: expected what the driver answers: an array of rows, or an object with rows',
    { path: 'transaction.execute' },
  );
}

function changedBy(answer: unknown): number | null {
  const { rowCount, affectedRows, numAffectedRows } = (answer ?? {}) as Readonly<Record<string, unknown>>;
  return numberOf(rowCount) ?? numberOf(affectedRows) ?? numberOf(numAffectedRows);
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : null;
}
