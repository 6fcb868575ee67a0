/** The nouns of the watched person, as they lie in the store. */
import * as z from 'zod/mini';
import { employeeAlias as alias, entryId, instant, schemaVersion } from './stored-parts.ts';

/** `withheld`: two people let the answer wait. `escalated`: nobody answered in time. */
export const CONTEST_STATUSES = ['open', 'withheld', 'escalated', 'answered'] as const;
/** Where a contest stands. */
export type ContestStatus = (typeof CONTEST_STATUSES)[number];

/** What may come of a contest. */
export const CONTEST_OUTCOMES = ['granted', 'partly-granted', 'declined'] as const;
/** What came of a contest. */
export type ContestOutcome = (typeof CONTEST_OUTCOMES)[number];

/** An employee says that an entry about them is wrong or unfair. */
export const contestSchema = z.strictObject({
  schemaVersion,
  id: entryId,
  employee: alias,
  /** The entry that is contested. */
  contested: entryId,
  status: z.enum(CONTEST_STATUSES),
  openedAt: instant,
  /** When the answer is due; later where two people withhold it. */
  dueAt: instant,
  answeredAt: z.nullable(instant),
  answeredBy: z.nullable(alias),
  outcome: z.nullable(z.enum(CONTEST_OUTCOMES)),
  /** The entry that answers it: its disclosure holds the words. */
  answer: z.nullable(entryId),
  /** The entry that withheld the answer, where one did: its disclosure holds the reason. */
  withheldBy: z.optional(entryId),
});

/** Stands for all contests of one entry by one person: there is one at most. */
export const contestSlotSchema = z.strictObject({ schemaVersion, contest: entryId });

/** An employee has taken note of something they had to be told. */
export const acknowledgementSchema = z.strictObject({
  schemaVersion,
  employee: alias,
  notice: z.string(),
  at: instant,
});

export type Contest = z.output<typeof contestSchema>;
export type ContestSlot = z.output<typeof contestSlotSchema>;
export type Acknowledgement = z.output<typeof acknowledgementSchema>;
