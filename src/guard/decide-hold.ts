import {
  type Alias,
  fail,
  type Instant,
  type JsonValue,
  type LocalDate,
  ok,
  type Result,
} from '../kernel/index.ts';
import {
  type Actor,
  capacitiesOf,
  type Employee,
  type EventDraft,
  endOfWorkingHours,
  type Hold,
  type OrgChart,
  onBehalfOf,
  stayingManagers,
  supervises,
  type Tenant,
} from '../model/index.ts';
import type { Policy } from '../policy/index.ts';
import type { GuardReason } from './decide.ts';
import type { Operation } from './operations.ts';

/** Why a hold is not decided. */
export type HoldRefusal =
  | { readonly code: 'not-found' }
  | { readonly code: 'not-permitted'; readonly needs: string }
  | { readonly code: 'own-hold' }
  | { readonly code: 'self-benefit' }
  | { readonly code: 'hold-decided'; readonly status: Hold['status'] }
  | { readonly code: 'requester-departed' }
  | { readonly code: 'blocked' };

/** What is held. */
export interface HoldRequest {
  readonly operation: Operation;
  readonly customers: readonly Alias[];
  readonly beneficiary: Alias | null;
  readonly onBehalfOf: Alias | null;
  readonly digest: string;
  readonly slot: string;
  readonly brings: Hold['brings'];
  /** Merkle root of the customers, in their order. */
  readonly root: string;
  readonly reasons: readonly GuardReason[];
  /** Facts that carrying it out needs, such as to whom. */
  readonly facts: { readonly [name: string]: JsonValue };
}

/** How many holds of one requester wait at a time: nobody buries the reviewers. */
export const MOST_WAITING = 20;
/** An entry has at most 512 subjects: a hold on more customers names them in its list only. */
const MOST_SUBJECTS = 400;

/** Parks an operation. Its deadlines, in the calendar of the nearest supervisor who stays, are facts from then on. */
export function placeHold(
  request: HoldRequest,
  actor: Actor,
  org: OrgChart,
  { timeZone, calendar }: Pick<Tenant, 'timeZone' | 'calendar'>,
  policy: Policy,
  now: Instant,
): EventDraft {
  const hours = policy.guard.holdWorkingHours;
  const own = stayingManagers(org, actor.party as Alias)[0]?.calendar ?? calendar;
  const start = Date.parse(now);
  const customers = request.customers.length <= MOST_SUBJECTS ? request.customers : [];
  return {
    type: 'hold-placed',
    subjects: [...(actor.employee === null ? [] : [actor.employee.alias]), ...customers],
    data: {
      ...request.facts,
      beneficiary: request.beneficiary,
      brings: request.brings,
      count: request.customers.length,
      digest: request.digest,
      escalateAt: endOfWorkingHours(start, hours / 2, timeZone, own),
      expireAt: endOfWorkingHours(start, hours, timeZone, own),
      operation: request.operation,
      reasons: request.reasons as unknown as JsonValue,
      root: request.root,
      slot: request.slot,
    },
  };
}

/** The hold is still to be decided. */
export function isWaiting({ status }: Hold): boolean {
  return status === 'waiting' || status === 'escalated';
}

/**
 * Who may decide a hold: somebody above the requester, or with `holds.release`. Never who asked, in whose
 * place it was asked, who stands in for either, or who would gain by it; and nobody who is leaving.
 */
export function mayDecideHold(hold: Hold, actor: Actor, org: OrgChart): Result<Employee | null, HoldRefusal> {
  const self = actor.employee;
  if (self === null) return fail({ code: 'not-permitted', needs: 'a person' });
  const asked = [hold.requester, hold.onBehalfOf].filter((party) => party !== null);
  if (asked.some((party) => actor.interests.includes(party as Alias))) return fail({ code: 'own-hold' });
  if (hold.beneficiary !== null && actor.interests.includes(hold.beneficiary))
    return fail({ code: 'self-benefit' });
  if (self.status !== 'active') return fail({ code: 'not-permitted', needs: 'somebody who is not leaving' });
  const requester = org.byAlias.get(hold.requester as Alias);
  const above =
    requester === undefined
      ? undefined
      : actor.capacities.find((person) => supervises(org, person, requester.alias));
  if (above !== undefined) return ok(above);
  return actor.can('holds.release')
    ? ok(null)
    : fail({ code: 'not-permitted', needs: 'a supervisor or holds.release' });
}

/** Releases or denies a hold. Decided once; a requester who has left gets nothing more. */
export function decideHold(
  hold: Hold | null,
  actor: Actor,
  org: OrgChart,
  to: 'released' | 'denied',
  reason: string,
): Result<{ readonly event: EventDraft; readonly onBehalfOf: Alias | null }, HoldRefusal> {
  if (hold === null) return fail({ code: 'not-found' });
  const may = mayDecideHold(hold, actor, org);
  if (!may.ok) return may;
  if (!isWaiting(hold)) return fail({ code: 'hold-decided', status: hold.status });
  const requester = org.byAlias.get(hold.requester as Alias);
  if (to === 'released' && requester?.status === 'departed') return fail({ code: 'requester-departed' });
  const self = actor.employee as Employee;
  return ok({
    event: {
      type: to === 'released' ? 'hold-released' : 'hold-denied',
      subjects: [self.alias, ...(requester === undefined ? [] : [requester.alias])],
      data: { digest: hold.digest, hold: hold.id, operation: hold.operation, requester: hold.requester },
      disclosures: { reason: { subject: self.alias, value: reason } },
    },
    onBehalfOf: onBehalfOf(actor, may.value),
  });
}

/**
 * Whether what a release brought may still be used: as long as a hold waits to be decided, and not under stricter
 * thresholds than it was asked for under. Else it could be kept for the day on which nobody would give it any more.
 *
 * @param strict Whether notice or a review lowers the thresholds, and whether they did when it was asked for.
 */
export function isReleaseGood(
  hold: Hold,
  strict: { readonly now: boolean; readonly before: boolean },
  org: OrgChart,
  { timeZone, calendar }: Pick<Tenant, 'timeZone' | 'calendar'>,
  policy: Policy,
  now: Instant,
): boolean {
  if (hold.decidedAt === null || (strict.now && !strict.before)) return false;
  const own = stayingManagers(org, hold.requester as Alias)[0]?.calendar ?? calendar;
  return now < endOfWorkingHours(Date.parse(hold.decidedAt), policy.guard.holdWorkingHours, timeZone, own);
}

/** Who has a part in a hold: who asked, in whose place, and who would gain. */
export type HoldParties = Pick<Hold, 'requester' | 'onBehalfOf' | 'beneficiary'>;

/** Whether somebody has no part in a hold, and stands in today for nobody who has. */
export function standsApart(
  { requester, onBehalfOf, beneficiary }: HoldParties,
  person: Employee,
  org: OrgChart,
  today: LocalDate,
): boolean {
  const parties = [requester, onBehalfOf, beneficiary];
  return !capacitiesOf(org, person, today).some(({ alias }) => parties.includes(alias));
}

/** The supervisors who look at a hold, the nearest first, who is told and named; none where only roles are left. */
export function reviewersOf(parties: HoldParties, org: OrgChart, today: LocalDate): readonly Employee[] {
  return stayingManagers(org, parties.requester as Alias).filter((person) =>
    standsApart(parties, person, org, today),
  );
}

/** What time does to a hold that nobody decided. */
export function holdAfter(hold: Hold, now: Instant): EventDraft | null {
  if (!isWaiting(hold)) return null;
  const subjects = hold.requester.startsWith('e_') ? [hold.requester as Alias] : [];
  const data = { hold: hold.id, operation: hold.operation, requester: hold.requester };
  if (now >= hold.expireAt) return { type: 'hold-expired', subjects, data };
  if (hold.status === 'waiting' && now >= hold.escalateAt) return { type: 'hold-escalated', subjects, data };
  return null;
}
