import { type Kysely, MysqlAdapter, PostgresAdapter, SqliteAdapter } from 'kysely';
import { batchFault, GamekeeperError, type TenantId } from '../../kernel/index.ts';
import type {
  CommitBatch,
  EntryQuery,
  HostStore,
  HostTransaction,
  IndexRange,
  TenantStore,
} from '../../ports/index.ts';
import { commitQueue, type GroupRunner } from './commit-queue.ts';
import { connectionsOf, type SqlSession } from './connection.ts';
import type { Dialect, SqlDialect } from './dialect.ts';
import { faultOf, storeFailed } from './faults.ts';
import { mysql } from './mysql.ts';
import { namesIn, type Placement } from './names.ts';
import { openDatabase } from './open.ts';
import { postgresql } from './postgresql.ts';
import { readDocuments, readEntries, readRanges } from './read.ts';
import { readQueue } from './read-queue.ts';
import { enterTenant } from './row-level-security.ts';
import { type GroupAnswer, runGroup } from './run-group.ts';
import { readSize, sequence } from './sequence.ts';
import { sqlite } from './sqlite.ts';
import { statementsFor } from './statements.ts';
import { AGAIN, pause, transactionsOn } from './transact.ts';
import { measureTenant, purgeStatements, purgeTenant } from './whole-tenants.ts';
import { joiningHosts } from './within.ts';

/** A store in a database, and the way to let go of it. */
export interface SqlStore extends TenantStore, HostStore {
  /**
   * Runs work whose commands join a transaction of your own: what they write is there when you commit it, and gone
   * when you roll it back. What is refused, held, counted or read is kept all the same.
   *
   * There is one attempt. `ERR_CONFLICT` says that somebody was faster: roll back, and do all of it again.
   *
   * @throws {GamekeeperError} `ERR_INVALID_INPUT` on SQLite and PGlite, and where no transaction is open.
   */
  within<Answer>(transaction: HostTransaction<SqlDialect>, work: () => Promise<Answer>): Promise<Answer>;
  /** Ends the store, not the Kysely instance. Commits that still wait are rejected with `ERR_CLOSED`. */
  close(): void;
}

/** How the store behaves. */
export interface SqlStoreOptions extends Placement {
  /**
   * `apply`: the store makes its tables and brings them up to date, at its first call. `check`: it only looks,
   * and says what to run. Default: `apply`.
   */
  readonly migrations?: 'apply' | 'check';
  /** How long a commit may wait for what another transaction holds, in milliseconds. 8,000 by default. */
  readonly lockWaitMs?: number;
}

/**
 * A store in PostgreSQL, PGlite, MariaDB, MySQL or SQLite, through a Kysely instance of the host's, best with a
 * pool of its own. It connects at its first call; a database that is down then is asked again by the next one.
 *
 * Calls that come in together share a transaction. Durable and for many processes, but for PGlite, which is
 * neither.
 */
export function sqlStore<Database>(
  db: Kysely<Database>,
  { migrations = 'apply', lockWaitMs = 8_000, ...placement }: SqlStoreOptions = {},
): SqlStore {
  const { dialect, shared } = dialectOf(db);
  const names = namesIn(dialect.name, placement);
  const statements = statementsFor(dialect, names);
  const purges = purgeStatements(dialect, names);
  const connections = connectionsOf(db, dialect);
  const secured = placement.rowLevelSecurity === true;
  const transactions = transactionsOn(connections, dialect, async (session, tenant) => {
    if (secured) await enterTenant(session, tenant);
  });
  const patience = { lockMs: shared ? lockWaitMs : null, wholeMs: lockWaitMs };
  let opening: Promise<void> | null = null;
  let closed = false;

  /** Opens the database once; after a failure, again. */
  function ready(): Promise<void> {
    if (closed) return Promise.reject(new GamekeeperError('ERR_CLOSED', 'the store was closed'));
    opening ??= patiently(
      () =>
        connections.use((session) =>
          openDatabase(session, dialect, names, { migrations, durable: shared, secured }),
        ),
      lockWaitMs,
    ).catch((error: unknown) => {
      opening = null;
      throw storeFailed(dialect.title, 'cannot start, nothing was written', error);
    });
    return opening;
  }

  /** Runs statements that only read; once more when the connection turns out to be gone. */
  async function reading<Answer>(
    tenant: TenantId,
    work: (session: SqlSession) => Promise<Answer>,
  ): Promise<Answer> {
    await ready();
    if (secured) {
      const read = async (session: SqlSession) => ({ keep: false, answer: await work(session) });
      return transactions.run(tenant, read, patience);
    }
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await connections.use(work);
      } catch (error) {
        const kind = faultOf(error);
        if (kind === 'no-tables') opening = null;
        if (attempt > 2 || (kind !== 'lost' && kind !== 'crossed'))
          throw storeFailed(dialect.title, 'cannot read', error);
      }
    }
  }

  const run: GroupRunner = async (commits, { waits, lockMs }) => {
    await ready();
    let careful = false;
    return transactions.run<readonly GroupAnswer[]>(
      commits[0]?.tenant ?? '',
      async (session) => {
        const came = await runGroup({ session, dialect, statements }, commits, { waits, careful });
        if (came !== 'overtaken') return { keep: came.wrote, answer: came.answers };
        careful = true;
        return AGAIN;
      },
      { lockMs: shared ? lockMs : null, wholeMs: lockWaitMs },
    );
  };
  const questions = readQueue({
    run: (asked) =>
      reading(asked[0]?.tenant as TenantId, (session) => readDocuments(session, statements, asked)),
    mixesTenants: !secured,
  });
  const queue = commitQueue({ run, lockWaitMs, mixesTenants: !secured });

  const store: SqlStore = {
    specificationVersion: 'v1',
    capabilities: Object.freeze({
      durable: shared,
      multiProcess: shared,
      wholeTenants: true,
      within: shared && dialect.joining !== null,
    }),

    async commit(tenant, batch) {
      if (closed) throw new GamekeeperError('ERR_CLOSED', 'the store was closed');
      const fault = batchFault(tenant, batch) ?? (shared ? undefined : markFault(batch));
      if (fault !== undefined) throw fault;
      return queue.submit({ tenant, batch });
    },

    async get(tenant, refs) {
      requireNames(tenant, ...refs.flatMap(({ collection, id }) => [collection, id]));
      return questions.get({ tenant, refs: refs.map(({ collection, id }) => ({ collection, id })) });
    },

    async find(tenant, query) {
      requireNames(tenant, ...query.ranges.flatMap(textsOfRange));
      return reading(tenant, (session) => readRanges(session, dialect, names, tenant, query));
    },

    async sequence(tenant, request) {
      requireNames(tenant);
      if (request.limit > 0) {
        await ready();
        return transactions.run(
          tenant,
          (session) => sequence({ session, dialect, statements }, tenant, request),
          patience,
        );
      }
      const size = await reading(tenant, (session) => readSize(session, statements, tenant));
      return size === request.size ? { status: 'sequenced', size, count: 0 } : { status: 'conflict', size };
    },

    async readEntries(tenant, query) {
      requireNames(tenant, ...textsOfQuery(query));
      return reading(tenant, (session) => readEntries(session, statements, tenant, query));
    },

    async measure(tenant) {
      requireNames(tenant);
      return reading(tenant, (session) => measureTenant(session, names, tenant));
    },

    async purge(tenant, request) {
      requireNames(tenant);
      await ready();
      return transactions.run(
        tenant,
        (session) => purgeTenant({ session, dialect, statements }, purges, tenant, request),
        patience,
      );
    },

    ...joiningHosts({ dialect, names, statements, secured, shared, ready, own: () => store }),

    close() {
      closed = true;
      queue.close();
    },
  };
  return store;
}

/** Tries again while others are in the way: several processes that start together make the tables at once. */
async function patiently<Answer>(work: () => Promise<Answer>, wholeMs: number): Promise<Answer> {
  const until = performance.now() + wholeMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const kind = faultOf(error);
      if ((kind !== 'locked' && kind !== 'crossed') || performance.now() > until) throw error;
      await pause(attempt);
    }
  }
}

/** What the instance speaks, and whether others can reach what it keeps. */
function dialectOf<Database>(db: Kysely<Database>): { readonly dialect: Dialect; readonly shared: boolean } {
  const { adapter } = db.getExecutor();
  if (adapter instanceof PostgresAdapter) {
    // PGlite is PostgreSQL with one connection, in this process, and does not flush.
    return { dialect: postgresql, shared: adapter.supportsMultipleConnections };
  }
  if (adapter instanceof MysqlAdapter) return { dialect: mysql, shared: true };
  if (adapter instanceof SqliteAdapter) return { dialect: sqlite, shared: true };
  throw new GamekeeperError(
    'ERR_INVALID_INPUT',
    'db: expected a Kysely instance for PostgreSQL, PGlite, MariaDB, MySQL or SQLite',
    { path: 'db' },
  );
}

/** PGlite drops a byte order mark at the beginning of a text: refused, rather than given back without it. */
function markFault({ puts, entries }: CommitBatch): GamekeeperError | undefined {
  const texts = [
    ...puts.flatMap(({ body, mac }) => [body, mac]),
    ...entries.flatMap(({ leaf, mac }) => [leaf, mac]),
  ];
  if (!texts.some((text) => text.startsWith('\ufeff'))) return undefined;
  return new GamekeeperError('ERR_INVALID_INPUT', 'PGlite keeps no text that begins with a byte order mark');
}

/** Refuses a question that no stored name can be the answer to, and that an engine might bend into one. */
function requireNames(...texts: readonly string[]): void {
  for (const text of texts) {
    if (!/^[!-~]{0,512}$/.test(text)) {
      throw new GamekeeperError('ERR_INVALID_INPUT', 'names are printable ASCII without the space');
    }
  }
}

function textsOfRange({ index, from, to, after }: IndexRange): readonly string[] {
  const bounds = [index, from, to];
  return after === null ? bounds : [...bounds, after.key, after.ref.collection, after.ref.id];
}

function textsOfQuery(query: EntryQuery): readonly string[] {
  return query.by === 'id' ? query.ids : query.by === 'subject' ? [query.subject] : [];
}
