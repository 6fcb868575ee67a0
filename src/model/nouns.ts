/**
 * The nouns as they lie in the store: the bodies of state documents. Employees and customers appear by alias.
 * Personal values stand only in `employee` and `customer`, each `null` once erased.
 */
import * as z from 'zod/mini';
import { calendarSchema } from './calendar.ts';
import { alias, entryId, instant, json, localDate, party, schemaVersion } from './stored-parts.ts';
import { watchSchema } from './watches.ts';

/** Versions of what is cached: every decision checks this document, each change of its parts bumps it. */
export const headSchema = z.strictObject({
  schemaVersion,
  ledger: z.string(),
  /** How many employees there are: a hidden row is noticed. */
  employees: z.int(),
  /** The entry that last changed people or the org chart. */
  people: entryId,
  /** The pin of the policy in force. */
  policy: z.string(),
  /** The entry that last erased a key. */
  keys: z.nullable(entryId),
});

export const tenantSchema = z.strictObject({
  schemaVersion,
  ledger: z.string(),
  timeZone: z.string(),
  locale: z.enum(['en', 'zh-CN']),
  currency: z.string().check(z.regex(/^[A-Z]{3}$/)),
  calendar: calendarSchema,
  createdAt: instant,
  /** Since when every verb is refused; left out while the company is at work. */
  suspendedAt: z.optional(instant),
});

export const policyDocumentSchema = z.strictObject({
  schemaVersion,
  number: z.int(),
  pin: z.string(),
  policy: z.record(z.string(), json),
  adoptedAt: instant,
  adoptedBy: z.array(party),
});

export const employeeSchema = z.strictObject({
  schemaVersion,
  alias,
  id: z.nullable(z.string()),
  name: z.nullable(z.string()),
  roles: z.nullable(z.array(z.string())),
  team: z.nullable(z.string()),
  grade: z.nullable(z.string()),
  manager: z.nullable(alias),
  administrator: z.boolean(),
  calendar: z.nullable(calendarSchema),
  delegation: z.nullable(z.strictObject({ to: alias, untilOn: localDate })),
  episode: z.int(),
  status: z.enum(['active', 'on_notice', 'departed']),
  hiredAt: instant,
  /** Open cases about them, and since when: while there is one, the guard is as strict as on notice. */
  cases: z.optional(z.array(z.strictObject({ alert: entryId, since: instant }))),
});

const collaborationSchema = z.strictObject({
  employee: alias,
  access: z.enum(['read', 'write']),
  untilOn: z.nullable(localDate),
});

export const customerSchema = z.strictObject({
  schemaVersion,
  alias,
  id: z.nullable(z.string()),
  state: z.enum(['candidate', 'live', 'deleted', 'absorbed']),
  /** The open claim, while there is one. */
  claim: z.nullable(entryId),
  owner: z.nullable(alias),
  pool: z.nullable(z.string()),
  ownedSince: z.nullable(instant),
  collaborators: z.array(collaborationSchema),
  /** Field values by name; `null` once erased. */
  profile: z.nullable(z.record(z.string(), json)),
  registeredAt: instant,
});

export const claimSchema = z.strictObject({
  schemaVersion,
  id: entryId,
  customer: alias,
  claimant: alias,
  status: z.enum(['submitted', 'approved', 'rejected', 'withdrawn', 'conflicted']),
  submittedAt: instant,
  /** How many levels above the claimant's manager it waits. */
  level: z.int(),
  /** Since when it waits at this level. */
  waitingSince: instant,
  /** Nobody is left above: it waits for an administrator and escalates no more. */
  atTop: z.boolean(),
  decidedAt: z.nullable(instant),
  decidedBy: z.nullable(party),
  policy: z.string(),
});

export const clockSchema = z.strictObject({
  schemaVersion,
  customer: alias,
  owner: alias,
  ownedSince: instant,
  /** The last qualifying follow-up, or the start of ownership. */
  since: instant,
  /** What was said since then. */
  stage: z.enum(['running', 'reminded', 'escalated']),
  /** Keyed hashes of the latest contacts, `text` or `text.evidence`, newest last: a repeat keeps nothing alive. */
  recent: z.array(z.string()),
  /** While a customer that a handover moved is watched: what is kept of that. */
  watch: z.optional(watchSchema),
});

export const followUpSchema = z.strictObject({
  schemaVersion,
  id: entryId,
  customer: alias,
  by: party,
  kind: z.enum(['call', 'visit', 'message', 'email', 'meeting']),
  at: instant,
  recordedAt: instant,
  /** Whether it moved the clock, and if not, why. */
  qualifies: z.boolean(),
  unqualifiedBecause: z.nullable(z.enum(['too-short', 'repeated', 'late'])),
  /** Recorded after the owner had been reminded. */
  afterReminder: z.boolean(),
  evidence: z.boolean(),
});

export const orderSchema = z.strictObject({
  schemaVersion,
  order: z.string(),
  customer: alias,
  amount: z.int(),
  outstanding: z.int(),
  currency: z.string(),
  stage: z.string(),
  at: instant,
  /** The entry that first recorded it: its disclosure holds the host's id. */
  first: entryId,
  recordedAt: instant,
});

/** What waits for a second person. */
export const approvalSchema = z.strictObject({
  schemaVersion,
  kind: z.enum(['adopt-policy', 'erase', 'unmask-alert', 'withhold-answer', 'appoint-administrator']),
  requestedBy: alias,
  requestedAt: instant,
  digest: z.string(),
});

export type Head = z.output<typeof headSchema>;
export type Tenant = z.output<typeof tenantSchema>;
export type PolicyDocument = z.output<typeof policyDocumentSchema>;
export type Employee = z.output<typeof employeeSchema>;

export type Customer = z.output<typeof customerSchema>;
/** A request to own a customer, as it lies in the store. */
export type Claim = z.output<typeof claimSchema>;
export type Clock = z.output<typeof clockSchema>;
export type FollowUp = z.output<typeof followUpSchema>;
export type Order = z.output<typeof orderSchema>;
export type Approval = z.output<typeof approvalSchema>;
