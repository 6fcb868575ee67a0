import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MEASURES, type Measure } from '../../src/guard/operations.ts';
import {
  type Counted,
  type Counts,
  closeLive,
  countedAt,
  countMore,
  countsOf,
  isOver,
  liveSince,
  type Usage,
  uselessFrom,
} from '../../src/guard/usage.ts';

const LONG = process.env.LONG === '1';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WINDOW = [HOUR, DAY, 7 * DAY, 30 * DAY] as const;
/** How much longer than its name a window may be: one span of those that matter for it. */
const TOO_LONG = [5 * MINUTE, HOUR, 6 * HOUR, DAY] as const;

/** That `n` customers went through at a time. */
interface Happened {
  readonly at: number;
  readonly n: number;
}

/** What a keeper does with the functions of this file: close what is over, count on, ask. */
interface Meter {
  happen(event: Happened): void;
  counts(now: number, measure?: Measure): Counts;
  readonly usage: Usage | null;
}

function createMeter(measure: Measure = 'deletes'): Meter {
  let counted: Counted = { usage: null, live: {} };
  return {
    happen({ at, n }) {
      counted = countMore(counted, measure, n, at);
    },
    counts(now, of = measure) {
      counted = countedAt(counted, now);
      return countsOf(counted.usage, of, counted.live[of] ?? 0, now);
    },
    get usage() {
      return counted.usage;
    },
  };
}

/** By the plain list: what happened after `now - window`. */
const since = (events: readonly Happened[], from: number): number =>
  events.reduce((sum, { at, n }) => (at > from ? sum + n : sum), 0);

function expectCounts(counts: Counts, events: readonly Happened[], now: number): void {
  for (const [at, window] of WINDOW.entries()) {
    const counted = counts[at as 0];
    expect(counted, `window ${at} at ${now}: too few`).toBeGreaterThanOrEqual(since(events, now - window));
    const longest = now - window - (TOO_LONG[at] as number);
    expect(counted, `window ${at} at ${now}: too many`).toBeLessThanOrEqual(since(events, longest));
  }
}

/** Gaps between events, from the same moment to more than a month, often near a border of spans or windows. */
const gap = fc.oneof(
  fc.constantFrom(0, 1, MINUTE, 5 * MINUTE, HOUR, 6 * HOUR, DAY, 7 * DAY, 30 * DAY),
  fc.integer({ min: 0, max: 10 * MINUTE }),
  fc.integer({ min: 0, max: 3 * HOUR }),
  fc.integer({ min: 0, max: 2 * DAY }),
  fc.integer({ min: 0, max: 33 * DAY }),
);
const start = fc.integer({
  min: Date.parse('2026-01-01T00:00:00Z'),
  max: Date.parse('2026-12-31T00:00:00Z'),
});
const steps = fc.array(fc.record({ gap, n: fc.integer({ min: 1, max: 9 }) }), {
  minLength: 1,
  maxLength: 60,
});
const runs = LONG ? { numRuns: 20_000 } : { numRuns: 400, seed: 5 };

function timeline(from: number, story: readonly { readonly gap: number; readonly n: number }[]): Happened[] {
  let at = from;
  return story.map(({ gap, n }) => {
    at += gap;
    return { at, n };
  });
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('what went through is counted in sliding windows', () => {
  it('never too little, and of what is older only one span: 5 minutes, 1 h, 6 h, 1 day', () => {
    fc.assert(
      fc.property(start, steps, gap, (from, story, later) => {
        const meter = createMeter();
        const events: Happened[] = [];
        for (const event of timeline(from, story)) {
          meter.happen(event);
          events.push(event);
          expectCounts(meter.counts(event.at), events, event.at);
        }
        const now = (events.at(-1) as Happened).at + later;
        expectCounts(meter.counts(now), events, now);
      }),
      runs,
    );
  });

  it('at every minute of a busy month, also where spans grow into longer ones', () => {
    const from = Date.parse('2026-03-02T00:00:00Z');
    const meter = createMeter();
    const events: Happened[] = [];
    for (let at = from; at < from + 33 * DAY; at += 7 * MINUTE + 13_000) {
      const event = { at, n: 1 };
      meter.happen(event);
      events.push(event);
      if (events.length % 9 === 0) expectCounts(meter.counts(at), events, at);
    }
  });

  it('what somebody did an hour and a half ago is not held against them in the window of an hour', () => {
    const meter = createMeter();
    const at = Date.parse('2026-03-02T10:02:00Z');
    meter.happen({ at, n: 4 });
    expect(meter.counts(at + HOUR)).toEqual([4, 4, 4, 4]);
    meter.happen({ at: at + 64 * MINUTE, n: 1 });
    expect(meter.counts(at + 90 * MINUTE)).toEqual([1, 5, 5, 5]);
    expect(meter.counts(at + 29 * HOUR)).toEqual([0, 0, 5, 5]);
    expect(meter.counts(at + 8 * DAY)).toEqual([0, 0, 0, 5]);
    expect(meter.counts(at + 31 * DAY)).toEqual([0, 0, 0, 0]);
  });

  it('a slow drip counts as the whole: one a day for thirty days is thirty', () => {
    const meter = createMeter();
    const from = Date.parse('2026-03-02T09:00:00Z');
    for (let day = 0; day < 30; day += 1) meter.happen({ at: from + day * DAY, n: 1 });
    expect(meter.counts(from + 29 * DAY + 6 * HOUR)).toEqual([0, 1, 7, 30]);
  });

  it('many small calls count as one large call', () => {
    fc.assert(
      fc.property(start, steps, gap, (from, story, later) => {
        const whole = createMeter();
        const split = createMeter();
        const events = timeline(from, story);
        for (const { at, n } of events) {
          whole.happen({ at, n });
          for (let one = 0; one < n; one += 1) split.happen({ at, n: 1 });
        }
        const now = (events.at(-1) as Happened).at + later;
        expect(split.counts(now)).toEqual(whole.counts(now));
        expect(split.usage).toEqual(whole.usage);
      }),
      runs,
    );
  });

  it('asking in between changes nothing: spans closed early and late are the same spans', () => {
    fc.assert(
      fc.property(start, steps, gap, fc.array(gap, { maxLength: 20 }), (from, story, later, asks) => {
        const quiet = createMeter();
        const asked = createMeter();
        const events = timeline(from, story);
        const now = (events.at(-1) as Happened).at + later;
        const moments = timeline(
          from,
          asks.map((gap) => ({ gap, n: 1 })),
        ).map(({ at }) => at);
        for (const event of events) {
          while ((moments[0] ?? Number.POSITIVE_INFINITY) < event.at) asked.counts(moments.shift() as number);
          asked.happen(event);
          quiet.happen(event);
        }
        expect(asked.counts(now)).toEqual(quiet.counts(now));
        expect(asked.usage?.closed).toEqual(quiet.usage?.closed);
      }),
      runs,
    );
  });

  it('a clock that goes back, or lags behind on another machine, makes nothing uncounted', () => {
    const back = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20 * MINUTE }));
    fc.assert(
      fc.property(start, fc.array(fc.tuple(gap, back), { minLength: 1, maxLength: 60 }), (from, story) => {
        const meter = createMeter();
        const events: Happened[] = [];
        let at = from;
        let latest = 0;
        let usageSince = 0;
        for (const [gap, lag] of story) {
          at += gap;
          const now = at - lag;
          latest = Math.max(latest, now);
          meter.happen({ at: now, n: 1 });
          events.push({ at: now, n: 1 });
          const counts = meter.counts(now);
          for (const [of, window] of WINDOW.entries()) {
            expect(counts[of as 0]).toBeGreaterThanOrEqual(since(events, latest - window));
            // What a clock behind counted lies in the live span: it may be older by how far that clock lags.
            const longest = latest - window - (TOO_LONG[of] as number) - 20 * MINUTE;
            expect(counts[of as 0]).toBeLessThanOrEqual(since(events, longest));
          }
          expect(meter.usage?.since).toBeGreaterThanOrEqual(usageSince);
          usageSince = meter.usage?.since as number;
        }
      }),
      runs,
    );
  });

  it('a time zone and a change of clocks reset nothing', () => {
    const nights = ['2026-03-07', '2026-03-28', '2026-10-24', '2026-10-31', '2026-04-04', '2028-02-28'];
    for (const night of nights) {
      const answers = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Shanghai', 'Pacific/Auckland'].map(
        (zone) => {
          vi.stubEnv('TZ', zone);
          const meter = createMeter();
          const events: Happened[] = [];
          for (let at = Date.parse(`${night}T00:00:00Z`); events.length < 300; at += 11 * MINUTE) {
            events.push({ at, n: 1 });
            meter.happen({ at, n: 1 });
            expectCounts(meter.counts(at), events, at);
          }
          return meter.usage;
        },
      );
      for (const answer of answers) expect(answer).toEqual(answers[0]);
    }
  });

  it('counts before 1970 as it counts after, and from the same borders on', () => {
    expect(liveSince(null, -1)).toBe(-5 * MINUTE);
    expect(liveSince(null, 0)).toBe(0);
    expect(liveSince(null, 5 * MINUTE - 1)).toBe(0);
    expect(liveSince(null, 5 * MINUTE)).toBe(5 * MINUTE);
  });
});

describe('what is kept of a person', () => {
  it('is bounded: about a hundred spans of a measure, under 4 KiB, however busy they are', () => {
    const meter = createMeter();
    const from = Date.parse('2026-03-02T00:02:00Z');
    let most = 0;
    for (let at = from; at < from + 45 * DAY; at += 4 * MINUTE) {
      meter.happen({ at, n: 250 });
      most = Math.max(most, meter.usage?.closed.deletes?.length ?? 0);
    }
    console.log(`spans kept at most: ${most}`);
    expect(most).toBeGreaterThan(70);
    expect(most).toBeLessThanOrEqual(110);
    expect(JSON.stringify(meter.usage).length).toBeLessThan(4096);
  });

  it('is nothing of what never happened, and a clock that goes back is that of the live span', () => {
    const kept: Usage = { since: 10 * MINUTE, closed: {} };
    expect(closeLive(kept, {}, 20 * MINUTE)).toEqual({ since: 20 * MINUTE, closed: {} });
    expect(liveSince(kept, 3 * MINUTE)).toBe(10 * MINUTE);
    expect(liveSince(kept, 17 * MINUTE)).toBe(15 * MINUTE);
    expect(isOver(kept, 3 * MINUTE)).toBe(false);
  });

  it('is nothing once a month and a day have passed', () => {
    const meter = createMeter();
    const at = Date.parse('2026-03-02T10:02:00Z');
    meter.happen({ at, n: 4 });
    meter.counts(at + 31 * DAY + 5 * MINUTE);
    expect(meter.usage?.closed).toEqual({});
  });

  it('says how many and when, five minutes to a day long, in order, without gaps in between counted twice', () => {
    fc.assert(
      fc.property(start, steps, (from, story) => {
        const meter = createMeter();
        const events = timeline(from, story);
        for (const event of events) meter.happen(event);
        const usage = meter.usage as Usage;
        let last = Number.NEGATIVE_INFINITY;
        for (const [begin, end, count] of usage.closed.deletes ?? []) {
          expect(begin).toBeGreaterThanOrEqual(last);
          expect([5 * MINUTE, HOUR, 6 * HOUR, DAY]).toContain(end - begin);
          expect(begin % (end - begin)).toBe(0);
          expect(end).toBeLessThanOrEqual(usage.since);
          expect(count).toBe(since(events, begin - 1) - since(events, end - 1));
          last = end;
        }
      }),
      runs,
    );
  });

  it('keeps what is counted apart: one measure never fills another', () => {
    for (const measure of MEASURES) {
      const meter = createMeter(measure);
      meter.happen({ at: 0, n: 3 });
      meter.counts(10 * MINUTE);
      for (const other of MEASURES) {
        const count = other === measure ? 3 : 0;
        expect(meter.counts(10 * MINUTE, other)).toEqual([count, count, count, count]);
      }
    }
    expect(countsOf(null, 'exports', 0, 0)).toEqual([0, 0, 0, 0]);
  });
});

it('what is counted is of no use once the day it was counted on has left a month, and not before', () => {
  for (const [since, end] of [
    [0, 31 * DAY],
    [DAY - 5 * MINUTE, 31 * DAY],
    [DAY, 32 * DAY],
  ] as const) {
    const usage: Usage = { since, closed: {} };
    expect(uselessFrom(usage)).toBe(end);
    const closed = closeLive(usage, { deletes: 3 }, end - 1);
    expect(countsOf(closed, 'deletes', 0, end)).toEqual([0, 0, 0, 0]);
  }
});
