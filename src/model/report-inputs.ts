import * as z from 'zod/mini';
import { dayNumber } from '../kernel/index.ts';
import { day } from './input-parts.ts';

/** The longest range of a report: three years. */
const MOST_DAYS = 1_096;

export const reportRange = z.strictObject({ from: day, to: day }).check(
  z.refine(({ from, to }) => from <= to, { error: 'expected a day no earlier than `from`', path: ['to'] }),
  z.refine(({ from, to }) => dayNumber(to) - dayNumber(from) < MOST_DAYS, {
    error: `expected at most ${MOST_DAYS} days`,
    path: ['to'],
  }),
);
export const churnOptions = z.strictObject({ horizonDays: z.optional(z.literal([90, 180])) });

export const rehearseOptions = z.strictObject({
  onProgress: z.optional(
    z.custom<(read: number, of: number) => void>(
      (value) => typeof value === 'function',
      'expected a function',
    ),
  ),
});

/** Days of a report, the first and the last included, in the company's time zone. At most 1,096. */
export type ReportRange = z.input<typeof reportRange>;
/** For how many days after a departure a customer without an order counts as lost: 90, or 180 when left out. */
export type ChurnOptions = z.input<typeof churnOptions>;
/** `onProgress` hears how many entries of the ledger were read, and of how many at most. */
export type RehearseOptions = z.input<typeof rehearseOptions>;
