import { TZDate, tzOffset } from '@date-fns/tz';
import { addDays as addDaysInZone } from 'date-fns/addDays';
import { startOfDay } from 'date-fns/startOfDay';
import * as z from 'zod/mini';
import {
  DAY_MS,
  dayNumber,
  type Instant,
  instantOf,
  isLocalDate,
  type LocalDate,
  localDateOf,
} from '../kernel/index.ts';

const localDateSchema = z.custom<LocalDate>(
  isLocalDate,
  'expected a day, YYYY-MM-DD',
) as unknown as z.ZodMiniType<LocalDate, string>;

/** Which days are worked: a week, days off beside it, and days worked although the week says otherwise. */
export const calendarSchema = z.strictObject({
  /** Days of the week that are worked: 1 is Monday, 7 is Sunday. */
  workweek: z.array(z.int().check(z.minimum(1), z.maximum(7))).check(z.minLength(1), z.maxLength(7)),
  /** Days off, such as public holidays. */
  holidays: z.array(localDateSchema).check(z.maxLength(400)),
  /** Days worked although they lie on a weekend or in a holiday (调休). Wins over `holidays`. */
  makeUpDays: z.array(localDateSchema).check(z.maxLength(400)),
});
/** Which days are worked. */
export type WorkingCalendar = z.output<typeof calendarSchema>;

/** Monday to Friday, no holidays. */
export const MONDAY_TO_FRIDAY: WorkingCalendar = { workweek: [1, 2, 3, 4, 5], holidays: [], makeUpDays: [] };

/** Whether the platform knows an IANA time zone. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** The calendar day of a moment in a time zone. */
export function localDateAt(millis: number, timeZone: string): LocalDate {
  return localDateOf(Math.floor((millis + offsetMs(millis, timeZone)) / DAY_MS));
}

/** The moment a day begins in a time zone. */
export function startOfLocalDate(day: LocalDate, timeZone: string): number {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  return startOfDay(new TZDate(year, month - 1, date, 12, timeZone)).getTime();
}

/** Whether a day is worked. */
function isWorkingDay(day: LocalDate, calendar: WorkingCalendar): boolean {
  if (calendar.makeUpDays.includes(day)) return true;
  // 1970-01-01 was a Thursday.
  const weekday = ((((dayNumber(day) + 3) % 7) + 7) % 7) + 1;
  return calendar.workweek.includes(weekday) && !calendar.holidays.includes(day);
}

/** The working day that lies so many working days before a day; for 0 the day itself, or the last one worked before it. */
export function workingDayBefore(day: LocalDate, count: number, calendar: WorkingCalendar): LocalDate {
  let at = dayNumber(day);
  // A calendar that is never worked has no such day: then the day itself counts.
  const earliest = at - 3700;
  for (let left = count; at > earliest; at -= 1) {
    if (!isWorkingDay(localDateOf(at), calendar)) continue;
    if (left === 0) return localDateOf(at);
    left -= 1;
  }
  return day;
}

/** How far a clock runs, and by which days. */
export interface Span {
  readonly days: number;
  /** Counts working days only. */
  readonly working: boolean;
}

/**
 * The moment a span ends that begins at `start`: the same time of day, that many (working) days later.
 *
 * A span of working days that begins on a day off ends as if it had begun the moment before that day.
 * Where a clock change skips the time of day, the moment after the gap counts.
 */
export function endOfSpan(start: number, span: Span, timeZone: string, calendar: WorkingCalendar): Instant {
  return instantOf(
    shift(start, span.working ? workingShift(start, span.days, timeZone, calendar) : span.days, timeZone),
  );
}

/**
 * The latest start whose span has ended by `now`: what a sweep shifts its range by. At least as late as the
 * true boundary, by less than two days where a clock changes, so that a range up to it misses nothing.
 *
 * Walks back day by day over days off; a calendar that is never worked for ten years counts as over.
 */
export function latestStartOf(now: number, span: Span, timeZone: string, calendar: WorkingCalendar): number {
  for (let days = span.days; days < 3700; days += 1) {
    const start = shift(now, -days, timeZone);
    const shifted = span.working ? workingShift(start, span.days, timeZone, calendar) : days;
    if (shifted === days) return start;
    // It ended on an earlier day, as does whatever began on the same day at a later hour.
    if (shifted < days) {
      const next = localDateOf(dayNumber(localDateAt(start, timeZone)) + 1);
      return startOfLocalDate(next, timeZone) - 1;
    }
  }
  return 0;
}

/**
 * The moment so many hours of working days have passed: whole days off are skipped, from midnight to midnight.
 * A calendar that is never worked for ten years ends where it began to be looked at.
 */
export function endOfWorkingHours(
  start: number,
  hours: number,
  timeZone: string,
  calendar: WorkingCalendar,
): Instant {
  let left = hours * 3_600_000;
  let at = start;
  for (let days = 0; days < 3700; days += 1) {
    const day = localDateAt(at, timeZone);
    const next = startOfLocalDate(localDateOf(dayNumber(day) + 1), timeZone);
    if (isWorkingDay(day, calendar)) {
      if (left <= next - at) return instantOf(at + left);
      left -= next - at;
    }
    at = next;
  }
  return instantOf(start);
}

/** After how many calendar days so many working days have passed. */
function workingShift(start: number, days: number, timeZone: string, calendar: WorkingCalendar): number {
  const first = dayNumber(localDateAt(start, timeZone));
  let shifted = 0;
  for (let left = days; left > 0 && shifted < 3700; ) {
    shifted += 1;
    if (isWorkingDay(localDateOf(first + shifted), calendar)) left -= 1;
  }
  return shifted;
}

function shift(start: number, days: number, timeZone: string): number {
  return addDaysInZone(new TZDate(start, timeZone), days).getTime();
}

function offsetMs(millis: number, timeZone: string): number {
  return Math.round(tzOffset(timeZone, new Date(millis)) * 60_000);
}
