import { equalBytes } from '../kernel/index.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { checkpointPath, disclosuresPath, partialTiles } from './directory.ts';
import { ed25519Verify } from './ed25519.ts';
import { createFindings, type Findings } from './finding.ts';
import { type Manifest, parseManifest } from './manifest.ts';
import { leafHash } from './merkle.ts';
import { noteFaultOf, parseNote, parseVerifierKey } from './note.ts';
import { type Hasher, sha256 as pureSha256 } from './sha256.ts';
import { edgeRoot, emptyEdge, growTiles, hashesOf } from './tile-edge.ts';
import { decodeEntries, entriesPath, parseTilePath, TILE_WIDTH, tilePath } from './tiles.ts';
import { createEntryCheck } from './verify-entries.ts';
import {
  type DirectoryFiles,
  type DirectorySource,
  directoryFilesOf,
  readBytes,
  textOf,
} from './verify-files.ts';
import type { DirectoryReport, VerifyOptions } from './verify-options.ts';

/**
 * Checks an export directory, file by file and entry by entry: the manifest and its signature, every
 * checkpoint, every tile recomputed from the entries, every entry's shape, every disclosure.
 *
 * Never rejects. Memory stays at some hundred bytes an entry (its id), however large the log is.
 */
export async function verifyDirectory(
  source: DirectorySource,
  options: VerifyOptions = {},
): Promise<DirectoryReport> {
  const findings = createFindings();
  let head: Checkpoint | null = null;
  let anchored = 0;
  const keyPinned = (options?.keys?.length ?? 0) > 0;
  try {
    const context = await open(source, options ?? {}, findings);
    if (context !== null) {
      head = context.head;
      anchored = await inspect(context);
    }
  } catch {
    findings.file('unreadable', 'source', 'the source failed');
  }
  const kinds = new Set(findings.list.map(({ kind }) => kind));
  const unreadable = kinds.delete('unreadable');
  return {
    status: kinds.size > 0 ? 'tampered' : unreadable ? 'unreadable' : 'ok',
    origin: head?.origin ?? null,
    size: head?.size ?? 0,
    root: head?.root ?? null,
    anchorLevel: anchored > 0 ? 'A1' : 'A0',
    keyPinned,
    residual: (head?.size ?? 0) - anchored,
    findings: findings.list,
    omitted: findings.omitted,
  };
}

/** A head that somebody signed, and what to say when the entries have another root. */
interface SignedHead extends Checkpoint {
  readonly place: string;
}

interface Context {
  readonly source: DirectorySource;
  readonly files: DirectoryFiles;
  readonly findings: Findings;
  readonly manifest: Manifest | null;
  readonly head: Checkpoint;
  readonly sha256: Hasher;
  /** Whether a text is a note signed by the log; what is wrong becomes a finding. */
  readonly isSigned: (text: string, place: string, origin: string) => boolean;
  readonly seen: readonly string[];
  readonly onProgress: (entries: number, size: number) => void;
}

/** Reads what everything else depends on: the manifest, the key, the latest checkpoint. */
async function open(
  source: DirectorySource,
  options: VerifyOptions,
  findings: Findings,
): Promise<Context | null> {
  const { hasher: sha256 = pureSha256, verify = ed25519Verify, onProgress = () => {} } = options;
  const pinned = options.keys ?? [];
  const seen = typeof options.seen === 'string' ? [options.seen] : (options.seen ?? []);
  if (!Array.isArray(pinned) || pinned.some((key) => parseVerifierKey(key, sha256) === null)) {
    findings.file('unreadable', 'keys', 'not a verifier key');
    return null;
  }
  if (
    !Array.isArray(seen) ||
    seen.some((note) => parseCheckpoint(note) === null || parseNote(note) === null)
  ) {
    findings.file('unreadable', 'seen', 'not a signed checkpoint');
    return null;
  }
  const names = new Set(await source.list());
  const note = textOf(names.has('manifest') ? await readBytes(source, 'manifest', findings) : null);
  const manifest = parseManifest(parseNote(note)?.text ?? '');
  const files = directoryFilesOf(source, names, manifest, findings, sha256);
  if ((await files.take('manifest')) !== null && manifest === null) {
    findings.file('malformed-file', 'manifest', 'not a manifest');
  }

  const vkey = await files.take('vkey');
  const line = textOf(vkey).replace(/\n$/, '');
  if (parseVerifierKey(line, sha256) === null) {
    if (vkey !== null) findings.file('malformed-file', 'vkey', 'not a verifier key');
  } else if (pinned.length > 0 && !pinned.includes(line)) {
    findings.file('wrong-key', 'vkey', 'not one of the pinned keys');
  }
  const keys = pinned.length > 0 ? pinned : [line];
  const isSigned = (text: string, place: string, origin: string): boolean => {
    const fault = noteFaultOf(text, keys, verify, sha256, origin);
    if (fault !== undefined) findings.file('bad-signature', place, fault);
    return fault === undefined;
  };

  const text = await files.take('checkpoint');
  const head = readCheckpoint(text, 'checkpoint', findings);
  if (manifest !== null) isSigned(note, 'manifest', manifest.origin);
  if (head === null) return null;
  isSigned(textOf(text), 'checkpoint', head.origin);
  if (manifest !== null && manifest.origin !== head.origin) {
    findings.file('wrong-origin', 'manifest', `of ${manifest.origin}`);
  }
  return { source, files, findings, manifest, head, sha256, isSigned, seen, onProgress };
}

/** Walks through everything else. Answers the largest size that a checkpoint seen elsewhere vouches for. */
async function inspect(context: Context): Promise<number> {
  const { files, findings, head, source, sha256 } = context;
  const own = await readCheckpoints(context);
  const seen = checkSeen(context);
  const entries = createEntryCheck(findings, sha256);
  const included = context.manifest?.disclosures === 'included';
  const bad = await walk(context, [...own, ...seen], entries, included);
  if (included && entries.hasErasures) {
    for (const path of files.paths((one) => isDisclosures(one, head.size))) {
      entries.disclosed(path, textOf(await readBytes(source, path, findings)));
    }
  }
  entries.finish();
  await files.finish((path) => belongs(path, head.size, included));
  return Math.max(0, ...seen.filter((one) => !bad.has(one)).map(({ size }) => size));
}

async function readCheckpoints({ files, findings, head, isSigned }: Context): Promise<SignedHead[]> {
  const heads: SignedHead[] = [{ ...head, place: 'checkpoint' }];
  const paths = new Set([
    checkpointPath(head.size),
    ...files.paths((path) => /^checkpoints\/\d+$/.test(path)),
  ]);
  for (const place of paths) {
    const bytes = await files.take(place);
    const checkpoint = readCheckpoint(bytes, place, findings);
    if (bytes === null || checkpoint === null) continue;
    const { size, origin } = checkpoint;
    if (!isSigned(textOf(bytes), place, origin)) continue;
    if (checkpointPath(size) !== place)
      findings.file('altered-file', place, `is the checkpoint of size ${size}`);
    else if (origin !== head.origin) findings.file('wrong-origin', place, `of ${origin}`);
    else if (size > head.size) findings.file('truncated', place, `signed at ${size}, found ${head.size}`);
    else heads.push({ ...checkpoint, place });
  }
  return heads;
}

function checkSeen({ findings, head, isSigned, seen }: Context): SignedHead[] {
  const heads: SignedHead[] = [];
  for (const note of seen) {
    const checkpoint = parseCheckpoint(note) as Checkpoint;
    const { size, origin } = checkpoint;
    if (!isSigned(note, 'seen', origin)) continue;
    if (origin !== head.origin) findings.file('wrong-origin', 'seen', `of ${origin}`);
    else if (size > head.size)
      findings.file('truncated', 'seen', `expected ${size} entries, found ${head.size}`);
    else heads.push({ ...checkpoint, place: 'seen' });
  }
  return heads;
}

/** Builds the tree anew from the entries, and compares every tile and every signed head. Answers the heads that lie. */
async function walk(
  { files, findings, head, sha256, onProgress }: Context,
  heads: readonly SignedHead[],
  check: ReturnType<typeof createEntryCheck>,
  included: boolean,
): Promise<Set<SignedHead>> {
  const bad = new Set(heads);
  const byOrder = [...heads].sort((left, right) => left.size - right.size);
  let edge = emptyEdge;
  let due = 0;
  const compareHeads = (): void => {
    let root: Uint8Array | undefined;
    for (let one = byOrder[due]; one?.size === edge.size; one = byOrder[due]) {
      root ??= edgeRoot(edge, sha256);
      if (equalBytes(one.root, root)) bad.delete(one);
      else findings.file(one.place === 'seen' ? 'fork' : 'wrong-root', one.place, `at size ${one.size}`);
      due += 1;
    }
  };
  compareHeads();
  for (let index = 0; edge.size < head.size; index += 1) {
    const width = Math.min(TILE_WIDTH, head.size - edge.size);
    const path = entriesPath(index, width);
    const bundle = await files.take(path);
    if (bundle === null) return bad;
    const entries = decodeEntries(bundle);
    if (entries?.length !== width) {
      findings.file('malformed-file', path, `not ${width} entries`);
      return bad;
    }
    const disclosures = disclosuresPath(index);
    const lines = included && files.has(disclosures) ? await files.take(disclosures) : null;
    check.bundle(entries, included ? textOf(lines) : null);
    const hashes = entries.map((entry) => leafHash(entry, sha256));
    const start = edge.size;
    while (edge.size < start + width) {
      // A checkpoint may have been signed in the middle of a bundle.
      const stop = Math.min(width, (byOrder[due]?.size ?? head.size) - start);
      const grown = growTiles(edge, hashes.slice(edge.size - start, stop), sha256);
      edge = grown.edge;
      compareHeads();
      for (const full of grown.full) await compareTile(files, findings, full);
    }
    onProgress(edge.size, head.size);
  }
  for (const partial of partialTiles(edge)) await compareTile(files, findings, partial);
  return bad;
}

async function compareTile(
  files: DirectoryFiles,
  findings: Findings,
  { level, index, hashes }: { readonly level: number; readonly index: number; readonly hashes: Uint8Array },
): Promise<void> {
  const path = tilePath(level, index, hashes.length / 32);
  const found = await files.take(path);
  if (found === null || equalBytes(found, hashes)) return;
  if (level > 0 || found.length !== hashes.length)
    findings.file('altered-file', path, 'not what the entries say');
  else {
    hashesOf(hashes).forEach((hash, at) => {
      const same = equalBytes(hash, found.subarray(at * 32, at * 32 + 32));
      if (!same) findings.entry('altered-entry', index * TILE_WIDTH + at, `not what ${path} says`);
    });
  }
}

function readCheckpoint(bytes: Uint8Array | null, place: string, findings: Findings): Checkpoint | null {
  if (bytes === null) return null;
  const checkpoint = parseCheckpoint(textOf(bytes));
  if (checkpoint === null) findings.file('malformed-file', place, 'not a checkpoint');
  return checkpoint;
}

/** Whether a path has a place in an export of this size; files read on the way need not be asked about. */
function belongs(path: string, size: number, included: boolean): boolean {
  const tile = parseTilePath(path);
  if (tile === null) return included && isDisclosures(path, size);
  const left = Math.floor(size / TILE_WIDTH ** tile.level) - tile.index * TILE_WIDTH;
  return tile.width === Math.min(left, TILE_WIDTH);
}

function isDisclosures(path: string, size: number): boolean {
  const tile = path.startsWith('disclosures/')
    ? parseTilePath(path.replace('disclosures', 'tile/entries'))
    : null;
  return tile?.width === TILE_WIDTH && tile.index < size / TILE_WIDTH;
}
