import type { Timers } from '../../ports/index.ts';

/** Node's timers hold no more: a longer one rings at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** The platform's timers. */
export function systemTimers(): Timers {
  return {
    elapsed: () => performance.now(),
    start(afterMs, ring) {
      let timer: ReturnType<typeof setTimeout>;
      let holds = true;
      const wait = (millis: number): void => {
        const part = Math.min(LONGEST_MS, millis);
        timer = setTimeout(() => (part < millis ? wait(millis - part) : ring()), part);
        if (!holds) timer.unref?.();
      };
      wait(Math.max(0, afterMs));
      return {
        stop: () => clearTimeout(timer),
        hold(process) {
          holds = process;
          if (process) timer.ref?.();
          else timer.unref?.();
        },
      };
    },
  };
}
