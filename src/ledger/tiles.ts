import { concatBytes, fromUtf8, GamekeeperError, utf8 } from '../kernel/index.ts';

/** Hashes in a full tile, and entries in a full bundle. */
export const TILE_WIDTH = 256;

/** Names a tile (C2SP tlog-tiles): `width` hashes of subtrees of `256^level` leaves each; full at 256. */
export interface TileRef {
  readonly level: number;
  readonly index: number;
  readonly width: number;
}

/** Path of a tile in a log's directory: `tile/0/x001/x234/067`, or with `.p/<width>` while it is not full. */
export function tilePath(level: number, index: number, width: number = TILE_WIDTH): string {
  return `tile/${level}/${indexPath(index)}${partSuffix(width)}`;
}

/** Path of a bundle of entries: `tile/entries/x001/x234/067`, with `.p/<width>` while it is not full. */
export function entriesPath(index: number, width: number = TILE_WIDTH): string {
  return `tile/entries/${indexPath(index)}${partSuffix(width)}`;
}

/** An index in groups of three digits, all but the last marked with an `x`. */
export function indexPath(index: number): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) as string[];
  return groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
}

/** The tile that a path names, or `null`. One path for each tile: no other zeros, no other spelling. */
export function parseTilePath(path: string): (TileRef & { readonly kind: 'hashes' | 'entries' }) | null {
  const match = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path);
  if (match === null) return null;
  const [, area, digits, part] = match as unknown as [string, string, string, string | undefined];
  const level = area === 'entries' ? 0 : Number(area);
  const index = Number(digits.replace(/[x/]/g, ''));
  const width = Number(part ?? TILE_WIDTH);
  if (level > 63 || !Number.isSafeInteger(index) || width < 1 || (part !== undefined && width >= TILE_WIDTH))
    return null;
  const again = area === 'entries' ? entriesPath(index, width) : tilePath(level, index, width);
  return again === path ? { kind: area === 'entries' ? 'entries' : 'hashes', level, index, width } : null;
}

/**
 * The bytes of a bundle: each entry after its length as a big-endian uint16.
 *
 * @throws {GamekeeperError} `ERR_INVALID_INPUT` when an entry has more than 65,535 bytes.
 */
export function encodeEntries(leaves: readonly (Uint8Array | string)[]): Uint8Array<ArrayBuffer> {
  const parts = leaves.map((leaf) => (typeof leaf === 'string' ? utf8(leaf) : leaf));
  return concatBytes(
    ...parts.flatMap((bytes) => {
      if (bytes.length > 0xffff)
        throw new GamekeeperError('ERR_INVALID_INPUT', 'an entry is longer than 65,535 bytes');
      return [Uint8Array.of(bytes.length >> 8, bytes.length), bytes];
    }),
  );
}

/** The entries of a bundle, as views into it, or `null` when it is cut short or holds more than 256. */
export function decodeEntries(bundle: Uint8Array): Uint8Array[] | null {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bundle.length) {
    const start = at + 2;
    at = start + (((bundle[at] as number) << 8) | (bundle[at + 1] ?? 0));
    if (at > bundle.length || entries.length === TILE_WIDTH) return null;
    entries.push(bundle.subarray(start, at));
  }
  return entries;
}

/** The texts of a bundle's entries, or `null` when one of them is not UTF-8. */
export function decodeLeaves(bundle: Uint8Array): string[] | null {
  const texts = decodeEntries(bundle)?.map(fromUtf8);
  return texts === undefined || texts.includes(null) ? null : (texts as string[]);
}

function partSuffix(width: number): string {
  return width < TILE_WIDTH ? `.p/${width}` : '';
}
