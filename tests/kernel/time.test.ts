import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dayNumber,
  instantOf,
  isInstant,
  isLocalDate,
  localDateOf,
  millisOf,
} from '../../src/kernel/index.ts';

describe('an instant', () => {
  it('is written one way only, and read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (millis) => {
        const instant = instantOf(millis);
        expect(isInstant(instant)).toBe(true);
        expect(millisOf(instant)).toBe(millis);
      }),
    );
  });

  it('sorts as text as it sorts in time', () => {
    const moments = fc.integer({ min: 0, max: 253_402_300_799_999 });
    fc.assert(
      fc.property(moments, moments, (left, right) => {
        expect(instantOf(left) < instantOf(right)).toBe(left < right);
      }),
    );
  });

  it.each([
    '',
    '2026-03-02',
    '2026-03-02T08:00:00Z',
    '2026-03-02T08:00:00.000+00:00',
    '2026-02-30T08:00:00.000Z',
    '2026-03-02T24:00:00.000Z',
    '1969-12-31T23:59:59.999Z',
    ' 2026-03-02T08:00:00.000Z',
    null,
    5,
  ])('%j is none', (text) => expect(isInstant(text)).toBe(false));

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 253_402_300_800_000])(
    'of %d milliseconds is refused',
    (millis) => {
      expect(() => instantOf(millis)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_INPUT' }));
    },
  );
});

describe('a day', () => {
  it('is a number of days since 1970 and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: -700_000, max: 2_900_000 }), (day) => {
        const text = localDateOf(day);
        if (!/^\d{4}-/.test(text)) return;
        expect(isLocalDate(text)).toBe(true);
        expect(dayNumber(text)).toBe(day);
      }),
    );
  });

  it.each([
    '2026-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-04-31',
    '26-03-02',
    '2026-3-2',
    '2026-03-02T00:00:00.000Z',
    '',
    null,
  ])('%j is none', (text) => expect(isLocalDate(text)).toBe(false));

  it.each(['2028-02-29', '2000-02-29', '0001-01-01', '9999-12-31'])('%s is one', (text) =>
    expect(isLocalDate(text)).toBe(true),
  );
});
