import { type Alias, DAY_MS } from '../kernel/index.ts';
import type { PairCounts } from './interval.ts';
import type { OrderFact, OrdersOf, Pair } from './match.ts';

/** Whether a customer was lost: not one order within so many days after a moment. */
export function isLost(orders: readonly OrderFact[], from: number, horizonDays: number): boolean {
  const until = from + horizonDays * DAY_MS;
  return !orders.some(({ at }) => at > from && at <= until);
}

/** Counts pairs by which of the two were lost, both over the same days. */
export function countLosses(
  pairs: readonly { readonly pair: Pair; readonly from: number }[],
  ordersOf: OrdersOf,
  horizonDays: number,
): PairCounts {
  const counts = { both: 0, first: 0, second: 0, neither: 0 };
  const lost = (customer: Alias, from: number): boolean =>
    isLost(ordersOf.get(customer) ?? [], from, horizonDays);
  for (const { pair, from } of pairs) {
    const [first, second] = [lost(pair[0], from), lost(pair[1], from)];
    counts[first ? (second ? 'both' : 'first') : second ? 'second' : 'neither'] += 1;
  }
  return counts;
}
