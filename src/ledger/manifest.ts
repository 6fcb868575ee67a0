import { fromBase64, GamekeeperError, toBase64 } from '../kernel/index.ts';
import { parseCount } from './checkpoint.ts';
import { isNoteText } from './note.ts';

/** A file of an export: its path, its length in bytes, its SHA-256. */
export type ManifestFile = readonly [path: string, length: number, sha256: Uint8Array];

/** What the signed manifest of an export states. */
export interface Manifest {
  /** Which log: the name of its key. */
  readonly origin: string;
  /** Whether the export holds the disclosures that were not erased, or none at all. */
  readonly disclosures: 'included' | 'withheld';
  /** Every file but the manifest itself, by path in the order of UTF-16 code units. */
  readonly files: readonly ManifestFile[];
}

const HEADER = 'gamekeeper-manifest/v1';

/**
 * The text that a log signs as the manifest of an export: a header, the origin, whether disclosures are
 * included, then `<SHA-256 in base64> <length> <path>` for each file.
 *
 * @throws {GamekeeperError} `ERR_INVALID_INPUT` when it would not be read back as the same manifest.
 */
export function manifestBody(manifest: Manifest): string {
  const files = [...manifest.files].sort(([left], [right]) => (left < right ? -1 : 1));
  const lines = files.map(([path, length, sha256]) => `${toBase64(sha256)} ${length} ${path}`);
  const body = [HEADER, manifest.origin, `disclosures ${manifest.disclosures}`, ...lines, ''].join('\n');
  if (parseManifest(body)?.files.length !== files.length)
    throw new GamekeeperError('ERR_INVALID_INPUT', 'no manifest');
  return body;
}

/** What the text of a manifest states, or `null`. Verifies no signature. */
export function parseManifest(body: string): Manifest | null {
  if (typeof body !== 'string' || !isNoteText(body)) return null;
  const [header, origin, disclosures, ...lines] = body.slice(0, -1).split('\n');
  if (header !== HEADER || !origin || !/^disclosures (included|withheld)$/.test(disclosures ?? ''))
    return null;
  const files: ManifestFile[] = [];
  let before = '';
  for (const line of lines) {
    const [base64, decimal, path, ...more] = line.split(' ');
    const sha256 = fromBase64(base64 ?? '');
    const length = parseCount(decimal);
    if (sha256?.length !== 32 || length === null || !path || more.length > 0 || path <= before) return null;
    files.push([path, length, sha256]);
    before = path;
  }
  return { origin, disclosures: disclosures === 'disclosures included' ? 'included' : 'withheld', files };
}
