import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createTree,
  decodeEntries,
  decodeLeaves,
  edgeRoot,
  emptyEdge,
  encodeEntries,
  entriesPath,
  extendTiles,
  leafHash,
  type MerkleTree,
  parseTilePath,
  proveConsistency,
  proveInclusion,
  rootAt,
  type TileEdge,
  type TileRef,
  tilePath,
  tileReader,
  tilesForConsistency,
  tilesForInclusion,
} from '../../src/ledger/index.ts';
import { nodeSha256 } from './support.ts';

/** A tiled log of some size: the tree in memory, all full tiles, the edge. */
function tiled(
  size: number,
  step: number,
): { tree: MerkleTree; tiles: Map<string, Uint8Array>; edge: TileEdge } {
  const tree = createTree(nodeSha256);
  const tiles = new Map<string, Uint8Array>();
  let edge = emptyEdge;
  for (let from = 0; from < size; from += step) {
    const hashes = Array.from({ length: Math.min(step, size - from) }, (_, at) =>
      leafHash(`${from + at}`, nodeSha256),
    );
    for (const hash of hashes) tree.append(hash);
    const grown = extendTiles(edge, hashes, nodeSha256);
    edge = JSON.parse(JSON.stringify(grown.edge, pack), unpack);
    for (const { level, index, hashes } of grown.full) tiles.set(tilePath(level, index), hashes);
    expect(grown.root).toEqual(tree.root());
  }
  return { tree, tiles, edge };
}

const pack = (_: string, value: unknown): unknown =>
  value instanceof Uint8Array ? { hex: Buffer.from(value).toString('hex') } : value;
const unpack = (_: string, value: { hex?: string }): unknown =>
  typeof value?.hex === 'string' ? new Uint8Array(Buffer.from(value.hex, 'hex')) : value;

describe('paths', () => {
  it('are those of the specification', () => {
    expect(tilePath(0, 1234067)).toBe('tile/0/x001/x234/067');
    expect(tilePath(2, 0, 1)).toBe('tile/2/000.p/1');
    expect(entriesPath(1000, 17)).toBe('tile/entries/x001/000.p/17');
  });

  it('come back as what they name, and nothing else does', () => {
    fc.assert(
      fc.property(fc.nat(63), fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (level, index, width) => {
        expect(parseTilePath(tilePath(level, index, width))).toEqual({ kind: 'hashes', level, index, width });
        expect(parseTilePath(entriesPath(index, width))).toEqual({ kind: 'entries', level: 0, index, width });
      }),
    );
    for (const bad of [
      'tile/00/000',
      'tile/64/000',
      'tile/0/0',
      'tile/0/x000/001',
      'tile/0/000.p/0',
      'tile/0/000.p/256',
      'tile/0/000.p/01',
      'tile/0/000.p/',
      'tile/0/../000',
      'tile/0/001/000',
      'tile/0/x001/x000',
      '/tile/0/000',
      'tile/0/000\n',
      'tile/entries/1',
      '',
    ]) {
      expect({ bad, tile: parseTilePath(bad) }).toEqual({ bad, tile: null });
    }
  });
});

describe('bundles of entries', () => {
  it('come back as they were written', () => {
    const entries = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 256 });
    fc.assert(
      fc.property(entries, (all) => void expect(decodeEntries(encodeEntries(all))).toEqual(all)),
      { numRuns: 50 },
    );
    expect(decodeLeaves(encodeEntries(['Möbius', '']))).toEqual(['Möbius', '']);
    expect(decodeLeaves(encodeEntries([Uint8Array.of(0xff)]))).toBeNull();
    expect(encodeEntries(['x'.repeat(0x1234)]).slice(0, 3)).toEqual(Uint8Array.of(0x12, 0x34, 0x78));
    expect(() => encodeEntries(['x'.repeat(65_536)])).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_INPUT' }),
    );
  });

  it('that are cut short or too long are refused', () => {
    const bundle = encodeEntries(['first', 'second']);
    for (let length = 1; length < bundle.length; length += 1) {
      if (length !== 7) expect(decodeEntries(bundle.subarray(0, length))).toBeNull();
    }
    expect(decodeEntries(encodeEntries(Array.from({ length: 257 }, () => '')))).toBeNull();
    fc.assert(fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => void decodeEntries(bytes)));
  });
});

describe('a tiled tree', () => {
  it('has the root of the tree in memory however it grew, its edge stored and read back between', () => {
    for (const [size, step] of [
      [600, 1],
      [600, 7],
      [600, 256],
      [600, 600],
    ] as const) {
      const { tree, edge } = tiled(size, step);
      expect(edgeRoot(edge, nodeSha256)).toEqual(tree.root());
    }
  });

  it('holds the tiles of the specification’s example: 70,000 entries', () => {
    const { tiles, edge, tree } = tiled(70_000, 5000);
    expect([...tiles.keys()].filter((path) => path.startsWith('tile/0/'))).toHaveLength(273);
    expect([...tiles.keys()].filter((path) => path.startsWith('tile/1/'))).toEqual(['tile/1/000']);
    expect(edge.partial.map((hashes) => hashes.length / 32)).toEqual([112, 17, 1]);
    expect(tiles.get('tile/1/000')?.subarray(0, 32)).toEqual(tree.hashAt(8, 0));
    expect(edge.partial[2]).toEqual(tree.hashAt(16, 0));
  });

  it('proves from tiles what it proves from memory, and names just the tiles it needs', () => {
    const { tree, tiles, edge } = tiled(70_000, 70_000);
    const lookup = (asked: Set<string>) => (level: number, index: number, width: number) => {
      asked.add(tilePath(level, index, width));
      return width < 256 ? edge.partial[level] : tiles.get(tilePath(level, index));
    };
    for (const [left, right] of [
      [0, 70_000],
      [69_999, 70_000],
      [65_535, 65_536],
      [255, 70_000],
      [300, 66_000],
      [12_345, 12_346],
      [65_536, 65_537],
    ] as const) {
      // Tiles on the edge of a smaller tree are full in this one: the lookup answers more than was asked for.
      const asked = new Set<string>();
      const reader = tileReader(70_000, lookup(asked), nodeSha256);
      expect(proveInclusion(reader, left, right, nodeSha256)).toEqual(
        proveInclusion(tree, left, right, nodeSha256),
      );
      expect(proveConsistency(reader, left, right, nodeSha256)).toEqual(
        proveConsistency(tree, left, right, nodeSha256),
      );
      expect(rootAt(reader, right, nodeSha256)).toEqual(tree.root(right));
    }
    const wanted = (refs: readonly TileRef[]): Set<string> =>
      new Set(refs.map(({ level, index, width }) => tilePath(level, index, width)));
    for (const index of [0, 300, 65_535, 69_999]) {
      const asked = new Set<string>();
      proveInclusion(tileReader(70_000, lookup(asked), nodeSha256), index, 70_000, nodeSha256);
      expect(wanted(tilesForInclusion(index, 70_000))).toEqual(asked);
      expect(asked.size).toBeLessThanOrEqual(6);
      const also = new Set<string>();
      proveConsistency(tileReader(70_000, lookup(also), nodeSha256), index, 70_000, nodeSha256);
      expect(wanted(tilesForConsistency(index, 70_000))).toEqual(also);
    }
  });

  it('reads tiles by path, too, and says when one is missing', () => {
    const { tree, tiles } = tiled(512, 512);
    const reader = tileReader(512, tiles, nodeSha256);
    expect(proveInclusion(reader, 3, 256, nodeSha256)).toEqual(proveInclusion(tree, 3, 256, nodeSha256));
    tiles.delete('tile/0/000');
    expect(() => proveInclusion(reader, 3, 256)).toThrow(
      expect.objectContaining({ code: 'ERR_STORE_CORRUPT' }),
    );
  });
});
