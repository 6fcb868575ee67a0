import type { Promised } from './promises.ts';

/** A seed under which a promise of the library was broken once, and what it came from. */
export interface FoundSeed {
  readonly seed: number;
  /** The name of the switch that was on, if one was: what it changed brought the seed there. */
  readonly switched?: string;
  readonly broke: Promised;
  readonly what: string;
  /** The test that shows it by itself: a seed tells the same history only as long as nobody changes the simulation. */
  readonly test: string;
}

/** Seeds that found something. */
export const FOUND: readonly FoundSeed[] = [
  {
    seed: 15,
    switched: 'a notice counts as delivered before it is',
    broke: 'no quota over-issued',
    what: 'a released deletion, cut off before it counted as carried out, deleted the customer again after it was restored',
    test: 'tests/app/guard.test.ts: what was carried out is not carried out again after a crash, whatever became of the customer',
  },
  {
    seed: 6,
    broke: 'events at least once and in order',
    what: 'nobody was told of a hold whose requester had the nearest supervisor stand in for them',
    test: 'tests/app/notify.test.ts: is told to the nearest supervisor, then further up and to roles; never to who asked or would gain',
  },
];
