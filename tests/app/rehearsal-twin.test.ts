import { describe, expect, it } from 'vitest';
import { type EffectCounts, type Rehearsal, unwrap } from '../../src/index.ts';
import { seeded } from '../stores/seeded.ts';
import { anyPolicy, type Played, pastOf, play, randomScript } from './rehearsal-world.ts';
import { DAY, START } from './world.ts';

const LONG = process.env.LONG === '1';
const SEEDS = LONG ? Array.from({ length: 200 }, (_, at) => at + 1) : [5, 7];
const DAYS = 40;
const range = {
  from: START.slice(0, 10),
  to: new Date(Date.parse(START) + (DAYS - 1) * DAY).toISOString().slice(0, 10),
};
const GUARD = ['alert', 'step_up', 'hold', 'block'] as const;

/** One company lives under a policy, its twin under another; the same is wanted in both. */
async function twins(seed: number, wanted: (act: string) => boolean) {
  const random = seeded(seed);
  const [lived, other] = [anyPolicy(random), anyPolicy(random)];
  const script = randomScript(random, { days: DAYS, eventful: false }).filter(({ act }) => wanted(act.do));
  const one = await play(script, lived, { days: DAYS });
  const twin = await play(script, other, { days: DAYS });
  const of = async ({ world }: Played): Promise<Rehearsal> =>
    unwrap(await world.as('ada').policies.rehearse(other, range));
  return { rehearsal: await of(one), held: await of(twin), log: await pastOf(twin.world) };
}

type Side = 'observed' | 'rehearsed';
const some = <Of extends { readonly rule: string }>(
  figures: readonly Of[],
  side: Side,
  isMeant: (of: Of) => boolean,
) =>
  figures
    .filter((figure) => isMeant(figure) && (figure as never)[side] !== 0)
    .map((figure) => ({
      ...figure,
      observed: undefined,
      rehearsed: undefined,
      count: (figure as never)[side],
    }));
const guarded = (counts: EffectCounts) => GUARD.map((kind) => counts[kind]);
const raised = ({ alerts }: Rehearsal, side: Side) =>
  alerts.filter((alert) => alert[side].raised > 0).map((alert) => [alert.rule, alert[side].raised]);

describe('rehearsing a policy comes to what a twin company really lived under it:', () => {
  it('what was held, blocked, asked to be proved, alerted, and which claims went up', async () => {
    const met = { hold: 0, block: 0, step_up: 0, alert: 0, different: 0 };
    for (const seed of SEEDS) {
      const { held, log, rehearsal } = await twins(seed, () => true);
      const isMeant = ({ rule }: { readonly rule: string }): boolean => rule !== 'followUps';
      const rules = some(rehearsal.rules, 'rehearsed', isMeant);
      expect(rules, `seed ${seed}`).toEqual(some(held.rules, 'observed', isMeant));
      expect(raised(rehearsal, 'rehearsed'), `seed ${seed}`).toEqual(raised(held, 'observed'));
      for (const [at, { rehearsed, week }] of rehearsal.weeks.entries())
        expect(guarded(rehearsed), `seed ${seed}, ${week}`).toEqual(
          guarded(held.weeks[at]?.observed as EffectCounts),
        );
      // The twin's own log says the same, without any rehearsal.
      const sum = (kind: string): number =>
        rehearsal.rules.reduce((all, rule) => all + (rule.kind === kind ? rule.rehearsed : 0), 0);
      expect(sum('hold'), `seed ${seed}`).toBe(log.filter(({ type }) => type === 'hold-placed').length);
      expect(sum('alert'), `seed ${seed}`).toBe(log.filter(({ type }) => type === 'alert-raised').length);
      for (const kind of GUARD) met[kind] += sum(kind);
      if (JSON.stringify(rules) !== JSON.stringify(some(rehearsal.rules, 'observed', isMeant)))
        met.different += 1;
    }
    for (const [what, times] of Object.entries(met)) expect(times, what).toBeGreaterThan(0);
    console.log(`${SEEDS.length} pairs of companies: ${JSON.stringify(met)}`);
  }, 3_600_000);

  // Whoever was really deleted or moved has no clock that could have run here.
  it('who was reminded and whose silence went up, where no customer left', async () => {
    let told = 0;
    let different = 0;
    for (const seed of SEEDS) {
      const { held, rehearsal } = await twins(seed, (act) => act !== 'delete' && act !== 'transfer');
      const isMeant = ({ rule }: { readonly rule: string }): boolean => rule === 'followUps';
      const rules = some(rehearsal.rules, 'rehearsed', isMeant);
      expect(rules, `seed ${seed}`).toEqual(some(held.rules, 'observed', isMeant));
      for (const [at, { rehearsed, week }] of rehearsal.weeks.entries())
        expect(rehearsed, `seed ${seed}, ${week}`).toEqual(held.weeks[at]?.observed);
      told += rules.reduce((sum, { count }) => sum + count, 0);
      if (JSON.stringify(rules) !== JSON.stringify(some(rehearsal.rules, 'observed', isMeant)))
        different += 1;
    }
    expect(different).toBeGreaterThan(0);
    console.log(`${SEEDS.length} pairs of companies: ${told} reminders and escalations, ${different} differ`);
  }, 3_600_000);
});
