/** A line of a benchmark's report: our figure, what it is compared with, and whether the goal is met. */
export interface BenchRow {
  readonly name: string;
  readonly ours: number;
  readonly unit: string;
  /** What `limit` is the figure of. */
  readonly against: string;
  readonly limit: number;
  /** `ours / limit`. */
  readonly ratio: number;
  readonly goal: string;
  readonly met: boolean;
}
