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
  const because = unqualifiedBecause(contact, clock, policy, now);
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
      qualifies: because === null,
      textHash: contact.textHash,
      unqualifiedBecause: because,
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

function unqualifiedBecause(
  contact: Contact,
  clock: Clock | null,
  { followUps }: Policy,
  now: Instant,
): FollowUp['unqualifiedBecause'] {
  if (millisOf(now) - millisOf(contact.at) > followUps.lateAfterHours * HOUR_MS) return 'late';
  const fresh = contact.evidenceHash !== null && !isKnown(clock, contact.evidenceHash);
  if (fresh) return null;
  if (isShorter(contact.folded, followUps.minimumLength)) return 'too-short';
  if (isKnown(clock, contact.textHash)) return 'repeated';
  return null;
}

/** Whether a text has fewer characters than that; one outside the basic plane counts once. */
function isShorter(text: string, characters: number): boolean {
  return text.length < characters || (text.length < 2 * characters && [...text].length < characters);
}

/** Whether an earlier contact had this text or this evidence: each stands as `text` or `text.evidence`. */
function isKnown(clock: Clock | null, hash: string): boolean {
  return clock?.recent.some((said) => said.includes(hash) && said.split('.').includes(hash)) === true;
}
