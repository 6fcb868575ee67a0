import { type Alias, fail, ok, type Result } from '../kernel/index.ts';
import {
  type Actor,
  type Approval,
  type Change,
  type Customer,
  type EventDraft,
  type Folds,
  type NotPermitted,
  put,
} from '../model/index.ts';

/** On which ground a subject's personal values are erased. */
export const ERASURE_BASES = [
  'subject-request',
  'retention-over',
  'court-order',
  'consent-withdrawn',
] as const;
export type ErasureBasis = (typeof ERASURE_BASES)[number];

/** Why nothing is erased. */
export type ErasureRefusal =
  | NotPermitted
  | { readonly code: 'not-found' }
  | { readonly code: 'second-person-required' };

/** A decided step towards an erasure. */
export interface ErasureStep {
  readonly status: 'erased' | 'awaiting-second-person';
  readonly approvedBy: readonly Alias[];
}

/** Erasing takes two people: the second asks for the very same thing. */
export function decideErasure(
  actor: Actor,
  customer: Customer | null,
  basis: ErasureBasis,
  waiting: Approval | null,
): Result<ErasureStep, ErasureRefusal> {
  if (!actor.can('privacy.erase')) return fail({ code: 'not-permitted', needs: 'privacy.erase' });
  const person = actor.employee;
  if (person === null) return fail({ code: 'not-permitted', needs: 'a person' });
  if (customer === null) return fail({ code: 'not-found' });
  if (waiting === null || waiting.digest !== basis)
    return ok({ status: 'awaiting-second-person', approvedBy: [person.alias] });
  if (waiting.requestedBy === person.alias) return fail({ code: 'second-person-required' });
  return ok({ status: 'erased', approvedBy: [waiting.requestedBy, person.alias] });
}

/** The request for a second person's consent. */
export function erasureRequested(customer: Alias, basis: ErasureBasis, by: Alias): EventDraft {
  return {
    type: 'approval-requested',
    subjects: [customer, by],
    data: { approval: `erase.${customer}`, customer, digest: basis, kind: 'erase' },
  };
}

/** One erasure entry lists at most so many digests; a subject with more gets several. */
const DIGESTS_AN_ENTRY = 200;

/** The entries of an erasure: together they list every digest that becomes unreadable. */
export function erasures(
  customer: Alias,
  basis: ErasureBasis,
  approvedBy: readonly Alias[],
  digests: readonly string[],
): readonly EventDraft[] {
  const parts = Math.max(1, Math.ceil(digests.length / DIGESTS_AN_ENTRY));
  return Array.from({ length: parts }, (_, part) => ({
    type: 'erasure',
    subjects: [customer],
    data: {
      approvedBy,
      basis,
      customer,
      digests: digests.slice(part * DIGESTS_AN_ENTRY, (part + 1) * DIGESTS_AN_ENTRY),
      part: part + 1,
      parts,
    },
  }));
}

/** Lists what is unreadable because its time of keeping is over. Nothing else of the subject is erased. */
export function keptNoLonger(subject: Alias, digests: readonly string[]): EventDraft {
  return {
    type: 'erasure',
    subjects: [subject],
    data: { approvedBy: [], basis: 'retention-over', digests, part: 0, parts: 0, subject },
  };
}

/** What an erasure does to the state: the customer is gone, its history of decisions is not. */
export const erasureFolds: Folds = {
  erasure: (entry, state) => {
    // Other parts only list more digests, and may come long after.
    if (entry.data.part !== 1) return [];
    const customer = state.get('customer', entry.data.customer as Alias);
    const head = state.get('head', 'head');
    if (customer === null || head === null) return [];
    const claim = customer.claim === null ? null : state.get('claim', customer.claim);
    const changes: Change[] = [
      put('head', 'head', { ...head, keys: entry.id }),
      put('customer', customer.alias, {
        ...customer,
        claim: null,
        collaborators: [],
        id: null,
        ownedSince: null,
        owner: null,
        pool: null,
        profile: null,
        state: 'deleted',
      }),
      { kind: 'delete', collection: 'approval', id: `erase.${customer.alias}` },
    ];
    if (claim !== null)
      changes.push(
        put('claim', claim.id, { ...claim, decidedAt: entry.at, decidedBy: 'system', status: 'withdrawn' }),
      );
    if (customer.owner !== null) {
      changes.push({ kind: 'add', collection: 'holdings', id: customer.owner, by: -1 });
      changes.push({ kind: 'delete', collection: 'clock', id: customer.alias });
    }
    return changes;
  },
};
