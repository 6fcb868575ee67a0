import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directorySource } from '../../src/adapters/node/index.ts';
import { decodeLeaves, parseLeaf, verifyDirectory } from '../../src/ledger/index.ts';
import { foldExport } from './fold-export.ts';

const releases = readdirSync('tests/golden').filter((name) =>
  statSync(join('tests/golden', name)).isDirectory(),
);

async function filesOf(release: string): Promise<Map<string, Uint8Array>> {
  const source = directorySource(join('tests/golden', release, 'ledger'));
  const files = new Map<string, Uint8Array>();
  for (const path of await source.list()) files.set(path, (await source.read(path)) as Uint8Array);
  return files;
}

describe.each(releases)('the golden ledger of %s', (release) => {
  it('still verifies offline', async () => {
    const report = await verifyDirectory(directorySource(join('tests/golden', release, 'ledger')));
    expect(report.findings).toEqual([]);
    expect(report.status).toBe('ok');
  });

  it('still comes to the same state', async () => {
    const state: unknown = JSON.parse(readFileSync(join('tests/golden', release, 'state.json'), 'utf8'));
    expect(JSON.parse(JSON.stringify(foldExport(await filesOf(release))))).toEqual(state);
  });
});

it('the golden ledger of the first release holds every type of entry that changes state', async () => {
  const files = await filesOf('0.1.0');
  const types = new Set<string>();
  for (const [path, bytes] of files) {
    if (!path.startsWith('tile/entries/')) continue;
    for (const text of decodeLeaves(bytes) ?? []) types.add(parseLeaf(text)?.type ?? '');
  }
  const expected = [
    ...[
      'approval-requested',
      'claim-approved',
      'claim-escalated',
      'claim-rejected',
      'claim-submitted',
      'claim-withdrawn',
    ],
    ...[
      'customer-released',
      'customer-shared',
      'customer-transferred',
      'customer-updated',
      'employee-delegated',
    ],
    ...[
      'employee-hired',
      'employee-updated',
      'erasure',
      'follow-up-escalated',
      'follow-up-recorded',
      'follow-up-reminded',
    ],
    ...['order-recorded', 'policy-adopted', 'refusals-folded', 'tenant-created'],
  ];
  expect(expected.filter((type) => !types.has(type))).toEqual([]);
});
