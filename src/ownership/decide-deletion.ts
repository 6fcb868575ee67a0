import { type Alias, DAY_MS, fail, type Instant, millisOf, ok, type Result } from '../kernel/index.ts';
import {
  type Actor,
  type Customer,
  type Deletion,
  type EventDraft,
  type OrgChart,
  onBehalfOf,
  supervises,
} from '../model/index.ts';
import type { Policy } from '../policy/index.ts';
import { type Decided, reasoned } from './decide-claim.ts';
import { type CustomerContext, type CustomerRefusal, MAIN_POOL, mayDispose } from './decide-customer.ts';
import { standingTo } from './relation.ts';

/** Why a customer is not restored. */
export type RestoreRefusal =
  | { readonly code: 'not-found' }
  | { readonly code: 'not-permitted'; readonly needs: string }
  | { readonly code: 'restore-period-over'; readonly days: number }
  | { readonly code: 'holding-cap'; readonly cap: number };

/** Deletes a live customer: out of sight, restorable, its history kept. The owner may, or a supervisor. */
export function decideDelete(context: CustomerContext, reason: string): Result<Decided, CustomerRefusal> {
  const { customer, actor, org, today } = context;
  if (customer === null || customer.state === 'deleted' || customer.state === 'absorbed')
    return fail({ code: 'not-found' });
  if (customer.state !== 'live') return fail({ code: 'not-live' });
  const standing = standingTo(customer, null, actor, org, today);
  if (!mayDispose(standing)) return fail({ code: 'not-permitted', needs: 'the owner or a supervisor' });
  const subject = customer.alias;
  const before = Object.entries(customer.profile ?? {}).map(
    ([field, value]) => [`profile.${field}`, { subject, value }] as const,
  );
  return ok({
    event: {
      type: 'customer-deleted',
      subjects: [subject, ...(customer.owner === null ? [] : [customer.owner])],
      data: { customer: subject, owner: customer.owner, pool: customer.pool },
      disclosures: { ...Object.fromEntries(before), ...reasoned(subject, reason).disclosures },
    },
    onBehalfOf: onBehalfOf(actor, standing.capacity),
  });
}

/** Whether a deleted customer can still be restored: until then nobody registers it anew. */
export function isRestorable(deletion: Deletion | null, policy: Policy, now: Instant): boolean {
  return (
    deletion !== null && millisOf(now) - millisOf(deletion.deletedAt) <= policy.guard.restoreDays * DAY_MS
  );
}

/** Whether a customer is still the one that was deleted: whoever was registered anew since then is not. */
export function isStillDeleted(customer: Customer, deletion: Deletion): boolean {
  return customer.state === 'deleted' && customer.registeredAt <= deletion.deletedAt;
}

/** The event that ends the keeping of what was deleted. */
export function deletionExpired({ customer, deletedAt }: Deletion): EventDraft {
  return { type: 'deletion-expired', subjects: [customer], data: { customer, deletedAt } };
}

/** Everything a restoration looks at. */
export interface RestoreContext {
  readonly customer: Customer | null;
  readonly deletion: Deletion | null;
  readonly actor: Actor;
  readonly org: OrgChart;
  readonly policy: Policy;
  readonly now: Instant;
}

/**
 * Restores a deleted customer to whoever owned it, or to the pool if that person has left. Who owned it may,
 * a supervisor, or who may change any customer. Its clocks start anew.
 */
export function decideRestore({
  customer,
  deletion,
  actor,
  org,
  policy,
  now,
}: RestoreContext): Result<Decided & { readonly owner: Alias | null }, RestoreRefusal> {
  if (customer === null || deletion === null || !isStillDeleted(customer, deletion))
    return fail({ code: 'not-found' });
  const { owner } = deletion;
  const capacity = actor.capacities.find(
    (person) => owner !== null && (person.alias === owner || supervises(org, person, owner)),
  );
  if (capacity === undefined && !actor.can('customers.update')) return fail({ code: 'not-found' });
  if (!isRestorable(deletion, policy, now))
    return fail({ code: 'restore-period-over', days: policy.guard.restoreDays });
  const employed = owner !== null && org.byAlias.get(owner)?.status !== 'departed' ? owner : null;
  return ok({
    owner: employed,
    event: {
      type: 'customer-restored',
      subjects: [customer.alias, ...(employed === null ? [] : [employed])],
      data: {
        customer: customer.alias,
        owner: employed,
        pool: employed === null ? (deletion.pool ?? MAIN_POOL) : null,
      },
    },
    onBehalfOf: onBehalfOf(actor, capacity ?? null),
  });
}
