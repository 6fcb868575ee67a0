import { type Instant, millisOf } from '../kernel/index.ts';
import type { Compared, Effect, PastEntry } from '../model/index.ts';
import type { Policy } from '../policy/index.ts';
import type { GuardDecision } from './decide.ts';
import { MOST_WAITING } from './decide-hold.ts';
import { ALERT_RULES } from './operations.ts';
import {
  decideAgain,
  effectOf,
  effectsOf,
  isView,
  nameOfRequest,
  type PastRequest,
  requestIn,
  wentThrough,
} from './past-requests.ts';
import { type Counted, countMore } from './usage.ts';

/** What decides beside the policy that is rehearsed. */
export interface GuardPast {
  /** The policy of a pin. */
  policyOf(pin: string): Policy;
  /** Milliseconds at which a hold that is placed at a moment would be denied by itself. */
  expiry(requester: string, at: Instant, hours: number): number;
}

/** A request, decided then and once more. */
export interface GuardStep extends PastRequest {
  /** By the policy that was in force then; it should be the decision on record. */
  readonly observed: GuardDecision;
  /** By the policy that is rehearsed; `null` for what passed here when it was first asked, and not then. */
  readonly rehearsed: GuardDecision | null;
  /** How often, where it was refused the same way again within its minute. */
  readonly times: number;
  readonly effects: Compared<readonly Effect[]>;
  /** The alert that would have been asked for. */
  readonly alert: { readonly rule: string; readonly subject: string } | null;
}

/** Decides again, entry by entry, what the guard was asked. */
export interface GuardRehearsal {
  /**
   * Looks at the next entry of the log. Until `rehearsing`, what happened is followed; from then on the policy
   * that is rehearsed is in force. `null` until then, where the guard was not asked, and for a release.
   */
  see(entry: PastEntry, rehearsing: boolean): GuardStep | null;
}

/** A request that waits for another person. */
interface Waiting {
  /** The hold on record; `null` where there was none. */
  hold: string | null;
  /** Milliseconds from which on it is denied; once released, from which on the release is good no longer. */
  expireAt: number;
  released: boolean;
  /** Whether notice or a review had lowered the thresholds when it was asked for. */
  readonly tightened: boolean;
}

interface Person {
  counted: Counted;
  readonly waiting: Map<string, Waiting>;
  /** Requests that passed here, and did not when they were asked: asked again, they are no further ones. */
  readonly passed: Set<string>;
  /** Requests that were refused here, where on record proof was asked for. */
  readonly refused: Set<string>;
}

interface Answer {
  readonly decision: GuardDecision | null;
  readonly effects: readonly Effect[];
  readonly alerts: boolean;
}
const NOTHING: Answer = { decision: null, effects: [], alerts: false };

/**
 * A rehearsal of the guard. Each request is decided by what would have gone through before it. What would have
 * been held counts as not released, unless it was held and released on record; who would have had to prove who
 * they are counts as having done so, unless the record tells. Memory: the people who asked, what waits, and what
 * was refused.
 */
export function createGuardRehearsal(policy: Policy, past: GuardPast): GuardRehearsal {
  const recorded = new Map<string, Person>();
  const rehearsed = new Map<string, Person>();
  const refused = new Map<string, { readonly step: GuardStep; readonly passed: boolean }>();
  const holdOf = createHoldIndex();

  const ask = (entry: PastEntry, request: PastRequest): Answer => {
    const { asked, party } = request;
    const { at } = entry;
    const person = personOf(rehearsed, party);
    const passed = wentThrough(entry, asked);
    if (person.passed.has(asked.digest)) {
      if (passed) person.passed.delete(asked.digest);
      return NOTHING;
    }
    // Here it was refused before anybody was asked for proof: nobody would have come again with it.
    if (person.refused.delete(asked.digest) && asked.steppedUp) return NOTHING;
    const decision = decideAgain(request, person.counted, policy, at);
    const proof = decision.decision === 'step_up' ? [effectOf('step_up', request, at)] : [];
    // On record it was asked for, too: whether it was given, the next entry tells. A view asks for none, and shows less.
    if (proof.length > 0 && (asked.decision === 'step_up' || isView(asked)))
      return { decision, effects: proof, alerts: false };
    if (asked.decision === 'step_up') person.refused.add(asked.digest);
    const answer =
      proof.length > 0
        ? decideAgain({ ...request, asked: { ...asked, steppedUp: true } }, person.counted, policy, at)
        : decision;
    if (answer.decision === 'block')
      return { decision, effects: [...proof, effectOf('block', request, at)], alerts: true };
    const placed = answer.decision === 'hold' ? park(entry, request, person) : 'released';
    if (placed !== 'released') {
      const holds = placed === 'placed' ? [effectOf('hold', request, at)] : [];
      return { decision, effects: [...proof, ...holds], alerts: placed === 'placed' };
    }
    person.counted = countMore(person.counted, asked.measure, asked.customers, millisOf(at));
    person.refused.delete(asked.digest);
    if (!passed) person.passed.add(asked.digest);
    return { decision, effects: proof, alerts: answer.decision === 'allow_and_alert' };
  };

  const goodUntil = (party: string, at: Instant): number =>
    past.expiry(party, at, policy.guard.holdWorkingHours);

  /** A request that is to be held: it waits from now on or does already, or it was released and may pass. */
  const park = (
    { at }: PastEntry,
    { asked, party }: PastRequest,
    { waiting }: Person,
  ): 'placed' | 'waits' | 'released' => {
    const now = millisOf(at);
    for (const [name, { expireAt, released }] of waiting) {
      if (!released && now >= expireAt) waiting.delete(name);
    }
    const name = nameOfRequest(asked);
    const known = waiting.get(name);
    if (known?.released === true) waiting.delete(name);
    const isLapsed =
      known?.released === true &&
      asked.permit &&
      (now >= known.expireAt || (asked.tightened && !known.tightened));
    if (known !== undefined && !isLapsed) return known.released ? 'released' : 'waits';
    if ([...waiting.values()].filter(({ released }) => !released).length >= MOST_WAITING) return 'waits';
    waiting.set(name, {
      hold: recorded.get(party)?.waiting.get(name)?.hold ?? null,
      expireAt: goodUntil(party, at),
      released: false,
      tightened: asked.tightened,
    });
    return 'placed';
  };

  /** What another person did about a hold is taken as done about the same request here. */
  const followHold = (entry: PastEntry): void => {
    const found = holdOf(entry);
    if (found === null) return;
    const { waiting } = personOf(rehearsed, found.party);
    const known = waiting.get(found.name);
    if (known === undefined) return;
    if (entry.type === 'hold-placed') known.hold ??= found.hold;
    if (known.hold !== found.hold) return;
    if (entry.type === 'hold-denied') waiting.delete(found.name);
    if (entry.type === 'hold-released' && millisOf(entry.at) < known.expireAt)
      released(known, goodUntil(found.party, entry.at));
  };

  /** A release decides again, and what passes counts for the requester. */
  const release = ({ at }: PastEntry, request: PastRequest): void => {
    const { asked, party } = request;
    const person = personOf(rehearsed, party);
    if (person.passed.delete(asked.digest)) return;
    const name = nameOfRequest(asked);
    if (person.waiting.get(name)?.released !== true) return;
    person.waiting.delete(name);
    if (decideAgain(request, person.counted, policy, at).decision === 'block') return;
    person.counted = countMore(person.counted, asked.measure, asked.customers, millisOf(at));
  };

  /** Equal refusals of one minute are told by one entry more: each was answered as the first was. */
  const repeat = ({ data }: PastEntry): GuardStep | null => {
    const first = refused.get(data.first as string);
    if (first === undefined) return null;
    refused.delete(data.first as string);
    const times = data.count as number;
    const again = (effects: readonly Effect[]): readonly Effect[] =>
      effects.filter(({ kind }) => kind !== 'hold').map((effect) => ({ ...effect, count: times }));
    const { passed, step } = first;
    const { observed, rehearsed: here } = step.effects;
    // What passed the first time would not have been asked again.
    return {
      ...step,
      times,
      rehearsed: passed ? null : step.rehearsed,
      effects: { observed: again(observed), rehearsed: passed ? [] : again(here) },
      alert: null,
    };
  };

  return {
    see(entry, rehearsing) {
      if (entry.type === 'refusals-folded') return repeat(entry);
      const request = requestIn(entry);
      const releases = request !== null && request.asked.by !== null;
      const observed =
        request === null || releases || !rehearsing
          ? null
          : decideAgain(
              request,
              personOf(recorded, request.party).counted,
              past.policyOf(entry.policy),
              entry.at,
            );
      follow(recorded, entry, request, holdOf, goodUntil);
      if (!rehearsing) follow(rehearsed, entry, request, holdOf, goodUntil);
      const answer = rehearsing && request !== null && !releases ? ask(entry, request) : NOTHING;
      if (rehearsing) followHold(entry);
      if (rehearsing && request !== null && releases) release(entry, request);
      if (request === null || observed === null) return null;
      const subject = request.party.startsWith('e_') ? request.party : request.asked.about;
      const step: GuardStep = {
        ...request,
        observed,
        rehearsed: answer.decision,
        times: 1,
        effects: { observed: effectsOf(entry, request), rehearsed: answer.effects },
        alert:
          answer.alerts && subject !== null ? { rule: ALERT_RULES[request.asked.measure], subject } : null,
      };
      const passed = rehearsed.get(request.party)?.passed.has(request.asked.digest) === true;
      if (entry.outcome === 'refused') refused.set(entry.id, { step, passed });
      return step;
    },
  };
}

/** Counts what went through on record, and keeps what waits on record. */
function follow(
  people: Map<string, Person>,
  entry: PastEntry,
  request: PastRequest | null,
  holdOf: HoldIndex,
  goodUntil: (party: string, at: Instant) => number,
): void {
  if (request !== null && wentThrough(entry, request.asked)) {
    const { measure, customers } = request.asked;
    const person = personOf(people, request.party);
    person.counted = countMore(person.counted, measure, customers, millisOf(entry.at));
  }
  const found = holdOf(entry);
  if (found === null) return;
  const { waiting } = personOf(people, found.party);
  const known = waiting.get(found.name);
  if (entry.type === 'hold-placed') {
    const expireAt = millisOf(entry.data.expireAt as Instant);
    const tightened = request?.asked.tightened === true;
    waiting.set(found.name, { hold: found.hold, expireAt, released: false, tightened });
  } else if (entry.type !== 'hold-released') waiting.delete(found.name);
  else if (known !== undefined) released(known, goodUntil(found.party, entry.at));
}

function released(waiting: Waiting, until: number): void {
  waiting.released = true;
  waiting.expireAt = until;
}

/** Finds the hold that an entry is about, whose it is, and which request of theirs. */
type HoldIndex = (
  entry: PastEntry,
) => { readonly hold: string; readonly party: string; readonly name: string } | null;

const OF_HOLDS = ['hold-released', 'hold-denied', 'hold-expired', 'hold-spent'];

function createHoldIndex(): HoldIndex {
  const holds = new Map<string, { readonly party: string; readonly name: string }>();
  return ({ id, type, actor, data }) => {
    if (type === 'hold-placed' && !holds.has(id)) {
      const view = data.operation === 'view' && data.brings === 'carrying-out';
      holds.set(id, { party: actor, name: view ? 'view' : (data.digest as string) });
    }
    const hold = type === 'hold-placed' ? id : OF_HOLDS.includes(type) ? (data.hold as string) : null;
    const found = hold === null ? undefined : holds.get(hold);
    return hold === null || found === undefined ? null : { hold, ...found };
  };
}

function personOf(people: Map<string, Person>, party: string): Person {
  const known = people.get(party);
  if (known !== undefined) return known;
  const person: Person = {
    counted: { usage: null, live: {} },
    waiting: new Map(),
    passed: new Set(),
    refused: new Set(),
  };
  people.set(party, person);
  return person;
}
