/** Draws at random, and the same again from the same seed. */
export interface Dice {
  /** A whole number from 0 to below `end`. */
  below(end: number): number;
  /** True once in `times`. */
  once(times: number): boolean;
  /** One of some values, each as likely as the others. */
  pick<Value>(values: readonly Value[]): Value;
  /** From `least` to `most` values, none twice. */
  some<Value>(values: readonly Value[], most: number, least?: number): Value[];
}

/** Makes dice of a source of numbers from 0 to 1. */
export function diceOf(random: () => number): Dice {
  const below = (end: number): number => Math.floor(random() * end);
  return {
    below,
    once: (times) => below(times) === 0,
    pick: <Value>(values: readonly Value[]): Value => values[below(values.length)] as Value,
    some<Value>(values: readonly Value[], most: number, least = 0): Value[] {
      const left = [...values];
      const count = Math.min(left.length, least + below(most - least + 1));
      return Array.from({ length: count }, () => left.splice(below(left.length), 1)[0] as Value);
    },
  };
}
