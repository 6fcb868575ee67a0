/** What a line says beside its message: `event` is one of a closed list, the rest depends on it. */
export interface LogFacts {
  readonly event: string;
  readonly [name: string]: string | number | readonly string[] | null;
}

/**
 * Where log lines go. A pino logger is one, and so is `console`.
 *
 * No line holds a personal value or the host's id of a person or a customer: companies go by the host's id of the
 * tenant, what happened by the id of its entry. Lines are handed over after the work that they tell of. What a method
 * throws is passed over; while it is slow, it gets a tenth of the time and the rest of the lines is dropped and counted.
 */
export interface Logger {
  /** What went well and is of use to whoever searches for something. */
  debug(facts: LogFacts, message: string): void;
  /** What a host may want to know. */
  info(facts: LogFacts, message: string): void;
  /** What somebody should look at some day. */
  warn(facts: LogFacts, message: string): void;
  /** What somebody has to look at now. */
  error(facts: LogFacts, message: string): void;
}
