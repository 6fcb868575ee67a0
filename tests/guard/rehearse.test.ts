import { describe, expect, it } from 'vitest';
import { createGuardRehearsal, type GuardStep } from '../../src/guard/rehearse.ts';
import type { Effect, PastEntry } from '../../src/model/index.ts';
import type { Policy } from '../../src/policy/index.ts';
import { seeded } from '../stores/seeded.ts';
import { HOUR, played, randomScript, weeklyPolicy } from './played-guard.ts';

const SCRIPTS = process.env.LONG === '1' ? 20_000 : 60;
const EVERY = ['alert', 'stepUp', 'hold', 'block'] as const;

/** What each entry comes to, rehearsed from one of them on. */
function eachOf(
  log: readonly PastEntry[],
  policy: Policy,
  inForce: Policy,
  from = 0,
): readonly (GuardStep | null)[] {
  const rehearsal = createGuardRehearsal(policy, {
    policyOf: () => inForce,
    expiry: (_, at, hours) => Date.parse(at) + hours * HOUR,
  });
  return log.map((entry, at) => rehearsal.see(entry, at >= from));
}

const rehearse = (log: readonly PastEntry[], policy: Policy, inForce: Policy): readonly GuardStep[] =>
  eachOf(log, policy, inForce).filter((step) => step !== null);

const effectsOf = (steps: readonly GuardStep[], by: 'observed' | 'rehearsed'): readonly Effect[] =>
  steps.flatMap(({ effects }) => effects[by]);
const alertsOf = (steps: readonly GuardStep[]): unknown => steps.flatMap(({ alert }) => alert ?? []);

describe('a rehearsal of the guard', () => {
  it(`of the policy that was in force comes to what happened, in ${SCRIPTS.toLocaleString('en')} random logs`, () => {
    const met = new Map<string, number>();
    for (let seed = 1; seed <= SCRIPTS; seed += 1) {
      const random = seeded(seed);
      const policy = weeklyPolicy(random, EVERY);
      const past = played(randomScript(random, { decided: true }), policy);
      const steps = rehearse(past.log, policy, policy);
      expect(effectsOf(steps, 'observed'), `seed ${seed}`).toEqual(past.effects);
      expect(effectsOf(steps, 'rehearsed'), `seed ${seed}`).toEqual(past.effects);
      expect(alertsOf(steps), `seed ${seed}`).toEqual(past.alerts);
      for (const { asked, observed, rehearsed } of steps) {
        expect(observed.decision, `seed ${seed}`).toBe(asked.decision);
        if (rehearsed !== null) expect(rehearsed, `seed ${seed}`).toEqual(observed);
      }
      for (const [what, times] of past.met) met.set(what, (met.get(what) ?? 0) + times);
    }
    const expected = ['allow', 'allow_and_alert', 'step_up', 'hold', 'block', 'waits', 'used', 'released'];
    for (const what of [...expected, 'denied', 'expired', 'folded'])
      expect(met.get(what) ?? 0, what).toBeGreaterThan(SCRIPTS / 10);
    console.log(`${SCRIPTS} logs rehearsed: ${JSON.stringify(Object.fromEntries(met))}`);
  }, 3_600_000);

  it('from some day on knows what happened before', () => {
    for (let seed = 1; seed <= SCRIPTS; seed += 1) {
      const random = seeded(seed);
      const policy = weeklyPolicy(random, EVERY);
      const { log } = played(randomScript(random, { decided: true }), policy);
      let from = Math.floor(random() * log.length);
      // Refusals that are told together belong to one day.
      while (log[from]?.type === 'refusals-folded') from -= 1;
      const steps = eachOf(log, policy, policy, from);
      expect(steps.slice(0, from), `seed ${seed}`).toEqual(Array(from).fill(null));
      expect(steps.slice(from), `seed ${seed}`).toEqual(eachOf(log, policy, policy).slice(from));
    }
  }, 3_600_000);

  it(`of another policy comes to what that policy makes of the same requests, in ${SCRIPTS.toLocaleString('en')} random logs`, () => {
    let different = 0;
    for (let seed = 1; seed <= SCRIPTS; seed += 1) {
      const random = seeded(seed);
      const script = randomScript(random, { decided: false });
      const inForce = weeklyPolicy(random, ['alert', 'hold', 'block']);
      const other = weeklyPolicy(random, EVERY);
      const would = played(script, other);
      const steps = rehearse(played(script, inForce).log, other, inForce);
      expect(effectsOf(steps, 'rehearsed'), `seed ${seed}`).toEqual(would.effects);
      expect(alertsOf(steps), `seed ${seed}`).toEqual(would.alerts);
      if (JSON.stringify(effectsOf(steps, 'observed')) !== JSON.stringify(would.effects)) different += 1;
    }
    expect(different).toBeGreaterThan(SCRIPTS / 2);
  }, 3_600_000);
});
