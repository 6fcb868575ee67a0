import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { SeedResult } from './report.ts';

/** Seeds that a worker runs one after the other. */
export interface Part {
  readonly from: number;
  readonly seeds: number;
  /** The name of the switch that is on, if one is. */
  readonly switched?: string | undefined;
}

/** A thread that runs seeds. */
export interface SeedWorker {
  run(part: Part): Promise<readonly SeedResult[]>;
  close(): Promise<void>;
}

/** Seeds that a worker takes at a time. */
const MOST = 20;

/** Runs so many seeds on every processor there is, and hands over what came of each, in whatever order. */
export async function runSeeds(whole: Part, take: (result: SeedResult) => void): Promise<void> {
  const end = whole.from + whole.seeds;
  const processors = availableParallelism();
  const size = Math.min(MOST, Math.ceil(whole.seeds / processors));
  let next = whole.from;
  await Promise.all(
    Array.from({ length: Math.min(processors, whole.seeds) }, async () => {
      const worker = openWorker();
      try {
        while (next < end) {
          const part = { ...whole, from: next, seeds: Math.min(size, end - next) };
          next += part.seeds;
          for (const result of await worker.run(part)) take(result);
        }
      } finally {
        await worker.close();
      }
    }),
  );
}

/** Starts a thread. */
export function openWorker(): SeedWorker {
  const worker = new Worker(new URL('./worker.ts', import.meta.url));
  // One that has ended answers nobody any more: whoever asks it later is told why.
  let ended: unknown = null;
  worker.on('error', (error) => {
    ended = error;
  });
  return {
    run: (part) =>
      new Promise((resolve, reject) => {
        if (ended !== null) return reject(ended);
        worker.once('error', reject);
        worker.once('message', (results: readonly SeedResult[]) => {
          worker.off('error', reject);
          resolve(results);
        });
        worker.postMessage(part);
      }),
    close: async () => void (await worker.terminate()),
  };
}
