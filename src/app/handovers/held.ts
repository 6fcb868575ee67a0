import { isOpenStage } from '../../followup/index.ts';
import type { Alias } from '../../kernel/index.ts';
import type { Clock, Order } from '../../model/index.ts';
import { readRange, under } from '../commit/read-range.ts';
import type { Session } from '../commit/session.ts';
import type { Transaction } from '../commit/transaction.ts';

/** How many ranges a store answers in one round trip. */
const RANGES = 16;
const PAGE = 500;

/** What somebody holds here, as keys of a handover's items, and the orders of the customers among them. */
export interface Held {
  readonly keys: ReadonlySet<string>;
  readonly orders: readonly Order[];
}

/**
 * Everything somebody holds here: customers owned, with their open orders, what is outstanding and the record of
 * contacts; claims that wait; customers shared with them. From indexes: a hint, decided again wherever something is
 * done about it.
 */
export async function heldBy(transaction: Transaction, holder: Alias): Promise<Held> {
  const { session } = transaction;
  const { store, tenant } = session;
  const held = new Set<string>();
  const customers: Alias[] = [];
  for await (const { ref } of readRange(store, tenant, {
    index: 'customers-of',
    ...under(holder),
    want: 'refs',
  }))
    customers.push(ref.id as Alias);
  for (const customer of customers) held.add(`customer.${customer}`);
  for await (const { ref } of readRange(store, tenant, {
    index: 'customers-shared-with',
    ...under(holder),
    want: 'refs',
  }))
    held.add(`collaboration.${ref.id}`);
  const claims: string[] = [];
  for await (const { ref } of readRange(store, tenant, {
    index: 'claims-of',
    ...under(holder),
    want: 'refs',
  }))
    claims.push(ref.id);
  for (let from = 0; from < claims.length; from += PAGE) {
    const part = claims.slice(from, from + PAGE);
    await transaction.peek(...part.map((claim) => ['claim', claim] as const));
    for (const claim of part)
      if (transaction.get('claim', claim)?.status === 'submitted') held.add(`claim.${claim}`);
  }
  const orders = await ordersOf(session, customers);
  for (const key of companionsOf(orders, transaction)) held.add(key);
  for (const customer of await contacted(transaction, holder)) held.add(`communication.${customer}`);
  return { keys: held, orders };
}

/** What some orders come to as items: those that are open, and for each customer what is outstanding. */
export function companionsOf(orders: readonly Order[], { company }: Transaction): readonly string[] {
  return orders.flatMap(({ customer, order, outstanding, stage }) => [
    ...(isOpenStage(stage, company.policy) ? [`order.${order}`] : []),
    ...(outstanding > 0 ? [`amount.${customer}`] : []),
  ]);
}

/** The customers with whom contacts were recorded since somebody owns them. */
async function contacted({ session }: Transaction, owner: Alias): Promise<readonly Alias[]> {
  const { codec, store, tenant } = session;
  const customers: Alias[] = [];
  const walk = { index: 'clocks-of', ...under(owner), want: 'documents' } as const;
  for await (const { document } of readRange(store, tenant, walk)) {
    const clock = document === null ? null : codec.decode<Clock>(document);
    if (clock !== null && clock.recent.length > 0) customers.push(clock.customer);
  }
  return customers;
}

/** The orders of some customers. */
export async function ordersOf(session: Session, customers: readonly Alias[]): Promise<readonly Order[]> {
  const { codec, store, tenant } = session;
  const orders: Order[] = [];
  for (let from = 0; from < customers.length; from += RANGES) {
    const part = customers.slice(from, from + RANGES);
    const lists = await store.find(tenant, {
      want: 'documents',
      ranges: part.map((customer) => ({
        index: 'orders-of',
        ...under(customer),
        limit: PAGE,
        after: null,
        descending: false,
      })),
    });
    for (const [at, hits] of lists.entries()) {
      for (const { document } of hits) if (document !== null) orders.push(codec.decode<Order>(document));
      const last = hits.at(-1);
      if (last === undefined || hits.length < PAGE) continue;
      const rest = {
        index: 'orders-of',
        ...under(part[at] as Alias),
        after: { key: last.key, ref: last.ref },
      };
      for await (const { document } of readRange(store, tenant, { ...rest, want: 'documents' }))
        if (document !== null) orders.push(codec.decode<Order>(document));
    }
  }
  return orders;
}

/** What is outstanding, one amount for each currency. */
export function addUp(
  orders: readonly Order[],
): readonly { readonly amount: number; readonly currency: string }[] {
  const sums = new Map<string, number>();
  for (const { outstanding, currency } of orders)
    if (outstanding > 0) sums.set(currency, (sums.get(currency) ?? 0) + outstanding);
  return [...sums]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([currency, amount]) => ({ amount, currency }));
}
