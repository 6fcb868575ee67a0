import type { TenantId } from '../kernel/index.ts';

/**
 * Signs a log's checkpoints and manifests, with a local key or a KMS.
 *
 * It also remembers: what the database forgets when an old backup comes back, the signer must not. Each origin MUST
 * be remembered by itself, however alike and however long origins are [SG-06].
 */
export interface Signer {
  readonly specificationVersion: 'v1';
  /** The Ed25519 public key, 32 bytes. MUST always be the same [SG-01], also after a restart [SG-09]. */
  readonly publicKey: Uint8Array;
  /**
   * Signs `body` with Ed25519 and answers the 64 bytes of the signature. MUST be one that the public key verifies,
   * whatever the body [SG-02].
   *
   * For a checkpoint the signer MUST compare and remember: it answers `{ status: 'behind' }` instead of a
   * signature when `size` lies below the last size it signed for this origin, or equals it under another
   * root [SG-04 SG-05 SG-08]. The same head again MUST be signed again [SG-05], and a manifest at any time [SG-03].
   * What it signed MUST be remembered durably before the signature is given away [SG-09], and for every process
   * that signs with this key [SG-10].
   */
  sign(request: SignRequest): Promise<SignOutcome>;
  /** The last checkpoint signed for an origin, or `null`. MUST be what was signed, and not move otherwise [SG-07]. */
  lastSigned(origin: string): Promise<SignedHead | null>;
}

/** A size and the root hash of the tree of that size. */
export interface SignedHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/** What is to be signed. */
export interface SignRequest {
  readonly origin: string;
  readonly body: Uint8Array;
  /** The head that the body states; `null` for a manifest. */
  readonly head: SignedHead | null;
}

/** A signature, or what was signed already that forbids it. */
export type SignOutcome =
  | { readonly status: 'signed'; readonly signature: Uint8Array }
  | { readonly status: 'behind'; readonly last: SignedHead };

/**
 * Makes and opens data keys: one per subject for disclosures, one per tenant for authentication codes.
 *
 * A wrapped key is text that may lie in the database; only the key store turns it back. It MUST be printable ASCII of
 * at most 4,096 characters [KS-02], and MUST NOT show the key [KS-03].
 */
export interface KeyStore {
  readonly specificationVersion: 'v1';
  /** A new 32-byte key and its wrapped form, bound to tenant and purpose. MUST NOT be one it made before [KS-04]. */
  generate(
    tenant: TenantId,
    purpose: string,
  ): Promise<{ readonly key: Uint8Array; readonly wrapped: string }>;
  /**
   * The key. MUST be the one that was wrapped [KS-01], also after a restart [KS-08] and whatever was done to the bytes
   * given out before [KS-07]. MUST reject when the text was not wrapped here for this tenant and purpose [KS-05], or
   * was changed since [KS-06].
   */
  unwrap(tenant: TenantId, purpose: string, wrapped: string): Promise<Uint8Array>;
}
