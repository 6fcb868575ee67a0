import {
  type Alias,
  fail,
  GamekeeperError,
  type Instant,
  instantOf,
  isGamekeeperError,
  type JsonValue,
  ok,
  type Result,
} from '../../kernel/index.ts';
import type { Facts } from '../../model/index.ts';
import {
  type Caller,
  lacksDelegation,
  type NoDelegation,
  resolveActor,
  type UnknownActor,
} from './caller.ts';
import { commitGranted, commitKept, commitRefused, LOST, refusalOfBound } from './commit-attempt.ts';
import { recall } from './idempotency.ts';
import { refresh, whyUnreadable } from './refresh.ts';
import { chance, type Session, todayAt } from './session.ts';
import { openTransaction, type Transaction } from './transaction.ts';

/** What every refusal has in common; the facts stand beside the code. */
export interface AnyRefusal {
  readonly code: string;
}

/** Refused to everybody alike, without an entry: the ledger of a suspended company stands still. */
export type TenantSuspended = { readonly code: 'tenant-suspended'; readonly since: Instant };

/** Refusals of the commit path itself. */
export type ShellRefusal =
  | UnknownActor
  | NoDelegation
  | TenantSuspended
  | { readonly code: 'idempotency-key-reused' }
  | { readonly code: 'holding-cap'; readonly cap: number }
  | { readonly code: 'too-many-holds' };

/** The first entry of a command, as it was written or as it is found again. */
export interface Written {
  readonly entry: string;
  readonly at: Instant;
  readonly type: string;
  readonly data: Facts;
}

/** A command, from the shell's point of view. */
export interface Command<Value, Refusal extends AnyRefusal> {
  /** What is attempted, as a refusal's entry names it. */
  readonly attempt: string;
  readonly idempotencyKey?: string | undefined;
  /** What the idempotency key stands for: the same key with other arguments is refused. */
  readonly arguments: JsonValue;
  /** `look`: what it writes tells of a reading, which a rollback of the host's does not undo. */
  readonly kind?: 'look';
  /** The keeper's own business with a company that is suspended. */
  readonly whileSuspended?: true;
  /** Names what deciding is going to read, as far as it is known before anything was read. */
  foresee?(transaction: Transaction): void;
  /** Reads, decides and asks for entries. May run several times: it must have no other effect. */
  decide(transaction: Transaction): Promise<Result<unknown, Refusal>>;
  /** The answer, a function of the arguments and of what was written; so a retry answers the same. */
  answer(written: Written | null): Value;
  /** Aliases that a refusal is about, as far as the attempt got to know them. */
  readonly subjects?: () => readonly Alias[];
}

/** Lost races are tried again this often; each waits a little longer, up to 20 ms. */
const MOST_ATTEMPTS = 1000;
/** While a transaction of the host's waits: races that were lost before anything joined it. */
const MOST_ATTEMPTS_WITHIN = 200;

/**
 * Carries out a command: read, decide, commit; on a lost race, again. A refusal is an entry too.
 *
 * @throws {GamekeeperError} `ERR_CONFLICT` after a thousand lost races, inside of the host's transaction after one; `ERR_STORE_FAILED`, `ERR_STORE_CORRUPT`.
 */
export async function execute<Value, Refusal extends AnyRefusal>(
  session: Session,
  caller: Caller,
  command: Command<Value, Refusal>,
): Promise<Result<Value, Refusal | ShellRefusal>> {
  const { codec } = session;
  const correlation =
    caller.requestId === undefined ? undefined : codec.keyedHash('request', caller.requestId);
  const most = session.host === null ? MOST_ATTEMPTS : MOST_ATTEMPTS_WITHIN;
  for (let attempt = 1; attempt <= most; attempt += 1) {
    if (attempt > 1) {
      await refresh(session);
      await pause(session, attempt);
    }
    try {
      const answer = await attemptOnce(session, caller, command, correlation, attempt);
      if (answer !== null) return answer;
    } catch (error) {
      // The company changed since the session looked: the next attempt looks again.
      if (!isGamekeeperError(error, 'ERR_CONFLICT') || error.refusal === LOST)
        throw await whyUnreadable(session, error);
    }
  }
  throw new GamekeeperError('ERR_CONFLICT', `gave up after ${most} lost races; nothing was written`);
}

/** One attempt at a command; `null` when somebody was faster. */
async function attemptOnce<Value, Refusal extends AnyRefusal>(
  session: Session,
  caller: Caller,
  command: Command<Value, Refusal>,
  correlation: string | undefined,
  attempt: number,
): Promise<Result<Value, Refusal | ShellRefusal> | null> {
  const { suspendedAt } = session.company.tenant;
  if (suspendedAt !== undefined && command.whileSuspended !== true)
    // The head may be old: another process may have resumed it.
    return (await refresh(session)) ? null : fail({ code: 'tenant-suspended', since: suspendedAt });
  const now = instantOf(session.platform.clock.now());
  const today = todayAt(session, now);
  const actor = resolveActor(session.company, caller, today, session.platform.rights);
  if (!actor.ok) {
    // The head may be old: somebody hired a moment ago is not unknown.
    return attempt === 1 && (await refresh(session)) ? null : actor;
  }
  const transaction = openTransaction(session, actor.value, now, today, caller);
  if (lacksDelegation(caller, actor.value)) {
    if (await refresh(session)) return null;
    const refusal = { code: 'no-delegation' } as const;
    const refused = await commitRefused(transaction, keyless(command), refusal, correlation);
    return refused.status === 'conflict' ? null : fail(refusal);
  }
  command.foresee?.(transaction);
  if (command.idempotencyKey !== undefined) {
    const known = await recall(transaction, command);
    if (known !== null && (known.ok || known.error.code !== 'idempotency-key-reused')) return known;
    if (known !== null) {
      const refused = await commitRefused(transaction, keyless(command), known.error, correlation);
      return refused.status === 'conflict' ? null : known;
    }
  }
  const decision = await command.decide(transaction);
  // What only looked at what was cached has to see that it is still so: nothing else would.
  if (!transaction.headSeen && transaction.records.length === 0 && (await refresh(session))) return null;
  const outcome = await (decision.ok
    ? commitGranted(transaction, command, correlation)
    : transaction.keeps
      ? commitKept(transaction, command, decision.error, correlation)
      : commitRefused(transaction, command, decision.error, correlation));
  if (outcome.status === 'conflict') return null;
  if (outcome.status === 'bound') {
    const refusal = refusalOfBound(outcome.refs, session);
    if (refusal === null) return null;
    transaction.reset();
    const refused = await commitRefused(transaction, command, refusal, correlation);
    return refused.status === 'conflict' ? null : fail(refusal);
  }
  if (!decision.ok) return decision;
  const first = transaction.records[0];
  return ok(
    command.answer(
      first === undefined
        ? null
        : { entry: first.id, at: now, type: first.record.type, data: first.record.data },
    ),
  );
}

/** The same command without its idempotency key: a refusal that the key must not remember. */
function keyless<Value, Refusal extends AnyRefusal>(
  command: Command<Value, Refusal>,
): Command<Value, Refusal> {
  const { idempotencyKey: _, ...rest } = command;
  return rest;
}

function pause({ platform }: Session, attempt: number): Promise<void> {
  const longest = Math.min(attempt, 20);
  return new Promise((resolve) => void platform.timers.start(chance(platform.primitives) * longest, resolve));
}
