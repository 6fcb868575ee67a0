import { AsyncResource } from 'node:async_hooks';
import type { Timers } from '../../ports/index.ts';

/** Node's timers hold no more: a longer one rings at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** The platform's timers. What rings has left the context of whoever set it: it is nobody's request any more. */
export function systemTimers(): Timers {
  const context = new AsyncResource('gamekeeper timers');
  return {
    elapsed: () => performance.now(),
    start(afterMs, ring) {
      let timer: ReturnType<typeof setTimeout>;
      let holds = true;
      const wait = (millis: number): void => {
        const part = Math.min(LONGEST_MS, millis);
        timer = setTimeout(() => (part < millis ? wait(millis - part) : context.runInAsyncScope(ring)), part);
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
