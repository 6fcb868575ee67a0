import { equalBytes, fromUtf8 } from '../kernel/index.ts';
import {
  type DirectorySource,
  noteFault,
  parseManifest,
  parseNote,
  verifierKeyOf,
  verifyDirectory,
} from '../ledger/index.ts';
import { type EvidenceLine, evidencePath } from './export-tenant.ts';
import type { Platform } from './session.ts';

/** What is wrong with an export, and where. */
export interface ArchiveFinding {
  readonly kind: string;
  /** A path, an entry, the name of a document. */
  readonly place: string;
  readonly detail: string;
}

/** An export that was found whole, ready to be read. */
export interface Archive {
  readonly origin: string;
  readonly size: number;
  readonly ledger: DirectorySource;
  /** Documents of evidence, file by file. */
  evidence(): AsyncGenerator<readonly EvidenceLine[]>;
}

/**
 * Checks an export of a tenant against the keys of this keeper: its manifest, every file of evidence, the whole
 * ledger. Answers what is wrong, or the archive.
 */
export async function readArchive(
  source: DirectorySource,
  { primitives, signer }: Platform,
  onProgress?: (entries: number, size: number) => void,
): Promise<Archive | readonly ArchiveFinding[]> {
  const { sha256 } = primitives;
  const note = fromUtf8((await source.read('manifest')) ?? new Uint8Array()) ?? '';
  const manifest = parseManifest(parseNote(note)?.text ?? '');
  if (manifest === null)
    return [{ kind: 'missing-file', place: 'manifest', detail: 'no manifest of an exported tenant' }];
  const { origin } = manifest;
  const key = verifierKeyOf(origin, signer.publicKey, sha256);
  const fault = noteFault(note, [key]);
  if (fault !== undefined)
    return [
      { kind: 'bad-signature', place: 'manifest', detail: `${fault}: not signed by the keys of this keeper` },
    ];
  const findings: ArchiveFinding[] = [];
  const names = await source.list();
  const listed = new Set(manifest.files.map(([path]) => path));
  for (const path of names) {
    if (path !== 'manifest' && !path.startsWith('ledger/') && !listed.has(path))
      findings.push({ kind: 'unlisted-file', place: path, detail: 'not in the manifest' });
  }
  for (const [path, length, hash] of manifest.files) {
    const bytes = await source.read(path);
    if (bytes === null) findings.push({ kind: 'missing-file', place: path, detail: 'in the manifest' });
    else if (bytes.length !== length || !equalBytes(sha256(bytes), hash))
      findings.push({ kind: 'altered-file', place: path, detail: 'not what the manifest says' });
  }
  const ledger = below(source, names);
  const report = await verifyDirectory(ledger, { keys: [key], hasher: sha256, onProgress });
  findings.push(
    ...report.findings.map(({ kind, place, detail }) => ({ kind, place: `ledger/${place}`, detail })),
  );
  if (report.status === 'ok' && report.origin !== origin)
    findings.push({
      kind: 'wrong-origin',
      place: 'ledger/checkpoint',
      detail: `of ${String(report.origin)}`,
    });
  if (findings.length > 0) return findings;
  return { origin, size: report.size, ledger, evidence: () => linesOf(source, listed) };
}

/** The ledger's directory inside the export. */
function below(source: DirectorySource, names: readonly string[]): DirectorySource {
  const prefix = 'ledger/';
  return {
    list: async () =>
      names.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length)),
    read: (path) => source.read(`${prefix}${path}`),
  };
}

async function* linesOf(
  source: DirectorySource,
  listed: ReadonlySet<string>,
): AsyncGenerator<readonly EvidenceLine[]> {
  for (let index = 0; listed.has(evidencePath(index)); index += 1) {
    const text = fromUtf8((await source.read(evidencePath(index))) ?? new Uint8Array()) ?? '';
    yield text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as EvidenceLine);
  }
}
