import { systemTimers } from '../../src/adapters/node/index.ts';
import type { Clock, Timers } from '../../src/ports/index.ts';

/** When a time began, on the machine's clock and in the company, and how often faster it goes than the machine's. */
export interface FastTime {
  readonly bornAt: number;
  readonly base: number;
  readonly speed: number;
}

/** What time it is: the same in every process that was told of it. */
export function fastClock({ bornAt, base, speed }: FastTime): Clock {
  return { now: () => Math.floor(base + (Date.now() - bornAt) * speed) };
}

/** Timers that go as fast, so that a lease of seconds is over in a moment. */
export function fastTimers({ speed }: FastTime): Timers {
  const timers = systemTimers();
  return {
    elapsed: () => timers.elapsed() * speed,
    start: (afterMs, ring) => timers.start(afterMs / speed, ring),
  };
}
