import type {
  CommitBatch,
  CommitOutcome,
  DocumentRef,
  HostStore,
  HostTransaction,
  Store,
} from '../../ports/index.ts';
import { type ConformanceCase, makeClause, type SubjectKind } from '../conformance.ts';
import { expectThat } from '../expectations.ts';
import { tenant } from '../store-harness.ts';

/** What the suite needs to test a store that joins transactions of the host's: the store, and a host. */
export interface HostStoreHarness {
  /** A store without any data. */
  readonly store: HostStore;
  /**
   * Runs work in a transaction of its own, on a connection of its own, as a host does: committed when the work is
   * through, rolled back when it rejects. Several may be open at once. Never called where the store does not claim
   * `within`.
   */
  transaction<Answer>(work: (transaction: HostTransaction) => Promise<Answer>): Promise<Answer>;
  /**
   * What looks like a transaction and must not be joined, by what it is: a connection on which none is open, and one to
   * another database if there is any.
   */
  readonly strangers: Readonly<Record<string, HostTransaction>>;
  /** Lets go of what the case opened. */
  close(): Promise<void>;
}

const HOST_STORES: SubjectKind<HostStoreHarness> = {
  claims: ({ store }) => store.capabilities.within === true,
  watch: (harness, log) => ({
    store: log.watch(harness.store, ''),
    transaction: (work) => harness.transaction(work),
    strangers: harness.strangers,
    close: () => harness.close(),
  }),
  close: (harness) => harness.close(),
};

type Check = (store: HostStore, harness: HostStoreHarness) => Promise<void>;

/** A clause for whatever has the two methods, also where it joins nothing. */
export function clauseOfAll(
  id: string,
  title: string,
  hint: string,
  check: Check,
): ConformanceCase<HostStoreHarness> {
  return makeClause({ id, title, claim: null, hint }, HOST_STORES, (harness) =>
    check(harness.store, harness),
  );
}

/** A clause for stores that join. */
export function clause(
  id: string,
  title: string,
  hint: string,
  check: Check,
): ConformanceCase<HostStoreHarness> {
  const facts = { id, title: `(within) ${title}`, claim: 'within', hint };
  return makeClause(facts, HOST_STORES, (harness) => check(harness.store, harness));
}

/** Why the host's transaction is rolled back in a clause. */
const ROLL_BACK = new Error('the host changes its mind');

/** The store inside the work that the caller is in. */
export function insideOf(store: HostStore): Store {
  const inside = store.joined();
  expectThat(inside !== null, 'joined, inside of the work', 'a store', inside);
  return inside as Store;
}

/** Commits a batch inside a transaction of the host's. */
export function commitIn(
  store: HostStore,
  transaction: HostTransaction,
  batch: CommitBatch,
): Promise<CommitOutcome> {
  return store.within(transaction, () => insideOf(store).commit(tenant, batch));
}

/** Runs a transaction that the host rolls back once its work is through. */
export async function rolledBack(
  { transaction }: HostStoreHarness,
  work: (transaction: HostTransaction) => Promise<void>,
): Promise<void> {
  const ran = transaction(async (open) => {
    await work(open);
    throw ROLL_BACK;
  });
  await ran.catch((error: unknown) => {
    if (error !== ROLL_BACK) throw error;
  });
}

/** What waits for another transaction takes longer. */
const PROMPT_MS = 5_000;

/** What a promise answers, if it does so without waiting for somebody else. */
export async function promptly<Answer>(promise: Promise<Answer>, step: string): Promise<Answer> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), PROMPT_MS);
  });
  const answer = await Promise.race([promise, late]);
  clearTimeout(timer);
  expectThat(answer !== 'late', step, `an answer within ${PROMPT_MS / 1000} seconds`, 'none');
  return answer as Answer;
}

/** Versions of documents as a store shows them; `null` where absent. */
export async function versionsIn(store: Store, refs: readonly DocumentRef[]): Promise<(string | null)[]> {
  return (await store.get(tenant, refs)).map((found) => found?.version ?? null);
}
