import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TenantId } from '../../src/index.ts';
import { manyProcesses, processEnvironment } from '../stores/under-test.ts';
import { createDisk, createWorld, type Disk, openWorld } from './world.ts';

const POINTS = process.env.LONG === undefined ? 6 : 200;
/** Answers a writer gives before its time runs, so that a slow machine kills it at work, too. */
const ANSWERS_BEFORE = 3;
let disk: Disk;

beforeEach(() => {
  disk = createDisk();
});
afterEach(() => disk.clean());

/** Runs a writer and kills it some milliseconds after its first answers; gives the entries it acknowledged. */
async function runAndKill(round: number, afterMs: number): Promise<string[]> {
  const script = join(import.meta.dirname, 'processes/endless-writer.ts');
  const child = spawn(
    process.execPath,
    [script, disk.address as string, join(disk.folder, 'keys'), String(round)],
    {
      env: processEnvironment,
    },
  );
  let printed = '';
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint += String(chunk);
  });
  await new Promise<void>((resolve) => {
    let armed = false;
    child.stdout.on('data', (chunk) => {
      printed += String(chunk);
      if (armed || printed.split('\n').length <= ANSWERS_BEFORE) return;
      armed = true;
      setTimeout(() => child.kill('SIGKILL'), afterMs);
    });
    child.on('close', () => resolve());
  });
  expect(complaint).toBe('');
  // The last line may be cut; what is whole was acknowledged.
  return printed.split('\n').slice(1, -1);
}

it.skipIf(!manyProcesses)(
  `a keeper killed with SIGKILL loses no acknowledged command, ${POINTS} times, and the ledger verifies`,
  async () => {
    const world = await createWorld({
      store: disk.open(),
      staff: ['chief', 'boss', 'dana'],
      create: { policy: { ownership: { maxHeld: 1_000_000 } } },
      keeper: { keys: await disk.keys() },
    });
    await world.keeper.close();
    let acknowledged = 0;
    for (let round = 0; round < POINTS; round += 1) {
      const entries = await runAndKill(round, 20 + Math.random() * 160);
      const after = openWorld({ store: disk.open(), keeper: { keys: await disk.keys() } });
      const { findings } = await after.keeper.verify('acme');
      expect(findings).toEqual([]);
      for (let from = 0; from < entries.length; from += 200) {
        const ids = entries.slice(from, from + 200);
        const found = await after.store.readEntries('acme' as TenantId, { by: 'id', ids });
        expect(found.map(({ id, index }) => (index === null ? 'staged' : id))).toEqual(ids);
      }
      acknowledged += entries.length;
      await after.keeper.close();
      disk.letGo();
    }
    console.log(`${POINTS} kills: ${acknowledged} commands acknowledged, none lost`);
    expect(acknowledged).toBeGreaterThan(POINTS);
  },
  3_600_000,
);
