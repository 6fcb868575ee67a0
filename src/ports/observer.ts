/**
 * Something that takes time. Each text is one of few, so that it may be a label of a metric; but `tenant`, which is
 * the host's id of the company. Never a value that somebody typed, never an id of a person or a customer.
 */
export type ObservedWork =
  /** A verb of the API: `customers` `get`; those of the keeper itself have the areas `keeper`, `tenants`, `deliveries`. */
  | { readonly kind: 'command'; readonly tenant: string; readonly area: string; readonly verb: string }
  /** A call of the store, as the keeper waited for it. `call` is the name of the method. */
  | { readonly kind: 'store'; readonly tenant: string; readonly call: string }
  /** A call of the signer or the key store. */
  | { readonly kind: 'keys'; readonly call: 'sign' | 'lastSigned' | 'generate' | 'unwrap' }
  | { readonly kind: 'seal'; readonly tenant: string }
  | { readonly kind: 'sweep'; readonly tenant: string }
  /** Events or a notice on their way to the receiver of that name. */
  | { readonly kind: 'delivery'; readonly tenant: string; readonly receiver: string };

/** Something that happened. The same is true of its texts; `entry` and `entries` are ids of entries of the ledger. */
export type ObservedFact =
  /** An attempt to commit a command. `conflict` and `bound` are lost races, mostly, and are tried again. */
  | {
      readonly kind: 'commit';
      readonly tenant: string;
      readonly outcome: 'committed' | 'conflict' | 'bound';
      /** The first entry that was written; `null` where there is none. */
      readonly entry: string | null;
    }
  /** A decision of the guard: attempts that lost a race decide again. */
  | {
      readonly kind: 'guard';
      readonly tenant: string;
      readonly operation: string;
      readonly decision: string;
    }
  /** Items of a sweep that came to one outcome; `failed` is one, too. */
  | { readonly kind: 'swept'; readonly tenant: string; readonly outcome: string; readonly items: number }
  /** Entries that were sealed; `size` is that of the log, `lagMs` the age of the oldest of them. */
  | {
      readonly kind: 'sealed';
      readonly tenant: string;
      readonly entries: number;
      readonly size: number;
      readonly lagMs: number;
    }
  /** What a receiver took, and what became of the rest; `lagMs` is the age of the oldest that it took. */
  | {
      readonly kind: 'delivered';
      readonly tenant: string;
      readonly receiver: string;
      readonly outcome: 'accepted' | 'failed' | 'refused' | 'gone';
      readonly entries: number;
      readonly lagMs: number | null;
    }
  /** An alarm, without the words of its reason. */
  | {
      readonly kind: 'alarm';
      readonly tenant: string;
      readonly alarm: string;
      readonly receiver: string | null;
      readonly entries: readonly string[];
    };

/** What a process committed and has not seen sealed. */
export interface ObservedFigures {
  readonly entries: number;
  /** Age of the oldest; `null` when there is none. */
  readonly oldestMs: number | null;
  /** Tenants for which the last attempt to seal failed. */
  readonly failing: number;
}

/**
 * Sees what a keeper does: for metrics, spans and logs. It cannot change anything: what it throws is passed over, and
 * nobody waits for it.
 *
 * Every sentence with MUST names the clauses of `observerCases` (`gamekeeper/testing`) that hold an observer to it. It MUST
 * take every kind of work, outcome and fact without throwing, also one that it does not know: kinds are added without a
 * new version [OB-04].
 */
export interface Observer {
  /** MUST be `v1` [OB-01]. */
  readonly specificationVersion: 'v1';
  /**
   * Work begins. SHOULD return at once: the keeper does nothing else meanwhile. Works run at once and within each other,
   * and MUST be kept apart [OB-03].
   */
  begin(work: ObservedWork): ObservedSpan;
  /** Something happened. Called within the work that it belongs to. SHOULD return at once. */
  tell(fact: ObservedFact): void;
  /**
   * Gives a way to read figures whenever they are asked for; MUST answer how to stop that [OB-06], and MUST NOT read
   * afterwards [OB-07]. Called once for each keeper.
   */
  watch(read: () => ObservedFigures): () => void;
}

/** Work under way. */
export interface ObservedSpan {
  /**
   * MUST call `run` once, before it returns [OB-02]: what begins in it, and later in consequence of it, is part of this
   * work. So a span can be made the active one; where it is, it MUST be so there and nowhere else [OB-05].
   */
  enter(run: () => void): void;
  /** It is over: `ok`, the code of a refusal or of an error (`ERR_…`), or an outcome of the store. */
  end(outcome: string, ms: number): void;
}
