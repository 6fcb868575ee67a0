import type { Failure, Outcome } from './campaign.ts';

/** What is kept of a seed once it was run. */
export interface SeedResult {
  readonly seed: number;
  readonly steps: number;
  readonly counts: readonly (readonly [what: string, times: number])[];
  readonly digest: string;
  readonly failure: Failure | null;
  /** The end of the trace, where a promise was broken. */
  readonly tail: string;
}

/** Keeps what is told of a seed. */
export function resultOf({ counts, digest, failure, seed, steps, trace }: Outcome): SeedResult {
  return { seed, steps, counts: [...counts], digest, failure, tail: failure === null ? '' : tailOf(trace) };
}

/** The last lines of a trace, to read. */
function tailOf(trace: readonly string[], lines = 40): string {
  return trace.slice(-lines).join('\n');
}
