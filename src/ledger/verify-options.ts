import type { SignatureVerifier } from './ed25519.ts';
import type { Finding } from './finding.ts';
import type { Hasher } from './sha256.ts';

/** What a verifier brings along. The less, the less is proved. */
export interface VerifyOptions {
  /** Verifier key lines, had from elsewhere. Without any, the export vouches for itself. */
  readonly keys?: readonly string[] | undefined;
  /** Signed checkpoints kept from earlier, or had from elsewhere. */
  readonly seen?: string | readonly string[] | undefined;
  /** A native SHA-256 is about ten times faster. */
  readonly hasher?: Hasher | undefined;
  readonly verify?: SignatureVerifier | undefined;
  /** Told after each 256 entries. */
  readonly onProgress?: ((entries: number, size: number) => void) | undefined;
}

/**
 * What vouches for a log besides its own key. A0: nothing. A1: a checkpoint kept where the store's
 * writers cannot reach. A2: witnesses. A3: a time from outside.
 */
export type AnchorLevel = 'A0' | 'A1' | 'A2' | 'A3';

/** What came of verifying an export. Never a bare "valid": look at the anchor, too. */
export interface DirectoryReport {
  /** `unreadable`: nothing wrong was found in what could be read, but not everything could be. */
  readonly status: 'ok' | 'tampered' | 'unreadable';
  readonly origin: string | null;
  readonly size: number;
  readonly root: Uint8Array | null;
  readonly anchorLevel: AnchorLevel;
  /** Whether a key of the caller's was used. Otherwise the key came from the export itself. */
  readonly keyPinned: boolean;
  /** Entries that no anchor covers: with the key, they could have been rewritten without a trace. */
  readonly residual: number;
  readonly findings: readonly Finding[];
  /** How many more findings there were. */
  readonly omitted: number;
}
