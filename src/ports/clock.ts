/** Tells the time. The only source of it: below the shell nobody asks a clock. */
export interface Clock {
  /** Unix milliseconds. MUST be a whole number of them, not seconds, not a date [CL-01]. */
  now(): number;
}

/** Makes ids of entries. */
export interface IdGenerator {
  /**
   * A fresh id. MUST be a UUIDv7 (RFC 9562, section 5.7) in small letters [ID-01] whose time field is `millis`
   * [ID-02], and MUST NOT be the same twice, also for one `millis` and when time goes back [ID-03].
   *
   * @param millis Unix milliseconds for the id's time field.
   */
  next(millis: number): string;
}
