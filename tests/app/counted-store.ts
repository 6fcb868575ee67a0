import type { Store } from '../../src/ports/index.ts';

/** A store that says how many round trips came one after the other. */
export interface CountedStore extends Store {
  /** How many round trips `work` waited for: those that were under way together count as one. */
  roundTrips(work: () => Promise<unknown>): Promise<number>;
}

/**
 * Counts the longest chain of calls: one that began after another had ended is a step behind it. Every answer takes
 * a turn of the event loop, so that calls begun in one turn are under way together.
 */
export function countedStore(inner: Store): CountedStore {
  let ended = 0;
  const counted =
    <Asked extends readonly unknown[], Answer>(call: (...asked: Asked) => Promise<Answer>) =>
    async (...asked: Asked): Promise<Answer> => {
      const step = ended + 1;
      await new Promise((resolve) => void setImmediate(resolve));
      try {
        return await call(...asked);
      } finally {
        ended = Math.max(ended, step);
      }
    };
  return {
    specificationVersion: inner.specificationVersion,
    capabilities: inner.capabilities,
    commit: counted(inner.commit),
    get: counted(inner.get),
    find: counted(inner.find),
    sequence: counted(inner.sequence),
    readEntries: counted(inner.readEntries),
    async roundTrips(work) {
      ended = 0;
      await work();
      return ended;
    },
  };
}
