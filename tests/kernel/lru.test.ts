import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLru } from '../../src/kernel/lru.ts';

const CAPACITY = 4;
const key = fc.integer({ min: 0, max: 12 });
const step = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), key, value: fc.integer() }),
  fc.record({ kind: fc.constant('get' as const), key }),
  fc.record({ kind: fc.constant('delete' as const), key }),
);

describe('a map that forgets', () => {
  it('never answers an old value, and knows what was used last', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const lru = createLru<number, number>(CAPACITY);
        // In the order of use, latest last.
        const truth = new Map<number, number>();
        for (const taken of steps) {
          const known = truth.get(taken.key);
          const recent = [...truth.keys()].slice(-CAPACITY).includes(taken.key);
          truth.delete(taken.key);
          if (taken.kind === 'set') {
            truth.set(taken.key, taken.value);
            lru.set(taken.key, taken.value);
          } else if (taken.kind === 'delete') {
            lru.delete(taken.key);
          } else {
            const found = lru.get(taken.key);
            if (recent) expect(found).toBe(known);
            else expect([undefined, known]).toContain(found);
            if (found !== undefined) truth.set(taken.key, found);
          }
        }
      }),
    );
  });

  it('holds at most twice its capacity, and nothing once it is cleared', () => {
    const lru = createLru<number, number>(CAPACITY);
    for (let at = 0; at < 100; at += 1) lru.set(at, at);
    const held = Array.from({ length: 100 }, (_, at) => lru.get(at)).filter((value) => value !== undefined);
    expect(held.length).toBeLessThanOrEqual(2 * CAPACITY);
    lru.clear();
    expect(lru.get(99)).toBeUndefined();
  });
});
