/** What a sweep did. */
export interface SweepReport {
  /** Why nothing was done; `null` when it was looked. */
  readonly skipped: 'suspended' | null;
  /** Owners who were reminded of a customer. */
  readonly reminded: number;
  /** Customers whose silence went to the owner's supervisor. */
  readonly escalated: number;
  /** Claims that went one level up. */
  readonly claimsEscalated: number;
  /** Kinds of refusals whose repetitions were told by one entry. */
  readonly refusalsFolded: number;
  /** Handovers whose unfinished work was taken up again. */
  readonly handoversResumed: number;
  /** Handovers whose time of watching was over. */
  readonly handoversClosed: number;
  /** Reassignments in outside systems whose end was heard of. */
  readonly transfersCompleted: number;
  /** Successors who were reminded of a first contact, and those whose supervisor was told. */
  readonly contactsReminded: number;
  readonly contactsEscalated: number;
  /** Watched customers who stopped ordering. */
  readonly silencesTold: number;
  /** Minutes of repetitions that were counted into their alert. */
  readonly repeatsFolded: number;
  /** Alerts that nobody looked at in time: they matter more now, and more people hear of them. */
  readonly alertsEscalated: number;
  /** Closed alerts whose time of keeping was over. */
  readonly alertsExpired: number;
  /** Holds that nobody had decided at half time, and at the end of it: those were denied. */
  readonly holdsEscalated: number;
  readonly holdsExpired: number;
  /** Releases whose carrying out had been cut off. */
  readonly holdsCarriedOut: number;
  /** Permits that the host never completed. */
  readonly permitsAbandoned: number;
  /** Contests that nobody had answered in time. */
  readonly contestsEscalated: number;
  /** Answered contests whose time of keeping was over. */
  readonly contestsExpired: number;
  /** Deleted customers that can no longer be restored: what was personal about them is gone. */
  readonly customersErased: number;
  /** Index hits looked at: in proportion to what is due, not to how many customers exist. */
  readonly examined: number;
  /** What failed, by reference; the rest went on. */
  readonly failed: readonly { readonly place: string; readonly error: unknown }[];
}

/** What became of one item that was due. */
export type Outcome =
  | 'reminded'
  | 'escalated'
  | 'claimsEscalated'
  | 'refusalsFolded'
  | 'handoversResumed'
  | 'handoversClosed'
  | 'transfersCompleted'
  | 'contactsReminded'
  | 'contactsEscalated'
  | 'silencesTold'
  | 'repeatsFolded'
  | 'alertsEscalated'
  | 'alertsExpired'
  | 'holdsEscalated'
  | 'holdsExpired'
  | 'holdsCarriedOut'
  | 'permitsAbandoned'
  | 'contestsEscalated'
  | 'contestsExpired'
  | 'customersErased'
  | 'forgotten'
  | 'nothing';

/** The counts before a sweep. */
export function nothingDone(): Record<Outcome, number> {
  return {
    reminded: 0,
    escalated: 0,
    claimsEscalated: 0,
    refusalsFolded: 0,
    handoversResumed: 0,
    handoversClosed: 0,
    transfersCompleted: 0,
    contactsReminded: 0,
    contactsEscalated: 0,
    silencesTold: 0,
    repeatsFolded: 0,
    alertsEscalated: 0,
    alertsExpired: 0,
    holdsEscalated: 0,
    holdsExpired: 0,
    holdsCarriedOut: 0,
    permitsAbandoned: 0,
    contestsEscalated: 0,
    contestsExpired: 0,
    customersErased: 0,
    forgotten: 0,
    nothing: 0,
  };
}
