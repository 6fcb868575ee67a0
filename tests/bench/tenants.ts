import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BenchRow } from './row.ts';

/** Thousands of tenants in one process: how long one takes to open, and what all of them keep in memory. */

const SIZES = [100, 1_000, 10_000] as const;
const OPEN_MS = 5;
const HEAP_MB = 200;

/** What `touch-tenants.ts` measured. Milliseconds and bytes. */
interface Touched {
  readonly count: number;
  /** Beyond the store's own reads, and in them; medians. */
  readonly openMs: number;
  readonly storeMs: number;
  /** All of the heap once every tenant was touched, and what that added. */
  readonly heap: number;
  readonly kept: number;
}

/** Measures tenants on memory and on SQLite, at three sizes. */
export async function run(): Promise<BenchRow[]> {
  return (['memory', 'sqlite'] as const).flatMap((store) => {
    const measured = SIZES.map((count) => touch(store, count));
    for (const { count, openMs, storeMs, heap, kept } of measured)
      console.log(
        `  ${store}, ${count} tenants: opened in ${openMs.toFixed(2)} ms and ${storeMs.toFixed(2)} ms of reads; heap ${megabytes(heap).toFixed(1)} MB, ${Math.round(kept / count)} bytes more for each touched`,
      );
    const [small, , large] = measured as [Touched, Touched, Touched];
    const rows = [
      row(
        `opening a tenant cold, ${store}, one of ${large.count}, beyond the reads`,
        large.openMs,
        'ms',
        OPEN_MS,
      ),
      row(
        `the same from ${small.count} to ${large.count} tenants, exponent`,
        exponent(small, large, ({ openMs }) => openMs),
        '',
        0.2,
      ),
    ];
    // A memory store has the data of all tenants on the heap, too.
    if (store === 'memory') return rows;
    return [
      ...rows,
      row(`heap with ${large.count} tenants touched, ${store}`, megabytes(large.heap), 'MB', HEAP_MB),
      row(
        `what is kept for them from ${small.count} to ${large.count}, exponent`,
        exponent(small, large, ({ kept }) => kept),
        '',
        1.1,
      ),
    ];
  });
}

/** A process of its own, so that nothing else is on the heap. */
function touch(store: string, count: number): Touched {
  const script = fileURLToPath(new URL('./touch-tenants.ts', import.meta.url));
  const told = execFileSync(process.execPath, ['--expose-gc', script, store, String(count)], {
    encoding: 'utf8',
  });
  return JSON.parse(told.trim().split('\n').at(-1) ?? '') as Touched;
}

function exponent(small: Touched, large: Touched, of: (touched: Touched) => number): number {
  return Math.log(of(large) / of(small)) / Math.log(large.count / small.count);
}

function row(name: string, ours: number, unit: string, limit: number): BenchRow {
  const ratio = ours / limit;
  return {
    name,
    ours,
    unit,
    against: 'at most',
    limit,
    ratio,
    goal: `≤ ${limit} ${unit}`.trim(),
    met: ratio <= 1,
  };
}

function megabytes(bytes: number): number {
  return bytes / 1_000_000;
}
