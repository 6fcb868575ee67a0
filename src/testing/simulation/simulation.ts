import { nodePrimitives } from '../../adapters/node/index.ts';
import type { Primitives } from '../../ports/index.ts';
import { type Dice, diceOf } from '../dice.ts';
import { seeded } from '../seeded.ts';
import { createAgenda } from './agenda.ts';

/** What a simulation begins with. */
export interface SimulationOptions {
  /** Decides everything: the same seed, and the same code, is the same run to the last byte of the trace. */
  readonly seed: number;
  /** What the clocks of its processes say at the beginning, Unix milliseconds. Default: 2 March 2026, 08:00 UTC. */
  readonly startAt?: number;
}

/**
 * A world in one thread and under one seed: processes, servers and the network between them. Time stands still
 * while anything computes, and jumps to whatever happens next.
 *
 * Everything that waits for a port (a store's answer, a timer) goes through its agenda, so that the seed decides
 * every interleaving there can be at a port. What does not go through a port is not simulated.
 */
export interface Simulation {
  readonly dice: Dice;
  /** Real cryptography over chance from the seed: keys, nonces and ids are the same in each run. */
  readonly primitives: Primitives;
  readonly startAt: number;
  /** Milliseconds since the beginning, as nobody in it knows them: each process has a clock of its own. */
  now(): number;
  /** Lets something happen in so many milliseconds, outside of all processes. Answers how to call it off. */
  later(afterMs: number, happen: () => void): () => void;
  /** Answers in so many milliseconds. */
  sleep(afterMs: number): Promise<void>;
  /** Lets the next thing happen, or some at once. Answers whether there was one before `until`. */
  step(until?: number): Promise<boolean>;
  /** Lets things happen until work is done. @throws {Error} when nothing is left that could bring it to an end. */
  complete<Answer>(work: Promise<Answer>): Promise<Answer>;
  /** Lets everything happen that happens within so many milliseconds. */
  pass(millis: number): Promise<void>;
  /** Writes a line into the trace. */
  note(line: string): void;
  /** What happened, a line each, from the beginning. */
  readonly trace: readonly string[];
  /** Counts something by its name. */
  count(what: string, times?: number): void;
  /** What was counted: faults of every kind, and whatever else somebody counts. */
  readonly counts: ReadonlyMap<string, number>;
}

/** 2 March 2026, a Monday, 08:00 UTC. */
const START_AT = 1_772_438_400_000;

/** Begins a simulation. */
export function createSimulation({ seed, startAt = START_AT }: SimulationOptions): Simulation {
  const dice = diceOf(seeded(seed));
  const agenda = createAgenda();
  const trace: string[] = [];
  const counts = new Map<string, number>();
  let now = 0;

  const later = (afterMs: number, happen: () => void): (() => void) =>
    agenda.add(now + Math.max(0, Math.ceil(afterMs)), dice.below(2 ** 30), happen);

  const step = async (until = Number.POSITIVE_INFINITY): Promise<boolean> => {
    let due = agenda.take(until);
    if (due === null) {
      // What has just begun may not have come to a port yet.
      await settled();
      due = agenda.take(until);
      if (due === null) return false;
    }
    now = due.at;
    due.happen();
    // Now and then several arrive in one turn, and what waits for them goes on side by side.
    while (dice.once(4)) {
      const another = agenda.take(now);
      if (another === null) break;
      another.happen();
    }
    await settled();
    return true;
  };

  return {
    dice,
    primitives: nodePrimitives((bytes) => {
      for (let at = 0; at < bytes.length; at += 1) bytes[at] = dice.below(256);
    }),
    startAt,
    now: () => now,
    later,
    sleep: (afterMs) => new Promise((resolve) => void later(afterMs, resolve)),
    step,
    async complete(work) {
      let done = false;
      const end = (): void => {
        done = true;
      };
      work.then(end, end);
      await settled();
      while (!done) {
        if (!(await step())) throw new Error('nothing is left to happen, and the work is not done');
      }
      return work;
    },
    async pass(millis) {
      const until = now + millis;
      while (await step(until));
      now = until;
    },
    note: (line) => void trace.push(`${String(now).padStart(9)} ${line}`),
    trace,
    count: (what, times = 1) => void counts.set(what, (counts.get(what) ?? 0) + times),
    counts,
  };
}

/** Answers once everything that can go on without the agenda has gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
