import { parseArgs } from 'node:util';
import { runSeed } from './campaign.ts';
import { rareOf } from './kinds.ts';
import { openWorker, runSeeds } from './pool.ts';
import { createProgress } from './progress.ts';
import type { SeedResult } from './report.ts';
import { SWITCHES } from './sabotages.ts';
import { type FoundSwitch, findSwitch } from './switches.ts';

const USAGE = `npm run test:simulate -- [--seeds N] [--from SEED] [--json]   runs so many seeds and says what happened in them
npm run test:simulate -- --trace --from SEED                  tells everything that happens under one seed
npm run test:simulate -- --switches [--json]                  breaks each promise on purpose, and says which seed finds it
  --switch NAME   with one promise broken on purpose; the names are those that --switches prints

Ends with 1 where a promise was broken, or where 10,000 seeds or more met some kind of fault too seldom.`;

const MOST_SHOWN = 3;
const { from, json, seeds, switched, switches, trace } = readArguments();
if (trace) await tellTrace();
else if (switches) await tellSwitches();
else await tellCampaign();

/** Runs the seeds, and tells what was counted and what failed. */
async function tellCampaign(): Promise<void> {
  const counts = new Map<string, number>();
  const failed: SeedResult[] = [];
  let steps = 0;
  const progress = createProgress(seeds);
  await runSeeds({ from, seeds, switched }, (result) => {
    steps += result.steps;
    for (const [what, times] of result.counts) counts.set(what, (counts.get(what) ?? 0) + times);
    if (result.failure !== null) failed.push(result);
    progress.advance(result.failure !== null);
  });
  progress.end();
  failed.sort((one, other) => one.seed - other.seed);
  const rare = rareOf(counts, seeds);
  const { system, user } = process.cpuUsage();
  const took = { seconds: progress.seconds(), cpuSeconds: Math.round((user + system) / 1e6) };
  process.exitCode = failed.length === 0 && rare.length === 0 ? 0 : 1;
  if (json) {
    const told = failed.map(({ failure, seed }) => ({ seed, ...failure, command: commandOf(seed) }));
    const sorted = Object.fromEntries([...counts].sort());
    console.log(JSON.stringify({ from, seeds, steps, ...took, failed: told, rare, counts: sorted }));
    return;
  }
  for (const { failure, seed, tail } of failed.slice(0, MOST_SHOWN)) {
    console.log(`\n${tail}\n`);
    console.log(`seed ${seed}, step ${failure?.step}: ${failure?.promise}\n  ${failure?.detail}`);
    console.log(`  again: ${commandOf(seed)}`);
  }
  for (const [what, times] of [...counts].sort()) console.log(`${String(times).padStart(10)} ${what}`);
  console.log(
    `\n${seeds} seeds from ${from}, ${steps} steps, ${took.seconds} s, ${took.cpuSeconds} s of processors: ${failed.length} failed`,
  );
  for (const { failure, seed } of failed.slice(MOST_SHOWN))
    console.log(`failed: ${failure?.promise}, ${commandOf(seed)}`);
  for (const kind of rare) console.log(`too seldom: ${kind}, ${counts.get(kind) ?? 0} times`);
}

/** Runs one seed, and tells all of it. */
async function tellTrace(): Promise<void> {
  const sabotage = SWITCHES.find(({ name }) => name === switched)?.sabotage;
  const { digest, failure, trace: lines } = await runSeed(from, sabotage);
  console.log(lines.join('\n'));
  console.log(failure === null ? 'every promise was kept' : `${failure.promise}: ${failure.detail}`);
  console.log(`digest ${digest}`);
  process.exitCode = failure === null ? 0 : 1;
}

/** Breaks each promise, and tells which seed names it first. */
async function tellSwitches(): Promise<void> {
  const worker = openWorker();
  const found: FoundSwitch[] = [];
  for (const one of SWITCHES) found.push(await findSwitch(worker, one));
  await worker.close();
  process.exitCode = found.every(({ seed }) => seed !== null) ? 0 : 1;
  if (json) {
    console.log(JSON.stringify(found));
    return;
  }
  for (const { detail, name, promise, seed } of found) {
    console.log(`${promise}, because ${name}: ${seed === null ? 'not found' : `found at seed ${seed}`}`);
    console.log(`  ${detail}`);
  }
}

function commandOf(seed: number): string {
  const option = switched === undefined ? '' : ` --switch '${switched}'`;
  return `npm run test:simulate -- --trace --from ${seed}${option}`;
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        seeds: { type: 'string', default: '1000' },
        from: { type: 'string', default: '1' },
        json: { type: 'boolean', default: false },
        trace: { type: 'boolean', default: false },
        switches: { type: 'boolean', default: false },
        switch: { type: 'string' },
      },
    });
    const { json, switch: switched, switches, trace } = values;
    if (switched !== undefined && !SWITCHES.some(({ name }) => name === switched))
      throw new Error(`--switch: there is none that is called ${switched}`);
    const numbers = { from: wholeNumber('from', values.from), seeds: wholeNumber('seeds', values.seeds) };
    return { json, switched, switches, trace, ...numbers };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    return process.exit(2);
  }
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  throw new Error(`--${name}: expected a whole number from 1 on, not ${text}`);
}
