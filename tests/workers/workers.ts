import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IntegrityAlarm } from '../../src/index.ts';
import { processEnvironment } from '../stores/under-test.ts';
import type { FastTime } from './fast-time.ts';

/** Where in its work a process may end. */
export const PLACES = [
  'before-commit',
  'during-commit',
  'after-commit',
  'after-act',
  'after-sequence',
  'before-send',
  'during-send',
  'after-send',
] as const;

/** When it comes past a place for the so manieth time, this signal strikes the process. */
export interface Fate {
  readonly at: (typeof PLACES)[number];
  readonly after: number;
  readonly signal: 'SIGKILL' | 'SIGSTOP';
}

/** What a worker is told. */
export interface WorkerOrders {
  readonly name: string;
  readonly tenants: readonly string[];
  readonly address: string;
  readonly keys: string;
  /** The file to which all workers add what they do. */
  readonly log: string;
  readonly time: FastTime;
  readonly fate: Fate | null;
  /** The stream it delivers to; `null`: to the log. */
  readonly nats: { readonly stream: string; readonly prefix: string } | null;
}

/** What a worker writes to the log. */
export type WorkerLine = { readonly by: string } & (
  | {
      /** A sink that is the log took an event; which one, and whom it names. */
      readonly is: 'event';
      readonly id: string;
      readonly type: string;
      readonly tenant: string;
      readonly sequence: string;
      readonly names: readonly string[];
    }
  | { readonly is: 'sent'; readonly events: number }
  | { readonly is: 'held' | 'let-go'; readonly what: string }
  | { readonly is: 'struck'; readonly signal: string }
  | { readonly is: 'alarm'; readonly alarm: IntegrityAlarm }
);

/** What the workers have done so far. The last line may be in the making. */
export function linesIn(log: string): readonly WorkerLine[] {
  if (!existsSync(log)) return [];
  const whole = readFileSync(log, 'utf8').split('\n').slice(0, -1);
  return whole.map((line) => JSON.parse(line) as WorkerLine);
}

/** A worker that runs. */
export interface RunningWorker {
  readonly name: string;
  readonly child: ChildProcess;
  /** Resolves once it is gone, with the signal that ended it. */
  readonly gone: Promise<NodeJS.Signals | null>;
}

/** Workers of their own processes, by the same orders but for names and fates. */
export interface Crew {
  readonly running: ReadonlySet<RunningWorker>;
  start(fate: Fate | null): RunningWorker;
  /** @throws When one of them complained. */
  check(): void;
  /** Lets them end what they do. */
  dismiss(): Promise<void>;
  /** Ends whatever is left. */
  end(): Promise<void>;
}

/** Starts no worker yet. A worker that complains is a fault. */
export function createCrew(orders: Omit<WorkerOrders, 'name' | 'fate'>, label: string): Crew {
  const running = new Set<RunningWorker>();
  const complaints: string[] = [];
  let started = 0;
  const check = (): void => {
    if (complaints.length > 0) throw new Error(complaints.join(''));
  };
  return {
    running,
    start(fate) {
      started += 1;
      const name = `${label}-${started}`;
      const script = join(import.meta.dirname, 'processes/worker.ts');
      const child = spawn(process.execPath, [script, JSON.stringify({ ...orders, name, fate })], {
        env: processEnvironment,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      child.stderr.on('data', (chunk) => complaints.push(String(chunk)));
      const gone = once(child, 'close').then(([, signal]) => signal as NodeJS.Signals | null);
      const worker = { name, child, gone };
      running.add(worker);
      void gone.then(() => running.delete(worker));
      return worker;
    },
    check,
    async dismiss() {
      for (const { child } of running) child.kill('SIGTERM');
      await Promise.all([...running].map(({ gone }) => gone));
      check();
    },
    async end() {
      for (const { child } of running) child.kill('SIGKILL');
      await Promise.all([...running].map(({ gone }) => gone));
    },
  };
}

/** How often somebody went on with what another had held: one who was killed, and one who lived on. */
export function takeoversIn(lines: readonly WorkerLine[]): { fromDead: number; fromLiving: number } {
  const killed = new Set(
    lines.flatMap((line) => (line.is === 'struck' && line.signal === 'SIGKILL' ? line.by : [])),
  );
  const holders = new Map<string, string>();
  const counts = { fromDead: 0, fromLiving: 0 };
  for (const line of lines) {
    if (line.is === 'let-go') holders.delete(line.what);
    if (line.is !== 'held') continue;
    const before = holders.get(line.what);
    if (before !== undefined && before !== line.by)
      counts[killed.has(before) ? 'fromDead' : 'fromLiving'] += 1;
    holders.set(line.what, line.by);
  }
  return counts;
}

/** Looks again and again until something holds; says what is missing when it does not come. */
export async function eventually(missing: () => Promise<string | null> | string | null): Promise<void> {
  const until = performance.now() + 240_000;
  for (;;) {
    const what = await missing();
    if (what === null) return;
    if (performance.now() > until) throw new Error(`it does not come: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
