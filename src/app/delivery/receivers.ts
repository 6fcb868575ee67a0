import { MINUTE_MS } from '../../kernel/index.ts';
import { type Leaf, parseLeaf } from '../../ledger/index.ts';
import type {
  CloudEvent,
  DocumentRef,
  EventSink,
  Notice,
  Notifier,
  SinkFault,
  Timer,
  Timers,
} from '../../ports/index.ts';
import type { Session } from '../commit/session.ts';
import { cloudEventsOf } from './cloud-events.ts';
import { subjectsOf } from './delivery-cursor.ts';
import { noticeOf } from './notices.ts';

/** Whoever is told of the ledger from a cursor: a notifier tells people, a sink tells the outside. */
export interface Receiver<Payload = unknown> {
  readonly kind: 'notifier' | 'sink';
  readonly name: string;
  readonly cursor: DocumentRef;
  readonly from: 'beginning' | 'now';
  /** How many items one call takes. */
  readonly most: number;
  readonly patience: Patience;
  /** The items of a part of the log; `null` where an entry is none for this receiver. */
  read(session: Session, from: number, limit: number): Promise<readonly (Item<Payload> | null)[]>;
  /** Hands items over, in order. */
  hand(items: readonly Item<Payload>[], timers: Timers): Promise<Handed>;
}

/** Something to be handed over. */
export interface Item<Payload = unknown> {
  readonly index: number;
  readonly entry: string;
  readonly subjects: readonly string[];
  readonly payload: Payload;
}

/** How many items were taken, from the first on, and why the next one was not. */
export interface Handed {
  readonly accepted: number;
  readonly fault: SinkFault | { readonly status: 'gone' } | null;
}

/** What is done about failures. */
export interface Patience {
  /** Milliseconds to wait after so many failures of one item; `null` to give it up. */
  pauseMs(attempts: number): number | null;
  /**
   * Whether a failure counts against an item only in rounds in which others got through. Where nothing does, everything
   * waits for the receiver, for as long as it takes.
   */
  readonly forReceiver: boolean;
}

/** Pauses after each failed notice (Standard Webhooks, "Deliverability and reliability"); after the last it is given up. */
const NOTICE_PAUSES_MS = [
  5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, 72_000_000, 86_400_000,
];
/** An event that failed so often, while others got through, is put aside. */
const MOST_ATTEMPTS = 20;
/** A receiver that does not answer for so long has failed. */
const ANSWER_MS = 30_000;
const MOST_EVENTS = 100;

/** The longer something fails, the longer the pause: from a second to a minute. */
export function backOffMs(failures: number): number {
  return Math.min(MINUTE_MS, 1000 * 2 ** Math.min(failures - 1, 10));
}

/** A notifier as a receiver: one notice at a time, each tried for three days. */
export function notifierReceiver(notifier: Notifier): Receiver<Notice> {
  return {
    kind: 'notifier',
    name: notifier.name,
    cursor: { collection: 'cursor', id: `notify.${notifier.name}` },
    from: 'now',
    most: 1,
    patience: {
      pauseMs: (attempts) => NOTICE_PAUSES_MS[attempts - 1] ?? null,
      forReceiver: false,
    },
    read: (session, from, limit) =>
      readItems(session, from, limit, async (leaves) => {
        const items: (Item<Notice> | null)[] = [];
        for (const [at, leaf] of leaves.entries()) {
          const wanted = leaf !== null && (notifier.types === null || notifier.types.includes(leaf.type));
          const notice = wanted ? await noticeOf(session, leaf, from + at) : null;
          items.push(
            notice && { index: notice.index, entry: notice.id, subjects: [notice.subject], payload: notice },
          );
        }
        return items;
      }),
    hand: ([item], timers) =>
      inTime(timers, async () => {
        const outcome = await notifier.notify((item as Item<Notice>).payload);
        if (outcome?.status === 'delivered') return { accepted: 1, fault: null };
        if (outcome?.status === 'gone') return { accepted: 0, fault: { status: 'gone' } };
        const retryAfterMs = outcome?.status === 'failed' ? waitOf(outcome.retryAfterMs) : null;
        return failed('the notifier said so', retryAfterMs);
      }),
  };
}

/** A sink as a receiver: many events at a time, tried for as long as the sink takes none. */
export function sinkReceiver(sink: EventSink): Receiver<CloudEvent> {
  return {
    kind: 'sink',
    name: sink.name,
    cursor: { collection: 'cursor', id: `events.${sink.name}` },
    from: sink.from,
    most: MOST_EVENTS,
    patience: {
      pauseMs: (attempts) => (attempts >= MOST_ATTEMPTS ? null : backOffMs(attempts)),
      forReceiver: true,
    },
    read: (session, from, limit) =>
      readItems(session, from, limit, async (leaves) => {
        const events = await cloudEventsOf(session, leaves, from, sink.names);
        return events.map(
          (event, at) =>
            event && {
              index: from + at,
              entry: event.id,
              subjects: subjectsOf((leaves[at] as Leaf).subject),
              payload: event,
            },
        );
      }),
    hand: (items, timers) =>
      inTime(timers, async () => {
        const outcome = await sink.send(items.map(({ payload }) => payload));
        const accepted = outcome?.accepted;
        if (!Number.isSafeInteger(accepted) || accepted < 0 || accepted > items.length)
          return failed('the sink gave no answer of the right shape');
        const { fault } = outcome;
        if (accepted === items.length || (accepted > 0 && fault === null)) return { accepted, fault: null };
        const reason = reasonOf(fault?.reason);
        return fault?.status === 'refused'
          ? { accepted, fault: { status: 'refused', reason } }
          : { ...failed(reason, waitOf(fault?.retryAfterMs)), accepted };
      }),
  };
}

/** Reads a part of the log, checks that nobody changed it, and makes items of it. */
async function readItems<Payload>(
  { store, tenant, codec }: Session,
  from: number,
  limit: number,
  itemsOf: (leaves: readonly (Leaf | null)[]) => Promise<readonly (Item<Payload> | null)[]>,
): Promise<readonly (Item<Payload> | null)[]> {
  const entries = await store.readEntries(tenant, { by: 'index', from, limit });
  for (const entry of entries) codec.checkEntry(entry);
  return itemsOf(entries.map(({ leaf }) => parseLeaf(leaf)));
}

/** Waits for an answer, but not for ever. Whatever is thrown is a failure. */
async function inTime(timers: Timers, work: () => Promise<Handed>): Promise<Handed> {
  let timer: Timer | undefined;
  const late = new Promise<Handed>((resolve) => {
    timer = timers.start(ANSWER_MS, () => resolve(failed(`no answer within ${ANSWER_MS / 1000} s`)));
  });
  try {
    return await Promise.race([work(), late]);
  } catch (error) {
    // What it says may hold what a person typed: its name has to do.
    return failed(`it threw ${reasonOf((error as { readonly name?: unknown } | null)?.name)}`);
  } finally {
    timer?.stop();
  }
}

function failed(reason: string, retryAfterMs: number | null = null): Handed {
  return { accepted: 0, fault: { status: 'failed', reason, retryAfterMs } };
}

function waitOf(millis: unknown): number | null {
  return typeof millis === 'number' && Number.isFinite(millis) ? millis : null;
}

const LONGEST_REASON = 200;

function reasonOf(text: unknown): string {
  return typeof text === 'string' && text !== ''
    ? text.slice(0, LONGEST_REASON).toWellFormed()
    : 'no reason was given';
}
