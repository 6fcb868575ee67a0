import { type Alias, DAY_MS } from '../kernel/index.ts';

/** An order as far as reports look at it: when (milliseconds), and how much. */
export interface OrderFact {
  readonly at: number;
  readonly amount: number;
  readonly currency: string;
}

/** The orders of each customer, in any order. What is no sale (nothing, or less) is left out. */
export type OrdersOf = ReadonlyMap<Alias, readonly OrderFact[]>;

/** How a customer bought in the year before a moment. Numbers that are doubled are one apart. */
export interface Habit {
  readonly customer: Alias;
  readonly currency: string;
  readonly frequency: number;
  readonly recency: number;
  readonly amount: number;
}

const YEAR_MS = 365 * DAY_MS;

/** The habit of a customer before a moment; `null` for who ordered nothing in the year before it. */
export function habitBefore(customer: Alias, orders: readonly OrderFact[], before: number): Habit | null {
  const recent = orders.filter(({ at }) => at < before && at >= before - YEAR_MS);
  const [first] = recent;
  if (first === undefined) return null;
  const last = recent.reduce((latest, order) => (order.at > latest.at ? order : latest), first);
  const same = recent.filter(({ currency }) => currency === last.currency);
  const mean = same.reduce((sum, { amount }) => sum + amount, 0) / same.length;
  return {
    customer,
    currency: last.currency,
    frequency: Math.log2(recent.length),
    // A week more or less says nothing of the latest.
    recency: Math.log2((before - last.at) / DAY_MS + 7),
    amount: Math.log2(mean),
  };
}

/** How far two customers are apart; `null` where they differ by more than twice in anything. */
export function distanceOf(left: Habit, right: Habit): number | null {
  if (left.currency !== right.currency) return null;
  const apart = [
    Math.abs(left.frequency - right.frequency),
    Math.abs(left.recency - right.recency),
    Math.abs(left.amount - right.amount),
  ];
  return apart.some((part) => part > 1) ? null : apart.reduce((sum, part) => sum + part, 0);
}

/** Two customers who bought alike: one that was handed over, and one whose owner stayed. */
export type Pair = readonly [handedOver: Alias, stayed: Alias];

/**
 * Finds for each customer, in the order of aliases, the nearest of the others that is not taken yet. Equally near
 * ones: the first alias. Cost: one by the other.
 *
 * @param taken Who is in a pair already; who gets into one is added.
 */
export function nearestPairs(
  handedOver: readonly Habit[],
  others: readonly Habit[],
  taken: Set<Alias>,
): readonly Pair[] {
  const inOrder = others.toSorted(byAlias);
  return handedOver.toSorted(byAlias).flatMap((habit) => {
    let nearest: { readonly customer: Alias; readonly distance: number } | null = null;
    for (const other of inOrder) {
      if (taken.has(other.customer)) continue;
      const distance = distanceOf(habit, other);
      if (distance !== null && (nearest === null || distance < nearest.distance))
        nearest = { customer: other.customer, distance };
    }
    if (nearest === null) return [];
    taken.add(nearest.customer);
    return [[habit.customer, nearest.customer] as const];
  });
}

function byAlias(left: Habit, right: Habit): number {
  return left.customer < right.customer ? -1 : 1;
}
