/**
 * One of several processes on a SQLite file: `node racer.ts <file> <task> <name>`.
 *
 * Says `ready`, waits for a line on its input, does its task, and prints the outcome as one line of JSON.
 */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { sqliteStore } from '../../../src/adapters/sqlite/index.ts';
import type { CommitOutcome } from '../../../src/ports/index.ts';
import { addOf, batchOf, entryOf, putOf, refOf, tenant } from '../../../src/testing/store-harness.ts';

const [path = '', task = '', name = ''] = process.argv.slice(2);
const store = sqliteStore(path);

/** 32 callers on a bound of 20. */
async function quota(): Promise<readonly string[]> {
  const outcomes = await Promise.all(
    Array.from({ length: 32 }, (_, at) => {
      const adds = [addOf(refOf('n', 'count'), 1, `${name}-${at}`, { atMost: 20 })];
      return store.commit(tenant, batchOf({ adds, entries: [entryOf(`${name}-${at}`)] }));
    }),
  );
  return outcomes.map(({ status }) => status);
}

/** 100 documents, each to be made once; answers which ones this process made. */
async function claims(): Promise<readonly number[]> {
  const attempt = (at: number): Promise<CommitOutcome> => {
    const ref = refOf(`${at}`);
    const batch = batchOf({ checks: [{ ref, version: null }], puts: [putOf(ref, `${name}-${at}`)] });
    return store.commit(tenant, { ...batch, entries: [entryOf(`${name}-${at}`)] });
  };
  const won: number[] = [];
  for (let at = 0; at < 100; at += 4) {
    const group = [at, at + 1, at + 2, at + 3];
    const outcomes = await Promise.all(group.map(attempt));
    won.push(...group.filter((_, place) => outcomes[place]?.status === 'committed'));
  }
  return won;
}

/** Reads a version and writes the next one, 300 times; a lost race is tried again. Answers how many were lost. */
async function increments(): Promise<number> {
  const ref = refOf('head');
  let lost = 0;
  for (let at = 0; at < 300; ) {
    const [head] = await store.get(tenant, [ref]);
    const body = String(Number(head?.body ?? 0) + 1);
    const checks = [{ ref, version: head?.version ?? null }];
    const puts = [putOf(ref, `${name}-${at}`, [], body)];
    const { status } = await store.commit(tenant, batchOf({ checks, puts }));
    if (status === 'committed') at += 1;
    else lost += 1;
  }
  return lost;
}

/** Commits 100 entries and sequences all the while; answers how many this process gave an index. */
async function sequencing(): Promise<number> {
  let given = 0;
  let size = 0;
  for (let at = 0; at < 100; at += 1) {
    const [outcome] = await Promise.all([
      store.sequence(tenant, { size, limit: 3 }),
      store.commit(tenant, batchOf({ entries: [entryOf(`${name}-${at}`, [name])] })),
    ]);
    if (outcome.status === 'sequenced') given += outcome.count;
    size = outcome.size;
  }
  return given;
}

const tasks: Readonly<Record<string, () => Promise<unknown>>> = {
  quota,
  claims,
  increments,
  sequencing,
  open: async () => 'opened',
};

process.stdout.write('ready\n');
await once(createInterface({ input: process.stdin }), 'line');
const answer = await tasks[task]?.();
store.close();
process.stdout.write(`${JSON.stringify(answer)}\n`);
process.exit(0);
