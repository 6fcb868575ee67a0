import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createGamekeeper, publicField } from '../../src/index.ts';

/** A row of `docs/loopholes.md`: the number where there is one, what it says, and the test or what is missing. */
interface Row {
  readonly number: number | null;
  readonly says: string;
  readonly shows: string;
}

function rowsOf(page: string): readonly Row[] {
  return page.split('\n').flatMap((line) => {
    const cells = line.startsWith('| ') ? line.slice(2, -2).split(' | ') : [];
    const [first = '', ...rest] = cells;
    const heading = /^-+$|^(no\.|I|promise)$/.test(first);
    if (cells.length === 0 || heading) return [];
    const number = /^\d+$/.test(first) ? Number(first) : null;
    const [says = '', shows = ''] = number === null ? [first, ...rest] : rest;
    return [{ number, says, shows }];
  });
}

/** Why a row shows nothing; `null` when it does. */
function rowFault({ shows }: Row, isThere: (path: string) => boolean): string | null {
  const missing = /^not there: `([\w.]+)`$/.exec(shows)?.[1];
  if (missing !== undefined) return isThere(missing) ? `${missing} is there by now: name its test` : null;
  const [, file = '', title = ''] = /^`(tests\/[\w/-]+\.test\.ts)`: (.+)$/.exec(shows) ?? [];
  if (title === '') return 'names neither a test nor what is not there';
  if (!existsSync(file)) return `${file} does not exist`;
  return titlesIn(readFileSync(file, 'utf8')).has(title) ? null : `no test is called so in ${file}`;
}

/** Titles of the tests that run: one that is skipped shows nothing. */
function titlesIn(source: string): ReadonlySet<string> {
  return new Set(
    [...source.matchAll(/\bit(?:\.each\([^)]*\))?\(\s*(['"`])((?:(?!\1).)+)\1/g)].map(
      ([, , title = '']) => title,
    ),
  );
}

const page = readFileSync('docs/loopholes.md', 'utf8');
const rows = rowsOf(page);
const keeper = createGamekeeper({ profile: z.object({ name: publicField(z.string()) }) });
const acting = keeper.as({ tenant: 'acme', employee: 'ada' });

/** Whether somebody may call a verb or an area of that name. */
function isCallable(path: string): boolean {
  const at = path
    .split('.')
    .reduce<unknown>((area, name) => (area as Record<string, unknown> | undefined)?.[name], acting);
  return at !== undefined;
}

describe('the page about loopholes', () => {
  it('has a row for each of the 31', () => {
    const numbers = new Set(rows.flatMap(({ number }) => number ?? []));
    expect([...numbers].toSorted((left, right) => left - right)).toEqual(
      Array.from({ length: 31 }, (_, at) => at + 1),
    );
  });

  it.each(rows)('names a test that is there, or what is not: $says', (row) => {
    expect(rowFault(row, isCallable)).toBeNull();
  });

  it('is found out where it names a test that is gone, or says that something is missing which is there', () => {
    const row = (shows: string): Row => ({ number: null, says: '', shows });
    const there = rows.find(({ shows }) => shows.startsWith('`tests/'))?.shows ?? '';
    expect(rowFault(row(there), isCallable)).toBeNull();
    expect(rowFault(row(`${there} once`), isCallable)).toContain('no test is called so');
    expect(rowFault(row(there.replace('/app/', '/nowhere/')), isCallable)).toContain('does not exist');
    expect(rowFault(row('not there: `customers.delete`'), isCallable)).toContain('is there by now');
    expect(rowFault(row('trust us'), isCallable)).toContain('names neither');
    expect(titlesIn(`it.skip('never', () => {}); it('always', () => {})`)).toEqual(new Set(['always']));
  });
});
