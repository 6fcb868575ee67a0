import type { Lru } from '../../kernel/index.ts';
import type { Policy } from '../../policy/index.ts';
import type {
  Clock,
  CustomerTransfer,
  IdGenerator,
  KeyStore,
  Observer,
  Primitives,
  Signer,
  Timers,
} from '../../ports/index.ts';
import type { Rights } from './caller.ts';

/** What every tenant's session shares: the ports. */
export interface Platform {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly ids: IdGenerator;
  readonly primitives: Primitives;
  readonly signer: Signer;
  readonly keyStore: KeyStore;
  readonly rights: Rights;
  /** Channels to outside systems that reassign customers, by name. */
  readonly transfers: ReadonlyMap<string, CustomerTransfer>;
  /** Policies by pin, as tenants have them in common: thousands of them keep one in memory. */
  readonly policies: Lru<string, Policy>;
  /** Sees what is done; `null` where nobody wants to. */
  readonly observer: Observer | null;
}
