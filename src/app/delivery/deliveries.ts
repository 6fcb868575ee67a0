import { isGamekeeperError } from '../../kernel/index.ts';
import type { EventSink, Notifier, Timer } from '../../ports/index.ts';
import { whyUnreadable } from '../commit/refresh.ts';
import type { Session } from '../commit/session.ts';
import { createLimit } from '../workers/limit.ts';
import type { Emitter } from './emitter.ts';
import type { Receiver } from './receivers.ts';

/** Tells notifiers and sinks of what is sealed, one round at a time for each tenant. */
export interface Deliveries {
  /** Whoever is told. Without anybody, nothing is loaded and nothing is read. */
  receivers(): Promise<readonly Receiver[]>;
  /** Lets new receivers begin, those that want no past at `size`. */
  begin(session: Session, size: number): Promise<void>;
  /** Tells of everything that is sealed; answers once that was tried. Never throws. */
  tell(session: Session): Promise<void>;
  /** Tells for a moment, unless this process is at it already; answers whether more is left. Never throws. */
  turn(session: Session): Promise<boolean>;
  /** Waits for the calls under way. What is left is told by whoever opens the tenant next. */
  close(): Promise<void>;
}

interface Running {
  done: Promise<void>;
  again: boolean;
}

/** No tenant keeps others waiting for longer. */
const TURN_MS = 1_000;
/** So many tenants are told at once. */
const MOST_AT_ONCE = 16;
/** When a round that broke off is tried again. */
const BROKEN_MS = 30_000;

/** The deliveries of a process. */
export function createDeliveries(
  { notifiers, sinks }: { readonly notifiers: readonly Notifier[]; readonly sinks: readonly EventSink[] },
  emitter: Emitter,
): Deliveries {
  const running = new Map<string, Running>();
  const alarms = new Map<string, Timer>();
  const limit = createLimit(MOST_AT_ONCE);
  let loaded: Promise<readonly Receiver[]> | null = null;
  let closed = false;

  const load = async (): Promise<readonly Receiver[]> => {
    if (notifiers.length + sinks.length === 0) return [];
    const { notifierReceiver, sinkReceiver } = await import('./receivers.ts');
    return [...notifiers.map(notifierReceiver), ...sinks.map(sinkReceiver)];
  };
  const receivers = (): Promise<readonly Receiver[]> => {
    loaded ??= load();
    return loaded;
  };

  /** One round for each receiver; answers whether more is left to be told now. */
  const round = async (session: Session): Promise<boolean> => {
    const { deliverRound } = await import('./delivery-round.ts');
    const { clock, timers } = session.platform;
    const until = timers.elapsed() + TURN_MS;
    const options = { alarm: emitter.alarm, goesOn: () => !closed && timers.elapsed() < until };
    const moments = await Promise.all(
      (await receivers()).map((receiver) =>
        deliverRound(session, receiver, options).catch(async (thrown: unknown) => {
          const error = await whyUnreadable(session, thrown);
          // It was deleted: nobody is to be told.
          if (isGamekeeperError(error, 'ERR_UNKNOWN_TENANT')) return null;
          const reason = error instanceof Error ? error.message : String(error);
          const kind = receiver.kind === 'notifier' ? 'notifying-failed' : 'sink-failing';
          emitter.alarm({ tenant: session.tenant, kind, places: [receiver.name, reason] });
          return clock.now() + BROKEN_MS;
        }),
      ),
    );
    const next = Math.min(...moments.map((moment) => moment ?? Number.POSITIVE_INFINITY));
    const more = next <= clock.now();
    arm(session, more ? Number.POSITIVE_INFINITY : next);
    return more;
  };

  /** Tries again when the first is due; a worker or a sweep in any process does as well. */
  const arm = (session: Session, moment: number): void => {
    alarms.get(session.tenant)?.stop();
    alarms.delete(session.tenant);
    if (!Number.isFinite(moment) || closed) return;
    const { clock, timers } = session.platform;
    const timer = timers.start(Math.max(0, moment - clock.now()), () => {
      alarms.delete(session.tenant);
      void tell(session);
    });
    timer.hold(false);
    alarms.set(session.tenant, timer);
  };

  const run = (session: Session, until: (more: boolean) => boolean): Promise<boolean> => {
    const mine: Running = { again: false, done: Promise.resolve() };
    running.set(session.tenant, mine);
    const all = (async () => {
      let more = true;
      try {
        do {
          mine.again = false;
          more = await limit(() => round(session));
        } while ((mine.again || !until(more)) && !closed);
      } finally {
        running.delete(session.tenant);
      }
      return more;
    })();
    mine.done = all.then(() => undefined);
    return all;
  };

  const tell = async (session: Session): Promise<void> => {
    if (notifiers.length + sinks.length === 0 || closed) return;
    const known = running.get(session.tenant);
    if (known === undefined) return void (await run(session, (more) => !more));
    known.again = true;
    return known.done;
  };

  return {
    receivers,
    async begin(session, size) {
      if (notifiers.length + sinks.length === 0) return;
      const { beginCursors } = await import('./delivery-round.ts');
      await beginCursors(session, await receivers(), size);
    },
    tell,
    async turn(session) {
      if (notifiers.length + sinks.length === 0 || closed || running.has(session.tenant)) return false;
      return run(session, () => true);
    },
    async close() {
      closed = true;
      for (const timer of alarms.values()) timer.stop();
      alarms.clear();
      await Promise.all([...running.values()].map(({ done }) => done));
    },
  };
}
