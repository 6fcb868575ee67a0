import { applyEntry, createReplay } from '../../src/app/ledger/replay.ts';
import { decodeLeaves, parseLeaf } from '../../src/ledger/index.ts';

/** What the entries of an export come to: every state document and counter by name, with its version. */
export function foldExport(files: ReadonlyMap<string, Uint8Array>): { readonly [name: string]: unknown } {
  const disclosed = new Map<string, readonly string[]>();
  for (const [path, bytes] of files) {
    if (!path.startsWith('disclosures/')) continue;
    for (const line of new TextDecoder().decode(bytes).split('\n').filter(Boolean)) {
      const { entry, disclosures } = JSON.parse(line) as { entry: string; disclosures: string[] };
      disclosed.set(entry, disclosures);
    }
  }
  const replay = createReplay();
  const bundles = [...files.keys()].filter((path) => path.startsWith('tile/entries/')).sort();
  for (const leaves of bundles.map((path) => decodeLeaves(files.get(path) as Uint8Array))) {
    for (const text of leaves ?? []) {
      const leaf = parseLeaf(text);
      if (leaf === null) throw new Error('a golden ledger holds an entry that cannot be read any more');
      applyEntry(replay, { leaf, disclosures: disclosed.get(leaf.id) ?? [] });
    }
  }
  return Object.fromEntries(
    [...replay.documents, ...replay.counters].sort(([left], [right]) => (left < right ? -1 : 1)),
  );
}
