import {
  type Alias,
  fail,
  GamekeeperError,
  type Instant,
  instantOf,
  isGamekeeperError,
  type JsonValue,
  MINUTE_MS,
  ok,
  type Result,
} from '../kernel/index.ts';
import type { Facts } from '../model/index.ts';
import type { CommitOutcome, DocumentRef } from '../ports/index.ts';
import {
  type Caller,
  lacksDelegation,
  type NoDelegation,
  resolveActor,
  type UnknownActor,
} from './caller.ts';
import { noteOf, recall } from './idempotency.ts';
import { HEAD, readCompany, type Session, todayAt } from './session.ts';
import { type OpenTransaction, openTransaction, type Transaction } from './transaction.ts';

/** What every refusal has in common; the facts stand beside the code. */
export interface AnyRefusal {
  readonly code: string;
}

/** Refusals of the commit path itself. */
export type ShellRefusal =
  | UnknownActor
  | NoDelegation
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
  /** Reads, decides and asks for entries. May run several times: it must have no other effect. */
  decide(transaction: Transaction): Promise<Result<unknown, Refusal>>;
  /** The answer, a function of the arguments and of what was written; so a retry answers the same. */
  answer(written: Written | null): Value;
  /** Aliases that a refusal is about, as far as the attempt got to know them. */
  readonly subjects?: () => readonly Alias[];
}

/** Lost races are tried again this often; each waits a little longer, up to 20 ms. */
const MOST_ATTEMPTS = 1000;
/** Equal refusals within this time fold into one entry with a count. */
const FOLD_MS = MINUTE_MS;
/**
 * Carries out a command: read, decide, commit; on a lost race, again. A refusal is an entry too.
 *
 * @throws {GamekeeperError} `ERR_CONFLICT` after a thousand lost races; `ERR_STORE_FAILED`, `ERR_STORE_CORRUPT`.
 */
export async function execute<Value, Refusal extends AnyRefusal>(
  session: Session,
  caller: Caller,
  command: Command<Value, Refusal>,
): Promise<Result<Value, Refusal | ShellRefusal>> {
  const { codec } = session;
  const correlation =
    caller.requestId === undefined ? undefined : codec.keyedHash('request', caller.requestId);
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
    if (attempt > 1) {
      await refresh(session);
      await pause(attempt);
    }
    try {
      const answer = await attemptOnce(session, caller, command, correlation, attempt);
      if (answer !== null) return answer;
    } catch (error) {
      // The company changed since the session looked: the next attempt looks again.
      if (!isGamekeeperError(error, 'ERR_CONFLICT')) throw error;
    }
  }
  throw new GamekeeperError('ERR_CONFLICT', `gave up after ${MOST_ATTEMPTS} lost races; nothing was written`);
}

/** One attempt at a command; `null` when somebody was faster. */
async function attemptOnce<Value, Refusal extends AnyRefusal>(
  session: Session,
  caller: Caller,
  command: Command<Value, Refusal>,
  correlation: string | undefined,
  attempt: number,
): Promise<Result<Value, Refusal | ShellRefusal> | null> {
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

/** Reads the head; answers whether the company had changed. */
export async function refresh(session: Session): Promise<boolean> {
  const [head] = await session.store.get(session.tenant, [HEAD]);
  if (head == null)
    throw new GamekeeperError('ERR_STORE_CORRUPT', 'head/head is missing; `keeper.rebuild` restores it');
  if (head.version === session.company.headVersion && head.body === session.company.headBody) return false;
  const before = session.company;
  session.company = await readCompany(
    session.tenant,
    session.store,
    session.codec,
    session.platform.primitives,
    head,
    before,
  );
  if (session.company.head.keys !== before.head.keys) {
    session.aliases.clear();
    session.dataKeys.clear();
  }
  return true;
}

type Committed =
  | Exclude<CommitOutcome, { status: 'committed' }>
  | { readonly status: 'committed'; readonly entry: string | null };

async function commitGranted(
  transaction: OpenTransaction,
  command: Command<unknown, AnyRefusal>,
  correlation: string | undefined,
): Promise<Committed> {
  const entry = transaction.records[0]?.id ?? null;
  const note = entry === null ? null : noteOf(transaction, command, { entry });
  if (note !== null) transaction.write(note);
  await transaction.settle();
  return commit(transaction, correlation);
}

/** Commits what an attempt asked for beside its refusal: a hold is placed, and the operation does not happen. */
async function commitKept(
  transaction: OpenTransaction,
  command: Command<unknown, AnyRefusal>,
  refusal: AnyRefusal,
  correlation: string | undefined,
): Promise<Committed> {
  const note = noteOf(transaction, command, { refusal: refusal as unknown as JsonValue });
  if (note !== null) transaction.write(note);
  await transaction.settle();
  return commit(transaction, correlation);
}

/** What it means that a counter is full; `null` where others were faster and the attempt is made again. */
function refusalOfBound(refs: readonly DocumentRef[], { company }: Session): ShellRefusal | null {
  const counters = new Set(refs.map(({ collection }) => collection));
  if (counters.has('usage')) return null;
  if (counters.has('holds-waiting')) return { code: 'too-many-holds' };
  return { code: 'holding-cap', cap: company.policy.ownership.maxHeld };
}

/** Commits what a transaction asks for, and remembers what was acknowledged until it is sealed. */
async function commit(transaction: OpenTransaction, correlation: string | undefined): Promise<Committed> {
  const { session } = transaction;
  const batch = await transaction.batch(correlation);
  if (batch === null) return { status: 'committed', entry: null };
  const outcome = await session.store.commit(session.tenant, batch);
  if (outcome.status !== 'committed') return outcome;
  for (const { id, leaf } of batch.entries) session.acknowledged.set(id, leaf);
  transaction.remember();
  if (transaction.records.length > 0) session.onCommit();
  const head = batch.puts.find(({ ref }) => ref.collection === 'head');
  if (head !== undefined) await refresh(session);
  return { status: 'committed', entry: batch.entries[0]?.id ?? null };
}

/**
 * Records a refusal. The first of its kind in a minute is an entry at once; equal ones after it are counted
 * durably and told by one entry more when the minute is over.
 */
async function commitRefused(
  transaction: OpenTransaction,
  command: Command<unknown, AnyRefusal>,
  refusal: AnyRefusal,
  correlation: string | undefined,
): Promise<Committed> {
  const { session, actor, now } = transaction;
  transaction.reset();
  const minute = Math.floor(Date.parse(now) / FOLD_MS);
  const subjects = command.subjects?.() ?? [];
  const kind = session.codec.keyedHash('refusal', actor.party, command.attempt, refusal.code, ...subjects);
  const fold: DocumentRef = { collection: 'fold', id: `${kind}.${minute}` };
  const counter: DocumentRef = { collection: 'fold', id: `${kind}.${minute}.count` };
  // Nothing is read: the commit checks what this process knows of the fold, or that there is none.
  const known = session.folds.get(fold.id) ?? null;
  // Who proves who they are may come again with the same key.
  const note =
    refusal.code === 'step-up-required'
      ? null
      : noteOf(transaction, command, { refusal: refusal as unknown as JsonValue });
  if (known !== null) {
    const version = session.platform.ids.next(Date.parse(now));
    const outcome = await session.store.commit(session.tenant, {
      // Once the minute was told, nobody would tell of a repetition any more.
      checks: [
        { ref: HEAD, version: transaction.company.headVersion },
        { ref: fold, version: known },
        ...(note === null ? [] : [{ ref: note.ref, version: null }]),
      ],
      adds: [{ ref: counter, by: 1, atMost: null, atLeast: null, version }],
      puts: note === null ? [] : [note],
      deletes: [],
      entries: [],
    });
    if (outcome.status === 'committed') return { status: 'committed', entry: null };
    session.folds.delete(fold.id);
    return outcome;
  }
  transaction.expect(fold, null);
  const entry = transaction.record({
    type: command.attempt,
    subjects,
    data: {},
    refusedBecause: refusal.code,
  });
  await transaction.settle();
  const until = instantOf((minute + 1) * FOLD_MS);
  transaction.write(
    session.codec.encode(
      fold,
      entry,
      { actor: actor.party, attempt: command.attempt, code: refusal.code, entry, subjects },
      [{ index: 'due', key: `fold.${until}` }],
    ),
  );
  if (note !== null) transaction.write(note);
  const outcome = await commit(transaction, correlation);
  if (outcome.status === 'committed') session.folds.set(fold.id, entry);
  else if (outcome.status === 'conflict' && outcome.refs.some(({ id }) => id === fold.id)) {
    const [found] = await transaction.loadRaw([fold]);
    if (found != null) session.folds.set(fold.id, found.version);
  }
  return outcome;
}

function pause(attempt: number): Promise<void> {
  const longest = Math.min(attempt, 20);
  return new Promise((resolve) => setTimeout(resolve, Math.random() * longest));
}
