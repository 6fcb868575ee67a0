import { type Alias, DAY_MS, type Instant, millisOf } from '../kernel/index.ts';
import type { EventDraft } from '../model/index.ts';

/** Types of entries about somebody that they have to be told of. */
const NOTICES: ReadonlySet<string> = new Set([
  'alert-confirmed',
  'alert-dismissed',
  'alert-resolved',
  'claim-approved',
  'claim-reassigned',
  'claim-rejected',
  'contest-answered',
  'contest-escalated',
  'contest-withheld',
  'customer-released',
  'customer-transferred',
  'employee-delegated',
  'employee-updated',
  'handover-cleared',
  'handover-forced',
  'handover-item-offered',
  'handover-opened',
  'handover-rescheduled',
  'handover-withdrawn',
  'hold-denied',
  'hold-escalated',
  'hold-expired',
  'hold-placed',
  'hold-released',
  'notice-given',
  'notice-withdrawn',
]);

/** Whether somebody has to be told of an entry about them. Of what they did themselves: only that it is held. */
export function isNotice(type: string, byThemselves: boolean): boolean {
  return NOTICES.has(type) && (!byThemselves || type === 'hold-placed');
}

/** The longest that a person is not told of an alert about them that is still being looked at. */
const TOLD_AFTER_DAYS = 30;

/** Entries by which a person could find out thresholds one try at a time: they are told later. */
const WATCHING: ReadonlySet<string> = new Set(['operation-observed', 'guard-asked']);

/**
 * Whether a person sees an entry about them by now. Told at once, an alert would be an oracle for where the
 * thresholds lie; so it is told once it is closed, and in any case after thirty days.
 *
 * @param alert The alert that the entry is about: `null` for other entries and once it was kept long enough.
 */
export function isTold(
  entry: { readonly type: string; readonly at: Instant },
  alert: { readonly raisedAt: Instant; readonly closedAt: Instant | null } | null,
  now: Instant,
): boolean {
  const over = (since: Instant): boolean => millisOf(now) - millisOf(since) >= TOLD_AFTER_DAYS * DAY_MS;
  if (alert !== null) return alert.closedAt !== null || over(alert.raisedAt);
  return !WATCHING.has(entry.type) || over(entry.at);
}

/** Where it lies that somebody took note of something. */
export function acknowledgementId(employee: Alias, notice: string): string {
  return `${employee}.${notice}`;
}

/** The event of having taken note. */
export function acknowledged(employee: Alias, notice: string): EventDraft {
  return { type: 'notice-acknowledged', subjects: [employee], data: { employee, notice } };
}
