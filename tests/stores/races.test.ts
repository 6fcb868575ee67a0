import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { refOf, tenant } from '../../src/testing/store-harness.ts';
import { bundleProcess } from './bundle-process.ts';
import { describeEngines, SHARED } from './engines.ts';
import { temporaryFolder } from './harness.ts';
import {
  type Contestants,
  type HeatOutcome,
  type RaceForm,
  type RaceTally,
  startContestants,
  tally,
} from './races.ts';

const long = process.env.LONG === '1';
/** Races for one document each. */
const RACES = long ? 100_000 : 400;
/** Attempts on one quota, by all processes together, and how many of them may pass. */
const ATTEMPTS = long ? 10_000 : 2_000;
const CAP = ATTEMPTS / 10;
const PROCESSES = 8;
/** Races that every process runs at once before the next ones begin: so no process is far ahead of the others. */
const HEAT = 100;
/** The same for a quota, which is used up in the middle of a heat. */
const SHARES = 60;

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const script = bundleProcess(join(import.meta.dirname, 'processes', 'contestant.ts'), folder);

/** Each process runs every race once. */
async function raceForPrizes(contestants: Contestants, form: RaceForm, races: number): Promise<RaceTally> {
  const heats: (readonly HeatOutcome[])[] = [];
  for (let from = 0; from < races; from += HEAT)
    heats.push(await contestants.race({ form, round: form.replace(' ', '-'), from, count: HEAT, cap: 0 }));
  return tally(heats);
}

/** All processes together make the attempts. */
async function raceForShares(contestants: Contestants, form: RaceForm, attempts: number): Promise<RaceTally> {
  const heats: (readonly HeatOutcome[])[] = [];
  const each = attempts / PROCESSES;
  for (let from = 0; from < each; from += SHARES)
    heats.push(
      await contestants.race({
        form,
        round: form.replace(' ', '-'),
        from,
        count: Math.min(SHARES, each - from),
        cap: CAP,
      }),
    );
  return tally(heats);
}

/** Races that were not won exactly once. */
const notWonOnce = ({ wins }: RaceTally, races: number): number =>
  Array.from({ length: races }, (_, at) => wins.get(at) ?? 0).filter((count) => count !== 1).length;

await describeEngines(`${PROCESSES} processes`, SHARED, (engine) => {
  let contestants: Contestants;
  beforeAll(async () => {
    const store = engine.open();
    await store.get(tenant, []);
    await store.end();
    contestants = await startContestants(await script, engine, PROCESSES);
  });
  afterAll(() => contestants.end());

  it(`race for ${RACES} documents: one winner each, and the others hear that it is taken`, async () => {
    const { byProcess, ended, ...rest } = await raceForPrizes(contestants, 'prize', RACES);
    console.log(
      `${engine.name}, ${RACES} races of ${PROCESSES} processes: won ${byProcess.join(', ')}; ${JSON.stringify(ended)}`,
    );
    expect(notWonOnce({ byProcess, ended, ...rest }, RACES)).toBe(0);
    expect(ended).toEqual({ committed: RACES, conflict: RACES * (PROCESSES - 1) });
    expect(byProcess.filter((won) => won > 0).length, 'processes that won any').toBeGreaterThan(1);
  });

  it(`race ${ATTEMPTS} times for a quota of ${CAP}: exactly ${CAP} pass, none is lost to a race`, async () => {
    const { byProcess, ended } = await raceForShares(contestants, 'quota', ATTEMPTS);
    console.log(`${engine.name}, a quota of ${CAP}: won ${byProcess.join(', ')}; ${JSON.stringify(ended)}`);
    expect(ended).toEqual({ committed: CAP, bound: ATTEMPTS - CAP });
    const store = engine.open();
    expect((await store.get(tenant, [refOf('quota-quota', 'count')]))[0]?.body).toBe(String(CAP));
    await store.end();
  });

  it('that read first and write then are found to win twice and to exceed the quota', async () => {
    const races = 200;
    const prizes = notWonOnce(await raceForPrizes(contestants, 'naive prize', races), races);
    const shares = (await raceForShares(contestants, 'naive quota', 2 * CAP)).ended.committed as number;
    console.log(`${engine.name}, naively: ${prizes} of ${races} not won once, ${shares} shares of ${CAP}`);
    expect(prizes).toBeGreaterThan(0);
    expect(shares).toBeGreaterThan(CAP);
  });
});
