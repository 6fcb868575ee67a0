import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from './harness.ts';
import { seeded } from './seeded.ts';
import { survivorsOf } from './survivors.ts';

const rounds = process.env.LONG === '1' ? 200 : 20;
const seed = Number(process.env.SEED ?? 20_260_325);
const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Lets a writer write until a number of commits was acknowledged, and kills it a moment later. */
async function killedWriter(
  path: string,
  run: string,
  after: number,
  pauseMs: number,
): Promise<readonly string[]> {
  const script = join(import.meta.dirname, 'processes', 'writer.ts');
  const child = spawn(process.execPath, [script, path, run, 'FULL', '100000', '-'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const acknowledged: string[] = [];
  const closed = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line);
    if (acknowledged.length !== after) continue;
    if (pauseMs < 1) child.kill('SIGKILL');
    else setTimeout(() => child.kill('SIGKILL'), pauseMs);
  }
  await closed;
  return acknowledged;
}

describe('a process killed with SIGKILL', () => {
  it(`loses no acknowledged commit and leaves no half batch, ${rounds} times`, async () => {
    const random = seeded(seed);
    const path = join(folder, 'killed.db');
    const acknowledged = new Set<string>();
    let unanswered = 0;
    for (let round = 0; round < rounds; round += 1) {
      const after = 1 + Math.floor(random() * 80);
      const lines = await killedWriter(path, `${round}`, after, random() * 6);
      for (const id of lines) acknowledged.add(id);
      const { present, faults } = await survivorsOf(path);
      expect(faults, `round ${round}, seed ${seed}`).toEqual([]);
      expect(
        [...acknowledged].filter((id) => !present.has(id)),
        `round ${round}, seed ${seed}`,
      ).toEqual([]);
      unanswered = present.size - acknowledged.size;
    }
    console.log(
      `${rounds} kills: ${acknowledged.size} acknowledged, ${unanswered} stored and never acknowledged`,
    );
    expect(acknowledged.size).toBeGreaterThan(rounds);
  });
});
