import { contestAfter, contestExpired, contestSlotId } from '../../privacy/index.ts';
import type { Transaction } from '../commit/transaction.ts';
import { dropTexts } from './drop-texts.ts';

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

/** Forgets an answered contest whose time is over, and what both sides wrote. The entries of it stay. */
export async function expireContest(
  transaction: Transaction,
  id: string,
): Promise<'contestsExpired' | 'nothing'> {
  await transaction.load(['contest', id]);
  const contest = transaction.get('contest', id);
  const { keepCasesDays } = transaction.company.policy.alerts;
  const event = contest === null ? null : contestExpired(contest, keepCasesDays, transaction.now);
  if (contest === null || event === null) return 'nothing';
  const { answer, contested, employee, withheldBy } = contest;
  await transaction.load(['contest-slot', contestSlotId(contested, employee)]);
  transaction.record(event);
  const written = [id, withheldBy, answer].filter((entry) => typeof entry === 'string');
  await dropTexts(transaction, employee, written);
  return 'contestsExpired';
}
