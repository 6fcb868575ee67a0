import type { Store } from './store.ts';

/**
 * A store in the database where the host has its own tables: what is allowed can be put into a transaction of the
 * host's, and is there exactly when that one is committed.
 *
 * Optional. A store that has both methods says so by `capabilities.within`.
 */
export interface HostStore extends Store {
  /**
   * Runs work whose commands join a transaction of the host's, which is open and which the host ends by itself.
   *
   * MUST refuse a transaction that is not one, or not one of its own database. Its promise settles with that of
   * `work`, and nothing joins afterwards.
   */
  within<Answer>(transaction: HostTransaction, work: () => Promise<Answer>): Promise<Answer>;

  /**
   * The store as seen from inside the transaction in whose work the caller runs; `null` outside of any. The same
   * object for the same work.
   *
   * Its reads MUST see what the transaction has written and nobody else sees yet. Its `commit` MUST leave the
   * transaction as it was when it answers anything but `committed`, MUST NOT wait for a document that somebody else
   * holds (that is a `conflict`), and MUST keep the order of the log: entries become visible, and are sequenced, when
   * the host has committed.
   */
  joined(): Store | null;
}

/** A transaction of the host's own, by the one method that every driver has. */
export interface HostTransaction<Dialect extends string = string> {
  readonly dialect: Dialect;
  /**
   * Runs a statement on the transaction's connection, with the parameters that the driver binds (`$1` in PostgreSQL, `?`
   * in MySQL). Answers what the driver answers: rows, an object with `rows`, or rows before something else.
   */
  execute(sql: string, parameters: unknown[]): Promise<unknown>;
}
