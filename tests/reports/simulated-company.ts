import { type Alias, DAY_MS } from '../../src/kernel/index.ts';
import type { ChurnFacts, Departure, OrderFact } from '../../src/reports/index.ts';
import { seeded } from '../stores/seeded.ts';

/** What is put into a company that is made up. */
export interface Planted {
  /** The share of a leaver's customers that follows them on their last day. */
  readonly follow?: number;
  /** Whether leavers have customers who buy seldom and little. */
  readonly smaller?: boolean;
}

const HORIZON_DAYS = 90;
const LEAVERS = 4;
const BOOK = 20;
const OTHERS = 400;
const YEAR = 365;

/**
 * A company over two years: every customer buys at a pace and for an amount of its own, stops for good at some
 * time or never, and does so whether or not its owner leaves; but for those who follow.
 */
export function simulateCompany(seed: number, { follow = 0, smaller = false }: Planted = {}): ChurnFacts {
  const random = seeded(seed);
  const ordersOf = new Map<Alias, OrderFact[]>();
  const buy = (lighter: boolean, lastDay: number): Alias => {
    const customer = `c_${String(ordersOf.size).padStart(22, '0')}` as Alias;
    const usualGap = 12 * 2 ** (random() * 3 + (lighter ? 1 : 0));
    const usualAmount = 1_000 * 2 ** (random() * 3 - (lighter ? 1 : 0));
    // One in five stops for good somewhere within the two years.
    const stops = random() < 0.2 ? random() * 2 * YEAR : Number.POSITIVE_INFINITY;
    const end = Math.min(2 * YEAR, stops, random() < follow ? lastDay : Number.POSITIVE_INFINITY);
    const orders: OrderFact[] = [];
    for (let day = 0; ; ) {
      day -= usualGap * Math.log(1 - random());
      if (day >= end) break;
      const amount = Math.round(usualAmount * (0.5 + random()));
      orders.push({ at: day * DAY_MS, amount, currency: 'CNY' });
    }
    ordersOf.set(customer, orders);
    return customer;
  };
  const departures: Departure[] = Array.from({ length: LEAVERS }, (_, at) => {
    const opened = YEAR + at * 40;
    const customers = Array.from({ length: BOOK }, () => buy(smaller, opened + 30));
    return { openedAt: opened * DAY_MS, departedAt: (opened + 30) * DAY_MS, customers };
  });
  // Whoever stays keeps all, so that nobody follows; `Infinity` for the last day says so.
  const others = Array.from({ length: OTHERS }, () =>
    buy(smaller && random() < 0.4, Number.POSITIVE_INFINITY),
  );
  return { departures, ordersOf, others, horizonDays: HORIZON_DAYS, now: 2 * YEAR * DAY_MS };
}
