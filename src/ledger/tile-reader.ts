import { GamekeeperError } from '../kernel/index.ts';
import { rootOf, type TreeReader } from './merkle.ts';
import { proveConsistency, proveInclusion } from './proofs.ts';
import { type Hasher, sha256 as pureSha256 } from './sha256.ts';
import { hashesOf } from './tile-edge.ts';
import { TILE_WIDTH, type TileRef, tilePath } from './tiles.ts';

/** Where tiles are found: by path, or by a function. A fuller tile than asked for does as well. */
export type TileLookup =
  | ReadonlyMap<string, Uint8Array>
  | ((level: number, index: number, width: number) => Uint8Array | null | undefined);

/**
 * A tree of `size` leaves, read from its tiles. A proof needs few: see `tilesForInclusion`.
 *
 * Its `hashAt` throws `ERR_STORE_CORRUPT` when a tile is missing or too short. The tiles are taken as they
 * are: compare the root, or verify the proof, before believing them.
 */
export function tileReader(size: number, tiles: TileLookup, sha256: Hasher = pureSha256): TreeReader {
  return reader(size, (tile, start, count) => {
    const { level, index, width } = tile;
    const bytes =
      typeof tiles === 'function'
        ? tiles(level, index, width)
        : (tiles.get(tilePath(level, index, width)) ?? tiles.get(tilePath(level, index)));
    if (!bytes || bytes.length < (start + count) * 32) {
      throw new GamekeeperError('ERR_STORE_CORRUPT', `no tile ${tilePath(level, index, width)}`);
    }
    return rootOf(hashesOf(bytes.slice(start * 32, (start + count) * 32)), sha256);
  });
}

/** The tiles that `proveInclusion` will ask for. Those with a width below 256 are the edge's. */
export function tilesForInclusion(index: number, size: number): TileRef[] {
  return tilesOf(size, (tree) => proveInclusion(tree, index, size, () => NOTHING));
}

/** The tiles that `proveConsistency` will ask for, in a tree of `to` leaves. */
export function tilesForConsistency(from: number, to: number): TileRef[] {
  return tilesOf(to, (tree) => proveConsistency(tree, from, to, () => NOTHING));
}

const NOTHING = /* @__PURE__ */ new Uint8Array(32);

/** Lets a proof be made of nothing, and writes down what it asked for. */
function tilesOf(size: number, prove: (tree: TreeReader) => unknown): TileRef[] {
  const asked = new Map<string, TileRef>();
  prove(
    reader(size, (tile) => {
      asked.set(tilePath(tile.level, tile.index), tile);
      return NOTHING;
    }),
  );
  return [...asked.values()];
}

/** Finds the tile that holds the hashes beneath a node, and which of them. */
function reader(size: number, read: (tile: TileRef, start: number, count: number) => Uint8Array): TreeReader {
  return {
    size,
    hashAt(level, index) {
      const tileLevel = Math.floor(level / 8);
      const count = 2 ** (level % 8);
      const first = index * count;
      const tile = Math.floor(first / TILE_WIDTH);
      const width = Math.min(TILE_WIDTH, Math.floor(size / TILE_WIDTH ** tileLevel) - tile * TILE_WIDTH);
      return read({ level: tileLevel, index: tile, width }, first - tile * TILE_WIDTH, count);
    },
  };
}
