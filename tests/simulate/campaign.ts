import { createHash } from 'node:crypto';
import { createSimulation, type Simulation } from '../../src/testing/simulation/index.ts';
import { checkVerified, createClients } from './clients.ts';
import { found } from './founding.ts';
import { disturb, heal, strike } from './nemesis.ts';
import { preload } from './preload.ts';
import type { Promised } from './promises.ts';
import { checkTold } from './quiet.ts';
import { checkRebuilt } from './rebuilt.ts';
import { TENANTS } from './scene.ts';
import { checkTampering } from './tamper.ts';
import { createWorld, type Sabotage, type World } from './world.ts';

/** What came of a seed. */
export interface Outcome {
  readonly seed: number;
  /** How many things happened, one after the other. */
  readonly steps: number;
  readonly counts: ReadonlyMap<string, number>;
  readonly trace: readonly string[];
  /** SHA-256 over the trace and the counts, hexadecimal: the same in every run of the seed. */
  readonly digest: string;
  readonly failure: Failure | null;
}

/** The promise that was broken, and at which step. */
export interface Failure {
  readonly promise: Promised;
  readonly detail: string;
  readonly step: number;
}

const CLIENTS = 5;
const DAYS = 2;
/** Of each client on each day: a seed draws one, so that there are short and long stories. */
const QUESTIONS = [2, 3, 4, 6];
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Runs one seed from an empty store to the last verification. */
export async function runSeed(seed: number, sabotage: Sabotage = {}): Promise<Outcome> {
  await preload();
  const simulation = createSimulation({ seed });
  const world = createWorld(simulation, sabotage);
  let steps = 0;
  const uncaught = (error: unknown): void =>
    world.breach('deny by default', `nobody caught ${(error as Error).stack ?? String(error)}`);
  process.on('unhandledRejection', uncaught);
  /** Lets things happen until work is done or a promise is broken. */
  const until = async (work: Promise<unknown>): Promise<void> => {
    let done = false;
    const end = (): void => {
      done = true;
    };
    work.then(end, (error: unknown) => {
      end();
      uncaught(error);
    });
    while (!done && world.broken() === null) {
      steps += 1;
      if (!(await simulation.step()) && !done) stuck(world);
    }
  };
  try {
    await until(found(world));
    await until(disturbed(world));
    heal(world);
    await until(simulation.sleep(10 * MINUTE_MS));
    await until(concluded(world));
    if (world.broken() === null)
      await until(checkTampering(world, simulation.dice.pick([...world.views.values()])));
  } finally {
    process.off('unhandledRejection', uncaught);
  }
  const broken = world.broken();
  return {
    seed,
    steps,
    counts: simulation.counts,
    trace: simulation.trace,
    digest: digestOf(simulation),
    failure: broken === null ? null : { ...broken, step: steps },
  };
}

function digestOf({ counts, trace }: Simulation): string {
  const counted = [...counts].map(([what, times]) => `${what} ${times}`).sort();
  return createHash('sha256')
    .update(`${trace.join('\n')}\n\n${counted.join('\n')}`)
    .digest('hex');
}

/** Everybody asks at once, while things go wrong. */
async function disturbed(world: World): Promise<void> {
  const clients = createClients(world);
  const questions = world.simulation.dice.pick(QUESTIONS);
  disturb(world);
  for (let day = 0; day < DAYS; day += 1) {
    // What is due by the morning is met by whoever sweeps.
    if (day > 0) await world.simulation.sleep(world.simulation.dice.below(3 * DAY_MS));
    let over = false;
    await Promise.all([
      Promise.all(Array.from({ length: CLIENTS }, () => clients.run(questions))).then(() => {
        over = true;
      }),
      strike(world, () => over),
    ]);
  }
}

/**
 * Everything works again without a restart, whoever had to be told was told, every ledger verifies, and the state
 * comes out of it again.
 */
async function concluded(world: World): Promise<void> {
  await checkTold(world);
  for (const tenant of TENANTS) await verified(world, tenant);
  const view = world.simulation.dice.pick([...world.views.values()]);
  await checkRebuilt(world, view);
  await verified(world, view.tenant);
}

async function verified(world: World, tenant: string): Promise<void> {
  const { keeper, process } = world.simulation.dice.pick(world.stations);
  checkVerified(world, tenant, await process.ask(() => keeper().verify(tenant)));
}

/** Work that waits for nothing that could still happen hangs for ever. */
function stuck({ breach }: World): void {
  breach('deny by default', 'somebody waits for an answer that will never come');
}
