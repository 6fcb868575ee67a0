import type { Alias } from '../kernel/index.ts';
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

/** A share ends, and begins for a successor where there is one. */
export function shareHandedOver(
  customer: Customer,
  from: Alias,
  to: Alias | null,
  handover: string,
): readonly EventDraft[] {
  const share = customer.collaborators.find(({ employee }) => employee === from);
  if (share === undefined) return [];
  const shared = (employee: Alias, access: 'read' | 'write' | null): EventDraft => ({
    type: 'customer-shared',
    subjects: [customer.alias, employee],
    data: {
      access,
      customer: customer.alias,
      handover,
      untilOn: access === null ? null : share.untilOn,
      with: employee,
    },
  });
  const needed = to !== null && to !== customer.owner;
  return [shared(from, null), ...(needed ? [shared(to, share.access)] : [])];
}
