import type { Leaf } from '../../src/ledger/index.ts';
import type { Customer, Employee } from '../../src/model/index.ts';
import type { Breach } from './promises.ts';
import { can, isAbove, mayDecide, placesOf, present, relationTo } from './relations.ts';
import type { CompanyView } from './view.ts';

/** Whether an act was the actor's to do, in the state it met; `undefined` where nothing is said about it. */
type Rule = (act: {
  readonly view: CompanyView;
  readonly leaf: Leaf;
  readonly actor: Employee;
  readonly data: { readonly [name: string]: unknown };
}) => boolean | undefined;

const RULES: { readonly [type: string]: Rule } = {
  'claim-approved': decidesClaim,
  'claim-rejected': decidesClaim,
  'claim-withdrawn': ({ actor, data }) => byHandover(data) ?? data.claimant === actor.alias,
  'customer-updated': writes,
  'follow-up-recorded': writes,
  'customer-deleted': disposes,
  'customer-released': disposes,
  'customer-shared': ({ data, ...act }) =>
    data.alert === undefined ? disposes({ data, ...act }) : undefined,
  'customer-viewed': ({ view, actor, data }) => {
    const customer = customerIn(view, data);
    const relation = customer === null ? 'other' : relationTo(view, actor, customer);
    return relation !== 'other' || isClaimant(view, actor, customer);
  },
  'customer-transferred': ({ view, actor, data }) => {
    const customer = customerIn(view, data);
    if (customer?.state !== 'live' || present(view, String(data.to)) === null) return false;
    if (data.handover !== undefined) return undefined;
    const { owner } = customer;
    const places = placesOf(view, actor);
    if (places.includes(String(data.to)) || (owner !== null && places.includes(owner))) return false;
    return (
      can(actor, 'ownership.transfer') ||
      (owner !== null && places.some((place) => isAbove(view, place, owner)))
    );
  },
  'hold-released': decidesHold,
  'hold-denied': decidesHold,
  'permit-completed': ({ view, actor, data }) => {
    const permit = view.document('permit', String(data.permit));
    return permit?.status === 'open' && permit.actor === actor.alias;
  },
  'policy-adopted': ({ actor }) => can(actor, 'policies.adopt'),
  'employee-hired': ({ actor }) => can(actor, 'people.manage'),
  'employee-rehired': ({ actor }) => can(actor, 'people.manage'),
  erasure: ({ actor }) => can(actor, 'privacy.erase') || undefined,
  'handover-signed': ({ view, actor, data }) => {
    const handover = view.document('handover', String(data.handover));
    return handover !== null && !placesOf(view, actor).includes(handover.leaver);
  },
};

/** Whether each entry of a commit was the actor's to write, in the state before it. Refusals are, whoever tried. */
export function checkAuthority(view: CompanyView, leaves: readonly Leaf[], breach: Breach): void {
  for (const leaf of leaves) {
    const { actor: party, data, id, onBehalfOf, outcome, type } = leaf;
    if (!party.startsWith('e_') || type === 'tenant-created') continue;
    const actor = present(view, party);
    if (actor === null) {
      breach(
        'revocation is immediate',
        `${type} ${id} was written by somebody who is not employed: ${party}`,
      );
      continue;
    }
    if (outcome === 'refused') continue;
    if (onBehalfOf !== undefined && !placesOf(view, actor).includes(onBehalfOf))
      breach('deny by default', `${type} ${id} in the place of ${onBehalfOf}, who did not delegate`);
    if (RULES[type]?.({ view, leaf, actor, data }) === false)
      breach('deny by default', `${type} ${id} was not ${actor.id}'s to do: ${JSON.stringify(data)}`);
  }
  const [first] = leaves;
  for (const [name, version] of first?.basis ?? []) {
    if (name.includes('/') && view.versionOf(name) !== version)
      breach(
        'revocation is immediate',
        `${first?.type} ${first?.id} rested on ${name} at ${version}, which stood at ${view.versionOf(name)}`,
      );
  }
}

function customerIn(view: CompanyView, data: { readonly [name: string]: unknown }): Customer | null {
  return view.document('customer', String(data.customer));
}

function byHandover(data: { readonly [name: string]: unknown }): true | undefined {
  return data.handover === undefined ? undefined : true;
}

function decidesClaim({ view, actor, data }: Parameters<Rule>[0]): boolean {
  const claim = view.document('claim', String(data.claim));
  return claim?.status === 'submitted' && mayDecide(view, actor, claim);
}

function isClaimant(view: CompanyView, actor: Employee, customer: Customer | null): boolean {
  const claim = customer?.claim == null ? null : view.document('claim', customer.claim);
  return claim !== null && placesOf(view, actor).includes(claim.claimant);
}

function writes({ view, actor, data }: Parameters<Rule>[0]): boolean {
  const customer = customerIn(view, data);
  return (
    customer?.state === 'live' &&
    ['owner', 'supervisor', 'capability', 'writer'].includes(relationTo(view, actor, customer))
  );
}

function disposes({ view, actor, data }: Parameters<Rule>[0]): boolean | undefined {
  if (data.handover !== undefined) return undefined;
  const customer = customerIn(view, data);
  return customer?.state === 'live' && ['owner', 'supervisor'].includes(relationTo(view, actor, customer));
}

function decidesHold({ view, actor, data }: Parameters<Rule>[0]): boolean {
  const hold = view.document('hold', String(data.hold));
  if (hold === null || (hold.status !== 'waiting' && hold.status !== 'escalated')) return false;
  if (actor.status !== 'active') return false;
  const places = placesOf(view, actor);
  const involved = [hold.requester, hold.onBehalfOf, hold.beneficiary];
  if (involved.some((party) => party !== null && places.includes(party))) return false;
  return can(actor, 'holds.release') || places.some((place) => isAbove(view, place, hold.requester));
}
