import { GamekeeperError, utf8 } from '../../kernel/index.ts';
import {
  type DirectoryEntry,
  directoryFiles,
  type Leaf,
  noteSignatureLine,
  verifierKeyOf,
} from '../../ledger/index.ts';
import { readRange } from '../commit/read-range.ts';
import type { Vault } from '../commit/session.ts';
import { readLog } from './replay.ts';
import { readEdge } from './sealer.ts';

/** A file of an export, written one after another. */
export interface ExportSink {
  /** Takes one file; paths are relative, with forward slashes. */
  write(path: string, bytes: Uint8Array): Promise<void>;
}

/** What an export held. */
export interface ExportReport {
  readonly entries: number;
  readonly files: number;
  readonly bytes: number;
}

/** The verifier key line of a ledger. */
export function verifierKey({ origin, platform }: Vault): string {
  return verifierKeyOf(origin, platform.signer.publicKey, platform.primitives.sha256);
}

/** Who hears how an export goes on. */
interface ExportListeners {
  readonly onProgress?: ((entries: number, size: number) => void) | undefined;
  readonly onEntry?: ((leaf: Leaf) => Promise<void>) | undefined;
}

/** Writes a sealed log as a directory. */
export async function exportTo(
  vault: Vault,
  sink: ExportSink,
  disclosures: 'included' | 'withheld',
  listeners: ExportListeners = {},
): Promise<ExportReport> {
  const { size } = (await readEdge(vault)).tree;
  const checkpoints: string[] = [];
  for await (const { document } of readRange(vault.store, vault.tenant, {
    index: 'checkpoints',
    want: 'documents',
  })) {
    if (document !== null) checkpoints.push(vault.codec.decode<{ checkpoint: string }>(document).checkpoint);
  }
  const report = { entries: size, files: 0, bytes: 0 };
  const files = directoryFiles(
    {
      origin: vault.origin,
      vkey: verifierKey(vault),
      checkpoints,
      entries: sealedEntries(vault, size, listeners),
      disclosures,
      sign: (manifest) => signManifest(vault, manifest),
    },
    vault.platform.primitives.sha256,
  );
  for await (const { path, bytes } of files) {
    await sink.write(path, bytes);
    report.files += 1;
    report.bytes += bytes.length;
  }
  return report;
}

async function* sealedEntries(
  vault: Vault,
  size: number,
  { onProgress, onEntry }: ExportListeners,
): AsyncGenerator<readonly DirectoryEntry[]> {
  let bundle: DirectoryEntry[] = [];
  const fault = (_kind: string, index: number, detail: string): Error =>
    new GamekeeperError('ERR_STORE_CORRUPT', `at ${index}: ${detail}; verify the ledger before exporting it`);
  for await (const { index, entry, leaf, disclosures } of readLog(vault, fault)) {
    if (index >= size) break;
    await onEntry?.(leaf);
    bundle.push({ leaf: entry.leaf, disclosures });
    if (bundle.length === 256) {
      yield bundle;
      bundle = [];
      onProgress?.(index + 1, size);
    }
  }
  if (bundle.length > 0) yield bundle;
  onProgress?.(size, size);
}

/** A manifest with the signature of its log. */
export async function signManifest({ platform, origin }: Vault, manifest: string): Promise<string> {
  const outcome = await platform.signer.sign({ origin, body: utf8(manifest), head: null });
  if (outcome.status !== 'signed')
    throw new GamekeeperError('ERR_SIGNER_FAILED', 'the signer would not sign a manifest');
  return `${manifest}\n${noteSignatureLine(origin, platform.signer.publicKey, outcome.signature)}`;
}
