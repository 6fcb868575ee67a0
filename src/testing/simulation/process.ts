import { randomIds } from '../../adapters/node/index.ts';
import type { Clock, IdGenerator, Timers } from '../../ports/index.ts';
import { type Flight, type RemoteCall, send } from './network.ts';
import type { Simulation } from './simulation.ts';

/** A process of a simulation: what runs in it gets time, timers and ids from it, and calls servers through it. */
export interface SimulatedProcess {
  readonly name: string;
  /** May be off, and may jump. */
  readonly clock: Clock;
  readonly timers: Timers;
  readonly ids: IdGenerator;
  /** Calls a server through the network. */
  call<Answer>(call: RemoteCall<Answer>): Promise<Answer>;
  /**
   * Asks what runs in the process, as a client does.
   *
   * @throws {Error} `process is gone`, when it is down or crashes before it answers: nobody knows what was done.
   */
  ask<Answer>(work: () => Promise<Answer>): Promise<Answer>;
  /** Whether it runs. A process that pauses does, and answers late. */
  isUp(): boolean;
  /** Ends it at once: nothing of what ran in it goes on. What it had sent may still arrive. */
  crash(): void;
  /** Starts it anew, with nothing in its memory. */
  start(): void;
  /** Nothing in it goes on for so long; then everything that came due meanwhile does. */
  pause(millis: number): void;
  /** Moves its clock, forward or back. */
  shiftClock(millis: number): void;
}

/** What a client is told when the process is down, or ends before it has answered. */
export const PROCESS_GONE = 'process is gone';

/** A process that runs, with a clock that is up to `skewMs` off. */
export function createProcess(simulation: Simulation, name: string, skewMs = 0): SimulatedProcess {
  const { dice } = simulation;
  let skew = skewMs === 0 ? 0 : dice.below(2 * skewMs + 1) - skewMs;
  let life = 1;
  let up = true;
  let pausedUntil = 0;
  const flights = new Set<Flight>();
  const clients = new Set<(error: Error) => void>();

  /** Lets something happen in this life of the process, or never. */
  const later = (afterMs: number, happen: () => void): (() => void) => {
    const mine = life;
    const ring = (): void => {
      if (mine !== life) return;
      const wait = pausedUntil - simulation.now();
      if (wait > 0) cancel = simulation.later(wait, ring);
      else happen();
    };
    let cancel = simulation.later(afterMs, ring);
    return () => cancel();
  };

  return {
    name,
    clock: { now: () => simulation.startAt + simulation.now() + skew },
    ids: randomIds(simulation.primitives),
    timers: {
      elapsed: () => simulation.now(),
      start(afterMs, ring) {
        return { stop: later(afterMs, ring), hold: () => undefined };
      },
    },
    call: (call) =>
      new Promise((resolve, reject) => {
        const flight = send(simulation, name, call, (afterMs, answer) =>
          later(afterMs, () => {
            flights.delete(flight);
            if ('value' in answer) resolve(answer.value);
            else reject(answer.error);
          }),
        );
        flights.add(flight);
      }),
    ask: (work) =>
      new Promise((resolve, reject) => {
        if (!up) return reject(new Error(PROCESS_GONE));
        clients.add(reject);
        const mine = life;
        work()
          .finally(() => {
            if (mine === life) clients.delete(reject);
          })
          .then(resolve, reject);
      }),
    isUp: () => up,
    crash() {
      life += 1;
      up = false;
      pausedUntil = 0;
      let stored = 0;
      let underWay = 0;
      for (const flight of flights) {
        if (flight.call.writes && flight.isDone()) stored += 1;
        else if (flight.call.writes) underWay += 1;
        flight.abandon();
      }
      flights.clear();
      simulation.count('crash');
      if (stored + underWay > 0) simulation.count('crash in mid-write');
      simulation.note(`${name} crashes, ${stored} writes done and not answered, ${underWay} under way`);
      for (const reject of [...clients]) reject(new Error(PROCESS_GONE));
      clients.clear();
    },
    start() {
      up = true;
      simulation.note(`${name} starts`);
    },
    pause(millis) {
      pausedUntil = Math.max(pausedUntil, simulation.now() + millis);
      simulation.count('pause');
      simulation.note(`${name} pauses for ${millis} ms`);
    },
    shiftClock(millis) {
      skew += millis;
      simulation.count('clock step');
      simulation.note(`${name} clock by ${millis} ms`);
    },
  };
}
