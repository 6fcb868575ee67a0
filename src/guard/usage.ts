import { DAY_MS, HOUR_MS, MINUTE_MS } from '../kernel/index.ts';
import { MEASURES, type Measure } from './operations.ts';

/** How many customers went through in each window, in the order of `WINDOWS`. */
export type Counts = readonly [hour: number, day: number, week: number, month: number];

/** A span of time that is over: from, to (milliseconds, to exclusive), and how many customers went through. */
type Closed = readonly [from: number, to: number, count: number];

/**
 * What went through for one person: spans that are over, and since when the live one runs. The live span is
 * a counter of its own, so that calls at the same time move it without waiting for each other.
 */
export interface Usage {
  readonly since: number;
  readonly closed: { readonly [Of in Measure]?: readonly Closed[] };
}

/** The same with the live counters, in one piece. */
export interface Counted {
  readonly usage: Usage | null;
  readonly live: Live;
}
type Live = { readonly [Of in Measure]?: number | undefined };

const WINDOW_MS = [HOUR_MS, DAY_MS, 7 * DAY_MS, 30 * DAY_MS] as const;
/** How long the live span lasts: how much longer than an hour the window of an hour can be. */
const LIVE_MS = 5 * MINUTE_MS;
/**
 * Spans are merged into a longer one that lies beyond a window as a whole: where it would reach into the window,
 * it would carry back in what has left it. A window is so at most 5 minutes, 1 h, 6 h or 1 day too long.
 */
const SPANS: readonly (readonly [olderThan: number, span: number])[] = [
  [7 * DAY_MS, DAY_MS],
  [DAY_MS, 6 * HOUR_MS],
  [HOUR_MS, HOUR_MS],
];

/** When the live span began that counts what happens now. Spans lie in UTC: a time zone resets nothing. */
export function liveSince(usage: Usage | null, now: number): number {
  const since = now - (((now % LIVE_MS) + LIVE_MS) % LIVE_MS);
  // A clock that went back, or another machine's, counts into what is live already.
  return usage === null ? since : Math.max(since, usage.since);
}

/** Whether the live span is over, so that its counters belong among the closed. */
export function isOver(usage: Usage, now: number): boolean {
  return liveSince(usage, now) > usage.since;
}

/** Closes the live span and begins the next. What lies more than a window back is dropped. */
export function closeLive(usage: Usage, live: Live, now: number): Usage {
  const since = liveSince(usage, now);
  const closed = MEASURES.map((measure) => {
    const spans = [...(usage.closed[measure] ?? [])];
    const count = live[measure] ?? 0;
    if (count > 0) spans.push([usage.since, usage.since + LIVE_MS, count]);
    return [measure, merged(spans, since)] as const;
  });
  return { closed: Object.fromEntries(closed.filter(([, spans]) => spans.length > 0)), since };
}

/** What went through in each window up to now. A span counts whole while any of it lies in the window. */
export function countsOf(usage: Usage | null, measure: Measure, live: number, now: number): Counts {
  const counts = WINDOW_MS.map(() => live);
  // Spans are merged by the furthest clock: by one that lags behind it, an old one would be new again.
  const latest = Math.max(now, usage?.since ?? now);
  for (const [, to, count] of usage?.closed[measure] ?? []) {
    for (const [at, window] of WINDOW_MS.entries()) {
      if (to > latest - window) counts[at] = (counts[at] as number) + count;
    }
  }
  return counts as unknown as Counts;
}

/** The same as of a moment: what was live is closed when its span is over. */
export function countedAt(counted: Counted, now: number): Counted {
  const { usage, live } = counted;
  return usage !== null && isOver(usage, now) ? { usage: closeLive(usage, live, now), live: {} } : counted;
}

/** Counts what goes through now. */
export function countMore(counted: Counted, measure: Measure, customers: number, now: number): Counted {
  const { usage, live } = countedAt(counted, now);
  return {
    usage: usage ?? { since: liveSince(null, now), closed: {} },
    live: { ...live, [measure]: (live[measure] ?? 0) + customers },
  };
}

/** When nothing that was counted lies in any window any more, if nothing more goes through. */
export function uselessFrom({ since }: Usage): number {
  return endOf(since + LIVE_MS, DAY_MS) + WINDOW_MS[3];
}

/** Spans of a longer one live and die together, so that it does not matter when they are closed. */
function merged(spans: readonly Closed[], now: number): readonly Closed[] {
  const byEnd = new Map<number, Closed>();
  for (const [, to, count] of spans) {
    if (endOf(to, DAY_MS) <= now - WINDOW_MS[3]) continue;
    const length = SPANS.find(([olderThan, span]) => endOf(to, span) <= now - olderThan)?.[1] ?? LIVE_MS;
    const end = endOf(to, length);
    byEnd.set(end, [end - length, end, count + (byEnd.get(end)?.[2] ?? 0)]);
  }
  return [...byEnd.values()].sort(([, left], [, right]) => left - right);
}

/** When the span of a length ends in which a shorter one ends. */
function endOf(to: number, length: number): number {
  return Math.ceil(to / length) * length;
}
