import { describe, expect, it } from 'vitest';
import { type Policy, type Rehearsal, unwrap } from '../../src/index.ts';
import { below } from '../guard/random-guard.ts';
import { seeded } from '../stores/seeded.ts';
import { anyPolicy, type Played, play, randomScript } from './rehearsal-world.ts';
import { DAY, START } from './world.ts';

const LONG = process.env.LONG === '1';

const dayAt = (days: number): string => new Date(Date.parse(START) + days * DAY).toISOString().slice(0, 10);

async function rehearse({ world }: Played, policy: Policy, from: number, to: number): Promise<Rehearsal> {
  return unwrap(await world.as('ada').policies.rehearse(policy, { from: dayAt(from), to: dayAt(to) }));
}

describe('rehearsing the policy that was in force', () => {
  it('comes to exactly what happened', async () => {
    let operations = 0;
    for (let seed = 1; seed <= (LONG ? 300 : 8); seed += 1) {
      const random = seeded(seed);
      const days = 50;
      const policy = anyPolicy(random);
      const played = await play(randomScript(random, { days, eventful: true }), policy, { days });
      const from = below(random, 30);
      const rehearsal = await rehearse(played, policy, from, from + below(random, days - from));
      expect(rehearsal.unexplained, `seed ${seed}`).toEqual([]);
      for (const { observed, rehearsed, rule } of [
        ...rehearsal.rules,
        ...rehearsal.decisions,
        ...rehearsal.thresholds,
      ])
        expect(rehearsed, `seed ${seed}, ${rule}`).toEqual(observed);
      for (const { observed, rehearsed, week } of rehearsal.weeks)
        expect(rehearsed, `seed ${seed}, ${week}`).toEqual(observed);
      for (const { observed, rehearsed, rule } of rehearsal.alerts)
        expect(rehearsed, `seed ${seed}, ${rule}`).toEqual(observed);
      expect(rehearsal.differences).toEqual([]);
      operations += rehearsal.operations;
      await played.world.keeper.close();
    }
    console.log(`${operations} requests decided again`);
  }, 3_600_000);
});
