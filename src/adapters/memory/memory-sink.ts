import type { CloudEvent, EventSink } from '../../ports/index.ts';

/** What an in-process sink is called, and how it names people. */
export interface InProcessSinkOptions {
  /** The name of its cursor. Another sink needs another one; the same handler keeps it from start to start. */
  readonly name: string;
  /** `aliases` when left out: employees and customers by random names. `host`: by your own ids. */
  readonly names?: EventSink['names'];
  /** `now` when left out: what comes from now on. `beginning`: the whole ledger. */
  readonly from?: EventSink['from'];
  /** Handles an event. What it throws counts as a failure: the event comes again, after ever longer pauses. */
  readonly handle: (event: CloudEvent) => unknown;
  /** Hears what `handle` throws; nobody when left out. */
  readonly onError?: (error: unknown, event: CloudEvent) => void;
}

/** After so long the others wait for the next call. */
const CALL_MS = 5_000;

/**
 * Handles events in this process, one after the other: for work that must not be lost, without a broker.
 *
 * Where several processes have it, each event is handled by one of them, at least once. `handle` has to answer within
 * 20 seconds.
 */
export function handlerSink(options: InProcessSinkOptions): EventSink {
  const { handle, onError = () => undefined } = options;
  return {
    specificationVersion: 'v1',
    name: options.name,
    names: options.names ?? 'aliases',
    from: options.from ?? 'now',
    async send(events) {
      const until = performance.now() + CALL_MS;
      for (const [accepted, event] of events.entries()) {
        if (accepted > 0 && performance.now() > until) return { accepted, fault: null };
        try {
          await handle(event);
        } catch (error) {
          onError(error, event);
          // What an error says may hold what a person typed: its name has to do.
          const reason = `handle threw ${error instanceof Error ? error.name : typeof error}`;
          return { accepted, fault: { status: 'failed', reason, retryAfterMs: null } };
        }
      }
      return { accepted: events.length, fault: null };
    },
  };
}

/** A sink that keeps what it is told. */
export interface MemorySink extends EventSink {
  /** What it was told, in order, repetitions included. */
  readonly events: readonly CloudEvent[];
}

/**
 * Keeps events in memory: for tests.
 *
 * @param options `name` is `memory` unless said otherwise; it hears the whole ledger.
 */
export function memorySink(
  options: Partial<Pick<InProcessSinkOptions, 'name' | 'names' | 'from'>> = {},
): MemorySink {
  const events: CloudEvent[] = [];
  const handle = (event: CloudEvent): void => void events.push(event);
  return { ...handlerSink({ name: 'memory', from: 'beginning', ...options, handle }), events };
}
