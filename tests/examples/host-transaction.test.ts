import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../../examples/host-transaction/main.ts';
import { SERVERS, whyMissing } from '../stores/engines.ts';

const missing = await whyMissing('postgresql');

describe('the example of a host’s own transaction', () => {
  it.skipIf(missing !== null)('commits both or none, and keeps the refusal', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gamekeeper-'));
    const { host, port, user, database } = SERVERS.postgresql;
    const lines: string[] = [];
    const counts = await run(`postgres://${user}@${host}:${port}/${database}`, folder, (line) =>
      lines.push(line),
    );
    rmSync(folder, { recursive: true, force: true });
    expect(counts).toEqual({ deals: 1, followUps: 1 });
    expect(lines).toContain('Eve may not: no row in the CRM, and the refusal is on record all the same.');
    expect(lines.at(-1)).toBe('The ledger: ok.');
  });

  it('is what the page about databases shows', () => {
    const shown = /```ts no-run\n(\/\/ close-deal\.ts\n[\s\S]*?)```/.exec(
      readFileSync('docs/sql.md', 'utf8'),
    )?.[1];
    const flat = (text: string): string =>
      text
        .replace(/^\/\/ .*\n/, '')
        .replace(/\s+/g, ' ')
        .trim();
    expect(flat(readFileSync('examples/host-transaction/close-deal.ts', 'utf8'))).toContain(
      flat(shown ?? 'nothing is shown'),
    );
  });
});
