import type { Instant, JsonValue } from '../kernel/index.ts';

/**
 * An entry of the ledger as the outside hears of it: a CloudEvent 1.0 with the extensions `sequence` and `tenant`.
 *
 * No value that a person typed is ever in it: the ledger has none.
 */
export interface CloudEvent {
  readonly specversion: '1.0';
  /** The id of the entry: the same in every delivery. Who has seen it drops the repetition. */
  readonly id: string;
  /** The origin of the ledger, `gamekeeper/l_…`: what its checkpoints are signed for. */
  readonly source: string;
  /** `gamekeeper.` and the type of the entry; of a refusal, what was attempted. */
  readonly type: string;
  /** The first of those it is about, opaque and the same in every event; absent where it is about nobody. */
  readonly subject?: string;
  readonly time: Instant;
  readonly datacontenttype: 'application/json';
  /** Position in the ledger, 16 digits: sorts as text. */
  readonly sequence: string;
  readonly tenant: string;
  readonly data: CloudEventData;
}

/** What an entry says. Employees and customers are named as the sink asked for. */
export interface CloudEventData {
  /** Who did it: an employee, the name of a service, or `system`. */
  readonly actor: string;
  readonly onBehalfOf: string | null;
  readonly outcome: 'done' | 'refused';
  /** The code of the refusal. */
  readonly reason: string | null;
  readonly customers: readonly string[];
  readonly employees: readonly string[];
  readonly facts: { readonly [name: string]: JsonValue };
}

/** Why an event was not accepted. A reason is for operators: never a value out of an event. */
export type SinkFault =
  /** Not now: tried again later, after `retryAfterMs` at the earliest. */
  | { readonly status: 'failed'; readonly reason: string; readonly retryAfterMs: number | null }
  /** Never, however often it is tried: it is put aside for an operator, and the others go on. */
  | { readonly status: 'refused'; readonly reason: string };

/** What became of a call: how many events were accepted, from the first on, and why the next one was not. */
export interface SendOutcome {
  readonly accepted: number;
  /** `null` when all were accepted, or some and the others are to come in another call. */
  readonly fault: SinkFault | null;
}

/**
 * Where the outside is told what happened: a stream, a queue, a search index.
 *
 * Every sealed entry is handed over **at least once**, from a cursor that outlives the process. Two entries of one
 * `subject` come in the order of the ledger, however often a process dies in between.
 *
 * Every sentence with MUST names the clauses of `sinkCases` (`gamekeeper/testing`) that hold a sink to it.
 */
export interface EventSink {
  readonly specificationVersion: 'v1';
  /**
   * Under which name the cursor is kept. MUST begin with a small letter and hold small letters, digits and dashes, at
   * most 32 [ES-01]. MUST stay the same from start to start [ES-02]. Another receiver needs another one, or one of
   * them hears nothing: the keeper refuses two of one name.
   */
  readonly name: string;
  /**
   * How employees and customers are named. `aliases`: by random names of the ledger, which lead to nobody once a
   * customer is erased. `host`: by the host's own ids, where the receiver may know them. MUST be one of them [ES-01].
   */
  readonly names: 'aliases' | 'host';
  /**
   * Where a sink that nobody knows yet begins: at the first entry of the ledger, or with what comes from now on. MUST
   * be one of them [ES-01].
   */
  readonly from: 'beginning' | 'now';
  /**
   * Hands over up to 100 events of one tenant, in order. Called with the same events again, and from several processes.
   *
   * Events MUST arrive as they are [ES-03 ES-04] and in the order given, within a call and from call to call [ES-05].
   * MUST count as accepted only what is safe with the receiver by then, from the first on, and no more than that
   * [ES-06]; MAY take fewer than it was given, but MUST NOT answer 0 without a fault [ES-07]. An event that was
   * accepted before MUST be accepted again, also from another process; whether it arrives once more is up to the
   * receiver, which knows it by its id [ES-08]. Calls at the same time MUST NOT disturb each other [ES-09].
   *
   * While the receiver is away or full it MUST answer `failed` or reject, within 30 seconds [ES-10 ES-11], MUST NOT let
   * an event arrive whose forerunner of the same subject did not [ES-11], and MUST recover by itself, within ten
   * seconds after the receiver is back [ES-12]. It MUST answer `refused` for what the receiver will never take, and only
   * for that: the others get through [ES-13]. What it throws, and an answer after 30 seconds, counts as `failed`.
   */
  send(events: readonly CloudEvent[]): Promise<SendOutcome>;
}
