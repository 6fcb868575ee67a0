import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Result } from '../../src/index.ts';
import { processEnvironment } from '../stores/under-test.ts';
import type { Planted } from './read-then-written.ts';
import type { Disk } from './world.ts';

/** Another process on the same company. */
export interface Rival {
  /** Has the other process call a verb. */
  call(
    who: string,
    area: string,
    verb: string,
    ...input: unknown[]
  ): Promise<Result<unknown, { code: string }>>;
  end(): Promise<void>;
}

/** Starts one, with a bug in its store if one is named; its clock stands at the start of the tests' time. */
export async function startRival(disk: Disk, planted: Planted | null = null): Promise<Rival> {
  const script = join(import.meta.dirname, 'processes', 'rival.ts');
  const child: ChildProcess = spawn(
    process.execPath,
    [script, disk.address as string, join(disk.folder, 'keys'), ...(planted === null ? [] : [planted])],
    {
      env: processEnvironment,
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const waiting = new Map<number, (value: never) => void>();
  const ready = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (text) => {
      if (text === 'ready') return resolve();
      const { line, value } = JSON.parse(text) as { line: number; value: never };
      waiting.get(line)?.(value);
      waiting.delete(line);
    });
  });
  await ready;
  let next = 0;
  return {
    call(who, area, verb, ...input) {
      next += 1;
      const id = next;
      const answer = new Promise<Result<unknown, { code: string }>>((resolve) => {
        waiting.set(id, resolve as (value: never) => void);
      });
      child.stdin?.write(`${JSON.stringify({ id, who, area, verb, input })}\n`);
      return answer;
    },
    async end() {
      child.stdin?.end();
      await once(child, 'close');
    },
  };
}
