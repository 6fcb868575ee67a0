import { utf8 } from '../kernel/index.ts';
import { type Hasher, sha256 as pureSha256 } from './sha256.ts';

/** Reads a Merkle tree: whole in memory, or from tiles. */
export interface TreeReader {
  /** How many leaves there are. */
  readonly size: number;
  /**
   * The hash over the 2^level leaves from `index * 2^level` on; level 0 holds the leaf hashes themselves.
   *
   * @throws {GamekeeperError} when the tree has no such complete subtree, or a tile is missing.
   */
  hashAt(level: number, index: number): Uint8Array;
}

/** The hash of a leaf: SHA-256 over 0x00 and its bytes, or its text as UTF-8 (RFC 6962, section 2.1). */
export function leafHash(leaf: Uint8Array | string, sha256: Hasher = pureSha256): Uint8Array {
  if (typeof leaf === 'string') return sha256(`\0${leaf}`);
  const bytes = new Uint8Array(leaf.length + 1);
  bytes.set(leaf, 1);
  return sha256(bytes);
}

/** The hash of an inner node: SHA-256 over 0x01 and both children. */
export function nodeHash(left: Uint8Array, right: Uint8Array, sha256: Hasher = pureSha256): Uint8Array {
  return nodeHasher(sha256)(left, right);
}

/** `nodeHash` with one buffer for all calls, for those who hash many. */
export function nodeHasher(sha256: Hasher): (left: Uint8Array, right: Uint8Array) => Uint8Array {
  const node = new Uint8Array(65);
  node[0] = 1;
  return (left, right) => {
    node.set(left, 1);
    node.set(right, 33);
    return sha256(node);
  };
}

/** The root of the tree without leaves: SHA-256 of nothing. */
export function emptyRoot(sha256: Hasher = pureSha256): Uint8Array {
  return sha256(utf8(''));
}

/** The root over leaf hashes, any number of them. */
export function rootOf(leafHashes: readonly Uint8Array[], sha256: Hasher = pureSha256): Uint8Array {
  const join = nodeHasher(sha256);
  let level = leafHashes;
  while (level.length > 1) {
    const above: Uint8Array[] = [];
    for (let at = 0; at < level.length; at += 2) {
      const left = level[at] as Uint8Array;
      const right = level[at + 1];
      above.push(right === undefined ? left : join(left, right));
    }
    level = above;
  }
  return level[0] ?? emptyRoot(sha256);
}

/** The root that a tree had when it held `size` leaves. */
export function rootAt(tree: TreeReader, size: number, sha256: Hasher = pureSha256): Uint8Array {
  return size === 0 ? emptyRoot(sha256) : hashOfRange(tree, 0, size, nodeHasher(sha256));
}

/**
 * The hash over the leaves from `from` to before `to`: complete subtrees, joined from right to left.
 *
 * `from` is 0, or a multiple of a power of two that is greater than `to - from`.
 */
export function hashOfRange(
  tree: TreeReader,
  from: number,
  to: number,
  join: (left: Uint8Array, right: Uint8Array) => Uint8Array,
): Uint8Array {
  let hash: Uint8Array | undefined;
  let end = to;
  for (let level = 0, width = 1; end > from; level += 1, width *= 2) {
    if ((end / width) % 2 === 0) continue;
    const subtree = tree.hashAt(level, end / width - 1);
    hash = hash === undefined ? subtree : join(subtree, hash);
    end -= width;
  }
  return hash as Uint8Array;
}
