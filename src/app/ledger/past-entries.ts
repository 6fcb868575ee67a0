import type { Instant } from '../../kernel/index.ts';
import { DAY_MS, millisOf } from '../../kernel/index.ts';
import { type Leaf, parseLeaf } from '../../ledger/index.ts';
import type { PastEntry } from '../../model/index.ts';
import type { Vault } from '../commit/session.ts';
import { readEdge } from './sealer.ts';

const PART = 500;
/** Entries lie in the order in which they were committed: machines whose clocks differ, differ less than this. */
const SKEW_MS = DAY_MS;

/** A sealed entry with its place in the log. */
export interface PlacedEntry extends PastEntry {
  readonly index: number;
}

/**
 * The sealed entries from one moment to before another, each authenticated, in the order of the log. Finds its
 * beginning by halving; then a page at a time, so that memory does not grow with the range.
 *
 * @param onProgress Hears how many entries were read, and of how many at most.
 */
export async function* readPast(
  vault: Vault,
  from: number,
  until: number,
  onProgress: (read: number, of: number) => void,
): AsyncGenerator<PlacedEntry> {
  const { store, tenant } = vault;
  const { size } = (await readEdge(vault)).tree;
  const first = await firstSince(vault, from - SKEW_MS, size);
  for (let next = first; next < size; ) {
    const limit = Math.min(PART, size - next);
    const entries = await store.readEntries(tenant, { by: 'index', from: next, limit });
    if (entries.length === 0) return;
    for (const [place, entry] of entries.entries()) {
      vault.codec.checkEntry(entry);
      const leaf = parseLeaf(entry.leaf);
      if (leaf === null) continue;
      const at = millisOf(leaf.at as Instant);
      if (at >= from && at < until) yield { ...(leaf as PastLeaf), index: next + place };
      if (at >= until + SKEW_MS) return;
    }
    next += entries.length;
    onProgress(next - first, size - first);
  }
}

type PastLeaf = Leaf & { readonly at: Instant };

/** The index of the first entry that is not before a moment. */
async function firstSince(vault: Vault, moment: number, size: number): Promise<number> {
  let low = 0;
  for (let high = size; low < high; ) {
    const middle = Math.floor((low + high) / 2);
    const [entry] = await vault.store.readEntries(vault.tenant, { by: 'index', from: middle, limit: 1 });
    const leaf = entry === undefined ? null : parseLeaf(entry.leaf);
    if (leaf === null || millisOf(leaf.at as Instant) >= moment) high = middle;
    else low = middle + 1;
  }
  return low;
}
