import { AsyncLocalStorage } from 'node:async_hooks';
import { batchFault, GamekeeperError, type TenantId } from '../../kernel/index.ts';
import type {
  CommitBatch,
  CommitOutcome,
  DocumentRef,
  HostStore,
  HostTransaction,
  Store,
} from '../../ports/index.ts';
import type { Dialect } from './dialect.ts';
import { faultOf, storeFailed } from './faults.ts';
import { hostSession } from './host-session.ts';
import type { Names } from './names.ts';
import { readDocuments, readEntries, readRanges } from './read.ts';
import { enterTenant } from './row-level-security.ts';
import { runGroup } from './run-group.ts';
import type { Statements } from './statements.ts';
import { type DriverText, driverTexts } from './texts.ts';

/** What transactions of the host's are joined with. */
export interface JoiningOptions {
  readonly dialect: Dialect;
  readonly names: Names;
  readonly statements: Statements;
  readonly secured: boolean;
  /** Whether the host can have a connection of its own beside the store's. */
  readonly shared: boolean;
  /** The store on its own connections. */
  readonly own: () => Store;
  ready(): Promise<void>;
}

interface Scope {
  readonly store: Store;
  over: boolean;
}

/** Lets commits join the host's transactions, each as long as the work that `within` was given. */
export function joiningHosts(options: JoiningOptions): Pick<HostStore, 'within' | 'joined'> {
  const scopes = new AsyncLocalStorage<Scope>();
  const textOf = driverTexts(options.dialect);
  return {
    async within(transaction, work) {
      requireTransaction(options, transaction);
      await options.ready();
      const scope: Scope = {
        store: joinedStore(options, textOf, transaction, () => scope.over),
        over: false,
      };
      try {
        return await scopes.run(scope, work);
      } finally {
        scope.over = true;
      }
    },
    joined() {
      const scope = scopes.getStore();
      return scope === undefined || scope.over ? null : scope.store;
    },
  };
}

function requireTransaction({ dialect, shared }: JoiningOptions, transaction: HostTransaction): void {
  if (dialect.joining === null || !shared) {
    throw new GamekeeperError(
      'ERR_INVALID_INPUT',
      `within: ${shared ? dialect.title : 'PGlite'} has one writer at a time, so that what is refused inside of a transaction could not be kept apart from it; use PostgreSQL, MariaDB or MySQL, or call the keeper once your transaction is committed`,
    );
  }
  if (typeof transaction?.execute !== 'function')
    throw invalid('transaction.execute', 'a function that runs a statement on its connection');
  if (transaction.prepared !== undefined && typeof transaction.prepared !== 'function')
    throw invalid('transaction.prepared', 'a function that runs a statement by name, or nothing');
  if (transaction.dialect !== dialect.name) throw invalid('transaction.dialect', `'${dialect.name}'`);
}

/** The store inside a transaction of the host's: one piece of work at a time, as on any connection. */
function joinedStore(
  options: JoiningOptions,
  textOf: (sql: string) => DriverText,
  transaction: HostTransaction,
  isOver: () => boolean,
): Store {
  const { dialect, names, statements, secured, own } = options;
  const session = hostSession(textOf, transaction);
  let last: Promise<unknown> = Promise.resolve();
  let ended: GamekeeperError | null = null;

  /** Runs work after all that was asked for before. */
  function alone<Answer>(tenant: TenantId, what: string, work: () => Promise<Answer>): Promise<Answer> {
    const next = last.then(async () => {
      if (isOver()) throw new GamekeeperError('ERR_INVALID_INPUT', 'within: await every call inside of it');
      if (ended !== null) throw ended;
      try {
        if (secured) await enterTenant(session, tenant);
        return await work();
      } catch (error) {
        const failed = storeFailed(dialect.title, what, error);
        if (faultOf(error) !== 'no-transaction') throw failed;
        throw new GamekeeperError('ERR_INVALID_INPUT', failed.message, { cause: error });
      }
    });
    last = next.catch(() => undefined);
    return next;
  }

  /** Goes back to where an attempt began. Throws where that cannot be done: then the transaction is over. */
  async function goBack(failure: unknown): Promise<void> {
    try {
      for (const sql of dialect.joining?.back ?? []) await session.write(sql);
    } catch (error) {
      ended =
        faultOf(failure) === 'crossed'
          ? new GamekeeperError(
              'ERR_CONFLICT',
              `${dialect.title} gave up your transaction, since others were in the way: roll it back, and do all of it again`,
              { cause: failure },
            )
          : storeFailed(dialect.title, 'your transaction cannot go on, roll it back', failure ?? error);
      throw ended;
    }
  }

  async function commit(tenant: TenantId, batch: CommitBatch): Promise<CommitOutcome> {
    const came = await attempt(tenant, batch, false);
    // Somebody has just made one of its documents, or has committed these entries before: the second look tells which.
    const again = came === 'overtaken' ? await attempt(tenant, batch, true) : came;
    return again === 'overtaken' ? lost(batch) : again;
  }

  /** Decides and writes a batch, or leaves the transaction as it was. */
  async function attempt(
    tenant: TenantId,
    batch: CommitBatch,
    careful: boolean,
  ): Promise<CommitOutcome | 'overtaken'> {
    for (const sql of dialect.joining?.enter ?? []) await session.write(sql);
    const came = await decided(tenant, batch, careful).catch(async (error: unknown) => {
      await goBack(error);
      const kind = faultOf(error);
      if (kind === 'crossed' || kind === 'locked') return { keep: null, outcome: lost(batch) };
      throw error;
    });
    if (came.keep === true) for (const sql of dialect.joining?.leave ?? []) await session.write(sql);
    if (came.keep === false) await goBack(null);
    return came.outcome;
  }

  async function decided(
    tenant: TenantId,
    batch: CommitBatch,
    careful: boolean,
  ): Promise<{ readonly keep: boolean; readonly outcome: CommitOutcome | 'overtaken' }> {
    const context = { session, dialect, statements };
    const came = await runGroup(context, [{ tenant, batch }], { waits: false, careful, inside: true });
    if (came === 'overtaken') return { keep: false, outcome: 'overtaken' };
    const [answer] = came.answers;
    if (answer === undefined || 'blockedBy' in answer)
      return { keep: false, outcome: { status: 'conflict', refs: [refAt(answer?.blockedBy ?? '')] } };
    if ('error' in answer) throw answer.error;
    return { keep: came.wrote, outcome: answer.outcome };
  }

  return {
    specificationVersion: 'v1',
    capabilities: own().capabilities,
    async commit(tenant, batch) {
      const fault = batchFault(tenant, batch);
      if (fault !== undefined) throw fault;
      return alone(tenant, 'nothing of this command was written', () => commit(tenant, batch));
    },
    async get(tenant, refs) {
      const question = { tenant, refs };
      const [found] = await alone(tenant, 'cannot read', () =>
        readDocuments(session, statements, [question]),
      );
      return found ?? [];
    },
    find: (tenant, query) =>
      alone(tenant, 'cannot read', () => readRanges(session, dialect, names, tenant, query)),
    readEntries: (tenant, query) =>
      alone(tenant, 'cannot read', () => readEntries(session, statements, tenant, query)),
    sequence: (tenant, request) => own().sequence(tenant, request),
  };
}

/** Somebody else is making, or has just made, something that the batch is about. */
function lost({ checks, puts }: CommitBatch): CommitOutcome {
  return { status: 'conflict', refs: [...checks, ...puts].map(({ ref }) => ref) };
}

function refAt(place: string): DocumentRef {
  const [, collection = '', id = ''] = place.split(' ');
  return { collection, id };
}

function invalid(path: string, expected: string): GamekeeperError {
  return new GamekeeperError('ERR_INVALID_INPUT', `${path}: expected ${expected}`, { path });
}
