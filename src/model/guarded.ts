/** The nouns of the guard, as they lie in the store. */
import * as z from 'zod/mini';
import { alias, entryId, instant, party, schemaVersion } from './stored-parts.ts';

/** Where a hold stands. It waits in the first two; the last three are the end of it. */
const HOLD_STATUSES = ['waiting', 'escalated', 'released', 'denied', 'expired', 'spent'] as const;

/** An operation that waits for another person. */
export const holdSchema = z.strictObject({
  schemaVersion,
  id: entryId,
  operation: z.string(),
  /** Who asked, in whose place, and who else would gain: neither of them releases it. */
  requester: party,
  onBehalfOf: z.nullable(alias),
  beneficiary: z.nullable(alias),
  /** How many customers it is about. */
  customers: z.int(),
  /** Keyed digest of the exact payload. */
  digest: z.string(),
  /** Names the one open hold of this payload. */
  slot: z.string(),
  /** What a release brings: it is carried out, or the requester may do it once. */
  brings: z.enum(['carrying-out', 'permit']),
  status: z.enum(HOLD_STATUSES),
  placedAt: instant,
  escalateAt: instant,
  expireAt: instant,
  decidedAt: z.nullable(instant),
  decidedBy: z.nullable(party),
});

/** Stands for all holds of one payload of one requester: the one that waits or was released. */
export const holdSlotSchema = z.strictObject({ schemaVersion, hold: entryId });

/** What the host may do on its own tables, once. */
export const permitSchema = z.strictObject({
  schemaVersion,
  id: entryId,
  actor: party,
  operation: z.string(),
  customers: z.int(),
  digest: z.string(),
  /** The hold whose release it comes from. */
  hold: z.nullable(entryId),
  issuedAt: instant,
  until: instant,
  status: z.enum(['open', 'completed', 'abandoned']),
});

/** A customer that was deleted and may be restored. */
export const deletionSchema = z.strictObject({
  schemaVersion,
  customer: alias,
  /** Who owned it, or which pool it was in. */
  owner: z.nullable(alias),
  pool: z.nullable(z.string()),
  deletedAt: instant,
  by: party,
});

export type Hold = z.output<typeof holdSchema>;
export type HoldSlot = z.output<typeof holdSlotSchema>;
export type Permit = z.output<typeof permitSchema>;
export type Deletion = z.output<typeof deletionSchema>;
