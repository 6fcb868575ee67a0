import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { FOUND } from './found.ts';
import { KINDS, rareOf } from './kinds.ts';
import { openWorker, runSeeds } from './pool.ts';
import { PROMISES } from './promises.ts';
import type { SeedResult } from './report.ts';
import { SWITCHES } from './sabotages.ts';
import { findSwitch, WITHIN } from './switches.ts';

const LONG = process.env.LONG === '1';
const SEEDS = LONG ? 10_000 : 10;
/** Threads and processes start slowly where many others do. */
const PATIENCE_MS = LONG ? 3_600_000 : 180_000;
vi.setConfig({ testTimeout: PATIENCE_MS });

/** Seeds are run where nothing stands between them and Node: a loader in between takes turns of its own. */
const worker = openWorker();
afterAll(() => worker.close());

async function resultsOf(from: number, seeds: number): Promise<readonly SeedResult[]> {
  const results: SeedResult[] = [];
  await runSeeds({ from, seeds }, (result) => void results.push(result));
  return results.sort((one, other) => one.seed - other.seed);
}

describe('three keepers over one store, under one seed', () => {
  it(`keep every promise in ${SEEDS} histories with every fault`, async () => {
    const counts = new Map<string, number>();
    const results = await resultsOf(1, SEEDS);
    for (const { counts: counted } of results)
      for (const [what, times] of counted) counts.set(what, (counts.get(what) ?? 0) + times);
    const met = KINDS.filter((kind) => (counts.get(kind) ?? 0) > 0);
    console.log(`${SEEDS} seeds: ${counts.get('committed')} commits, ${counts.get('crash')} crashes,`);
    console.log(`${met.length} of ${KINDS.length} kinds of faults and conflicts met`);
    expect(results.flatMap(({ failure, seed }) => (failure === null ? [] : [{ seed, ...failure }]))).toEqual(
      [],
    );
    expect(results).toHaveLength(SEEDS);
    expect(met.length).toBeGreaterThan(KINDS.length / 2);
    expect(rareOf(counts, SEEDS)).toEqual([]);
  });

  it('live the same history again, to the last byte, in whichever thread or process', async () => {
    const again = await worker.run({ from: 3, seeds: 2 });
    const once = await resultsOf(3, 2);
    expect(again.map(({ digest }) => digest)).toEqual(once.map(({ digest }) => digest));
    expect(new Set(again.map(({ digest }) => digest)).size).toBe(2);
    const command = [fileURLToPath(new URL('./main.ts', import.meta.url)), '--trace', '--from', '3'];
    const { stdout } = await promisify(execFile)(process.execPath, command, { maxBuffer: 2 ** 24 });
    expect(stdout.trim().split('\n').at(-1)).toBe(`digest ${again[0]?.digest}`);
  });

  it.each(FOUND)('no longer break what seed $seed found: $what', async ({ broke, seed, switched }) => {
    const [result] = await worker.run({ from: seed, seeds: 1, switched });
    expect(result?.failure?.promise).not.toBe(broke);
  });
});

describe('a promise that is broken on purpose', () => {
  it('is each of the eight, by one switch or more', () => {
    expect(new Set(SWITCHES.map(({ promise }) => promise))).toEqual(new Set(PROMISES));
    expect(new Set(SWITCHES.map(({ name }) => name)).size).toBe(SWITCHES.length);
  });

  it.each(SWITCHES)(`is named within ${WITHIN} seeds: $promise, because $name`, async (one) => {
    const { detail, seed } = await findSwitch(worker, one);
    console.log(`${one.promise}, because ${one.name}: found at seed ${seed}: ${detail}`);
    expect(seed).not.toBeNull();
  });
});
