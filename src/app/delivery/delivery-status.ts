import { type Instant, instantOf } from '../../kernel/index.ts';
import { parseLeaf } from '../../ledger/index.ts';
import type { Session } from '../commit/session.ts';
import { readEdge } from '../ledger/sealer.ts';
import { readLeased } from '../workers/lease.ts';
import { countDeadLetters } from './dead-letters.ts';
import type { Cursor } from './delivery-cursor.ts';
import type { Receiver } from './receivers.ts';

/** How far a notifier or a sink was told, whatever process tells it. */
export interface DeliveryStatus {
  readonly kind: 'notifier' | 'sink';
  /** The name of the notifier or sink. */
  readonly receiver: string;
  /** Sealed entries that it was not told of yet, or that were not looked at yet. */
  readonly behind: number;
  /** When the oldest of them was written, and how long ago that is; `null` when there is none. */
  readonly oldestAt: Instant | null;
  readonly oldestAgeMs: number | null;
  /** Of those, how many failed or stand behind one that did; the others go on meanwhile. */
  readonly waiting: number;
  /** Since when it takes nothing at all, why, and when it is tried again; `null` while something gets through. */
  readonly failing: {
    readonly since: Instant;
    readonly reason: string;
    readonly nextAt: Instant;
    readonly rounds: number;
  } | null;
  /** Whether it said that it is gone for good. */
  readonly gone: boolean;
  /** Entries put aside, up to 1,000. */
  readonly deadLetters: number;
}

/** How far each receiver was told. Cost: five reads for each. */
export function deliveryStatus(
  session: Session,
  receivers: readonly Receiver[],
): Promise<readonly DeliveryStatus[]> {
  return Promise.all(receivers.map((receiver) => statusOf(session, receiver)));
}

async function statusOf(session: Session, receiver: Receiver): Promise<DeliveryStatus> {
  const { kind, name } = receiver;
  const { size } = (await readEdge(session)).tree;
  const deadLetters = await countDeadLetters(session, receiver);
  const found = await readLeased<Cursor>(session, receiver.cursor);
  if (found === null || found.body.gone) {
    const nothing = { behind: 0, oldestAt: null, oldestAgeMs: null, waiting: 0, failing: null };
    return { kind, receiver: name, ...nothing, gone: found !== null, deadLetters };
  }
  const { next, waiting, failing } = found.body;
  const oldestAt = await writtenAt(session, waiting[0]?.index ?? next, size);
  const now = session.platform.clock.now();
  return {
    kind,
    receiver: name,
    behind: Math.max(0, size - next) + waiting.length,
    oldestAt,
    oldestAgeMs: oldestAt === null ? null : now - Date.parse(oldestAt),
    waiting: waiting.length,
    failing: failing && {
      since: instantOf(failing.since),
      reason: failing.reason,
      nextAt: instantOf(failing.until),
      rounds: failing.rounds,
    },
    gone: false,
    deadLetters,
  };
}

async function writtenAt({ store, tenant }: Session, index: number, size: number): Promise<Instant | null> {
  if (index >= size) return null;
  const [entry] = await store.readEntries(tenant, { by: 'index', from: index, limit: 1 });
  return (parseLeaf(entry?.leaf ?? '')?.at as Instant | undefined) ?? null;
}
