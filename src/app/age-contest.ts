import { contestAfter } from '../privacy/index.ts';
import type { Transaction } from './transaction.ts';

/** A contest that nobody answered in time is told of, if that is still so. */
export async function escalateContest(
  transaction: Transaction,
  id: string,
): Promise<'contestsEscalated' | 'nothing'> {
  await transaction.load(['contest', id]);
  const contest = transaction.get('contest', id);
  const event = contest === null ? null : contestAfter(contest, transaction.now);
  if (event === null) return 'nothing';
  transaction.record(event);
  return 'contestsEscalated';
}
