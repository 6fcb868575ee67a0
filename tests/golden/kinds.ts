import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { alertFolds } from '../../src/alerts/index.ts';
import { companyFolds } from '../../src/company/index.ts';
import { followUpFolds } from '../../src/followup/index.ts';
import { guardFolds } from '../../src/guard/index.ts';
import { handoverFolds } from '../../src/handover/index.ts';
import { decodeLeaves, parseLeaf } from '../../src/ledger/index.ts';
import { ownershipFolds } from '../../src/ownership/index.ts';
import { privacyFolds } from '../../src/privacy/index.ts';

export const GOLDEN = 'tests/golden';

/** Every kind of entry that changes the state. */
export const KINDS: readonly string[] = [
  alertFolds,
  companyFolds,
  followUpFolds,
  guardFolds,
  handoverFolds,
  ownershipFolds,
  privacyFolds,
]
  .flatMap((folds) => Object.keys(folds))
  .sort();

/** The golden ledgers there are. */
export function goldenLedgers(): readonly string[] {
  return readdirSync(GOLDEN).filter((name) => statSync(join(GOLDEN, name)).isDirectory());
}

/** The kinds that no golden ledger holds. */
export function kindsWithoutGold(): readonly string[] {
  const held = new Set<string>();
  for (const name of goldenLedgers()) {
    const entries = join(GOLDEN, name, 'ledger/tile/entries');
    for (const path of readdirSync(entries, { recursive: true, encoding: 'utf8' })) {
      const file = join(entries, path);
      if (statSync(file).isFile()) for (const kind of kindsIn(readFileSync(file))) held.add(kind);
    }
  }
  return KINDS.filter((kind) => !held.has(kind));
}

/** The kinds in a bundle of entries; a refused one changes nothing, and does not count. */
export function kindsIn(bundle: Uint8Array): readonly string[] {
  const leaves = (decodeLeaves(bundle) ?? []).map(parseLeaf);
  return leaves.flatMap((leaf) => (leaf?.outcome === 'done' ? [leaf.type] : []));
}
