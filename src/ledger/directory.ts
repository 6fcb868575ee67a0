import { utf8 } from '../kernel/index.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { parseLeaf } from './entry.ts';
import { type ManifestFile, manifestBody } from './manifest.ts';
import { leafHash } from './merkle.ts';
import { type Hasher, sha256 as pureSha256 } from './sha256.ts';
import { emptyEdge, growTiles, type TileEdge } from './tile-edge.ts';
import { encodeEntries, entriesPath, indexPath, TILE_WIDTH, tilePath } from './tiles.ts';

/** A file of an export. */
export interface DirectoryFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** An entry to be exported. */
export interface DirectoryEntry {
  /** The text of the leaf, exactly as it was stored. */
  readonly leaf: string;
  /** Its disclosures that were not erased; not looked at when they are withheld. */
  readonly disclosures: readonly string[];
}

/** What an export is made of. */
export interface DirectoryInput {
  readonly origin: string;
  /** The verifier key line of the log. */
  readonly vkey: string;
  /** Every checkpoint signed so far, as signed notes, the latest last. */
  readonly checkpoints: readonly string[];
  /** All entries in the order of the log, in batches of any size. */
  readonly entries: Iterable<readonly DirectoryEntry[]> | AsyncIterable<readonly DirectoryEntry[]>;
  readonly disclosures: 'included' | 'withheld';
  /** Signs the text of the manifest and answers the note. */
  readonly sign: (manifest: string) => string | Promise<string>;
}

/**
 * The files of an export, one after another, so that a large log never lies in memory as a whole.
 *
 * Nothing is checked: what was tampered with is exported as it is, and `verifyDirectory` says so.
 */
export async function* directoryFiles(
  input: DirectoryInput,
  sha256: Hasher = pureSha256,
): AsyncGenerator<DirectoryFile, void, void> {
  const listed: ManifestFile[] = [];
  const file = (path: string, content: Uint8Array | string): DirectoryFile => {
    const bytes = typeof content === 'string' ? utf8(content) : content;
    listed.push([path, bytes.length, sha256(bytes)]);
    return { path, bytes };
  };

  let edge = emptyEdge;
  for await (const bundle of bundlesOf(input.entries)) {
    const index = edge.size / TILE_WIDTH;
    yield file(entriesPath(index, bundle.length), encodeEntries(bundle.map(({ leaf }) => leaf)));
    const lines = input.disclosures === 'included' ? disclosureLines(bundle) : '';
    if (lines !== '') yield file(disclosuresPath(index), lines);
    const hashes = bundle.map(({ leaf }) => leafHash(leaf, sha256));
    const growth = growTiles(edge, hashes, sha256);
    edge = growth.edge;
    for (const tile of growth.full) yield file(tilePath(tile.level, tile.index), tile.hashes);
  }
  for (const { level, index, hashes } of partialTiles(edge)) {
    yield file(tilePath(level, index, hashes.length / 32), hashes);
  }
  for (const note of input.checkpoints) yield file(checkpointPath(parseCheckpoint(note)?.size ?? 0), note);
  yield file('checkpoint', input.checkpoints.at(-1) ?? '');
  yield file('vkey', `${input.vkey}\n`);
  const { origin, disclosures } = input;
  yield file('manifest', await input.sign(manifestBody({ origin, disclosures, files: listed })));
}

/** Path of the checkpoint that was signed at a size. */
export function checkpointPath(size: number): string {
  return `checkpoints/${size}`;
}

/** Path of the disclosures of a bundle of entries. */
export function disclosuresPath(index: number): string {
  return `disclosures/${indexPath(index)}`;
}

/** The tiles of an edge that hold anything. */
export function partialTiles(edge: TileEdge): { level: number; index: number; hashes: Uint8Array }[] {
  return edge.partial
    .map((hashes, level) => ({ level, index: Math.floor(edge.size / TILE_WIDTH ** (level + 1)), hashes }))
    .filter(({ hashes }) => hashes.length > 0);
}

/** One line of JSON for each entry that discloses something. */
function disclosureLines(bundle: readonly DirectoryEntry[]): string {
  return bundle
    .filter(({ disclosures }) => disclosures.length > 0)
    .map(({ leaf, disclosures }) => {
      return `${JSON.stringify({ entry: parseLeaf(leaf)?.id ?? '', disclosures })}\n`;
    })
    .join('');
}

/** The same entries in batches of 256. */
async function* bundlesOf(
  batches: DirectoryInput['entries'],
): AsyncGenerator<readonly DirectoryEntry[], void, void> {
  let waiting: DirectoryEntry[] = [];
  for await (const batch of batches) {
    for (const entry of batch) {
      waiting.push(entry);
      if (waiting.length < TILE_WIDTH) continue;
      yield waiting;
      waiting = [];
    }
  }
  if (waiting.length > 0) yield waiting;
}
