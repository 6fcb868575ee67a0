import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/adapters/memory/index.ts';
import {
  type ConformanceReport,
  failureOf,
  register,
  renderReport,
  runSuite,
  type StoreHarness,
  storeCases,
  type TestRunner,
} from '../../src/testing/index.ts';
import { memoryHarness } from '../stores/harness.ts';

const few = storeCases.filter(({ id }) => ['ST-20', 'ST-42', 'ST-100', 'ST-110'].includes(id));

/** A store that stops counters one too early. */
async function early(): Promise<StoreHarness> {
  return memoryHarness((inner) => ({
    ...inner,
    commit: (tenant, batch) =>
      inner.commit(tenant, {
        ...batch,
        adds: batch.adds.map((add) => ({ ...add, atMost: add.atMost === null ? null : add.atMost - 1 })),
      }),
  }));
}

/** A runner that collects tests and runs them afterwards. */
function collecting(withSkip: boolean): {
  readonly runner: TestRunner;
  run(): Promise<readonly (readonly [name: string, outcome: string])[]>;
  readonly arities: number[];
} {
  const tests: { readonly name: string; readonly body: Parameters<TestRunner['it']>[1] }[] = [];
  const arities: number[] = [];
  return {
    arities,
    runner: {
      describe: (_, body) => body(),
      it(name, body) {
        tests.push({ name, body });
        arities.push(body.length);
      },
    },
    async run() {
      const outcomes: [string, string][] = [];
      for (const { name, body } of tests) {
        let outcome = 'passed';
        const skip = (reason?: string): void => {
          outcome = `skipped: ${reason}`;
        };
        await body(withSkip ? { skip } : (undefined as never)).catch(() => {
          outcome = 'failed';
        });
        outcomes.push([name.split(' ')[0] ?? '', outcome]);
      }
      return outcomes;
    },
  };
}

describe('register', () => {
  const waivers = [{ id: 'ST-20', reason: 'reads follow within a second' }];

  it('shows what is waived or not claimed as skipped, with the reason, and reports at the end', async () => {
    const reports: ConformanceReport[] = [];
    const { runner, run, arities } = collecting(true);
    register(few, runner, {
      name: 'early',
      create: early,
      waivers,
      report: (report) => void reports.push(report),
    });
    expect(await run()).toEqual([
      ['ST-20', 'skipped: reads follow within a second'],
      ['ST-42', 'failed'],
      ['ST-100', 'skipped: multiProcess is not claimed'],
      ['ST-110', 'skipped: durable is not claimed'],
      ['report', 'passed'],
    ]);
    expect(reports).toMatchObject([
      { conforms: false, counts: { passed: 0, failed: 1, waived: 1, 'not-claimed': 2 } },
    ]);
    // Runners of the older kind take a test with a parameter for one that calls back.
    expect(new Set(arities)).toEqual(new Set([0]));
  });

  it('works with a runner that cannot skip', async () => {
    const { runner, run } = collecting(false);
    register(few, runner, { name: 'memory', create: () => memoryHarness(), waivers });
    expect((await run()).map(([, outcome]) => outcome)).toEqual(['passed', 'passed', 'passed', 'passed']);
  });

  it('refuses a waiver of a clause that is not there, or without a reason', () => {
    const options = { name: 'memory', create: () => memoryHarness() };
    const { runner } = collecting(true);
    expect(() => register(few, runner, { ...options, waivers: [{ id: 'ST-99', reason: 'x' }] })).toThrow(
      'no clause ST-99',
    );
    expect(() => register(few, runner, { ...options, waivers: [{ id: 'ST-20', reason: ' ' }] })).toThrow(
      'a waiver needs a reason',
    );
  });
});

describe('a report', () => {
  it('is data that says of each clause what became of it', async () => {
    const report = await runSuite(few, { name: 'early', create: early });
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(report).toMatchObject({
      format: 'gamekeeper-conformance/1',
      name: 'early',
      conforms: false,
      clauses: [
        { clause: 'ST-20', outcome: 'passed', claim: null, reason: null, failure: null },
        {
          clause: 'ST-42',
          outcome: 'failed',
          failure: {
            step: 'up to the upper bound',
            expected: '{"status":"committed","repeated":false,"totals":[2]}',
            seen: '{"status":"bound","refs":[{"collection":"count","id":"n"}]}',
            hint: expect.stringContaining('<='),
          },
        },
        {
          clause: 'ST-100',
          outcome: 'not-claimed',
          claim: 'multiProcess',
          reason: 'multiProcess is not claimed',
        },
        { clause: 'ST-110', outcome: 'not-claimed', claim: 'durable' },
      ],
    });
    expect(report.clauses[1]?.failure?.calls.at(-1)).toMatch(
      /^commit\("acme", \{"adds":\[.*\}\) → \{"status":"bound"/,
    );
  });

  it('conforms only when all passed that is claimed, and nothing is waived', async () => {
    const create = (): Promise<StoreHarness> => memoryHarness();
    expect(await runSuite(few, { name: 'memory', create })).toMatchObject({ conforms: true });
    const waivers = [{ id: 'ST-20', reason: 'x' }];
    expect(await runSuite(few, { name: 'memory', create, waivers })).toMatchObject({ conforms: false });
  });

  it('reads well', async () => {
    const waivers = [{ id: 'ST-20', reason: 'reads follow within a second' }];
    expect(
      renderReport(await runSuite(few, { name: 'early', create: early, waivers })),
    ).toMatchInlineSnapshot(`
      "FAILED ST-42 lets a counter reach its bounds and not pass them
        up to the upper bound
        expected {"status":"committed","repeated":false,"totals":[2]}
        seen     {"status":"bound","refs":[{"collection":"count","id":"n"}]}
        likely   The bound is compared with < instead of <=, or not for the first value: \`WHERE value + by <= atMost\`.
      waived ST-20 shows a commit to every read that begins after it: reads follow within a second
      not-claimed ST-100 (multiProcess) shows a commit at once through every handle: multiProcess is not claimed
      not-claimed ST-110 (durable) keeps everything when all handles are closed: durable is not claimed
      early: does not conform; 0 passed, 1 failed, 1 waived, 2 not claimed"
    `);
  });

  it('tells of an implementation that cannot even be made', async () => {
    const create = (): Promise<StoreHarness> => Promise.reject(new Error('no such file'));
    const report = await runSuite(few.slice(0, 1), { name: 'none', create });
    expect(report.clauses).toMatchObject([{ outcome: 'failed', reason: 'no such file', failure: null }]);
    expect(renderReport(report)).toContain(
      'FAILED ST-20 shows a commit to every read that begins after it: no such file',
    );
  });
});

describe('a failed clause', () => {
  const clause = storeCases.find(({ id }) => id === 'ST-42');
  const failing = (create: () => Promise<StoreHarness>): Promise<unknown> =>
    (clause as NonNullable<typeof clause>).run(create).catch((error: unknown) => error);

  it('names the clause, the step, what was expected and seen, the last calls and the likely cause', async () => {
    const error = (await failing(early)) as Error;
    expect(error.message).toMatchInlineSnapshot(`
      "ST-42 lets a counter reach its bounds and not pass them
        step:     up to the upper bound
        expected: {"status":"committed","repeated":false,"totals":[2]}
        seen:     {"status":"bound","refs":[{"collection":"count","id":"n"}]}
        calls:    commit("acme", {"adds":[{"ref":{"collection":"count","id":"n"},"by":3,"version":"c1","atMost":2,"atLeast":-2}]}) → {"status":"bound","refs":[{"collection":"count","id":"n"}]}
                  get("acme", [{"collection":"count","id":"n"}]) → [null]
                  commit("acme", {"adds":[{"ref":{"collection":"count","id":"n"},"by":2,"version":"c2","atMost":2,"atLeast":-2}]}) → {"status":"bound","refs":[{"collection":"count","id":"n"}]}
        likely:   The bound is compared with < instead of <=, or not for the first value: \`WHERE value + by <= atMost\`."
    `);
  });

  it('tells of calls that throw, and of stores that are classes or frozen', async () => {
    class Throwing {
      readonly specificationVersion = 'v1';
      readonly capabilities = Object.freeze({ durable: false, multiProcess: false });
      #calls = 0;
      commit(): Promise<never> {
        this.#calls += 1;
        throw new Error(`call ${this.#calls} is broken`);
      }
    }
    for (const store of [
      new Throwing(),
      Object.freeze({ ...memoryStore(), commit: new Throwing().commit.bind(new Throwing()) }),
    ]) {
      const create = async (): Promise<StoreHarness> => ({
        store: store as unknown as StoreHarness['store'],
        reopen: null,
        close: async () => undefined,
      });
      expect(failureOf(await failing(create))).toMatchObject({
        clause: 'ST-42',
        seen: 'an error: call 1 is broken',
        calls: [expect.stringContaining('→ an error: call 1 is broken')],
      });
    }
  });

  it('closes what it was given, whatever happened', async () => {
    let closed = 0;
    const create = async (): Promise<StoreHarness> => ({
      ...(await early()),
      close: async () => {
        closed += 1;
      },
    });
    await failing(create);
    expect(closed).toBe(1);
  });
});
