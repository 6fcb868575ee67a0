import { emptyRoot, nodeHasher, rootOf } from './merkle.ts';
import { type Hasher, sha256 as pureSha256 } from './sha256.ts';
import { TILE_WIDTH } from './tiles.ts';

/** The right edge of a tiled tree: all that is needed to let it grow. Plain data, at most 8 kB a level. */
export interface TileEdge {
  readonly size: number;
  /** For each level of tiles, the hashes of the tile that is not full yet, one after another; may be empty. */
  readonly partial: readonly Uint8Array[];
}

/** A tile that has become full. It never changes again. */
export interface FullTile {
  readonly level: number;
  readonly index: number;
  /** 256 hashes, 8,192 bytes. */
  readonly hashes: Uint8Array;
}

/** What came of letting a tree grow. */
export interface TileGrowth {
  readonly edge: TileEdge;
  readonly root: Uint8Array;
  readonly full: readonly FullTile[];
}

/** The edge of the tree without leaves. */
export const emptyEdge: TileEdge = Object.freeze({ size: 0, partial: Object.freeze([]) });

/** Appends leaf hashes to a tree of which only the right edge is at hand. The old edge stays as it is. */
export function extendTiles(
  edge: TileEdge,
  leafHashes: readonly Uint8Array[],
  sha256: Hasher = pureSha256,
): TileGrowth {
  const grown = growTiles(edge, leafHashes, sha256);
  return { ...grown, root: edgeRoot(grown.edge, sha256) };
}

/** `extendTiles` without the root, for those who need it only now and then. */
export function growTiles(
  edge: TileEdge,
  leafHashes: readonly Uint8Array[],
  sha256: Hasher,
): Omit<TileGrowth, 'root'> {
  const tiles = edge.partial.map((hashes) => ({ hashes: full(hashes), width: hashes.length / 32 }));
  const done: FullTile[] = [];
  let size = edge.size;

  const push = (level: number, hash: Uint8Array): void => {
    tiles[level] ??= { hashes: full(), width: 0 };
    const tile = tiles[level];
    tile.hashes.set(hash, tile.width * 32);
    tile.width += 1;
    if (tile.width < TILE_WIDTH) return;
    done.push({ level, index: Math.round(size / TILE_WIDTH ** (level + 1)) - 1, hashes: tile.hashes });
    tiles[level] = { hashes: full(), width: 0 };
    push(level + 1, rootOf(hashesOf(tile.hashes), sha256));
  };
  for (const hash of leafHashes) {
    size += 1;
    push(0, hash);
  }
  return {
    edge: { size, partial: tiles.map(({ hashes, width }) => hashes.slice(0, width * 32)) },
    full: done,
  };
}

/** The root of the tree that has this edge. */
export function edgeRoot(edge: TileEdge, sha256: Hasher = pureSha256): Uint8Array {
  const join = nodeHasher(sha256);
  let root: Uint8Array | undefined;
  for (const partial of edge.partial) {
    let hashes = hashesOf(partial);
    for (let width = 1; hashes.length > 0; width *= 2) {
      // A binary digit of the tree's size: the last `width` hashes are a complete subtree of their own.
      if ((hashes.length / width) % 2 === 0) continue;
      const subtree = rootOf(hashes.slice(-width), sha256);
      hashes = hashes.slice(0, -width);
      root = root === undefined ? subtree : join(subtree, root);
    }
  }
  return root ?? emptyRoot(sha256);
}

/** The hashes of a tile, as views into it. */
export function hashesOf(tile: Uint8Array): Uint8Array[] {
  return Array.from({ length: tile.length / 32 }, (_, at) => tile.subarray(at * 32, at * 32 + 32));
}

function full(start?: Uint8Array): Uint8Array {
  const hashes = new Uint8Array(TILE_WIDTH * 32);
  if (start !== undefined) hashes.set(start);
  return hashes;
}
