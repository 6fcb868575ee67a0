import { type Alias, fail, type Instant, type JsonValue, ok, type Result } from '../kernel/index.ts';
import {
  type Actor,
  type Claim,
  type Customer,
  type Employee,
  type EventDraft,
  managerChain,
  type NotPermitted,
  type OrgChart,
  onBehalfOf,
  type ProfileValues,
} from '../model/index.ts';
import { approverFor } from './relation.ts';

/** Why a claim is not made or not decided. */
export type ClaimRefusal =
  | NotPermitted
  | { readonly code: 'not-found' }
  | { readonly code: 'already-registered' }
  | { readonly code: 'own-claim' }
  | { readonly code: 'claim-decided'; readonly status: Claim['status'] }
  | { readonly code: 'claimant-departed' }
  | { readonly code: 'holding-cap'; readonly cap: number };

/** An event, and the person in whose place it was decided. */
export interface Decided {
  readonly event: EventDraft;
  readonly onBehalfOf: Alias | null;
}

/** Registers a customer: a claim that waits, under fresh aliases. Only employees own customers. */
export function decideRegister(
  actor: Actor,
  registration: {
    readonly customer: Alias;
    readonly id: string;
    readonly profile: ProfileValues;
    readonly evidence: string | null;
  },
): Result<Decided, ClaimRefusal> {
  const claimant = actor.employee;
  if (claimant === null) return fail({ code: 'not-permitted', needs: 'an employee' });
  const subject = registration.customer;
  const values: [string, JsonValue][] = [['id', registration.id]];
  if (registration.evidence !== null) values.push(['evidence', registration.evidence]);
  for (const [field, value] of Object.entries(registration.profile)) values.push([`profile.${field}`, value]);
  return ok({
    event: {
      type: 'claim-submitted',
      subjects: [subject, claimant.alias],
      data: { claimant: claimant.alias, customer: subject },
      disclosures: Object.fromEntries(values.map(([name, value]) => [name, { subject, value }])),
    },
    onBehalfOf: null,
  });
}

/** Approves or rejects a claim. Nobody decides their own, in person, by delegation or by a change of manager. */
export function decideClaim(
  verdict: 'approve' | 'reject',
  claim: Claim | null,
  actor: Actor,
  org: OrgChart,
  reason: string | null,
): Result<Decided, ClaimRefusal> {
  if (claim === null) return fail({ code: 'not-found' });
  const approver = approverFor(claim, actor, org);
  if (approver === 'nobody') return fail(refusalOfDecider(claim, actor));
  if (claim.status !== 'submitted') return fail({ code: 'claim-decided', status: claim.status });
  const claimant = org.byAlias.get(claim.claimant);
  if (verdict === 'approve' && (claimant === undefined || claimant.status === 'departed')) {
    return fail({ code: 'claimant-departed' });
  }
  return ok({
    event: {
      type: verdict === 'approve' ? 'claim-approved' : 'claim-rejected',
      subjects: [claim.customer, claim.claimant],
      data: { claim: claim.id, claimant: claim.claimant, customer: claim.customer },
      ...reasoned(claim.customer, reason),
    },
    onBehalfOf: approver === 'by-capability' ? null : onBehalfOf(actor, approver),
  });
}

/** Takes a claim back. The claimant's alone to do. */
export function decideWithdraw(claim: Claim | null, actor: Actor): Result<Decided, ClaimRefusal> {
  if (claim === null) return fail({ code: 'not-found' });
  if (claim.claimant !== actor.employee?.alias) return fail({ code: 'not-permitted', needs: 'the claimant' });
  if (claim.status !== 'submitted') return fail({ code: 'claim-decided', status: claim.status });
  return ok({
    event: {
      type: 'claim-withdrawn',
      subjects: [claim.customer, claim.claimant],
      data: { claim: claim.id, claimant: claim.claimant, customer: claim.customer },
    },
    onBehalfOf: null,
  });
}

/**
 * Who is asked to decide a claim: the manager at its level, or the next above who is to stay; `null` when only
 * administrators are left.
 */
export function approverAtLevel(claim: Claim, org: OrgChart): Employee | null {
  return approverFrom(claim, org, claim.level)?.approver ?? null;
}

function approverFrom(
  claim: Claim,
  org: OrgChart,
  from: number,
): { readonly level: number; readonly approver: Employee } | null {
  const chain = managerChain(org, claim.claimant);
  const level = chain.findIndex(({ status }, at) => at >= from && status === 'active');
  return level < 0 ? null : { level, approver: chain[level] as Employee };
}

/** Moves a silent claim one level up. It never approves itself. */
export function escalateClaim(claim: Claim, org: OrgChart, now: Instant): EventDraft {
  const above = (approverFrom(claim, org, claim.level)?.level ?? claim.level) + 1;
  const found = approverFrom(claim, org, above);
  const level = found?.level ?? above;
  const next = found?.approver ?? null;
  return {
    type: 'claim-escalated',
    subjects: [claim.customer, ...(next === null ? [] : [next.alias])],
    data: {
      approver: next?.alias ?? null,
      claim: claim.id,
      customer: claim.customer,
      level,
      waitingSince: now,
    },
  };
}

/** A typed reason, as a disclosure of the customer. */
export function reasoned(subject: Alias, reason: string | null): Pick<EventDraft, 'disclosures'> {
  return reason === null ? {} : { disclosures: { reason: { subject, value: reason } } };
}

/** Whether a customer counts as registered: absent and deleted ones do not. */
export function isRegistered(customer: Customer | null): boolean {
  return customer !== null && (customer.state === 'candidate' || customer.state === 'live');
}

function refusalOfDecider(claim: Claim, actor: Actor): ClaimRefusal {
  if (actor.employee?.status === 'on_notice') return { code: 'not-permitted', needs: 'somebody who stays' };
  return actor.interests.includes(claim.claimant)
    ? { code: 'own-claim' }
    : { code: 'not-permitted', needs: 'a supervisor or claims.decide' };
}
