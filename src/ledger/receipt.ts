import { fromBase64, toBase64 } from '../kernel/index.ts';
import { parseCheckpoint, parseCount } from './checkpoint.ts';
import { ed25519Verify, type SignatureVerifier } from './ed25519.ts';
import { leafHash } from './merkle.ts';
import { type NoteFault, noteFaultOf } from './note.ts';
import { inclusionFault, type ProofFault } from './proofs.ts';
import { type Hasher, sha256 as pureSha256 } from './sha256.ts';

/** A proof that an entry was logged, to be kept in a file `….tlog-proof` (C2SP tlog-proof). */
export interface Receipt {
  readonly index: number;
  readonly proof: readonly Uint8Array[];
  /** The signed checkpoint, verbatim. */
  readonly checkpoint: string;
  /** Anything the application wants to keep beside; nothing authenticates it. */
  readonly extra?: Uint8Array | undefined;
}

/** Why a receipt proves nothing. */
export type ReceiptFault = NoteFault | ProofFault;

const HEADER = 'c2sp.org/tlog-proof@v1';

/** The text of a receipt. */
export function encodeProof(receipt: Receipt): string {
  const extra = receipt.extra === undefined ? [] : [`extra ${toBase64(receipt.extra)}`];
  const lines = [HEADER, ...extra, `index ${receipt.index}`, ...receipt.proof.map(toBase64), ''];
  return `${lines.join('\n')}\n${receipt.checkpoint}`;
}

/** Takes a receipt apart, or answers `null`. Verifies nothing. */
export function parseProof(text: string): Receipt | null {
  if (typeof text !== 'string' || text.length > 0x100000) return null;
  const blank = text.indexOf('\n\n');
  const [header, ...lines] = text.slice(0, Math.max(blank, 0)).split('\n');
  if (header !== HEADER) return null;
  const extra = lines[0]?.startsWith('extra ') ? fromBase64((lines.shift() as string).slice(6)) : undefined;
  const line = lines.shift();
  const index = line?.startsWith('index ') ? parseCount(line.slice(6)) : null;
  const proof = lines.slice(0, 64).map(fromBase64);
  if (index === null || extra === null || lines.length > 63 || !proof.every((hash) => hash?.length === 32))
    return null;
  return { index, proof: proof as Uint8Array[], checkpoint: text.slice(blank + 2), extra };
}

/**
 * Why a receipt does not show that these bytes were logged, or `undefined` when it does.
 *
 * The checkpoint has to be signed by a key whose name is its origin: a key that serves two logs does not
 * let one stand in for the other.
 */
export function proofFault(
  text: string,
  leaf: Uint8Array | string,
  verifierKeys: readonly string[],
  verify: SignatureVerifier = ed25519Verify,
  sha256: Hasher = pureSha256,
): ReceiptFault | undefined {
  const receipt = parseProof(text);
  const checkpoint = receipt && parseCheckpoint(receipt.checkpoint);
  if (!checkpoint || !(typeof leaf === 'string' || leaf instanceof Uint8Array)) return 'malformed';
  const fault = noteFaultOf(receipt.checkpoint, verifierKeys, verify, sha256, checkpoint.origin);
  if (fault !== undefined) return fault;
  const { index, proof } = receipt;
  return inclusionFault({ index, proof, ...checkpoint, leafHash: leafHash(leaf, sha256) }, sha256);
}
