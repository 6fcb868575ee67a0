import type { Claim, Customer, Employee } from '../../src/model/index.ts';
import type { Notice } from '../../src/ports/index.ts';
import { ROLES } from './scene.ts';
import type { CompanyView } from './view.ts';

/** Who may what, written down once more and as plainly as it can be said: what a keeper decides is held against it. */

/** The employee behind a party, unless they have left or never were. */
export function present(view: CompanyView, party: string): Employee | null {
  const person = view.document('employee', party);
  return person === null || person.status === 'departed' ? null : person;
}

/** The employee with a host id. */
export function personOf(view: CompanyView, id: string): Employee | null {
  for (const person of view.all('employee')) if (person.id === id) return person;
  return null;
}

/** The customer with a host id: the latest that is called so. */
export function customerOf(view: CompanyView, id: string): Customer | null {
  let found: Customer | null = null;
  for (const customer of view.all('customer')) if (customer.id === id) found = customer;
  return found;
}

/** In whose places somebody stands: their own, and that of who delegated to them. No delegation ends in a run. */
export function placesOf(view: CompanyView, person: Employee): readonly string[] {
  const places: string[] = [person.alias];
  if (person.status !== 'active') return places;
  for (const other of view.all('employee'))
    if (other.delegation?.to === person.alias && other.status !== 'departed') places.push(other.alias);
  return places;
}

/** Whether somebody is on the manager chain of somebody. */
export function isAbove(view: CompanyView, upper: string, lower: string): boolean {
  if (present(view, upper) === null) return false;
  const seen = new Set([lower]);
  for (let next = view.document('employee', lower)?.manager ?? null; next !== null && !seen.has(next); ) {
    if (next === upper) return true;
    seen.add(next);
    next = view.document('employee', next)?.manager ?? null;
  }
  return false;
}

/** Whether somebody has a right in the whole company. */
export function can(person: Employee, capability: string): boolean {
  if (person.administrator) return true;
  return (person.roles ?? []).some((role) =>
    (ROLES[role as keyof typeof ROLES] as readonly string[] | undefined)?.includes(capability),
  );
}

/** Whether somebody may decide a claim that waits. */
export function mayDecide(view: CompanyView, person: Employee, claim: Claim): boolean {
  if (person.status !== 'active' || placesOf(view, person).includes(claim.claimant)) return false;
  const above = placesOf(view, person).some(
    (place) => view.document('employee', place)?.status === 'active' && isAbove(view, place, claim.claimant),
  );
  return above || can(person, 'claims.decide');
}

export type Relation = 'owner' | 'supervisor' | 'capability' | 'writer' | 'reader' | 'approver' | 'other';

/** What somebody is to a customer. */
export function relationTo(view: CompanyView, person: Employee, customer: Customer): Relation {
  if (customer.state === 'candidate') {
    const claim = customer.claim === null ? null : view.document('claim', customer.claim);
    return claim !== null && mayDecide(view, person, claim) ? 'approver' : 'other';
  }
  if (customer.state !== 'live') return 'other';
  const places = placesOf(view, person);
  const { owner } = customer;
  if (owner !== null && places.includes(owner)) return 'owner';
  if (owner !== null && places.some((place) => isAbove(view, place, owner))) return 'supervisor';
  if (can(person, 'customers.read')) return 'capability';
  const share = customer.collaborators.find(({ employee }) => places.includes(employee));
  if (share === undefined) return 'other';
  return share.access === 'write' ? 'writer' : 'reader';
}

/** Whether somebody may see a guarded field of a customer, as the policy of the scene has it. */
export function maySee(view: CompanyView, person: Employee, customer: Customer, field: string): boolean {
  const relation = relationTo(view, person, customer);
  if (relation === 'other') return false;
  return field === 'phone' || (relation !== 'writer' && relation !== 'reader');
}

/** What was to be told may be over by the time of the next attempt: a claim decided, everybody it concerned gone. */
export function isOfConcern(view: CompanyView, { audience, data, type }: Notice): boolean {
  const isClaim = type === 'claim-submitted' || type === 'claim-escalated';
  if (isClaim && view.document('claim', String(data.claim))?.status !== 'submitted') return false;
  return audience.some((id) => personOf(view, id)?.status === 'active');
}
