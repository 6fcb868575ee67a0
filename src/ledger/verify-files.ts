import { equalBytes, fromUtf8 } from '../kernel/index.ts';
import type { Findings } from './finding.ts';
import type { Manifest } from './manifest.ts';
import type { Hasher } from './sha256.ts';

/** Where an export is read from: a folder, an archive, a server. */
export interface DirectorySource {
  /** The paths of all files, with `/` between folders. */
  list(): Promise<readonly string[]>;
  /** The bytes of a file, or `null` when it is absent. Only asked for paths of the layout. */
  read(path: string): Promise<Uint8Array | null>;
}

/** The files of an export, each compared with the manifest when it is read. */
export interface DirectoryFiles {
  /** Whether a file is there, or should be. */
  has(path: string): boolean;
  /** The paths that are there, or should be, and pass a test. */
  paths(test: (path: string) => boolean): string[];
  /** Reads a file that has to be there. What is wrong becomes a finding; `null` when there is nothing to look at. */
  take(path: string): Promise<Uint8Array | null>;
  /** Looks at what nobody took: every file has to belong to the layout and to the manifest. */
  finish(belongs: (path: string) => boolean): Promise<void>;
}

/** Compares what lies there with what the manifest lists. */
export function directoryFilesOf(
  source: DirectorySource,
  names: ReadonlySet<string>,
  manifest: Manifest | null,
  findings: Findings,
  sha256: Hasher,
): DirectoryFiles {
  const listed = new Map(manifest?.files.map(([path, length, hash]) => [path, { length, hash }]));
  const taken = new Set<string>();

  const take = async (path: string): Promise<Uint8Array | null> => {
    taken.add(path);
    const bytes = names.has(path) ? await readBytes(source, path, findings) : null;
    if (bytes === undefined) return null;
    if (bytes === null) {
      findings.file('missing-file', path, listed.has(path) ? 'in the manifest' : 'always needed');
      return null;
    }
    const entry = listed.get(path);
    if (entry === undefined) {
      if (path !== 'manifest' && manifest !== null)
        findings.file('unlisted-file', path, 'not in the manifest');
    } else if (entry.length !== bytes.length || !equalBytes(entry.hash, sha256(bytes))) {
      findings.file('altered-file', path, 'not what the manifest says');
    }
    return bytes;
  };

  return {
    has: (path) => names.has(path) || listed.has(path),
    paths: (test) => [...new Set([...names, ...listed.keys()])].filter(test),
    take,
    async finish(belongs) {
      for (const path of new Set([...names, ...listed.keys()])) {
        if (taken.has(path)) continue;
        if (belongs(path)) await take(path);
        else if (!listed.has(path)) findings.file('unlisted-file', path, 'not in the manifest');
        else findings.file('unexpected-file', path, 'out of place');
      }
    },
  };
}

/** The bytes of a file, `null` when absent, `undefined` when the source failed. */
export async function readBytes(
  source: DirectorySource,
  path: string,
  findings: Findings,
): Promise<Uint8Array | null | undefined> {
  try {
    const bytes: unknown = await source.read(path);
    if (bytes === null || bytes === undefined || bytes instanceof Uint8Array) return bytes ?? null;
    findings.file('unreadable', path, 'no bytes');
  } catch {
    findings.file('unreadable', path, 'the source failed');
  }
  return undefined;
}

/** The text of a file: empty when there is none, a NUL (which nothing here may hold) when it is not UTF-8. */
export function textOf(bytes: Uint8Array | null | undefined): string {
  return bytes ? (fromUtf8(bytes) ?? '\0') : '';
}
