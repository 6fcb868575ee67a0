import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConformanceReport, storeCases } from '../../src/testing/index.ts';
import { temporaryFolder } from '../stores/harness.ts';
import { installBuilt } from './built-package.ts';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The suite with other imports, in a folder of its own, and what came of it there. */
function runIn(
  name: string,
  source: string,
  command: readonly string[],
): Readonly<Record<string, ConformanceReport>> {
  const home = join(folder, name);
  mkdirSync(home);
  const file = join(home, command.at(-1) as string);
  writeFileSync(file, source);
  const { NODE_TEST_CONTEXT: _, VITEST: __, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    cwd: home,
    encoding: 'utf8',
    env: { ...env, TMPDIR: folder },
  });
  expect(status, stdout + stderr).toBe(0);
  return Object.fromEntries(
    ['memory', 'sqlite'].map((store) => [
      store,
      JSON.parse(readFileSync(join(home, `${store}.json`), 'utf8')) as ConformanceReport,
    ]),
  );
}

/** What became of each clause, without the time it took. */
function outcomesOf(report: ConformanceReport | undefined): readonly string[] {
  return (report?.clauses ?? []).map(({ clause, outcome }) => `${clause} ${outcome}`);
}

const esm = readFileSync('.ci/consumers/conformance.mjs', 'utf8');
const cjs = esm.replaceAll(
  /^import \{(.*)\} from '(.*)';$/gm,
  (_, names: string, from: string) => `const {${names}} = require('${from}');`,
);
const vitest = esm.replace(
  "import { after, describe, it } from 'node:test';",
  "import { afterAll as after, describe, it } from 'vitest';",
);

describe('the built suite, in a host of its own', () => {
  beforeAll(() => installBuilt(folder), 60_000);

  it.each([
    ['node:test, as ES module', 'node-esm', esm, ['--test', 'conformance.mjs']],
    ['node:test, as CommonJS', 'node-cjs', cjs, ['--test', 'conformance.cjs']],
    [
      'vitest',
      'vitest',
      vitest,
      [
        resolve('node_modules/vitest/vitest.mjs'),
        'run',
        '--root',
        '.',
        '--testTimeout=60000',
        'conformance.test.mjs',
      ],
    ],
  ] as const)(
    'runs under %s',
    (_, name, source, command) => {
      const { memory, sqlite } = runIn(name, source, command);
      expect(memory).toMatchObject({ conforms: true, counts: { failed: 0, waived: 0 } });
      expect(sqlite).toMatchObject({ conforms: true, counts: { failed: 0, waived: 0, 'not-claimed': 0 } });
      expect(outcomesOf(sqlite)).toEqual(storeCases.map(({ id }) => `${id} passed`));
      const unclaimed = (claim: string | null): boolean => claim === 'durable' || claim === 'multiProcess';
      expect(outcomesOf(memory)).toEqual(
        storeCases.map(({ id, claim }) => `${id} ${unclaimed(claim) ? 'not-claimed' : 'passed'}`),
      );
    },
    120_000,
  );
});
