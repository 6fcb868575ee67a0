import type { Notifier, Timer } from '../ports/index.ts';
import type { Emitter } from './emitter.ts';
import type { Session } from './session.ts';

/** Tells notifiers of what is sealed, one round at a time for each tenant. */
export interface Notifying {
  /** Lets new notifiers begin at `size`. */
  begin(session: Session, size: number): Promise<void>;
  /** Tells of everything up to `size`; answers once that was tried. Never throws. */
  tell(session: Session, size: number): Promise<void>;
  /** Waits for the attempts under way. What is left is told by whoever opens the tenant next. */
  close(): Promise<void>;
}

interface Running {
  round: Promise<void>;
  size: number;
  again: boolean;
}

/** The notifiers of a process. Without any, nothing is loaded and nothing is read. */
export function createNotifying(notifiers: readonly Notifier[], emitter: Emitter): Notifying {
  const running = new Map<string, Running>();
  const timers = new Map<string, Timer>();
  let closed = false;

  const round = async (session: Session, mine: Running): Promise<void> => {
    const { notify } = await import('./notify.ts');
    do {
      mine.again = false;
      const { size } = mine;
      const rounds = await Promise.all(
        notifiers.map((notifier) =>
          notify(session, notifier, size, emitter.alarm, () => !closed).catch((error: unknown) => {
            const reason = error instanceof Error ? error.message : String(error);
            emitter.alarm({
              tenant: session.tenant,
              kind: 'notifying-failed',
              places: [notifier.name, reason],
            });
            return { nextAt: null };
          }),
        ),
      );
      arm(
        session,
        size,
        rounds.flatMap(({ nextAt }) => nextAt ?? []),
      );
    } while (mine.again && !closed);
    running.delete(session.tenant);
  };

  /** Tries again when the first is due; a sweep in any process does as well. */
  const arm = (session: Session, size: number, moments: readonly number[]): void => {
    timers.get(session.tenant)?.stop();
    timers.delete(session.tenant);
    if (moments.length === 0 || closed) return;
    const wait = Math.min(...moments) - session.platform.clock.now();
    const timer = session.platform.timers.start(Math.max(0, wait), () => {
      timers.delete(session.tenant);
      void tell(session, size);
    });
    timer.hold(false);
    timers.set(session.tenant, timer);
  };

  const tell = (session: Session, size: number): Promise<void> => {
    if (notifiers.length === 0 || closed) return Promise.resolve();
    const known = running.get(session.tenant);
    if (known !== undefined) {
      known.size = Math.max(known.size, size);
      known.again = true;
      return known.round;
    }
    const mine: Running = { round: Promise.resolve(), size, again: false };
    running.set(session.tenant, mine);
    mine.round = round(session, mine);
    return mine.round;
  };

  return {
    async begin(session, size) {
      if (notifiers.length === 0) return;
      const { beginCursors } = await import('./notify.ts');
      await beginCursors(session, notifiers, size);
    },
    tell,
    async close() {
      closed = true;
      for (const timer of timers.values()) timer.stop();
      timers.clear();
      await Promise.all([...running.values()].map((each) => each.round));
    },
  };
}
