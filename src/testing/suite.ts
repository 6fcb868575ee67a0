import { type ClauseFailure, type ConformanceCase, failureOf } from './conformance.ts';
import { messageOf } from './expectations.ts';

/** The two functions every test runner has. */
export interface TestRunner {
  /** Groups tests. */
  describe(name: string, body: () => void): void;
  /** Registers a test. What it hands to the body may have `skip`: then it shows what was not tested, and why. */
  it(name: string, body: (context: SkipContext) => Promise<void>): void;
}

/** What vitest and `node:test` hand to a test. */
export interface SkipContext {
  /** Ends the case, and has it count as skipped. */
  skip?(reason?: string): void;
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
  /** Hears of the outcome when all clauses are through. */
  readonly report?: (report: ConformanceReport) => void | Promise<void>;
}

/** What came of a suite: plain data, to be kept beside the release that it speaks of. */
export interface ConformanceReport {
  readonly format: 'gamekeeper-conformance/1';
  readonly name: string;
  /** Whether every clause passed that was claimed, and none was waived. */
  readonly conforms: boolean;
  readonly counts: Readonly<Record<ClauseOutcome, number>>;
  readonly clauses: readonly ClauseReport[];
}

/** What became of a clause. */
export type ClauseOutcome = 'passed' | 'failed' | 'waived' | 'not-claimed';

/** What came of one clause. */
export interface ClauseReport {
  readonly clause: string;
  readonly title: string;
  /** The capability it tests; `null` when it binds every implementation. */
  readonly claim: string | null;
  readonly outcome: ClauseOutcome;
  /** Why it was waived, or what is not claimed; the whole message where it failed otherwise than by a mismatch. */
  readonly reason: string | null;
  readonly failure: ClauseFailure | null;
  readonly ms: number;
}

/**
 * Registers a suite with a test runner: `register(storeCases, { describe, it }, { name, create })`.
 *
 * What is waived or not claimed shows as skipped, with the reason, in runners that can say so.
 *
 * @throws {Error} for a waiver of a clause that is not there, or without a reason.
 */
export function register<Subject>(
  cases: readonly ConformanceCase<Subject>[],
  runner: TestRunner,
  options: ConformanceOptions<Subject>,
): void {
  const waivers = checkWaivers(cases, options);
  const reports: ClauseReport[] = [];
  runner.describe(options.name, () => {
    for (const clause of cases) {
      const waived = waivers.get(clause.id);
      const name = `${clause.id} ${waived === undefined ? clause.title : `waived: ${waived}`}`;
      // Without a named parameter: runners of the older kind would wait for a callback.
      runner.it(name, async (...[context]) => {
        const { report, error } = await runClause(clause, options.create, waived);
        reports.push(report);
        if (error !== null) throw error;
        if (report.outcome !== 'passed') context?.skip?.(report.reason ?? undefined);
      });
    }
    if (options.report === undefined) return;
    runner.it('report', async () => options.report?.(reportOf(options.name, reports)));
  });
}

/** Runs a suite without a test runner, clause after clause, and answers what came of it. */
export async function runSuite<Subject>(
  cases: readonly ConformanceCase<Subject>[],
  options: ConformanceOptions<Subject>,
): Promise<ConformanceReport> {
  const waivers = checkWaivers(cases, options);
  const reports: ClauseReport[] = [];
  for (const clause of cases) {
    reports.push((await runClause(clause, options.create, waivers.get(clause.id))).report);
  }
  const report = reportOf(options.name, reports);
  await options.report?.(report);
  return report;
}

/** A report for people: what failed first, then what was not tested, then a line of counts. */
export function renderReport({ name, conforms, counts, clauses }: ConformanceReport): string {
  const failed = clauses.flatMap(({ clause, title, failure, reason, outcome }) => {
    if (outcome !== 'failed') return [];
    if (failure === null) return [`FAILED ${clause} ${title}: ${reason}`];
    const { step, expected, seen, hint } = failure;
    return [
      `FAILED ${clause} ${title}\n  ${step}\n  expected ${expected}\n  seen     ${seen}\n  likely   ${hint}`,
    ];
  });
  const untested = clauses.flatMap(({ clause, title, reason, outcome }) =>
    outcome === 'waived' || outcome === 'not-claimed' ? [`${outcome} ${clause} ${title}: ${reason}`] : [],
  );
  const sum = `${counts.passed} passed, ${counts.failed} failed, ${counts.waived} waived, ${counts['not-claimed']} not claimed`;
  return [...failed, ...untested, `${name}: ${conforms ? 'conforms' : 'does not conform'}; ${sum}`].join(
    '\n',
  );
}

interface Ran {
  readonly report: ClauseReport;
  readonly error: unknown;
}

async function runClause<Subject>(
  clause: ConformanceCase<Subject>,
  create: () => Promise<Subject>,
  waived: string | undefined,
): Promise<Ran> {
  const { id, title, claim } = clause;
  const began = performance.now();
  const ran = (outcome: ClauseOutcome, reason: string | null, error: unknown = null): Ran => ({
    report: {
      clause: id,
      title,
      claim,
      outcome,
      reason,
      failure: error === null ? null : failureOf(error),
      ms: Math.round(performance.now() - began),
    },
    error,
  });
  if (waived !== undefined) return ran('waived', waived);
  try {
    const outcome = await clause.run(create);
    return ran(outcome, outcome === 'passed' ? null : `${claim} is not claimed`);
  } catch (error) {
    return ran('failed', failureOf(error) === null ? messageOf(error) : null, error);
  }
}

function reportOf(name: string, clauses: readonly ClauseReport[]): ConformanceReport {
  const count = (outcome: ClauseOutcome): number =>
    clauses.filter((clause) => clause.outcome === outcome).length;
  const counts = {
    passed: count('passed'),
    failed: count('failed'),
    waived: count('waived'),
    'not-claimed': count('not-claimed'),
  };
  const conforms = counts.failed === 0 && counts.waived === 0 && counts.passed > 0;
  return { format: 'gamekeeper-conformance/1', name, conforms, counts, clauses };
}

function checkWaivers<Subject>(
  cases: readonly ConformanceCase<Subject>[],
  { waivers = [] }: ConformanceOptions<Subject>,
): ReadonlyMap<string, string> {
  for (const { id, reason } of waivers) {
    if (!cases.some((clause) => clause.id === id)) throw new Error(`there is no clause ${id} to waive`);
    if (reason.trim() === '') throw new Error(`a waiver needs a reason: ${id}`);
  }
  return new Map(waivers.map(({ id, reason }) => [id, reason]));
}
