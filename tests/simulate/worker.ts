import { parentPort } from 'node:worker_threads';
import { runSeed } from './campaign.ts';
import { resultOf, type SeedResult } from './report.ts';

/** Runs the seeds it is handed, one after the other. */
parentPort?.on('message', async ({ from, seeds }: { from: number; seeds: number }) => {
  const results: SeedResult[] = [];
  for (let seed = from; seed < from + seeds; seed += 1) results.push(resultOf(await runSeed(seed)));
  parentPort?.postMessage(results);
});
