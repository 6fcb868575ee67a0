import { type Alias, DAY_MS, type Instant, instantOf } from '../../kernel/index.ts';
import type { DocumentRef } from '../../ports/index.ts';
import { expireAlert } from '../alerts/aging-alerts.ts';
import { byItself } from '../commit/by-itself.ts';
import type { Session } from '../commit/session.ts';
import type { Transaction } from '../commit/transaction.ts';
import { forgetSeen, forgetUsage } from '../guard/usage.ts';
import type { Duty } from '../workers/duty.ts';
import type { Outcome } from '../workers/sweep-report.ts';
import { expireContest } from './age-contest.ts';
import { expireDeletion } from './expire-deletion.ts';

/**
 * The duties by which nothing is kept for longer than was said. What told of a person or a customer ends with an
 * entry; counters and notes of the keeper's own are only dropped.
 */
export function retention(session: Session): readonly Duty[] {
  const { company, platform } = session;
  const { keepCasesDays, keepDismissedDays } = company.policy.alerts;
  const { eraseDeleted, restoreDays } = company.policy.guard;
  const now = instantOf(platform.clock.now());
  const before = (days: number): Instant => instantOf(Math.max(0, platform.clock.now() - days * DAY_MS));
  const does =
    (attempt: string, decide: (transaction: Transaction, ref: DocumentRef) => Promise<Outcome>) =>
    (ref: DocumentRef): Promise<Outcome> =>
      byItself(session, attempt, (transaction) => decide(transaction, ref));
  const ends = does('sweep-alerts', (transaction, { id }) => expireAlert(transaction, id));
  return [
    { prefix: 'alert-dismissed', upTo: before(keepDismissedDays), act: ends },
    { prefix: 'alert-resolved', upTo: before(keepCasesDays), act: ends },
    {
      prefix: 'contest-answered',
      upTo: before(keepCasesDays),
      act: does('sweep-contests', (transaction, { id }) => expireContest(transaction, id)),
    },
    {
      prefix: 'deleted',
      // Where the company erases none, none is looked at.
      upTo: eraseDeleted ? before(restoreDays) : instantOf(0),
      // An erasure changes the head, by which every process learns that keys are gone.
      oneByOne: true,
      act: does('sweep-deletions', (transaction, { id }) => expireDeletion(transaction, id as Alias)),
    },
    { prefix: 'usage', upTo: now, act: does('sweep-usage', forgetUsage) },
    { prefix: 'shown', upTo: now, act: does('sweep-usage', forgetSeen) },
    { prefix: 'seen', upTo: now, act: (ref) => forget(session, ref) },
  ];
}

/** Drops what an idempotency key remembers, or the note that a read is on record, once its time is over. */
async function forget(session: Session, ref: DocumentRef): Promise<Outcome> {
  await session.store.commit(session.tenant, { checks: [], adds: [], puts: [], deletes: [ref], entries: [] });
  return 'forgotten';
}
