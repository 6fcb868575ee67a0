import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { EXPLAINED } from './explained.ts';
import type { KeptTest } from './harness.ts';
import type { Mutant } from './instrument.ts';
import { FOLDERS, plan } from './plan.ts';

const GOAL = 90;
/** A mutant that is asked so much more often than in the sound source runs for ever. */
const TOO_OFTEN = { times: 20, more: 20_000 } as const;

type Outcome = 'killed' | 'endless' | 'survived' | 'not covered';
interface Verdict extends Mutant {
  readonly outcome: Outcome;
  readonly by: string | null;
  readonly explained: string | null;
}

declare global {
  var __mutantOn: (id: number) => boolean;
}

/** A test, how long it takes, and how often it asks for each mutant. */
interface Measured extends KeptTest {
  readonly millis: number;
  readonly asked: ReadonlyMap<number, number>;
}

let on = 0;
let left = Number.POSITIVE_INFINITY;
let asked = new Map<number, number>();
globalThis.__mutantOn = (id) => {
  if (on === 0) asked.set(id, (asked.get(id) ?? 0) + 1);
  if (on !== id) return false;
  left -= 1;
  if (left < 0) throw new Endless();
  return true;
};
class Endless extends Error {}

/** The tests, of modules that are loaded anew: what is worked out at loading is worked out by the mutant. */
async function load(files: readonly string[]): Promise<readonly KeptTest[]> {
  vi.resetModules();
  globalThis.__keptTests = [];
  for (const file of files) await import(/* @vite-ignore */ file);
  return globalThis.__keptTests;
}

async function passes(test: KeptTest): Promise<boolean> {
  try {
    await test.run();
    return true;
  } catch {
    return false;
  }
}

/** Which test first notices; `null` when none does. */
async function judge(
  mutant: Mutant,
  tests: readonly Measured[],
  atLoading: ReadonlySet<number>,
  files: readonly string[],
): Promise<readonly [Outcome, string | null]> {
  const isStatic = atLoading.has(mutant.id);
  const covering = tests.filter(({ asked: by }) => isStatic || by.has(mutant.id));
  if (covering.length === 0) return ['not covered', null];
  on = mutant.id;
  left = Number.POSITIVE_INFINITY;
  try {
    const now = isStatic ? new Map((await load(files)).map((test) => [test.name, test])) : null;
    for (const test of covering) {
      left = TOO_OFTEN.more + TOO_OFTEN.times * (test.asked.get(mutant.id) ?? 0);
      const run = now === null ? test : now.get(test.name);
      if (run === undefined || !(await passes(run))) return [left < 0 ? 'endless' : 'killed', test.name];
    }
    return ['survived', null];
  } catch (error) {
    // Not even the modules can be loaded.
    return ['killed', String(error).slice(0, 100)];
  } finally {
    on = 0;
  }
}

const inOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');
const explanationOf = (mutant: Mutant): string | null =>
  EXPLAINED[mutant.file]?.find(([from, to]) => inOneLine(mutant.from) === from && mutant.to === to)?.[2] ??
  null;

it('notices what is changed', async () => {
  fc.configureGlobal({ endOnFailure: true });
  // What tests print they print once for each mutant.
  const say = console.log;
  console.log = () => undefined;
  const { mutants, tests: files } = plan();
  const loaded = await load(files);
  const atLoading = new Set(asked.keys());
  const tests: Measured[] = [];
  for (const test of loaded) {
    asked = new Map();
    const begun = performance.now();
    await test.run();
    tests.push({ ...test, run: () => test.run(), asked, millis: performance.now() - begun });
  }
  // Loading anew notices nothing by itself.
  for (const test of await load(files))
    if (!(await passes(test))) throw new Error(`${test.name} fails by itself`);
  // Short ones first; those that ask for no mutant have nothing to say.
  const useful = tests.filter(({ asked: by }) => by.size > 0).sort((one, other) => one.millis - other.millis);
  say(
    `${mutants.length} mutants, ${atLoading.size} of them at work while modules are loaded; ${useful.length} tests`,
  );
  const verdicts: Verdict[] = [];
  const only = process.env.MUTANTS?.split(',');
  for (const mutant of mutants) {
    if (only?.every((part) => !mutant.file.includes(part)) === true) continue;
    const [outcome, by] = await judge(mutant, useful, atLoading, files);
    verdicts.push({ ...mutant, outcome, by, explained: explanationOf(mutant) });
  }
  console.log = say;
  report(verdicts);
  for (const folder of FOLDERS)
    expect(
      scoreOf(verdicts.filter(({ file }) => file.includes(`/${folder}/`))),
      folder,
    ).toBeGreaterThanOrEqual(GOAL);
  expect(open(verdicts), 'survivors that nobody explained').toEqual([]);
});

const isDead = ({ outcome }: Verdict): boolean => outcome === 'killed' || outcome === 'endless';
const scoreOf = (verdicts: readonly Verdict[]): number =>
  verdicts.length === 0 ? 100 : (100 * verdicts.filter(isDead).length) / verdicts.length;
const open = (verdicts: readonly Verdict[]): readonly string[] =>
  verdicts.filter((verdict) => !isDead(verdict) && verdict.explained === null).map(lineOf);

function lineOf({ file, line, mutator, from, to, outcome }: Verdict): string {
  const short = (text: string): string => inOneLine(text).slice(0, 70);
  return `${file}:${line} ${mutator}: ${short(from)} → ${short(to) || 'nothing'} (${outcome})`;
}

function report(verdicts: readonly Verdict[]): void {
  for (const file of [...new Set(verdicts.map((verdict) => verdict.file))]) {
    const of = verdicts.filter((verdict) => verdict.file === file);
    console.log(`${file}: ${of.filter(isDead).length} of ${of.length}, ${scoreOf(of).toFixed(1)} %`);
  }
  for (const folder of FOLDERS) {
    const of = verdicts.filter(({ file }) => file.includes(`/${folder}/`));
    const explained = of.filter((verdict) => !isDead(verdict) && verdict.explained !== null).length;
    console.log(
      `src/${folder}: ${scoreOf(of).toFixed(1)} % of ${of.length} mutants noticed; ${explained} survivors explained`,
    );
  }
  for (const line of open(verdicts)) console.log(line);
  const out = join(import.meta.dirname, '..', '..', 'out');
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'mutation.json'), `${JSON.stringify(verdicts, null, 2)}\n`);
}
