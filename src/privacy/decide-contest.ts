import {
  type Alias,
  DAY_MS,
  type EntryId,
  fail,
  type Instant,
  instantOf,
  millisOf,
  ok,
  type Result,
} from '../kernel/index.ts';
import type {
  Actor,
  Approval,
  Contest,
  ContestOutcome,
  ContestStatus,
  EventDraft,
  NotPermitted,
} from '../model/index.ts';

/** An answer is due so many days after the contest. Fixed: no policy can make a person wait longer. */
const ANSWER_DAYS = 15;

/** Why a contest is not opened, answered or withheld. */
export type ContestRefusal =
  | NotPermitted
  | { readonly code: 'not-found' }
  | { readonly code: 'already-contested'; readonly contest: EntryId }
  | { readonly code: 'contest-decided'; readonly status: ContestStatus }
  | { readonly code: 'involved' }
  | { readonly code: 'second-person-required' };

/** The document that stands for all contests of one entry by one person. */
export function contestSlotId(contested: string, employee: Alias): string {
  return `${contested}.${employee}`;
}

/** The request for a second person who agrees that an answer is withheld. */
export function withholdApproval(contest: string): string {
  return `contest.${contest}`;
}

/** Opens a contest. The statement is sealed under the key of whoever makes it. */
export function contestOpened(
  employee: Alias,
  contested: string,
  statement: string,
  now: Instant,
): EventDraft {
  return {
    type: 'contest-opened',
    subjects: [employee],
    data: { contested, dueAt: instantOf(millisOf(now) + ANSWER_DAYS * DAY_MS), employee },
    disclosures: { statement: { subject: employee, value: statement } },
  };
}

/** Whether an actor may look at a contest as the one who answers: with the right, there to stay, and not involved. */
export function mayAnswer(actor: Actor, involved: ReadonlySet<string>): Result<Alias, ContestRefusal> {
  if (!actor.can('contests.answer')) return fail({ code: 'not-permitted', needs: 'contests.answer' });
  const person = actor.employee;
  if (person === null) return fail({ code: 'not-permitted', needs: 'a person' });
  if (person.status !== 'active')
    return fail({ code: 'not-permitted', needs: 'somebody who is not leaving' });
  return actor.interests.some((alias) => involved.has(alias)) ? fail({ code: 'involved' }) : ok(person.alias);
}

/** Answers a contest, once; late or early alike. */
export function decideAnswer(
  contest: Contest,
  actor: Actor,
  involved: ReadonlySet<string>,
  outcome: ContestOutcome,
  text: string,
): Result<EventDraft, ContestRefusal> {
  const may = mayAnswer(actor, involved);
  if (!may.ok) return may;
  if (contest.status === 'answered') return fail({ code: 'contest-decided', status: contest.status });
  const { contested, employee } = contest;
  return ok({
    type: 'contest-answered',
    subjects: [employee],
    data: { contest: contest.id, contested, employee, outcome },
    disclosures: { answer: { subject: employee, value: text } },
  });
}

/**
 * Withholds an answer until a day at most thirty after the contest. Takes two uninvolved people and a reason, which
 * the person is told; once, and not when the answer is late already.
 *
 * @param waiting What the first person asked for, if anybody did who is not involved.
 */
export function decideWithhold(
  contest: Contest,
  actor: Actor,
  involved: ReadonlySet<string>,
  { days, reason }: { readonly days: number; readonly reason: string },
  waiting: Approval | null,
): Result<EventDraft, ContestRefusal> {
  const may = mayAnswer(actor, involved);
  if (!may.ok) return may;
  if (contest.status !== 'open') return fail({ code: 'contest-decided', status: contest.status });
  const { employee } = contest;
  const disclosures = { reason: { subject: employee, value: reason } };
  const digest = `days.${days}`;
  const first = waiting?.digest === digest && !involved.has(waiting.requestedBy) ? waiting.requestedBy : null;
  if (first === null)
    return ok({
      type: 'approval-requested',
      subjects: [may.value],
      data: { approval: withholdApproval(contest.id), contest: contest.id, digest, kind: 'withhold-answer' },
    });
  if (first === may.value) return fail({ code: 'second-person-required' });
  const until = instantOf(millisOf(contest.openedAt) + days * DAY_MS);
  return ok({
    type: 'contest-withheld',
    subjects: [employee],
    data: { by: [first, may.value], contest: contest.id, employee, until },
    disclosures,
  });
}

/** The event that ends the keeping of an answered contest; `null` while it is kept. As long as a case, since it may be of one. */
export function contestExpired(contest: Contest, keepDays: number, now: Instant): EventDraft | null {
  const { answeredAt, contested, employee, id } = contest;
  if (answeredAt === null || millisOf(now) - millisOf(answeredAt) < keepDays * DAY_MS) return null;
  return { type: 'contest-expired', subjects: [employee], data: { contest: id, contested, employee } };
}

/** What time does to a contest that nobody answered. */
export function contestAfter(contest: Contest, now: Instant): EventDraft | null {
  const { contested, dueAt, employee, id, status } = contest;
  if (status === 'answered' || status === 'escalated' || now < dueAt) return null;
  return { type: 'contest-escalated', subjects: [employee], data: { contest: id, contested, employee } };
}
