/** One clause of a port's contract, as a test. Knows nothing of a test runner. */
export interface ConformanceCase<Subject> {
  /** Stable name of the clause, such as `ST-21`. Documentation and waivers refer to it. */
  readonly id: string;
  readonly title: string;
  /** Rejects, naming the clause, when the implementation breaks it. */
  run(create: () => Promise<Subject>): Promise<void>;
}

/** The two functions every test runner has. */
export interface TestRunner {
  /** Groups tests. */
  describe(name: string, body: () => void): void;
  /** Registers a test. */
  it(name: string, body: () => Promise<void>): void;
}

/** A clause that an implementation does not meet, and why. There is no skipping without a reason. */
export interface Waiver {
  readonly id: string;
  readonly reason: string;
}

/** How to run a suite. */
export interface ConformanceOptions<Subject> {
  readonly name: string;
  /** Makes a fresh, empty implementation. Called once for each clause. */
  readonly create: () => Promise<Subject>;
  readonly waivers?: readonly Waiver[];
}

/**
 * Registers a suite with a test runner: `register(storeCases, { describe, it }, { name, create })`.
 *
 * A waived clause shows as a test that says so.
 */
export function register<Subject>(
  cases: readonly ConformanceCase<Subject>[],
  runner: TestRunner,
  { name, create, waivers = [] }: ConformanceOptions<Subject>,
): void {
  for (const { id, reason } of waivers) {
    if (!cases.some((clause) => clause.id === id)) throw new Error(`there is no clause ${id} to waive`);
    if (reason.trim() === '') throw new Error(`a waiver needs a reason: ${id}`);
  }
  runner.describe(name, () => {
    for (const clause of cases) {
      const waiver = waivers.find(({ id }) => id === clause.id);
      if (waiver === undefined) runner.it(`${clause.id} ${clause.title}`, () => clause.run(create));
      else runner.it(`${clause.id} waived: ${waiver.reason}`, async () => undefined);
    }
  });
}
