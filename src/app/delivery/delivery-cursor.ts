import type { Leased } from '../workers/lease.ts';
import type { Handed, Item, Patience } from './receivers.ts';

/** How far a receiver was told, and what it is still to be told. Kept with the tenant, whatever process delivers. */
export interface Cursor extends Leased {
  /** The next entry of the ledger to look at. */
  readonly next: number;
  /** Entries before that one which were not delivered yet, oldest first. */
  readonly waiting: readonly Waiting[];
  /** The receiver said that it is gone for good. */
  readonly gone: boolean;
  /** Since when nothing gets through at all; `null` while something does. */
  readonly failing: Failing | null;
}

/** An entry that failed, or that stands behind one that did. */
export interface Waiting {
  readonly index: number;
  /** Whom it is about: later entries about the same wait behind it. */
  readonly subjects: readonly string[];
  /** How often it failed. */
  readonly attempts: number;
  /** Unix milliseconds before which it is not tried. */
  readonly due: number;
}

/** A receiver that takes nothing. Times are Unix milliseconds. */
export interface Failing {
  readonly since: number;
  /** Rounds in a row in which nothing got through. */
  readonly rounds: number;
  readonly until: number;
  readonly reason: string;
}

/** So many entries may wait while others go on; then the cursor waits, too. */
export const MOST_WAITING = 100;

/** Items that one call hands over, those that stand behind what waits, and where in the log it goes on afterwards. */
export interface Run {
  readonly items: readonly Item[];
  readonly behind: readonly Waiting[];
  readonly next: number;
}

/** The first run of a part of the log that begins where the cursor stands; `null` where an entry is none. */
export function nextRun(
  { next: start, waiting }: Cursor,
  part: readonly (Item | null)[],
  most: number,
  now: number,
): Run {
  const items: Item[] = [];
  const behind: Waiting[] = [];
  let at = 0;
  for (; at < part.length && items.length < most; at += 1) {
    const item = part[at] ?? null;
    if (item === null) continue;
    const { index, subjects } = item;
    if (!isBehind(item, waiting) && !isBehind(item, behind)) items.push(item);
    else if (waiting.length + behind.length < MOST_WAITING)
      behind.push({ attempts: 0, due: now, index, subjects });
    else break;
  }
  return { items, behind, next: start + at };
}

/** An item that is given up, after how many failures, and why. */
export interface GivenUp {
  readonly item: Item;
  readonly attempts: number;
  readonly reason: string;
}

/** The cursor after a call. */
export interface Step {
  readonly cursor: Cursor;
  readonly givenUp: GivenUp | null;
  /** Why an item failed that is tried again; `null` when none did. */
  readonly failure: string | null;
}

/** What a step is decided by, beside the cursor. */
export interface StepFacts {
  readonly now: number;
  /** From 1 up: how much longer a pause gets, so that what failed together does not come back together. */
  readonly stretch: number;
  readonly patience: Patience;
}

/** The cursor after a run was handed over: what was taken is passed, what was not taken waits or is given up. */
export function afterRun(cursor: Cursor, run: Run, handed: Handed, facts: StepFacts): Step {
  const { accepted, fault } = handed;
  const taken = new Set(run.items.slice(0, accepted).map(({ index }) => index));
  const left = cursor.waiting.filter(({ index }) => !taken.has(index));
  const item = run.items[accepted];
  if (item === undefined || fault === null) {
    // It may have taken fewer than it was given, for now.
    const next = item?.index ?? run.next;
    const behind = run.behind.filter((one) => one.index < next);
    return { cursor: { ...cursor, next, waiting: merged(left, behind) }, givenUp: null, failure: null };
  }
  const { index, subjects } = item;
  const before = left.find((one) => one.index === index)?.attempts ?? 0;
  const others = left.filter((one) => one.index !== index);
  const waiting = merged(
    others,
    run.behind.filter((one) => one.index < index),
  );
  const next = Math.max(cursor.next, index + 1);
  if (fault.status === 'gone')
    return { cursor: { ...cursor, gone: true, next, waiting: [] }, givenUp: null, failure: null };
  const attempts = before + 1;
  const pause = fault.status === 'refused' ? null : facts.patience.pauseMs(attempts);
  if (fault.status === 'refused' || pause === null)
    return {
      cursor: { ...cursor, next, waiting },
      givenUp: { item, attempts, reason: fault.reason },
      failure: null,
    };
  const due = facts.now + Math.max(Math.round(pause * facts.stretch), fault.retryAfterMs ?? 0);
  const one: Waiting = { attempts, due, index, subjects };
  return {
    cursor: { ...cursor, next, waiting: merged(waiting, [one]) },
    givenUp: null,
    failure: fault.reason,
  };
}

/** Of what waits, the oldest of each subject: what may be tried first. */
export function headsOf(waiting: readonly Waiting[]): readonly Waiting[] {
  return waiting.filter((one, at) => !isBehind(one, waiting.slice(0, at)));
}

/** Whether anything can be told now, of a log of this size. */
export function hasWork(cursor: Cursor, size: number, now: number): boolean {
  const room = cursor.next < size && cursor.waiting.length < MOST_WAITING;
  return room || headsOf(cursor.waiting).some(({ due }) => due <= now);
}

/** When the first of what waits is due; `null` when nothing waits. */
export function earliest({ waiting }: Cursor): number | null {
  const heads = headsOf(waiting);
  return heads.length === 0 ? null : Math.min(...heads.map(({ due }) => due));
}

/** Stands for everybody: an entry about very many is about all. */
const EVERYBODY = '*';
/** Stands for nobody: what is about nobody keeps its order among its like. */
const NOBODY = '-';
const MOST_SUBJECTS = 16;

/** Whom an entry is about, as a cursor keeps it. */
export function subjectsOf(subjects: readonly string[]): readonly string[] {
  if (subjects.length === 0) return [NOBODY];
  return subjects.length > MOST_SUBJECTS ? [EVERYBODY] : subjects;
}

/** Whether something has to wait, since something about the same waits already. */
function isBehind({ subjects }: Pick<Item, 'subjects'>, waiting: readonly Waiting[]): boolean {
  return waiting.some((one) => {
    if (one.subjects.includes(EVERYBODY) || subjects.includes(EVERYBODY)) return true;
    return one.subjects.some((subject) => subjects.includes(subject));
  });
}

/** What waits, with some more; oldest first. */
export function merged(some: readonly Waiting[], more: readonly Waiting[]): readonly Waiting[] {
  return more.length === 0 ? some : [...some, ...more].sort((one, other) => one.index - other.index);
}
