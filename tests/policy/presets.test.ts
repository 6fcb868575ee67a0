import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, type GuardInput } from '../../src/guard/decide.ts';
import {
  DEFAULT_HANDOVER_TEMPLATE,
  DEFAULT_POLICY,
  definePolicy,
  type Policy,
  type PolicyOverrides,
} from '../../src/index.ts';
import { SENSITIVITIES } from '../../src/model/index.ts';
import { visibleTo } from '../../src/ownership/index.ts';
import { templateFor } from '../../src/policy/index.ts';
import * as presetNames from '../../src/policy/presets/index.ts';
import { definePreset, manufacturing, PRESETS, standard } from '../../src/policy/presets/index.ts';
import { asking } from '../guard/examples.ts';
import { SCENARIO } from './preset-scenario.ts';

const presets = Object.entries(PRESETS);
const pairs = presets.flatMap((left, at) => presets.slice(at + 1).map((right) => [left, right] as const));
const wholeOf = (policy: Policy) =>
  templateFor(policy.handover.templates, { roles: null, team: null, grade: null }, null);
/** The areas of a policy that belong to each part of a preset. */
const PARTS = {
  ownership: ['visibility', 'claims', 'ownership'],
  followUps: ['followUps'],
  guard: ['guard'],
  handover: ['handover'],
} as const;

describe('the presets', () => {
  it('are eight, each exported by its name', () => {
    expect(Object.keys(PRESETS)).toEqual([
      'standard',
      'manufacturing',
      'internet',
      'pharmaceutical',
      'consumerGoods',
      'realEstate',
      'retail',
      'smallBusiness',
    ]);
    for (const [name, preset] of presets) expect(presetNames).toHaveProperty(name, preset);
  });

  it.each(presets)('%s is a whole policy, as plain data', (_, preset) => {
    const policy = preset();
    expect(definePolicy(policy)).toEqual(policy);
    expect(JSON.parse(JSON.stringify(policy))).toEqual(policy);
  });

  it('are the defaults for `standard`; every other decides something of its own in each part', () => {
    expect(standard()).toEqual(DEFAULT_POLICY);
    for (const [name, preset] of presets.filter(([, { en }]) => en !== standard.en)) {
      for (const [part, areas] of Object.entries(PARTS)) {
        const own = areas.filter((area) => {
          const [is, was] = [preset()[area], DEFAULT_POLICY[area]];
          return JSON.stringify(is) !== JSON.stringify(was);
        });
        expect(own, `${name}: ${part}`).not.toEqual([]);
      }
    }
  });

  it('leave nothing that one caller can change for the next', () => {
    const spoilt = manufacturing() as unknown as { guard: { deletes: { hold: Record<string, number> } } };
    spoilt.guard.deletes.hold['30d'] = 1_000;
    expect(manufacturing().guard.deletes).toEqual({
      mode: 'enforce',
      hold: { '30d': 3 },
      block: { '30d': 10 },
    });
  });

  it('have a template each, chosen for everybody, that asks for what the domain asks for at least', () => {
    for (const [name, preset] of presets) {
      const whole = wholeOf(preset());
      expect(whole?.items.customer.required, name).toMatchObject(
        DEFAULT_HANDOVER_TEMPLATE.items.customer.required,
      );
    }
  });
});

describe('what a company decides otherwise', () => {
  it('wins field by field, and what it does not say is as in the preset', () => {
    const base = manufacturing();
    const ours = manufacturing({
      guard: { exports: { mode: 'warn', alert: { '24h': 5 } } },
      followUps: { remindAfterDays: 4 },
    });
    expect(ours).toEqual({
      ...base,
      guard: { ...base.guard, exports: { mode: 'warn', alert: { '24h': 5 } } },
      followUps: { ...base.followUps, remindAfterDays: 4 },
    });
  });

  it('wins in every preset, for every field, by the law of a record', () => {
    const overrides: fc.Arbitrary<PolicyOverrides> = fc.record(
      {
        claims: fc.record({ escalateAfterWorkingDays: fc.integer({ min: 1, max: 60 }) }),
        ownership: fc.record({ maxHeld: fc.integer({ min: 1, max: 9_999 }) }, { requiredKeys: [] }),
        guard: fc.record(
          {
            onNoticePercent: fc.integer({ min: 1, max: 100 }),
            restoreDays: fc.integer({ min: 1, max: 3_650 }),
            deletes: fc.integer({ min: 1, max: 50 }).map((count) => ({
              mode: 'enforce' as const,
              hold: { '24h': count },
            })),
          },
          { requiredKeys: [] },
        ),
        handover: fc.record({ monitorDays: fc.integer({ min: 1, max: 730 }) }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.constantFrom(...presets), overrides, ([, preset], given) => {
        const [base, ours] = [preset(), preset(given)] as unknown as Record<string, object>[];
        for (const [area, fields] of Object.entries(base ?? {})) {
          expect(ours?.[area]).toEqual({ ...fields, ...(given as Record<string, object>)[area] });
        }
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    [{ guard: { exports: { mode: 'loud' } } }, 'policy.guard.exports.mode'],
    [{ guard: { exports: { mode: 'enforce', hold: { '2h': 5 } } } }, 'policy.guard.exports.hold'],
    [{ ownership: { maxHold: 5 } }, 'policy.ownership'],
    [{ recall: { defaultDays: 30 } }, 'policy'],
    [{ guard: null }, 'policy.guard'],
    [null, 'policy'],
    [{ followUps: { remindAfterDays: 15 } }, 'policy.followUps.remindAfterDays'],
    [JSON.parse('{"__proto__":{"guard":{}}}'), 'policy'],
  ])('%j is refused by a preset at %s', (overrides, path) => {
    expect(() => manufacturing(overrides as never)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_INPUT', path }),
    );
  });

  it('may leave an area undefined, which changes nothing', () => {
    expect(manufacturing({ guard: undefined } as never)).toEqual(manufacturing());
  });

  it('can be a preset of its own, with its own words, on top of another', () => {
    const works = definePreset(manufacturing({ ownership: { maxHeld: 40 } }), manufacturing);
    expect(works.en).toBe(manufacturing.en);
    expect(works({ claims: { escalateAfterWorkingDays: 5 } })).toEqual(
      manufacturing({ ownership: { maxHeld: 40 }, claims: { escalateAfterWorkingDays: 5 } }),
    );
  });
});

describe('the common scenario', () => {
  it('has at least twenty questions, and each is answered in more than one way', () => {
    expect(SCENARIO.length).toBeGreaterThanOrEqual(20);
    expect(new Set(SCENARIO.map(({ question }) => question)).size).toBe(SCENARIO.length);
    for (const { question, answer } of SCENARIO) {
      const answers = new Set(presets.map(([, preset]) => answer(preset())));
      expect(answers.size, question).toBeGreaterThan(1);
    }
  });

  it.each(pairs)('is answered differently at least five times by %s and %s', ([, left], [, right]) => {
    const differing = SCENARIO.filter(({ answer }) => answer(left()) !== answer(right()));
    expect(differing.length).toBeGreaterThanOrEqual(5);
  });

  it.each([
    // What each preset is for, in its own words.
    ['manufacturing', 'When are the orders due?', '2026-03-17'],
    ['manufacturing', 'What is said of each open order?', 'stage, deliveryOn, outstanding'],
    ['internet', 'She exports 55 customers.', 'step_up'],
    ['internet', 'She exports 350 customers.', 'block'],
    ['pharmaceutical', 'Dana deletes a customer.', 'hold'],
    ['consumerGoods', 'What is said of an amount that is not settled?', 'outstanding, agreedOn'],
    ['realEstate', 'She looks up 35 numbers in one hour.', 'hold'],
    ['realEstate', 'May an unsettled amount be written off?', 'no'],
    ['retail', 'She exports 55 customers.', 'hold'],
    ['smallBusiness', 'Who signs?', 'supervisor, hr, finance; two people will do'],
  ])('is answered by %s to "%s": %s', (name, question, answer) => {
    const asked = SCENARIO.find((row) => row.question === question);
    expect(asked?.answer(PRESETS[name as keyof typeof PRESETS]())).toBe(answer);
  });
});

describe('the company is kept from loss by every preset', () => {
  const says = (policy: Policy, ask: Partial<GuardInput>) => decide(asking(ask), policy).decision;

  it.each(presets)('%s: nobody who is about to leave deletes twelve customers alone', (_, preset) => {
    expect(says(preset(), { operation: 'delete', customers: 12 })).not.toMatch(/^allow/);
    expect(says(preset(), { operation: 'delete', customers: 12, status: 'on_notice' })).toMatch(/hold|block/);
  });

  it.each(presets)('%s: a book of customers does not leave as a file, nor by many hands', (_, preset) => {
    for (const operation of ['export', 'delete', 'transfer'] as const)
      expect(says(preset(), { operation, customers: 1_000 })).toMatch(/hold|block/);
    expect(says(preset(), { operation: 'update', fields: ['contact'], customers: 50 })).toMatch(/hold|block/);
  });

  it.each(presets)('%s: every rule is in force', (_, preset) => {
    const { guard } = preset();
    for (const rule of Object.values(guard).filter((value) => typeof value === 'object'))
      expect((rule as { mode: string }).mode).toBe('enforce');
  });
});

describe('the person who is watched, under every preset', () => {
  const day = (ask: Partial<GuardInput>, counts: GuardInput['counts']): Partial<GuardInput> => ({
    ...ask,
    counts,
  });
  const seeing = { operation: 'view', fields: ['contact'], customers: 1 } as const;

  it.each(presets)('%s: an ordinary month of work raises no alert and waits for nobody', (_, preset) => {
    const work: Partial<GuardInput>[] = [
      day(seeing, [5, 19, 99, 439]),
      day({ operation: 'update', fields: ['contact'], customers: 1 }, [0, 0, 1, 3]),
      day({ operation: 'export', customers: 5 }, [0, 0, 0, 0]),
      day({ operation: 'transfer', customers: 2 }, [0, 0, 0, 5]),
      day({ operation: 'check_duplicate', customers: 1 }, [3, 14, 60, 250]),
    ];
    for (const ask of work) expect(decide(asking(ask), preset())).toMatchObject({ decision: 'allow' });
  });

  it.each(presets)('%s: who is to leave goes on serving customers until the last day', (_, preset) => {
    const ask = asking({ ...day(seeing, [2, 4, 24, 99]), status: 'on_notice' });
    expect(decide(ask, preset()).decision).toMatch(/^allow/);
  });

  it.each(presets)('%s: whoever owns a customer sees all of it', (_, preset) => {
    expect([...visibleTo('owner', preset())].sort()).toEqual([...SENSITIVITIES].sort());
  });

  it.each(presets)(
    '%s: no request is denied by silence before a whole working day has passed',
    (_, preset) => {
      expect(preset().guard.holdWorkingHours).toBeGreaterThanOrEqual(24);
    },
  );

  it.each(presets)(
    '%s: HR signs for every handover, so that somebody is there for the leaver',
    (_, preset) => {
      expect(wholeOf(preset())?.parties).toContain('hr');
    },
  );

  it.each(presets)('%s: a leaver is not asked for everything at once', (_, preset) => {
    for (const [kind, { required, dueDaysBefore }] of Object.entries(wholeOf(preset())?.items ?? {})) {
      expect(Object.keys(required).length, kind).toBeLessThanOrEqual(4);
      expect(dueDaysBefore, kind).toBeLessThanOrEqual(10);
    }
  });

  it.each(presets)('%s: nothing about anybody is kept longer than by default', (_, preset) => {
    expect(preset().alerts).toEqual(DEFAULT_POLICY.alerts);
    expect(preset().handover.monitorDays).toBeLessThanOrEqual(365);
  });
});

describe('the texts of a preset', () => {
  const sentences = (texts: (typeof standard)['en']) => [texts.description, ...Object.values(texts.why)];

  it.each(presets)('%s: title, description and a reason for each part, in both languages', (_, preset) => {
    for (const texts of [preset.en, preset['zh-CN']])
      expect(Object.keys(texts.why)).toEqual(['ownership', 'followUps', 'guard', 'handover']);
    expect(preset.en.title).toMatch(/^[A-Z][a-z ]+$/);
    for (const text of sentences(preset.en)) expect(text).toMatch(/^[A-Z][^\u2e80-\uffff]{15,}\.$/);
    expect(preset['zh-CN'].title).toMatch(/^[\u4e00-\u9fff]{2,5}$/);
    for (const text of sentences(preset['zh-CN'])) {
      expect(text).toMatch(/^[\u4e00-\u9fff\d][^a-zA-Z]{10,}。$/);
      expect(text, 'Chinese punctuation between Chinese words').not.toMatch(/[,.;:!?()]/);
    }
  });

  it.each(presets)('%s: say no number that the policy does not hold', (_, preset) => {
    const policy = { ...preset(), handover: [wholeOf(preset()), preset().handover.monitorDays] };
    for (const [part, why] of Object.entries(preset['zh-CN'].why)) {
      const areas = PARTS[part as keyof typeof PARTS].map((area) => JSON.stringify(policy[area]));
      const held = new Set(areas.join().match(/\d+/g));
      expect(
        [...why.matchAll(/\d+/g)].map(([number]) => number).filter((number) => !held.has(number)),
      ).toEqual([]);
    }
  });

  it('are different for every preset', () => {
    for (const language of ['en', 'zh-CN'] as const) {
      const all = presets.flatMap(([, preset]) => [preset[language].title, ...sentences(preset[language])]);
      expect(new Set(all).size).toBe(all.length);
    }
  });
});
