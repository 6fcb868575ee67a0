import { rmSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { type Survivors, survivorsIn } from '../../src/testing/index.ts';
import { describeEngines, type Engine, SHARED } from './engines.ts';
import { temporaryFolder } from './harness.ts';
import { type Killed, killWriters } from './kills.ts';
import { survivorsOf } from './survivors.ts';

const rounds = process.env.LONG === '1' ? 1000 : 20;
const seed = Number(process.env.SEED ?? 20_260_325);
const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function expectKilledInTheMiddle(name: string, { acknowledged, unanswered, undone }: Killed): void {
  console.log(
    `${name}, ${rounds} kills: ${acknowledged} commits acknowledged, ${unanswered} stored and never answered, ` +
      `${undone} kills after which nothing unanswered was left`,
  );
  expect(acknowledged).toBeGreaterThan(rounds);
  // With few rounds it may be that none was cut off before its write, or none between the write and its answer.
  if (rounds <= 100) return;
  expect(unanswered, 'kills between the write and its answer').toBeGreaterThan(0);
  expect(undone, 'kills that left nothing of what was under way').toBeGreaterThan(0);
}

describe('a process that writes to SQLite and is killed with SIGKILL', () => {
  it(`loses no acknowledged commit and leaves no half batch, ${rounds} times`, async () => {
    const killed = await killWriters({ kind: 'sqlite-FULL', rounds, seed, folder, inspect: survivorsOf });
    expectKilledInTheMiddle('SQLite', killed);
  });
});

/** How many connections the server still has of a writer that is gone. */
const CONNECTIONS = {
  postgresql: 'SELECT count(*) AS n FROM pg_stat_activity WHERE application_name = $1',
  mariadb: 'SELECT count(*) AS n FROM information_schema.PROCESSLIST WHERE DB = ?',
} as const;

/** Waits until a server has ended what a killed writer had sent: until then it may still commit it. */
async function letGo({ name, query, schema }: Engine): Promise<void> {
  for (;;) {
    const [row] = await query(CONNECTIONS[name as keyof typeof CONNECTIONS], [schema]);
    if (Number(row?.n) === 0) return;
    await setTimeout(2);
  }
}

await describeEngines('a process that is killed with SIGKILL while it writes', SHARED, (engine) => {
  it(`loses no acknowledged commit and leaves no half batch, ${rounds} times`, async () => {
    const store = engine.open();
    const inspect = async (): Promise<Survivors> => {
      await letGo(engine);
      return survivorsIn(store);
    };
    const begin = async (): Promise<string> => {
      await survivorsIn(store);
      await engine.empty();
      return engine.schema as string;
    };
    const killed = await killWriters({ kind: engine.name, rounds, seed, folder, begin, inspect });
    expectKilledInTheMiddle(engine.name, killed);
    await store.end();
  });
});
