import { customerOf, kindOf } from '../../handover/index.ts';
import { type Alias, type Instant, instantOf, millisOf } from '../../kernel/index.ts';
import type { Customer, Order, ReportRange } from '../../model/index.ts';
import {
  type ChurnFacts,
  type ChurnFigures,
  comparable,
  type Departure,
  leaverChurn,
  type OrderFact,
} from '../../reports/index.ts';
import { readRange } from '../commit/read-range.ts';
import type { Transaction } from '../commit/transaction.ts';
import { ownershipAt } from '../customers/ownership.ts';
import { loadRows } from '../handovers/handover-context.ts';
import { allHandovers, isWithin } from './report-completeness.ts';

/** How many customers are looked at in one round trip. */
const PART = 200;

/** What became of the customers whose former owner departed in a range. Reads handovers, orders and customers. */
export async function readChurn(
  transaction: Transaction,
  range: ReportRange,
  horizonDays: number,
): Promise<ChurnFigures> {
  const { departures, named } = await readDepartures(transaction, range);
  const ordersOf = departures.length === 0 ? new Map() : await readOrders(transaction);
  const facts: ChurnFacts = {
    departures,
    ordersOf,
    others: [...ordersOf.keys()].filter((customer) => !named.has(customer)),
    horizonDays,
    now: millisOf(transaction.now),
  };
  const owned = await readOwned(transaction, comparable(facts));
  return leaverChurn(facts, (customer, at) => owned.has(`${customer}.${at}`));
}

/** Departures in a range with the customers that went to a successor, and all customers that a handover ever named. */
async function readDepartures(
  transaction: Transaction,
  range: ReportRange,
): Promise<{ readonly departures: readonly Departure[]; readonly named: ReadonlySet<Alias> }> {
  const departures: Departure[] = [];
  const named = new Set<Alias>();
  for await (const handover of allHandovers(transaction)) {
    const { rows } = await loadRows(transaction, handover);
    const customers: Alias[] = [];
    for (const [key, [, status]] of rows) {
      const customer = kindOf(key) === 'customer' ? customerOf(key) : null;
      if (customer === null) continue;
      named.add(customer);
      if (status === 'transferred') customers.push(customer);
    }
    const { departedAt, openedAt, state } = handover;
    if (departedAt === null || state === 'withdrawn' || !isWithin(transaction, range, departedAt)) continue;
    departures.push({ openedAt: millisOf(openedAt), departedAt: millisOf(departedAt), customers });
  }
  return { departures: onlyOnce(departures), named };
}

/** A customer whose successor left too counts for the first departure alone. */
function onlyOnce(departures: readonly Departure[]): readonly Departure[] {
  const counted = new Set<Alias>();
  return departures
    .toSorted((left, right) => left.departedAt - right.departedAt)
    .map((departure) => ({
      ...departure,
      customers: departure.customers.filter((customer) => !counted.has(customer) && counted.add(customer)),
    }));
}

/** All sales by customer. An order over nothing, or less, is none. */
async function readOrders({ session }: Transaction): Promise<Map<Alias, OrderFact[]>> {
  const orders = new Map<Alias, OrderFact[]>();
  const walk = { index: 'orders-of', want: 'documents' } as const;
  for await (const { document } of readRange(session.store, session.tenant, walk)) {
    if (document === null) continue;
    const { amount, at, currency, customer } = session.codec.decode<Order>(document);
    if (amount <= 0) continue;
    const known = orders.get(customer);
    const order = { amount, at: millisOf(at), currency };
    if (known === undefined) orders.set(customer, [order]);
    else known.push(order);
  }
  return orders;
}

/** Which of some customers had an owner at a moment: told from the customer, or from its entries where that changed. */
async function readOwned(
  transaction: Transaction,
  asked: readonly { readonly customer: Alias; readonly at: number }[],
): Promise<ReadonlySet<string>> {
  const { session } = transaction;
  const owned = new Set<string>();
  for (let from = 0; from < asked.length; from += PART) {
    const part = asked.slice(from, from + PART);
    const documents = await session.store.get(
      session.tenant,
      part.map(({ customer }) => ({ collection: 'customer', id: customer })),
    );
    for (const [place, { customer, at }] of part.entries()) {
      const document = documents[place] ?? null;
      if (document === null) continue;
      const { owner, ownedSince } = session.codec.decode<Customer>(document);
      const moment = instantOf(at);
      if (owner !== null && ownedSince !== null && ownedSince <= moment) owned.add(`${customer}.${at}`);
      else if (await wasOwned(transaction, customer, moment)) owned.add(`${customer}.${at}`);
    }
  }
  return owned;
}

async function wasOwned(transaction: Transaction, customer: Alias, at: Instant): Promise<boolean> {
  return ((await ownershipAt(transaction, customer, at))?.owner ?? null) !== null;
}
