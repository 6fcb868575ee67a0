import type { TenantId } from '../../kernel/index.ts';
import type { SequenceOutcome, SequenceRequest } from '../../ports/index.ts';
import type { SqlSession } from './connection.ts';
import type { GroupContext } from './run-group.ts';
import type { Statements } from './statements.ts';
import { AGAIN, type Ending } from './transact.ts';
import { writeSteps } from './write-steps.ts';

/** How long the log of a tenant is. */
export async function readSize(
  session: SqlSession,
  statements: Statements,
  tenant: TenantId,
): Promise<number> {
  const [row] = await session.read(statements.readSize, [tenant]);
  return Number(row?.size ?? 0);
}

/**
 * Gives positions to the staged entries that are seen, in the order of their numbers; inside an open transaction.
 *
 * What is staged by a transaction that is still open is not seen and comes later. That breaks no order: whoever
 * met that transaction in a document waits for it, see `run-group.ts`. Only sequencers wait here for each other.
 */
export async function sequence(
  { session, dialect, statements }: GroupContext,
  tenant: TenantId,
  { size, limit }: SequenceRequest,
): Promise<Ending<SequenceOutcome> | typeof AGAIN> {
  const [locked] = await session.read(statements.lockSize, [tenant]);
  if (locked === undefined) {
    if (size !== 0) return { keep: false, answer: { status: 'conflict', size: 0 } };
    await session.write(statements.beginLog, [tenant]);
    const [begun] = await session.read(statements.lockSize, [tenant]);
    if (begun === undefined) return AGAIN;
    if (Number(begun.size) !== 0)
      return { keep: false, answer: { status: 'conflict', size: Number(begun.size) } };
  } else if (Number(locked.size) !== size) {
    return { keep: false, answer: { status: 'conflict', size: Number(locked.size) } };
  }
  const staged = await session.read(statements.nextStaged, [tenant, limit]);
  if (staged.length === 0) return { keep: false, answer: { status: 'sequenced', size, count: 0 } };
  const subjects = staged.flatMap((entry, at) =>
    [...new Set(JSON.parse(entry.subjects as string) as string[])].map((subject) => ({
      tenant,
      subject,
      position: size + at,
    })),
  );
  const grown = size + staged.length;
  await writeSteps(session, dialect, [
    {
      sql: statements.appendToLog,
      rows: staged.map(({ id }, at) => ({ tenant, position: size + at, entry: id })),
    },
    { sql: statements.addSubjects, rows: subjects },
    // By their numbers: one that is lower than the last of these may have come to be seen meanwhile.
    { sql: statements.unstage, rows: staged.map(({ seq }) => ({ tenant, seq: Number(seq) })) },
    { sql: statements.growLog, rows: [{ tenant, size: grown, was: size }] },
  ]);
  return { keep: true, answer: { status: 'sequenced', size: grown, count: staged.length } };
}
