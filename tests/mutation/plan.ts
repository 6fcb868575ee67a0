import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { instrument, type Mutant } from './instrument.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** What is mutated, and the tests that must notice. Tests of a folder alone: nothing of a store or a keeper. */
export const FOLDERS = ['guard', 'handover'] as const;
const SOURCES = FOLDERS.map((folder) => `src/${folder}/*.ts`);
const TESTS = FOLDERS.map((folder) => `tests/${folder}/*.test.ts`);
/** Another implementation of the rules, in WebAssembly: slow, and it asks nothing that the others do not. */
const NOT = ['tests/guard/cedar.test.ts'];

/** Every file in which mutants wait, by its absolute path, and all mutants. */
export interface Plan {
  readonly codes: ReadonlyMap<string, string>;
  readonly mutants: readonly Mutant[];
  readonly tests: readonly string[];
}

/** The same in every process: mutants are numbered through, file by file. */
export function plan(): Plan {
  const codes = new Map<string, string>();
  const mutants: Mutant[] = [];
  for (const file of globSync(SOURCES, { cwd: ROOT }).sort()) {
    const path = join(ROOT, file);
    const made = instrument(file, readFileSync(path, 'utf8'), mutants.length + 1);
    codes.set(path, made.code);
    mutants.push(...made.mutants);
  }
  const tests = globSync(TESTS, { cwd: ROOT }).filter((file) => !NOT.includes(file));
  return { codes, mutants, tests: tests.sort().map((file) => join(ROOT, file)) };
}
