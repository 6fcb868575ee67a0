import type { Instant } from '../../kernel/index.ts';
import type { IntegrityAlarm } from '../delivery/emitter.ts';
import type { Locale } from '../words/explain.ts';
import type { HealthCode } from '../words/health-sentences.ts';

/** `ok`: all is well. `degraded`: it answers, and somebody should look. `down`: it cannot do its work. */
export type HealthStatus = 'ok' | 'degraded' | 'down';

/** What is looked at, and how patiently. */
export interface HealthOptions {
  /** Tenants to be looked at one by one, at most 100. Default: none, only the keeper itself. */
  readonly tenants?: readonly string[];
  /** A store, signer or key store that answers later counts as not answering. Default: 2,000 ms. */
  readonly timeoutMs?: number;
  /** The language of `message`. Default: `en`. */
  readonly locale?: Locale;
}

/** Something that is not as it should be. */
export interface HealthReason {
  readonly code: HealthCode;
  readonly status: 'degraded' | 'down';
  /** The company it is about; `null` for the keeper itself. */
  readonly tenant: string | null;
  /** What is the matter, and its cure. For operators. */
  readonly message: string;
}

/** A round trip to a port. */
export interface Answering {
  readonly answered: boolean;
  /** How long the answer took, or was waited for. */
  readonly ms: number;
}

/** An alarm as health remembers it: of one kind, without what it said. */
export interface AlarmSeen {
  readonly tenant: string;
  readonly kind: IntegrityAlarm['kind'];
  readonly at: Instant;
}

/** How a keeper fares. Holds sizes, times and names that the host gave to tenants and receivers; nothing of a person. */
export interface Health {
  /** The worst of the keeper's own reasons. A tenant that is down makes it `degraded`, all that were named `down`. */
  readonly status: HealthStatus;
  readonly reasons: readonly HealthReason[];
  /** By the keeper's clock; `null` where that does not tell the time. */
  readonly at: Instant | null;
  /** The version of this package, and of the documents that it writes. */
  readonly version: string;
  readonly documentsVersion: number;
  /** `null` where each tenant has a store of its own: name tenants, then theirs are looked at. */
  readonly store: Answering | null;
  readonly signer: Answering;
  readonly clock: {
    /** By how much the clock went back between two looks of the last five minutes; 0 mostly. */
    readonly wentBackMs: number;
  };
  /** What this process committed and has not seen sealed. */
  readonly unsealed: UnsealedWork;
  /** The last alarm that this process raised; `null` when there was none. */
  readonly lastAlarm: AlarmSeen | null;
  readonly tenants: readonly TenantHealth[];
}

/** What a process committed and has not seen sealed. */
export interface UnsealedWork {
  readonly entries: number;
  /** Age of the oldest; `null` when there is none. */
  readonly oldestMs: number | null;
  /** Tenants for which the last attempt to seal failed. */
  readonly failing: number;
}

/** How a tenant fares, whichever process works for it. */
export interface TenantHealth {
  readonly tenant: string;
  readonly status: HealthStatus;
  readonly store: Answering;
  /** Whether the key of the tenant was opened; `null` where the store did not give it. */
  readonly keyStore: Answering | null;
  /** The last alarm of this process about the tenant. */
  readonly lastAlarm: AlarmSeen | null;
  /** `null` where the tenant could not be opened. */
  readonly work: TenantWork | null;
}

/** What is done for a tenant, and what waits to be done. */
export interface TenantWork {
  readonly suspendedAt: Instant | null;
  /** By how much the clock of this process is behind what was written last, by whatever process; 0 mostly. */
  readonly clockBehindMs: number;
  /** Entries without a position, up to 512, and the age of the oldest; `sealed` is the size of the log. */
  readonly sealing: { readonly sealed: number; readonly unsealed: number; readonly oldestMs: number | null };
  readonly deliveries: readonly DeliveryHealth[];
  /** When somebody swept last, and how many items a sweep would look at now, up to 100 of each kind. */
  readonly sweep: { readonly lastAt: Instant | null; readonly due: number };
}

/** How far a notifier or a sink was told. */
export interface DeliveryHealth {
  readonly receiver: string;
  readonly behind: number;
  readonly oldestMs: number | null;
  readonly deadLetters: number;
  /** Since when it takes nothing. */
  readonly failingSince: Instant | null;
  readonly gone: boolean;
}
