/** Prints what the calendar says around changes of clocks, ends of months and leap days, as one line of JSON. */
import {
  endOfSpan,
  latestStartOf,
  localDateAt,
  MONDAY_TO_FRIDAY,
  startOfLocalDate,
} from '../../../src/model/index.ts';

const moments = [
  '2026-03-29T00:30:00Z',
  '2026-10-25T00:30:00Z',
  '2026-04-04T13:30:00Z',
  '2026-09-26T13:30:00Z',
  '2028-02-28T15:59:59Z',
  '2026-12-31T10:30:00Z',
  '2026-02-28T23:59:59Z',
];
const zones = ['UTC', 'Asia/Shanghai', 'Pacific/Auckland', 'Europe/Berlin', 'America/New_York'];
const answers: unknown[] = [];
for (const moment of moments) {
  for (const zone of zones) {
    for (const minutes of [-90, -30, 0, 30, 90]) {
      const now = Date.parse(moment) + minutes * 60_000;
      const day = localDateAt(now, zone);
      answers.push(day, startOfLocalDate(day, zone));
      for (const working of [true, false]) {
        answers.push(endOfSpan(now, { days: 3, working }, zone, MONDAY_TO_FRIDAY));
        answers.push(latestStartOf(now, { days: 3, working }, zone, MONDAY_TO_FRIDAY));
      }
    }
  }
}
process.stdout.write(JSON.stringify({ zone: Intl.DateTimeFormat().resolvedOptions().timeZone, answers }));
