import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import type { World } from '../app/world.ts';
import { foldExport } from './fold-export.ts';
import { GOLDEN, kindsIn, kindsWithoutGold } from './kinds.ts';

/**
 * Keeps the ledger of a company that a test has played, if it holds kinds of entries that no golden ledger holds yet:
 * `GOLD=1 npx vitest run tests/app/…`. What is kept is never changed.
 */
export async function recordGold({ keeper, tenant }: Pick<World, 'keeper' | 'tenant'>): Promise<void> {
  const files = new Map<string, Uint8Array>();
  const sink = { write: async (path: string, bytes: Uint8Array) => void files.set(path, bytes) };
  const ada = keeper.as({ tenant, employee: 'ada' });
  if (!(await ada.ledger.export(sink, { disclosures: 'included' })).ok) return;
  const bundles = [...files].filter(([path]) => path.startsWith('tile/entries/'));
  const held = new Set(bundles.flatMap(([, bytes]) => kindsIn(bytes)));
  const fresh = kindsWithoutGold().filter((kind) => held.has(kind));
  if (fresh.length === 0) return;
  const folder = join(GOLDEN, `${manifest.version}-${fresh[0]}`);
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, 'ledger', path)), { recursive: true });
    writeFileSync(join(folder, 'ledger', path), bytes);
  }
  writeFileSync(join(folder, 'state.json'), `${JSON.stringify(foldExport(files), null, 1)}\n`);
  console.log(`${folder}: ${files.size} files, for ${fresh.join(', ')}`);
}
