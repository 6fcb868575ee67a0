import type { Dice } from '../dice.ts';
import type { Simulation } from './simulation.ts';

/** What can become of a call on its way. */
export type Fate =
  /** Nothing is done, and the caller is told so. */
  | 'refused'
  /** The request never arrives, and no answer comes. */
  | 'request-lost'
  /** It is done, and no answer comes. */
  | 'answer-lost'
  /** It is done, and the caller is told that it failed. */
  | 'disputed'
  /** It takes up to a minute, on the way there or back. */
  | 'late'
  /** It arrives twice. Only where that must make no difference. */
  | 'twice';

const FATES: readonly Fate[] = ['refused', 'request-lost', 'answer-lost', 'disputed', 'late', 'twice'];
/** Fates after which the caller does not know what came of a write. */
const UNKNOWN: readonly string[] = ['request-lost', 'answer-lost', 'disputed'];
const LATE_MS = 60_000;

/** How often a call meets each fate, from 0 to 1; what is left out never comes. */
export type FaultRates = { readonly [Of in Fate]?: number };

/** Something outside of a process that it calls: a database, a signer, a mail server. */
export interface SimulatedServer {
  readonly name: string;
  /** From now on the network does this to calls of it. At the beginning it does nothing. */
  setFaults(rates: FaultRates): void;
  /** What the network does to calls of it now. */
  faults(): FaultRates;
  /** Is unreachable for so long: calls are refused, or never answered. */
  goDown(millis: number): void;
  /** Has no room left for so long: what writes is refused. */
  fillUp(millis: number): void;
  /** What a call that arrives now meets, beside the network. */
  state(): 'up' | 'down' | 'full';
}

/** A server that is up. */
export function createServer(simulation: Simulation, name: string): SimulatedServer {
  let downUntil = 0;
  let fullUntil = 0;
  let faults: FaultRates = {};
  return {
    name,
    setFaults(rates) {
      faults = rates;
    },
    faults: () => faults,
    goDown(millis) {
      downUntil = Math.max(downUntil, simulation.now() + millis);
      simulation.count(`${name}: outage`);
      simulation.note(`${name} is down for ${millis} ms`);
    },
    fillUp(millis) {
      fullUntil = Math.max(fullUntil, simulation.now() + millis);
      simulation.count(`${name}: disk full`);
      simulation.note(`${name} has no room for ${millis} ms`);
    },
    state: () => (simulation.now() < downUntil ? 'down' : simulation.now() < fullUntil ? 'full' : 'up'),
  };
}

/** How many calls a server was sent, and the latest that arrived of each sender. */
const orders = new WeakMap<SimulatedServer, { sent: number; readonly latest: Map<string, number> }>();

/** Tells each call of a server whether a later one of the same sender has overtaken it. */
function inOrder(server: SimulatedServer, from: string): () => boolean {
  const order = orders.get(server) ?? { sent: 0, latest: new Map<string, number>() };
  orders.set(server, order);
  order.sent += 1;
  const mine = order.sent;
  return () => {
    const latest = order.latest.get(from) ?? 0;
    order.latest.set(from, Math.max(latest, mine));
    return mine >= latest;
  };
}

/** A call of a server. */
export interface RemoteCall<Answer> {
  readonly server: SimulatedServer;
  /** What it is, for the trace. */
  readonly what: string;
  readonly writes: boolean;
  /** Whether doing it twice is the same as doing it once. */
  readonly repeatable: boolean;
  /** Does it, at the server. */
  work(): Promise<Answer>;
  /** What came of it, for the trace. */
  told?(answer: Answer): string;
}

/** A call under way. */
export interface Flight {
  readonly call: RemoteCall<unknown>;
  /** Whether the server has done it. */
  isDone(): boolean;
  /** The caller is gone: what has not arrived may never arrive. */
  abandon(): void;
}

/**
 * Sends a call on its way. Whoever sends it says how an answer reaches it: a process that crashed hears nothing.
 *
 * @param deliver Brings the answer to the caller, in so many milliseconds.
 */
export function send<Answer>(
  simulation: Simulation,
  from: string,
  call: RemoteCall<Answer>,
  deliver: (afterMs: number, answer: { readonly value: Answer } | { readonly error: Error }) => void,
): Flight {
  const { dice } = simulation;
  const { server, what, writes } = call;
  const fate = fateOf(simulation.dice, server.faults(), call.repeatable);
  const arrivesInOrder = inOrder(server, from);
  let done = false;
  let dropped = fate === 'request-lost';
  let answered = fate === 'answer-lost';
  const line = (end: string): void => simulation.note(`${from} ${server.name}.${what}: ${end}`);
  const answer = (outcome: { readonly value: Answer } | { readonly error: Error }, afterMs: number): void => {
    if (answered) return;
    answered = true;
    deliver(afterMs, outcome);
  };
  if (fate !== null) {
    simulation.count(`${server.name}: ${fate}`);
    if (writes && UNKNOWN.includes(fate)) simulation.count(`${server.name}: unknown outcome`);
  }
  const lateMs = fate === 'late' ? 1 + dice.below(LATE_MS) : 0;
  const lateThere = dice.once(2);
  const arrive = (): void => {
    if (dropped) {
      line(fate ?? 'caller gone, never arrived');
      return;
    }
    if (!arrivesInOrder()) simulation.count(`${server.name}: reordered`);
    const state = fate === 'refused' ? 'refused' : server.state();
    if (state !== 'up' && !(state === 'full' && !writes)) {
      line(state);
      // Who is down may as well say nothing.
      if (state !== 'down' || dice.once(2))
        answer({ error: new Error(`${server.name}: ${state}`) }, wayMs(simulation));
      return;
    }
    const wayBack = wayMs(simulation) + (lateThere ? 0 : lateMs);
    call.work().then(
      (value) => {
        done = true;
        line(`${call.told?.(value) ?? 'done'}${fate === null ? '' : `, ${fate}`}`);
        if (fate === 'disputed') answer({ error: new Error(`${server.name}: connection lost`) }, wayBack);
        else answer({ value }, wayBack);
      },
      (error: unknown) => {
        line(`failed: ${String(error)}`);
        answer({ error: error as Error }, wayBack);
      },
    );
  };
  const arrivals = fate === 'twice' ? 2 : 1;
  for (let at = 0; at < arrivals; at += 1)
    simulation.later(wayMs(simulation) + (lateThere ? lateMs : 0), arrive);
  return {
    call: call as RemoteCall<unknown>,
    isDone: () => done,
    abandon() {
      if (dice.once(2)) dropped = true;
    },
  };
}

function fateOf(dice: Dice, rates: FaultRates, repeatable: boolean): Fate | null {
  const drawn = dice.below(1_000_000) / 1_000_000;
  let sum = 0;
  for (const fate of FATES) {
    sum += rates[fate] ?? 0;
    if (drawn < sum) return fate === 'twice' && !repeatable ? null : fate;
  }
  return null;
}

/** How long a message is under way: mostly so short that much happens at once. */
function wayMs({ dice }: Simulation): number {
  return dice.below(dice.once(8) ? 50 : 4);
}
