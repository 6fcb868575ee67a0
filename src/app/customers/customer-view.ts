import type { Instant, JsonValue } from '../../kernel/index.ts';
import type { Customer, MaskedProfile, ProfileSchema, ProfileShape } from '../../model/index.ts';
import { maskProfile, type Relation, seesOrders, visibleTo } from '../../ownership/index.ts';
import { hostIdOf } from '../commit/host-ids.ts';
import type { Transaction } from '../commit/transaction.ts';
import type { LoadedCustomer } from './customer-context.ts';

/** A customer as an actor may see it. */
export interface CustomerView<Schema extends ProfileSchema = ProfileSchema> {
  readonly id: string;
  readonly state: 'candidate' | 'live';
  /** What the actor is to the customer. */
  readonly relation: Relation;
  /** Hidden fields are `null` and named in `masked`. */
  readonly profile: MaskedProfile<Schema>;
  /** What was hidden: fields of the profile, `owner`, `orders`. */
  readonly masked: readonly string[];
  /** The hold that waits because too many contacts were to be seen; `null` when nothing is withheld. */
  readonly held: string | null;
  readonly owner: string | null;
  readonly pool: string | null;
  readonly ownedSince: Instant | null;
  readonly registeredAt: Instant;
  /** The id of the claim that waits, while the customer is a candidate. */
  readonly claim: string | null;
  readonly collaborators: readonly {
    readonly employee: string;
    readonly access: 'read' | 'write';
    readonly untilOn: string | null;
  }[];
  /** The follow-up clock, while somebody owns the customer. */
  readonly protection: {
    readonly since: Instant;
    readonly stage: 'running' | 'reminded' | 'escalated';
  } | null;
}

/** A view, and the guarded fields it shows with a value. */
export interface ViewedCustomer {
  readonly view: CustomerView;
  readonly shown: readonly string[];
}

/** Nested values are copied: what is cached is not to be changed by whoever asked. */
function ownCopy(profile: { readonly [field: string]: JsonValue }): { readonly [field: string]: JsonValue } {
  const nested = Object.values(profile).some((value) => typeof value === 'object' && value !== null);
  return nested ? structuredClone(profile) : profile;
}

/** Shows a customer; the clock must be loaded. */
export function viewCustomer(
  transaction: Transaction,
  shape: ProfileShape,
  loaded: LoadedCustomer & { readonly customer: Customer },
): ViewedCustomer {
  const { customer, standing, policy, org } = loaded;
  const { profile, masked, shown } = maskProfile(
    shape,
    customer.profile ?? {},
    visibleTo(standing.relation, policy),
  );
  const stranger = standing.relation === 'other';
  const sees = (what: string, relation: boolean): string[] => (relation ? [] : [what]);
  const clock = stranger || customer.owner === null ? null : transaction.get('clock', customer.alias);
  const view = {
    id: customer.id ?? '',
    state: customer.state as 'candidate' | 'live',
    relation: standing.relation,
    profile: ownCopy(profile) as never,
    masked: [
      ...masked,
      ...sees('owner', !stranger),
      ...sees('orders', seesOrders(standing.relation, policy)),
    ],
    held: null,
    owner: stranger ? null : hostIdOf(org, customer.owner),
    pool: customer.pool,
    ownedSince: stranger ? null : customer.ownedSince,
    registeredAt: customer.registeredAt,
    claim: standing.relation === 'other' ? null : customer.claim,
    collaborators: stranger
      ? []
      : customer.collaborators.map(({ employee, access, untilOn }) => ({
          employee: hostIdOf(org, employee) ?? '',
          access,
          untilOn,
        })),
    protection: clock === null ? null : { since: clock.since, stage: clock.stage },
  };
  return { view, shown };
}
