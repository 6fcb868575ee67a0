import { GamekeeperError } from '../../kernel/index.ts';
import type { Connections, SqlSession } from './connection.ts';
import type { Dialect } from './dialect.ts';
import { faultOf, storeFailed } from './faults.ts';

/** How a transaction ends: with its changes, or without any. */
export interface Ending<Answer> {
  readonly keep: boolean;
  readonly answer: Answer;
}

/** The work is to be begun anew, in another transaction. */
export const AGAIN: unique symbol = Symbol('again');

/** Where transactions of the store's own are run. */
export interface Transactions {
  /**
   * Runs work on a tenant in a transaction, and again when others were in the way.
   *
   * @throws {GamekeeperError} `ERR_STORE_FAILED`; the message says whether anything may have been written.
   */
  run<Answer>(
    tenant: string,
    work: (session: SqlSession) => Promise<Ending<Answer> | typeof AGAIN>,
    patience: Patience,
  ): Promise<Answer>;
}

/** How long somebody waits. */
export interface Patience {
  /** For one lock; `null` where nobody else holds any. */
  readonly lockMs: number | null;
  /** For the whole of it: no attempt begins after that. */
  readonly wholeMs: number;
}

/** A lost connection is replaced this often before somebody hears of it. */
const MOST_LOST = 2;

/** Transactions on the connections of a pool. */
export function transactionsOn(
  connections: Connections,
  dialect: Dialect,
  prepare: (session: SqlSession, tenant: string) => Promise<void>,
): Transactions {
  return {
    async run(tenant, work, { lockMs, wholeMs }) {
      const until = performance.now() + wholeMs;
      let lost = 0;
      for (let attempt = 1; ; attempt += 1) {
        const came = await connections
          .use((session) => once(session, dialect, (opened) => prepare(opened, tenant), work, lockMs))
          .catch((error: unknown): Failed => ({ failed: error, phase: 'before' }));
        if ('answer' in came) return came.answer;
        const kind = 'failed' in came ? faultOf(came.failed) : 'crossed';
        const unknown = 'failed' in came && came.phase === 'commit';
        if (kind === 'lost' && !unknown) lost += 1;
        const again =
          kind === 'crossed' ||
          (kind === 'lost' && !unknown && lost <= MOST_LOST) ||
          (kind === 'locked' && dialect.rowLocks === 'none');
        if (!again || performance.now() > until) throw failure(dialect, came, unknown);
        await pause(attempt);
      }
    },
  };
}

interface Failed {
  readonly failed: unknown;
  /** Where it failed. Only when the commit itself failed nobody knows what came of it. */
  readonly phase: 'before' | 'commit';
}

type Came<Answer> = { readonly answer: Answer } | Failed | { readonly again: true };

async function once<Answer>(
  session: SqlSession,
  dialect: Dialect,
  prepare: (session: SqlSession) => Promise<void>,
  work: (session: SqlSession) => Promise<Ending<Answer> | typeof AGAIN>,
  lockMs: number | null,
): Promise<Came<Answer>> {
  let phase: Failed['phase'] = 'before';
  try {
    for (const sql of dialect.begin(lockMs)) await session.write(sql);
    await prepare(session);
    const came = await work(session);
    if (came === AGAIN || !came.keep) {
      await session.write('ROLLBACK');
      return came === AGAIN ? { again: true } : { answer: came.answer };
    }
    phase = 'commit';
    await session.write('COMMIT');
    return { answer: came.answer };
  } catch (error) {
    await session.write('ROLLBACK').catch(() => undefined);
    return { failed: error, phase };
  }
}

function failure(
  dialect: Dialect,
  came: Exclude<Came<unknown>, { answer: unknown }>,
  unknown: boolean,
): GamekeeperError {
  if ('failed' in came) {
    const what = unknown ? 'the outcome is unknown, commit the same batch again' : 'nothing was written';
    return storeFailed(dialect.title, what, came.failed);
  }
  return new GamekeeperError(
    'ERR_STORE_FAILED',
    `${dialect.title}: others were in the way for too long, nothing was written`,
  );
}

/** Grows with the attempts, and varies: processes that wait for each other must not keep step. */
export function pause(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(attempt, 16)));
}
