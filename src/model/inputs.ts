import * as z from 'zod/mini';
import { canonicalize, type JsonValue } from '../kernel/index.ts';
import { calendarSchema } from './calendar.ts';
import { NOTICE_KINDS } from './episodes.ts';
import { DISPOSITIONS, type Disposition, HANDOVER_ITEM_KINDS, HANDOVER_PARTIES } from './handover-words.ts';
import { cursor, day, id, idempotencyKey, instant, limit, reason, text } from './input-parts.ts';

/** What hosts hand in, as schemas. Unknown members are refused: a misspelt one must not be lost. */
const currency = z.string().check(z.regex(/^[A-Z]{3}$/));
const money = z.strictObject({ amount: z.int().check(z.minimum(0)), currency });

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Field values to be equal to. A field called `__proto__` would be lost on the way. */
const fieldValues = z.custom<{ readonly [field: string]: JsonValue }>((value) => {
  if (!isObject(value) || Object.hasOwn(value, '__proto__')) return false;
  try {
    canonicalize(value);
    return true;
  } catch {
    return false;
  }
}, 'expected JSON values by field, nested 100 deep at most, none called __proto__');

export const idInput = id;
/** One id or up to 200. */
export const hostIds = z.array(id).check(z.minLength(1), z.maxLength(200));

const name = text(200);
const personFacts = {
  managerId: z.optional(z.nullable(id)),
  roles: z.optional(z.array(text(100)).check(z.maxLength(50))),
  team: z.optional(z.nullable(text(200))),
  grade: z.optional(z.nullable(text(100))),
  calendar: z.optional(z.nullable(calendarSchema)),
  administrator: z.optional(z.boolean()),
  idempotencyKey,
};
export const hireInput = z.strictObject({ ...personFacts, id, name });
export const personPatch = z.strictObject({ ...personFacts, name: z.optional(name) }).check(
  z.refine(
    (patch) =>
      Object.entries(patch).some(([name, value]) => name !== 'idempotencyKey' && value !== undefined),
    {
      error: 'expected at least one field to change',
    },
  ),
);
export const delegateInput = z.strictObject({ to: id, untilOn: day, idempotencyKey });

export const noticeInput = z.strictObject({
  lastDayOn: day,
  kind: z.enum(NOTICE_KINDS),
  template: z.optional(text(40)),
  idempotencyKey,
});
const reportedKinds = HANDOVER_ITEM_KINDS.slice(3) as [ReportedKind, ...ReportedKind[]];
type ReportedKind = Exclude<(typeof HANDOVER_ITEM_KINDS)[number], 'customer' | 'claim' | 'collaboration'>;
export const reportedItems = z
  .array(z.strictObject({ kind: z.enum(reportedKinds), id, label: z.optional(text(200)) }))
  .check(z.minLength(1), z.maxLength(200));
export const prepareInput = z
  .strictObject({
    fields: z.optional(fieldValues),
    disposition: z.optional(z.enum(Object.values(DISPOSITIONS).flat() as [Disposition, ...Disposition[]])),
    to: z.optional(id),
    amount: z.optional(money),
    idempotencyKey,
  })
  .check(
    z.refine(({ disposition, to }) => to === undefined || (disposition ?? 'transfer') === 'transfer', {
      error: 'only a transfer has a receiver',
      path: ['to'],
    }),
    z.refine(({ disposition, amount }) => amount === undefined || disposition === 'write_off', {
      error: 'only what is written off has an amount',
      path: ['amount'],
    }),
  );
export const offerOptions = z.strictObject({
  channel: z.optional(z.string().check(z.regex(/^[a-z][a-z0-9-]{0,31}$/))),
  idempotencyKey,
});
export const reasonOptions = z.strictObject({ reason, idempotencyKey });
export const completeOptions = z.strictObject({
  outcome: z.enum(['done', 'refused', 'receiver_full']),
  idempotencyKey,
});
export const commentInput = z.strictObject({ item: z.optional(id), text: text(2_000), idempotencyKey });
export const signOptions = z.strictObject({
  party: z.enum(HANDOVER_PARTIES),
  digest: text(100),
  idempotencyKey,
});
export const handoverQuery = z.strictObject({
  status: z.optional(z.enum(['open', 'done'])),
  limit,
  after: cursor,
});
export const handoversQuery = z.strictObject({ open: z.optional(z.boolean()), limit, after: cursor });

export const watchQuery = z.strictObject({
  only: z.optional(z.enum(['uncontacted', 'refused', 'silent'])),
  limit,
  after: cursor,
});

export const registerOptions = z.strictObject({
  id: z.optional(id),
  evidence: z.optional(text(2_000)),
  idempotencyKey,
});
export const decideClaimOptions = z.strictObject({ reason: z.optional(reason), idempotencyKey });
export const keyOnly = z.strictObject({ idempotencyKey });
export const listClaimsQuery = z.strictObject({ mine: z.optional(z.boolean()), limit, after: cursor });

export const listHoldsQuery = z.strictObject({ mine: z.optional(z.boolean()), limit, after: cursor });
export const transferOptions = z.strictObject({ to: id, reason, idempotencyKey });
export const deleteOptions = z.strictObject({ reason, idempotencyKey });
export const releaseOptions = z.strictObject({ reason, pool: z.optional(text(100)), idempotencyKey });
export const shareOptions = z.strictObject({
  with: id,
  access: z.enum(['read', 'write', 'none']),
  untilOn: z.optional(z.nullable(day)),
  idempotencyKey,
});
export const instantInput = instant;

export const listCustomersQuery = z.strictObject({
  scope: z.optional(z.enum(['mine', 'team', 'all'])),
  where: z.optional(fieldValues),
  orderBy: z.optional(z.string()),
  descending: z.optional(z.boolean()),
  limit,
  after: cursor,
});
const operation = z.enum(['view', 'update', 'delete', 'export', 'transfer', 'check_duplicate']);
const fieldNames = z.optional(z.readonly(z.array(text(256)).check(z.maxLength(200))));
export const guardRequestInput = z.strictObject({
  operation,
  customers: z.readonly(z.array(id).check(z.minLength(1), z.maxLength(5_000))),
  fields: fieldNames,
  beneficiary: z.optional(id),
  payload: z.optional(z.json() as unknown as z.ZodMiniType<JsonValue>),
  idempotencyKey,
});
export const completePermitInput = z.strictObject({
  affected: z.int().check(z.minimum(0)),
  customers: z.optional(z.readonly(z.array(id).check(z.maxLength(5_000)))),
  payload: z.optional(z.json() as unknown as z.ZodMiniType<JsonValue>),
  idempotencyKey,
});
export const dryRunInput = z.strictObject({
  actor: id,
  operation,
  customers: z.int().check(z.minimum(1), z.maximum(1_000_000)),
  fields: fieldNames,
});
export const hostRows = z.array(z.looseObject({ id })).check(z.maxLength(500));
export const exportCustomersQuery = z.strictObject({
  scope: z.optional(z.enum(['mine', 'team', 'all'])),
  where: z.optional(fieldValues),
  fields: z.optional(z.readonly(z.array(text(256)).check(z.minLength(1), z.maxLength(200)))),
  format: z.enum(['csv', 'json']),
});
export const pageQuery = z.strictObject({ limit, after: cursor });

export const followUpInput = z.strictObject({
  kind: z.enum(['call', 'visit', 'message', 'email', 'meeting']),
  text: text(4_000),
  at: z.optional(instant),
  evidence: z.optional(text(500)),
  idempotencyKey,
});

export const orderInput = z.strictObject({
  id,
  customer: id,
  amount: money,
  outstanding: z.optional(money),
  stage: z.string().check(z.regex(/^[\p{L}\p{N}][\p{L}\p{N} _-]{0,39}$/u)),
  at: instant,
});
export const ordersInput = z.array(orderInput).check(z.minLength(1), z.maxLength(500));

export const tenantOptions = z.strictObject({
  admins: z.array(z.strictObject({ id, name })).check(z.minLength(1), z.maxLength(20)),
  policy: z.optional(z.custom<{ readonly [area: string]: unknown }>(isObject, 'expected an object')),
  timeZone: z.optional(text(100)),
  locale: z.optional(z.enum(['en', 'zh-CN'])),
  currency: z.optional(currency),
  calendar: z.optional(calendarSchema),
});
export const adoptOptions = z.strictObject({ reason: z.optional(reason), idempotencyKey });
export const eraseOptions = z.strictObject({
  basis: z.enum(['subject-request', 'retention-over', 'court-order', 'consent-withdrawn']),
});
export const entriesQuery = z.strictObject({
  from: z.optional(z.int().check(z.minimum(0))),
  limit,
  customer: z.optional(id),
});
const onProgress = z.optional(
  z.custom<(entries: number, size: number) => void>(
    (value) => typeof value === 'function',
    'expected a function',
  ),
);
export const exportOptions = z.strictObject({
  disclosures: z.optional(z.enum(['included', 'withheld'])),
  onProgress,
});
export const restoreOptions = z.strictObject({ onProgress });
export const usageOptions = z.strictObject({ documents: z.optional(z.boolean()) });
export const deleteTenantOptions = z.strictObject({ confirm: text(128) });

/** Somebody to be hired. `managerId` is the id of the manager, `null` at the top. */
export type HireInput = z.input<typeof hireInput>;
/** What changes of an employee; what is left out stays. */
export type PersonPatch = z.input<typeof personPatch>;
/** Who stands in, and until which day, that day included. */
export type DelegateInput = z.input<typeof delegateInput>;
/** Something the leaver has that only the host knows of: its id there, and what it is called. */
export type ReportedItem = z.input<typeof reportedItems>[number];
/** What the successor has to know, what becomes of the item (`transfer` when left out), and who gets it. */
export type PrepareInput = z.input<typeof prepareInput>;
/** The outside channel that carries the transfer out and answers later. */
export type OfferOptions = z.input<typeof offerOptions>;
/** Why. */
export type ReasonOptions = z.input<typeof reasonOptions>;
/** What an outside channel answered. */
export type CompleteOptions = z.input<typeof completeOptions>;
/** The leaver's word, on one item or on all of it. */
export type CommentInput = z.input<typeof commentInput>;
/** For which party, and the digest that `get` gave: what was looked at is what is signed. */
export type SignOptions = z.input<typeof signOptions>;
/** Which items: `open` are those that something is left to do about. */
export type HandoverQuery = z.input<typeof handoverQuery>;
/** `open`: only those that are not over. */
export type HandoversQuery = z.input<typeof handoversQuery>;
/** Which watched customers: those nobody reached yet, that refuse their successor, that stopped ordering. */
export type WatchQuery = z.input<typeof watchQuery>;
/** A checked query for watched customers. */
export type ParsedWatchQuery = z.output<typeof watchQuery>;
/** The last day of work, and how employment comes to its end; `template` names one of the policy's. */
export type NoticeInput = z.input<typeof noticeInput>;
/** `id`: the host's id of the customer; `evidence`: what shows that the claim is fair. */
export type RegisterOptions = z.input<typeof registerOptions>;
/** Why a claim is approved or rejected. */
export type DecideClaimOptions = z.input<typeof decideClaimOptions>;
/** The same key gives the same answer and changes nothing twice. */
export type KeyOnly = z.input<typeof keyOnly>;
/** `mine`: the caller's own claims instead of those waiting for a decision. */
export type ListClaimsQuery = z.input<typeof listClaimsQuery>;
/** `mine`: all the caller's own holds, decided ones too. */
export type ListHoldsQuery = z.input<typeof listHoldsQuery>;
/** To whom, and why. */
export type TransferOptions = z.input<typeof transferOptions>;
/** Why. */
export type DeleteOptions = z.input<typeof deleteOptions>;
/** Why, and into which pool: `main` when left out. */
export type ReleaseOptions = z.input<typeof releaseOptions>;
/** With whom, how, and until which day (`null`: until further notice). */
export type ShareOptions = z.input<typeof shareOptions>;
/** Which customers, filtered by equal field values, sorted by a field. `limit`: 1 to 500. */
export type ListCustomersQuery = z.input<typeof listCustomersQuery>;
/**
 * An operation of the host's: on which customers, touching which fields of the profile, and what it is, exactly.
 * `beneficiary`: who gains by it, such as whom a transfer is to; never releases it.
 */
export type GuardRequestInput = z.input<typeof guardRequestInput>;
/** How many customers it was done to; `customers` and `payload` again, where the host wants them compared. */
export type CompletePermitInput = z.input<typeof completePermitInput>;
/** Who, what, to how many customers, touching which fields. */
export type DryRunInput = z.input<typeof dryRunInput>;
/** Which customers, which fields of them (all that are visible when left out), and as what. */
export type ExportCustomersQuery = z.input<typeof exportCustomersQuery>;
/** How many items, 1 to 500, and after which cursor. */
export type PageQuery = z.input<typeof pageQuery>;
/** A contact. `at` is now when left out; `evidence` names the message or call record. */
export type FollowUpInput = z.input<typeof followUpInput>;
/** An order as the ERP tells of it. Money in integer minor units; `stage` is a short word of the host's. */
export type OrderInput = z.input<typeof orderInput>;
/** A checked order. */
export type ParsedOrder = z.output<typeof orderInput>;
/** A new company. Defaults: UTC, `en`, USD, Monday to Friday, the default policy. */
export type TenantOptions = z.input<typeof tenantOptions>;
/** Why a policy is adopted. */
export type AdoptOptions = z.input<typeof adoptOptions>;
/** On which legal ground a subject is erased. */
export type EraseOptions = z.input<typeof eraseOptions>;
/** From which index, how many, and about which customer. */
export type EntriesQuery = z.input<typeof entriesQuery>;
