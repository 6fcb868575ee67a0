import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  clockCases,
  hostStoreCases,
  idGeneratorCases,
  keyStoreCases,
  notifierCases,
  observerCases,
  primitivesCases,
  signerCases,
  storeCases,
  transferCases,
} from '../../src/testing/index.ts';

const root = join(import.meta.dirname, '..', '..');
const page = join(root, 'docs', 'write-a-store.md');
const text = readFileSync(page, 'utf8');

const otherCases = [
  ...hostStoreCases,
  ...signerCases,
  ...keyStoreCases,
  ...notifierCases,
  ...transferCases,
  ...observerCases,
  ...primitivesCases,
  ...clockCases,
  ...idGeneratorCases,
];

describe('the page on writing a store', () => {
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
