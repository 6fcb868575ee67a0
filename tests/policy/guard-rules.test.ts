import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DECISIONS, decide } from '../../src/guard/decide.ts';
import { MEASURES } from '../../src/guard/operations.ts';
import {
  DEFAULT_POLICY,
  definePolicy,
  loosenedFields,
  type Policy,
  policyJsonSchema,
} from '../../src/index.ts';
import { type Ladder, LEVELS, MODES, pinOf, WINDOWS } from '../../src/policy/index.ts';
import { below, pick, type Random, randomInput, randomPolicy } from '../guard/random-guard.ts';
import { seeded } from '../stores/seeded.ts';

const LONG = process.env.LONG === '1';
const withRules = (guard: Record<string, unknown>): Policy => definePolicy({ guard } as never);
const deletes = (rule: unknown): Policy => withRules({ deletes: rule });

describe('a rule of the guard', () => {
  it.each([
    [{ mode: 'enforce', hold: { '30d': -5 } }, 'hold.30d'],
    [{ mode: 'enforce', hold: { '30d': 0 } }, 'hold.30d'],
    [{ mode: 'enforce', hold: { '30d': 4.5 } }, 'hold.30d'],
    [{ mode: 'enforce', hold: { '30d': Number.NaN } }, 'hold.30d'],
    [{ mode: 'enforce', hold: { '30d': Number.POSITIVE_INFINITY } }, 'hold.30d'],
    [{ mode: 'enforce', hold: { '30d': 1_000_001 } }, 'hold.30d'],
    [{ mode: 'enforce', hold: { '30d': '5' } }, 'hold.30d'],
    [{ mode: 'enforce', hold: { '30d': null } }, 'hold.30d'],
    [{ mode: 'enforce', stepUp: { '1h': 0 } }, 'stepUp.1h'],
    [{ mode: 'enforce', hold: { '2h': 5 } }, 'hold'],
    [{ mode: 'enforce', hold: { hour: 5 } }, 'hold'],
    [{ mode: 'enforce', hold: 5 }, 'hold'],
    [{ mode: 'enforce', hold: [5] }, 'hold'],
    [{ mode: 'enforce', stop: { '1h': 5 } }, ''],
    [{ mode: 'enforce', alert: { '1h': 6 }, hold: { '1h': 5 } }, ''],
    [{ mode: 'enforce', alert: { '1h': 6 }, stepUp: { '1h': 5 } }, ''],
    [{ mode: 'enforce', stepUp: { '7d': 6 }, hold: { '7d': 5 } }, ''],
    [{ mode: 'enforce', hold: { '30d': 6 }, block: { '30d': 5 } }, ''],
    [{ mode: 'enforce', alert: { '24h': 6 }, block: { '24h': 5 } }, ''],
    [{ mode: 'loud', hold: { '30d': 5 } }, 'mode'],
    [{ hold: { '30d': 5 } }, 'mode'],
    [[], ''],
    [null, ''],
    [5, ''],
  ])('%j is refused at %j', (rule, at) => {
    const path = at === '' ? 'policy.guard.deletes' : `policy.guard.deletes.${at}`;
    expect(() => deletes(rule)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_INPUT', path }));
  });

  it.each([
    [{ guard: { onNoticePercent: 0 } }, 'policy.guard.onNoticePercent'],
    [{ guard: { onNoticePercent: 101 } }, 'policy.guard.onNoticePercent'],
    [{ guard: { sequenceReveals: 0 } }, 'policy.guard.sequenceReveals'],
    [{ guard: { services: 'all' } }, 'policy.guard.services'],
    [{ guard: { holdWorkingHours: 241 } }, 'policy.guard.holdWorkingHours'],
    [{ guard: { restoreDays: 0.5 } }, 'policy.guard.restoreDays'],
    [{ guard: { deletions: { mode: 'warn' } } }, 'policy.guard'],
  ])('%j is refused at %s', (overrides, path) => {
    expect(() => definePolicy(overrides as never)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_INPUT', path }),
    );
  });

  it('may have one threshold for several levels, levels without windows, or none at all', () => {
    for (const rule of [
      { mode: 'enforce', alert: { '1h': 5 }, stepUp: { '1h': 5 }, hold: { '1h': 5 }, block: { '1h': 5 } },
      { mode: 'warn', hold: {} },
      { mode: 'observe' },
      { mode: 'enforce', alert: { '1h': 9 }, hold: { '30d': 2 } },
    ]) {
      expect(deletes(rule).guard.deletes).toEqual(rule);
    }
  });

  it('replaces the default rule as a whole, and leaves the other rules as they are', () => {
    const policy = deletes({ mode: 'enforce', hold: { '24h': 3 } });
    expect(policy.guard).toEqual({
      ...DEFAULT_POLICY.guard,
      deletes: { mode: 'enforce', hold: { '24h': 3 } },
    });
  });

  it('says the same where a threshold is left out and where it is `undefined`', () => {
    const left = deletes({ mode: 'enforce', hold: { '24h': 3 } });
    const gaps = deletes({ mode: 'enforce', block: undefined, hold: { '24h': 3, '1h': undefined } });
    expect(JSON.stringify(gaps)).toBe(JSON.stringify(left));
    expect(pinOf(1, gaps, (text) => text)).toBe(pinOf(1, left, (text) => text));
    expect(loosenedFields(left, gaps)).toEqual([]);
  });
});

describe('the JSON Schema of a rule', () => {
  const schema = (policyJsonSchema().properties as Record<string, Schema>).guard?.properties
    ?.deletes as Schema;
  const word = fc.constantFrom(...MODES, 'loud', '', 1, null);
  const count = fc.oneof(
    fc.integer({ min: -2, max: 6 }),
    fc.constantFrom(1.5, 1_000_000, 1_000_001, '5', null, true),
  );
  const good = fc.integer({ min: 1, max: 6 });
  const of = (each: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
    fc.dictionary(fc.constantFrom(...WINDOWS), each, { maxKeys: 3 });
  const rule = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record(
        { mode: fc.constantFrom(...MODES), alert: of(good), hold: of(good), block: of(good) },
        { requiredKeys: ['mode'] },
      ),
    },
    {
      weight: 3,
      arbitrary: fc.record({ mode: word, alert: of(count), stepUp: of(count) }, { requiredKeys: [] }),
    },
    {
      weight: 1,
      arbitrary: fc.dictionary(
        fc.constantFrom(...LEVELS, 'mode', 'stop', '2h'),
        fc.oneof(of(good), count, fc.constant([])),
      ),
    },
    { weight: 1, arbitrary: fc.jsonValue() },
  );

  it('accepts what a policy accepts, apart from the order of the thresholds, which it cannot say', () => {
    const met = { accepted: 0, refused: 0, order: 0 };
    fc.assert(
      fc.property(rule, (given) => {
        let taken = true;
        try {
          deletes(given);
        } catch {
          taken = false;
        }
        const bySchema = accepts(schema, given);
        const ordered = bySchema && inOrder(given as Ladder);
        expect(taken).toBe(ordered);
        met[taken ? 'accepted' : bySchema ? 'order' : 'refused'] += 1;
      }),
      { numRuns: LONG ? 50_000 : 2_000, seed: 29 },
    );
    for (const [what, times] of Object.entries(met)) expect(times, what).toBeGreaterThan(100);
  });
});

interface Schema {
  readonly type: string;
  readonly [keyword: string]: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** As much of JSON Schema as a rule uses; a keyword that it does not know is an error. */
function accepts(schema: Schema, value: unknown): boolean {
  return Object.entries(schema).every(([keyword, given]) => {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    switch (keyword) {
      case 'type':
        if (given === 'object') return isObject;
        return given === 'integer' ? Number.isInteger(value) : typeof value === given;
      case 'enum':
        return (given as unknown[]).includes(value);
      case 'minimum':
        return typeof value !== 'number' || value >= (given as number);
      case 'maximum':
        return typeof value !== 'number' || value <= (given as number);
      case 'required':
        return !isObject || (given as string[]).every((name) => Object.hasOwn(value, name));
      case 'additionalProperties':
        expect(given).toBe(false);
        return !isObject || Object.keys(value).every((name) => Object.hasOwn(schema.properties ?? {}, name));
      case 'properties':
        if (!isObject) return true;
        return Object.entries(value).every(([name, part]) => {
          const known = Object.hasOwn(given as object, name) ? schema.properties?.[name] : undefined;
          return known === undefined || accepts(known, part);
        });
      case 'description':
      case 'x-description-zh-CN':
      case 'x-looser':
        return true;
      default:
        throw new Error(`the schema uses ${keyword}, which this test does not know`);
    }
  });
}

function inOrder(rule: Ladder): boolean {
  for (const window of WINDOWS) {
    let last = 0;
    for (const level of LEVELS) {
      const count = rule[level]?.[window];
      if (count === undefined) continue;
      if (count < last) return false;
      last = count;
    }
  }
  return true;
}

describe('what loosens a rule of the guard', () => {
  const base = {
    mode: 'warn',
    alert: { '24h': 5 },
    hold: { '24h': 10, '30d': 20 },
    block: { '30d': 40 },
  } as const;
  it.each([
    ['the same', base, false],
    ['a stricter mode', { ...base, mode: 'enforce' }, false],
    ['a milder mode', { ...base, mode: 'observe' }, true],
    ['a lower threshold', { ...base, hold: { '24h': 9, '30d': 20 } }, false],
    ['a higher threshold', { ...base, hold: { '24h': 11, '30d': 20 } }, true],
    ['a threshold in one window more', { ...base, hold: { '1h': 10, '24h': 10, '30d': 20 } }, false],
    ['a threshold in one window less', { ...base, hold: { '24h': 10 } }, true],
    ['a level more', { ...base, stepUp: { '24h': 7 } }, false],
    ['a level less', { mode: 'warn', alert: base.alert, hold: base.hold }, true],
    ['an alert less', { mode: 'warn', hold: base.hold, block: base.block }, true],
    ['a level emptied', { ...base, block: {} }, true],
    ['one threshold lower and another higher', { ...base, alert: { '24h': 1 }, block: { '30d': 41 } }, true],
    ['a stricter mode with a higher threshold', { ...base, mode: 'enforce', alert: { '24h': 6 } }, true],
    ['a milder mode with a lower threshold', { ...base, mode: 'observe', alert: { '24h': 1 } }, true],
    ['nothing left but the mode', { mode: 'warn' }, true],
  ])('%s', (_, rule, loosens) => {
    const paths = loosenedFields(deletes(base), deletes(rule)).map(({ path }) => path);
    expect(paths).toEqual(loosens ? ['guard.deletes'] : []);
  });

  it('names each rule that is loosened, with what it was and what it becomes', () => {
    const next = withRules({ exports: { mode: 'warn' }, reveals: { mode: 'observe' } });
    expect(loosenedFields(DEFAULT_POLICY, next)).toEqual([
      { path: 'guard.reveals', from: DEFAULT_POLICY.guard.reveals, to: { mode: 'observe' } },
      { path: 'guard.exports', from: DEFAULT_POLICY.guard.exports, to: { mode: 'warn' } },
    ]);
  });

  it.each([
    ['services', 'observe', true],
    ['services', 'enforce', false],
    ['onNoticePercent', 21, true],
    ['onNoticePercent', 19, false],
    ['sequenceReveals', 51, true],
    ['sequenceReveals', 49, false],
    ['restoreDays', 89, true],
    ['restoreDays', 91, false],
    ['eraseDeleted', true, true],
    ['holdWorkingHours', 25, true],
    ['holdWorkingHours', 23, true],
  ])('%s to %s: %s', (field, value, loosens) => {
    const paths = loosenedFields(DEFAULT_POLICY, withRules({ [field]: value })).map(({ path }) => path);
    expect(paths).toEqual(loosens ? [`guard.${field}`] : []);
  });

  it('what one administrator may adopt alone never makes a decision milder', () => {
    const met = { alone: 0, two: 0, stricter: 0 };
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = seeded(seed);
        const before = randomPolicy(random);
        const next = changed(before, random);
        if (loosenedFields(before, next).length > 0) {
          met.two += 1;
          return;
        }
        met.alone += 1;
        for (let asked = 0; asked < 25; asked += 1) {
          const input = randomInput(random);
          const [was, is] = [before, next].map((policy) => DECISIONS.indexOf(decide(input, policy).decision));
          expect(is).toBeGreaterThanOrEqual(was as number);
          if ((is as number) > (was as number)) met.stricter += 1;
        }
      }),
      { numRuns: LONG ? 50_000 : 1_000, seed: 31 },
    );
    for (const [what, times] of Object.entries(met)) expect(times, what).toBeGreaterThan(100);
  });
});

/** A policy with some of its guard changed, mostly for the stricter. */
function changed(policy: Policy, random: Random): Policy {
  const nudge = (value: number, most: number): number =>
    Math.min(most, Math.max(1, value + (random() < 0.9 ? -below(random, 6) : below(random, 6))));
  const word = (mode: (typeof MODES)[number]): (typeof MODES)[number] =>
    random() < 0.9 ? pick(random, MODES.slice(MODES.indexOf(mode))) : pick(random, MODES);
  const rules = MEASURES.map((measure) => {
    const rule = policy.guard[measure];
    if (random() < 0.6) return [measure, rule];
    const thresholds = LEVELS.map((level) => {
      const windows = WINDOWS.flatMap((window) => {
        const count = rule[level]?.[window];
        if (count === undefined) return random() < 0.05 ? [[window, 1 + below(random, 40)]] : [];
        return random() < 0.02 ? [] : [[window, nudge(count, 1_000_000)]];
      });
      return [level, Object.fromEntries(windows)];
    });
    return [measure, { mode: word(rule.mode), ...Object.fromEntries(thresholds) }];
  });
  const { onNoticePercent, sequenceReveals, services } = policy.guard;
  const guard = {
    ...policy.guard,
    ...Object.fromEntries(rules),
    ...(random() < 0.5 ? {} : { onNoticePercent: nudge(onNoticePercent, 100) }),
    ...(random() < 0.5 ? {} : { sequenceReveals: nudge(sequenceReveals, 1_000_000) }),
    ...(random() < 0.5 ? {} : { services: word(services) }),
  };
  try {
    return definePolicy({ guard } as never);
  } catch {
    return policy;
  }
}
