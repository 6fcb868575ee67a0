import { equalBytes, fromBase64url } from '../../kernel/index.ts';
import {
  ed25519Verify,
  type MerkleTree,
  noteFault,
  parseCheckpoint,
  type SignatureVerifier,
  verifierKeyOf,
} from '../../ledger/index.ts';
import type { SignedHead } from '../../ports/index.ts';
import { nameOf } from '../commit/codec.ts';
import { readRange } from '../commit/read-range.ts';
import type { Vault } from '../commit/session.ts';
import { checkpointRef, EDGE, readEdge, tileRef } from './sealer.ts';
import type { VerifyFinding } from './verify.ts';

/** Everything that was signed of a ledger, as it lies in the store and as the signer remembers it. */
export interface Heads {
  readonly notes: readonly { readonly place: string; readonly note: string }[];
  /** How many entries the stored edge, and so the stored tiles, account for. */
  readonly sealed: number;
  readonly lastSigned: SignedHead | null;
  /** The last checkpoint should lie here and does not. */
  readonly missing: string | null;
}

/** Reads every checkpoint, the edge and the signer's memory. */
export async function readHeads(vault: Vault): Promise<Heads> {
  const lastSigned = await vault.platform.signer.lastSigned(vault.origin);
  const edge = await readEdge(vault);
  const notes: { place: string; note: string }[] = [];
  const walk = { index: 'checkpoints', want: 'documents' } as const;
  for await (const { document, ref } of readRange(vault.store, vault.tenant, walk)) {
    if (document === null) continue;
    notes.push({ place: nameOf(ref), note: vault.codec.decode<{ checkpoint: string }>(document).checkpoint });
  }
  if (edge.checkpoint === null) return { notes, sealed: 0, lastSigned, missing: null };
  notes.push({ place: nameOf(EDGE), note: edge.checkpoint });
  const last = checkpointRef(edge.tree.size);
  const [document] = await vault.store.get(vault.tenant, [last]);
  return { notes, sealed: edge.tree.size, lastSigned, missing: document == null ? nameOf(last) : null };
}

/** What is wrong with signed heads and tiles, given the tree that the log comes to. */
export async function headFindings(
  vault: Vault,
  { notes, sealed, lastSigned, missing }: Heads,
  tree: MerkleTree,
  whole: boolean,
): Promise<readonly VerifyFinding[]> {
  const { platform, origin } = vault;
  const { primitives } = platform;
  const key = verifierKeyOf(origin, platform.signer.publicKey, primitives.sha256);
  const verify: SignatureVerifier = (...signed) =>
    primitives.ed25519Verify?.(...signed) ?? ed25519Verify(...signed);
  const findings: VerifyFinding[] = [];
  const report = (kind: VerifyFinding['kind'], place: string, detail: string): void =>
    void findings.push({ kind, place, detail });
  const check = (place: string, { size, root }: SignedHead): void => {
    if (size > tree.size) {
      if (whole) report('truncated', place, `expected ${size} entries, found ${tree.size}`);
    } else if (!equalBytes(root, tree.root(size)))
      report('fork', place, `states another root at ${size} entries`);
  };
  for (const { place, note } of notes) {
    const checkpoint =
      noteFault(note, [key], verify, primitives.sha256) === undefined ? parseCheckpoint(note) : null;
    if (checkpoint === null || checkpoint.origin !== origin) {
      report('bad-checkpoint', place, 'is not signed by the key of this log');
    } else check(place, checkpoint);
  }
  if (missing !== null) report('bad-checkpoint', missing, 'the last checkpoint is missing');
  if (lastSigned !== null) check('signer', lastSigned);
  for await (const place of wrongTiles(vault, tree, Math.min(sealed, tree.size))) {
    report('altered-tile', place, 'is not what the entries come to');
  }
  return findings;
}

async function* wrongTiles(
  { store, tenant, codec }: Vault,
  tree: MerkleTree,
  size: number,
): AsyncGenerator<string> {
  for (let level = 0; 256 ** (level + 1) <= size; level += 1) {
    const count = Math.floor(size / 256 ** (level + 1));
    for (let from = 0; from < count; from += 64) {
      const refs = Array.from({ length: Math.min(64, count - from) }, (_, at) => tileRef(level, from + at));
      const documents = await store.get(tenant, refs);
      for (const [at, ref] of refs.entries()) {
        const document = documents[at];
        const hashes =
          document == null ? null : fromBase64url(codec.decode<{ hashes: string }>(document).hashes);
        const right = Array.from({ length: 256 }, (_, hash) =>
          tree.hashAt(level * 8, (from + at) * 256 + hash),
        );
        const same =
          hashes !== null &&
          right.every((hash, place) => equalBytes(hash, hashes.subarray(place * 32, place * 32 + 32)));
        if (!same) yield nameOf(ref);
      }
    }
  }
}
