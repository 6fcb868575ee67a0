import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { runSeed } from './campaign.ts';
import type { SeedResult } from './report.ts';

/**
 * `npm run test:simulate -- [--seeds N] [--from SEED] [--json] [--trace]`: runs so many seeds and says what
 * happened in them. Ends with 1 where a promise was broken, or where many seeds met some kind of fault too seldom.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
  },
});
const seeds = wholeNumber('seeds', values.seeds);
const from = wholeNumber('from', values.from);

/** Every kind of fault and of conflict, and from how many seeds on each must have come a thousand times. */
const KINDS = [
  ...['database', 'signer', 'post'].flatMap((server) =>
    ['refused', 'request-lost', 'answer-lost', 'disputed', 'late', 'twice', 'outage', 'unknown outcome'].map(
      (kind) => `${server}: ${kind}`,
    ),
  ),
  'database: disk full',
  ...['crash', 'crash in mid-write', 'restart', 'pause', 'clock step'],
  ...['conflict', 'bound', 'lost race for positions', 'settled by repetition', 'asked again'],
  ...['notice told again', 'tampering', 'tampering before the seal'],
];
const MANY_SEEDS = 10_000;
const OFTEN = 1_000;
/** Seeds that a worker takes at a time. */
const PART = 20;
const MOST_SHOWN = 3;

if (values.trace) {
  const { failure, trace } = await runSeed(from);
  console.log(trace.join('\n'));
  console.log(failure === null ? 'every promise was kept' : `${failure.promise}: ${failure.detail}`);
  process.exit(failure === null ? 0 : 1);
}

const counts = new Map<string, number>();
const failed: SeedResult[] = [];
let done = 0;
let steps = 0;
const started = performance.now();
const seconds = (): number => Math.round((performance.now() - started) / 1000);
const ticker = setInterval(() => console.error(`${done} of ${seeds} seeds, ${seconds()} s`), 10_000);

let next = from;
await Promise.all(
  Array.from({ length: Math.min(availableParallelism(), Math.ceil(seeds / PART)) }, async () => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url));
    while (next < from + seeds) {
      const part = { from: next, seeds: Math.min(PART, from + seeds - next) };
      next += part.seeds;
      for (const result of await askOf(worker, part)) take(result);
    }
    await worker.terminate();
  }),
);
clearInterval(ticker);

const rare = seeds < MANY_SEEDS ? [] : KINDS.filter((kind) => (counts.get(kind) ?? 0) < OFTEN);
if (values.json) {
  console.log(
    JSON.stringify({
      from,
      seeds,
      steps,
      seconds: seconds(),
      failed: failed.map(({ failure, seed }) => ({ seed, ...failure, command: commandOf(seed) })),
      rare,
      counts: Object.fromEntries([...counts].sort()),
    }),
  );
} else {
  for (const { failure, seed, tail } of failed.slice(0, MOST_SHOWN)) {
    console.log(`\n${tail}\n`);
    console.log(`seed ${seed}, step ${failure?.step}: ${failure?.promise}\n  ${failure?.detail}`);
    console.log(`  again: ${commandOf(seed)}`);
  }
  for (const [what, times] of [...counts].sort()) console.log(`${String(times).padStart(10)} ${what}`);
  console.log(`\n${seeds} seeds from ${from}, ${steps} steps, ${seconds()} s: ${failed.length} failed`);
  if (failed.length > MOST_SHOWN) console.log(`failed: ${failed.map(({ seed }) => seed).join(' ')}`);
  for (const kind of rare) console.log(`too seldom: ${kind}, ${counts.get(kind) ?? 0} times`);
}
process.exit(failed.length === 0 && rare.length === 0 ? 0 : 1);

function take(result: SeedResult): void {
  done += 1;
  steps += result.steps;
  for (const [what, times] of result.counts) counts.set(what, (counts.get(what) ?? 0) + times);
  if (result.failure !== null) failed.push(result);
}

function askOf(worker: Worker, part: { from: number; seeds: number }): Promise<readonly SeedResult[]> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (results: readonly SeedResult[]) => {
      worker.off('error', reject);
      resolve(results);
    });
    worker.postMessage(part);
  });
}

function commandOf(seed: number): string {
  return `npm run test:simulate -- --trace --from ${seed}`;
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) {
    console.error(`--${name}: expected a whole number from 1 on, not ${text}`);
    process.exit(2);
  }
  return number;
}
