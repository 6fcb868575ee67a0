import { canonicalize, GamekeeperError, instantOf, type JsonValue, MINUTE_MS } from '../../kernel/index.ts';
import type { CommitOutcome, DocumentRef } from '../../ports/index.ts';
import type { AnyRefusal, Command, ShellRefusal } from './execute.ts';
import { noteOf } from './idempotency.ts';
import { refresh } from './refresh.ts';
import { HEAD, type Session } from './session.ts';
import type { OpenTransaction } from './transaction.ts';

/** Equal refusals within this time fold into one entry with a count. */
const FOLD_MS = MINUTE_MS;

/** What came of a commit: the first entry, or why there is none. */
type Committed =
  | Exclude<CommitOutcome, { status: 'committed' }>
  | { readonly status: 'committed'; readonly entry: string | null };

/** Commits what a decision asked for. */
export async function commitGranted(
  transaction: OpenTransaction,
  command: Command<unknown, AnyRefusal>,
  correlation: string | undefined,
): Promise<Committed> {
  const entry = transaction.records[0]?.id ?? null;
  const note = entry === null ? null : noteOf(transaction, command, { entry });
  if (note !== null) transaction.write(note);
  await transaction.settle();
  return commit(transaction, correlation, command.kind !== 'look');
}

/** Commits what an attempt asked for beside its refusal: a hold is placed, and the operation does not happen. */
export async function commitKept(
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
export function refusalOfBound(refs: readonly DocumentRef[], { company }: Session): ShellRefusal | null {
  const counters = new Set(refs.map(({ collection }) => collection));
  if (counters.has('usage')) return null;
  if (counters.has('holds-waiting')) return { code: 'too-many-holds' };
  return { code: 'holding-cap', cap: company.policy.ownership.maxHeld };
}

/**
 * Commits what a transaction asks for, and remembers what was acknowledged until it is sealed.
 *
 * @param joins Whether it belongs into the host's transaction, where there is one.
 */
async function commit(
  transaction: OpenTransaction,
  correlation: string | undefined,
  joins = false,
): Promise<Committed> {
  const { session } = transaction;
  const host = joins ? session.host : null;
  const batch = await transaction.batch(correlation, host !== null);
  if (batch === null) return { status: 'committed', entry: null };
  const outcome = await (host === null ? session.store.commit(session.tenant, batch) : host.commit(batch));
  tellCommit(session, outcome, batch.entries[0]?.id ?? null);
  if (outcome.status === 'conflict' && host !== null) throw lostToOthers();
  if (outcome.status !== 'committed') return outcome;
  if (host === null) for (const { id, leaf } of batch.entries) session.acknowledged.set(id, leaf);
  transaction.remember();
  if (transaction.records.length > 0) session.onCommit();
  const head = batch.puts.find(({ ref }) => ref.collection === 'head');
  if (head !== undefined) await refresh(session);
  return { status: 'committed', entry: batch.entries[0]?.id ?? null };
}

function tellCommit({ platform, tenant }: Session, { status }: CommitOutcome, entry: string | null): void {
  platform.observer?.tell({ kind: 'commit', tenant, outcome: status, entry });
}

/** The one attempt that a command has inside of the host's transaction was one too few. */
function lostToOthers(): GamekeeperError {
  return new GamekeeperError(
    'ERR_CONFLICT',
    'somebody else was faster: roll your transaction back, and do all of it again; nothing of this command was written',
    { refusal: LOST },
  );
}

/** Tells an attempt that is not to be made again. */
export const LOST = 'lost-to-others';

/**
 * Records a refusal. The first of its kind in a minute is an entry at once; equal ones after it are counted
 * durably and told by one entry more when the minute is over.
 */
export async function commitRefused(
  transaction: OpenTransaction,
  command: Command<unknown, AnyRefusal>,
  refusal: AnyRefusal,
  correlation: string | undefined,
): Promise<Committed> {
  const { session, actor, now } = transaction;
  transaction.reset();
  const minute = Math.floor(Date.parse(now) / FOLD_MS);
  const subjects = command.subjects?.() ?? [];
  // What the guard was asked is part of what is equal: five deletions are not fifty.
  const { asked } = transaction;
  const said = asked === null ? subjects : [...subjects, canonicalize(asked)];
  const kind = session.codec.keyedHash('refusal', actor.party, command.attempt, refusal.code, ...said);
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
        ...(session.host?.wrote(HEAD) === true
          ? []
          : [{ ref: HEAD, version: transaction.company.headVersion }]),
        { ref: fold, version: known },
        ...(note === null ? [] : [{ ref: note.ref, version: null }]),
      ],
      adds: [{ ref: counter, by: 1, atMost: null, atLeast: null, version }],
      puts: note === null ? [] : [note],
      deletes: [],
      entries: [],
    });
    tellCommit(session, outcome, null);
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
