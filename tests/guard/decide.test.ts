import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DECISIONS, decide, type GuardDecision, type GuardInput } from '../../src/guard/decide.ts';
import { MEASURES, type Measure, measureOf } from '../../src/guard/operations.ts';
import { SENSITIVITIES } from '../../src/model/index.ts';
import { definePolicy, LEVELS, type Level, MODES, type Policy, WINDOWS } from '../../src/policy/index.ts';
import { seeded } from '../stores/seeded.ts';
import { asking, EXAMPLES, exampleFault } from './examples.ts';
import { planted } from './mutant.ts';
import { MUTANTS } from './mutants.ts';
import { below, deepFreeze, pick, type Random, randomInput, randomPolicy } from './random-guard.ts';

describe('the guard', () => {
  it.each(EXAMPLES)('$name', (example) => {
    expect(exampleFault(decide, example)).toBeNull();
  });

  it.each(MUTANTS)('without its rule an example is red: $name', (mutant) => {
    const example = EXAMPLES.find(({ name }) => name === mutant.caughtBy);
    if (example === undefined) throw new Error(`no example is called ${mutant.caughtBy}`);
    expect(exampleFault(planted(mutant), example)).not.toBeNull();
  });

  it('gives the facts of a reason: what was counted, against which threshold, and whether it was tightened', () => {
    const counts = [1, 2, 3, 4] as const;
    const input = asking({ operation: 'delete', customers: 2, counts, status: 'on_notice' });
    expect(decide(input, definePolicy()).reasons).toEqual([
      {
        rule: 'deletes',
        level: 'block',
        mode: 'enforce',
        window: '30d',
        counted: 4,
        threshold: 4,
        tightened: true,
      },
    ]);
    const lately = { reveals: 61, exports: 3 };
    expect(decide(asking({ operation: 'delete', lately }), definePolicy()).reasons).toEqual([
      { rule: 'sequence', mode: 'enforce', ...lately },
    ]);
  });

  it('throws for an operation that it does not know, rather than let it pass', () => {
    expect(() => decide(asking({ operation: 'merge' as never }), definePolicy())).toThrow(TypeError);
  });
});

const gravity = ({ decision }: GuardDecision): number => DECISIONS.indexOf(decision);
const levelsOf = ({ reasons }: GuardDecision): string =>
  JSON.stringify(reasons.map((reason) => ('level' in reason ? [reason.window, reason.level] : reason.rule)));

interface Case {
  readonly random: Random;
  readonly input: GuardInput;
  readonly policy: Policy;
}

/** A case from a seed, and more numbers from the same seed for what is changed of it. */
const cases = fc.integer().map((seed): Case => {
  const random = seeded(seed);
  return { random, policy: randomPolicy(random), input: randomInput(random) };
});
const runs = process.env.LONG === '1' ? { numRuns: 100_000 } : { numRuns: 1_500, seed: 17 };

/** Holds a law over random cases, and that the change which it is about mattered in some of them. */
function law(check: (one: Case) => boolean): void {
  let mattered = 0;
  fc.assert(
    fc.property(cases, (one) => {
      if (check(one)) mattered += 1;
    }),
    runs,
  );
  expect(mattered, 'cases in which the change mattered').toBeGreaterThan(15);
}

/** A policy with another rule for a measure. */
const withRule = (policy: Policy, measure: Measure, rule: Policy['guard'][Measure]): Policy => ({
  ...policy,
  guard: { ...policy.guard, [measure]: rule },
});

/** A rule with one threshold set or, for `undefined`, taken away. */
function withThreshold(
  rule: Policy['guard'][Measure],
  level: Level,
  window: (typeof WINDOWS)[number],
  count: number | undefined,
): Policy['guard'][Measure] {
  const { [window]: _, ...others } = rule[level] ?? {};
  return { ...rule, [level]: count === undefined ? others : { ...others, [window]: count } };
}

describe('laws of the guard', () => {
  it('the order of fields never matters', () => {
    law(({ input, policy, random }) => {
      const fields = input.fields.toSorted(() => random() - 0.5);
      const [one, other] = [decide(input, policy), decide({ ...input, fields }, policy)];
      const sorted = ({ reasons }: GuardDecision): unknown =>
        reasons.map((reason) =>
          'fields' in reason ? { ...reason, fields: reason.fields.toSorted() } : reason,
        );
      expect(other).toMatchObject({ decision: one.decision, room: one.room });
      expect(sorted(other)).toEqual(sorted(one));
      return fields.join() !== input.fields.join();
    });
  });

  it('more customers are never judged more mildly', () => {
    law(({ input, policy, random }) => {
      const more = { ...input, customers: input.customers + 1 + below(random, 30) };
      const [fewer, then] = [gravity(decide(input, policy)), gravity(decide(more, policy))];
      expect(then).toBeGreaterThanOrEqual(fewer);
      return then > fewer;
    });
  });

  it('more counted before is never judged more mildly, in any window', () => {
    law(({ input, policy, random }) => {
      const counts = input.counts.map((count) => count + below(random, 12)) as never;
      const lately = {
        reveals: input.lately.reveals + below(random, 9),
        exports: input.lately.exports + below(random, 3),
      };
      const before = gravity(decide(input, policy));
      const after = gravity(decide({ ...input, counts, lately }, policy));
      expect(after).toBeGreaterThanOrEqual(before);
      return after > before;
    });
  });

  it('a denial more never widens: a right gone, a field hidden, one field more', () => {
    law(({ input, policy, random }) => {
      const before = gravity(decide(input, policy));
      const hidden = pick(random, SENSITIVITIES);
      const fewer = new Set([...input.visible].filter((level) => level !== hidden));
      const answers = [
        decide({ ...input, permitted: false }, policy),
        decide({ ...input, visible: fewer }, policy),
        decide({ ...input, fields: [...input.fields, hidden] }, policy),
        decide({ ...input, status: 'departed' }, policy),
      ];
      for (const answer of answers) expect(gravity(answer)).toBeGreaterThanOrEqual(before);
      return answers.slice(1, 3).some((answer) => gravity(answer) > before);
    });
  });

  it('a threshold more, or a lower one, never widens', () => {
    law(({ input, policy, random }) => {
      const measure = measureOf(input.operation, input.fields) ?? 'deletes';
      const rule = policy.guard[measure];
      const [level, window] = [pick(random, LEVELS), pick(random, WINDOWS)];
      const known = rule[level]?.[window];
      const count = known === undefined ? 1 + below(random, 40) : 1 + below(random, known);
      const stricter = withRule(policy, measure, withThreshold(rule, level, window, count));
      const [before, after] = [gravity(decide(input, policy)), gravity(decide(input, stricter))];
      expect(after).toBeGreaterThanOrEqual(before);
      return after > before;
    });
  });

  it('a threshold gone never narrows', () => {
    law(({ input, policy, random }) => {
      const measure = measureOf(input.operation, input.fields) ?? 'deletes';
      const rule = policy.guard[measure];
      const [level, window] = [pick(random, LEVELS), pick(random, WINDOWS)];
      const looser = withRule(policy, measure, withThreshold(rule, level, window, undefined));
      const [before, after] = [gravity(decide(input, policy)), gravity(decide(input, looser))];
      expect(after).toBeLessThanOrEqual(before);
      return after < before;
    });
  });

  it('a stricter mode never widens', () => {
    law(({ input, policy }) => {
      const measure = measureOf(input.operation, input.fields) ?? 'deletes';
      const answers = MODES.map((mode) =>
        gravity(decide(input, withRule(policy, measure, { ...policy.guard[measure], mode }))),
      );
      expect(answers).toEqual(answers.toSorted((left, right) => left - right));
      return answers[0] !== answers[2];
    });
  });

  it('an observing rule stops nobody, a warning one stops nobody either', () => {
    law(({ input, policy }) => {
      const measure = measureOf(input.operation, input.fields);
      const [answer] = [decide(input, policy)];
      if (measure === null || answer.reasons.some(({ rule }) => rule === 'access' || rule === 'masked'))
        return false;
      const { mode } = policy.guard[measure];
      if (mode === 'observe') expect(answer.decision).toBe('allow');
      if (mode === 'warn') expect(['allow', 'allow_and_alert']).toContain(answer.decision);
      return mode !== 'enforce' && answer.reasons.length > 0;
    });
  });

  it('notice and a review never make anything milder, nor does a lower percentage', () => {
    law(({ input, policy, random }) => {
      const plain = { ...input, status: 'active', underReview: false } as const;
      const before = gravity(decide(plain, policy));
      const onNotice = decide({ ...plain, status: 'on_notice' }, policy);
      expect(gravity(onNotice)).toBeGreaterThanOrEqual(before);
      expect(decide({ ...plain, underReview: true }, policy)).toEqual(onNotice);
      const onNoticePercent = 1 + below(random, policy.guard.onNoticePercent);
      const stricter = { ...policy, guard: { ...policy.guard, onNoticePercent } };
      expect(gravity(decide({ ...plain, status: 'on_notice' }, stricter))).toBeGreaterThanOrEqual(
        gravity(onNotice),
      );
      expect(decide(plain, stricter)).toEqual(decide(plain, policy));
      return gravity(onNotice) > before;
    });
  });

  it('a person who gives notice and withdraws it is judged as if nothing had been', () => {
    law(({ input, policy }) => {
      const before = JSON.stringify(decide({ ...input, status: 'active' }, policy));
      const between = JSON.stringify(decide({ ...input, status: 'on_notice' }, policy));
      expect(JSON.stringify(decide({ ...input, status: 'active' }, policy))).toBe(before);
      return between !== before;
    });
  });

  it('a proof of who one is only ever helps, and only against a step-up', () => {
    law(({ input, policy }) => {
      const without = decide({ ...input, steppedUp: false }, policy);
      const proved = decide({ ...input, steppedUp: true }, policy);
      expect(gravity(proved)).toBeLessThanOrEqual(gravity(without));
      expect(proved.decision).not.toBe('step_up');
      const asked = without.reasons.some((reason) => 'level' in reason && reason.level === 'stepUp');
      if (!asked) expect(proved.decision).toBe(without.decision);
      return asked;
    });
  });

  it('room is exact: up to it the decision and its grounds stay, one past it a further threshold is reached', () => {
    law(({ input, policy, random }) => {
      if (input.customers === 0) return false;
      const answer = decide(input, policy);
      if (answer.room === null) {
        const many = decide({ ...input, customers: 1_000_000 }, policy);
        expect([many.decision, levelsOf(many)]).toEqual([answer.decision, levelsOf(answer)]);
        return false;
      }
      expect(answer.room).toBeGreaterThanOrEqual(input.customers);
      const within = input.customers + below(random, answer.room - input.customers + 1);
      for (const customers of [within, answer.room]) {
        const same = decide({ ...input, customers }, policy);
        expect([same.decision, same.room, levelsOf(same)]).toEqual([
          answer.decision,
          answer.room,
          levelsOf(answer),
        ]);
      }
      const past = decide({ ...input, customers: answer.room + 1 }, policy);
      expect(levelsOf(past)).not.toBe(levelsOf(answer));
      expect(gravity(past)).toBeGreaterThanOrEqual(gravity(answer));
      return gravity(past) > gravity(answer);
    });
  });

  it('many small operations that each pass never let through more than one large one', () => {
    law(({ input, policy }) => {
      if (input.status === 'departed' || input.customers === 0) return false;
      let through = 0;
      for (let call = 0; call < 60; call += 1) {
        const counts = input.counts.map((count) => count + through) as never;
        if (gravity(decide({ ...input, customers: 1, counts }, policy)) > 1) break;
        through += 1;
      }
      if (through === 0) return false;
      expect(gravity(decide({ ...input, customers: through }, policy))).toBeLessThanOrEqual(1);
      if (through === 60) return false;
      expect(gravity(decide({ ...input, customers: through + 1 }, policy))).toBeGreaterThan(1);
      return true;
    });
  });

  it('the same facts and policy give the same decision, whenever and in whatever order they are asked', () => {
    const seen: [GuardInput, Policy, string][] = [];
    law(({ input, policy }) => {
      seen.push([input, policy, JSON.stringify(decide(input, policy))]);
      return true;
    });
    for (const [input, policy, answer] of seen.toReversed()) {
      expect(JSON.stringify(decide(input, policy))).toBe(answer);
      const copy = deepFreeze(JSON.parse(JSON.stringify(policy)) as Policy);
      expect(JSON.stringify(decide(structuredClone(input), copy))).toBe(answer);
    }
  });

  it('one measure is never judged by the rule of another', () => {
    law(({ input, policy, random }) => {
      const measure = measureOf(input.operation, input.fields);
      const other = pick(
        random,
        MEASURES.filter((each) => each !== measure),
      );
      const rule = { mode: 'enforce', block: { '1h': 1, '24h': 1, '7d': 1, '30d': 1 } } as const;
      expect(decide(input, withRule(policy, other, rule))).toEqual(decide(input, policy));
      return measure !== null;
    });
  });
});
