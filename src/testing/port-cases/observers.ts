import type {
  ObservedFact,
  ObservedFigures,
  ObservedSpan,
  ObservedWork,
  Observer,
} from '../../ports/index.ts';
import { type ConformanceCase, makeClause, type SubjectKind } from '../conformance.ts';
import { expectThat, same } from '../expectations.ts';

/** What the suite needs to test an observer. */
export interface ObserverHarness {
  readonly observer: Observer;
  /**
   * What the observer takes for the work under way where it is called, such as the active span. `null` for observers that
   * follow none.
   */
  readonly current: (() => unknown) | null;
  /** Lets the observer read the figures it watches, and waits until it has. `null` for observers that read none. */
  readonly collect: (() => Promise<void>) | null;
  /** Lets go of what the case opened. */
  close(): Promise<void>;
}

type Claim = 'current' | 'collect';

const OBSERVERS: SubjectKind<ObserverHarness> = {
  claims: (harness, claim) => harness[claim as Claim] !== null,
  watch: (harness, log) => ({ ...harness, observer: log.watch(harness.observer, '') }),
  close: (harness) => harness.close(),
};

function clause(
  id: string,
  title: string,
  hint: string,
  check: (observer: Observer) => Promise<void>,
): ConformanceCase<ObserverHarness> {
  return makeClause({ id, title, claim: null, hint }, OBSERVERS, ({ observer }) => check(observer));
}

/** A clause that only counts where the harness can show it. */
function clauseIf<Named extends Claim>(
  claim: Named,
  id: string,
  title: string,
  hint: string,
  check: (observer: Observer, show: NonNullable<ObserverHarness[Named]>) => Promise<void>,
): ConformanceCase<ObserverHarness> {
  return makeClause({ id, title: `(${claim}) ${title}`, claim, hint }, OBSERVERS, (harness) =>
    check(harness.observer, harness[claim] as NonNullable<ObserverHarness[Named]>),
  );
}

/** One of each kind of work. */
const WORKS: readonly ObservedWork[] = [
  { kind: 'command', tenant: 'acme', area: 'customers', verb: 'get' },
  { kind: 'store', tenant: 'acme', call: 'commit' },
  { kind: 'keys', call: 'sign' },
  { kind: 'seal', tenant: 'acme' },
  { kind: 'sweep', tenant: 'acme' },
  { kind: 'delivery', tenant: 'acme', receiver: 'crm' },
];

const ENTRY = '019cad8f-ac00-7806-9c8c-000000000001';

/** One of each kind of fact, and those with what may be absent. */
const FACTS: readonly ObservedFact[] = [
  { kind: 'commit', tenant: 'acme', outcome: 'committed', entry: ENTRY },
  { kind: 'commit', tenant: 'acme', outcome: 'conflict', entry: null },
  { kind: 'guard', tenant: 'acme', operation: 'reveals', decision: 'hold' },
  { kind: 'swept', tenant: 'acme', outcome: 'failed', items: 2 },
  { kind: 'sealed', tenant: 'acme', entries: 3, size: 7, lagMs: 12.5 },
  { kind: 'delivered', tenant: 'acme', receiver: 'crm', outcome: 'accepted', entries: 3, lagMs: 12.5 },
  { kind: 'delivered', tenant: 'acme', receiver: 'crm', outcome: 'gone', entries: 0, lagMs: null },
  { kind: 'alarm', tenant: 'acme', alarm: 'entry-lost', receiver: null, entries: [ENTRY] },
];

/** What a later version may tell: a kind that nobody knows yet. */
const NEW_WORK = { kind: 'not-yet-known', tenant: 'acme' } as unknown as ObservedWork;
const NEW_FACT = { kind: 'not-yet-known', tenant: 'acme' } as unknown as ObservedFact;

const OUTCOMES = ['ok', 'not-found', 'conflict', 'ERR_STORE_FAILED'] as const;

/** Runs something within a span, and fails unless that was run once before `enter` returned. */
function enter(span: ObservedSpan, step: string, run: () => void = () => undefined): void {
  let runs = 0;
  span.enter(() => {
    runs += 1;
    if (runs === 1) run();
  });
  same(runs, 1, `how often ${step} has run what it was given, when enter returns`);
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** The contract of the observer port, clause by clause. */
export const observerCases: readonly ConformanceCase<ObserverHarness>[] = [
  clause('OB-01', 'states the version of the port', 'State `specificationVersion: "v1"`.', async (observer) =>
    same(observer.specificationVersion, 'v1', 'specificationVersion'),
  ),

  clause(
    'OB-02',
    'runs what it is given once, before enter returns, whatever the work is',
    'Call `run()` in `enter` itself, in every branch: not later, not twice, and also where the work is not sampled.',
    async (observer) => {
      for (const work of WORKS) {
        const span = observer.begin(work);
        enter(span, work.kind);
        span.end('ok', 1);
      }
    },
  ),

  clause(
    'OB-03',
    'keeps works apart that run at once or within each other, and end in any order',
    'Keep what belongs to a work in what `begin` answers, never in a variable of the observer.',
    async (observer) => {
      const spans = [...WORKS, ...WORKS].map((work) => ({ work, span: observer.begin(work) }));
      const inner = spans.reduceRight<() => void>(
        (run, { work, span }) =>
          () =>
            enter(span, `${work.kind}, around others,`, run),
        () => undefined,
      );
      inner();
      for (const [at, { span }] of spans.entries()) span.end(OUTCOMES[at % OUTCOMES.length] as string, at);
      const alone = observer.begin(WORKS[0] as ObservedWork);
      enter(alone, 'a work afterwards');
      alone.end('ok', 0);
    },
  ),

  clause(
    'OB-04',
    'takes every kind of work, outcome and fact, also such as it does not know',
    'Give a `switch` a default that does nothing: kinds are added without a new version of the port.',
    async (observer) => {
      for (const work of [...WORKS, NEW_WORK]) {
        for (const outcome of OUTCOMES) {
          const span = observer.begin(work);
          enter(span, work.kind, () => {
            for (const fact of [...FACTS, NEW_FACT]) observer.tell(fact);
          });
          same(span.end(outcome, 0.25), undefined, `the end of ${work.kind} with ${outcome}`);
        }
      }
      for (const fact of [...FACTS, NEW_FACT])
        same(observer.tell(fact), undefined, `what it answers to ${fact.kind}, outside of any work`);
    },
  ),

  clauseIf(
    'current',
    'OB-05',
    'has what begins in a work, and later in consequence of it, belong to that work alone',
    'Make the work the active one for `run` by an asynchronous context that follows promises, not by a stack.',
    async (observer, current) => {
      const outside = current();
      const follow = async (work: ObservedWork): Promise<unknown> => {
        const span = observer.begin(work);
        let running = Promise.resolve<unknown>(null);
        enter(span, work.kind, () => {
          const begun = current();
          expectThat(begun !== outside, `the work under way in ${work.kind}`, 'that one', 'that outside');
          running = (async () => {
            await pause();
            expectThat(current() === begun, `the same, later in ${work.kind}`, 'the same', 'another');
            const part = observer.begin(WORKS[1] as ObservedWork);
            enter(part, 'a part of it', () =>
              expectThat(current() !== begun, 'the work under way in a part', 'the part', 'the whole'),
            );
            part.end('committed', 1);
            expectThat(current() === begun, `the same, after a part of ${work.kind}`, 'the same', 'another');
            return begun;
          })();
          // Whatever fails first is told; the rest is no rejection that nobody handles.
          running.catch(() => undefined);
        });
        expectThat(current() === outside, `the work under way beside ${work.kind}`, 'none of it', 'it');
        const begun = await running;
        span.end('ok', 2);
        return begun;
      };
      const begun = await Promise.all(WORKS.map(follow));
      same(new Set(begun).size, WORKS.length, 'how many works were told apart');
      expectThat(current() === outside, 'the work under way when all are through', 'none of them', 'one');
    },
  ),

  clause(
    'OB-06',
    'answers to each that is watched how to stop it, and takes that more than once',
    'Answer a function from `watch`; a second call of it does nothing.',
    async (observer) => {
      const read = (): ObservedFigures => ({ entries: 1, oldestMs: 5, failing: 0 });
      const ends = [observer.watch(read), observer.watch(read)];
      for (const end of [...ends, ...ends]) same(end(), undefined, 'the end of watching');
    },
  ),

  clauseIf(
    'collect',
    'OB-07',
    'reads the figures of each that it watches anew each time, and of none whose watching has ended',
    'Call `read` whenever somebody collects, and take it off the list in what `watch` answered.',
    async (observer, collect) => {
      const reads = [0, 0];
      const ends = reads.map((_, at) =>
        observer.watch(() => {
          reads[at] = (reads[at] as number) + 1;
          return { entries: at, oldestMs: at === 0 ? null : 5, failing: 0 };
        }),
      );
      same(reads, [0, 0], 'reads before anybody collects');
      await collect();
      const once = [...reads];
      expectThat(Math.min(...once) > 0, 'reads when somebody has collected', 'each at least once', once);
      await collect();
      const twice = [...reads];
      expectThat(
        twice.every((count, at) => count > (once[at] as number)),
        'reads then',
        'more of each',
        twice,
      );
      ends[0]?.();
      await collect();
      same(reads[0], twice[0], 'reads of the one that has ended');
      expectThat((reads[1] as number) > (twice[1] as number), 'reads of the other', 'more', reads[1]);
      ends[1]?.();
    },
  ),
];
