import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, type LocalDate, localDateOf } from '../../src/kernel/index.ts';
import {
  endOfSpan,
  isTimeZone,
  latestStartOf,
  localDateAt,
  MONDAY_TO_FRIDAY,
  startOfLocalDate,
  type WorkingCalendar,
} from '../../src/model/index.ts';

const at = (text: string): number => Date.parse(text);
const ZONES = [
  'UTC',
  'Asia/Shanghai',
  'Pacific/Auckland',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Apia',
];
const moments = fc.integer({ min: at('2005-01-01T00:00:00Z'), max: at('2040-01-01T00:00:00Z') });
const zone = fc.constantFrom(...ZONES);
const days = fc.integer({ min: 0, max: 40 });
const calendarOf = fc.record({
  workweek: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 }),
  holidays: fc.array(fc.integer({ min: 12_000, max: 26_000 }).map(localDateOf), { maxLength: 20 }),
  makeUpDays: fc.array(fc.integer({ min: 12_000, max: 26_000 }).map(localDateOf), { maxLength: 20 }),
}) as fc.Arbitrary<WorkingCalendar>;

/** The same by the platform's own calendar, an independent source. */
function dayByIntl(millis: number, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(millis);
}

describe('the day of a moment', () => {
  it('is what the platform’s calendar says, in every zone', () => {
    fc.assert(
      fc.property(moments, zone, (now, timeZone) => {
        expect(localDateAt(now, timeZone)).toBe(dayByIntl(now, timeZone));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['2026-03-02T15:59:59.999Z', 'Asia/Shanghai', '2026-03-02'],
    ['2026-03-02T16:00:00.000Z', 'Asia/Shanghai', '2026-03-03'],
    ['2028-02-28T16:00:00.000Z', 'Asia/Shanghai', '2028-02-29'],
    ['2028-02-29T16:00:00.000Z', 'Asia/Shanghai', '2028-03-01'],
    ['2026-12-31T11:00:00.000Z', 'Pacific/Auckland', '2027-01-01'],
    ['2026-06-30T11:59:59.999Z', 'Pacific/Auckland', '2026-06-30'],
    ['2011-12-30T09:59:59.999Z', 'Pacific/Apia', '2011-12-29'],
    ['2011-12-30T10:00:00.000Z', 'Pacific/Apia', '2011-12-31'],
  ])('%s in %s is %s', (now, timeZone, day) => expect(localDateAt(at(now), timeZone)).toBe(day));

  it('begins when it begins: the moment before belongs to the day before', () => {
    fc.assert(
      fc.property(moments, zone, (now, timeZone) => {
        const day = localDateAt(now, timeZone);
        const start = startOfLocalDate(day, timeZone);
        expect(start).toBeLessThanOrEqual(now);
        expect(localDateAt(start, timeZone)).toBe(day);
        expect(localDateAt(start - 1, timeZone) < day).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

/** The days of a calendar in plain words, as a reference. */
function isWorked(day: string, { workweek, holidays, makeUpDays }: WorkingCalendar): boolean {
  if ((makeUpDays as string[]).includes(day)) return true;
  if ((holidays as string[]).includes(day)) return false;
  return workweek.includes(new Date(`${day}T00:00:00Z`).getUTCDay() || 7);
}

describe('a working day', () => {
  const calendar: WorkingCalendar = {
    workweek: [1, 2, 3, 4, 5],
    holidays: ['2026-10-01', '2026-10-10'] as LocalDate[],
    makeUpDays: ['2026-10-10', '2026-09-27'] as LocalDate[],
  };
  it.each([
    ['2026-09-30', true], // Wednesday
    ['2026-10-01', false], // a holiday
    ['2026-10-03', false], // Saturday
    ['2026-10-10', true], // a Saturday made up, though it stands among the holidays
    ['2026-09-27', true], // a Sunday made up
    ['2028-02-29', true], // leap day, a Tuesday
  ])('%s: %s', (day, worked) => {
    const before = at(`${day}T12:00:00.000Z`) - DAY_MS;
    const end = endOfSpan(before, { days: 1, working: true }, 'UTC', calendar);
    expect(end.slice(0, 10) === day).toBe(worked);
    expect(isWorked(day, calendar)).toBe(worked);
  });
});

describe('a span', () => {
  it.each([
    // Same time of day, over a change of clocks in both directions.
    ['2026-09-25T08:00:00.000Z', 3, false, 'Pacific/Auckland', '2026-09-28T07:00:00.000Z'],
    ['2026-04-03T08:00:00.000Z', 3, false, 'Pacific/Auckland', '2026-04-06T09:00:00.000Z'],
    ['2026-03-28T07:00:00.000Z', 1, false, 'Europe/Berlin', '2026-03-29T06:00:00.000Z'],
    // Over the ends of months and a leap day.
    ['2028-02-28T08:00:00.000Z', 2, false, 'UTC', '2028-03-01T08:00:00.000Z'],
    ['2027-02-27T08:00:00.000Z', 2, false, 'UTC', '2027-03-01T08:00:00.000Z'],
    ['2026-12-30T20:00:00.000Z', 2, false, 'Asia/Shanghai', '2027-01-01T20:00:00.000Z'],
    // Working days from a Friday, a Saturday, and where the local day is another than in UTC.
    ['2026-03-06T08:00:00.000Z', 2, true, 'UTC', '2026-03-10T08:00:00.000Z'],
    ['2026-03-07T08:00:00.000Z', 1, true, 'UTC', '2026-03-09T08:00:00.000Z'],
    ['2026-03-05T20:00:00.000Z', 1, true, 'Asia/Shanghai', '2026-03-08T20:00:00.000Z'], // Friday 4:00 there: Monday
    ['2026-03-05T20:00:00.000Z', 1, true, 'UTC', '2026-03-06T20:00:00.000Z'],
  ])('from %s, %i days, working %s, in %s ends %s', (start, count, working, timeZone, end) => {
    expect(endOfSpan(at(start), { days: count, working }, timeZone, MONDAY_TO_FRIDAY)).toBe(end);
  });

  it('is as many days as it says, ends later when longer, and not earlier when begun later', () => {
    fc.assert(
      fc.property(
        moments,
        zone,
        days,
        calendarOf,
        fc.boolean(),
        (start, timeZone, count, calendar, working) => {
          const end = at(endOfSpan(start, { days: count, working }, timeZone, calendar));
          expect(at(endOfSpan(start, { days: count + 1, working }, timeZone, calendar))).toBeGreaterThan(end);
          if (working) {
            const first = Math.floor(at(`${localDateAt(start, timeZone)}T00:00:00Z`) / DAY_MS);
            const last = Math.floor(at(`${localDateAt(end, timeZone)}T00:00:00Z`) / DAY_MS);
            let worked = 0;
            for (let day = first + 1; day <= last; day += 1)
              if (isWorked(localDateOf(day), calendar)) worked += 1;
            if (timeZone !== 'Pacific/Apia') expect(worked).toBe(count);
          } else
            expect(Math.abs(end - start - count * DAY_MS)).toBeLessThanOrEqual(
              timeZone === 'Pacific/Apia' ? 25 * 3_600_000 : 3_600_000,
            );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('whose end has come is never missed by the range that a sweep looks at', () => {
    fc.assert(
      fc.property(
        moments,
        zone,
        fc.integer({ min: 1, max: 20 }),
        calendarOf,
        fc.boolean(),
        fc.integer({ min: 0, max: 7_200_000 }),
        (start, timeZone, count, calendar, working, later) => {
          const span = { days: count, working };
          const now = at(endOfSpan(start, span, timeZone, calendar)) + later;
          expect(latestStartOf(now, span, timeZone, calendar)).toBeGreaterThanOrEqual(start);
          // And the range holds little more than what is due.
          const latest = latestStartOf(now, span, timeZone, calendar);
          if (timeZone !== 'Pacific/Apia')
            expect(at(endOfSpan(latest, span, timeZone, calendar))).toBeLessThanOrEqual(now + 2 * DAY_MS);
        },
      ),
      { numRuns: 1500 },
    );
  });

  it.each([
    // Clocks go back at 3:00 to 2:00: the hour from 2:00 comes twice.
    ['Pacific/Auckland', '2026-04-04T13:30:00.000Z'],
    ['Pacific/Auckland', '2026-04-04T14:30:00.000Z'],
    ['Europe/Berlin', '2026-10-25T00:30:00.000Z'],
    ['Europe/Berlin', '2026-10-25T01:30:00.000Z'],
    ['Europe/Berlin', '2026-03-29T01:30:00.000Z'],
  ])('that begins or ends around a change of clocks in %s at %s is not missed', (timeZone, around) => {
    for (let minutes = -180; minutes <= 180; minutes += 15) {
      for (const count of [1, 3, 7]) {
        for (const start of [at(around) + minutes * 60_000, at(around) + minutes * 60_000 - count * DAY_MS]) {
          const now = at(endOfSpan(start, { days: count, working: false }, timeZone, MONDAY_TO_FRIDAY));
          expect(
            latestStartOf(now, { days: count, working: false }, timeZone, MONDAY_TO_FRIDAY),
          ).toBeGreaterThanOrEqual(start);
        }
      }
    }
  });

  it('in a calendar that is never worked ends all the same', () => {
    const never: WorkingCalendar = {
      workweek: [1],
      holidays: Array.from({ length: 400 }, (_, week) => localDateOf(4 + 7 * (week + 2900))),
      makeUpDays: [],
    };
    const end = endOfSpan(at('2026-03-02T08:00:00Z'), { days: 2, working: true }, 'UTC', never);
    expect(end > '2026').toBe(true);
  });
});

describe('the machine’s time zone', () => {
  it('changes nothing', async () => {
    const script = join(import.meta.dirname, 'processes', 'calendar.ts');
    const answers = await Promise.all(
      ['UTC', 'Asia/Shanghai', 'Pacific/Auckland'].map(async (TZ) => {
        const { stdout } = await promisify(execFile)(process.execPath, [script], {
          env: { ...process.env, TZ },
        });
        return JSON.parse(stdout) as { zone: string; answers: unknown[] };
      }),
    );
    expect(answers.map(({ zone: machine }) => machine)).toEqual(['UTC', 'Asia/Shanghai', 'Pacific/Auckland']);
    expect(answers[0]?.answers.length).toBeGreaterThan(500);
    expect(answers[1]?.answers).toEqual(answers[0]?.answers);
    expect(answers[2]?.answers).toEqual(answers[0]?.answers);
  });
});

describe('a name of a time zone', () => {
  it('is one that the platform knows', () => {
    for (const name of ZONES) expect(isTimeZone(name)).toBe(true);
    for (const name of ['Mars/Olympus', 'nonsense', '__proto__', 'Asia/'])
      expect(isTimeZone(name), name).toBe(false);
  });
});
