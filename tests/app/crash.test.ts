import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import type { TenantId } from '../../src/index.ts';
import { bundleProcess } from '../stores/bundle-process.ts';
import { temporaryFolder } from '../stores/harness.ts';
import { manyProcesses, processEnvironment } from '../stores/under-test.ts';
import { createDisk, createWorld, type Disk, openWorld } from './world.ts';

/** Answers a writer gives before its time runs, so that a slow machine kills it at work, too. */
const ANSWERS_BEFORE = 3;
const POINTS = process.env.LONG === undefined ? 6 : 1000;
/** So many kills on one company; then a fresh one, or verifying it would take longer than writing it. */
const POINTS_OF_A_COMPANY = 20;
const folder = temporaryFolder();
const script = bundleProcess(join(import.meta.dirname, 'processes/endless-writer.ts'), folder);
let disk: Disk;

beforeEach(() => {
  disk = createDisk();
});
afterEach(() => disk.clean());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a writer and kills it some milliseconds after its first answers; gives the entries it acknowledged. */
async function runAndKill(round: number, afterMs: number): Promise<string[]> {
  const child = spawn(
    process.execPath,
    [await script, disk.address as string, join(disk.folder, 'keys'), String(round)],
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

/** A company on a disk of its own. */
async function beginCompany(): Promise<void> {
  disk.clean();
  disk = createDisk();
  const world = await createWorld({
    store: disk.open(),
    staff: ['chief', 'boss', 'dana'],
    create: { policy: { ownership: { maxHeld: 1_000_000 } } },
    keeper: { keys: await disk.keys() },
  });
  await world.keeper.close();
  disk.letGo();
}

it.skipIf(!manyProcesses)(
  `a keeper killed with SIGKILL loses no acknowledged command, ${POINTS} times, and the ledger verifies`,
  async () => {
    let acknowledged = 0;
    for (let round = 0; round < POINTS; round += 1) {
      if (round % POINTS_OF_A_COMPANY === 0) await beginCompany();
      const entries = await runAndKill(round, Math.random() * 160);
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
