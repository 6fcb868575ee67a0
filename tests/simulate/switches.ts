import type { SeedWorker } from './pool.ts';
import type { Promised } from './promises.ts';
import type { Switch } from './sabotages.ts';

/** By how many seeds a broken promise has to be found. */
export const WITHIN = 100;

/** Which seed found a broken promise. */
export interface FoundSwitch {
  readonly name: string;
  readonly promise: Promised;
  /** The first from 1 on that names the promise; `null` when none does within a hundred. */
  readonly seed: number | null;
  readonly detail: string;
}

/** Breaks one promise, and looks for the seed that names it. */
export async function findSwitch(
  worker: SeedWorker,
  { name, promise }: Pick<Switch, 'name' | 'promise'>,
): Promise<FoundSwitch> {
  for (let seed = 1; seed <= WITHIN; seed += 1) {
    const [result] = await worker.run({ from: seed, seeds: 1, switched: name });
    if (result?.failure?.promise === promise) return { name, promise, seed, detail: result.failure.detail };
  }
  return { name, promise, seed: null, detail: 'no seed names it' };
}
