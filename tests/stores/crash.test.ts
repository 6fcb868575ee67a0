import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from './harness.ts';
import { killWriters } from './kills.ts';
import { survivorsOf } from './survivors.ts';

const rounds = process.env.LONG === '1' ? 1000 : 20;
const seed = Number(process.env.SEED ?? 20_260_325);
const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a process that writes to SQLite and is killed with SIGKILL', () => {
  it(`loses no acknowledged commit and leaves no half batch, ${rounds} times`, async () => {
    const killed = await killWriters({ kind: 'sqlite-FULL', rounds, seed, folder, inspect: survivorsOf });
    console.log(
      `${rounds} kills: ${killed.acknowledged} commits acknowledged, ${killed.unanswered} stored and never answered, ` +
        `${killed.undone} kills after which nothing unanswered was left`,
    );
    expect(killed.acknowledged).toBeGreaterThan(rounds);
    expect(killed.unanswered, 'kills between the write and its answer').toBeGreaterThan(0);
    // With few rounds it may be that none was cut off before its write.
    if (rounds > 100)
      expect(killed.undone, 'kills that left nothing of what was under way').toBeGreaterThan(0);
  });
});
