import { handlerSink, memorySink } from '../../src/adapters/memory/index.ts';
import type { CloudEvent, EventSink } from '../../src/ports/index.ts';
import type { SinkHarness } from '../../src/testing/index.ts';

/** A receiver in memory that can be away or full, and that never takes events of one type. */
export interface Box {
  /** Takes an event, or says why not. */
  take(event: CloudEvent): 'taken' | 'away' | 'full' | 'never';
  readonly events: readonly CloudEvent[];
}

const NEVER = 'gamekeeper.never';

/** A harness over a box; `make` is called once for each process. */
export function boxed(make: (box: Box) => EventSink): () => Promise<SinkHarness> {
  return async () => {
    const events: CloudEvent[] = [];
    let room = Number.POSITIVE_INFINITY;
    let away = false;
    const box: Box = {
      events,
      take(event) {
        if (away) return 'away';
        if (event.type === NEVER) return 'never';
        if (room <= 0) return 'full';
        room -= 1;
        events.push(event);
        return 'taken';
      },
    };
    return {
      sink: make(box),
      again: async () => make(box),
      received: async () => [...events],
      async receiver(state, left) {
        away = state === 'is-away';
        room = state === 'is-full' ? left : Number.POSITIVE_INFINITY;
      },
      impossible: (event) => ({ ...event, type: NEVER }),
      close: async () => undefined,
    };
  };
}

/** A sound sink on a box. */
export function boxSink(box: Box): EventSink {
  return {
    specificationVersion: 'v1',
    name: 'box',
    names: 'aliases',
    from: 'beginning',
    async send(events) {
      for (const [accepted, event] of events.entries()) {
        const answer = box.take(event);
        if (answer === 'never') return { accepted, fault: { status: 'refused', reason: answer } };
        if (answer !== 'taken')
          return { accepted, fault: { status: 'failed', reason: answer, retryAfterMs: null } };
      }
      return { accepted: events.length, fault: null };
    },
  };
}

/** A handler in this process that throws while its receiver is away or full. */
export async function handlerReceiver(): Promise<SinkHarness> {
  const make = (box: Box): EventSink =>
    handlerSink({
      name: 'handler',
      from: 'beginning',
      handle(event) {
        if (box.take(event) !== 'taken') throw new Error('not now');
      },
    });
  return { ...(await boxed(make)()), impossible: null };
}

/** A sink that is its own receiver. */
export async function memorySinkReceiver(): Promise<SinkHarness> {
  const made = [memorySink()];
  return {
    sink: made[0] as (typeof made)[number],
    async again() {
      const sink = memorySink();
      made.push(sink);
      return sink;
    },
    received: async () => made.flatMap(({ events }) => events),
    receiver: null,
    impossible: null,
    close: async () => undefined,
  };
}
