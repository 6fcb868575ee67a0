import type { Store } from './store.ts';

/**
 * A store in the database where the host has its own tables: what is allowed can be put into a transaction of the
 * host's, and MUST be there exactly when that one is committed [HS-04].
 *
 * Optional. A store that has both methods says so by `capabilities.within`. Every sentence with MUST names the clauses of
 * `hostStoreCases` (`gamekeeper/testing`) that hold a store to it.
 */
export interface HostStore extends Store {
  /**
   * Runs work whose commands join a transaction of the host's, which is open and which the host ends by itself.
   *
   * MUST refuse a transaction that is not one, or not one of its own database: no work in it has any effect [HS-01]. Its
   * promise MUST settle with that of `work` [HS-02], and nothing MUST join afterwards [HS-03].
   */
  within<Answer>(transaction: HostTransaction, work: () => Promise<Answer>): Promise<Answer>;

  /**
   * The store as seen from inside the transaction in whose work the caller runs; `null` outside of any. MUST be the same
   * object for the same work, and another for each [HS-03].
   *
   * Its reads MUST see what the transaction has written and nobody else sees yet [HS-05]. Its `commit` MUST decide as
   * that of the store does [HS-09], MUST leave the transaction as it was when it answers anything but `committed`
   * [HS-06], MUST NOT wait for a document that somebody else holds (that is a `conflict`) [HS-07], and MUST keep the
   * order of the log: entries become visible, and are sequenced, when the host has committed [HS-08].
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
  /**
   * The same for a statement that the connection may prepare once, under a name that no other text has. Optional: it
   * spares the server from planning each statement anew, which takes longer than carrying it out.
   */
  prepared?(name: string, sql: string, parameters: unknown[]): Promise<unknown>;
}
