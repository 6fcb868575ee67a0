import { overdue } from '../../followup/index.ts';
import { type Alias, DAY_MS, HOUR_MS, type Instant, instantOf, MINUTE_MS, ok } from '../../kernel/index.ts';
import {
  type Clock,
  endOfSpan,
  latestStartOf,
  type ProfileShape,
  type Span,
  stayingManagers,
} from '../../model/index.ts';
import { approverAtLevel, escalateClaim } from '../../ownership/index.ts';
import type { DocumentRef, IndexHit } from '../../ports/index.ts';
import { escalateAlert } from '../alerts/aging-alerts.ts';
import { tellRepeated } from '../alerts/raise-alert.ts';
import { eachOf } from '../commit/batch.ts';
import { byItself } from '../commit/by-itself.ts';
import type { Session } from '../commit/session.ts';
import type { Transaction } from '../commit/transaction.ts';
import { abandonPermit, ageHold, resume } from '../guard/sweep-guard.ts';
import { finishJob } from '../handovers/handover-jobs.ts';
import { outsideTransfers } from '../handovers/handover-transfers.ts';
import { endWatch } from '../handovers/handover-watch.ts';
import { remindOfContact, tellSilence } from '../handovers/sweep-watch.ts';
import { seenBy } from '../observe/observing.ts';
import { escalateContest } from '../privacy/age-contest.ts';
import { retention } from '../privacy/retention.ts';
import type { Duty } from './duty.ts';
import { nothingDone, type Outcome, type SweepReport } from './sweep-report.ts';

const PART = 200;

/**
 * Does what is due: reminders, escalations, folded refusals, an end to what is kept. Finds it in one index of deadlines, whose keys
 * are facts; the rule shifts the range and every item is decided again from facts. So it costs what is due,
 * may run twice or in two processes at once, and one failing item stops no other.
 *
 * @param goesOn Asked before each further part of a duty; what is left over is still due the next time.
 */
export function sweep(
  session: Session,
  shape: ProfileShape,
  goesOn: () => boolean = () => true,
): Promise<SweepReport> {
  const work = { kind: 'sweep', tenant: session.tenant } as const;
  return seenBy(session.platform, work, () => sweepAll(session, shape, goesOn));
}

async function sweepAll(session: Session, shape: ProfileShape, goesOn: () => boolean): Promise<SweepReport> {
  const counts = nothingDone();
  const failed: { place: string; error: unknown }[] = [];
  let examined = 0;
  const skipped = session.company.tenant.suspendedAt === undefined ? null : 'suspended';
  for (const { prefix, upTo, act, look, oneByOne } of skipped ? [] : duties(session, shape)) {
    for (let after: IndexHit | null = null; ; ) {
      const [hits = []]: readonly (readonly IndexHit[])[] = await session.store.find(session.tenant, {
        want: 'refs',
        ranges: [{ ...rangeOf({ prefix, upTo }), limit: PART, after }],
      });
      examined += hits.length;
      await look?.(hits.map(({ ref }) => ref));
      await eachOf(
        hits,
        ({ ref }) => (oneByOne ? prefix : ref.id),
        async ({ ref }) => {
          try {
            counts[await act(ref)] += 1;
          } catch (error) {
            failed.push({ place: `${ref.collection}/${ref.id}`, error });
          }
          return ok(null);
        },
      );
      after = hits.at(-1) ?? null;
      if (after === null || hits.length < PART || !goesOn()) break;
    }
  }
  tellSwept(session, { ...counts, failed: failed.length });
  const { forgotten: _, nothing: __, ...done } = counts;
  return { skipped, ...done, examined, failed };
}

function tellSwept({ platform, tenant }: Session, counts: { readonly [outcome: string]: number }): void {
  if (platform.observer === null) return;
  for (const [outcome, items] of Object.entries(counts))
    if (items > 0) platform.observer.tell({ kind: 'swept', tenant, outcome, items });
}

/** How many items a sweep would look at now, up to a hundred of each kind. One read. */
export async function countDue(session: Session, shape: ProfileShape): Promise<number> {
  const ranges = duties(session, shape).map((duty) => ({ ...rangeOf(duty), limit: 100, after: null }));
  const lists = await session.store.find(session.tenant, { want: 'refs', ranges });
  return lists.reduce((count, hits) => count + hits.length, 0);
}

function rangeOf({ prefix, upTo }: Pick<Duty, 'prefix' | 'upTo'>) {
  return { index: 'due', from: `${prefix}.`, to: `${prefix}.${upTo}~`, descending: false };
}

function duties(session: Session, shape: ProfileShape): readonly Duty[] {
  const { company, platform } = session;
  const { alerts, claims, followUps } = company.policy;
  const { contactDays, escalateContactDays } = company.policy.handover;
  const now = platform.clock.now();
  const outside = outsideTransfers(session);
  const { calendar, timeZone } = company.tenant;
  const latest = (days: number): Instant =>
    instantOf(latestStartOf(now, { days, working: followUps.workingDays }, timeZone, calendar));
  const before = (millis: number): Instant => instantOf(Math.max(0, now - millis));
  return [
    {
      prefix: 'running',
      upTo: latest(followUps.remindAfterDays),
      act: (ref) => remind(session, ref, 'running'),
    },
    {
      prefix: 'reminded',
      upTo: latest(followUps.escalateAfterDays),
      act: (ref) => remind(session, ref, 'reminded'),
    },
    // Approvers have calendars of their own; no working day is shorter than a calendar day.
    {
      prefix: 'claim',
      upTo: before(claims.escalateAfterWorkingDays * DAY_MS - 2 * HOUR_MS),
      act: (ref) => escalate(session, ref),
    },
    {
      prefix: 'repeat',
      upTo: instantOf(now),
      act: (ref) => byItself(session, 'sweep-alerts', (transaction) => tellRepeated(transaction, ref)),
    },
    {
      prefix: 'alert',
      upTo: before(alerts.escalateAfterHours * HOUR_MS),
      act: ({ id }) => byItself(session, 'sweep-alerts', (transaction) => escalateAlert(transaction, id)),
    },
    {
      prefix: 'contest',
      upTo: instantOf(now),
      act: ({ id }) => byItself(session, 'sweep-contests', (transaction) => escalateContest(transaction, id)),
    },
    {
      prefix: 'handover-job',
      upTo: instantOf(now),
      async act({ id }) {
        await finishJob(session, id);
        return 'handoversResumed';
      },
    },
    {
      prefix: 'transfer',
      upTo: instantOf(now),
      look: (refs) => outside.look(refs),
      act: (ref) => outside.settle(ref),
    },
    {
      prefix: 'handover-end',
      upTo: instantOf(now),
      act: async ({ id }) => ((await endWatch(session, id)) ? 'handoversClosed' : 'nothing'),
    },
    // Successors have calendars of their own; no working day is shorter than a calendar day.
    ...(['waiting', 'reminded'] as const).map((stage) => ({
      prefix: `contact-${stage}`,
      upTo: before((stage === 'waiting' ? contactDays : escalateContactDays) * DAY_MS - 2 * HOUR_MS),
      act: ({ id }: DocumentRef) =>
        byItself(session, 'sweep-watch', (transaction) => remindOfContact(transaction, id as Alias)),
    })),
    {
      prefix: 'silent',
      upTo: instantOf(now),
      act: ({ id }) =>
        byItself(session, 'sweep-watch', (transaction) => tellSilence(transaction, id as Alias)),
    },
    {
      prefix: 'hold',
      upTo: instantOf(now),
      act: (ref) => byItself(session, 'sweep-holds', (transaction) => ageHold(transaction, ref.id)),
    },
    // Whoever released it is carrying it out; after a minute something has come between.
    {
      prefix: 'released',
      upTo: instantOf(Math.max(0, now - MINUTE_MS)),
      act: (ref) => resume(session, shape, ref.id),
    },
    {
      prefix: 'permit',
      upTo: instantOf(now),
      act: (ref) => byItself(session, 'sweep-permits', (transaction) => abandonPermit(transaction, ref.id)),
    },
    { prefix: 'fold', upTo: instantOf(now), act: (ref) => tellFolded(session, ref) },
    ...retention(session),
  ];
}

/** Reminds the owner, or tells the supervisor, if it is still due by the facts. */
async function remind(session: Session, ref: DocumentRef, stage: Clock['stage']): Promise<Outcome> {
  return byItself(session, 'sweep-follow-up', async (transaction) => {
    await transaction.load(['clock', ref.id]);
    const clock = transaction.get('clock', ref.id);
    if (clock === null || clock.stage !== stage || !isOverdue(transaction, clock)) return 'nothing';
    const { org } = transaction.company;
    // What was meant for somebody who leaves goes to whoever is next above and stays.
    const supervisor = stayingManagers(org, clock.owner)[0]?.alias ?? null;
    const stays = org.byAlias.get(clock.owner)?.status === 'active';
    const told: Alias | null = stage === 'running' && stays ? clock.owner : supervisor;
    transaction.record(overdue(clock, told));
    return stage === 'running' ? 'reminded' : 'escalated';
  });
}

function isOverdue({ company, now }: Transaction, clock: Clock): boolean {
  const { followUps } = company.policy;
  const days = clock.stage === 'running' ? followUps.remindAfterDays : followUps.escalateAfterDays;
  const span: Span = { days, working: followUps.workingDays };
  return endOfSpan(Date.parse(clock.since), span, company.tenant.timeZone, company.tenant.calendar) <= now;
}

/** Moves a silent claim up once its approver had the working days of the approver's own calendar. */
async function escalate(session: Session, ref: DocumentRef): Promise<Outcome> {
  return byItself(session, 'sweep-claim', async (transaction) => {
    await transaction.load(['claim', ref.id]);
    const claim = transaction.get('claim', ref.id);
    if (claim === null || claim.status !== 'submitted' || claim.atTop) return 'nothing';
    const { org, policy, tenant } = transaction.company;
    const calendar = approverAtLevel(claim, org)?.calendar ?? tenant.calendar;
    const span: Span = { days: policy.claims.escalateAfterWorkingDays, working: true };
    if (endOfSpan(Date.parse(claim.waitingSince), span, tenant.timeZone, calendar) > transaction.now)
      return 'nothing';
    transaction.record(escalateClaim(claim, org, transaction.now));
    return 'claimsEscalated';
  });
}

/** Tells how often a refusal was repeated within its minute, and forgets the counter. */
async function tellFolded(session: Session, ref: DocumentRef): Promise<Outcome> {
  const counter: DocumentRef = { collection: ref.collection, id: `${ref.id}.count` };
  return byItself(session, 'sweep-refusals', async (transaction) => {
    const [fold, count] = await transaction.loadRaw([ref, counter]);
    if (fold == null) return 'nothing';
    transaction.remove(ref);
    if (count == null) return 'forgotten';
    transaction.remove(counter);
    const { actor, attempt, code, entry, subjects } = session.codec.decode<Folded>(fold);
    transaction.record({
      type: 'refusals-folded',
      subjects,
      data: { attempt, by: actor, count: Number(count.body), first: entry, refusal: code },
    });
    return 'refusalsFolded';
  });
}

interface Folded {
  readonly actor: string;
  readonly attempt: string;
  readonly code: string;
  readonly entry: string;
  readonly subjects: readonly Alias[];
}
