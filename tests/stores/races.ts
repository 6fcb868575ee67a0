import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Engine } from './engines.ts';

/** What is raced for: a document that only one may make, or a share of a quota; and each as one would do it naively. */
export type RaceForm = 'prize' | 'quota' | 'naive prize' | 'naive quota';

/** Attempts that every process makes at once. */
export interface Heat {
  readonly form: RaceForm;
  /** Keeps the races of one test apart from those of another. */
  readonly round: string;
  readonly from: number;
  readonly count: number;
  /** How many may have a share of the quota. */
  readonly cap: number;
}

/** How one process fared. */
export interface HeatOutcome {
  readonly won: readonly number[];
  readonly ended: Readonly<Record<string, number>>;
}

/** Processes that wait for heats. */
export interface Contestants {
  /** Lets all of them run a heat at the same time. */
  race(heat: Heat): Promise<readonly HeatOutcome[]>;
  end(): Promise<void>;
}

/** Starts processes on one database, and waits until all of them stand ready. */
export async function startContestants(
  script: string,
  { name, schema }: Engine,
  count: number,
): Promise<Contestants> {
  const runners = Array.from({ length: count }, (_, at) => start([script, name, schema as string, `p${at}`]));
  await Promise.all(runners.map(({ next }) => next()));
  return {
    async race(heat) {
      for (const { child } of runners) child.stdin?.write(`${JSON.stringify(heat)}\n`);
      const lines = await Promise.all(runners.map(({ next }) => next()));
      return lines.map((line) => JSON.parse(line) as HeatOutcome);
    },
    async end() {
      await Promise.all(
        runners.map(async ({ child }) => {
          const closed = once(child, 'close');
          child.stdin?.end();
          await closed;
        }),
      );
    },
  };
}

function start(input: readonly string[]): { readonly child: ChildProcess; next(): Promise<string> } {
  const child = spawn(process.execPath, input, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    async next() {
      const { value, done } = await lines.next();
      if (done === true) throw new Error('a process ended early');
      return value;
    },
  };
}

/** What came of races, all processes and heats together. */
export interface RaceTally {
  /** How often each race was won. */
  readonly wins: ReadonlyMap<number, number>;
  /** How many each process won. */
  readonly byProcess: readonly number[];
  /** How many attempts ended in which way. */
  readonly ended: Readonly<Record<string, number>>;
}

/** Adds up heats. */
export function tally(heats: readonly (readonly HeatOutcome[])[]): RaceTally {
  const wins = new Map<number, number>();
  const ended: Record<string, number> = {};
  const byProcess: number[] = [];
  for (const outcomes of heats) {
    for (const [at, outcome] of outcomes.entries()) {
      byProcess[at] = (byProcess[at] ?? 0) + outcome.won.length;
      for (const race of outcome.won) wins.set(race, (wins.get(race) ?? 0) + 1);
      for (const [how, count] of Object.entries(outcome.ended)) ended[how] = (ended[how] ?? 0) + count;
    }
  }
  return { wins, byProcess, ended };
}
