import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from 'simple-statistics';
import { openDatabase } from '../../src/adapters/sqlite/open-database.ts';
import { type SqliteStore, sqliteStoreAt } from '../../src/adapters/sqlite/sqlite-store.ts';
import type { TenantId } from '../../src/kernel/index.ts';
import type { CommitBatch, DocumentPut, VersionCheck } from '../../src/ports/index.ts';
import { type RawWriter, rawWriter } from './raw-writer.ts';
import type { BenchRow } from './row.ts';

const tenant = 'acme' as TenantId;
const CUSTOMERS = 20_000;
const ROUNDS = 25;
const SINGLES = 40;
const GROUPS = 5;
const GROUP = 64;

/** A kind of command, as the batch it commits. */
interface Shape {
  readonly name: string;
  readonly rows: string;
  batch(at: number): CommitBatch;
}

const keyOf = (at: number): string => String((at * 7919) % 1_000_003).padStart(7, '0');
const versionOf = (at: number): string => `018f3b7e-${keyOf(at)}-7abc-8def-${String(at).padStart(12, '0')}`;
const body = JSON.stringify({ owner: 'e_1234567890abcdef', text: 'x'.repeat(320), schemaVersion: 1 });
const mac = 'm'.repeat(43);

function put(collection: string, id: string, at: number, keys: DocumentPut['keys']): DocumentPut {
  return { ref: { collection, id }, version: versionOf(at), body, mac, keys };
}

function entry(at: number): CommitBatch['entries'][number] {
  const leaf = JSON.stringify({ id: versionOf(at), type: 'followup-recorded', basis: 'y'.repeat(400) });
  return { id: versionOf(at), subjects: [`c_${keyOf(at % 1000)}`], leaf, mac };
}

const head: VersionCheck = { ref: { collection: 'tenant', id: 'head' }, version: versionOf(0) };
const absent = ({ ref }: DocumentPut): VersionCheck => ({ ref, version: null });

/** How often a customer was followed up so far. Batches are made in the order in which they run. */
function shapes(customers: number): readonly Shape[] {
  const visits = new Map<number, number>();
  return [
    {
      name: 'follow-up',
      rows: '4 documents (2 of them there already), 5 index rows, 1 entry',
      batch(at) {
        const customer = (at * 7919) % customers;
        const before = visits.get(customer) ?? 0;
        visits.set(customer, at);
        const due = (visit: number): DocumentPut['keys'] => [
          { index: 'due', key: `${keyOf(visit)}-${customer}` },
          { index: 'quiet', key: `${keyOf(visit + 1)}-${customer}` },
        ];
        const puts = [
          put('clock', `${customer}`, at, due(at)),
          put('customer', `${customer}`, at, [{ index: 'owner', key: `e-${customer % 100}` }]),
          put('followup', versionOf(at), at, [{ index: 'followups', key: `${customer}-${at}` }]),
          put('idempotency', versionOf(at), at, []),
        ];
        const checks = [head, ...puts.slice(2).map(absent)];
        for (const { ref } of puts.slice(0, 2)) checks.push({ ref, version: versionOf(before) });
        return { checks, adds: [], puts, deletes: [], entries: [entry(at)] };
      },
    },
    {
      name: 'registration',
      rows: '8 new documents, 20 index rows, 1 entry',
      batch(at) {
        const puts = Array.from({ length: 8 }, (_, part) => {
          const keys = Array.from({ length: part < 4 ? 4 : 1 }, (_, key) => ({
            index: `r${part}${key}`,
            key: `${keyOf(at)}-${key}`,
          }));
          return put(`part${part}`, `${keyOf(at)}-${at}`, at, keys);
        });
        return { checks: [head, ...puts.map(absent)], adds: [], puts, deletes: [], entries: [entry(at)] };
      },
    },
    {
      name: 'refusal',
      rows: '1 document that is there already, 1 entry',
      batch(at) {
        const puts = [put('probe', `${at % 1000}`, at, [])];
        return { checks: [head], adds: [], puts, deletes: [], entries: [entry(at)] };
      },
    },
  ];
}

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
  await prepare(store, CUSTOMERS, raw);
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
  const sizes = [1000, 10_000, 100_000];
  const costs: number[] = [];
  for (const size of sizes) {
    const store = sqliteStoreAt(join(folder, `growth-${size}.db`), 10_000, 'FULL');
    await prepare(store, size);
    const [followUp] = shapes(size) as [Shape];
    const batches = Array.from({ length: 4000 }, (_, at) => followUp.batch(at + 1));
    const perSecond = await rate(batches.length, () => concurrently(store, batches));
    costs.push(1000 / perSecond);
    store.close();
  }
  const [least, , most] = costs as [number, number, number];
  const exponent = Math.log(most / least) / Math.log(100);
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

/** Puts the head, the customers and the probes that the shapes meet into both files. */
async function prepare(store: SqliteStore, customers: number, raw?: RawWriter): Promise<void> {
  const puts = [put('tenant', 'head', 0, [])];
  for (let customer = 0; customer < customers; customer += 1) {
    puts.push(
      put('clock', `${customer}`, 0, [
        { index: 'due', key: `${keyOf(0)}-${customer}` },
        { index: 'quiet', key: `${keyOf(1)}-${customer}` },
      ]),
      put('customer', `${customer}`, 0, [{ index: 'owner', key: `e-${customer % 100}` }]),
    );
  }
  for (let probe = 0; probe < 1000; probe += 1) puts.push(put('probe', `${probe}`, 0, []));
  for (let from = 0; from < puts.length; from += 500) {
    const batch = { checks: [], adds: [], puts: puts.slice(from, from + 500), deletes: [], entries: [] };
    await store.commit(tenant, batch);
    raw?.write(raw.rowsOf(tenant, [batch]), 1);
  }
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
