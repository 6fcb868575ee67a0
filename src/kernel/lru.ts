/** A map that forgets what was not used for long. */
export interface Lru<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
  delete(key: Key): void;
  clear(): void;
}

/**
 * Two maps that take turns: when the younger one is full, it becomes the older one, and what nobody asked for
 * since the last turn is gone. So a hit moves nothing, or one entry once a turn.
 *
 * @param capacity So many used last are remembered for certain, and at most twice as many.
 */
export function createLru<Key, Value>(capacity: number): Lru<Key, Value> {
  let young: Map<Key, Value> = NONE;
  let old: Map<Key, Value> = NONE;
  const set = (key: Key, value: Value): void => {
    if (young === NONE) young = new Map();
    young.set(key, value);
    if (young.size < capacity) return;
    old = young;
    young = NONE;
  };
  return {
    get(key) {
      const value = young.get(key);
      if (value !== undefined) return value;
      const earlier = old.get(key);
      if (earlier !== undefined) set(key, earlier);
      return earlier;
    },
    set,
    delete(key) {
      young.delete(key);
      old.delete(key);
    },
    clear() {
      young = NONE;
      old = NONE;
    },
  };
}

/** Stands for a map that holds nothing, and is never written to: most of those of thousands of tenants are empty. */
const NONE = new Map<never, never>();
