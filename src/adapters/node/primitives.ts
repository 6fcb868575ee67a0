import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPublicKey,
  createSecretKey,
  hash,
  type KeyObject,
  randomFillSync,
  verify,
} from 'node:crypto';
import type { Primitives } from '../../ports/index.ts';

/**
 * The primitives of `node:crypto`. Random bytes come from a pool of 4 KiB, refilled when it is used up.
 *
 * @param fill Fills bytes with chance: keys and nonces hang on it. Another one than the platform's is for
 *   simulations only, whose every run from a seed is to be the same.
 */
export function nodePrimitives(fill: (bytes: Uint8Array) => void = randomFillSync): Primitives {
  const pool = new Uint8Array(4096);
  let used = pool.length;
  const random = (length: number): Uint8Array => {
    if (length > 256) {
      const bytes = new Uint8Array(length);
      fill(bytes);
      return bytes;
    }
    if (used + length > pool.length) {
      fill(pool);
      used = 0;
    }
    used += length;
    return pool.slice(used - length, used);
  };
  // Preparing a key takes five times as long as using it.
  const keyObjects = new WeakMap<Uint8Array, KeyObject>();
  const prepared = (key: Uint8Array): KeyObject => {
    const known = keyObjects.get(key);
    if (known !== undefined) return known;
    const made = createSecretKey(key);
    keyObjects.set(key, made);
    return made;
  };
  return {
    specificationVersion: 'v1',
    sha256,
    hmacSha256: createFastHmac(),
    seal(key, plaintext, context) {
      const sealed = Buffer.allocUnsafe(NONCE + plaintext.length + TAG);
      const nonce = random(NONCE);
      const cipher = createCipheriv('aes-256-gcm', prepared(key), nonce).setAAD(Buffer.from(context));
      sealed.set(nonce);
      sealed.set(cipher.update(plaintext), NONCE);
      cipher.final();
      sealed.set(cipher.getAuthTag(), NONCE + plaintext.length);
      return sealed;
    },
    open(key, sealed, context) {
      if (sealed.length < NONCE + TAG) return null;
      const decipher = createDecipheriv('aes-256-gcm', prepared(key), sealed.subarray(0, NONCE), {
        authTagLength: TAG,
      })
        .setAAD(Buffer.from(context))
        .setAuthTag(sealed.subarray(-TAG));
      try {
        return Buffer.concat([decipher.update(sealed.subarray(NONCE, -TAG)), decipher.final()]);
      } catch {
        return null;
      }
    },
    randomBytes: random,
    ed25519Verify,
  };
}

/** Bytes of AES-GCM's nonce and tag. */
const NONCE = 12;
const TAG = 16;

/** The digest comes over as text and is spread into bytes: that takes half of what a buffer takes. */
function sha256(data: Uint8Array | string): Uint8Array {
  const text = hash('sha256', data, 'binary');
  const digest = new Uint8Array(32);
  for (let at = 0; at < 32; at += 1) digest[at] = text.charCodeAt(at);
  return digest;
}

/** What stands before the 32 bytes of an Ed25519 key in its usual encoding (RFC 8410). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

function ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  return publicKey.length === 32 && verify(null, message, publicKeyOf(publicKey), signature);
}

/** The key that was used last: whoever verifies a log asks for one key again and again. */
let lastKey: { readonly encoded: Buffer; readonly key: KeyObject } | null = null;

function publicKeyOf(publicKey: Uint8Array): KeyObject {
  const encoded = Buffer.concat([SPKI, publicKey]);
  if (lastKey?.encoded.equals(encoded)) return lastKey.key;
  const key = createPublicKey({ key: encoded, format: 'der', type: 'spki' });
  lastKey = { encoded, key };
  return key;
}

/** SHA-256's block, by which HMAC pads its key (RFC 2104, section 2). */
const BLOCK = 64;
/** Longer texts go the ordinary way. */
const LONGEST = 16_384;

/**
 * HMAC-SHA-256 by two one-shot hashes over prepared pads: a sixth of what `createHmac` takes on a short text.
 *
 * Keys are recognised by identity and must not be changed afterwards.
 */
function createFastHmac(): Primitives['hmacSha256'] {
  const pads = new WeakMap<Uint8Array, { readonly inner: Buffer; readonly outer: Buffer }>();
  const scratch = Buffer.alloc(BLOCK + LONGEST);
  const padsOf = (key: Uint8Array): { readonly inner: Buffer; readonly outer: Buffer } => {
    const known = pads.get(key);
    if (known !== undefined) return known;
    const block = Buffer.alloc(BLOCK);
    block.set(key.length > BLOCK ? hash('sha256', key, 'buffer') : key);
    const made = { inner: Buffer.from(block.map((byte) => byte ^ 0x36)), outer: Buffer.alloc(BLOCK + 32) };
    made.outer.set(block.map((byte) => byte ^ 0x5c));
    pads.set(key, made);
    return made;
  };
  return (key, data) => {
    if (data.length * 3 > LONGEST) return createHmac('sha256', key).update(data).digest();
    const { inner, outer } = padsOf(key);
    scratch.set(inner);
    let length = data.length;
    if (typeof data === 'string') length = scratch.write(data, BLOCK);
    else scratch.set(data, BLOCK);
    outer.write(hash('sha256', scratch.subarray(0, BLOCK + length), 'binary'), BLOCK, 'latin1');
    return sha256(outer);
  };
}
