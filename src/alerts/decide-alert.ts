import {
  type Alias,
  DAY_MS,
  fail,
  HOUR_MS,
  type Instant,
  millisOf,
  ok,
  type Result,
} from '../kernel/index.ts';
import {
  ALERT_SEVERITIES,
  type Alert,
  type AlertOutcome,
  type AlertState,
  type Approval,
  type Employee,
  type EventDraft,
  type Facts,
  type NotPermitted,
} from '../model/index.ts';
import type { Policy } from '../policy/index.ts';
import type { AlertStanding } from './audience.ts';
import { isOpenAlert } from './plan-alert.ts';

/** Why nothing is done about an alert. */
export type AlertRefusal =
  | NotPermitted
  | { readonly code: 'not-found' }
  | { readonly code: 'unchanged' }
  | { readonly code: 'alert-decided'; readonly state: AlertState }
  | { readonly code: 'not-confirmed' }
  | { readonly code: 'still-masked' }
  | { readonly code: 'not-in-alert' }
  | { readonly code: 'self-benefit' }
  | { readonly code: 'second-person-required' };

/** A step that a person takes, and why. */
interface Step {
  readonly alert: Alert;
  readonly standing: AlertStanding;
  readonly reason: string | null;
  /** Whether what is written may still be sealed under the subject's key: not once that was erased. */
  readonly sealable: boolean;
}

/** Says that somebody looks at it: from now on it grows no more. */
export function decideAcknowledge(step: Step): Result<EventDraft, AlertRefusal> {
  const open = openAlert(step);
  if (!open.ok) return open;
  if (step.alert.state !== 'raised') return fail({ code: 'unchanged' });
  return ok(event('alert-acknowledged', step, {}));
}

/** Closes an alert that turned out to be nothing. Who decides has looked: acknowledging first is no duty. */
export function decideDismiss(step: Step): Result<EventDraft, AlertRefusal> {
  const open = undecidedAlert(step);
  return open.ok ? ok(event('alert-dismissed', step, {})) : open;
}

/** Makes a case of an alert. While a case about an employee is open, the guard is as strict with them as on notice. */
export function decideConfirm(step: Step): Result<EventDraft, AlertRefusal> {
  const open = undecidedAlert(step);
  const tightens = step.alert.subject.startsWith('e_') ? { tightens: true } : {};
  return open.ok ? ok(event('alert-confirmed', step, tightens)) : open;
}

/** A customer that somebody covers for a while. */
export interface Cover {
  readonly customer: Alias;
  readonly with: Alias;
  readonly untilOn: string;
}

/**
 * Closes a case with one of the outcomes there are. Covering names a customer, so the alert has to be unmasked.
 *
 * @param subject The employee whom the case has the guard be stricter with; `null` where it has not.
 */
export function decideResolve(
  step: Step,
  outcome: AlertOutcome,
  cover: Cover | null,
  subject: Employee | null,
): Result<EventDraft, AlertRefusal> {
  const open = openAlert(step);
  if (!open.ok) return open;
  if (step.alert.state !== 'confirmed') return fail({ code: 'not-confirmed' });
  if (outcome === 'temporary-cover' && isMasked(step.alert)) return fail({ code: 'still-masked' });
  const ends = subject?.cases?.some(({ alert }) => alert === step.alert.id) === true;
  return ok(
    event('alert-resolved', step, {
      cover: cover === null ? null : { ...cover },
      outcome,
      ...(ends ? { tightens: false } : {}),
    }),
  );
}

/** Whether its audience sees a pseudonym: an alert about an employee, until two people agreed otherwise. */
export function isMasked({ subject, unmasked }: Alert): boolean {
  return subject.startsWith('e_') && !unmasked;
}

/** Shows the audience whom an alert is about. Takes two people with `alerts.handle`, neither of them involved. */
export function decideUnmask(
  step: Step,
  person: Alias | null,
  mayUnmask: boolean,
  waiting: Approval | null,
): Result<EventDraft, AlertRefusal> {
  const { alert, standing } = step;
  if (standing.right === 'none') return fail({ code: 'not-found' });
  if (!mayUnmask) return fail({ code: 'not-permitted', needs: 'alerts.handle' });
  if (person === null) return fail({ code: 'not-permitted', needs: 'a person' });
  if (!isMasked(alert)) return fail({ code: 'unchanged' });
  if (waiting === null) return ok(event('alert-unmask-requested', step, { by: person }));
  if (waiting.requestedBy === person) return fail({ code: 'second-person-required' });
  return ok(event('alert-unmasked', step, { by: [waiting.requestedBy, person] }));
}

/** Where the request to unmask an alert waits for a second person. */
export function unmaskApproval(alert: string): string {
  return `unmask.${alert}`;
}

/**
 * What becomes of an alert that nobody looked at in time: it matters more, and one more supervisor hears of it.
 * `null` while it is not due.
 */
export function escalation(
  alert: Alert,
  supervisors: number,
  { escalateAfterHours }: Policy['alerts'],
  now: Instant,
): EventDraft | null {
  if (alert.state !== 'raised' || alert.atTop) return null;
  if (millisOf(now) - millisOf(alert.waitingSince) < escalateAfterHours * HOUR_MS) return null;
  const severity = ALERT_SEVERITIES[ALERT_SEVERITIES.indexOf(alert.severity) + 1] ?? 'critical';
  const level = alert.level + 1;
  return {
    type: 'alert-escalated',
    subjects: [alert.subject],
    data: {
      alert: alert.id,
      atTop: severity === 'critical' && level >= Math.max(1, supervisors - 1),
      level,
      severity,
      subject: alert.subject,
    },
  };
}

/** Whether the time of keeping a closed alert is over. */
export function isOutdated(alert: Alert, policy: Policy['alerts'], now: Instant): boolean {
  const { keepDismissedDays, keepCasesDays } = policy;
  if (alert.closedAt === null) return false;
  const days = alert.state === 'dismissed' ? keepDismissedDays : keepCasesDays;
  return millisOf(now) - millisOf(alert.closedAt) >= days * DAY_MS;
}

/** The event that ends the keeping of an alert. */
export function expired(alert: Alert): EventDraft {
  return {
    type: 'alert-expired',
    subjects: [alert.subject],
    data: { alert: alert.id, state: alert.state, subject: alert.subject },
  };
}

function openAlert({ alert, standing }: Step): Result<Alert, AlertRefusal> {
  if (standing.right === 'none') return fail({ code: 'not-found' });
  if (standing.right === 'read') return fail({ code: 'not-permitted', needs: 'alerts.handle' });
  if (!isOpenAlert(alert)) return fail({ code: 'alert-decided', state: alert.state });
  return ok(alert);
}

function undecidedAlert(step: Step): Result<Alert, AlertRefusal> {
  const open = openAlert(step);
  if (open.ok && step.alert.state === 'confirmed')
    return fail({ code: 'alert-decided', state: step.alert.state });
  return open;
}

function event(type: string, { alert, reason, sealable }: Step, facts: Facts): EventDraft {
  const { id, rule, subject } = alert;
  const draft: EventDraft = {
    type,
    subjects: [subject],
    data: { ...facts, alert: id, reasoned: reason !== null && sealable, rule, subject },
  };
  return reason === null || !sealable
    ? draft
    : { ...draft, disclosures: { reason: { subject, value: reason } } };
}
