import { GamekeeperError } from '../../kernel/index.ts';
import type { Timers } from '../../ports/index.ts';
import { createDeadline } from '../checked/deadline.ts';
import type { Answering } from './health.ts';

/** A round trip and what came of it. */
export interface Probed<Answer> extends Answering {
  /** `null` where there was no answer. */
  readonly answer: Answer | null;
  /** What was thrown; `null` when it answered. */
  readonly error: unknown;
}

/** Tries something, and waits only so long. Never throws. */
export type Probe = <Answer>(work: () => Promise<Answer>) => Promise<Probed<Answer>>;

/** Probes that wait for so long. */
export function createProbe(timers: Timers, timeoutMs: number): Probe {
  const deadline = createDeadline(
    timeoutMs,
    timers,
    () => new GamekeeperError('ERR_STORE_FAILED', `no answer within ${timeoutMs} ms`),
  );
  return async (work) => {
    const from = timers.elapsed();
    const taken = (): number => Math.round(timers.elapsed() - from);
    try {
      const answer = await deadline.within(work);
      return { answered: true, ms: taken(), answer, error: null };
    } catch (error) {
      return { answered: false, ms: taken(), answer: null, error };
    }
  };
}
