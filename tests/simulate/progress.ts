const WIDTH = 30;
const EVERY_MS = 10_000;

/** How far a campaign has come, on the error output: a bar on a terminal, a line now and then elsewhere. */
export interface Progress {
  advance(failed: boolean): void;
  end(): void;
  /** Since it began. */
  seconds(): number;
}

/** The progress of a campaign over so many seeds. */
export function createProgress(seeds: number): Progress {
  const { stderr } = process;
  const began = performance.now();
  let done = 0;
  let failed = 0;
  let told = began;
  const seconds = (): number => Math.round((performance.now() - began) / 1000);
  const line = (): string => {
    const filled = Math.floor((WIDTH * done) / seeds);
    const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
    return `${bar} ${done} of ${seeds} seeds, ${seconds()} s, ${failed} failed`;
  };
  return {
    advance(fails) {
      done += 1;
      if (fails) failed += 1;
      if (stderr.isTTY) stderr.write(`\r${line()}`);
      else if (performance.now() - told > EVERY_MS) {
        told = performance.now();
        stderr.write(`${line()}\n`);
      }
    },
    end() {
      if (stderr.isTTY) stderr.write('\n');
    },
    seconds,
  };
}
