import type { SqlSession } from './connection.ts';
import { AT_ONCE, type Dialect, type WriteText } from './dialect.ts';
import { partsOf } from './parts.ts';

/** A write for given rows. */
export interface WriteStep {
  readonly sql: WriteText;
  readonly rows: readonly object[];
  /** Whether it may find fewer rows than it is given. */
  readonly mayMiss?: boolean;
}

/** A statement that takes many rows is cut into parts of so many. */
const MOST_WRITTEN = 1000;

/**
 * Runs writes one after the other, or as one statement where the engine can: each sees none of what the others do.
 *
 * @param afterwards A value to be worked out after them, in the same round trip if that can be.
 * @returns whether each found as many rows as it was given; `true` as well where nobody can say.
 */
export async function writeSteps(
  session: SqlSession,
  dialect: Dialect,
  steps: readonly WriteStep[],
  afterwards: string | null = null,
): Promise<boolean> {
  const asked = steps
    .filter(({ rows }) => rows.length > 0)
    .map((step) => ({ ...step, parts: [...partsOf(step.rows, MOST_WRITTEN)] }));
  if (dialect.joins !== null && asked.length > 1 && asked.every(({ parts }) => parts.length === 1)) {
    const [found] = await session.read(
      dialect.joins(
        asked.map(({ sql }) => sql),
        afterwards,
      ),
      asked.flatMap(({ parts }) => parts),
    );
    return asked.every(
      ({ rows, mayMiss }, at) => mayMiss === true || Number(found?.[`rows_${at}`]) === rows.length,
    );
  }
  for (const { sql, parts, rows, mayMiss } of asked) {
    const text = typeof sql === 'string' ? sql : sql(AT_ONCE);
    let changed: number | null = 0;
    for (const part of parts) {
      const more: number | null = await session.write(text, [part]);
      changed = more === null || changed === null ? null : changed + more;
    }
    if (mayMiss !== true && changed !== null && changed !== rows.length) return false;
  }
  if (afterwards !== null) await session.read(`SELECT ${afterwards}`);
  return true;
}
