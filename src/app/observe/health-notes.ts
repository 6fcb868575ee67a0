import { type Instant, MINUTE_MS } from '../../kernel/index.ts';
import type { HealthCode } from '../words/health-sentences.ts';
import type { Answering, HealthReason } from './health.ts';

/** Notes what is not as it should be. */
export type Note = (
  code: HealthCode,
  status: HealthReason['status'],
  facts?: { readonly [name: string]: string | number },
) => unknown;

/** Commits are sealed within a second; after so many something is wrong. */
export const SEALING_LATE_MS = 10_000;
/** Clocks of machines that are kept in step differ by less. */
export const CLOCK_TOLERANCE_MS = 2_000;
/** An alarm is spoken of for so long. */
const ALARM_MS = 15 * MINUTE_MS;

/** Whether an alarm is still to be spoken of. */
export function isRecent(at: Instant, now: number | null): boolean {
  return now !== null && Math.abs(now - Date.parse(at)) <= ALARM_MS;
}

/** What is told of a round trip. */
export function answering({ answered, ms }: Answering): Answering {
  return { answered, ms };
}
