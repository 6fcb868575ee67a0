import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { differences } from '../../.ci/api-reports.ts';
import { publicNames } from './fences.ts';

let home = '';
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'gamekeeper-'));
  mkdirSync(join(home, 'dist'));
  const types = { import: { types: './dist/index.d.ts', default: './dist/index.js' } };
  writeFileSync(
    join(home, 'package.json'),
    JSON.stringify({ name: 'planted', version: '1.0.0', exports: { '.': types } }),
  );
  declare('readonly at: string');
  check('--update');
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** The declarations of a package with one public function, and what its answer holds. */
function declare(fields: string, more = ''): void {
  const text = `interface Answer { ${fields}; }\nexport declare function ask(signal?: AbortSignal): Answer;\n${more}`;
  writeFileSync(join(home, 'dist/index.d.ts'), text);
}

function check(...options: string[]): { readonly status: number | null; readonly said: string } {
  const input = ['.ci/check-api.ts', '--package', relative('.', home), ...options];
  const { status, stdout, stderr } = spawnSync(process.execPath, input, { encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}` };
}

describe('the reports of the public API', () => {
  it('are kept for every subpath, and for nothing else', () => {
    const expected = Object.keys(publicNames()).map((name) => `${name.replace('gamekeeper/', '')}.api.md`);
    expect(readdirSync('docs/api').sort()).toEqual(expected.sort());
  });

  it('list what the root exports', () => {
    const report = readFileSync('docs/api/gamekeeper.api.md', 'utf8');
    for (const name of ['function createGamekeeper', 'function isGamekeeperError', 'interface ActingKeeper'])
      expect(report).toContain(`export ${name}`);
  });

  it('are the same while the package promises the same', () => {
    declare('readonly at: string');
    expect(check()).toMatchObject({ status: 0 });
  });

  it.each([
    [
      'a changed type of what is named and not exported',
      'readonly at: number',
      '',
      /- {5}readonly at: string/,
    ],
    ['a new name', 'readonly at: string', 'export declare const more: 1;', /\+ export const more: 1/],
  ])('turn red with %s, and say what to run', (_, fields, more, line) => {
    declare(fields, more);
    const { status, said } = check();
    expect(status).toBe(1);
    expect(said).toMatch(line);
    expect(said).toContain('`npm run api:update`');
  });

  it('do not take a subpath that is gone for the same, and take another order for it', () => {
    const kept = new Map([
      ['a.api.md', 'one\ntwo\n'],
      ['b.api.md', 'three\n'],
    ]);
    expect(differences(kept, new Map([['a.api.md', 'two\none\n']]))).toEqual(['b.api.md: - three']);
    expect(differences(kept, kept)).toEqual([]);
  });
});
