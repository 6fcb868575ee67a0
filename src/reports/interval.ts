/** A figure with the ends of its 95 % interval. */
export interface Estimate {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** The 0.975 quantile of the normal distribution. */
const Z = 1.959963984540054;

/** A share with Wilson's score interval (Wilson 1927). @param total At least 1. */
export function shareOf(count: number, total: number): Estimate {
  const estimate = count / total;
  const middle = 2 * count + Z * Z;
  const reach = Z * Math.sqrt(Z * Z + 4 * count * (1 - estimate));
  const scale = 2 * (total + Z * Z);
  // At the ends the formula gives 0 and 1, but for rounding.
  return {
    estimate,
    low: count === 0 ? 0 : (middle - reach) / scale,
    high: count === total ? 1 : (middle + reach) / scale,
  };
}

/** Pairs by what became of either one: of the first, of the second. */
export interface PairCounts {
  readonly both: number;
  readonly first: number;
  readonly second: number;
  readonly neither: number;
}

/**
 * The difference of two shares that were counted on the same pairs, first less second. Hybrid score interval:
 * R. G. Newcombe, Improved confidence intervals for the difference between binomial proportions based on
 * paired data, Statistics in Medicine 17 (1998) 2635–2650, method 10.
 */
export function pairedDifference({ both, first, second, neither }: PairCounts): Estimate {
  const pairs = both + first + second + neither;
  const left = shareOf(both + first, pairs);
  const right = shareOf(both + second, pairs);
  const estimate = (first - second) / pairs;
  const margins = (both + first) * (second + neither) * (both + second) * (first + neither);
  const product = both * neither - first * second;
  const corrected = product > 0 ? Math.max(product - pairs / 2, 0) : product;
  const phi = margins === 0 ? 0 : corrected / Math.sqrt(margins);
  const reach = (one: number, other: number): number =>
    Math.sqrt(Math.max(0, one * one - 2 * phi * one * other + other * other));
  return {
    estimate,
    low: estimate - reach(left.estimate - left.low, right.high - right.estimate),
    high: estimate + reach(right.estimate - right.low, left.high - left.estimate),
  };
}
