import { existsSync } from 'node:fs';
import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import * as ledger from '../../src/ledger/index.ts';
import { judge, makeCases } from './ledger-cases.ts';

const executablePath = '/usr/bin/chromium';
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let browser: Browser | undefined;
afterAll(() => browser?.close());

/** The ledger and its judge as one script for a page; fails when anything in it needs Node. */
async function bundle(): Promise<string> {
  const contents = `
    import * as ledger from './src/ledger/index.ts';
    import { judge } from './tests/package/ledger-cases.ts';
    globalThis.judgeHere = (cases) => judge(ledger, JSON.parse(cases));`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: '.', loader: 'ts' },
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'chrome120',
  });
  return outputFiles[0]?.text ?? '';
}

describe('the ledger without Node', () => {
  const cases = makeCases(ledger);
  const here = judge(ledger, cases);

  it('believes what is good and nothing that was spoilt', () => {
    expect(cases.length).toBeGreaterThan(500);
    const wrong = here.filter((verdict) => verdict.startsWith('good') !== verdict.endsWith(': fine'));
    expect(wrong).toEqual([]);
  });

  it('bundles for a browser', async () => {
    expect(await bundle()).not.toMatch(/\brequire\(|node:/);
  });

  it('says the same in a browser as in Node', { timeout: 120_000 }, async ({ skip }) => {
    skip(!existsSync(executablePath), `no browser at ${executablePath}`);
    browser = await chromium.launch({ executablePath, args });
    const page = await browser.newPage();
    await page.addScriptTag({ content: await bundle() });
    const there = await page.evaluate(
      (all) => (globalThis as unknown as { judgeHere(cases: string): string[] }).judgeHere(all),
      JSON.stringify(cases),
    );
    expect(there).toEqual(here);
  });
});
