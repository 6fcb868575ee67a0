import type { HandoverView, Locale } from '../../../src/index.ts';
import { element, FAINT, INK, legend, picture, words } from './svg.ts';

/** How a handover stood at a moment. */
export interface Moment {
  readonly at: string;
  readonly label: string;
  readonly counts: HandoverView['counts'];
}

/** What the picture shows, all of it from `handovers.get` and `handovers.coverage`. */
export interface HandoverCourse {
  /** As people call them. */
  readonly leaver: string;
  readonly lastDayOn: string;
  readonly moments: readonly Moment[];
  readonly signatures: readonly {
    readonly party: 'supervisor' | 'hr' | 'finance';
    readonly by: string;
    readonly at: string;
  }[];
  readonly coverage: { readonly ownedAtOpening: number; readonly missing: number };
}

const STATES = ['transferred', 'offered', 'prepared', 'returned', 'pending'] as const;
type State = (typeof STATES)[number];

const COLOURS: { readonly [Name in State]: string } = {
  transferred: '#2f855a',
  offered: '#2b6cb0',
  prepared: '#90cdf4',
  returned: '#dd6b20',
  pending: '#cbd5e0',
};
const ON_DARK: readonly State[] = ['transferred', 'offered', 'returned'];

const WORDS = {
  en: {
    title: (leaver: string) => `The handover of ${leaver}: every customer accounted for`,
    subtitle: (day: string) => `Customers by what had become of them · last day ${day}`,
    states: {
      transferred: 'handed over',
      offered: 'offered',
      prepared: 'prepared',
      returned: 'came back',
      pending: 'open',
    },
    parties: { supervisor: 'Supervisor', hr: 'HR', finance: 'Finance' },
    signatures: 'Signed, each for the same digest of all items',
    coverage: (owned: number, missing: number) =>
      `Owned at the opening: ${owned} · missing at the end: ${missing}`,
  },
  'zh-CN': {
    title: (leaver: string) => `${leaver} 的交接：每个客户都有着落`,
    subtitle: (day: string) => `各状态的客户数 · 最后工作日 ${day}`,
    states: {
      transferred: '已移交',
      offered: '已提出',
      prepared: '已准备',
      returned: '退回',
      pending: '未处理',
    },
    parties: { supervisor: '上级', hr: '人事', finance: '财务' },
    signatures: '三方对同一份事项摘要签字',
    coverage: (owned: number, missing: number) => `开始时拥有：${owned} · 结束时遗漏：${missing}`,
  },
} as const;

const LEFT = 64;
const RIGHT = 868;
const TOP = 130;
const BOTTOM = 390;

/** A column for each moment, the signatures below: how a handover went. */
export function handoverPicture(course: HandoverCourse, locale: Locale): string {
  const { moments, signatures, coverage } = course;
  const told = WORDS[locale];
  const most = Math.max(1, ...moments.map(({ counts }) => sum(Object.values(counts))));
  const step = (RIGHT - LEFT) / Math.max(1, moments.length);
  const rows = STATES.map((state) => ({ colour: COLOURS[state], label: told.states[state] })).reverse();
  const parts = [
    legend(LEFT, 100, rows, 130),
    ...axis(most),
    ...moments.flatMap((moment, at) => column(moment, LEFT + at * step, step, most)),
    words(32, 466, told.signatures, { 'font-weight': 'bold' }),
    ...signatures.flatMap(({ party, by, at }, place) => {
      const x = 32 + place * 282;
      return [
        element('rect', { x, y: 482, width: 272, height: 52, rx: 6, fill: '#f0fff4', stroke: '#2f855a' }),
        words(x + 14, 505, `✓ ${told.parties[party]}: ${by}`, { 'font-weight': 'bold', 'data-party': party }),
        words(x + 14, 524, `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`, { fill: FAINT, 'font-size': 12 }),
      ];
    }),
    words(32, 566, told.coverage(coverage.ownedAtOpening, coverage.missing), {
      'data-owned': coverage.ownedAtOpening,
      'data-missing': coverage.missing,
    }),
  ];
  const title = told.title(course.leaver);
  return picture({ width: 900, height: 590, title, subtitle: told.subtitle(course.lastDayOn) }, parts);
}

function axis(most: number): readonly string[] {
  return [0, Math.round(most / 2), most].map((value) => {
    const y = BOTTOM - ((BOTTOM - TOP) * value) / most;
    return (
      element('line', { x1: LEFT, x2: RIGHT, y1: y, y2: y, stroke: value === 0 ? INK : '#e2e8f0' }) +
      words(LEFT - 10, y + 4, String(value), { 'text-anchor': 'end', fill: FAINT, 'font-size': 12 })
    );
  });
}

function column({ at, label, counts }: Moment, x: number, step: number, most: number): readonly string[] {
  const middle = x + step / 2;
  const width = Math.min(72, step * 0.66);
  const parts: string[] = [];
  let y = BOTTOM;
  for (const state of STATES) {
    const count = counts[state] ?? 0;
    if (count === 0) continue;
    const height = ((BOTTOM - TOP) * count) / most;
    y -= height;
    const box = { x: middle - width / 2, y, width, height, fill: COLOURS[state] };
    parts.push(
      element('rect', { ...box, 'data-moment': at, 'data-state': state, 'data-count': count }),
      words(middle, y + height / 2 + 5, String(count), {
        'text-anchor': 'middle',
        fill: ON_DARK.includes(state) ? '#ffffff' : INK,
      }),
    );
  }
  parts.push(
    words(middle, BOTTOM + 22, label, { 'text-anchor': 'middle' }),
    words(middle, BOTTOM + 40, at.slice(5, 10), { 'text-anchor': 'middle', fill: FAINT, 'font-size': 12 }),
  );
  return parts;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
