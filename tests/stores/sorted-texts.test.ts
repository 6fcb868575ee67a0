import { describe, expect, it } from 'vitest';
import { sortedTexts } from '../../src/adapters/memory/sorted-texts.ts';
import { seeded } from './seeded.ts';

describe('the sorted texts of the memory store', () => {
  it('hold what a plain set holds, in order, while chunks split, wear thin and merge', () => {
    const random = seeded(7);
    const texts = sortedTexts();
    const plain = new Set<string>();
    const draw = (): string => String(Math.floor(random() * 20_000));
    for (let step = 0; step < 60_000; step += 1) {
      const text = draw();
      // Grows, shrinks to almost nothing, and grows again.
      if (random() < (step % 30_000 < 15_000 ? 0.9 : 0.1)) {
        texts.add(text);
        plain.add(text);
      } else {
        texts.remove(text);
        plain.delete(text);
      }
      if (step % 1500 !== 0) continue;
      const sorted = [...plain].sort();
      const [from, to] = [draw(), draw()];
      const within = sorted.filter((member) => member >= from && member < to);
      expect(texts.range('', '~', Number.POSITIVE_INFINITY, false)).toEqual(sorted);
      expect(texts.range('', '~', Number.POSITIVE_INFINITY, true)).toEqual(sorted.toReversed());
      expect(texts.range(from, to, 10, false)).toEqual(within.slice(0, 10));
      expect(texts.range(from, to, 10, true)).toEqual(within.toReversed().slice(0, 10));
    }
  });

  it('take texts in ascending and descending order', () => {
    const numbers = Array.from({ length: 5000 }, (_, at) => String(at).padStart(4, '0'));
    for (const order of [numbers, numbers.toReversed()]) {
      const texts = sortedTexts();
      for (const text of order) texts.add(text);
      expect(texts.range('', '~', 9999, false)).toEqual(numbers);
      for (const text of order) texts.remove(text);
      expect(texts.range('', '~', 9999, true)).toEqual([]);
    }
  });
});
