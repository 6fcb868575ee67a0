import { type Alias, fail, ok, type Result } from '../kernel/index.ts';
import {
  type EventDraft,
  type Handover,
  type HandoverParty,
  type HandoverRow,
  supervises,
} from '../model/index.ts';
import { type HandoverContext, isLeaversSide, type Place, stays, templateOf } from './context.ts';
import { isDone } from './item-steps.ts';
import type { HandoverRefusal } from './refusals.ts';

/** A signature as it lies in the handover. */
export type Signature = Handover['signatures'][number];

/** All items of a handover, and the digest of them that is signed. */
export interface SignedSet {
  readonly rows: readonly HandoverRow[];
  readonly digest: string;
}

/** A decided signature. */
export interface SignDecision {
  readonly event: EventDraft;
  readonly place: Place;
  /** Every party has signed: the handover can be cleared. */
  readonly complete: boolean;
}

/** The signatures that cover the items as they are: a later change of any item voids those before it. */
export function validSignatures(handover: Handover, digest: string): readonly Signature[] {
  return handover.signatures.filter((signature) => signature.digest === digest);
}

/**
 * Signs for a party. Nobody signs for two, nobody on the leaver's side for any, and who gains by the handover
 * does not sign it. Where a company has too few people, its template says `two_people`: then one person may sign
 * for several parties and a receiver may sign, but at least two sign, and one of them gains nothing.
 */
export function decideSign(
  context: HandoverContext,
  set: SignedSet,
  party: HandoverParty,
  digest: string,
): Result<SignDecision, HandoverRefusal> {
  const { handover, actor } = context;
  if (handover.state !== 'opened' && handover.state !== 'preparing')
    return fail({ code: 'handover-over', status: handover.state });
  const template = templateOf(handover);
  if (!template.parties.includes(party)) return fail({ code: 'unknown-party', party });
  if (isLeaversSide(context)) return fail({ code: 'own-handover' });
  const place = placeOf(context, party);
  if (place === null || actor.employee === null)
    return fail({ code: 'not-permitted', needs: `handovers.sign.${party}` });
  const open = set.rows.filter(([, status]) => !isDone(status)).length;
  if (open > 0 || handover.state === 'opened' || handover.job !== null)
    return fail({ code: 'not-ready', open });
  if (digest !== set.digest) return fail({ code: 'stale-digest' });
  const others = validSignatures(handover, digest);
  if (others.some((signature) => signature.party === party)) return fail({ code: 'already-signed', party });
  const signature: Pick<Signature, 'by' | 'onBehalfOf'> = {
    by: actor.employee.alias,
    onBehalfOf:
      place.capacity === null || place.capacity.alias === actor.employee.alias ? null : place.capacity.alias,
  };
  const receivers = new Set(set.rows.map(([, , to]) => to).filter((to) => to !== null));
  const gains = actor.interests.some((alias) => receivers.has(alias));
  const complete = template.parties.every(
    (wanted) => wanted === party || others.some((other) => other.party === wanted),
  );
  const refusal =
    template.separation === 'each_party'
      ? eachParty(signature, others, gains)
      : complete
        ? twoPeople(signature, others, gains, receivers)
        : null;
  if (refusal !== null) return fail(refusal);
  return ok({
    complete,
    place,
    event: {
      type: 'handover-signed',
      subjects: [
        handover.leaver,
        signature.by,
        ...(signature.onBehalfOf === null ? [] : [signature.onBehalfOf]),
      ],
      data: { ...signature, digest, handover: handover.id, party },
    },
  });
}

/** Whether the parties were reduced to fewer people than sides: the certificate says so. */
export function isReduced(handover: Handover, signatures: readonly Pick<Signature, 'by'>[]): boolean {
  const { parties, separation } = templateOf(handover);
  return separation === 'two_people' || new Set(signatures.map(({ by }) => by)).size < parties.length;
}

function eachParty(
  signature: Pick<Signature, 'by' | 'onBehalfOf'>,
  others: readonly Signature[],
  gains: boolean,
): HandoverRefusal | null {
  const twice = others.find((other) =>
    peopleOf(other).some((person) => peopleOf(signature).includes(person)),
  );
  if (twice !== undefined) return { code: 'one-party-each', party: twice.party };
  return gains ? { code: 'self-benefit' } : null;
}

function twoPeople(
  signature: Pick<Signature, 'by' | 'onBehalfOf'>,
  others: readonly Signature[],
  gains: boolean,
  receivers: ReadonlySet<Alias>,
): HandoverRefusal | null {
  const [first] = others;
  const another = others.find(
    (other) => !peopleOf(other).some((person) => peopleOf(signature).includes(person)),
  );
  if (another === undefined && first !== undefined) return { code: 'one-party-each', party: first.party };
  const unselfish =
    !gains || others.some((other) => !peopleOf(other).some((person) => receivers.has(person)));
  return unselfish ? null : { code: 'self-benefit' };
}

/** Who stands behind a signature: who signed, and who was stood in for. */
function peopleOf({ by, onBehalfOf }: Pick<Signature, 'by' | 'onBehalfOf'>): readonly Alias[] {
  return onBehalfOf === null ? [by] : [by, onBehalfOf];
}

/** In whose place somebody signs for a party; a supervisor's relation can be lent, a capability cannot. */
function placeOf({ actor, leaver, org }: HandoverContext, party: HandoverParty): Place | null {
  if (!stays(actor)) return null;
  if (party === 'supervisor') {
    const above = actor.capacities.find(
      (person) => person.status === 'active' && supervises(org, person, leaver.alias),
    );
    if (above !== undefined) return { capacity: above };
  }
  return actor.can(`handovers.sign.${party}`) ? { capacity: null } : null;
}
