/**
 * A store whose disk fails at one place after another: `node bad-disk.ts <folder> <how> <with> <step>`, under
 * `faulty-disk.c`.
 *
 * For every place it makes a fresh file and commits to it; what fails is tried again on the same store once the cause is
 * gone. Prints as one line of JSON what it met.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type SqliteStore, sqliteStore } from '../../../src/adapters/sqlite/index.ts';
import { isGamekeeperError } from '../../../src/kernel/index.ts';
import { crashBatch } from '../../../src/testing/crash-load.ts';
import { tenant } from '../../../src/testing/store-harness.ts';
import { survivorsOf } from '../survivors.ts';

/** What a campaign met. */
export interface BadDiskReport {
  /** Places at which something failed. */
  readonly places: number;
  /** How often each kind of operation was the one that failed. */
  readonly fired: Readonly<Record<string, number>>;
  /** How often each kind of call failed. */
  readonly failed: Readonly<Record<string, number>>;
  /** Commits that said that nobody knows, and had happened. */
  readonly storedAndReportedLost: number;
  /** Each text once, without its numbers. */
  readonly messages: readonly string[];
  readonly faults: readonly string[];
}

const COMMITS = 6;
const [folder = '', how = '', failWith = '', step = '1'] = process.argv.slice(2);
Object.assign(process.env, { FAIL_UNDER: `${folder}/`, FAIL_HOW: how, FAIL_WITH: failWith });
const fired: Record<string, number> = {};
const failed: Record<string, number> = {};
const messages = new Set<string>();
const faults: string[] = [];
let storedAndReportedLost = 0;
let place = 0;

/** What the disk does from now on. */
const breakAt = (at: number): void => {
  delete process.env.FAIL_FIRED;
  process.env.FAIL_ROUND = `${at}`;
  process.env.FAIL_AT = `${at}`;
};
const mend = (): void => {
  process.env.FAIL_AT = '';
};

/** Notes an error; whatever is not one of ours, or does not say what to do, is a fault. */
function note(call: string, error: unknown): string {
  failed[call] = (failed[call] ?? 0) + 1;
  const message = error instanceof Error ? error.message : String(error);
  if (!isGamekeeperError(error, 'ERR_STORE_FAILED') || /see the cause/.test(message))
    faults.push(`place ${place}, ${call}: ${message}`);
  messages.add(message);
  return message;
}

async function open(path: string): Promise<SqliteStore> {
  try {
    return sqliteStore(path);
  } catch (error) {
    note('open', error);
    mend();
    return sqliteStore(path);
  }
}

/** Commits; after a failure once more, on the same store, with the same bytes. */
async function commit(store: SqliteStore, at: number): Promise<void> {
  const { batch, id } = crashBatch('r', at);
  try {
    await store.commit(tenant, batch);
    return;
  } catch (error) {
    const message = note('commit', error);
    mend();
    const [there] = await store.readEntries(tenant, { by: 'id', ids: [id] });
    if (there !== undefined && message.includes('nothing was written'))
      faults.push(`place ${place}: ${id} is there, and the error said that nothing was written`);
    const outcome = await store.commit(tenant, batch);
    if (outcome.status !== 'committed') faults.push(`place ${place}: ${id} came to ${outcome.status}`);
    else if (outcome.repeated) storedAndReportedLost += 1;
  }
}

/** A read that fails is a read that says so, and the next one answers. */
async function read(store: SqliteStore, ids: readonly string[]): Promise<void> {
  const ask = () => store.readEntries(tenant, { by: 'id', ids });
  const found = await ask().catch((error: unknown) => {
    note('read', error);
    mend();
    return ask();
  });
  if (found.length !== ids.length) faults.push(`place ${place}: ${found.length} of ${ids.length} entries`);
}

for (place = 1; ; place += Number(step)) {
  const path = join(folder, `${place}.db`);
  breakAt(place);
  let store = await open(path);
  const ids: string[] = [];
  for (let at = 0; at < COMMITS; at += 1) {
    // A store that begins with nothing in memory reads from the disk, too.
    if (at === COMMITS / 2) {
      store.close();
      store = await open(path);
    }
    await commit(store, at);
    ids.push(crashBatch('r', at).id);
    await read(store, ids);
  }
  store.close();
  mend();
  const what = process.env.FAIL_FIRED;
  const { present, faults: found } = await survivorsOf(path);
  faults.push(...found.map((fault) => `place ${place}: ${fault}`));
  for (const id of ids)
    if (!present.has(id)) faults.push(`place ${place}: ${id} was acknowledged and is lost`);
  for (const end of ['', '-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
  if (what === undefined) break;
  fired[what] = (fired[what] ?? 0) + 1;
}
const places = Object.values(fired).reduce((sum, count) => sum + count, 0);
const report: BadDiskReport = {
  places,
  fired,
  failed,
  storedAndReportedLost,
  messages: [...messages],
  faults,
};
process.stdout.write(`${JSON.stringify(report)}\n`);
