import type { LogFacts, Logger, Timer, Timers } from '../../ports/index.ts';

type Level = keyof Logger;

/** Lines on their way to a logger that may fail or take its time. */
export interface LogQueue {
  put(level: Level, facts: LogFacts, message: string): void;
  /** Hands over what waits, and ends. */
  close(): void;
}

interface Line {
  readonly level: Level;
  readonly facts: LogFacts;
  readonly message: string;
}

/** So many lines wait; what comes then is dropped and counted. */
const MOST_WAITING = 1_000;
/** So long lines are handed over at a stretch. */
const STRETCH_MS = 5;
/** After a stretch the logger is left alone for so many times as long. */
const REST = 9;

/**
 * Hands lines over in later turns, in order. A logger that takes long for a line gets a tenth of the time: what it
 * cannot take is dropped, and it is told how much.
 */
export function createLogQueue(logger: Logger, timers: Timers): LogQueue {
  let waiting: Line[] = [];
  let dropped = 0;
  let timer: Timer | null = null;

  const hand = ({ level, facts, message }: Line): void => {
    try {
      // What is async may fail later, and must not end the process.
      const answer: unknown = logger[level](facts, message);
      if (answer instanceof Promise) answer.catch(() => undefined);
    } catch {
      // Whoever cannot log cannot be told of it.
    }
  };
  const flush = (untilMs: number): void => {
    let at = 0;
    for (; at < waiting.length && timers.elapsed() < untilMs; at += 1) hand(waiting[at] as Line);
    waiting = waiting.slice(at);
    if (waiting.length > 0 || dropped === 0) return;
    const facts = { event: 'lines-dropped', lines: dropped };
    dropped = 0;
    hand({ level: 'warn', facts, message: 'log lines were dropped: the logger was slow' });
  };
  const arm = (afterMs: number): void => {
    timer ??= timers.start(afterMs, () => {
      timer = null;
      const from = timers.elapsed();
      flush(from + STRETCH_MS);
      if (waiting.length > 0) arm((timers.elapsed() - from) * REST);
    });
    timer.hold(false);
  };

  return {
    put(level, facts, message) {
      if (waiting.length >= MOST_WAITING) dropped += 1;
      else waiting.push({ level, facts, message });
      arm(0);
    },
    close() {
      timer?.stop();
      timer = null;
      flush(timers.elapsed() + STRETCH_MS * 100);
    },
  };
}
