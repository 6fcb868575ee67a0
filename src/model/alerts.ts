/** The nouns of alerts, as they lie in the store. */
import * as z from 'zod/mini';
import type { JsonValue } from '../kernel/index.ts';
import { alias, entryId, instant, party, schemaVersion } from './stored-parts.ts';

/** How much an alert matters, least first. */
export const ALERT_SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
/** How much an alert matters, least first. */
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];

/** Where an alert stands. The last two are the end of it. */
export const ALERT_STATES = ['raised', 'acknowledged', 'confirmed', 'dismissed', 'resolved'] as const;
/** Where an alert stands. */
export type AlertState = (typeof ALERT_STATES)[number];

/** What may come of an alert. A closed list: dismissal, pay and rank are not on it. */
export const ALERT_OUTCOMES = [
  'talk',
  'retention-offer',
  'workload',
  'access-review',
  'temporary-cover',
  'none',
] as const;
/** What may come of an alert. Dismissal, pay and rank are not on the list. */
export type AlertOutcome = (typeof ALERT_OUTCOMES)[number];

export const alertSchema = z.strictObject({
  schemaVersion,
  id: entryId,
  /** The rule that raised it, in kebab-case. */
  rule: z.string(),
  /** The employee or the customer it is about. */
  subject: alias,
  customers: z.array(alias),
  /** What the rule saw: aliases, numbers, words. */
  facts: z.record(z.string(), z.json() as unknown as z.ZodMiniType<JsonValue>),
  severity: z.enum(ALERT_SEVERITIES),
  state: z.enum(ALERT_STATES),
  raisedAt: instant,
  /** How often it happened again while the alert was open. */
  repeats: z.int(),
  lastAt: instant,
  /** How often it grew because nobody looked. */
  level: z.int(),
  /** Since when it waits at this level. */
  waitingSince: instant,
  /** It grows no more. */
  atTop: z.boolean(),
  /** Who moved it last. */
  handledBy: z.nullable(party),
  /** Entries whose disclosures hold what people wrote about it, newest last. */
  reasons: z.array(entryId),
  closedAt: z.nullable(instant),
  outcome: z.nullable(z.enum(ALERT_OUTCOMES)),
  /** Whether two people agreed that its audience sees whom it is about. */
  unmasked: z.boolean(),
});

/** Stands for the alerts of one rule about one subject: the one that a repetition is counted in. */
export const openAlertSchema = z.strictObject({
  schemaVersion,
  rule: z.string(),
  subject: alias,
  alert: entryId,
  raisedAt: instant,
});

export type Alert = z.output<typeof alertSchema>;
export type OpenAlert = z.output<typeof openAlertSchema>;
