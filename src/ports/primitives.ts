/** The cryptographic primitives of a platform, synchronous. Implemented over `node:crypto`; a host may bring its own. */
export interface Primitives {
  readonly specificationVersion: 'v1';
  /** SHA-256 (FIPS 180-4). A text is hashed as UTF-8. 32 bytes. */
  sha256(data: Uint8Array | string): Uint8Array;
  /** HMAC-SHA-256 (RFC 2104). A text is hashed as UTF-8. 32 bytes. */
  hmacSha256(key: Uint8Array, data: Uint8Array | string): Uint8Array;
  /** AES-256-GCM: a fresh 12-byte nonce, the ciphertext, then the 16-byte tag. `context` is authenticated too. */
  seal(key: Uint8Array, plaintext: Uint8Array, context: string): Uint8Array;
  /** The plaintext, or `null` when the bytes were changed or belong to another key or context. */
  open(key: Uint8Array, sealed: Uint8Array, context: string): Uint8Array | null;
  /** Unpredictable bytes. */
  randomBytes(length: number): Uint8Array;
}
