import type { Instant } from '../../kernel/index.ts';
import type { CloudEvent, EventSink, SendOutcome } from '../../ports/index.ts';
import { type ConformanceCase, makeClause, type SubjectKind } from '../conformance.ts';
import { expectThat, same } from '../expectations.ts';

/** How the receiver behind a sink behaves. */
export type SinkReceiverState = 'takes' | 'is-away' | 'is-full';

/** What the suite needs to test a sink. */
export interface SinkHarness {
  readonly sink: EventSink;
  /** The same sink made once more, as in another process, for the same receiver. */
  again(): Promise<EventSink>;
  /** What is safe with the receiver, in the order it came; repetitions that it kept included. */
  received(): Promise<readonly CloudEvent[]>;
  /**
   * Lets the receiver be away, or full once it took `room` more events, or take everything again. `null` where sink
   * and receiver are one.
   */
  readonly receiver: ((state: SinkReceiverState, room: number) => Promise<void>) | null;
  /** Makes an event that the receiver will never take. `null` where it takes everything. */
  readonly impossible: ((event: CloudEvent) => CloudEvent) | null;
  /** Lets go of what the case opened. */
  close(): Promise<void>;
}

const SINKS: SubjectKind<SinkHarness> = {
  claims: (harness, claim) => harness[claim as 'receiver' | 'impossible'] !== null,
  watch: (harness, log) => ({
    ...harness,
    sink: log.watch(harness.sink, ''),
    again: async () => log.watch(await harness.again(), 'made again: '),
  }),
  close: (harness) => harness.close(),
};

type Check = (sink: EventSink, harness: SinkHarness) => Promise<void>;

/** A clause over a fresh sink. */
export function clause(id: string, title: string, hint: string, check: Check): ConformanceCase<SinkHarness> {
  return makeClause({ id, title, claim: null, hint }, SINKS, (harness) => check(harness.sink, harness));
}

/** A clause that only counts where the harness can bring it about. */
export function clauseIf(
  claim: 'receiver' | 'impossible',
  id: string,
  title: string,
  hint: string,
  check: Check,
): ConformanceCase<SinkHarness> {
  const facts = { id, title: `(${claim}) ${title}`, claim, hint };
  return makeClause(facts, SINKS, (harness) => check(harness.sink, harness));
}

/** An event with letters, quotes and line separators that formats like to change. Each third is about the same. */
export function eventOf(index: number, part: Partial<CloudEvent> = {}): CloudEvent {
  const subject = `c_${'abc'.charAt(index % 3).repeat(22)}`;
  return {
    specversion: '1.0',
    id: `019cad8f-ac00-7806-9c8c-${index.toString(16).padStart(12, '0')}`,
    source: 'gamekeeper/l_0123456789012345678901',
    type: 'gamekeeper.claim-approved',
    subject,
    time: '2026-03-25T08:00:00.000Z' as Instant,
    datacontenttype: 'application/json',
    sequence: String(index).padStart(16, '0'),
    tenant: 'acme.中*>',
    data: {
      actor: 'e_1234567890123456789012',
      onBehalfOf: null,
      outcome: 'done',
      reason: null,
      customers: [subject],
      employees: [],
      facts: {
        text: '姓名 "quoted" \\ \u2028 \u{1f469} <b>',
        count: 12,
        none: null,
        list: [1, 'a'],
        deep: { no: false },
      },
    },
    ...part,
  };
}

/** Events from a number on. */
export function eventsFrom(start: number, count: number): CloudEvent[] {
  return Array.from({ length: count }, (_, at) => eventOf(start + at));
}

/** Ids of events, in order. */
export const idsOf = (events: readonly CloudEvent[]): string[] => events.map(({ id }) => id);

/** Events as they came first: what was seen is dropped by its id. */
export function firstOf(events: readonly CloudEvent[]): readonly CloudEvent[] {
  const seen = new Set<string>();
  return events.filter(({ id }) => seen.size < seen.add(id).size);
}

/** What a call came to; what a sink throws, and an answer after 30 seconds, counts as failed. */
export async function sent(sink: EventSink, events: readonly CloudEvent[]): Promise<SendOutcome> {
  const failed = (reason: string): SendOutcome => ({
    accepted: 0,
    fault: { status: 'failed', reason, retryAfterMs: null },
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer within 30 seconds')), 30_000);
  });
  try {
    return await Promise.race([sink.send(events).catch((error) => failed(String(error))), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Sends until everything is accepted, as the keeper does. */
export async function sendAll(sink: EventSink, events: readonly CloudEvent[], step: string): Promise<void> {
  for (let from = 0; from < events.length; ) {
    const outcome = await sent(sink, events.slice(from));
    expectThat(outcome.accepted > 0, step, 'events to be accepted', outcome);
    from += outcome.accepted;
  }
}

/** Of each subject, the events came in the order of the ledger and without a gap. */
export function expectOrder(
  received: readonly CloudEvent[],
  given: readonly CloudEvent[],
  step: string,
): void {
  for (const subject of new Set(given.map((event) => event.subject))) {
    const came = idsOf(firstOf(received).filter((event) => event.subject === subject));
    const due = idsOf(given.filter((event) => event.subject === subject));
    same(came, due.slice(0, came.length), `${step}, about ${subject}`);
  }
}

/** Tries for ten seconds, as the keeper would. */
export async function eventually(
  sink: EventSink,
  events: readonly CloudEvent[],
  step: string,
): Promise<void> {
  let left = events;
  for (const until = performance.now() + 10_000; left.length > 0; ) {
    const outcome = await sent(sink, left);
    left = left.slice(outcome.accepted);
    if (outcome.fault === null) continue;
    expectThat(outcome.fault.status === 'failed', step, 'nothing to be refused for good', outcome);
    expectThat(performance.now() < until, step, 'events to get through within 10 seconds', outcome);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
