import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Alias, DAY_MS } from '../../src/kernel/index.ts';
import {
  type ChurnFacts,
  habitBefore,
  isLost,
  LEAST_PAIRS,
  leaverChurn,
  type OrderFact,
  pairedDifference,
  shareOf,
} from '../../src/reports/index.ts';
import { type Planted, simulateCompany } from './simulated-company.ts';

const COMPANIES = process.env.LONG === '1' ? 1_000 : 300;
const always = () => true;

/** In how many of the companies the interval holds 0, and in how many it lies above. */
function campaign(planted: Planted) {
  const told = { companies: COMPANIES, holdsZero: 0, above: 0, below: 0, pairs: 0, matchedLoss: 0, loss: 0 };
  for (let seed = 1; seed <= COMPANIES; seed += 1) {
    const { difference, lossRate, pairs, reason } = leaverChurn(simulateCompany(seed, planted), always);
    if (difference === null || lossRate === null) throw new Error(`no figures: ${reason}`);
    told.pairs += pairs / COMPANIES;
    told.loss += lossRate.handedOver.estimate / COMPANIES;
    told.matchedLoss += lossRate.matched.estimate / COMPANIES;
    if (difference.low > 0) told.above += 1;
    else if (difference.high < 0) told.below += 1;
    else told.holdsZero += 1;
  }
  return told;
}

describe('the comparison with customers whose owner stayed', { timeout: 3_600_000 }, () => {
  it('shows no effect where there is none, in 93 to 97 of 100 companies', () => {
    const told = campaign({});
    console.info('no effect:', JSON.stringify(told));
    expect(told.holdsZero / COMPANIES).toBeGreaterThanOrEqual(0.93);
    expect(told.holdsZero / COMPANIES).toBeLessThanOrEqual(0.97);
  });
  it('finds what was planted', () => {
    for (const follow of [0.1, 0.2, 0.4]) {
      const told = campaign({ follow });
      console.info(`${follow} follow:`, JSON.stringify({ power: told.above / COMPANIES, ...told }));
      expect(told.above / COMPANIES).toBeGreaterThan({ 0.1: 0.2, 0.2: 0.6, 0.4: 0.99 }[follow] ?? 1);
    }
  });
  it('takes nobody who leaves with small customers for a thief, as a plain comparison would', () => {
    const told = campaign({ smaller: true });
    const plain = countPlain();
    console.info('smaller customers:', JSON.stringify({ ...told, plain }));
    expect(told.above / COMPANIES).toBeLessThan(0.05);
    expect(plain / COMPANIES).toBeGreaterThan(0.3);
  });
});

/** In how many companies two intervals without any matching lie apart. */
function countPlain(): number {
  let accused = 0;
  for (let seed = 1; seed <= COMPANIES; seed += 1) {
    const { departures, ordersOf, others, horizonDays } = simulateCompany(seed, { smaller: true });
    const rate = (customers: readonly Alias[], from: number) => {
      const buying = customers.filter(
        (alias) => habitBefore(alias, ordersOf.get(alias) ?? [], from) !== null,
      );
      const lost = buying.filter((alias) => isLost(ordersOf.get(alias) ?? [], from, horizonDays));
      return shareOf(lost.length, buying.length);
    };
    const from = departures[0]?.departedAt ?? 0;
    const gone = rate(
      departures.flatMap(({ customers }) => customers),
      from,
    );
    const stayed = rate(others, from);
    const reach = Math.hypot(gone.estimate - gone.low, stayed.high - stayed.estimate);
    if (gone.estimate - stayed.estimate - reach > 0) accused += 1;
  }
  return accused;
}

describe('what is counted', () => {
  const at = (day: number, amount = 100, currency = 'CNY'): OrderFact => ({
    amount,
    at: day * DAY_MS,
    currency,
  });
  const alias = (number: number): Alias => `c_${String(number).padStart(22, '0')}` as Alias;

  it('is lost without one order in the days after, the last of them included', () => {
    expect(isLost([at(10), at(100)], 10 * DAY_MS, 90)).toBe(false);
    expect(isLost([at(10), at(100.1)], 10 * DAY_MS, 90)).toBe(true);
    expect(isLost([], 0, 90)).toBe(true);
  });

  it('is a habit of the year before, by the currency of the latest order', () => {
    const habit = habitBefore(alias(1), [at(10), at(400, 800), at(401, 900, 'USD'), at(420)], 402 * DAY_MS);
    expect(habit).toMatchObject({ currency: 'USD', frequency: 1, recency: 3, amount: Math.log2(900) });
    expect(habitBefore(alias(1), [at(10)], 400 * DAY_MS)).toBe(null);
    expect(habitBefore(alias(1), [at(10)], 10 * DAY_MS)).toBe(null);
  });

  /** Three leavers, and as many others; each customer with one order on day 300 unless told otherwise. */
  const facts = (
    changes: Partial<ChurnFacts> = {},
    orders: (alias: Alias) => OrderFact[] = () => [at(300)],
  ) => {
    const customers = Array.from({ length: 48 }, (_, number) => alias(number));
    return {
      departures: [0, 1, 2].map((which) => ({
        openedAt: 310 * DAY_MS,
        departedAt: 340 * DAY_MS,
        customers: customers.slice(which * 8, which * 8 + 8),
      })),
      ordersOf: new Map(customers.map((customer) => [customer, orders(customer)])),
      others: customers.slice(24),
      horizonDays: 90,
      now: 430 * DAY_MS,
      ...changes,
    };
  };

  it('compares nobody before the days are over, who never bought, nor who bought otherwise', () => {
    expect(leaverChurn(facts(), always)).toMatchObject({ pairs: 24, reason: null, tooEarly: 0 });
    expect(leaverChurn(facts({ now: 430 * DAY_MS - 1 }), always)).toMatchObject({ pairs: 0, tooEarly: 24 });
    const none = leaverChurn(
      facts({}, (customer) => (customer === alias(0) ? [] : [at(300)])),
      always,
    );
    expect(none).toMatchObject({ pairs: 23, withoutOrders: 1 });
    for (const other of [at(300, 201), at(300, 100, 'USD'), at(200)]) {
      const apart = leaverChurn(
        facts({}, (customer) => (customer === alias(0) ? [other] : [at(300)])),
        always,
      );
      expect(apart).toMatchObject({ pairs: 23, unmatched: 1 });
    }
    expect(leaverChurn(facts(), () => false)).toMatchObject({ pairs: 0, unmatched: 24 });
  });

  it('uses nobody twice', () => {
    const few = facts();
    expect(leaverChurn({ ...few, others: few.others.slice(0, 22) }, always)).toMatchObject({
      pairs: 22,
      unmatched: 2,
    });
  });

  it('has no figures for few pairs, nor about me where few have left', () => {
    const some = facts();
    const short = { ...some, others: some.others.slice(0, LEAST_PAIRS - 1) };
    expect(leaverChurn(short, always)).toMatchObject({
      difference: null,
      lossRate: null,
      reason: 'too-few-pairs',
    });
    const two = { ...some, departures: [{ ...some.departures[0], customers: some.others.slice(0, 0) }] };
    expect(leaverChurn(two as ChurnFacts, always).reason).toBe('too-few-departures');
    const [first, second, third] = some.departures as [never, never, never];
    const large = { ...(second as ChurnFacts['departures'][number]) };
    const both = {
      ...some,
      departures: [
        first,
        { ...large, customers: [...large.customers, ...(third as typeof large).customers] },
      ],
    };
    expect(leaverChurn(both, always)).toMatchObject({
      difference: null,
      lossRate: null,
      pairs: 24,
      reason: 'too-few-departures',
    });
  });

  it('chooses pairs by nothing that came after it was known: later orders change no pair', () => {
    const later = facts({}, (customer) => [at(300), ...(customer < alias(30) ? [at(350, 9_999)] : [])]);
    expect(leaverChurn(later, always)).toMatchObject({ pairs: 24, unmatched: 0 });
  });

  it('is the same whatever order the facts come in', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), fc.infiniteStream(fc.nat(1_000)), (seed, numbers) => {
        const company = simulateCompany(seed);
        const shuffled = <Item>(items: readonly Item[]): Item[] =>
          items
            .map((item) => ({ item, by: numbers.next().value as number }))
            .toSorted((left, right) => left.by - right.by)
            .map(({ item }) => item);
        const other: ChurnFacts = {
          ...company,
          departures: shuffled(company.departures).map((departure) => ({
            ...departure,
            customers: shuffled(departure.customers),
          })),
          others: shuffled(company.others),
          ordersOf: new Map(shuffled([...company.ordersOf])),
        };
        expect(leaverChurn(other, always)).toEqual(leaverChurn(company, always));
      }),
      { numRuns: 10 },
    );
  });
});

describe('intervals', () => {
  it('are those of the literature', () => {
    // Newcombe 1998, two-sided intervals for the single proportion, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    const ends = ([count, total]: readonly [number, number]) => {
      const { low, high } = shareOf(count, total);
      return [low, high].map((end) => end.toFixed(4));
    };
    expect(ends([81, 263])).toEqual(['0.2553', '0.3662']);
    expect(ends([15, 148])).toEqual(['0.0624', '0.1605']);
    expect(ends([0, 20])).toEqual(['0.0000', '0.1611']);
    expect(ends([1, 29])).toEqual(['0.0061', '0.1718']);
  });

  it('hold the estimate, lie within −1 and 1, and turn around with the sides', () => {
    const count = fc.nat(60);
    fc.assert(
      fc.property(count, count, count, count, (both, first, second, neither) => {
        fc.pre(both + first + second + neither > 0);
        const { estimate, low, high } = pairedDifference({ both, first, second, neither });
        expect(low).toBeLessThanOrEqual(estimate);
        expect(high).toBeGreaterThanOrEqual(estimate);
        expect(low).toBeGreaterThanOrEqual(-1 - 1e-12);
        expect(high).toBeLessThanOrEqual(1 + 1e-12);
        const turned = pairedDifference({ both, first: second, second: first, neither });
        expect(turned.low).toBeCloseTo(-high, 12);
        expect(turned.high).toBeCloseTo(-low, 12);
      }),
    );
  });

  it('of paired shares take in how alike the pairs are', () => {
    // The counts of table 6.2 in Altman et al., Statistics with Confidence (2000).
    const { estimate, low, high } = pairedDifference({ both: 14, first: 5, second: 0, neither: 22 });
    expect([estimate, low, high].map((end) => end.toFixed(3))).toEqual(['0.122', '0.011', '0.226']);
    // The same shares in pairs that have nothing to do with each other say less.
    const apart = pairedDifference({ both: 6, first: 13, second: 8, neither: 14 });
    expect(apart.estimate).toBeCloseTo(estimate, 12);
    expect(apart.high - apart.low).toBeGreaterThan(1.5 * (high - low));
  });
});
