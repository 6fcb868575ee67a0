import { uuidTime } from '../../kernel/index.ts';
import { refresh } from '../commit/refresh.ts';
import { chance, type Session } from '../commit/session.ts';
import { readEdge } from '../ledger/sealer.ts';
import { seenBy } from '../observe/observing.ts';
import { type Held, isLeased, readLeased, renewing, save, takeLease } from '../workers/lease.ts';
import { type DeadLetter, deadLetterPut } from './dead-letters.ts';
import {
  afterRun,
  type Cursor,
  earliest,
  type GivenUp,
  hasWork,
  headsOf,
  MOST_WAITING,
  nextRun,
  type Run,
} from './delivery-cursor.ts';
import type { IntegrityAlarm } from './emitter.ts';
import { backOffMs, type Handed, type Item, type Receiver } from './receivers.ts';

/** How a round tells of trouble, and how it is told to end. */
export interface RoundOptions {
  alarm(alarm: IntegrityAlarm): void;
  /** Asked after each call: whether to go on with the next one now. */
  goesOn(): boolean;
}

/** A round under way. */
interface Progress extends RoundOptions {
  readonly session: Session;
  readonly receiver: Receiver;
  readonly held: Held<Cursor>;
  /** How the cursor stands by now. Where nothing got through yet, the store knows nothing of that. */
  cursor: Cursor;
  size: number;
  /** Whether anything got through. */
  through: boolean;
  /** Failures in a row, and the last reason. */
  failures: number;
  reason: string;
}

/** Why a round is over; `null` while it goes on. */
type End = 'told-to' | 'down' | 'gone' | 'lost' | null;

/** After so many failures in a row the receiver counts as down: this round ends. */
const MOST_FAILURES = 3;
/** While another process delivers, it is looked so often whether it still does. */
const BUSY_MS = 500;
/** When so many rounds in a row got nothing through, somebody should know. */
const LOUD_AFTER = 3;
/** How much later than agreed an attempt may come. */
const JITTER = 0.1;
const PART = 100;

/**
 * Delivers what is sealed and not delivered yet, in the order of the ledger for each subject. Answers when there is
 * something to be tried next, as Unix milliseconds, or `null`.
 *
 * The cursor moves on only after a delivery, by compare-and-swap: a process that dies in between lets the next
 * one deliver again, and of several processes one holds the lease while the others go away.
 */
export async function deliverRound(
  session: Session,
  receiver: Receiver,
  options: RoundOptions,
): Promise<number | null> {
  const found = await readLeased<Cursor>(session, receiver.cursor);
  if (found === null || found.body.gone) return null;
  const now = session.platform.clock.now();
  const { lease, failing } = found.body;
  if (isLeased(found.body, now)) return Math.min(lease?.until ?? now, now + BUSY_MS);
  if (failing !== null && failing.until > now) return failing.until;
  const { size } = (await readEdge(session)).tree;
  if (!hasWork(found.body, size, now)) return earliest(found.body);
  const held = await takeLease(session, receiver.cursor, found);
  if (held === null) return now + BUSY_MS;
  // Who is told, and how people are named, follows from the org chart of now, which another process may have changed.
  await refresh(session);
  const start = { cursor: held.body, failures: 0, reason: '', size, through: false };
  const progress: Progress = { ...options, session, receiver, held, ...start };
  return finish(progress, (await retry(progress)) ?? (await proceed(progress)));
}

/** Begins the cursors that a tenant lacks: at the first entry, or at `size` for who wants no past. */
export async function beginCursors(
  session: Session,
  receivers: readonly Receiver[],
  size: number,
): Promise<void> {
  const refs = receivers.map(({ cursor }) => cursor);
  const found = await session.store.get(session.tenant, refs);
  for (const [at, { cursor, from }] of receivers.entries()) {
    if (found[at] != null) continue;
    const next = from === 'now' ? size : 0;
    await save<Cursor>(session, cursor, null, { failing: null, gone: false, lease: null, next, waiting: [] });
  }
}

/** What waits and is due; of each subject the oldest first. */
async function retry(progress: Progress): Promise<End> {
  const { session, receiver } = progress;
  for (;;) {
    const now = session.platform.clock.now();
    const one = headsOf(progress.cursor.waiting).find(({ due }) => due <= now);
    if (one === undefined) return null;
    const [item = null] = await receiver.read(session, one.index, 1);
    const { next, waiting } = progress.cursor;
    // What has become nobody's business waits no longer.
    const others = waiting.filter(({ index }) => index !== one.index);
    const end =
      item === null
        ? await keep(progress, { waiting: others })
        : await handOver(progress, { items: [item], behind: [], next });
    if (end !== null) return end;
  }
}

/** What is new; and what is sealed meanwhile, by whatever process. */
async function proceed(progress: Progress): Promise<End> {
  const { session, receiver } = progress;
  while (progress.cursor.waiting.length < MOST_WAITING) {
    const { next } = progress.cursor;
    if (next >= progress.size) progress.size = (await readEdge(session)).tree.size;
    if (next >= progress.size) return null;
    const part = await receiver.read(session, next, Math.min(PART, progress.size - next));
    if (part.length === 0) return null;
    const end = await walk(progress, next, part);
    if (end !== null) return end;
  }
  return null;
}

/** A part of the log, run by run. */
async function walk(progress: Progress, from: number, part: readonly (Item | null)[]): Promise<End> {
  const { session, receiver } = progress;
  while (progress.cursor.next < from + part.length && progress.cursor.waiting.length < MOST_WAITING) {
    const left = part.slice(progress.cursor.next - from);
    const run = nextRun(progress.cursor, left, receiver.most, session.platform.clock.now());
    const end = await handOver(progress, run);
    if (end !== null) return end;
  }
  return null;
}

/** Hands a run over, and writes down what came of it. */
async function handOver(progress: Progress, run: Run): Promise<End> {
  const { session, receiver, held } = progress;
  const { timers } = session.platform;
  const work = { kind: 'delivery', tenant: session.tenant, receiver: receiver.name } as const;
  const handed =
    run.items.length === 0
      ? { accepted: 0, fault: null }
      : await renewing(
          held,
          timers,
          seenBy(session.platform, work, () => receiver.hand(run.items, timers), outcomeOf),
        );
  tellDelivered(progress, run, handed);
  // A receiver that says no to one is there.
  progress.through ||= handed.accepted > 0 || handed.fault?.status === 'refused';
  if (handed.accepted > 0) progress.failures = 0;
  const step = afterRun(progress.cursor, run, handed, {
    now: session.platform.clock.now(),
    stretch: 1 + chance(session.platform.primitives) * JITTER,
    patience: receiver.patience,
  });
  if (step.failure !== null) {
    progress.failures += 1;
    progress.reason = step.failure;
  }
  const end = await keep(progress, step.cursor, step.givenUp);
  if (end !== null) return end;
  if (step.cursor.gone) {
    alarm(progress, 'notifier-gone');
    return 'gone';
  }
  const asked = handed.fault?.status === 'failed' && handed.fault.retryAfterMs !== null;
  if (step.failure !== null && (asked || progress.failures >= MOST_FAILURES)) return 'down';
  return run.items.length > 0 && !progress.goesOn() ? 'told-to' : null;
}

function outcomeOf({ fault }: Handed): string {
  return fault === null ? 'ok' : fault.status;
}

/** Tells an observer what was taken, and what became of the next one. */
function tellDelivered({ session, receiver: { name: receiver } }: Progress, run: Run, handed: Handed): void {
  const { tenant, platform } = session;
  const [first] = run.items;
  if (platform.observer === null || first === undefined) return;
  const fact = { kind: 'delivered', tenant, receiver } as const;
  const lagMs = Math.max(0, platform.clock.now() - uuidTime(first.entry));
  if (handed.accepted > 0)
    platform.observer.tell({ ...fact, outcome: 'accepted', entries: handed.accepted, lagMs });
  if (handed.fault !== null)
    platform.observer.tell({ ...fact, outcome: handed.fault.status, entries: 1, lagMs: null });
}

/** Moves the cursor on, in the store only once something got through: else it is the receiver that fails. */
async function keep(
  progress: Progress,
  change: Partial<Cursor>,
  givenUp: GivenUp | null = null,
): Promise<End> {
  const { session, receiver, held } = progress;
  progress.cursor = { ...progress.cursor, ...change };
  if (isDown(progress) && givenUp === null) return null;
  const letter = givenUp === null ? null : letterOf(progress, givenUp);
  const puts = letter === null ? [] : [deadLetterPut(session, receiver.cursor, letter)];
  const { lease: _, ...cursor } = progress.cursor;
  if (!(await held.keep(cursor, { puts }))) return 'lost';
  if (letter !== null) {
    const kind = receiver.kind === 'notifier' ? 'notice-given-up' : 'event-put-aside';
    alarm(progress, kind, letter.entry, ...(receiver.kind === 'notifier' ? [] : [letter.reason]));
  }
  return null;
}

/** Lets go of the cursor. Answers when it goes on. */
async function finish(progress: Progress, end: End): Promise<number | null> {
  const { held, session } = progress;
  const now = session.platform.clock.now();
  if (end === 'lost') return now + BUSY_MS;
  if (isDown(progress)) {
    const before = held.body.failing;
    const rounds = (before?.rounds ?? 0) + 1;
    const until = now + Math.round(backOffMs(rounds) * (1 + chance(session.platform.primitives) * JITTER));
    const { reason } = progress;
    await held.release({ failing: { reason, rounds, since: before?.since ?? now, until } });
    if (rounds === LOUD_AFTER) alarm(progress, 'sink-failing', reason);
    return until;
  }
  const { lease: _, ...cursor } = progress.cursor;
  await held.release({ ...cursor, failing: null });
  if (end === 'gone') return null;
  return end === 'told-to' ? now : earliest(progress.cursor);
}

/** Whether nothing got through, to a receiver for which everything waits then. */
function isDown({ receiver, through, failures }: Progress): boolean {
  return receiver.patience.forReceiver && !through && failures > 0;
}

function letterOf({ session, receiver }: Progress, { item, attempts, reason }: GivenUp): DeadLetter {
  const { entry, index, subjects } = item;
  const at = session.platform.clock.now();
  return { at, attempts, entry, index, kind: receiver.kind, reason, receiver: receiver.name, subjects };
}

function alarm(
  { session, receiver, alarm }: Progress,
  kind: IntegrityAlarm['kind'],
  ...more: string[]
): void {
  alarm({ tenant: session.tenant, kind, places: [receiver.name, ...more] });
}
