import type { Timers } from '../../ports/index.ts';

/** Things that come due, each handed out once, the earliest first. */
export interface Line<Item> {
  /** Lets an item come due after so many milliseconds. */
  put(item: Item, afterMs: number): void;
  /** Waits for the next item to be due; `null` once the line was ended. */
  next(): Promise<Item | null>;
  /** Ends it: whoever waits gets nothing. */
  end(): void;
}

/** Timers of longer pauses would not notice a clock that was set. */
const LONGEST_MS = 60_000;

/** An empty line. */
export function createLine<Item>(timers: Timers): Line<Item> {
  const places: { readonly item: Item; readonly dueAt: number }[] = [];
  const sleepers = new Set<() => void>();
  let ended = false;

  const wake = (): void => {
    for (const awaken of [...sleepers]) awaken();
  };
  const sleep = (millis: number): Promise<void> =>
    new Promise((resolve) => {
      const awaken = (): void => {
        timer.stop();
        sleepers.delete(awaken);
        resolve();
      };
      const timer = timers.start(Math.min(LONGEST_MS, Math.ceil(millis)), awaken);
      sleepers.add(awaken);
    });

  return {
    put(item, afterMs) {
      const dueAt = timers.elapsed() + afterMs;
      let low = 0;
      for (let high = places.length; low < high; ) {
        const middle = (low + high) >> 1;
        if ((places[middle]?.dueAt ?? 0) <= dueAt) low = middle + 1;
        else high = middle;
      }
      places.splice(low, 0, { item, dueAt });
      if (low === 0) wake();
    },
    async next() {
      while (!ended) {
        const wait = (places[0]?.dueAt ?? Number.POSITIVE_INFINITY) - timers.elapsed();
        const first = wait <= 0 ? places.shift() : undefined;
        if (first !== undefined) return first.item;
        await sleep(wait);
      }
      return null;
    },
    end() {
      ended = true;
      wake();
    },
  };
}
