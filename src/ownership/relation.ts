import type { LocalDate } from '../kernel/index.ts';
import {
  type Actor,
  type Claim,
  type Customer,
  type Employee,
  type OrgChart,
  type Sensitivity,
  supervises,
} from '../model/index.ts';
import type { Policy } from '../policy/index.ts';

/** What an actor is to a customer. `approver` and `claimant` exist only while a claim waits. */
export type Relation = 'owner' | 'supervisor' | 'approver' | 'collaborator' | 'claimant' | 'other';

/** A relation, and the person in whose place the actor has it; `null` where a capability gives it. */
export interface Standing {
  readonly relation: Relation;
  readonly capacity: Employee | null;
  /** Whether a collaborator may write. */
  readonly mayWrite: boolean;
}

const other: Standing = { relation: 'other', capacity: null, mayWrite: false };

/** The strongest relation that an actor has to a customer, in person or by delegation. */
export function standingTo(
  customer: Customer,
  claim: Claim | null,
  actor: Actor,
  org: OrgChart,
  today: LocalDate,
): Standing {
  if (customer.state === 'candidate') return standingToCandidate(claim, actor, org);
  const { owner } = customer;
  const capacities = actor.capacities;
  const asOwner = capacities.find(({ alias }) => alias === owner);
  if (asOwner !== undefined) return { relation: 'owner', capacity: asOwner, mayWrite: true };
  const asSupervisor =
    owner === null ? undefined : capacities.find((person) => supervises(org, person, owner));
  if (asSupervisor !== undefined) return { relation: 'supervisor', capacity: asSupervisor, mayWrite: true };
  if (actor.can('customers.read') || actor.can('customers.update')) {
    return { relation: 'supervisor', capacity: null, mayWrite: actor.can('customers.update') };
  }
  const shares = customer.collaborators.filter(({ untilOn }) => untilOn === null || today <= untilOn);
  for (const capacity of capacities) {
    const share = shares.find(({ employee }) => employee === capacity.alias);
    if (share !== undefined)
      return { relation: 'collaborator', capacity, mayWrite: share.access === 'write' };
  }
  return other;
}

/** Until approval nobody but those who may decide sees more than a claimant. The claimant is never an approver. */
function standingToCandidate(claim: Claim | null, actor: Actor, org: OrgChart): Standing {
  if (claim === null) return other;
  const self = actor.employee;
  if (self?.alias === claim.claimant) return { relation: 'claimant', capacity: self, mayWrite: false };
  const approver = approverFor(claim, actor, org);
  if (approver !== 'nobody') {
    return {
      relation: 'approver',
      capacity: approver === 'by-capability' ? null : approver,
      mayWrite: false,
    };
  }
  const asClaimant = actor.capacities.find(({ alias }) => alias === claim.claimant);
  return asClaimant === undefined ? other : { relation: 'claimant', capacity: asClaimant, mayWrite: false };
}

/**
 * In whose place an actor may decide a claim: someone on the claimant's manager chain, or by capability. Who
 * stands in for the claimant may not: it is, for now, their own. Who is about to leave decides none, in person
 * or through a stand-in: the next above does.
 */
export function approverFor(
  claim: Claim,
  actor: Actor,
  org: OrgChart,
): Employee | 'by-capability' | 'nobody' {
  const self = actor.employee;
  if (self === null || self.status !== 'active' || actor.interests.includes(claim.claimant)) return 'nobody';
  const above = actor.capacities.find(
    (person) => person.status === 'active' && supervises(org, person, claim.claimant),
  );
  return above ?? (actor.can('claims.decide') ? 'by-capability' : 'nobody');
}

/** The sensitivities that a relation shows under a policy. */
export function visibleTo(relation: Relation, { visibility }: Policy): ReadonlySet<Sensitivity> {
  const known = visibleSets.get(visibility) ?? setsOf(visibility);
  return known[relation];
}

/** Policies change seldom and are asked at every decision. */
const visibleSets = new WeakMap<Policy['visibility'], Readonly<Record<Relation, ReadonlySet<Sensitivity>>>>();

function setsOf(visibility: Policy['visibility']): Readonly<Record<Relation, ReadonlySet<Sensitivity>>> {
  const { owner, supervisor, collaborator, claimant, other } = visibility;
  const sets = {
    owner: new Set(owner),
    supervisor: new Set(supervisor),
    approver: new Set(supervisor),
    collaborator: new Set(collaborator),
    claimant: new Set(claimant),
    other: new Set(other),
  };
  visibleSets.set(visibility, sets);
  return sets;
}

/** Whether a relation shows the order history. */
export function seesOrders(relation: Relation, policy: Policy): boolean {
  if (relation === 'approver') return true;
  if (relation === 'claimant' || relation === 'other') return false;
  return policy.visibility.orders.includes(relation);
}
