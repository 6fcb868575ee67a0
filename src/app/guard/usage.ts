import {
  type Counts,
  closeLive,
  countsOf,
  isOver,
  liveSince,
  MEASURES,
  type Measure,
  type Usage,
  uselessFrom,
} from '../../guard/index.ts';
import { type Alias, DAY_MS, HOUR_MS, instantOf, millisOf } from '../../kernel/index.ts';
import type { DocumentRef } from '../../ports/index.ts';
import type { Transaction } from '../commit/transaction.ts';

/** What went through for an actor so far, and how more is counted. */
export interface Counting {
  countsOf(measure: Measure): Counts;
  /** Counts what goes through now; `room` is how many more may before somebody has to decide again. */
  pass(measure: Measure, customers: number, room: number | null): void;
}

/** Where what is counted of somebody lies, if the live span is the one that the clock says. */
export function usageRefs({ actor, now }: Transaction, party: string = actor.party): readonly DocumentRef[] {
  const since = liveSince(null, millisOf(now));
  return [spansOf(party), ...MEASURES.map((measure) => counterRef(party, measure, since))];
}

const spansOf = (party: string): DocumentRef => ({ collection: 'usage', id: party });
/**
 * Reads what is counted of the actor. The spans that are over are checked by the commit; the live counters
 * are bounded, so that two calls at once neither wait for each other nor pass together what one alone may not.
 */
export async function readUsage(
  transaction: Transaction,
  party: string = transaction.actor.party,
): Promise<Counting> {
  const { session, now: instant } = transaction;
  const now = millisOf(instant);
  const spans = spansOf(party);
  const counter = (measure: Measure, since: number): DocumentRef => counterRef(party, measure, since);
  const guess = liveSince(null, now);
  // One round trip where the live span is the one that the clock says; one more where it is an older one.
  const [found, ...counters] = await transaction.peekRaw(usageRefs(transaction, party));
  const known = found == null ? null : session.codec.decode<Usage>(found);
  const since = known?.since ?? guess;
  const over = known !== null && isOver(known, now);
  const documents =
    since === guess
      ? counters
      : await (over ? transaction.loadRaw : transaction.peekRaw)(
          MEASURES.map((measure) => counter(measure, since)),
        );
  const live = Object.fromEntries(
    MEASURES.map((measure, at) => [measure, Number(documents[at]?.body ?? 0)]),
  ) as Record<Measure, number>;
  const usage = known !== null && over ? closeLive(known, live, now) : (known ?? { since, closed: {} });
  const counted = (measure: Measure): number => (over ? 0 : live[measure]);
  let kept = false;
  return {
    countsOf: (measure) => countsOf(usage, measure, counted(measure), now),
    pass(measure, customers, room) {
      if (!kept) {
        transaction.expect(spans, found?.version ?? null);
        if (over) for (const each of MEASURES) transaction.remove(counter(each, since));
        if (known === null || over) {
          const version = session.platform.ids.next(now);
          const due = { index: 'due', key: `usage.${instantOf(uselessFrom(usage))}` };
          transaction.write(session.codec.encode(spans, version, usage, [due]));
        }
      }
      kept = true;
      const atMost = room === null ? null : counted(measure) + room;
      transaction.count(counter(measure, usage.since), customers, atMost);
    },
  };
}

function counterRef(party: string, measure: Measure, since: number): DocumentRef {
  return { collection: 'usage', id: `${party}.${measure}.${since}` };
}

/** Forgets what was counted of somebody who did nothing since any window reached back to it. */
export async function forgetUsage(
  transaction: Transaction,
  ref: DocumentRef,
): Promise<'forgotten' | 'nothing'> {
  const { session, now } = transaction;
  const [found] = await transaction.loadRaw([ref]);
  const usage = found == null ? null : session.codec.decode<Usage>(found);
  if (usage === null || uselessFrom(usage) > millisOf(now)) return 'nothing';
  const counters = MEASURES.map((measure) => counterRef(ref.id, measure, usage.since));
  await transaction.loadRaw(counters);
  for (const each of [ref, ...counters]) transaction.remove(each);
  return 'forgotten';
}

/** Which customers' contacts an actor saw within the last 24 hours, and so does not see for the first time. */
export interface Seen {
  readonly fresh: readonly Alias[];
  /** Remembers the fresh ones as seen. */
  remember(): void;
}

const KEPT_HOURS = DAY_MS / HOUR_MS;
/** Enough of an alias to tell it from the others that one person sees in a day. */
const SHORT = 12;

/** Where it lies whose contacts somebody saw. */
export function seenRef(party: string): DocumentRef {
  return { collection: 'usage', id: `${party}.seen` };
}

/** Tells the customers that an actor sees for the first time in 24 hours from the others. */
export async function readSeen(
  transaction: Transaction,
  customers: readonly Alias[],
  party: string = transaction.actor.party,
): Promise<Seen> {
  const { session, now } = transaction;
  const ref = seenRef(party);
  const [found] = await transaction.peekRaw([ref]);
  const seen = found == null ? {} : session.codec.decode<{ readonly [short: string]: number }>(found);
  const hour = Math.floor(millisOf(now) / HOUR_MS);
  const recent = new Map(Object.entries(seen).filter(([, at]) => hour - at < KEPT_HOURS));
  const fresh = [...new Set(customers)].filter((alias) => !recent.has(alias.slice(2, 2 + SHORT)));
  return {
    fresh,
    remember() {
      transaction.expect(ref, found?.version ?? null);
      for (const alias of fresh) recent.set(alias.slice(2, 2 + SHORT), hour);
      const version = session.platform.ids.next(millisOf(now));
      const due = { index: 'due', key: `shown.${instantOf((hour + KEPT_HOURS) * HOUR_MS)}` };
      transaction.write(session.codec.encode(ref, version, Object.fromEntries(recent), [due]));
    },
  };
}

/** Forgets whose contacts somebody saw, once they saw none for 24 hours. */
export async function forgetSeen(
  transaction: Transaction,
  ref: DocumentRef,
): Promise<'forgotten' | 'nothing'> {
  const { session, now } = transaction;
  const [found] = await transaction.loadRaw([ref]);
  if (found == null) return 'nothing';
  const seen = session.codec.decode<{ readonly [short: string]: number }>(found);
  const hour = Math.floor(millisOf(now) / HOUR_MS);
  if (Object.values(seen).some((at) => hour - at < KEPT_HOURS)) return 'nothing';
  transaction.remove(ref);
  return 'forgotten';
}
