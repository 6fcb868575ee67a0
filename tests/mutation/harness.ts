/** Stands in for the runner in tests that are run once for each mutant: keeps them instead of running them. */
import { expect, vi } from 'vitest';

export { expect, vi };

/** A test, and the names of what it stands in. */
export interface KeptTest {
  readonly name: string;
  run(): unknown;
}

interface Scope {
  readonly name: string;
  readonly before: (() => unknown)[];
  readonly after: (() => unknown)[];
}

declare global {
  /** The tests of the modules that were loaded since this was last emptied. Of all copies of this module. */
  var __keptTests: KeptTest[] | undefined;
}
globalThis.__keptTests ??= [];
const scopes: Scope[] = [];

type Work = (...input: never[]) => unknown;
type Each = (rows: readonly unknown[]) => (name: string, work: Work) => void;

const keep = (name: string, work: Work): void => {
  const around = [...scopes];
  globalThis.__keptTests?.push({
    name: [...around.map((scope) => scope.name), name].join(' > '),
    async run() {
      for (const { before } of around) for (const one of before) await one();
      try {
        await (work as () => unknown)();
      } finally {
        for (const { after } of around) for (const one of after) await one();
      }
    },
  });
};

const each: Each = (rows) => (name, work) => {
  for (const [at, row] of rows.entries()) {
    const input = (Array.isArray(row) ? row : [row]) as never[];
    keep(`${name} ${at}`, () => work(...input));
  }
};

export const it = Object.assign(keep, { each });

export const describe = Object.assign(
  (name: string, work: () => void): void => {
    scopes.push({ name, before: [], after: [] });
    work();
    scopes.pop();
  },
  {
    each: (rows: readonly unknown[]) => (name: string, work: (row: never) => void) => {
      for (const row of rows) describe(name, () => work(row as never));
    },
  },
);

export const beforeEach = (work: () => unknown): void => void scopes.at(-1)?.before.push(work);
export const afterEach = (work: () => unknown): void => void scopes.at(-1)?.after.push(work);
