import type { TenantId } from '../kernel/index.ts';

/**
 * Signs a log's checkpoints and manifests, with a local key or a KMS.
 *
 * It also remembers: what the database forgets when an old backup comes back, the signer must not.
 */
export interface Signer {
  readonly specificationVersion: 'v1';
  /** The Ed25519 public key, 32 bytes. MUST always be the same. */
  readonly publicKey: Uint8Array;
  /**
   * Signs `body` with Ed25519 and answers the 64 bytes of the signature.
   *
   * For a checkpoint the signer MUST compare and remember: it answers `{ status: 'behind' }` instead of a
   * signature when `size` lies below the last size it signed for this origin, or equals it under another
   * root. What it signed MUST be remembered durably before the signature is given away.
   */
  sign(request: SignRequest): Promise<SignOutcome>;
  /** The last checkpoint signed for an origin, or `null`. */
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
 * A wrapped key is text that may lie in the database; only the key store turns it back.
 */
export interface KeyStore {
  readonly specificationVersion: 'v1';
  /** A new 32-byte key and its wrapped form, bound to tenant and purpose. */
  generate(
    tenant: TenantId,
    purpose: string,
  ): Promise<{ readonly key: Uint8Array; readonly wrapped: string }>;
  /** MUST reject when the text was not wrapped here for this tenant and purpose. */
  unwrap(tenant: TenantId, purpose: string, wrapped: string): Promise<Uint8Array>;
}
