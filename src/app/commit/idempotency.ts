import {
  canonicalize,
  DAY_MS,
  fail,
  GamekeeperError,
  type Instant,
  instantOf,
  type JsonValue,
  ok,
  type Result,
} from '../../kernel/index.ts';
import { parseLeaf } from '../../ledger/index.ts';
import type { DocumentPut, DocumentRef } from '../../ports/index.ts';
import type { AnyRefusal, Command, ShellRefusal } from './execute.ts';
import type { OpenTransaction, Transaction } from './transaction.ts';

/** How long an idempotency key is remembered: 30 days; then a sweep forgets it. */
const REMEMBERED_MS = 30 * DAY_MS;

/** What an idempotency key remembers: an entry's id or a refusal, never a view. */
interface Remembered {
  readonly arguments: string;
  readonly entry?: string;
  readonly refusal?: JsonValue;
}

function idempotencyRef({ session, actor }: Transaction, key: string): DocumentRef {
  return { collection: 'idempotency', id: session.codec.keyedHash('idempotency', actor.party, key) };
}

function argumentsHash({ session }: Transaction, command: Command<unknown, AnyRefusal>): string {
  return session.codec.keyedHash('arguments', command.attempt, canonicalize(command.arguments));
}

/** What is to be remembered under the command's idempotency key; `null` without one. */
export function noteOf(
  transaction: Transaction,
  command: Command<unknown, AnyRefusal>,
  what: Omit<Remembered, 'arguments'>,
): DocumentPut | null {
  if (command.idempotencyKey === undefined) return null;
  const ref = idempotencyRef(transaction, command.idempotencyKey);
  const { session, now } = transaction;
  const version = session.platform.ids.next(Date.parse(now));
  const until = instantOf(Date.parse(now) + REMEMBERED_MS);
  return session.codec.encode(ref, version, { arguments: argumentsHash(transaction, command), ...what }, [
    { index: 'due', key: `seen.${until}` },
  ]);
}

/** The answer that an idempotency key remembers, or `null`. */
export async function recall<Value, Refusal extends AnyRefusal>(
  transaction: OpenTransaction,
  command: Command<Value, Refusal>,
): Promise<Result<Value, Refusal | ShellRefusal> | null> {
  if (command.idempotencyKey === undefined) return null;
  const { session } = transaction;
  const [document] = await transaction.loadRaw([idempotencyRef(transaction, command.idempotencyKey)]);
  if (document == null) return null;
  const known = session.codec.decode<Remembered>(document);
  if (known.arguments !== argumentsHash(transaction, command))
    return fail({ code: 'idempotency-key-reused' });
  if (known.entry === undefined) return fail(known.refusal as unknown as Refusal);
  const [entry] = await session.store.readEntries(session.tenant, { by: 'id', ids: [known.entry] });
  const leaf = entry === undefined ? null : parseLeaf(entry.leaf);
  if (entry === undefined || leaf === null)
    throw new GamekeeperError('ERR_STORE_CORRUPT', `entry ${known.entry} is missing`);
  session.codec.checkEntry(entry);
  return ok(command.answer({ entry: leaf.id, at: leaf.at as Instant, type: leaf.type, data: leaf.data }));
}
