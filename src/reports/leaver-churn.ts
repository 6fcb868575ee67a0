import { type Alias, DAY_MS } from '../kernel/index.ts';
import { countLosses } from './compare.ts';
import { type Estimate, pairedDifference, shareOf } from './interval.ts';
import { distanceOf, type Habit, habitBefore, nearestPairs, type OrdersOf, type Pair } from './match.ts';

/** A departure without the person: when it became known, when it was, and which customers went to successors. */
export interface Departure {
  readonly openedAt: number;
  readonly departedAt: number;
  readonly customers: readonly Alias[];
}

/** Fewer departures would be a figure about a person. */
const LEAST_DEPARTURES = 3;
/** Fewer pairs would be a figure about nothing. */
export const LEAST_PAIRS = 20;

/** What a comparison looks at. */
export interface ChurnFacts {
  readonly departures: readonly Departure[];
  readonly ordersOf: OrdersOf;
  /** The customers that no handover ever named. */
  readonly others: readonly Alias[];
  readonly horizonDays: number;
  readonly now: number;
}

/** How many handed over customers were lost, against customers who bought alike and kept their owner. */
export interface ChurnFigures {
  /** How many handovers the customers come from. */
  readonly departures: number;
  /** Customers that went to a successor. */
  readonly handedOver: number;
  /** Of them: not yet `horizonDays` since the departure. */
  readonly tooEarly: number;
  /** Of them: no order in the year before, so none to lose. */
  readonly withoutOrders: number;
  /** Of them: nobody bought alike. */
  readonly unmatched: number;
  /** Of them: compared, each with one other. */
  readonly pairs: number;
  /** Shares that were lost with their 95 % intervals, of the handed over and of the others. */
  readonly lossRate: { readonly handedOver: Estimate; readonly matched: Estimate } | null;
  /** The first less the second, with its 95 % interval: where that holds 0, nothing is shown. */
  readonly difference: Estimate | null;
  /** Why there are no figures. */
  readonly reason: 'too-few-departures' | 'too-few-pairs' | null;
}

interface Group {
  readonly departure: Departure;
  readonly habits: readonly Habit[];
}

/** The others that come near a handed over customer, by the opening of its handover: whose owner is to be asked for. */
export function comparable(facts: ChurnFacts): readonly { readonly customer: Alias; readonly at: number }[] {
  return groupsOf(facts).flatMap(({ departure: { openedAt }, habits }) =>
    habitsOf(facts.others, facts.ordersOf, openedAt)
      .filter((other) => habits.some((habit) => distanceOf(habit, other) !== null))
      .map(({ customer }) => ({ customer, at: openedAt })),
  );
}

/**
 * Compares how many were lost. Who bought alike is told from the year before anybody knew of the leaving, so that
 * nothing that came of it can choose the pairs; both of a pair are then watched over the same days.
 *
 * @param owned Whether somebody owned a customer at a moment.
 */
export function leaverChurn(
  facts: ChurnFacts,
  owned: (customer: Alias, at: number) => boolean,
): ChurnFigures {
  const { departures, ordersOf, others, horizonDays } = facts;
  const count = (some: readonly Departure[]): number =>
    some.reduce((sum, { customers }) => sum + customers.length, 0);
  const groups = groupsOf(facts);
  const taken = new Set<Alias>();
  const pairs: { readonly pair: Pair; readonly from: number }[] = [];
  let compared = 0;
  for (const { departure, habits } of groups) {
    const { openedAt, departedAt } = departure;
    const near = habitsOf(others, ordersOf, openedAt).filter(({ customer }) => owned(customer, openedAt));
    const found = nearestPairs(habits, near, taken);
    if (found.length > 0) compared += 1;
    pairs.push(...found.map((pair) => ({ pair, from: departedAt })));
  }
  const handedOver = count(departures);
  const due = count(groups.map(({ departure }) => departure));
  const buying = groups.reduce((sum, { habits }) => sum + habits.length, 0);
  const reason =
    compared < LEAST_DEPARTURES ? 'too-few-departures' : pairs.length < LEAST_PAIRS ? 'too-few-pairs' : null;
  const counts = countLosses(pairs, ordersOf, horizonDays);
  return {
    departures: departures.length,
    handedOver,
    tooEarly: handedOver - due,
    withoutOrders: due - buying,
    unmatched: buying - pairs.length,
    pairs: pairs.length,
    lossRate:
      reason === null
        ? {
            handedOver: shareOf(counts.both + counts.first, pairs.length),
            matched: shareOf(counts.both + counts.second, pairs.length),
          }
        : null,
    difference: reason === null ? pairedDifference(counts) : null,
    reason,
  };
}

/** Departures that are long enough ago, the first first, with the habits of those who bought. */
function groupsOf({ departures, ordersOf, horizonDays, now }: ChurnFacts): readonly Group[] {
  return departures
    .filter(({ departedAt }) => departedAt + horizonDays * DAY_MS <= now)
    .toSorted((left, right) => left.departedAt - right.departedAt || left.openedAt - right.openedAt)
    .map((departure) => ({
      departure,
      habits: habitsOf(departure.customers, ordersOf, departure.openedAt),
    }));
}

function habitsOf(customers: readonly Alias[], ordersOf: OrdersOf, before: number): readonly Habit[] {
  return customers.flatMap((customer) => habitBefore(customer, ordersOf.get(customer) ?? [], before) ?? []);
}
