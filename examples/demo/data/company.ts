/** Somebody who sells, as `sales_teams.csv` tells of them. */
export interface Agent {
  readonly name: string;
  readonly manager: string;
  readonly office: string;
}

/** A customer, as `accounts.csv` tells of it. */
export interface Account {
  readonly name: string;
  readonly line: number;
  readonly profile: {
    readonly name: string;
    readonly sector: string;
    readonly year: number;
    /** Millions of US dollars. */
    readonly revenue: number;
    readonly employees: number;
    readonly location: string;
    readonly subsidiaryOf?: string;
  };
}

/** A deal, as `sales_pipeline.csv` tells of it; every name in it is known. */
export interface Deal {
  readonly id: string;
  readonly line: number;
  readonly agent: string;
  /** `null` when the row names none: a deal with nobody cannot be an order of somebody. */
  readonly account: string | null;
  readonly stage: string;
  readonly engagedOn: string | null;
  readonly closedOn: string | null;
  /** Minor units; 0 while the deal is open. */
  readonly amount: number;
}

/** A row that could not be placed, and why. */
export interface RowFault {
  readonly file: string;
  readonly line: number;
  readonly code: FaultCode;
  /** What is wrong, where a word helps: a value, a name, a line. */
  readonly about: string;
}

export type FaultCode =
  | 'columns'
  | 'open-quote'
  | 'stray-quote'
  | 'not-utf8'
  | 'empty'
  | 'too-long'
  | 'repeated'
  | 'bad-day'
  | 'closed-before-engaged'
  | 'bad-number'
  | 'bad-amount'
  | 'bad-stage'
  | 'unknown-agent'
  | 'unknown-account'
  | 'unknown-product'
  | 'refused';

/** What was read from the four files. Rows read are what was understood and what is at fault, together. */
export interface Company {
  readonly agents: readonly Agent[];
  readonly products: readonly string[];
  readonly accounts: readonly Account[];
  readonly deals: readonly Deal[];
  readonly faults: readonly RowFault[];
  /** Rows read, by file. */
  readonly rows: { readonly [file: string]: number };
  /** Names that were taken for others: `GTXPro` for `GTX Pro`, and how often. */
  readonly respelt: readonly { readonly written: string; readonly taken: string; readonly rows: number }[];
}
