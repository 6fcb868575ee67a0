import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import {
  clockCases,
  idGeneratorCases,
  keyStoreCases,
  notifierCases,
  primitivesCases,
  signerCases,
  storeCases,
} from '../../src/testing/index.ts';
import { temporaryFolder } from './harness.ts';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const root = join(import.meta.dirname, '..', '..');
const page = join(root, 'docs', 'write-a-store.md');
const text = readFileSync(page, 'utf8');

const otherCases = [
  ...signerCases,
  ...keyStoreCases,
  ...notifierCases,
  ...primitivesCases,
  ...clockCases,
  ...idGeneratorCases,
];

/** Where the package's names lead inside the repository. */
const sources: Readonly<Record<string, string>> = {
  gamekeeper: 'src/adapters/memory/index.ts',
  'gamekeeper/ports': 'src/ports/index.ts',
  'gamekeeper/testing': 'src/testing/index.ts',
};

describe('the page on writing a store', () => {
  it('shows a store that passes the suite with node:test', () => {
    const blocks = [...text.matchAll(/```ts\n\/\/ (\S+)\n([\s\S]*?)```/g)];
    expect(blocks.map(([, name]) => name)).toEqual(['journal-store.ts', 'journal-store.test.ts']);
    for (const [, name = '', code = ''] of blocks) {
      const linked = code.replaceAll(/'(gamekeeper[^']*)'/g, (_, from: string) =>
        JSON.stringify(pathToFileURL(join(root, sources[from] ?? from)).href),
      );
      writeFileSync(join(folder, name), linked);
    }
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const input = ['--test', '--test-reporter=tap', join(folder, 'journal-store.test.ts')];
    const { status, stdout } = spawnSync(process.execPath, input, {
      encoding: 'utf8',
      env: { ...env, TMPDIR: folder },
    });
    expect(status, stdout).toBe(0);
    const ids = [...stdout.matchAll(/^ *ok \d+ - (ST-\d+)/gm)].map(([, id]) => id);
    expect(ids).toEqual(storeCases.map(({ id }) => id));
  });

  it.each([
    ['clauses', 'a store', storeCases],
    ['other-clauses', 'it', otherCases],
  ] as const)('lists every clause: %s', (name, who, cases) => {
    const rows = cases.map(({ id, title, hint }) => `| ${id} | ${title} | ${hint.replaceAll('|', '\\|')} |`);
    const head = [`| clause | ${who} | what usually breaks it, and what mends it |`, '| --- | --- | --- |'];
    const table = [...head, ...rows].join('\n');
    const expected = readFileSync(page, 'utf8').replace(
      new RegExp(`<!-- ${name} -->[\\s\\S]*<!-- /${name} -->`),
      () => `<!-- ${name} -->\n${table}\n<!-- /${name} -->`,
    );
    if (process.env.UPDATE_DOCS === '1') writeFileSync(page, expected);
    else expect(text, 'run with UPDATE_DOCS=1 to write the table').toBe(expected);
  });

  it('gives each clause an id of its own', () => {
    const ids = [...storeCases, ...otherCases].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
