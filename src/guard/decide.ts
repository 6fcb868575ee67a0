import type { Sensitivity } from '../model/index.ts';
import {
  type Ladder,
  LEVELS,
  type Level,
  MODES,
  type Mode,
  type Policy,
  WINDOWS,
  type Window,
} from '../policy/index.ts';
import { type Measure, measureOf, type Operation } from './operations.ts';
import type { Counts } from './usage.ts';

/** What the guard says to an operation, mildest first. */
export const DECISIONS = ['allow', 'allow_and_alert', 'step_up', 'hold', 'block'] as const;
/** What the guard says to an operation. */
export type Decision = (typeof DECISIONS)[number];

/** Everything that a decision looks at. Plain facts: an old decision can be made again from them. */
export interface GuardInput {
  readonly operation: Operation;
  /** How many customers that do not count already. Of none, nothing is asked but the right. */
  readonly customers: number;
  /** Sensitivities of the fields that are shown, changed or exported. */
  readonly fields: readonly Sensitivity[];
  /** Whether the actor's relation to all of the customers permits the operation at all. */
  readonly permitted: boolean;
  /** Sensitivities that the actor's relation shows. */
  readonly visible: ReadonlySet<Sensitivity>;
  /** The actor's employment; `service` for a part of the host. */
  readonly status: 'active' | 'on_notice' | 'departed' | 'service';
  /** Whether a person reviewed a high risk of this actor, and the review is open. */
  readonly underReview: boolean;
  /** What went through for this actor before, of what the operation counts as. */
  readonly counts: Counts;
  /** What went through within 7 days, of what was collected and of what was carried out. */
  readonly lately: { readonly reveals: number; readonly exports: number };
  /** Whether the actor has just proved again who they are. */
  readonly steppedUp: boolean;
}

/** Why a decision is not a plain `allow`. For administrators: an actor is told none of it. */
export type GuardReason =
  | { readonly rule: 'access' }
  | { readonly rule: 'masked'; readonly fields: readonly Sensitivity[] }
  | {
      readonly rule: Measure;
      readonly level: Level;
      readonly mode: Mode;
      readonly window: Window;
      /** What went through before. */
      readonly counted: number;
      readonly threshold: number;
      /** Whether notice or a review had lowered the threshold. */
      readonly tightened: boolean;
    }
  | { readonly rule: 'sequence'; readonly mode: Mode; readonly reveals: number; readonly exports: number };

/** A decision with its reasons. */
export interface GuardDecision {
  readonly decision: Decision;
  readonly reasons: readonly GuardReason[];
  /**
   * Up to how many customers may go through, these among them, before a further threshold is reached: until then
   * the decision and its grounds stay. `null` when there is no further threshold.
   */
  readonly room: number | null;
}

const DENIED: GuardDecision = Object.freeze({
  decision: 'block',
  reasons: Object.freeze([Object.freeze({ rule: 'access' } as const)]),
  room: null,
});
const UNCOUNTED: GuardDecision = Object.freeze({
  decision: 'allow',
  reasons: Object.freeze([]),
  room: null,
});
const NO_REASONS: readonly GuardReason[] = Object.freeze([]);
/** Where a level stands among the decisions. */
const STEP = { alert: 1, stepUp: 2, hold: 3, block: 4 } as const satisfies Record<Level, number>;
const HOLD = STEP.hold;

/**
 * Decides one operation. A pure function of facts and policy: no clock, no store. Deny by default: without
 * a right, for somebody who left, or for a field that is hidden, nothing else is asked.
 *
 * Every window of the rule is looked at; the gravest level counts. A rule that only observes or warns says
 * what it would have done. Cost: about 0.1 µs; an `allow` allocates one object.
 */
export function decide(input: GuardInput, policy: Policy): GuardDecision {
  const { operation, fields, visible, status } = input;
  if (!input.permitted || status === 'departed') return DENIED;
  for (const field of fields) {
    if (!visible.has(field)) return masked(fields, visible);
  }
  const measure = measureOf(operation, fields);
  if (measure === null || input.customers === 0) return UNCOUNTED;
  const { guard } = policy;
  const tightened = isTightened(input);
  const rule = rulesOf(guard)[measure];
  const mode =
    status === 'service' ? MODES[Math.min(rule.mode, MODES.indexOf(guard.services))] : rule.ladder.mode;
  const thresholds = tightened ? rule.tightened : rule.plain;
  let step = 0;
  let room = Number.POSITIVE_INFINITY;
  let reasons = NO_REASONS as GuardReason[];
  for (let window = 0; window < 4; window += 1) {
    const counted = input.counts[window as 0];
    const total = counted + input.customers;
    const lowest = thresholds[window * 5] as number;
    if (total < lowest && !input.steppedUp) {
      if (lowest - 1 - counted < room) room = lowest - 1 - counted;
      continue;
    }
    let reached = 0;
    for (let level = 1; level <= 4; level += 1) {
      if (level === STEP.stepUp && input.steppedUp) continue;
      const threshold = thresholds[window * 5 + level] as number;
      // Said this way round, what is no number reaches every threshold.
      if (!(total < threshold)) reached = level;
      else if (threshold - 1 - counted < room) room = threshold - 1 - counted;
    }
    if (reached === 0) continue;
    if (reached > step) step = reached;
    if (reasons === NO_REASONS) reasons = [];
    reasons.push({
      rule: measure,
      level: LEVELS[reached - 1] as Level,
      mode: mode as Mode,
      window: WINDOWS[window] as Window,
      counted,
      threshold: thresholds[window * 5 + reached] as number,
      tightened,
    });
  }
  if (step < HOLD && isSequence(input, measure, tightened ? rule.sequenceTightened : guard.sequenceReveals)) {
    step = step === 0 ? STEP.alert : HOLD;
    reasons = [...reasons, { rule: 'sequence', mode: mode as Mode, ...input.lately }];
  }
  if (mode === 'warn' && step > STEP.alert) step = STEP.alert;
  if (mode === 'observe') step = 0;
  return {
    decision: DECISIONS[step] as Decision,
    reasons,
    room: room === Number.POSITIVE_INFINITY ? null : room,
  };
}

/** Whether notice, or a risk that a person reviewed, lowers the thresholds. */
export function isTightened({ status, underReview }: Pick<GuardInput, 'status' | 'underReview'>): boolean {
  return status === 'on_notice' || underReview;
}

/** Collect, carry out, clean up: an export after much was seen, and a deletion after both. */
function isSequence({ lately }: GuardInput, measure: Measure, collected: number): boolean {
  if (lately.reveals < collected) return false;
  if (measure === 'exports') return true;
  return (measure === 'deletes' || measure === 'overwrites') && lately.exports !== 0;
}

function masked(fields: readonly Sensitivity[], visible: ReadonlySet<Sensitivity>): GuardDecision {
  const hidden = fields.filter((field) => !visible.has(field));
  return { decision: 'block', reasons: [{ rule: 'masked', fields: hidden }], room: null };
}

/** A rule with its thresholds laid out flat: five to a window, the lowest of it and then one for each level. */
interface Laid {
  readonly ladder: Ladder;
  /** Where the rule's mode stands among the modes. */
  readonly mode: number;
  readonly plain: Float64Array;
  readonly tightened: Float64Array;
  readonly sequenceTightened: number;
}

const laidOut = new WeakMap<Policy['guard'], Readonly<Record<Measure, Laid>>>();

function rulesOf(guard: Policy['guard']): Readonly<Record<Measure, Laid>> {
  const known = laidOut.get(guard);
  if (known !== undefined) return known;
  const { deletes, overwrites, reveals, exports, ownerChanges, duplicateChecks } = guard;
  const lay = (ladder: Ladder): Laid => ({
    ladder,
    mode: MODES.indexOf(ladder.mode),
    plain: flat(ladder, 100),
    tightened: flat(ladder, guard.onNoticePercent),
    sequenceTightened: lowered(guard.sequenceReveals, guard.onNoticePercent),
  });
  const rules = {
    deletes: lay(deletes),
    overwrites: lay(overwrites),
    reveals: lay(reveals),
    exports: lay(exports),
    ownerChanges: lay(ownerChanges),
    duplicateChecks: lay(duplicateChecks),
  };
  laidOut.set(guard, rules);
  return rules;
}

function flat(ladder: Ladder, percent: number): Float64Array {
  const thresholds = new Float64Array(20).fill(Number.POSITIVE_INFINITY);
  for (const [at, window] of WINDOWS.entries()) {
    for (const level of LEVELS) {
      const count = ladder[level]?.[window];
      if (count === undefined) continue;
      const threshold = lowered(count, percent);
      thresholds[at * 5 + STEP[level]] = threshold;
      thresholds[at * 5] = Math.min(threshold, thresholds[at * 5] as number);
    }
  }
  return thresholds;
}

/** A threshold as a percentage of it leaves it: rounded up, and so at least 1. */
function lowered(count: number, percent: number): number {
  return Math.ceil((count * percent) / 100);
}
