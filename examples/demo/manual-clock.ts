/** A clock that stands still until it is set. A host uses the machine's; a story needs to skip days. */
export interface ManualClock {
  now(): number;
  /** @param instant such as `2026-03-02T09:00:00.000Z` */
  set(instant: string): void;
}

/** A clock that shows an instant. */
export function manualClock(instant: string): ManualClock {
  let millis = Date.parse(instant);
  return {
    now: () => millis,
    set(next) {
      millis = Date.parse(next);
    },
  };
}
