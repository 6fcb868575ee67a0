import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sqliteStore } from '../../src/adapters/sqlite/index.ts';
import { compilePreload } from './compile-preload.ts';
import { temporaryFolder } from './harness.ts';
import {
  afterPowerLoss,
  type DiskImage,
  type DiskOperation,
  type Loss,
  readTrace,
} from './power-loss/replay.ts';
import { seeded } from './seeded.ts';
import { survivorsOf } from './survivors.ts';

const points = process.env.LONG === '1' ? 200 : 20;
const seed = Number(process.env.SEED ?? 20_260_325);
const folder = realpathSync(temporaryFolder());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Recording {
  readonly start: DiskImage;
  readonly operations: readonly DiskOperation[];
}

/** Records a writer of 600 commits on a file made before. */
function record(shim: string, synchronous: string): Recording {
  const data = mkdtempSync(join(folder, 'data-'));
  const path = join(data, 'store.db');
  sqliteStore(path).close();
  const start: DiskImage = new Map(readdirSync(data).map((file) => [file, readFileSync(join(data, file))]));
  const trace = join(folder, `${synchronous}.trace`);
  const script = join(import.meta.dirname, 'processes', 'writer.ts');
  const env = { ...process.env, LD_PRELOAD: shim, RECORD_UNDER: `${data}/`, RECORD_TO: trace };
  const input = [script, `sqlite-${synchronous}`, path, 'p', '600', join(data, 'acknowledged')];
  try {
    execFileSync(process.execPath, input, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  } catch (error) {
    // The writer ends by killing itself.
    if ((error as { signal?: string }).signal !== 'SIGKILL') throw error;
  }
  return { start, operations: readTrace(trace) };
}

interface Findings {
  /** Points at which acknowledged commits were gone. */
  readonly losses: number;
  readonly faults: readonly string[];
  /** Points at which something not flushed was lost at all: without any, the campaign tested nothing. */
  readonly cuts: number;
  readonly acknowledged: number;
}

/** Cuts the power at random points, half of them right behind an acknowledgement, and reopens what is left. */
async function cutPower({ start, operations }: Recording): Promise<Findings> {
  const random = seeded(seed);
  const acknowledgements = operations.flatMap(({ file }, at) => (file === 'acknowledged' ? [at] : []));
  const disk = (operation: DiskOperation): boolean => operation.file !== 'acknowledged';
  let losses = 0;
  let cuts = 0;
  const faults: string[] = [];
  for (let point = 0; point < points; point += 1) {
    const pool = point % 2 === 0 ? acknowledgements.length : operations.length;
    const drawn = Math.floor(random() * pool);
    const end = point % 2 === 0 ? (acknowledgements[drawn] as number) + 1 : drawn;
    const loss = (['dropped', 'torn', 'scattered'] as const satisfies readonly Loss[])[point % 3] as Loss;
    const before = operations.slice(0, end);
    const image = afterPowerLoss(start, before.filter(disk), loss, random);
    const full = afterPowerLoss(start, [...before.filter(disk), ...flushes], loss, random);
    if ([...full].some(([file, bytes]) => !bytes.equals(image.get(file) as Buffer))) cuts += 1;
    const place = mkdtempSync(join(folder, 'point-'));
    for (const [file, bytes] of image) writeFileSync(join(place, file), bytes);
    const { present, faults: found } = await survivorsOf(join(place, 'store.db'));
    const promised = before.filter((operation) => !disk(operation)).map(({ data }) => data.toString().trim());
    if (promised.some((id) => !present.has(id))) losses += 1;
    faults.push(
      ...found.map((fault) => `point ${point} (${loss}, operation ${end}, seed ${seed}): ${fault}`),
    );
    rmSync(place, { recursive: true });
  }
  return { losses, faults, cuts, acknowledged: acknowledgements.length };
}

const flushes: readonly DiskOperation[] = ['store.db', 'store.db-wal'].map((file) => ({
  kind: 'flush',
  file,
  offset: 0,
  data: Buffer.alloc(0),
}));

const recorder = compilePreload(join(import.meta.dirname, 'power-loss', 'recorder.c'), folder);
const missing = 'missing' in recorder ? recorder.missing : null;
const shim = 'shim' in recorder ? recorder.shim : '';

describe.skipIf(missing !== null)(
  `a loss of power${missing === null ? '' : ` (skipped: ${missing})`}`,
  () => {
    it(`takes no acknowledged commit at synchronous=FULL, at ${points} points`, async () => {
      const recording = record(shim, 'FULL');
      const kinds = (kind: string, end: string): number =>
        recording.operations.filter((operation) => operation.kind === kind && operation.file.endsWith(end))
          .length;
      const findings = await cutPower(recording);
      console.log(
        `FULL: ${points} points, ${findings.cuts} with something cut off, ${findings.losses} with a loss; recorded ` +
          `${findings.acknowledged} acknowledgements, ${kinds('write', '-wal')} writes and ${kinds('flush', '-wal')} flushes ` +
          `of the log, ${kinds('flush', '.db')} flushes of the file`,
      );
      expect(findings.acknowledged).toBeGreaterThan(500);
      expect(kinds('flush', '-wal'), 'the recorder sees flushes').toBeGreaterThan(100);
      expect(kinds('flush', '.db'), 'a checkpoint is among what was recorded').toBeGreaterThan(0);
      expect(findings.cuts, 'points that cut something off').toBeGreaterThan(0);
      expect(findings.faults).toEqual([]);
      expect(findings.losses).toBe(0);
    });

    it('is found to take acknowledged commits at synchronous=NORMAL', async () => {
      const findings = await cutPower(record(shim, 'NORMAL'));
      console.log(`NORMAL: ${points} points, ${findings.losses} with a loss`);
      expect(findings.losses).toBeGreaterThan(points / 4);
    });

    it('is found to take acknowledged commits or the file itself at synchronous=OFF', async () => {
      const findings = await cutPower(record(shim, 'OFF'));
      console.log(`OFF: ${points} points, ${findings.losses} with a loss, ${findings.faults.length} faults`);
      expect(findings.losses).toBeGreaterThan(points / 4);
    });
  },
);
