/** A reassignment in a system outside: a customer goes from one employee to another there. Ids are the host's. */
export interface TransferOrder {
  /** The same for the same reassignment, however often it is asked for; another for another. */
  readonly key: string;
  readonly tenant: string;
  readonly customer: string;
  readonly from: string;
  readonly to: string;
}

/** What became of a reassignment. The last three are the end of it. */
export type TransferOutcome = 'waiting' | 'done' | 'refused' | 'receiver_full';

/**
 * Reassigns customers in an outside system, such as a messenger for companies, that answers in its own time: the
 * customer may refuse, the receiver may be full.
 *
 * A handover's item that is offered through a channel of this name waits, once its receiver has accepted it, until
 * the sweep hears of the end. The keeper asks for what became of it first and starts it where nobody knows of it, so
 * a process may die at any moment. An answer that comes late (30 s, unless the host says otherwise) or is none of the
 * outcomes fails in the report of the sweep, and is asked for again by the next one.
 */
export interface CustomerTransfer {
  readonly specificationVersion: 'v1';
  /**
   * The channel, as `handovers.offer` names it. MUST begin with a small letter and hold small letters, digits and
   * dashes, at most 32 [CT-01]. MUST stay the same from start to start [CT-02].
   */
  readonly name: string;
  /**
   * Asks for a reassignment. MUST hand it over as it is [CT-03], and MUST answer only once the outside system has
   * it: it throws where that is away or says no to the request itself [CT-09]. MUST ask once for a key, whoever asks
   * again, from whichever process, at once or later [CT-04], and then answers where it stands [CT-07].
   */
  start(order: TransferOrder): Promise<TransferOutcome>;
  /**
   * Where reassignments stand. MUST answer in the order of the keys, `unknown` for one that was never asked for
   * [CT-05], and MUST start nothing [CT-06]. What has come to an end MUST stay so [CT-08]. MUST throw, and not answer `unknown`, where
   * the outside system is away [CT-10].
   *
   * @param keys At most 100.
   */
  outcomes(keys: readonly string[]): Promise<readonly (TransferOutcome | 'unknown')[]>;
}
