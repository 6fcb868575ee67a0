import { GamekeeperError } from '../kernel/index.ts';
import { rootAt, type TreeReader } from './merkle.ts';
import { type Hasher, sha256 as pureSha256 } from './sha256.ts';

/** A Merkle tree that grows, whole in memory: 64 bytes an entry, one node hash an append on average. */
export interface MerkleTree extends TreeReader {
  /** Adds a leaf and answers its index. */
  append(leafHash: Uint8Array): number;
  /** The root, now or as it was at an earlier size. */
  root(size?: number): Uint8Array;
}

/** Hashes in a chunk of memory, as a power of two: what is allotted in advance stays below 32 kB. */
const CHUNK_BITS = 10;
const CHUNK = 1 << CHUNK_BITS;

/**
 * An empty tree. Up to 2^31 leaves, which is 128 GB of hashes.
 *
 * Every hash is written once, in the order in which subtrees become complete: a leaf, then the nodes that
 * it completes. So the place of a node follows from its level and index, and nothing is ever moved.
 */
export function createTree(sha256: Hasher = pureSha256): MerkleTree {
  const chunks: Uint8Array[] = [];
  // 0x01, then the left child, then the right one: what a node is the hash of.
  const node = new Uint8Array(65);
  node[0] = 1;
  let size = 0;
  let written = 0;

  const chunkOf = (place: number): Uint8Array => chunks[place >>> CHUNK_BITS] as Uint8Array;
  const write = (hash: Uint8Array): void => {
    const start = (written & (CHUNK - 1)) * 32;
    if (start === 0) chunks.push(new Uint8Array(CHUNK * 32));
    chunkOf(written).set(hash, start);
    written += 1;
  };

  const tree: MerkleTree = {
    get size() {
      return size;
    },
    append(leafHash) {
      if (leafHash.length !== 32) throw new GamekeeperError('ERR_INVALID_INPUT', 'a leaf hash has 32 bytes');
      write(leafHash);
      size += 1;
      let hash = leafHash;
      // The left sibling of a node at `level` was written just before the 2^(level+1) - 1 nodes beneath and of this one.
      for (let span = 2; (size & (span - 1)) === 0; span *= 2) {
        const place = written - span;
        copy32(chunkOf(place), (place & (CHUNK - 1)) * 32, node, 1);
        node.set(hash, 33);
        hash = sha256(node);
        write(hash);
      }
      return size - 1;
    },
    hashAt(level, index) {
      const end = (index + 1) * (1 << level);
      if (
        !(Number.isInteger(index) && index >= 0 && level >= 0 && level <= 30 && end <= size) ||
        level % 1 !== 0
      ) {
        throw new GamekeeperError(
          'ERR_INVALID_INPUT',
          `no complete subtree ${level}/${index} among ${size} leaves`,
        );
      }
      const place = 2 * (end - 1) - ones(end - 1) + level;
      const start = (place & (CHUNK - 1)) * 32;
      return chunkOf(place).slice(start, start + 32);
    },
    root(atSize = size) {
      return rootAt(tree, atSize, sha256);
    },
  };
  return tree;
}

/** Copies a hash: for so few bytes a loop is faster than a view and `set`. */
function copy32(from: Uint8Array, start: number, to: Uint8Array, at: number): void {
  for (let byte = 0; byte < 32; byte += 1) to[at + byte] = from[start + byte] as number;
}

/** How many bits of a number below 2^31 are set. */
function ones(value: number): number {
  const pairs = value - ((value >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
