import { GamekeeperError } from './error.ts';

declare const kind: unique symbol;
/** A moment: ISO 8601 in UTC with milliseconds, `2026-03-25T08:00:00.000Z`. Sorts as text. */
export type Instant = string & { readonly [kind]: 'Instant' };
/** A calendar day: `YYYY-MM-DD`, proleptic Gregorian, without a time zone. Sorts as text. */
export type LocalDate = string & { readonly [kind]: 'LocalDate' };

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** The instant of a number of Unix milliseconds, years 1970 to 9999. */
export function instantOf(millis: number): Instant {
  if (millis === last.millis) return last.instant;
  if (!Number.isSafeInteger(millis) || millis < 0 || millis > 253_402_300_799_999) {
    throw new GamekeeperError(
      'ERR_INVALID_INPUT',
      'an instant lies between 1970 and 9999, in whole milliseconds',
    );
  }
  last = { millis, instant: new Date(millis).toISOString() as Instant };
  return last.instant;
}

/** Many commands share a millisecond, and a date takes ten times as long to write as to remember. */
let last = { millis: 0, instant: '1970-01-01T00:00:00.000Z' as Instant };

/** Unix milliseconds of an instant. */
export function millisOf(instant: Instant): number {
  return Date.parse(instant);
}

/** Whether a text is an instant exactly as `instantOf` writes it. */
export function isInstant(text: unknown): text is Instant {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text)) return false;
  const millis = Date.parse(text);
  return millis >= 0 && new Date(millis).toISOString() === text;
}

/** Whether a text is a day of the calendar. */
export function isLocalDate(text: unknown): text is LocalDate {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const millis = Date.parse(`${text}T00:00:00.000Z`);
  return !Number.isNaN(millis) && new Date(millis).toISOString().startsWith(text);
}

/** Days since 1970-01-01. Pure arithmetic: no time zone is asked. */
export function dayNumber(day: LocalDate): number {
  return Date.parse(`${day}T00:00:00.000Z`) / DAY_MS;
}

/** The day that lies `dayNumber` days after 1970-01-01. */
export function localDateOf(dayNumber: number): LocalDate {
  return new Date(dayNumber * DAY_MS).toISOString().slice(0, 10) as LocalDate;
}
