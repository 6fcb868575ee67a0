import { type Alias, fail, type Instant, ok, type Result } from '../kernel/index.ts';
import type { Clock, Customer, EventDraft, NotPermitted, Order } from '../model/index.ts';
import { isOnList, type Policy } from '../policy/index.ts';

/** Why an order is not recorded. */
export type OrderRefusal =
  | NotPermitted
  | { readonly code: 'not-found' }
  | { readonly code: 'not-live' }
  | { readonly code: 'other-customer' };

/** An order as the host's ERP tells of it. `order` is the keyed hash of its id. */
export interface OrderFacts {
  readonly order: string;
  readonly id: string;
  readonly amount: number;
  readonly outstanding: number;
  readonly currency: string;
  readonly stage: string;
  readonly at: Instant;
}

/**
 * Records an order, or what changed of it. The same order told twice changes nothing: `null`.
 *
 * An order stays with its customer: told again for another one, it is refused.
 */
export function decideOrder(
  facts: OrderFacts,
  context: {
    readonly customer: Customer | null;
    readonly clock: Clock | null;
    readonly known: Order | null;
    readonly permitted: boolean;
    readonly policy: Policy;
  },
): Result<EventDraft | null, OrderRefusal> {
  if (!context.permitted) return fail({ code: 'not-permitted', needs: 'orders.record' });
  const { customer, known } = context;
  if (customer === null || customer.state === 'deleted' || customer.state === 'absorbed')
    return fail({ code: 'not-found' });
  if (customer.state !== 'live') return fail({ code: 'not-live' });
  if (known !== null && known.customer !== customer.alias) return fail({ code: 'other-customer' });
  if (known !== null && isSame(known, facts)) return ok(null);
  const subject: Alias = customer.alias;
  // What came to nothing matters while a customer is watched after an exit.
  const watched = context.clock?.watch !== undefined;
  return ok({
    type: 'order-recorded',
    subjects: [subject],
    data: {
      amount: facts.amount,
      currency: facts.currency,
      customer: subject,
      happenedAt: facts.at,
      ...(watched ? { lost: cameToNothing(facts.stage, context.policy) } : {}),
      order: facts.order,
      outstanding: facts.outstanding,
      stage: facts.stage,
    },
    disclosures: { id: { subject, value: facts.id } },
  });
}

/** Whether an order in a stage came to nothing, in the words of the host. */
export function cameToNothing(stage: string, { orders }: Policy): boolean {
  return isOnList(orders.lostStages, stage);
}

/** Whether something is left to be done about an order in a stage. An unknown word is: nothing is to be forgotten. */
export function isOpenStage(stage: string, policy: Policy): boolean {
  return !cameToNothing(stage, policy) && !isOnList(policy.orders.closedStages, stage);
}

function isSame(known: Order, facts: OrderFacts): boolean {
  return (
    known.amount === facts.amount &&
    known.outstanding === facts.outstanding &&
    known.currency === facts.currency &&
    known.stage === facts.stage &&
    known.at === facts.at
  );
}
