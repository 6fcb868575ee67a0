import { parentPort } from 'node:worker_threads';
import { runSeed } from './campaign.ts';
import type { Part } from './pool.ts';
import { resultOf, type SeedResult } from './report.ts';
import { SWITCHES } from './sabotages.ts';

/** Runs the seeds it is handed, one after the other. */
parentPort?.on('message', async ({ from, seeds, switched }: Part) => {
  const sabotage = SWITCHES.find(({ name }) => name === switched)?.sabotage;
  const results: SeedResult[] = [];
  for (let seed = from; seed < from + seeds; seed += 1) results.push(resultOf(await runSeed(seed, sabotage)));
  parentPort?.postMessage(results);
});
