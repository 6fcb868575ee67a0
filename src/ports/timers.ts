/**
 * Waits. Kept apart from the clock: what people call the time can be set, what is waited for goes on all the same.
 *
 * Implemented over the platform's timers; a simulation brings its own and decides which of them rings first.
 */
export interface Timers {
  /** Milliseconds since some moment of the past: never goes back, whatever is done to the clock. */
  elapsed(): number;
  /** Calls `ring` once, in a later turn, after at least so many milliseconds. What `ring` throws is nobody's. */
  start(afterMs: number, ring: () => void): Timer;
}

/** One that was started. */
export interface Timer {
  /** Calls it off. After it rang, or a second time, that changes nothing. */
  stop(): void;
  /** Whether the process stays alive for it. It does unless told otherwise. */
  hold(process: boolean): void;
}
