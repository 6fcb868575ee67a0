import {
  canonicalize,
  fromBase64url,
  fromUtf8,
  GamekeeperError,
  type JsonValue,
  textToBase64url,
  toBase64url,
} from '../kernel/index.ts';
import { type Hasher, sha256 as pureSha256 } from './sha256.ts';

/** A value that a leaf only holds the digest of (RFC 9901, section 4.2). */
export interface Disclosure {
  readonly salt: string;
  /** `null` for an element of an array; ledger entries have none of those. */
  readonly name: string | null;
  readonly value: JsonValue;
}

/**
 * The text of a disclosure: base64url of `[salt, name, value]`.
 *
 * @param salt At least 16 unpredictable bytes, never used twice: without it, guesses could be tested.
 * @throws {GamekeeperError} `ERR_INVALID_INPUT` on a short salt, a reserved name, or what JSON cannot say.
 */
export function encodeDisclosure(salt: Uint8Array, name: string, value: JsonValue): string {
  if (salt.length < 16) throw new GamekeeperError('ERR_INVALID_INPUT', 'a salt has at least 16 bytes');
  if (isReserved(name))
    throw new GamekeeperError('ERR_INVALID_INPUT', `a disclosure cannot be named ${name}`);
  return textToBase64url(canonicalize([toBase64url(salt), name, value]));
}

/** The digest that stands in the leaf's `_sd` (as base64url): SHA-256 over the text of the disclosure. */
export function disclosureDigest(disclosure: string, sha256: Hasher = pureSha256): Uint8Array {
  return sha256(disclosure);
}

/** What a disclosure says, or `null` when it is none. Not compared with any digest. */
export function parseDisclosure(text: string): Disclosure | null {
  const json = typeof text === 'string' ? fromUtf8(fromBase64url(text) ?? Uint8Array.of(0xff)) : null;
  try {
    const parts: unknown = JSON.parse(json ?? '');
    if (!Array.isArray(parts) || parts.length < 2 || parts.length > 3) return null;
    const [salt, name] = parts.length === 3 ? parts : [parts[0], null];
    if (typeof salt !== 'string' || !(name === null || (typeof name === 'string' && !isReserved(name))))
      return null;
    return parts.length === 3 && name === null ? null : { salt, name, value: parts.at(-1) as JsonValue };
  } catch {
    return null;
  }
}

function isReserved(name: string): boolean {
  return name === '_sd' || name === '...';
}
