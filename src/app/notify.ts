import { MINUTE_MS } from '../kernel/index.ts';
import { parseLeaf } from '../ledger/index.ts';
import type { DocumentRef, Notice, Notifier, NotifyOutcome, Timer, Timers } from '../ports/index.ts';
import type { IntegrityAlarm } from './emitter.ts';
import { noticeOf } from './notices.ts';
import { refresh } from './refresh.ts';
import { chance, type Session } from './session.ts';

/** How far a notifier was told, and what it is still to be told. Kept with the tenant, whatever process delivers. */
interface Cursor {
  /** The next entry of the ledger to look at. */
  readonly next: number;
  /** Entries before that one which were not delivered yet, oldest first. */
  readonly waiting: readonly Waiting[];
  /** Which process delivers, and until when nobody else does. */
  readonly lease: { readonly by: string; readonly until: number } | null;
  /** The receiver said that it is gone for good. */
  readonly gone: boolean;
}

interface Waiting {
  readonly index: number;
  readonly subject: string;
  readonly attempts: number;
  /** Unix milliseconds before which it is not tried. */
  readonly due: number;
}

/** What a round of delivery left behind. */
export interface NotifyRound {
  readonly delivered: number;
  /** Unix milliseconds of the next attempt; `null` when nothing waits. */
  readonly nextAt: number | null;
}

/** Pauses after each failed attempt (Standard Webhooks, "Deliverability and reliability"); after the last one it is given up. */
const PAUSES_MS = [
  5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, 72_000_000, 86_400_000,
];
/** How much later than agreed an attempt may come, so that what failed together does not come back together. */
const JITTER = 0.1;
/** So many entries may wait while others go on; then the cursor waits, too. */
const MOST_WAITING = 100;
/** After so many failures in a row the receiver counts as down: this round ends. */
const MOST_FAILURES = 3;
const LEASE_MS = 2 * MINUTE_MS;
const ANSWER_MS = 30_000;
const PART = 100;

function cursorRef({ name }: Notifier): DocumentRef {
  return { collection: 'cursor', id: `notify.${name}` };
}

/** Begins the cursors that a tenant lacks, at `size`: a new notifier is not told of what is long past. */
export async function beginCursors(
  session: Session,
  notifiers: readonly Notifier[],
  size: number,
): Promise<void> {
  const found = await session.store.get(session.tenant, notifiers.map(cursorRef));
  for (const [at, notifier] of notifiers.entries()) {
    if (found[at] == null)
      await save(session, notifier, null, { gone: false, lease: null, next: size, waiting: [] });
  }
}

/**
 * Delivers what is sealed and not delivered yet, in the order of the ledger for each subject.
 *
 * The cursor moves on only after a delivery, by compare-and-swap: a process that dies in between lets the next
 * one deliver again, and of several processes one holds the lease while the others go away.
 *
 * @param goesOn Asked after each attempt: whether to try the next one now.
 */
export async function notify(
  session: Session,
  notifier: Notifier,
  size: number,
  alarm: (alarm: IntegrityAlarm) => void,
  goesOn: () => boolean = () => true,
): Promise<NotifyRound> {
  const { clock, ids, primitives, timers } = session.platform;
  const me = ids.next(clock.now());
  const state = await takeLease(session, notifier, me);
  if (state === null) return { delivered: 0, nextAt: null };
  // Who is told follows from the org chart of now, which another process may have changed.
  await refresh(session);
  let { cursor, version } = state;
  let delivered = 0;
  let failures = 0;

  const keep = async (change: Partial<Cursor>): Promise<boolean> => {
    cursor = { ...cursor, ...change };
    const lease = cursor.gone ? null : { by: me, until: clock.now() + LEASE_MS };
    const saved = await save(session, notifier, version, { ...cursor, lease });
    version = saved ?? version;
    return saved !== null;
  };

  /** Tries one; answers whether to go on. */
  const attempt = async (notice: Notice, before: Waiting | null): Promise<boolean> => {
    const outcome = await hand(notifier, notice, timers);
    const others = cursor.waiting.filter(({ index }) => index !== notice.index);
    const next = Math.max(cursor.next, notice.index + 1);
    if (outcome.status === 'delivered') {
      delivered += 1;
      failures = 0;
      return (await keep({ next, waiting: others })) && goesOn();
    }
    if (outcome.status === 'gone') {
      alarm({ tenant: session.tenant, kind: 'notifier-gone', places: [notifier.name] });
      await keep({ gone: true, next, waiting: [] });
      return false;
    }
    failures += 1;
    const attempts = (before?.attempts ?? 0) + 1;
    const pause = PAUSES_MS[attempts - 1];
    if (pause === undefined) {
      alarm({ tenant: session.tenant, kind: 'notice-given-up', places: [notifier.name, notice.id] });
      return keep({ next, waiting: others });
    }
    const due = clock.now() + Math.max(pause * (1 + chance(primitives) * JITTER), outcome.retryAfterMs ?? 0);
    const { index, subject } = notice;
    const waiting = [...others, { attempts, due, index, subject }].sort((one, two) => one.index - two.index);
    return (
      (await keep({ next, waiting })) && goesOn() && failures < MOST_FAILURES && outcome.retryAfterMs === null
    );
  };

  if (await retry()) await proceed();
  if (!cursor.gone) await save(session, notifier, version, { ...cursor, lease: null });
  return { delivered, nextAt: cursor.gone ? null : earliest(cursor.waiting) };

  /** What waits and is due; of each subject the oldest first. */
  async function retry(): Promise<boolean> {
    for (let at = 0; at < cursor.waiting.length; ) {
      const one = cursor.waiting[at] as Waiting;
      const first = cursor.waiting.findIndex(({ subject }) => subject === one.subject) === at;
      if (!first || one.due > clock.now()) {
        at += 1;
        continue;
      }
      const [notice = null] = await read(session, notifier, one.index, 1);
      if (notice === null) {
        if (!(await keep({ waiting: cursor.waiting.filter(({ index }) => index !== one.index) })))
          return false;
      } else if (!(await attempt(notice, one))) return false;
      // Delivered, it is gone from the list; failed, it is not due any more. Either way, look from the start.
      at = 0;
    }
    return true;
  }

  /** What is new. Behind one of its subject that waits, it waits as well. */
  async function proceed(): Promise<void> {
    while (cursor.next < size && cursor.waiting.length < MOST_WAITING) {
      const from = cursor.next;
      const part = await read(session, notifier, from, Math.min(PART, size - from));
      if (part.length === 0) return;
      for (const notice of part) {
        if (notice === null) continue;
        if (cursor.waiting.length >= MOST_WAITING) return;
        const { index, subject } = notice;
        if (cursor.waiting.some((one) => one.subject === subject)) {
          const waiting = [...cursor.waiting, { attempts: 0, due: clock.now(), index, subject }];
          if (!(await keep({ next: index + 1, waiting }))) return;
        } else if (!(await attempt(notice, null))) return;
      }
      if (!(await keep({ next: from + part.length }))) return;
    }
  }
}

/** When the first of any subject is due. */
function earliest(waiting: readonly Waiting[]): number | null {
  const heads = waiting.filter(
    (one, at) => waiting.findIndex(({ subject }) => subject === one.subject) === at,
  );
  return heads.length === 0 ? null : Math.min(...heads.map(({ due }) => due));
}

/** The notices of a part of the log, `null` where an entry is none for this notifier. */
async function read(
  session: Session,
  { types }: Notifier,
  from: number,
  limit: number,
): Promise<readonly (Notice | null)[]> {
  const entries = await session.store.readEntries(session.tenant, { by: 'index', from, limit });
  const notices: (Notice | null)[] = [];
  for (const [at, entry] of entries.entries()) {
    session.codec.checkEntry(entry);
    const leaf = parseLeaf(entry.leaf);
    const wanted = leaf !== null && (types === null || types.includes(leaf.type));
    notices.push(wanted ? await noticeOf(session, leaf, from + at) : null);
  }
  return notices;
}

/** Hands one over. No answer, and anything thrown, is a failure. */
async function hand(notifier: Notifier, notice: Notice, timers: Timers): Promise<NotifyOutcome> {
  const failed: NotifyOutcome = { status: 'failed', retryAfterMs: null };
  let timer: Timer | undefined;
  const late = new Promise<NotifyOutcome>((resolve) => {
    timer = timers.start(ANSWER_MS, () => resolve(failed));
  });
  try {
    const outcome = await Promise.race([notifier.notify(notice), late]);
    return ['delivered', 'gone'].includes(outcome?.status) || isFailure(outcome) ? outcome : failed;
  } catch {
    return failed;
  } finally {
    timer?.stop();
  }
}

function isFailure(outcome: NotifyOutcome): boolean {
  if (outcome?.status !== 'failed') return false;
  return outcome.retryAfterMs === null || Number.isFinite(outcome.retryAfterMs);
}

/** Takes the cursor for this process; `null` while another one delivers, or when the receiver is gone. */
async function takeLease(
  session: Session,
  notifier: Notifier,
  me: string,
): Promise<{ readonly cursor: Cursor; readonly version: string } | null> {
  const [document] = await session.store.get(session.tenant, [cursorRef(notifier)]);
  if (document == null) return null;
  const cursor = session.codec.decode<Cursor>(document);
  const now = session.platform.clock.now();
  if (cursor.gone || (cursor.lease !== null && cursor.lease.until > now)) return null;
  const lease = { by: me, until: now + LEASE_MS };
  const version = await save(session, notifier, document.version, { ...cursor, lease });
  return version === null ? null : { cursor, version };
}

/** Writes a cursor if it is still as it was; answers its version, `null` when another process was faster. */
async function save(
  session: Session,
  notifier: Notifier,
  before: string | null,
  cursor: Cursor,
): Promise<string | null> {
  const { clock, ids } = session.platform;
  const ref = cursorRef(notifier);
  const version = ids.next(clock.now());
  const outcome = await session.store.commit(session.tenant, {
    checks: [{ ref, version: before }],
    adds: [],
    puts: [session.codec.encode(ref, version, cursor, [])],
    deletes: [],
    entries: [],
  });
  return outcome.status === 'committed' ? version : null;
}
