import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { median } from 'simple-statistics';
import { sqliteStoreAt } from '../../../src/adapters/sqlite/sqlite-store.ts';
import { progressBar } from '../../../src/cli/terminal.ts';
import { unwrap } from '../../../src/index.ts';
import { bookKeeper } from './books.ts';

/** A sweep of one company on SQLite, in which 1,000 customers want a follow-up. */
export interface SweepFigures {
  readonly customers: number;
  readonly due: number;
  /** Finding them, through the store and by the bare query on the same index. */
  readonly findMs: number;
  readonly bareMs: number;
  readonly ratio: number;
  /** A due item, found, decided again and done. */
  readonly itemMs: number;
}

const DUE = 1_000;
const DAY_MS = 86_400_000;
const CALLERS = 64;
const TENANT = 't000000';

/** Sweeps companies of some sizes, each in a file of its own. */
export async function sweepsOnSqlite(
  sizes: readonly number[],
  folder: string,
): Promise<readonly SweepFigures[]> {
  const figures: SweepFigures[] = [];
  for (const size of sizes) figures.push(await sweepAt(size, folder));
  return figures;
}

async function sweepAt(customers: number, folder: string): Promise<SweepFigures> {
  const file = join(folder, `sweep-${customers}.db`);
  // Nothing is lost here that a loss of power could take: loading flushes to no disk.
  const loading = sqliteStoreAt(file, 10_000, 'OFF');
  const world = await bookKeeper(loading, folder, `sweep-${customers}`, 1);
  await world.keeper.tenants.create(TENANT, {
    admins: [{ id: 'ada', name: 'Ada' }],
    policy: { ownership: { maxHeld: 1_000_000 } },
  });
  const ada = world.keeper.as({ tenant: TENANT, employee: 'ada' });
  unwrap(await ada.people.hire({ id: 's0', name: 'Seller', managerId: 'ada' }));
  const seller = world.keeper.as({ tenant: TENANT, employee: 's0' });
  const bar = progressBar(`${customers} customers`, 0);
  const load = async (from: number, to: number): Promise<void> => {
    let next = from;
    const caller = async (): Promise<void> => {
      for (let at = next++; at < to; at = next++) {
        const profile = { name: `Customer ${at}`, phone: `+86 138 ${at}`, need: 'steel, 20 tonnes a month' };
        const { claim } = unwrap(await seller.customers.register(profile, { id: `c${at}` }));
        unwrap(await ada.claims.approve(claim));
        bar.update(at + 1, customers);
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, caller));
  };
  await load(0, DUE);
  // The others a day later: the first thousand fall due by themselves.
  world.now.value += DAY_MS;
  await load(DUE, customers);
  bar.end();
  await world.keeper.close();
  loading.close();
  return sweep(file, folder, customers);
}

async function sweep(file: string, folder: string, customers: number): Promise<SweepFigures> {
  const store = sqliteStoreAt(file, 10_000, 'FULL');
  const bare = new DatabaseSync(file, { readOnly: true }).prepare(
    `SELECT key, collection, id FROM index_keys WHERE tenant = ? AND index_name = 'due' AND key >= ? AND key < ?
      ORDER BY key, collection, id LIMIT 1000`,
  );
  const world = await bookKeeper(store, folder, `sweep-${customers}`, 1);
  // Three days after the first thousand, and two after the others.
  world.now.value += 3 * DAY_MS + DAY_MS / 2;
  const to = `running.${new Date(world.now.value - 3 * DAY_MS).toISOString()}~`;
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < 21; round += 1) {
    const began = performance.now();
    const range = { index: 'due', from: 'running.', to, limit: DUE, after: null, descending: false };
    const [hits] = await store.find(TENANT as never, { want: 'refs', ranges: [range] });
    const between = performance.now();
    const rows = bare.all(TENANT, 'running.', to);
    times[0].push(between - began);
    times[1].push(performance.now() - between);
    if (hits?.length !== DUE || rows.length !== DUE)
      throw new Error(`expected ${DUE} due, found ${hits?.length}`);
  }
  const start = performance.now();
  const { reminded } = await world.keeper.sweep(TENANT);
  const itemMs = (performance.now() - start) / reminded;
  if (reminded !== DUE) throw new Error(`expected ${DUE} reminders, got ${reminded}`);
  await world.keeper.close();
  store.close();
  const [findMs, bareMs] = [median(times[0]), median(times[1])];
  return { customers, due: reminded, findMs, bareMs, ratio: findMs / bareMs, itemMs };
}
