import type { EntryView, Locale } from '../../../src/index.ts';
import { element, FAINT, INK, legend, picture, words } from './svg.ts';

/** What the guard answered, in customers; alerts are counted one by one. */
const ANSWERS = ['allowed', 'alerted', 'held', 'denied'] as const;
type Answer = (typeof ANSWERS)[number];

/** An hour of a day; `hour` is that of UTC. */
export type GuardHour = { readonly hour: number } & { readonly [Name in Answer]: number };

/** From how many customers on within a window a hold waits for another person. */
export interface Threshold {
  readonly rule: 'deletes' | 'overwrites';
  readonly from: number;
}

/**
 * What the guard did to deletions and to changes of profiles on a day, told from the entries of the ledger alone.
 *
 * @param on such as `2026-06-15`
 */
export function guardDay(entries: readonly EntryView[], on: string): readonly GuardHour[] {
  const hours = new Map<number, { [Name in Answer]: number }>();
  const held = new Map<string, number>();
  for (const { id, type, at, outcome, data } of entries) {
    if (type === 'hold-placed') held.set(id, Number(data.count));
    if (!at.startsWith(on) || outcome !== 'done') continue;
    const hour = Number(at.slice(11, 13));
    const counts = hours.get(hour) ?? { allowed: 0, alerted: 0, held: 0, denied: 0 };
    hours.set(hour, counts);
    if (type === 'customer-updated' || type === 'customer-deleted') counts.allowed += 1;
    if (type === 'alert-raised') counts.alerted += 1;
    if (type === 'hold-placed') counts.held += Number(data.count);
    if (type === 'hold-denied') counts.denied += held.get(String(data.hold)) ?? 0;
  }
  return [...hours].sort(([one], [other]) => one - other).map(([hour, counts]) => ({ hour, ...counts }));
}

const COLOURS: { readonly [Name in Answer]: string } = {
  allowed: '#2f855a',
  alerted: '#d69e2e',
  held: '#dd6b20',
  denied: '#9b2c2c',
};

const WORDS = {
  en: {
    title: (day: string) => `A day of the guard: ${day}`,
    subtitle: 'Deletions and changed profiles per hour (UTC), in customers; alerts one by one',
    answers: { allowed: 'allowed', alerted: 'alerts raised', held: 'held', denied: 'denied by a person' },
    deletes: (from: number) => [`${from} deletions by one person`, 'in 30 days: held'],
    overwrites: (from: number) => [`${from} contacts overwritten by`, 'one person in 30 days: held'],
  },
  'zh-CN': {
    title: (day: string) => `守护的一天：${day}`,
    subtitle: '每小时（UTC）的删除与资料修改，按客户数；警报按条数',
    answers: { allowed: '放行', alerted: '警报', held: '挂起', denied: '由人拒绝' },
    deletes: (from: number) => ['同一人 30 天内删除', `达到 ${from} 个：挂起`],
    overwrites: (from: number) => ['同一人 30 天内改写联系', `方式达到 ${from} 个：挂起`],
  },
} as const;

const LEFT = 64;
const RIGHT = 690;
const TOP = 130;
const BOTTOM = 390;
const FIRST_HOUR = 8;
const LAST_HOUR = 18;

/** Four bars an hour, and from where on another person looks. */
export function guardPicture(
  on: string,
  hours: readonly GuardHour[],
  thresholds: readonly Threshold[],
  locale: Locale,
): string {
  const told = WORDS[locale];
  const first = Math.min(FIRST_HOUR, ...hours.map(({ hour }) => hour));
  const last = Math.max(LAST_HOUR, ...hours.map(({ hour }) => hour));
  const most = Math.max(
    ...hours.flatMap((hour) => ANSWERS.map((answer) => hour[answer])),
    ...thresholds.map(({ from }) => from),
    1,
  );
  const step = (RIGHT - LEFT) / (last - first + 1);
  const yOf = (value: number): number => BOTTOM - ((BOTTOM - TOP) * value) / (most + 1);
  const placeOf = (hour: number): number => LEFT + (hour - first) * step;
  const rows = ANSWERS.map((answer) => ({ colour: COLOURS[answer], label: told.answers[answer] }));
  const parts = [
    legend(LEFT, 100, rows, 160),
    element('line', { x1: LEFT, x2: RIGHT, y1: BOTTOM, y2: BOTTOM, stroke: INK }),
    ...Array.from({ length: last - first + 1 }, (_, at) =>
      words(placeOf(first + at) + step / 2, BOTTOM + 22, `${String(first + at).padStart(2, '0')}:00`, {
        'text-anchor': 'middle',
        fill: FAINT,
        'font-size': 12,
      }),
    ),
    ...thresholds.flatMap(({ rule, from }) => [
      element('line', {
        x1: LEFT,
        x2: RIGHT,
        y1: yOf(from),
        y2: yOf(from),
        stroke: FAINT,
        'stroke-dasharray': '6 4',
        'data-rule': rule,
        'data-from': from,
      }),
      ...told[rule](from).map((line, at) =>
        words(RIGHT + 10, yOf(from) - 2 + at * 16, line, { fill: FAINT, 'font-size': 12 }),
      ),
    ]),
    ...hours.flatMap((hour) => bars(hour, placeOf(hour.hour), step, yOf)),
  ];
  return picture({ width: 900, height: 430, title: told.title(on), subtitle: told.subtitle }, parts);
}

function bars(hour: GuardHour, x: number, step: number, yOf: (value: number) => number): readonly string[] {
  const shown = ANSWERS.filter((answer) => hour[answer] > 0);
  const width = Math.min(22, (step - 8) / Math.max(1, shown.length));
  const start = x + (step - width * shown.length) / 2;
  return shown.flatMap((answer, at) => {
    const [count, left] = [hour[answer], start + at * width];
    const facts = { 'data-hour': hour.hour, 'data-answer': answer, 'data-count': count };
    return [
      element('rect', {
        x: left + 1,
        y: yOf(count),
        width: width - 2,
        height: BOTTOM - yOf(count),
        fill: COLOURS[answer],
        ...facts,
      }),
      words(left + width / 2, yOf(count) - 5, String(count), { 'text-anchor': 'middle', 'font-size': 12 }),
    ];
  });
}
