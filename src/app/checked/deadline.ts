import type { Timer, Timers } from '../../ports/index.ts';

/** Lets work take only so long. */
export interface Deadline {
  /**
   * What `work` answers, as `accept` lets it pass; what it throws, as `failed` puts it.
   *
   * @throws What `late` says when `work` does not answer in time.
   */
  within<Answer>(
    work: () => Promise<Answer>,
    accept?: (answer: Answer) => Answer,
    failed?: (error: unknown) => unknown,
  ): Promise<Answer>;
}

interface Waiting {
  readonly until: number;
  reject(error: Error): void;
}

function same<Value>(value: Value): Value {
  return value;
}

/** One timer for everything that waits (it keeps no process alive when nothing does), since all of it may take equally long: a timer each would cost more than the work. */
export function createDeadline(timeoutMs: number, timers: Timers, late: () => Error): Deadline {
  const waiting = new Set<Waiting>();
  let timer: Timer | null = null;
  const arm = (): Timer => timers.start(Math.max(5, timeoutMs / 10), look);
  const look = (): void => {
    const now = timers.elapsed();
    for (const one of waiting) {
      if (one.until > now) break;
      waiting.delete(one);
      one.reject(late());
    }
    timer = waiting.size > 0 ? arm() : null;
  };
  const join = (one: Waiting): void => {
    waiting.add(one);
    timer ??= arm();
    if (waiting.size === 1) timer.hold(true);
  };
  const leave = (one: Waiting): void => {
    waiting.delete(one);
    if (waiting.size === 0) timer?.hold(false);
  };
  return {
    within: (work, accept = same, failed = same) =>
      new Promise((resolve, reject) => {
        const one: Waiting = { until: timers.elapsed() + timeoutMs, reject };
        join(one);
        const fail = (error: unknown): void => {
          leave(one);
          reject(failed(error));
        };
        try {
          work().then((answer) => {
            leave(one);
            try {
              resolve(accept(answer));
            } catch (error) {
              reject(error);
            }
          }, fail);
        } catch (error) {
          fail(error);
        }
      }),
  };
}
