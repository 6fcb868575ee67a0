import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, SqliteDialect } from 'kysely';
import { median } from 'simple-statistics';
import { nodeSqlite, sqlStore } from '../../src/adapters/sql/index.ts';
import { sqliteStore } from '../../src/adapters/sqlite/index.ts';
import type { Store } from '../../src/ports/index.ts';
import { foundCompanies } from './companies.ts';
import { concurrently } from './concurrently.ts';
import type { BenchRow } from './row.ts';
import { growthOf } from './shapes.ts';

/** Whole commands on a SQLite file through Kysely, beside the store that was written for SQLite. */

const CALLERS = 64;
const ROUNDS = 9;
const CUSTOMERS = 2_000;
const WARM = 1_500;

/** Measures each shape of command one at a time and by 64 callers, and how the cost of a commit grows. */
export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gamekeeper-bench-'));
  try {
    return [...(await compareStores(folder)), await growth(folder)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function onKysely(path: string): { readonly store: Store; end(): Promise<void> } {
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: nodeSqlite(path) }) });
  const store = sqlStore(db);
  return {
    store,
    async end() {
      store.close();
      await db.destroy();
    },
  };
}

async function compareStores(folder: string): Promise<BenchRow[]> {
  const kysely = onKysely(join(folder, 'kysely.db'));
  const sqlite = sqliteStore(join(folder, 'sqlite.db'));
  const ours = await foundCompanies(kysely.store, join(folder, 'keys'), { customers: CUSTOMERS });
  const peer = await foundCompanies(sqlite, join(folder, 'peer-keys'), { customers: CUSTOMERS });
  for (const companies of [ours, peer]) await companies.own(0, CUSTOMERS);
  const rows: BenchRow[] = [];
  let made = 0;
  for (const shape of ['follow-up', 'registration', 'refusal'] as const) {
    for (const companies of [ours, peer])
      await concurrently(WARM, CALLERS, (at) => companies.shapes[shape](made + at));
    made += WARM;
    for (const callers of [1, CALLERS]) {
      const count = callers === 1 ? 60 : 640;
      const rates: [number[], number[]] = [[], []];
      for (let round = -1; round < ROUNDS; round += 1) {
        // Each begins half of the rounds: what one leaves to be sealed does not burden the other.
        for (const at of round % 2 === 0 ? [0, 1] : [1, 0]) {
          const companies = at === 0 ? ours : peer;
          const seconds = await concurrently(count, callers, (n) => companies.shapes[shape](made + n));
          await companies.settle();
          if (round >= 0) rates[at]?.push(count / seconds);
        }
        made += count;
      }
      const [mine, limit] = [median(rates[0]), median(rates[1])];
      rows.push({
        name: `sqlStore on SQLite, ${shape}, whole command, ${callers === 1 ? 'one at a time' : `${callers} callers`}`,
        ours: mine,
        unit: 'commands/s',
        against: 'sqliteStore',
        limit,
        ratio: mine / limit,
        goal: '≥ 0.6',
        met: mine / limit >= 0.6,
      });
    }
  }
  await ours.close();
  await peer.close();
  await kysely.end();
  sqlite.close();
  return rows;
}

/** How the cost of a commit grows with the customers. */
async function growth(folder: string): Promise<BenchRow> {
  const sizes = [1_000, 10_000, 100_000] as const;
  const { costs, exponent } = await growthOf(sizes, async (size) =>
    onKysely(join(folder, `growth-${size}.db`)),
  );
  const shown = costs.map((cost) => `${cost.toFixed(3)} ms`).join(', ');
  return {
    name: `sqlStore on SQLite, follow-up, growth of cost from ${sizes.join(' to ')} customers (${shown})`,
    ours: exponent,
    unit: 'exponent',
    against: 'cost in proportion to the customers',
    limit: 1,
    ratio: exponent,
    goal: '≤ 0.3',
    met: exponent <= 0.3,
  };
}
