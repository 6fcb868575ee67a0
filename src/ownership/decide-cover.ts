import { type Alias, dayNumber, fail, type LocalDate, ok, type Result } from '../kernel/index.ts';
import { onBehalfOf } from '../model/index.ts';
import type { Decided } from './decide-claim.ts';
import { type CustomerContext, type CustomerRefusal, MOST_COLLABORATORS } from './decide-customer.ts';
import { standingTo } from './relation.ts';

/** Longer than this nobody covers a customer without becoming its owner. */
const MOST_DAYS = 90;

/** Why nobody covers a customer. */
export type CoverRefusal =
  | CustomerRefusal
  | { readonly code: 'not-temporary'; readonly days: number }
  | { readonly code: 'already-shared'; readonly untilOn: LocalDate | null };

/**
 * Lets a colleague work on a customer for a while: what an alert may come to. For a supervisor of its owner, or
 * with `ownership.transfer`; never by the owner, never for oneself. It takes nothing from the owner.
 */
export function decideCover(
  context: CustomerContext,
  cover: {
    readonly employee: Alias | null;
    readonly access: 'read' | 'write';
    readonly untilOn: LocalDate;
  },
): Result<Decided, CoverRefusal> {
  const { customer, actor, org, today } = context;
  if (customer === null) return fail({ code: 'not-found' });
  if (customer.state !== 'live') return fail({ code: 'not-live' });
  const standing = standingTo(customer, null, actor, org, today);
  const capacity = standing.relation === 'supervisor' ? standing.capacity : null;
  if (standing.relation === 'owner' || (capacity === null && !actor.can('ownership.transfer')))
    return fail({ code: 'not-permitted', needs: 'a supervisor or ownership.transfer' });
  const receiver = cover.employee === null ? undefined : org.byAlias.get(cover.employee);
  if (receiver === undefined) return fail({ code: 'unknown-employee' });
  if (actor.interests.includes(receiver.alias)) return fail({ code: 'self-benefit' });
  if (receiver.status === 'departed') return fail({ code: 'receiver-departed' });
  if (receiver.alias === customer.owner) return fail({ code: 'same-owner' });
  const days = dayNumber(cover.untilOn) - dayNumber(today);
  if (days < 0 || days > MOST_DAYS) return fail({ code: 'not-temporary', days: MOST_DAYS });
  const others = customer.collaborators.filter(({ employee }) => employee !== receiver.alias);
  const known = customer.collaborators.find(({ employee }) => employee === receiver.alias);
  // A share has one access and one end: covering would make one of them less.
  if (known !== undefined && (known.untilOn === null || known.untilOn >= today))
    return fail({ code: 'already-shared', untilOn: known.untilOn });
  if (others.length >= MOST_COLLABORATORS)
    return fail({ code: 'too-many-collaborators', cap: MOST_COLLABORATORS });
  return ok({
    event: {
      type: 'customer-shared',
      subjects: [customer.alias, receiver.alias],
      data: {
        access: cover.access,
        customer: customer.alias,
        untilOn: cover.untilOn,
        with: receiver.alias,
      },
    },
    onBehalfOf: onBehalfOf(actor, capacity),
  });
}
