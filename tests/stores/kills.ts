import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'vitest';
import type { Survivors } from '../../src/testing/index.ts';
import { seeded } from '../../src/testing/seeded.ts';
import { bundleProcess } from './bundle-process.ts';

/** A campaign against one store. */
export interface KillPlan {
  /** As `writer.ts` calls it. */
  readonly kind: string;
  readonly rounds: number;
  readonly seed: number;
  /** Where data may be put. */
  readonly folder: string;
  /** Makes an empty place, and answers what a writer opens it by; a file in the folder when left out. */
  readonly begin?: (at: number) => Promise<string>;
  /** Opens what a writer left and looks at it. */
  readonly inspect: (path: string) => Promise<Survivors>;
}

/** What a campaign met: one that killed nobody in the middle has tested little. */
export interface Killed {
  readonly rounds: number;
  readonly acknowledged: number;
  /** Commits that were stored, and whose callers never heard of it. */
  readonly unanswered: number;
  /** Rounds that ended in the middle of a commit which left nothing. */
  readonly undone: number;
}

/** So many kills on one place; then a fresh one, or looking at it would take longer than writing it. */
const ROUNDS_OF_A_PLACE = 10;

/** Kills writers at random moments, and fails unless every acknowledged commit is there, and none in half. */
export async function killWriters({
  kind,
  rounds,
  seed,
  folder,
  begin = async (at) => join(folder, `${kind}-${at}.db`),
  inspect,
}: KillPlan): Promise<Killed> {
  const writer = await bundleProcess(join(import.meta.dirname, 'processes', 'writer.ts'), folder);
  const random = seeded(seed);
  let acknowledged = 0;
  let unanswered = 0;
  let undone = 0;
  let known = new Set<string>();
  let path = '';
  for (let round = 0; round < rounds; round += 1) {
    if (round % ROUNDS_OF_A_PLACE === 0) {
      known = new Set();
      path = await begin(round / ROUNDS_OF_A_PLACE);
    }
    const before = known.size;
    const lines = await killedWriter(
      [writer, kind, path, `${round}`],
      1 + Math.floor(random() * 40),
      random() * 6,
    );
    for (const id of lines) known.add(id);
    const { present, faults } = await inspect(path);
    const place = `${kind}, round ${round}, seed ${seed}`;
    expect(faults, place).toEqual([]);
    expect(
      [...known].filter((id) => !present.has(id)),
      `acknowledged and lost: ${place}`,
    ).toEqual([]);
    acknowledged += lines.length;
    unanswered += present.size - known.size;
    if (present.size === known.size) undone += 1;
    expect(known.size - before, place).toBe(lines.length);
    // What was stored without an answer counts as known from now on.
    for (const id of present) known.add(id);
  }
  return { rounds, acknowledged, unanswered, undone };
}

/** Lets a writer write until a number of commits was acknowledged, and kills it a moment later. */
async function killedWriter(
  input: readonly string[],
  after: number,
  pauseMs: number,
): Promise<readonly string[]> {
  const child = spawn(process.execPath, [...input, '100000', '-'], { stdio: ['ignore', 'pipe', 'inherit'] });
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
