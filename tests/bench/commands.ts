import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { median } from 'simple-statistics';
import { sqliteStore } from '../../src/adapters/sqlite/index.ts';
import { openDatabase } from '../../src/adapters/sqlite/open-database.ts';
import { memoryStore } from '../../src/index.ts';
import type { CommitBatch, Store } from '../../src/ports/index.ts';
import { foundCompanies } from './companies.ts';
import { concurrently } from './concurrently.ts';
import { type RawWriter, rawWriter } from './raw-writer.ts';
import type { BenchRow } from './row.ts';

/** Whole commands through the keeper: guard, decision, commit, entry, codes, and the sealing that goes on beside. */

const DAY_MS = 86_400_000;
const CALLERS = 64;
/** Customers that are owned. */
const OWNED = 2_000;
/** Commands of a shape before it is measured. */
const WARM = 3_000;

/** Measures whole commands in memory and on SQLite, and how a sweep's cost grows. */
export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gamekeeper-bench-'));
  try {
    return [...(await inMemory()), ...(await onSqlite(folder)), await sweepGrowth()];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function inMemory(): Promise<BenchRow[]> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const stored = { bytes: 0 };
  const world = await foundCompanies(counting(memoryStore(), stored), null, { customers: OWNED });
  await world.own(0, OWNED);
  await rate(8_000, 1, world.shapes['follow-up']);
  collect();
  const before = { heap: process.memoryUsage().heapUsed, bytes: stored.bytes };
  const rates: number[] = [];
  for (let round = 0; round < 5; round += 1) rates.push(await rate(6_000, 1, world.shapes['follow-up']));
  const together: number[] = [];
  for (let round = 0; round < 5; round += 1)
    together.push(await rate(6_000, CALLERS, world.shapes['follow-up']));
  await world.close();
  collect();
  const grown = process.memoryUsage().heapUsed - before.heap;
  const bytes = stored.bytes - before.bytes;
  const speed = (how: string, perSecond: number): BenchRow => ({
    name: `follow-up in memory, whole command, ${how}`,
    ours: perSecond,
    unit: 'commands/s',
    against: 'the goal',
    limit: 15_000,
    ratio: perSecond / 15_000,
    goal: '≥ 1',
    met: perSecond >= 15_000,
  });
  return [
    speed('one at a time', median(rates)),
    speed(`${CALLERS} callers`, median(together)),
    {
      name: 'heap growth of 60,000 follow-ups in memory',
      ours: grown / 1e6,
      unit: 'MB',
      against: 'bytes stored, MB',
      limit: bytes / 1e6,
      ratio: grown / bytes,
      goal: '≤ 3',
      met: grown <= 3 * bytes,
    },
  ];
}

/** Counts what a store is given to keep. */
function counting(store: Store, stored: { bytes: number }): Store {
  return {
    ...store,
    commit(tenant, batch) {
      for (const { ref, version, body, mac, keys } of batch.puts) {
        stored.bytes += ref.collection.length + ref.id.length + version.length + body.length + mac.length;
        for (const { index, key } of keys) stored.bytes += index.length + key.length;
      }
      for (const { id, leaf, mac, subjects } of batch.entries) {
        stored.bytes += id.length + leaf.length + mac.length + subjects.join('').length;
      }
      return store.commit(tenant, batch);
    },
  };
}

/** The same rows, by the keeper and by bare prepared statements, interleaved in one run. */
async function onSqlite(folder: string): Promise<BenchRow[]> {
  const batches: CommitBatch[] = [];
  const sqlite = sqliteStore(join(folder, 'ours.db'));
  const recording: Store = {
    ...sqlite,
    commit(tenant, batch) {
      if (batch.entries.length > 0) batches.push(batch);
      return sqlite.commit(tenant, batch);
    },
  };
  sqliteStore(join(folder, 'raw.db')).close();
  const raw = rawWriter(openDatabase(join(folder, 'raw.db'), 'FULL'));
  const world = await foundCompanies(recording, join(folder, 'keys'), { customers: OWNED });
  await world.own(0, OWNED);
  raw.write(raw.rowsOf('acme', batches.splice(0)), 64);
  const rows: BenchRow[] = [];
  for (const [name, command] of Object.entries(world.shapes)) {
    // Code that runs for the first time is compiled first: that is no part of what is compared.
    await concurrently(WARM, CALLERS, () => command(made++));
    raw.write(raw.rowsOf('acme', batches.splice(0)), CALLERS);
    for (const callers of [1, CALLERS]) rows.push(await compare(name, callers, command, batches, raw));
  }
  await world.close();
  raw.close();
  sqlite.close();
  return rows;
}

/** So many commands were made so far: each is about another customer, or another minute. */
let made = 0;

async function compare(
  name: string,
  callers: number,
  command: (at: number) => Promise<unknown>,
  batches: CommitBatch[],
  raw: RawWriter,
): Promise<BenchRow> {
  const count = callers === 1 ? 60 : 640;
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = -1; round < 9; round += 1) {
    batches.length = 0;
    const first = made;
    made += count;
    const seconds = await concurrently(count, callers, (at) => command(first + at));
    const rows = raw.rowsOf('acme', batches.splice(0));
    const start = performance.now();
    raw.write(rows, callers);
    const rawSeconds = (performance.now() - start) / 1000;
    if (round < 0) continue;
    ours.push(rows.length / seconds);
    theirs.push(rows.length / rawSeconds);
  }
  const ratio = median(ours) / median(theirs);
  return {
    name: `sqlite ${name}, whole command, ${callers === 1 ? 'one at a time' : `${callers} callers`}`,
    ours: median(ours),
    unit: 'entries/s',
    against: callers === 1 ? 'the same rows raw, singly' : 'the same rows raw, in transactions of 64',
    limit: median(theirs),
    ratio,
    goal: '≥ 0.6',
    met: ratio >= 0.6,
  };
}

/** What a sweep takes for each due item, from 2,000 to 100,000 customers with 500 due among them. */
async function sweepGrowth(): Promise<BenchRow> {
  const due = 500;
  const sizes = [2_000, 20_000, 100_000];
  const costs: number[] = [];
  for (const size of sizes) {
    const world = await foundCompanies(memoryStore(), null, { customers: size });
    // Five groups fall due on five days; the rest only later.
    for (let group = 0; group < 5; group += 1) {
      await world.own(group * due, (group + 1) * due);
      world.now.value += 0.5 * DAY_MS;
    }
    await world.own(Math.min(5 * due, size), size);
    world.now.value += 0.6 * DAY_MS;
    const times: number[] = [];
    for (let group = 0; group < 5; group += 1) {
      const start = performance.now();
      const { reminded } = await world.sweep();
      times.push((performance.now() - start) / reminded);
      if (reminded !== due) throw new Error(`expected ${due} reminders, got ${reminded}`);
      world.now.value += 0.5 * DAY_MS;
    }
    costs.push(median(times));
    await world.close();
  }
  const [, middle, most] = costs as [number, number, number];
  const exponent = Math.log(most / middle) / Math.log(5);
  return {
    name: `sweep, ms a due item at ${sizes.join(', ')} customers: ${costs.map((cost) => cost.toFixed(3)).join(', ')}`,
    ours: exponent,
    unit: 'exponent from 20,000 on',
    against: 'cost in proportion to the customers',
    limit: 1,
    ratio: exponent,
    goal: '≤ 0.2',
    met: exponent <= 0.2,
  };
}

async function rate(count: number, callers: number, work: (at: number) => Promise<unknown>): Promise<number> {
  return count / (await concurrently(count, callers, work));
}
