/** Tells the time. The only source of it: below the shell nobody asks a clock. */
export interface Clock {
  /** Unix milliseconds. */
  now(): number;
}

/** Makes ids of entries: UUIDv7, never the same twice. */
export interface IdGenerator {
  /**
   * A fresh id.
   *
   * @param millis Unix milliseconds for the id's time field.
   */
  next(millis: number): string;
}
