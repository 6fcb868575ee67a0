/** The promises of the library, by the names that a failure is told under. */
export const PROMISES = [
  'deny by default',
  'revocation is immediate',
  'no quota over-issued',
  'one owner',
  'acknowledged means durable',
  'tamper-evident',
  'events at least once and in order',
  'privacy',
] as const;
export type Promised = (typeof PROMISES)[number];

/** Notes that a promise was broken. The first one ends the run. */
export type Breach = (promise: Promised, detail: string) => void;
