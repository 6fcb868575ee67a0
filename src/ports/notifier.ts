import type { Instant, JsonValue } from '../kernel/index.ts';

/** Something that happened and that named people should hear of. */
export interface Notice {
  /** The id of the entry that tells of it: the same in every attempt. Who has seen it may drop the repetition. */
  readonly id: string;
  readonly tenant: string;
  /** The type of the entry, such as `alert-raised`. */
  readonly type: string;
  readonly at: Instant;
  /** Position of the entry in the ledger. */
  readonly index: number;
  /** Whom to tell, by the host's ids, worked out when it is delivered. Never empty. */
  readonly audience: readonly string[];
  /** What it is about, opaque: notices of one subject come in the order of the ledger. */
  readonly subject: string;
  /** No more than the audience may see: of an alert its id, rule and severity, and a pseudonym. */
  readonly data: { readonly [name: string]: JsonValue };
}

/** What became of an attempt. */
export type NotifyOutcome =
  | { readonly status: 'delivered' }
  /** Not now: tried again later, after `retryAfterMs` at the earliest. MUST be a number from 0 on, or `null` [NO-06]. */
  | { readonly status: 'failed'; readonly retryAfterMs: number | null }
  /** Nobody is there any more, and nobody will be: nothing is sent to this notifier again. */
  | { readonly status: 'gone' };

/**
 * Where people are told of what concerns them: a webhook, a mail, a chat.
 *
 * Every sealed entry of a chosen type is handed over **at least once**, in the order of the ledger for each
 * subject, from a cursor that outlives the process. One that fails does not hold up other subjects.
 */
export interface Notifier {
  readonly specificationVersion: 'v1';
  /**
   * Under which name the cursor is kept. MUST begin with a small letter and hold small letters, digits and dashes, at
   * most 32 [NO-01]. MUST stay the same from start to start [NO-02]. Another receiver needs another one, or one of
   * them hears nothing: the keeper refuses two of one name.
   */
  readonly name: string;
  /** Which types of entries; `null` for all there are notices of. MUST stay the same from start to start [NO-02]. */
  readonly types: readonly string[] | null;
  /**
   * Tells the audience. MUST hand over the notice as it is [NO-03], and MUST answer `delivered` only once it is safe
   * with the receiver [NO-04 NO-05]. MAY be called with the same notice again, and from several processes: it MUST
   * hand it over each time, under the same id, and leave it to the receiver to drop it [NO-07 NO-08]. SHOULD answer
   * within 30 seconds: later counts as failed. What it throws counts as failed, too.
   */
  notify(notice: Notice): Promise<NotifyOutcome>;
}
