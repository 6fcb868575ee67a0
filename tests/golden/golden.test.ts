import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directorySource } from '../../src/adapters/node/index.ts';
import { verifyDirectory } from '../../src/ledger/index.ts';
import { foldExport } from './fold-export.ts';
import { GOLDEN, goldenLedgers, KINDS, kindsWithoutGold } from './kinds.ts';

async function filesOf(name: string): Promise<Map<string, Uint8Array>> {
  const source = directorySource(join(GOLDEN, name, 'ledger'));
  const files = new Map<string, Uint8Array>();
  for (const path of await source.list()) files.set(path, (await source.read(path)) as Uint8Array);
  return files;
}

describe.each(goldenLedgers())('the golden ledger %s', (name) => {
  it('still verifies offline', async () => {
    const report = await verifyDirectory(directorySource(join(GOLDEN, name, 'ledger')));
    expect(report.findings).toEqual([]);
    expect(report.status).toBe('ok');
  });

  it('still comes to the same state', async () => {
    const state: unknown = JSON.parse(readFileSync(join(GOLDEN, name, 'state.json'), 'utf8'));
    expect(JSON.parse(JSON.stringify(foldExport(await filesOf(name))))).toEqual(state);
  });
});

it('every kind of entry that changes the state is in a golden ledger', () => {
  expect(KINDS.length).toBeGreaterThan(80);
  const cure = 'play a company with that kind in a test, and record it: `GOLD=1 npx vitest run tests/app/…`';
  expect(kindsWithoutGold(), cure).toEqual([]);
});
