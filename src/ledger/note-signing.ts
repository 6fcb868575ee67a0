import { concatBytes, equalBytes, GamekeeperError, toBase64, toHex, utf8 } from '../kernel/index.ts';
import { ed25519PublicKey, ed25519Sign } from './ed25519.ts';
import { isKeyName, isNoteText, keyIdOf, parseKey } from './note.ts';
import { type Hasher, sha256 as pureSha256 } from './sha256.ts';

/**
 * The line by which others know a key: `name+hash+base64`.
 *
 * @throws {GamekeeperError} `ERR_INVALID_INPUT` when the name is empty, or has spaces or a plus.
 */
export function verifierKeyOf(name: string, publicKey: Uint8Array, sha256: Hasher = pureSha256): string {
  if (!isKeyName(name) || publicKey.length !== 32)
    throw invalid('a key has a name without spaces and 32 bytes');
  return keyLine(name, publicKey, publicKey, sha256);
}

/** The secret key of a 32-byte seed as Go writes it: `PRIVATE+KEY+name+hash+base64`. Keep it secret. */
export function signerKeyOf(name: string, seed: Uint8Array, sha256: Hasher = pureSha256): string {
  verifierKeyOf(name, seed);
  return PRIVATE + keyLine(name, ed25519PublicKey(seed), seed, sha256);
}

/** The line that adds a signature, made elsewhere, to a note. Its newline is included. */
export function noteSignatureLine(
  name: string,
  publicKey: Uint8Array,
  signature: Uint8Array,
  sha256: Hasher = pureSha256,
): string {
  return `— ${name} ${toBase64(concatBytes(keyIdOf(name, publicKey, sha256), signature))}\n`;
}

/**
 * Signs a text with a key in Go's format, and answers the note. For tests and tools: see `ed25519Sign`.
 *
 * @throws {GamekeeperError} `ERR_INVALID_INPUT` when the text does not end in a newline or holds control
 *   characters, and when the key is malformed or its hash does not fit.
 */
export function signNote(text: string, signerKey: string, sha256: Hasher = pureSha256): string {
  const key = signerKey.startsWith(PRIVATE) ? parseKey(signerKey.slice(PRIVATE.length)) : null;
  if (key === null) throw invalid('not a signer key');
  const publicKey = ed25519PublicKey(key.bytes);
  if (!equalBytes(key.keyId, keyIdOf(key.name, publicKey, sha256))) throw invalid('not a signer key');
  if (!isNoteText(text)) throw invalid('a note ends in a newline and has no control characters');
  return `${text}\n${noteSignatureLine(key.name, publicKey, ed25519Sign(key.bytes, utf8(text)), sha256)}`;
}

const PRIVATE = 'PRIVATE+KEY+';

function keyLine(name: string, publicKey: Uint8Array, bytes: Uint8Array, sha256: Hasher): string {
  return `${name}+${toHex(keyIdOf(name, publicKey, sha256))}+${toBase64(Uint8Array.of(1, ...bytes))}`;
}

function invalid(what: string): GamekeeperError {
  return new GamekeeperError('ERR_INVALID_INPUT', what);
}
