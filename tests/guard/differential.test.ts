import { describe, expect, it } from 'vitest';
import { DECISIONS, decide, type GuardDecision, type GuardInput } from '../../src/guard/decide.ts';
import { MEASURES } from '../../src/guard/operations.ts';
import type { Policy } from '../../src/policy/index.ts';
import { seeded } from '../stores/seeded.ts';
import { planted } from './mutant.ts';
import { MUTANTS } from './mutants.ts';
import { naiveDecide } from './naive-guard.ts';
import { type Random, randomInput, randomPolicy } from './random-guard.ts';

const CASES = process.env.LONG === '1' ? 1_000_000 : 30_000;
const CASES_A_POLICY = 10;

/** Cases from one seed: a policy, and some of what may be asked under it. */
function* cases(count: number, random: Random): Generator<readonly [GuardInput, Policy]> {
  for (let at = 0; at < count; at += CASES_A_POLICY) {
    const policy = randomPolicy(random);
    for (let asked = 0; asked < CASES_A_POLICY; asked += 1) yield [randomInput(random), policy];
  }
}

/** Whether two answers say the same of everything; a difference is told as text. */
function difference(left: GuardDecision, right: GuardDecision): string | null {
  const [ours, theirs] = [JSON.stringify(left), JSON.stringify(right)];
  return ours === theirs ? null : `${ours}\n${theirs}`;
}

/** What an answer rests on: the rule of its gravest ground, or `nothing`. */
function decidedBy({ decision, reasons }: GuardDecision): string {
  return decision === 'allow' ? 'nothing' : (reasons.at(-1)?.rule ?? 'nothing');
}

describe('the guard and a naive guard written from the same sentences', () => {
  it(`say the same in ${CASES.toLocaleString('en')} random cases under random policies`, () => {
    const decisions = new Map<string, number>();
    const rules = new Map<string, number>();
    /** By what thresholds were lowered: notice, or a confirmed alert of somebody who stays. */
    const tightened = { notice: 0, review: 0 };
    let policies = 0;
    let last: Policy | null = null;
    let seen = 0;
    for (const [input, policy] of cases(CASES, seeded(11))) {
      const answer = decide(input, policy);
      const different = difference(answer, naiveDecide(input, policy));
      if (different !== null) {
        expect.fail(`${different}\n${JSON.stringify({ ...input, visible: [...input.visible], policy })}`);
      }
      decisions.set(answer.decision, (decisions.get(answer.decision) ?? 0) + 1);
      rules.set(decidedBy(answer), (rules.get(decidedBy(answer)) ?? 0) + 1);
      if (answer.reasons.some((reason) => 'tightened' in reason && reason.tightened)) {
        tightened[input.status === 'on_notice' ? 'notice' : 'review'] += 1;
      }
      if (policy !== last) policies += 1;
      last = policy;
      seen += 1;
    }
    expect(seen).toBe(CASES);
    const shares = (met: ReadonlyMap<string, number>): string =>
      [...met].map(([name, times]) => `${name} ${((100 * times) / seen).toFixed(1)} %`).join(', ');
    console.log(
      `${seen} cases under ${policies} policies: ${shares(decisions)}; by ${shares(rules)};`,
      `thresholds lowered by ${shares(new Map(Object.entries(tightened)))}`,
    );
    for (const times of Object.values(tightened)) expect(times).toBeGreaterThanOrEqual(seen / 100);
    for (const decision of DECISIONS) {
      expect(decisions.get(decision) ?? 0, decision).toBeGreaterThanOrEqual(seen / 100);
    }
    for (const rule of [...MEASURES, 'access', 'masked', 'sequence']) {
      expect(rules.get(rule) ?? 0, rule).toBeGreaterThanOrEqual(seen / 100);
    }
  }, 600_000);

  it.each(MUTANTS.filter(({ exampleOnly }) => exampleOnly !== true))(
    'a planted bug is found within 30,000 cases: $name',
    (mutant) => {
      const broken = planted(mutant);
      let tried = 0;
      for (const [input, policy] of cases(30_000, seeded(11))) {
        tried += 1;
        if (difference(broken(input, policy), naiveDecide(input, policy)) !== null) return;
      }
      expect.fail(`not found in ${tried} cases`);
    },
  );

  it('a copy of the guard without a bug differs nowhere', () => {
    const copy = planted({
      name: 'nothing',
      file: 'decide.ts',
      from: 'const HOLD = STEP.hold;',
      to: 'const HOLD = 3;',
    });
    for (const [input, policy] of cases(2_000, seeded(12))) {
      expect(difference(copy(input, policy), naiveDecide(input, policy))).toBeNull();
    }
  });
});
