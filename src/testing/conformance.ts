import { type CallLog, callLog } from './call-log.ts';
import { type Mismatch, mismatchOf } from './expectations.ts';

/** One clause of a port's contract, as a test. Knows nothing of a test runner. */
export interface ConformanceCase<Subject> {
  /** Stable name of the clause, such as `ST-21`. Contracts, documentation and waivers refer to it. */
  readonly id: string;
  readonly title: string;
  /** The capability that the clause tests, such as `durable`; `null` when it binds every implementation. */
  readonly claim: string | null;
  /** What usually breaks the clause, and what mends it. */
  readonly hint: string;
  /**
   * Tests a fresh implementation, and closes it.
   *
   * Rejects when the clause is broken: with a message for people, and a `ClauseFailure` as the error's `failure`.
   *
   * @returns `not-claimed` for an implementation that makes no such claim.
   */
  run(create: () => Promise<Subject>): Promise<'passed' | 'not-claimed'>;
}

/** How a clause was broken. */
export interface ClauseFailure extends Mismatch {
  readonly clause: string;
  /** The last calls before, oldest first, each with its answer. */
  readonly calls: readonly string[];
  readonly hint: string;
}

/** What a suite needs to know of the implementations it tests. */
export interface SubjectKind<Subject> {
  /** Whether an implementation claims a capability. */
  claims(subject: Subject, capability: string): boolean;
  /** The same, with its calls noted. */
  watch(subject: Subject, log: CallLog): Subject;
  /** Lets go of it, whatever happened. */
  close(subject: Subject): Promise<void>;
}

/** What stands in the table of hints, and a clause by its id. */
export interface ClauseFacts {
  readonly id: string;
  readonly title: string;
  readonly claim: string | null;
  readonly hint: string;
}

/** A clause that takes longer than this hangs. */
const LIMIT_MS = 60_000;

/** Makes a clause of a check. */
export function makeClause<Subject>(
  facts: ClauseFacts,
  kind: SubjectKind<Subject>,
  check: (subject: Subject) => Promise<void>,
): ConformanceCase<Subject> {
  return {
    ...facts,
    async run(create) {
      const subject = await create();
      const log = callLog();
      try {
        if (facts.claim !== null && !kind.claims(subject, facts.claim)) return 'not-claimed';
        await withinLimit(check(kind.watch(subject, log)));
        return 'passed';
      } catch (error) {
        throw broken(facts, log, error);
      } finally {
        await kind.close(subject);
      }
    },
  };
}

/** What a clause said when it rejected; `null` for an error of another origin. */
export function failureOf(error: unknown): ClauseFailure | null {
  return (error as { readonly failure?: ClauseFailure } | null)?.failure ?? null;
}

function broken({ id, title, hint }: ClauseFacts, log: CallLog, cause: unknown): Error {
  const failure: ClauseFailure = { clause: id, ...mismatchOf(cause), calls: log.last(), hint };
  const lines = [
    `${id} ${title}`,
    `  step:     ${failure.step}`,
    `  expected: ${failure.expected}`,
    `  seen:     ${failure.seen}`,
    ...failure.calls.map((call, at) => `  ${at === 0 ? 'calls:   ' : '         '} ${call}`),
    `  likely:   ${hint}`,
  ];
  return Object.assign(new Error(lines.join('\n'), { cause }), { failure });
}

async function withinLimit(work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${LIMIT_MS / 1000} seconds`)), LIMIT_MS);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
