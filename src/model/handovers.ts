import * as z from 'zod/mini';
import { NOTICE_KINDS } from './episodes.ts';
import { DISPOSITIONS, type Disposition, HANDOVER_ITEM_KINDS, HANDOVER_PARTIES } from './handover-words.ts';
import { alias, entryId, instant, json, localDate, schemaVersion } from './stored-parts.ts';

/** The nouns of the handover, as they lie in the store. */
const disposition = z.enum(Object.values(DISPOSITIONS).flat() as [Disposition, ...Disposition[]]);
const amount = z.strictObject({ amount: z.int(), currency: z.string() });

const share = { access: z.enum(['read', 'write']), untilOn: z.nullable(localDate) };

/** Where a handover stands in its document; what is between is told from its items. */
const HANDOVER_STATES = [
  'opened',
  'preparing',
  'cleared',
  'monitored',
  'closed',
  'withdrawn',
  'forced_exit',
] as const;

/** Where an item stands. The last five are the end of it, unless a reviewer returns it. */
export const ITEM_STATUSES = [
  'pending',
  'prepared',
  'offered',
  'accepted',
  'returned',
  'transferred',
  'pooled',
  'terminated',
  'written_off',
  'waived',
] as const;
/** Where an item stands. */
export type ItemStatus = (typeof ITEM_STATUSES)[number];

export const handoverSchema = z.strictObject({
  schemaVersion,
  id: entryId,
  leaver: alias,
  episode: z.int(),
  kind: z.enum([...NOTICE_KINDS, 'no_show', 'departure']),
  lastDayOn: localDate,
  openedAt: instant,
  state: z.enum(HANDOVER_STATES),
  /** How many buckets its items are spread over. */
  buckets: z.int(),
  /** The template, whole, as it was when the handover was opened. */
  template: z.record(z.string(), json),
  /** What was found at the opening: how many of each kind, orders with something outstanding, and how much. */
  found: z.nullable(
    z.strictObject({
      kinds: z.record(z.string(), z.int()),
      openOrders: z.int(),
      outstanding: z.array(amount),
    }),
  ),
  signatures: z.array(
    z.strictObject({
      party: z.enum(HANDOVER_PARTIES),
      by: alias,
      onBehalfOf: z.nullable(alias),
      digest: z.string(),
      at: instant,
      entry: entryId,
    }),
  ),
  /** Work that goes on in parts: finding what is held, giving it back, beginning to watch the customers. */
  job: z.nullable(z.enum(['find', 'restore', 'watch'])),
  departedAt: z.nullable(instant),
  /** The entry that cleared it, or that listed what was left open. */
  certificate: z.nullable(entryId),
  clearedAt: z.nullable(instant),
  monitoredUntil: z.nullable(instant),
});

/** An item, once something was done about it; before that its row in a bucket says it all. */
export const handoverItemSchema = z.strictObject({
  schemaVersion,
  handover: entryId,
  item: z.string(),
  kind: z.enum(HANDOVER_ITEM_KINDS),
  status: z.enum(ITEM_STATUSES),
  /** The entry that holds the host's id and name of it, where the host reported it. */
  reportedIn: z.nullable(entryId),
  disposition: z.nullable(disposition),
  to: z.nullable(alias),
  /** Fields that hold facts; those that hold texts, by the entry that the text lies sealed with. */
  facts: z.record(z.string(), json),
  texts: z.record(z.string(), entryId),
  /** Whether what was stated as unsettled is what the orders come to; `null` where that is not to be said. */
  reconciled: z.nullable(z.boolean()),
  /** What is written off. */
  amount: z.nullable(amount),
  /** The outside channel it goes through, and what that said last. */
  channel: z.nullable(
    z.strictObject({
      name: z.string(),
      outcome: z.enum(['offered', 'waiting', 'done', 'refused', 'receiver_full']),
      /** The keeper asks the channel itself, instead of being told. */
      driven: z.optional(z.literal(true)),
      /** The notice was withdrawn: what it moved goes back there. */
      back: z.optional(z.literal(true)),
    }),
  ),
  /** Of a share that was handed over: as it was, and what the receiver had already. */
  share: z.optional(z.strictObject({ ...share, receiver: z.nullable(z.strictObject(share)) })),
  /** The entry that holds why it was returned or waived. */
  reasonIn: z.nullable(entryId),
  changedAt: instant,
});

/**
 * A part of a handover's items: for each, the entry that last changed it, where it stands, who gets it, and
 * whether it was acquired after the opening. What parties sign is a digest of these rows.
 */
export const handoverBucketSchema = z.strictObject({
  schemaVersion,
  handover: entryId,
  number: z.int(),
  rows: z.record(z.string(), z.tuple([entryId, z.enum(ITEM_STATUSES), z.nullable(alias), z.boolean()])),
});

/** What the leaver says to a handover or one of its items; the text lies sealed with the entry. */
export const handoverCommentSchema = z.strictObject({
  schemaVersion,
  id: entryId,
  handover: entryId,
  item: z.nullable(z.string()),
  by: alias,
  at: instant,
});

export type Handover = z.output<typeof handoverSchema>;
export type HandoverItem = z.output<typeof handoverItemSchema>;
export type HandoverBucket = z.output<typeof handoverBucketSchema>;
export type HandoverRow = HandoverBucket['rows'][string];
export type HandoverComment = z.output<typeof handoverCommentSchema>;
