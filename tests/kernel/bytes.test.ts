import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fromBase64,
  fromBase64url,
  fromHex,
  isUuidv7,
  textToBase64url,
  toBase64,
  toBase64url,
  toHex,
  uuidv7,
} from '../../src/kernel/index.ts';

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 70 }),
  // Around the size from which memory of its own is taken.
  fc.uint8Array({ minLength: 3060, maxLength: 3090 }),
);

describe('text forms of bytes', () => {
  it('are those of the platform, and come back', () => {
    fc.assert(
      fc.property(bytes, (given) => {
        const buffer = Buffer.from(given);
        expect(toBase64url(given)).toBe(buffer.toString('base64url'));
        expect(toBase64(given)).toBe(buffer.toString('base64'));
        expect(toHex(given)).toBe(buffer.toString('hex'));
        expect(fromBase64url(toBase64url(given))).toEqual(given);
        expect(fromBase64(toBase64(given))).toEqual(given);
        expect(fromHex(toHex(given))).toEqual(given);
      }),
    );
  });

  it('of a text are those of its UTF-8, however long it is', () => {
    const long = fc.string({ unit: 'grapheme', minLength: 1000, maxLength: 1100 });
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), long), (text) => {
        expect(textToBase64url(text)).toBe(Buffer.from(text).toString('base64url'));
      }),
    );
  });

  it('are one for each value: spare bits, padding and other letters are refused', () => {
    for (const odd of ['AB', 'AA==', 'A', 'AA+A', 'AA A', 'AAA\u00ff', 'AAA\u0441'])
      expect(fromBase64url(odd)).toBeNull();
    for (const odd of ['AB==', 'AA', 'AA-A', 'AA=A']) expect(fromBase64(odd)).toBeNull();
  });
});

describe('a UUIDv7', () => {
  it('holds its time, and all random bits that there is room for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 48 - 1 }),
        fc.uint8Array({ minLength: 10, maxLength: 12 }),
        (millis, random) => {
          const id = uuidv7(millis, random);
          expect(isUuidv7(id)).toBe(true);
          const [first, second, third, fourth, fifth] = id.split('-') as [string, ...string[]];
          expect(Number.parseInt(`${first}${second}`, 16)).toBe(millis);
          const hex = Buffer.from(random).toString('hex');
          const variant = (8 + (Number.parseInt(hex[3] as string, 16) % 4)).toString(16);
          expect([third, fourth, fifth]).toEqual([
            `7${hex.slice(0, 3)}`,
            `${variant}${hex.slice(4, 7)}`,
            hex.slice(7, 19),
          ]);
        },
      ),
    );
  });
});
