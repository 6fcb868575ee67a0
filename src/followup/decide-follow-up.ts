import {
  type Alias,
  type EntryId,
  fail,
  HOUR_MS,
  type Instant,
  millisOf,
  ok,
  type Result,
} from '../kernel/index.ts';
import type { Clock, Customer, EventDraft, FollowUp, NotPermitted } from '../model/index.ts';
import type { Policy } from '../policy/index.ts';

/** Why a follow-up is not recorded. */
export type FollowUpRefusal =
  | NotPermitted
  | { readonly code: 'not-found' }
  | { readonly code: 'not-live' }
  | { readonly code: 'in-the-future' };

/** A contact to be recorded. */
export interface Contact {
  readonly kind: FollowUp['kind'];
  readonly text: string;
  /** The text as it is compared with earlier ones: see `foldText`. */
  readonly folded: string;
  readonly at: Instant;
  /** A message id or call record of the channel it went through. */
  readonly evidence: string | null;
  /** Keyed hash of the folded text, so that a repeat in other clothes is the same. */
  readonly textHash: string;
  /** Keyed hash of the evidence: one message shows one contact, not many. */
  readonly evidenceHash: string | null;
}

/** How many earlier contacts a new one may not repeat. */
export const REPEATS_REMEMBERED = 20;
/** No policy asks a text for more characters. */
const MOST_ASKED_FOR = 1_000;

/**
 * Records a contact with a customer. Late or empty ones are welcome, they only move no clock.
 *
 * @param mayRecord Whether the actor works with the customer: owner, supervisor or collaborator who may write.
 * @param inPlaceOf Whose relation that is; `null` where a capability gives it.
 */
export function decideFollowUp(
  contact: Contact,
  context: {
    readonly customer: Customer | null;
    readonly clock: Clock | null;
    readonly mayRecord: boolean;
    readonly inPlaceOf: Alias | null;
    readonly policy: Policy;
    readonly now: Instant;
  },
): Result<EventDraft, FollowUpRefusal> {
  const { customer, clock, policy, now } = context;
  if (customer === null || customer.state === 'deleted' || customer.state === 'absorbed')
    return fail({ code: 'not-found' });
  if (customer.state !== 'live') return fail({ code: 'not-live' });
  if (!context.mayRecord)
    return fail({ code: 'not-permitted', needs: 'the owner or a collaborator who may write' });
  if (contact.at > now) return fail({ code: 'in-the-future' });
  const facts = worthOf(contact, clock, now);
  const because = unqualifiedBecause(facts, policy.followUps);
  const firstContact = because === null ? firstContactFor(contact, clock, context.inPlaceOf) : null;
  const subject = customer.alias;
  return ok({
    type: 'follow-up-recorded',
    subjects: [subject],
    data: {
      afterReminder: clock !== null && clock.stage !== 'running',
      customer: subject,
      evidenceHash: contact.evidenceHash,
      ...(firstContact === null ? {} : { firstContact }),
      happenedAt: contact.at,
      kind: contact.kind,
      length: facts.length,
      qualifies: because === null,
      repeated: facts.repeated,
      textHash: contact.textHash,
      unqualifiedBecause: because,
      vouched: facts.vouched,
    },
    disclosures: {
      ...(contact.evidence === null ? {} : { evidence: { subject, value: contact.evidence } }),
      text: { subject, value: contact.text },
    },
  });
}

/** The handover whose watched customer the successor reaches by this for the first time. */
function firstContactFor({ at }: Contact, clock: Clock | null, inPlaceOf: Alias | null): EntryId | null {
  if (clock?.watch === undefined || clock.watch.contact === 'made') return null;
  return inPlaceOf === clock.owner && at >= clock.ownedSince ? clock.watch.handover : null;
}

/**
 * A text as it is compared with earlier ones: compatibility forms, case, spaces, punctuation and whatever
 * nobody sees (zero-width characters, fillers, controls) do not count.
 */
export function foldText(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{P}\p{S}\p{C}\p{Default_Ignorable_Code_Point}]+/gu, '');
}

/** Whether a reminder or an escalation is due at `stage`, told from facts alone. */
function nextStage(stage: Clock['stage']): 'reminded' | 'escalated' {
  return stage === 'running' ? 'reminded' : 'escalated';
}

/** Tells the owner, or the owner's supervisor, that a customer was not followed up. `told` is `null` when nobody is above. */
export function overdue(clock: Clock, told: Alias | null): EventDraft {
  const stage = nextStage(clock.stage);
  return {
    type: stage === 'reminded' ? 'follow-up-reminded' : 'follow-up-escalated',
    subjects: [clock.customer, clock.owner, ...(told === null || told === clock.owner ? [] : [told])],
    data: { customer: clock.customer, owner: clock.owner, since: clock.since, told },
  };
}

/** What of a contact decides whether it qualifies. The entry tells it, so that another policy can be asked, too. */
export interface ContactWorth {
  /** How long after the contact it was recorded. */
  readonly lateMs: number;
  /** Characters of the text, as it is compared; no more than 1,000 are told. */
  readonly length: number;
  /** Whether one of the latest contacts had the same text. */
  readonly repeated: boolean;
  /** Whether a channel vouches for it that vouched for none of the latest. */
  readonly vouched: boolean;
}

function worthOf(contact: Contact, clock: Clock | null, now: Instant): ContactWorth {
  return {
    lateMs: millisOf(now) - millisOf(contact.at),
    length: charactersIn(contact.folded),
    repeated: isKnown(clock, contact.textHash),
    vouched: contact.evidenceHash !== null && !isKnown(clock, contact.evidenceHash),
  };
}

/** Why a contact moves no clock; `null` when it does. */
export function unqualifiedBecause(
  { lateMs, length, repeated, vouched }: ContactWorth,
  { lateAfterHours, minimumLength }: Policy['followUps'],
): FollowUp['unqualifiedBecause'] {
  if (lateMs > lateAfterHours * HOUR_MS) return 'late';
  if (vouched) return null;
  if (length < minimumLength) return 'too-short';
  return repeated ? 'repeated' : null;
}

/** Characters of a text, counted up to what any policy may ask for; one outside the basic plane counts once. */
function charactersIn(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length && count < MOST_ASKED_FOR; count += 1)
    at += (text.codePointAt(at) as number) > 0xffff ? 2 : 1;
  return count;
}

/** Whether an earlier contact had this text or this evidence: each stands as `text` or `text.evidence`. */
function isKnown(clock: Clock | null, hash: string): boolean {
  return clock?.recent.some((said) => said.includes(hash) && said.split('.').includes(hash)) === true;
}
