import { cameToNothing, decideOrder, type OrderRefusal } from '../../followup/index.ts';
import { type Alias, fail, GamekeeperError, type Instant, ok, type Result } from '../../kernel/index.ts';
import {
  type Customer,
  idInput,
  type NotPermitted,
  type Order,
  type OrderInput,
  ordersInput,
  type PageQuery,
  type ParsedOrder,
  pageQuery,
  validate,
} from '../../model/index.ts';
import { seesOrders } from '../../ownership/index.ts';
import { raiseLost } from '../alerts/watch-alerts.ts';
import { type Batch, eachOf } from '../commit/batch.ts';
import { readDisclosures, valuesIn } from '../commit/disclosures.ts';
import type { ShellRefusal } from '../commit/execute.ts';
import { decodeCursor, encodeCursor, PAGE_SIZE, type Page } from '../commit/pages.ts';
import { under } from '../commit/read-range.ts';
import { recordRead } from '../commit/reads.ts';
import type { Session } from '../commit/session.ts';
import type { Transaction } from '../commit/transaction.ts';
import { aboutOf, loadCustomer } from '../customers/customer-context.ts';
import { type Desk, look, perform } from '../desk.ts';

/** Money: an integer number of minor units, and an ISO 4217 code. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

/** What became of a told order. `entry` is `null` when nothing had changed. */
export interface OrderReceipt {
  readonly entry: string | null;
  readonly changed: boolean;
}

/** An order as it is shown. */
export interface OrderView {
  /** The host's id; empty once erased. */
  readonly id: string;
  readonly amount: Money;
  readonly outstanding: Money;
  readonly stage: string;
  readonly at: Instant;
}

/** Sales from outside: evidence of deals, never a flag somebody set. */
export interface OrdersArea {
  /** Records up to 500 orders, each by itself; the same order told twice changes nothing. Needs `orders.record`. */
  record(
    orders: readonly OrderInput[],
  ): Promise<Result<Batch<OrderReceipt, OrderRefusal | ShellRefusal>, never>>;
  /** The orders of a customer, latest first. */
  list(
    customer: string,
    query?: PageQuery,
  ): Promise<Result<Page<OrderView>, { readonly code: 'not-found' } | NotPermitted | ShellRefusal>>;
}

/** The orders area at a desk. */
export function createOrders(desk: Desk): OrdersArea {
  return {
    async record(input) {
      const orders = validate(ordersInput, input, 'orders');
      for (const [at, { amount, outstanding }] of orders.entries()) {
        if (outstanding !== undefined && outstanding.currency !== amount.currency) {
          const path = `orders[${at}].outstanding.currency`;
          throw new GamekeeperError('ERR_INVALID_INPUT', `${path}: expected the currency of the amount`, {
            path,
          });
        }
      }
      return ok(
        await eachOf(
          orders,
          ({ id }) => id,
          (order) => recordOrder(desk, order),
        ),
      );
    },
    async list(customer, input = {}) {
      const id = validate(idInput, customer, 'customer');
      const query = validate(pageQuery, input, 'query');
      return look<Page<OrderView>, { readonly code: 'not-found' } | NotPermitted>(
        desk,
        'list-orders',
        async (transaction, about) => {
          const loaded = await loadCustomer(transaction, id);
          if (loaded.customer === null) return fail({ code: 'not-found' });
          const { alias } = loaded.customer;
          about(alias);
          if (!seesOrders(loaded.standing.relation, loaded.policy))
            return fail({ code: 'not-permitted', needs: 'the owner or a supervisor' });
          const { session } = transaction;
          const limit = query.limit ?? PAGE_SIZE;
          const { after } = decodeCursor(query.after);
          const [hits = []] = await session.store.find(session.tenant, {
            want: 'refs',
            ranges: [{ index: 'orders-of', ...under(alias), limit, after, descending: true }],
          });
          await transaction.peek(...hits.map(({ ref }) => ['order', ref.id] as const));
          const orders = hits.flatMap(({ ref }) => transaction.get('order', ref.id) ?? []);
          const items = await viewOrders(session, orders);
          if (orders.length > 0) await recordRead(transaction, 'orders-read', alias, null, ['orders']);
          const last = hits.at(-1);
          return ok({
            items,
            next:
              last === undefined || hits.length < limit
                ? null
                : encodeCursor({ range: 0, after: { key: last.key, ref: last.ref }, shown: 0 }),
          });
        },
      );
    },
  };
}

/** Orders as they are shown, in the order given. */
export async function viewOrders(session: Session, orders: readonly Order[]): Promise<readonly OrderView[]> {
  const ids = await readDisclosures(
    session,
    orders.map(({ customer, first }) => ({ entry: first, subject: customer })),
  );
  return orders.map(({ amount, at, currency, first, outstanding, stage }) => ({
    id: String(valuesIn(ids.get(first) ?? []).get('id') ?? ''),
    amount: { amount, currency },
    outstanding: { amount: outstanding, currency },
    stage,
    at,
  }));
}

function recordOrder(
  desk: Desk,
  order: ParsedOrder,
): Promise<Result<OrderReceipt, OrderRefusal | ShellRefusal>> {
  let about: readonly Alias[] = [];
  return perform<OrderReceipt, OrderRefusal>(desk, {
    attempt: 'record-order',
    arguments: null,
    subjects: () => about,
    async decide(transaction) {
      const hash = transaction.session.codec.keyedHash('order', order.id);
      const loaded = await loadCustomer(transaction, order.customer);
      await transaction.load(['order', hash]);
      about = aboutOf(loaded);
      const { company } = transaction;
      const clock = loaded.customer === null ? null : transaction.get('clock', loaded.customer.alias);
      const known = await knownOrder(transaction, hash, loaded.customer);
      const decision = decideOrder(
        {
          order: hash,
          id: order.id,
          amount: order.amount.amount,
          outstanding: order.outstanding?.amount ?? 0,
          currency: order.amount.currency,
          stage: order.stage,
          at: order.at,
        },
        {
          customer: loaded.customer,
          clock,
          known,
          permitted: transaction.actor.can('orders.record'),
          policy: company.policy,
        },
      );
      if (!decision.ok || decision.value === null) return decision;
      transaction.record(decision.value);
      const { customer, lost } = decision.value.data;
      const before = known !== null && cameToNothing(known.stage, company.policy);
      if (lost === true && !before && clock?.watch !== undefined)
        await raiseLost(transaction, customer as Alias, 'stage', { handover: clock.watch.handover });
      return decision;
    },
    answer: (written) => ({ entry: written?.entry ?? null, changed: written !== null }),
  });
}

/** What is known of an order; that of an erased customer is forgotten when it is told for somebody else. */
async function knownOrder(
  transaction: Transaction,
  hash: string,
  customer: Customer | null,
): Promise<Order | null> {
  const known = transaction.get('order', hash);
  if (known === null || known.customer === customer?.alias) return known;
  await transaction.load(['customer', known.customer]);
  const before = transaction.get('customer', known.customer);
  return before?.state === 'deleted' && before.profile === null ? null : known;
}
