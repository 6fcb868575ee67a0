import * as z from 'zod/mini';
import { cursor, id, limit } from './input-parts.ts';

/** What operators hand in about deliveries. */
export const deadLettersQuery = z.strictObject({ receiver: z.optional(id), limit, after: cursor });
export const retryInput = z.strictObject({ receiver: id, entry: z.optional(id) });

/** Which dead letters: of one notifier or sink by its name, or of all; a page at a time. */
export type DeadLettersQuery = z.input<typeof deadLettersQuery>;
/** Of which notifier or sink dead letters are tried once more; one entry only, where it is named. */
export type RetryInput = z.input<typeof retryInput>;
