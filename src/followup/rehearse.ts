import { type Instant, instantOf, millisOf } from '../kernel/index.ts';
import type { Effect, FollowUp, PastEntry } from '../model/index.ts';
import type { Policy } from '../policy/index.ts';
import { type ContactWorth, unqualifiedBecause } from './decide-follow-up.ts';

/** What decides beside the policy that is rehearsed. */
export interface FollowUpPast {
  /** The policy of a pin. */
  policyOf(pin: string): Policy;
  /** Milliseconds at which days have passed, by the rehearsed rule, since a moment. */
  endOf(since: number, days: number): number;
  /** Milliseconds at which the rehearsal begins, and ends. */
  readonly from: number;
  readonly until: number;
}

/** Which reminders and escalations would have been due. */
export interface FollowUpRehearsal {
  /** Looks at the next entry of the log. `undecidable` where nobody can say whether a contact would have counted. */
  see(entry: PastEntry): { readonly effects: readonly Effect[]; readonly undecidable: boolean };
  /** Somebody owns a customer from now on, or nobody any more. */
  owned(customer: string, owner: string | null, at: Instant): readonly Effect[];
  /** What is due until the end. */
  end(): readonly Effect[];
}

interface Clock {
  /** `null` where it was owned before anything that was read. */
  owner: string | null;
  since: number;
  stage: 'running' | 'reminded' | 'escalated';
}

const RULE = 'followUps';

/**
 * A rehearsal of the follow-up clocks: a reminder, and then an escalation, count when they fall due, if nothing
 * qualified meanwhile. What was overdue already when the rehearsal begins counts at its beginning.
 * Memory: customers with a contact or a change of owner among what was read.
 */
export function createFollowUpRehearsal(rules: Policy['followUps'], past: FollowUpPast): FollowUpRehearsal {
  const clocks = new Map<string, Clock>();

  /** What fell due for a clock by a moment. */
  const due = (clock: Clock, by: number): readonly Effect[] => {
    const effects: Effect[] = [];
    const step = (kind: 'reminder' | 'escalation', days: number): boolean => {
      const at = Math.max(past.endOf(clock.since, days), past.from);
      if (at > by) return false;
      clock.stage = kind === 'reminder' ? 'reminded' : 'escalated';
      if (at < past.until)
        effects.push({ kind, rule: RULE, at: instantOf(at), party: clock.owner, count: 1 });
      return true;
    };
    if (by < past.from) return effects;
    if (clock.stage === 'running' && !step('reminder', rules.remindAfterDays)) return effects;
    if (clock.stage === 'reminded') step('escalation', rules.escalateAfterDays);
    return effects;
  };

  const contact = (entry: PastEntry): ReturnType<FollowUpRehearsal['see']> => {
    const { at, data } = entry;
    const customer = data.customer as string;
    const clock = clocks.get(customer);
    const now = millisOf(at);
    const effects = clock === undefined ? [] : due(clock, now);
    const recorded = data.unqualifiedBecause as FollowUp['unqualifiedBecause'];
    const then = past.policyOf(entry.policy).followUps;
    const because = now < past.from ? recorded : becauseOf(entry, rules, then);
    if (because === undefined) return { effects, undecidable: true };
    const happened = millisOf(data.happenedAt as Instant);
    if (because !== null) return { effects, undecidable: false };
    if (clock === undefined) clocks.set(customer, { owner: null, since: happened, stage: 'running' });
    else if (happened > clock.since) Object.assign(clock, { since: happened, stage: 'running' });
    return { effects, undecidable: false };
  };

  return {
    see(entry) {
      const { at, data, type, outcome } = entry;
      if (outcome === 'refused') return NOTHING;
      if (type === 'follow-up-recorded') return contact(entry);
      const stage = STAGES[type];
      if (stage === undefined || millisOf(at) >= past.from) return NOTHING;
      const owner = data.owner as string;
      clocks.set(data.customer as string, { owner, since: millisOf(data.since as Instant), stage });
      return NOTHING;
    },
    owned(customer, owner, at) {
      const clock = clocks.get(customer);
      const effects = clock === undefined ? [] : due(clock, millisOf(at));
      if (owner === null) clocks.delete(customer);
      else clocks.set(customer, { owner, since: millisOf(at), stage: 'running' });
      return effects;
    },
    end: () => [...clocks.values()].flatMap((clock) => due(clock, past.until - 1)),
  };
}

const NOTHING = { effects: [], undecidable: false } as const;
const STAGES: { readonly [type: string]: Clock['stage'] | undefined } = {
  'follow-up-reminded': 'reminded',
  'follow-up-escalated': 'escalated',
};

/** The reminders and escalations of follow-ups on record. */
export function recordedFollowUps({ at, data, outcome, type }: PastEntry): readonly Effect[] {
  const stage = outcome === 'done' ? STAGES[type] : undefined;
  if (stage === undefined) return [];
  const kind = stage === 'reminded' ? 'reminder' : 'escalation';
  return [{ kind, rule: RULE, at, party: data.owner as string, count: 1 }];
}

/**
 * Why a contact moves no clock by other rules. Older entries do not tell how long the text was: then it is
 * said only where it follows from what was said, and else `undefined`.
 */
function becauseOf(
  { at, data }: PastEntry,
  rules: Policy['followUps'],
  then: Policy['followUps'],
): FollowUp['unqualifiedBecause'] | undefined {
  const lateMs = millisOf(at) - millisOf(data.happenedAt as Instant);
  if (data.length !== undefined) {
    const { length, repeated, vouched } = data as unknown as ContactWorth;
    return unqualifiedBecause({ lateMs, length, repeated, vouched }, rules);
  }
  const late = unqualifiedBecause({ lateMs, length: Infinity, repeated: false, vouched: true }, rules);
  if (late !== null) return late;
  const recorded = data.unqualifiedBecause as FollowUp['unqualifiedBecause'];
  if (recorded === 'late') return undefined;
  if (recorded === 'too-short') return rules.minimumLength >= then.minimumLength ? recorded : undefined;
  // Long enough then, or a channel vouched for it: long enough for less.
  return rules.minimumLength <= then.minimumLength ? recorded : undefined;
}
