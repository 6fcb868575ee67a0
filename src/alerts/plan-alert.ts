import { type Alias, HOUR_MS, type Instant, millisOf } from '../kernel/index.ts';
import {
  ALERT_SEVERITIES,
  type Alert,
  type AlertSeverity,
  type EventDraft,
  type Facts,
  type OpenAlert,
} from '../model/index.ts';
import type { Policy } from '../policy/index.ts';

/** What a rule wants somebody to look at. */
export interface AlertRequest {
  /** Which rule: kebab-case, at most 64 characters; the same words every time. */
  readonly rule: string;
  /** The employee or the customer it is about. */
  readonly subject: Alias;
  /** At most 100, the most telling ones. */
  readonly customers: readonly Alias[];
  readonly severity: AlertSeverity;
  /** Aliases, numbers and words; never what a person typed. At most 4 KiB. */
  readonly facts: Facts;
}

/** What is to be done about a request: another alert, or one more time of an open one. */
export type AlertPlan =
  | { readonly kind: 'raise'; readonly event: EventDraft }
  | {
      readonly kind: 'repeat';
      readonly alert: Alert;
      /** It matters more than what was seen so far: told at once, however often it happens. */
      readonly grows: boolean;
    };

/** The document that stands for the alerts of one rule about one subject. */
export function openAlertId(rule: string, subject: Alias): string {
  return `${rule}.${subject}`;
}

/** Whether somebody may still say what came of it. */
export function isOpenAlert(alert: Alert): boolean {
  return alert.closedAt === null;
}

/** The more severe of two. */
function severer(one: AlertSeverity, other: AlertSeverity): AlertSeverity {
  return ALERT_SEVERITIES.indexOf(one) >= ALERT_SEVERITIES.indexOf(other) ? one : other;
}

/**
 * Raises an alert, unless one of the same rule about the same subject is open and cooling down: then this is
 * one more time of it. The time is counted from when it was raised, so that no repetition keeps it quiet for ever.
 */
export function planAlert(
  request: AlertRequest,
  open: OpenAlert | null,
  alert: Alert | null,
  { coolDownHours }: Policy['alerts'],
  now: Instant,
): AlertPlan {
  const { rule, subject, customers, severity, facts } = request;
  const cooling =
    open !== null && alert !== null && isOpenAlert(alert) && isCooling(open.raisedAt, coolDownHours, now);
  if (cooling) return { kind: 'repeat', alert, grows: severer(alert.severity, severity) !== alert.severity };
  return {
    kind: 'raise',
    event: { type: 'alert-raised', subjects: [subject], data: { customers, facts, rule, severity, subject } },
  };
}

/** Whether an open alert is too young for another one of the same rule about the same subject. */
export function isCooling(raisedAt: Instant, coolDownHours: number, now: Instant): boolean {
  return millisOf(now) - millisOf(raisedAt) < coolDownHours * HOUR_MS;
}

/** The event of an alert that happened again, `count` times since the last such event. */
export function repeated(alert: Alert, count: number, severity: AlertSeverity): EventDraft {
  return {
    type: 'alert-repeated',
    subjects: [alert.subject],
    data: { alert: alert.id, count, severity: severer(alert.severity, severity), subject: alert.subject },
  };
}
