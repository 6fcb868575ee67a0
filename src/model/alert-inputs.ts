import * as z from 'zod/mini';
import { ALERT_OUTCOMES, ALERT_SEVERITIES, ALERT_STATES } from './alerts.ts';
import { cursor, day, id, idempotencyKey, limit, reason } from './input-parts.ts';

/** What hosts hand in about alerts. */
export const alertsQuery = z.strictObject({
  state: z.optional(z.enum(['open', ...ALERT_STATES])),
  severity: z.optional(z.enum(ALERT_SEVERITIES)),
  limit,
  after: cursor,
});
export const alertReason = z.strictObject({ reason, idempotencyKey });
export const resolveAlert = z
  .strictObject({
    outcome: z.enum(ALERT_OUTCOMES),
    reason: z.optional(reason),
    cover: z.optional(
      z.strictObject({
        customer: id,
        with: id,
        access: z.optional(z.enum(['read', 'write'])),
        untilOn: day,
      }),
    ),
    idempotencyKey,
  })
  .check(
    z.refine(({ outcome, cover }) => (outcome === 'temporary-cover') === (cover !== undefined), {
      error: 'expected exactly where the outcome is temporary-cover',
      path: ['cover'],
    }),
  );

/** Alerts in a state (`open`: raised, acknowledged or confirmed) or of a severity, newest first. */
export type AlertsQuery = z.input<typeof alertsQuery>;
/** Why. It is sealed, and erased with the alert. */
export type AlertReason = z.input<typeof alertReason>;
/**
 * What came of a confirmed alert. `temporary-cover` says which customer a colleague covers (`write` unless said
 * otherwise), until which day, that day included.
 */
export type ResolveAlert = z.input<typeof resolveAlert>;
