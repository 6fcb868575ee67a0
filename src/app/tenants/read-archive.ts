import { equalBytes, fromUtf8 } from '../../kernel/index.ts';
import {
  type DirectorySource,
  type Manifest,
  noteFault,
  parseCheckpoint,
  parseManifest,
  parseNote,
  verifierKeyOf,
} from '../../ledger/index.ts';
import type { Platform } from '../commit/session.ts';
import { type EvidenceLine, evidencePath } from './export-tenant.ts';

/** What is wrong with an export, and where. */
export interface ArchiveFinding {
  readonly kind: string;
  /** A path, an entry, the name of a document. */
  readonly place: string;
  readonly detail: string;
}

/** An export whose every byte is what was signed, ready to be read. */
export interface Archive {
  readonly origin: string;
  readonly size: number;
  readonly ledger: DirectorySource;
  /** Documents of evidence, file by file. */
  evidence(): AsyncGenerator<readonly EvidenceLine[]>;
}

const LEDGER = 'ledger/';

/**
 * Checks an export of a tenant against the keys of this keeper: both manifests, and every file that they list. What
 * the log comes to is verified once it is restored. Answers what is wrong, or the archive.
 */
export async function readArchive(
  source: DirectorySource,
  platform: Platform,
): Promise<Archive | readonly ArchiveFinding[]> {
  const findings: ArchiveFinding[] = [];
  const names = await source.list();
  const outer = await readManifest(source, 'manifest', platform, findings);
  const inner = await readManifest(source, `${LEDGER}manifest`, platform, findings);
  if (outer === null || inner === null) return findings;
  if (outer.origin !== inner.origin)
    findings.push({ kind: 'wrong-origin', place: `${LEDGER}manifest`, detail: `of ${inner.origin}` });
  const files = [
    ...outer.files,
    ...inner.files.map(([path, length, hash]) => [`${LEDGER}${path}`, length, hash] as const),
  ];
  const listed = new Set(files.map(([path]) => path));
  for (const path of names) {
    if (path !== 'manifest' && !listed.has(path))
      findings.push({ kind: 'unlisted-file', place: path, detail: 'not in the manifest' });
  }
  for (const [path, length, hash] of files) {
    const bytes = await source.read(path);
    if (bytes === null) findings.push({ kind: 'missing-file', place: path, detail: 'in the manifest' });
    else if (bytes.length !== length || !equalBytes(platform.primitives.sha256(bytes), hash))
      findings.push({ kind: 'altered-file', place: path, detail: 'not what the manifest says' });
  }
  const ledger = below(source, names);
  const head = parseCheckpoint(await textAt(ledger, 'checkpoint'));
  if (findings.length === 0 && head?.origin !== outer.origin)
    findings.push({
      kind: 'malformed-file',
      place: `${LEDGER}checkpoint`,
      detail: 'no checkpoint of this log',
    });
  if (head === null || findings.length > 0) return findings;
  return { origin: outer.origin, size: head.size, ledger, evidence: () => linesOf(source, listed) };
}

/** A manifest that the keys of this keeper signed; `null` where there is none, and why. */
async function readManifest(
  source: DirectorySource,
  path: string,
  { primitives, signer }: Platform,
  findings: ArchiveFinding[],
): Promise<Manifest | null> {
  const note = await textAt(source, path);
  const manifest = parseManifest(parseNote(note)?.text ?? '');
  if (manifest === null) {
    findings.push({ kind: 'missing-file', place: path, detail: 'no manifest of an exported tenant' });
    return null;
  }
  const fault = noteFault(note, [verifierKeyOf(manifest.origin, signer.publicKey, primitives.sha256)]);
  if (fault === undefined) return manifest;
  findings.push({
    kind: 'bad-signature',
    place: path,
    detail: `${fault}: not signed by the keys of this keeper`,
  });
  return null;
}

async function textAt(source: DirectorySource, path: string): Promise<string> {
  return fromUtf8((await source.read(path)) ?? new Uint8Array()) ?? '';
}

/** The ledger's directory inside the export. */
function below(source: DirectorySource, names: readonly string[]): DirectorySource {
  return {
    list: async () =>
      names.filter((path) => path.startsWith(LEDGER)).map((path) => path.slice(LEDGER.length)),
    read: (path) => source.read(`${LEDGER}${path}`),
  };
}

async function* linesOf(
  source: DirectorySource,
  listed: ReadonlySet<string>,
): AsyncGenerator<readonly EvidenceLine[]> {
  for (let index = 0; listed.has(evidencePath(index)); index += 1) {
    const lines = (await textAt(source, evidencePath(index))).split('\n').slice(0, -1);
    yield lines.map((line) => JSON.parse(line) as EvidenceLine);
  }
}
