import { equalBytes, fromBase64, fromHex, utf8 } from '../kernel/index.ts';
import { ed25519Verify, type SignatureVerifier } from './ed25519.ts';
import { type Hasher, sha256 as pureSha256 } from './sha256.ts';

/** A signature line of a note. Nothing is verified yet. */
export interface NoteSignature {
  readonly name: string;
  /** Four bytes that tell the keys of one name apart. */
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
}

/** A signed note (C2SP signed-note), taken apart but not verified: trust nothing in it yet. */
export interface Note {
  /** What was signed, its last newline included. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** A key that verifies Ed25519 notes, from a line `name+hash+base64`. */
export interface VerifierKey {
  readonly name: string;
  readonly keyId: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** Why a note is not to be believed. */
export type NoteFault = 'malformed' | 'bad-verifier-key' | 'no-known-signature' | 'bad-signature';

/** Signatures that a note may carry, as many as verifiers have to accept. */
const MOST_SIGNATURES = 16;
/** UTF-16 units of a whole note; a manifest of 100 million entries fits. */
const LONGEST_NOTE = 0x8000000;
/** Characters of one signature line; post-quantum signatures take 7,000. */
const LONGEST_LINE = 8192;

/** Takes a signed note apart, or answers `null`: at most 16 signatures, no control characters, strict base64. */
export function parseNote(text: string): Note | null {
  if (typeof text !== 'string' || text.length > LONGEST_NOTE || !text.endsWith('\n')) return null;
  const blank = text.lastIndexOf('\n\n');
  // The first test is cheap and spares the others a hostile note.
  if (blank < 0 || text.length - blank > MOST_SIGNATURES * LONGEST_LINE || !isNoteText(text)) return null;
  const lines = text.slice(blank + 2, -1).split('\n');
  if (lines.length > MOST_SIGNATURES) return null;
  const signatures: NoteSignature[] = [];
  for (const line of lines) {
    const [dash, name, base64, ...more] = line.split(' ');
    if (dash !== '—' || name === undefined || base64 === undefined || more.length > 0) return null;
    const bytes = line.length <= LONGEST_LINE && isKeyName(name) ? fromBase64(base64) : null;
    if (bytes === null || bytes.length < 5) return null;
    signatures.push({ name, keyId: bytes.subarray(0, 4), signature: bytes.subarray(4) });
  }
  return { text: text.slice(0, blank + 1), signatures };
}

/** Whether a text could be signed as a note: it ends in a newline and has no other control characters. */
export function isNoteText(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what the format forbids.
  return text.endsWith('\n') && text.isWellFormed() && !/[\0-\x09\x0b-\x1f]/.test(text);
}

/** Whether a text can name a key: not empty, no Unicode spaces, no plus. */
export function isKeyName(name: string): boolean {
  return /^[^\p{White_Space}\p{Cc}+]+$/u.test(name) && name.isWellFormed();
}

/**
 * Why a note is not to be believed, or `undefined`: at least one of the keys signed it, and no signature
 * under any of the keys is wrong. Signatures of other keys are ignored, as signed-note asks.
 */
export function noteFault(
  text: string,
  verifierKeys: readonly string[],
  verify: SignatureVerifier = ed25519Verify,
  sha256: Hasher = pureSha256,
): NoteFault | undefined {
  return noteFaultOf(text, verifierKeys, verify, sha256);
}

/**
 * `noteFault`, where one of the signatures has to be by a key of this name: checkpoints and manifests are
 * signed by a key named like the log, so that a key which serves two logs cannot swap them.
 */
export function noteFaultOf(
  text: string,
  verifierKeys: readonly string[],
  verify: SignatureVerifier,
  sha256: Hasher,
  signer?: string,
): NoteFault | undefined {
  const note = parseNote(text);
  if (note === null) return 'malformed';
  if (!Array.isArray(verifierKeys)) return 'bad-verifier-key';
  const keys = verifierKeys.map((line: string) => parseVerifierKey(line, sha256));
  if (keys.includes(null)) return 'bad-verifier-key';
  let signed = false;
  const message = utf8(note.text);
  for (const { name, keyId, signature } of note.signatures) {
    const key = keys.find((one) => one?.name === name && equalBytes(one.keyId, keyId));
    if (!key) continue;
    if (signature.length !== 64 || !verify(key.publicKey, message, signature)) return 'bad-signature';
    if (signer === undefined || signer === name) signed = true;
  }
  return signed ? undefined : 'no-known-signature';
}

/** The key of a line `name+hash+base64`, or `null`. Only Ed25519 (type 0x01); the hash has to fit. */
export function parseVerifierKey(line: string, sha256: Hasher = pureSha256): VerifierKey | null {
  const parsed = parseKey(line);
  if (parsed === null) return null;
  const { name, keyId, bytes } = parsed;
  return equalBytes(keyId, keyIdOf(name, bytes, sha256)) ? { name, keyId, publicKey: bytes } : null;
}

/** Name, id and the 32 bytes of a key line; whether the id fits is another question. */
export function parseKey(line: string): { name: string; keyId: Uint8Array; bytes: Uint8Array } | null {
  if (typeof line !== 'string' || line.length > 1024) return null;
  const [name, hash, ...rest] = line.split('+');
  const keyId = fromHex(hash ?? '');
  const key = fromBase64(rest.join('+'));
  if (name === undefined || !isKeyName(name) || keyId?.length !== 4) return null;
  return key?.length === 33 && key[0] === 1 ? { name, keyId, bytes: key.subarray(1) } : null;
}

/** The id of an Ed25519 key: four bytes of SHA-256 over name, newline, 0x01 and the public key. */
export function keyIdOf(name: string, publicKey: Uint8Array, sha256: Hasher = pureSha256): Uint8Array {
  return sha256(Uint8Array.of(...utf8(`${name}\n\x01`), ...publicKey)).subarray(0, 4);
}
