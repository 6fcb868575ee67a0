import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from 'simple-statistics';
import { openDatabase } from '../../src/adapters/sqlite/open-database.ts';
import { type SqliteStore, sqliteStoreAt } from '../../src/adapters/sqlite/sqlite-store.ts';
import type { CommitBatch } from '../../src/ports/index.ts';
import { rawWriter } from './raw-writer.ts';
import type { BenchRow } from './row.ts';
import { growthOf, prepare, type Shape, shapes, tenant } from './shapes.ts';

const CUSTOMERS = 20_000;
const ROUNDS = 25;
const SINGLES = 40;
const GROUPS = 5;
const GROUP = 64;

/** Measures SQLite commits against the same rows written by bare prepared statements. */
export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gamekeeper-bench-'));
  try {
    console.log(`one flush of 4 KiB: ${flushMillis(folder).toFixed(3)} ms`);
    const rows: BenchRow[] = [];
    for (const [at, shape] of shapes(CUSTOMERS).entries())
      rows.push(...(await measure(shape, join(folder, `${at}`))));
    rows.push(await measureGrowth(folder));
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(shape: Shape, path: string): Promise<BenchRow[]> {
  const store = sqliteStoreAt(`${path}-ours.db`, 10_000, 'FULL');
  sqliteStoreAt(`${path}-raw.db`, 10_000, 'FULL').close();
  const raw = rawWriter(openDatabase(`${path}-raw.db`, 'FULL'));
  await prepare(CUSTOMERS, async (batch) => {
    await store.commit(tenant, batch);
    raw.write(raw.rowsOf(tenant, [batch]), 1);
  });
  let made = 0;
  const take = (count: number): CommitBatch[] => {
    const first = made + 1;
    made += count;
    return Array.from({ length: count }, (_, at) => shape.batch(first + at));
  };
  const figures = {
    ours: [] as number[],
    raw: [] as number[],
    oursGrouped: [] as number[],
    rawGrouped: [] as number[],
  };
  for (let round = -1; round < ROUNDS; round += 1) {
    const singles = take(SINGLES);
    const grouped = take(GROUPS * GROUP);
    const [rawSingles, rawGrouped] = [raw.rowsOf(tenant, singles), raw.rowsOf(tenant, grouped)];
    const ours = await rate(singles.length, () => oneByOne(store, singles));
    const rawRate = await rate(singles.length, () => raw.write(rawSingles, 1));
    const oursGrouped = await rate(grouped.length, () => concurrently(store, grouped));
    const rawGroupedRate = await rate(grouped.length, () => raw.write(rawGrouped, GROUP));
    if (round < 0) continue;
    figures.ours.push(ours);
    figures.raw.push(rawRate);
    figures.oursGrouped.push(oursGrouped);
    figures.rawGrouped.push(rawGroupedRate);
  }
  store.close();
  raw.close();
  return [
    row(`sqlite ${shape.name}, one at a time (${shape.rows})`, figures.ours, 'raw rows, singly', figures.raw),
    row(
      `sqlite ${shape.name}, 64 callers`,
      figures.oursGrouped,
      'raw rows, in transactions of 64',
      figures.rawGrouped,
    ),
  ];
}

/** How the cost of a follow-up grows with the customers: the slope of its logarithms. */
async function measureGrowth(folder: string): Promise<BenchRow> {
  const sizes = [1000, 10_000, 100_000] as const;
  const { costs, exponent } = await growthOf(sizes, async (size) => {
    const store = sqliteStoreAt(join(folder, `growth-${size}.db`), 10_000, 'FULL');
    return { store, end: async () => store.close() };
  });
  const shown = costs.map((cost) => `${cost.toFixed(3)} ms`).join(', ');
  return {
    name: `sqlite follow-up, growth of cost from ${sizes.join(' to ')} customers (${shown})`,
    ours: exponent,
    unit: 'exponent',
    against: 'cost in proportion to the customers',
    limit: 1,
    ratio: exponent,
    goal: '≤ 0.3',
    met: exponent <= 0.3,
  };
}

async function oneByOne(store: SqliteStore, batches: readonly CommitBatch[]): Promise<void> {
  for (const batch of batches) requireCommitted((await store.commit(tenant, batch)).status);
}

async function concurrently(store: SqliteStore, batches: readonly CommitBatch[]): Promise<void> {
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < batches.length) {
      const batch = batches[next] as CommitBatch;
      next += 1;
      requireCommitted((await store.commit(tenant, batch)).status);
    }
  };
  await Promise.all(Array.from({ length: GROUP }, caller));
}

function requireCommitted(status: string): void {
  if (status !== 'committed') throw new Error(`a batch of the benchmark answered ${status}`);
}

async function rate(count: number, work: () => void | Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (count / (performance.now() - start)) * 1000;
}

function row(name: string, ours: readonly number[], against: string, raw: readonly number[]): BenchRow {
  const [mine, limit] = [median(ours), median(raw)];
  const ratio = mine / limit;
  return { name, ours: mine, unit: 'commits/s', against, limit, ratio, goal: '≥ 0.6', met: ratio >= 0.6 };
}

/** What one write and flush of 4 KiB takes here: the floor under every durable commit. */
function flushMillis(folder: string): number {
  const file = openSync(join(folder, 'flush'), 'w');
  const page = Buffer.alloc(4096, 1);
  const times = Array.from({ length: 60 }, () => {
    const start = performance.now();
    writeSync(file, page);
    fdatasyncSync(file);
    return performance.now() - start;
  });
  closeSync(file);
  return median(times);
}

if (import.meta.main) {
  for (const { name, ours, unit, against, limit, ratio, goal, met } of await run()) {
    const figures = `${ours.toPrecision(3)} ${unit} against ${limit.toPrecision(3)} (${against})`;
    console.log(`${met ? 'met   ' : 'MISSED'} ${ratio.toFixed(2)}, goal ${goal}  ${name}: ${figures}`);
  }
}
