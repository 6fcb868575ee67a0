/**
 * The cryptographic primitives of a platform, synchronous. Implemented over `node:crypto`; a host may bring its own.
 *
 * What they answer MUST be bytes of their own [PR-08], and what they are given MUST stay as it is [PR-08].
 */
export interface Primitives {
  readonly specificationVersion: 'v1';
  /** SHA-256, 32 bytes. MUST be that of FIPS 180-4, with texts as UTF-8 [PR-01]. */
  sha256(data: Uint8Array | string): Uint8Array;
  /** HMAC-SHA-256, 32 bytes. MUST be that of RFC 2104, for keys of any length, and texts as UTF-8 [PR-02]. */
  hmacSha256(key: Uint8Array, data: Uint8Array | string): Uint8Array;
  /**
   * AES-256-GCM. MUST answer a 12-byte nonce, the ciphertext, then the 16-byte tag [PR-03]. The nonce MUST be fresh
   * each time [PR-04]. `context` MUST be authenticated too, as UTF-8 [PR-05 PR-06].
   */
  seal(key: Uint8Array, plaintext: Uint8Array, context: string): Uint8Array;
  /**
   * The plaintext. MUST be `null`, and no exception, when the bytes were changed or cut, or belong to another key or
   * context [PR-06], and MUST open what any other implementation has sealed [PR-05].
   */
  open(key: Uint8Array, sealed: Uint8Array, context: string): Uint8Array | null;
  /** Unpredictable bytes. MUST be as many as asked, and others each time [PR-07]. */
  randomBytes(length: number): Uint8Array;
  /**
   * Whether an Ed25519 signature holds. MUST say what RFC 8032, section 5.1.7, says, and false, not throw, for a key
   * or a signature of another length [PR-09].
   *
   * Where it is missing, a keeper computes it in JavaScript: a verification with many checkpoints takes longer.
   */
  ed25519Verify?(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
}
