import type { Alias, LocalDate } from '../kernel/index.ts';
import type { Claim, Customer, EventDraft } from '../model/index.ts';

/** What a handover does to what somebody held: the ordinary events of ownership, with the handover that brought them. */

/** A customer gets another owner. The one it had is who owned it, whoever acts. */
export function handedOver(customer: Customer, to: Alias, handover: string): EventDraft {
  const { alias, owner, pool } = customer;
  return {
    type: 'customer-transferred',
    subjects: [alias, ...(owner === null ? [] : [owner]), to],
    data: { customer: alias, from: owner, handover, pool, to },
  };
}

/** A customer goes into a pool. */
export function pooled(customer: Customer, pool: string, handover: string): EventDraft {
  const { alias, owner } = customer;
  return {
    type: 'customer-released',
    subjects: [alias, ...(owner === null ? [] : [owner])],
    data: { customer: alias, from: owner, handover, pool },
  };
}

/** Business with a customer comes to its end. Its history stays. */
export function terminated(
  customer: Customer,
  because: 'terminated' | 'written_off',
  handover: string,
): EventDraft {
  const { alias, owner } = customer;
  return {
    type: 'customer-terminated',
    subjects: [alias, ...(owner === null ? [] : [owner])],
    data: { because, customer: alias, from: owner, handover },
  };
}

/** A waiting claim becomes somebody else's, and begins anew with their manager. */
export function claimHandedOver(claim: Claim, to: Alias, handover: string): EventDraft {
  return {
    type: 'claim-reassigned',
    subjects: [claim.customer, claim.claimant, to],
    data: { claim: claim.id, claimant: to, customer: claim.customer, from: claim.claimant, handover },
  };
}

/** A waiting claim of somebody who leaves is taken back. */
export function claimDropped(claim: Claim, handover: string): EventDraft {
  return {
    type: 'claim-withdrawn',
    subjects: [claim.customer, claim.claimant],
    data: { claim: claim.id, claimant: claim.claimant, customer: claim.customer, handover },
  };
}

/** Somebody's access to somebody else's customer, and until when. */
export type Share = Omit<Customer['collaborators'][number], 'employee'>;

/** A share as a handover finds it: the leaver's, and what the receiver had already. */
export interface HeldShare extends Share {
  readonly receiver: Share | null;
}

/** What somebody has of a customer, and what the receiver has already; `null` where there is nothing to hand over. */
export function shareAsHeld(customer: Customer, from: Alias, to: Alias | null): HeldShare | null {
  const share = shareOf(customer, from);
  return share === null ? null : { ...share, receiver: to === null ? null : shareOf(customer, to) };
}

/** A share ends, and begins for a successor where there is one; who has more already loses nothing by it. */
export function shareHandedOver(
  customer: Customer,
  from: Alias,
  to: Alias | null,
  handover: string,
): readonly EventDraft[] {
  const held = shareAsHeld(customer, from, to);
  if (held === null) return [];
  const needed = to !== null && to !== customer.owner;
  return [
    shared(customer, from, null, handover),
    ...(needed ? [shared(customer, to, wider(held, held.receiver), handover)] : []),
  ];
}

/**
 * A withdrawn notice gives a share back: the leaver has again what they had, unless its day is over, and the
 * receiver what they had before, unless somebody has changed it since.
 */
export function shareGivenBack(
  customer: Customer,
  leaver: Alias,
  to: Alias | null,
  held: HeldShare,
  today: LocalDate,
  handover: string,
): readonly EventDraft[] {
  if (customer.owner === leaver || shareOf(customer, leaver) !== null) return [];
  const { access, untilOn, receiver } = held;
  const given = to === null ? null : shareOf(customer, to);
  const untouched = given !== null && isSame(given, wider(held, receiver));
  return [
    ...(untilOn !== null && untilOn < today ? [] : [shared(customer, leaver, { access, untilOn }, handover)]),
    ...(to !== null && untouched ? [shared(customer, to, receiver, handover)] : []),
  ];
}

function shareOf({ collaborators }: Customer, employee: Alias): Share | null {
  const found = collaborators.find((share) => share.employee === employee);
  return found === undefined ? null : { access: found.access, untilOn: found.untilOn };
}

function wider(one: Share, other: Share | null): Share {
  if (other === null) return { access: one.access, untilOn: one.untilOn };
  const access = one.access === 'write' || other.access === 'write' ? 'write' : 'read';
  if (one.untilOn === null || other.untilOn === null) return { access, untilOn: null };
  return { access, untilOn: one.untilOn > other.untilOn ? one.untilOn : other.untilOn };
}

function isSame(one: Share, other: Share): boolean {
  return one.access === other.access && one.untilOn === other.untilOn;
}

function shared({ alias }: Customer, employee: Alias, share: Share | null, handover: string): EventDraft {
  return {
    type: 'customer-shared',
    subjects: [alias, employee],
    data: {
      access: share?.access ?? null,
      customer: alias,
      handover,
      untilOn: share?.untilOn ?? null,
      with: employee,
    },
  };
}
