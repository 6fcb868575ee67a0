import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqliteStore } from '../../src/adapters/sqlite/index.ts';
import { batchOf, putOf, refOf, tenant } from '../../src/testing/store-harness.ts';
import { bundleProcess } from './bundle-process.ts';
import { compilePreload } from './compile-preload.ts';
import { temporaryFolder } from './harness.ts';
import type { BadDiskReport } from './processes/bad-disk.ts';
import { survivorsOf } from './survivors.ts';

/** CI looks at each 7th place at which a disk may fail. */
const step = process.env.LONG === '1' ? 1 : 7;
const folder = realpathSync(temporaryFolder());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const preload = compilePreload(join(import.meta.dirname, 'faulty-disk.c'), folder);
const missing = 'missing' in preload ? preload.missing : null;
const processes = join(import.meta.dirname, 'processes');
let badDisk = '';

async function campaign(how: 'once' | 'on', failWith: 'io' | 'full'): Promise<BadDiskReport> {
  const place = mkdtempSync(join(folder, 'disk-'));
  const env = { ...process.env, LD_PRELOAD: 'shim' in preload ? preload.shim : '' };
  const input = [badDisk, place, how, failWith, String(step)];
  const { stdout } = await promisify(execFile)(process.execPath, input, { env });
  const report = JSON.parse(stdout) as BadDiskReport;
  console.log(
    `${failWith}, ${how}: failed at ${report.places} places (${JSON.stringify(report.fired)}), so failed ` +
      `${JSON.stringify(report.failed)}, ${report.storedAndReportedLost} stored and reported lost`,
  );
  return report;
}

describe.skipIf(missing !== null)(
  `SQLite on a disk that fails${missing === null ? '' : ` (skipped: ${missing})`}`,
  () => {
    beforeAll(async () => {
      badDisk = await bundleProcess(join(processes, 'bad-disk.ts'), folder);
    });

    it('at one operation after another: says so, keeps no half batch, and goes on', async () => {
      const { faults, places, fired, failed } = await campaign('once', 'io');
      expect(faults).toEqual([]);
      expect(places).toBeGreaterThan(100 / step);
      for (const call of ['open', 'commit']) expect(failed[call], call).toBeGreaterThan(0);
      for (const kind of ['read', 'write', 'flush']) expect(fired[kind], kind).toBeGreaterThan(0);
    });

    it('from one operation on: goes on without a restart once it is mended', async () => {
      const { faults, places, failed } = await campaign('on', 'io');
      expect(faults).toEqual([]);
      expect(places).toBeGreaterThan(100 / step);
      for (const call of ['open', 'commit']) expect(failed[call], call).toBeGreaterThan(0);
    });

    it('because it is full: says that, and goes on once there is room', async () => {
      const { faults, failed, messages } = await campaign('on', 'full');
      expect(faults).toEqual([]);
      expect(failed.commit).toBeGreaterThan(0);
      expect(messages.join()).toContain('the disk is full: make room');
    });
  },
);

describe('SQLite', () => {
  const write = (version: string) => batchOf({ puts: [putOf(refOf('a'), version)] });
  const missed = (message: RegExp) => ({
    code: 'ERR_STORE_FAILED',
    message: expect.stringMatching(message),
  });

  it('whose file is read-only says what it needs', async () => {
    const path = join(folder, 'read-only.db');
    const store = sqliteStore(path);
    await store.commit(tenant, write('v1'));
    store.close();
    expect(() => sqliteStore(`file:${path}?mode=ro`)).toThrow(
      /cannot start: the file is read-only: give the process the right to write it/,
    );
  });

  it('whose file somebody else holds says so in time, and goes on when it is let go', async () => {
    const path = join(folder, 'held.db');
    const store = sqliteStore(path, { lockWaitMs: 30 });
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    await expect(store.commit(tenant, write('v1'))).rejects.toMatchObject(
      missed(/locked for 30 ms, nothing was written: somebody else holds the file: look for a transaction/),
    );
    other.exec('ROLLBACK');
    expect(await store.commit(tenant, write('v1'))).toMatchObject({ status: 'committed' });
    other.close();
    store.close();
  });

  it('whose tables somebody drops says that one is missing', async () => {
    const path = join(folder, 'dropped.db');
    const store = sqliteStore(path);
    const other = new DatabaseSync(path);
    other.exec('DROP TABLE documents');
    other.close();
    await expect(store.commit(tenant, write('v1'))).rejects.toMatchObject(
      missed(/a table is missing: restore/),
    );
    store.close();
  });

  it('whose process runs out of memory keeps what was acknowledged', async () => {
    const path = join(folder, 'heap.db');
    const script = await bundleProcess(join(processes, 'hoarder.ts'), folder);
    const child = spawn(process.execPath, ['--max-old-space-size=24', script, path], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let printed = '';
    child.stdout.on('data', (chunk) => {
      printed += String(chunk);
    });
    const [code, signal] = await once(child, 'close');
    expect(code === 0 ? 'ended by itself' : (signal ?? code), 'the heap ran out').not.toBe('ended by itself');
    const acknowledged = printed.split('\n').slice(0, -1);
    console.log(`a heap of 24 MB ran out after ${acknowledged.length} commits`);
    expect(acknowledged.length).toBeGreaterThan(10);
    const { present, faults } = await survivorsOf(path);
    expect(faults).toEqual([]);
    expect(acknowledged.filter((id) => !present.has(id))).toEqual([]);
  });
});
