import { GamekeeperError } from '../kernel/index.ts';

/** Lets work take only so long. */
export interface Deadline {
  /** @throws {GamekeeperError} `ERR_STORE_FAILED` when `work` does not answer in time. */
  within<Answer>(work: () => Promise<Answer>): Promise<Answer>;
}

interface Waiting {
  readonly until: number;
  reject(error: GamekeeperError): void;
}

/** One timer for everything that waits, since all of it may take equally long: a timer each would cost more than the work. */
export function createDeadline(timeoutMs: number): Deadline {
  const waiting = new Set<Waiting>();
  let timer: ReturnType<typeof setInterval> | null = null;
  const look = (): void => {
    const now = performance.now();
    for (const one of waiting) {
      if (one.until > now) break;
      waiting.delete(one);
      one.reject(new GamekeeperError('ERR_STORE_FAILED', `the store did not answer within ${timeoutMs} ms`));
    }
    if (waiting.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
  return {
    within: <Answer>(work: () => Promise<Answer>) =>
      new Promise<Answer>((resolve, reject) => {
        const one: Waiting = { until: performance.now() + timeoutMs, reject };
        waiting.add(one);
        timer ??= setInterval(look, Math.max(5, timeoutMs / 10));
        const done = (): void => void waiting.delete(one);
        try {
          work().then(
            (answer) => {
              done();
              resolve(answer);
            },
            (error: unknown) => {
              done();
              reject(error);
            },
          );
        } catch (error) {
          done();
          reject(error);
        }
      }),
  };
}
