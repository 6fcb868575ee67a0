import {
  type Alias,
  canonicalize,
  fail,
  type JsonValue,
  type LocalDate,
  ok,
  type Result,
} from '../kernel/index.ts';
import {
  type Actor,
  type Customer,
  type EventDraft,
  type NotPermitted,
  type OrgChart,
  onBehalfOf,
  type PatchValues,
  type ProfileShape,
} from '../model/index.ts';
import type { Policy } from '../policy/index.ts';
import { type Decided, reasoned } from './decide-claim.ts';
import { type Standing, standingTo, visibleTo } from './relation.ts';

/** How many people may work on one customer beside its owner. */
export const MOST_COLLABORATORS = 100;
/** Where released customers go until a company has pools of its own. */
export const MAIN_POOL = 'main';

/** Why a customer is not changed. */
export type CustomerRefusal =
  | NotPermitted
  | { readonly code: 'not-found' }
  | { readonly code: 'not-live' }
  | { readonly code: 'masked-field'; readonly field: string }
  | { readonly code: 'unchanged' }
  | { readonly code: 'same-owner' }
  | { readonly code: 'self-benefit' }
  | { readonly code: 'unknown-employee' }
  | { readonly code: 'receiver-departed' }
  | { readonly code: 'unknown-pool' }
  | { readonly code: 'too-many-collaborators'; readonly cap: number }
  | { readonly code: 'holding-cap'; readonly cap: number };

/** Everything a decision about one customer looks at. */
export interface CustomerContext {
  readonly customer: Customer | null;
  readonly actor: Actor;
  readonly org: OrgChart;
  readonly policy: Policy;
  readonly today: LocalDate;
}

/**
 * Changes fields of a profile. What the actor cannot see, the actor cannot overwrite, and cannot guess: the
 * answer for a hidden field never depends on its value.
 *
 * @throws {GamekeeperError} `ERR_INVALID_INPUT` when the changed profile would not be one of the shape.
 */
export function decideUpdate(
  context: CustomerContext,
  shape: ProfileShape,
  changes: PatchValues,
): Result<Decided, CustomerRefusal> {
  const live = liveCustomer(context);
  if (!live.ok) return live;
  const { customer, standing } = live.value;
  if (!standing.mayWrite) return fail({ code: 'not-permitted', needs: 'the owner' });
  const visible = visibleTo(standing.relation, context.policy);
  const hidden = Object.keys(changes).find((field) => !visible.has(shape.fields.get(field) as never));
  if (hidden !== undefined) return fail({ code: 'masked-field', field: hidden });
  const current = new Map(Object.entries(customer.profile ?? {}));
  const next = new Map(Object.entries(shape.patch(customer.profile ?? {}, changes)));
  const changed = [...shape.fields]
    .filter(([, level]) => visible.has(level))
    .map(([field]) => field)
    .filter((field) => textOf(current.get(field)) !== textOf(next.get(field)));
  if (changed.length === 0) return fail({ code: 'unchanged' });
  const cleared = changed.filter((field) => !next.has(field));
  const set = changed.filter((field) => next.has(field));
  return ok(
    decided(context, standing, {
      type: 'customer-updated',
      subjects: [customer.alias],
      data: { changed, cleared, customer: customer.alias },
      disclosures: Object.fromEntries(
        set.map((field) => [
          `profile.${field}`,
          { subject: customer.alias, value: next.get(field) as never },
        ]),
      ),
    }),
  );
}

/**
 * Moves a live customer to another employee. A supervisor of the owner may, or who has `ownership.transfer`;
 * never the owner or who stands in for the owner, never who is about to leave, and never for one's own benefit.
 */
export function decideTransfer(
  context: CustomerContext,
  to: Alias | null,
  reason: string,
): Result<Decided, CustomerRefusal> {
  const live = liveCustomer(context);
  if (!live.ok) return live;
  const { customer, standing } = live.value;
  const { actor, org } = context;
  const byCapability = actor.can('ownership.transfer');
  const asSupervisor = standing.relation === 'supervisor' && standing.capacity !== null;
  if (standing.relation === 'owner' || (!byCapability && !asSupervisor))
    return fail({ code: 'not-permitted', needs: 'a supervisor or ownership.transfer' });
  if (actor.employee?.status === 'on_notice')
    return fail({ code: 'not-permitted', needs: 'somebody who stays' });
  const receiver = to === null ? undefined : org.byAlias.get(to);
  if (receiver === undefined) return fail({ code: 'unknown-employee' });
  if (actor.interests.includes(receiver.alias)) return fail({ code: 'self-benefit' });
  if (receiver.status === 'departed') return fail({ code: 'receiver-departed' });
  if (customer.owner === receiver.alias) return fail({ code: 'same-owner' });
  const from = customer.owner;
  return ok(
    decided(context, asSupervisor ? standing : inPerson, {
      type: 'customer-transferred',
      subjects: [customer.alias, ...(from === null ? [] : [from]), receiver.alias],
      data: { customer: customer.alias, from, pool: customer.pool, to: receiver.alias },
      ...reasoned(customer.alias, reason),
    }),
  );
}

/** Gives a live customer back to a pool. The owner may, or a supervisor of the owner. */
export function decideRelease(
  context: CustomerContext,
  pool: string,
  reason: string,
): Result<Decided, CustomerRefusal> {
  const live = liveCustomer(context);
  if (!live.ok) return live;
  const { customer, standing } = live.value;
  if (customer.owner === null) return fail({ code: 'unchanged' });
  if (!mayDispose(standing)) return fail({ code: 'not-permitted', needs: 'the owner or a supervisor' });
  if (pool !== MAIN_POOL) return fail({ code: 'unknown-pool' });
  return ok(
    decided(context, standing, {
      type: 'customer-released',
      subjects: [customer.alias, customer.owner],
      data: { customer: customer.alias, from: customer.owner, pool },
      ...reasoned(customer.alias, reason),
    }),
  );
}

/** Lets somebody work on a customer until a day, or ends that (`access: null`). */
export function decideShare(
  context: CustomerContext,
  share: {
    readonly employee: Alias | null;
    readonly access: 'read' | 'write' | null;
    readonly untilOn: LocalDate | null;
  },
): Result<Decided, CustomerRefusal> {
  const live = liveCustomer(context);
  if (!live.ok) return live;
  const { customer, standing } = live.value;
  if (!mayDispose(standing)) return fail({ code: 'not-permitted', needs: 'the owner or a supervisor' });
  const receiver = share.employee === null ? undefined : context.org.byAlias.get(share.employee);
  if (receiver === undefined) return fail({ code: 'unknown-employee' });
  if (receiver.status === 'departed') return fail({ code: 'receiver-departed' });
  if (receiver.alias === customer.owner) return fail({ code: 'same-owner' });
  const others = customer.collaborators.filter(({ employee }) => employee !== receiver.alias);
  if (share.access !== null && others.length >= MOST_COLLABORATORS) {
    return fail({ code: 'too-many-collaborators', cap: MOST_COLLABORATORS });
  }
  return ok(
    decided(context, standing, {
      type: 'customer-shared',
      subjects: [customer.alias, receiver.alias],
      data: { access: share.access, customer: customer.alias, untilOn: share.untilOn, with: receiver.alias },
    }),
  );
}

const inPerson: Standing = { relation: 'other', capacity: null, mayWrite: false };

/** One text for each value, however its keys are ordered; `undefined` where there is none. */
function textOf(value: JsonValue | undefined): string | undefined {
  return value === undefined ? undefined : canonicalize(value);
}

/** Whether somebody may give a customer away: its owner, or somebody above, in person or by delegation. */
export function mayDispose(standing: Standing): boolean {
  return (standing.relation === 'owner' || standing.relation === 'supervisor') && standing.capacity !== null;
}

function decided({ actor }: CustomerContext, standing: Standing, event: EventDraft): Decided {
  return { event, onBehalfOf: onBehalfOf(actor, standing.capacity) };
}

function liveCustomer({
  customer,
  actor,
  org,
  today,
}: CustomerContext): Result<{ readonly customer: Customer; readonly standing: Standing }, CustomerRefusal> {
  if (customer === null || customer.state === 'deleted' || customer.state === 'absorbed') {
    return fail({ code: 'not-found' });
  }
  if (customer.state !== 'live') return fail({ code: 'not-live' });
  return ok({ customer, standing: standingTo(customer, null, actor, org, today) });
}
