import { isGamekeeperError } from '../../kernel/index.ts';
import type { ObservedSpan, ObservedWork, Observer, Timers } from '../../ports/index.ts';

/**
 * Several observers as one, none of which can do harm: what they throw is passed over, and work is done whether or not
 * they let it run. `null` where there are none, so that nothing has to be asked.
 */
export function gather(observers: readonly Observer[]): Observer | null {
  if (observers.length === 0) return null;
  return {
    specificationVersion: 'v1',
    begin(work) {
      const spans = observers.flatMap((observer) => trying(() => observer.begin(work)) ?? []);
      return {
        enter: (run) => spans.reduceRight((inner, span) => () => entering(span, inner), run)(),
        end: (outcome, ms) => {
          for (const span of spans) trying(() => span.end(outcome, ms));
        },
      };
    },
    tell(fact) {
      for (const observer of observers) trying(() => observer.tell(fact));
    },
    watch(read) {
      const ends = observers.flatMap((observer) => trying(() => observer.watch(read)) ?? []);
      return () => {
        for (const end of ends) trying(end);
      };
    },
  };
}

function trying<Answer>(work: () => Answer): Answer | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** Runs within a span, exactly once: not twice, and not never. */
function entering(span: ObservedSpan, run: () => void): void {
  let done = false;
  const once = (): void => {
    if (done) return;
    done = true;
    run();
  };
  trying(() => span.enter(once));
  once();
}

/** What sees: an observer, and the time that passes. */
export interface Sight {
  readonly observer: Observer;
  readonly timers: Timers;
}

/** Lets an observer see how long work takes and what comes of it. Changes nothing of either. */
export function seen<Answer>(
  { observer, timers }: Sight,
  work: ObservedWork,
  run: () => Promise<Answer>,
  outcomeOf: (answer: Answer) => string = () => 'ok',
): Promise<Answer> {
  const from = timers.elapsed();
  const span = observer.begin(work);
  const end = (outcome: string): void => span.end(outcome, timers.elapsed() - from);
  let running: Promise<Answer> | undefined;
  span.enter(() => {
    running = startOf(run);
  });
  return (running as Promise<Answer>).then(
    (answer) => {
      end(outcomeOf(answer));
      return answer;
    },
    (error: unknown) => {
      end(errorOutcome(error));
      throw error;
    },
  );
}

/** The same where there may be nobody to see it. */
export function seenBy<Answer>(
  { observer, timers }: { readonly observer: Observer | null; readonly timers: Timers },
  work: ObservedWork,
  run: () => Promise<Answer>,
  outcomeOf?: (answer: Answer) => string,
): Promise<Answer> {
  return observer === null ? run() : seen({ observer, timers }, work, run, outcomeOf);
}

async function startOf<Answer>(run: () => Promise<Answer>): Promise<Answer> {
  return run();
}

/** An error by its code; the words of others may hold anything. */
export function errorOutcome(error: unknown): string {
  return isGamekeeperError(error) ? error.code : 'ERR_UNEXPECTED';
}

/** A result by the code of its refusal. */
export function resultOutcome(answer: unknown): string {
  const result = answer as { readonly ok?: unknown; readonly error?: { readonly code?: unknown } } | null;
  if (typeof result !== 'object' || result === null || result.ok !== false) return 'ok';
  return typeof result.error?.code === 'string' ? result.error.code : 'refused';
}
