import { equalBytes, GamekeeperError } from '../kernel/index.ts';
import { emptyRoot, hashOfRange, nodeHasher, type TreeReader } from './merkle.ts';
import { type Hasher, sha256 as pureSha256 } from './sha256.ts';

/** Why a proof proves nothing. `malformed` covers everything that is not of the stated types and sizes. */
export type ProofFault = 'malformed' | 'out-of-range' | 'wrong-length' | 'wrong-root';

/** The claim that a leaf stands at an index of the tree with this size and root. */
export interface InclusionClaim {
  readonly index: number;
  readonly size: number;
  readonly leafHash: Uint8Array;
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** A size and the root of the tree of that size. */
export interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/** The claim that the tree `to` begins with all leaves of the tree `from`. */
export interface ConsistencyClaim {
  readonly from: TreeHead;
  readonly to: TreeHead;
  readonly proof: readonly Uint8Array[];
}

/** Trees hold less than 2^63 leaves; no proof is longer. */
const LONGEST = 63;

/**
 * Proves that the leaf at `index` is in the tree of the first `size` leaves (RFC 6962, section 2.1.1).
 *
 * @throws {GamekeeperError} `ERR_INVALID_INPUT` unless `0 <= index < size <= tree.size`.
 */
export function proveInclusion(
  tree: TreeReader,
  index: number,
  size: number,
  sha256: Hasher = pureSha256,
): Uint8Array[] {
  if (!(isCount(index) && isCount(size) && index < size && size <= tree.size)) {
    throw new GamekeeperError('ERR_INVALID_INPUT', `no leaf ${index} in ${size} of ${tree.size} leaves`);
  }
  return siblings(tree, index, size, 0, sha256);
}

/**
 * Proves that the first `to` leaves begin with the first `from` leaves (RFC 6962, section 2.1.2).
 *
 * Empty when `from` is 0 or equals `to`.
 *
 * @throws {GamekeeperError} `ERR_INVALID_INPUT` unless `0 <= from <= to <= tree.size`.
 */
export function proveConsistency(
  tree: TreeReader,
  from: number,
  to: number,
  sha256: Hasher = pureSha256,
): Uint8Array[] {
  if (!(isCount(from) && isCount(to) && from <= to && to <= tree.size)) {
    throw new GamekeeperError('ERR_INVALID_INPUT', `no sizes ${from} and ${to} among ${tree.size} leaves`);
  }
  if (from === 0 || from === to) return [];
  let level = 0;
  let at = from - 1;
  for (; at % 2 === 1; at = (at - 1) / 2) level += 1;
  const rest = siblings(tree, at, to, level, sha256);
  // The verifier knows the subtree itself only when it is the whole old tree.
  return at === 0 ? rest : [tree.hashAt(level, at), ...rest];
}

/** The hashes beside the way up from a node of a tree of `size` leaves. */
function siblings(tree: TreeReader, index: number, size: number, from: number, sha256: Hasher): Uint8Array[] {
  const join = nodeHasher(sha256);
  const proof: Uint8Array[] = [];
  let at = index;
  let level = from;
  for (let width = 2 ** from; width < size; width *= 2) {
    const last = Math.ceil(size / width) - 1;
    if (at % 2 === 1) proof.push(tree.hashAt(level, at - 1));
    else if (at < last) {
      const whole = (at + 2) * width <= size;
      proof.push(whole ? tree.hashAt(level, at + 1) : hashOfRange(tree, (at + 1) * width, size, join));
    }
    at = Math.floor(at / 2);
    level += 1;
  }
  return proof;
}

/** Why a proof does not show the leaf to be in the tree, or `undefined` when it does (RFC 9162, section 2.1.3.2). */
export function inclusionFault(claim: InclusionClaim, sha256: Hasher = pureSha256): ProofFault | undefined {
  const { index, size, leafHash, proof, root } = (claim ?? {}) as InclusionClaim;
  if (!isCount(index) || !isCount(size) || !isHash(leafHash) || !isHash(root) || !isProof(proof))
    return 'malformed';
  if (index >= size) return 'out-of-range';
  const top = climb(index, size - 1, proof, leafHash, leafHash, sha256);
  if (top === null) return 'wrong-length';
  return equalBytes(top.now, root) ? undefined : 'wrong-root';
}

/**
 * Why a proof does not show one tree to begin with the other, or `undefined` when it does
 * (RFC 9162, section 2.1.4.2).
 *
 * Every tree begins with the empty one: from size 0 the proof is empty and the root that of no leaves.
 */
export function consistencyFault(
  claim: ConsistencyClaim,
  sha256: Hasher = pureSha256,
): ProofFault | undefined {
  const { from, to, proof } = (claim ?? {}) as ConsistencyClaim;
  if (!isHead(from) || !isHead(to) || !isProof(proof)) return 'malformed';
  if (from.size > to.size) return 'out-of-range';
  if (from.size === 0 && !equalBytes(from.root, emptyRoot(sha256))) return 'wrong-root';
  if (from.size === to.size && !equalBytes(from.root, to.root)) return 'wrong-root';
  if (from.size === 0 || from.size === to.size) return proof.length === 0 ? undefined : 'wrong-length';

  let at = from.size - 1;
  let last = to.size - 1;
  for (; at % 2 === 1; at = half(at)) last = half(last);
  // The old tree's root is left out of the proof when the way up begins with it.
  const start = at === 0 ? from.root : proof[0];
  const top = start && climb(at, last, at === 0 ? proof : proof.slice(1), start, start, sha256);
  if (!top) return 'wrong-length';
  return equalBytes(top.old, from.root) && equalBytes(top.now, to.root) ? undefined : 'wrong-root';
}

/**
 * Goes up from a node with the hashes beside the way. `now` ends as the root of the whole tree, `old` as that
 * of the tree that ended at the node; `null` when there are too few or too many hashes.
 */
function climb(
  from: number,
  end: number,
  proof: readonly Uint8Array[],
  now: Uint8Array,
  old: Uint8Array,
  sha256: Hasher,
): { now: Uint8Array; old: Uint8Array } | null {
  const join = nodeHasher(sha256);
  let at = from;
  let last = end;
  let top = { now, old };
  for (const sibling of proof) {
    if (last === 0) return null;
    if (at % 2 === 1 || at === last) {
      const above = join(sibling, top.now);
      // Most of the way both are the same: hash once.
      top = { now: above, old: top.old === top.now ? above : join(sibling, top.old) };
      for (; at % 2 === 0 && at !== 0; at /= 2) last = half(last);
    } else top = { now: join(top.now, sibling), old: top.old };
    at = half(at);
    last = half(last);
  }
  return last === 0 ? top : null;
}

function half(value: number): number {
  return Math.floor(value / 2);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isHash(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.length === 32;
}

function isHead(value: unknown): value is TreeHead {
  return (
    typeof value === 'object' &&
    value !== null &&
    isCount((value as TreeHead).size) &&
    isHash((value as TreeHead).root)
  );
}

function isProof(value: unknown): value is readonly Uint8Array[] {
  return Array.isArray(value) && value.length <= LONGEST && value.every(isHash);
}
