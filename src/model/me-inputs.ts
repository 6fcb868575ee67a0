import * as z from 'zod/mini';
import { CONTEST_OUTCOMES } from './contests.ts';
import { cursor, idempotencyKey, limit, reason } from './input-parts.ts';

/** What hosts hand in on behalf of the watched person, and of whoever answers them. */
export const myRecordQuery = z.strictObject({
  only: z.optional(z.enum(['reads'])),
  locale: z.optional(z.enum(['en', 'zh-CN'])),
  limit,
  after: cursor,
});
export const noticesQuery = z.strictObject({ acknowledged: z.optional(z.boolean()), limit, after: cursor });
export const contestInput = z.strictObject({ statement: reason, idempotencyKey });
export const contestsQuery = z.strictObject({ mine: z.optional(z.boolean()), limit, after: cursor });
export const answerInput = z.strictObject({
  outcome: z.enum(CONTEST_OUTCOMES),
  text: reason,
  idempotencyKey,
});
export const withholdInput = z.strictObject({
  reason,
  days: z.int().check(z.minimum(16), z.maximum(30)),
});

/** `only: 'reads'`: who read it, and what the caller read. `locale`: of the sentences; the tenant's when left out. */
export type MyRecordQuery = z.input<typeof myRecordQuery>;
/** `acknowledged`: those taken note of as well. */
export type NoticesQuery = z.input<typeof noticesQuery>;
/** What is wrong or unfair about it, in the person's own words. */
export type ContestInput = z.input<typeof contestInput>;
/** `mine`: the caller's own contests, answered ones too. */
export type ContestsQuery = z.input<typeof contestsQuery>;
/** What comes of it, and why, in words for the person who asked. */
export type AnswerInput = z.input<typeof answerInput>;
/** Why, and how many days after the contest the answer comes at the latest: 16 to 30. */
export type WithholdInput = z.input<typeof withholdInput>;
