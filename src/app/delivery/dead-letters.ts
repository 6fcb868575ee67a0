import { GamekeeperError, type Instant, instantOf } from '../../kernel/index.ts';
import type { DeadLettersQuery } from '../../model/index.ts';
import type { DocumentPut, DocumentRef, IndexHit } from '../../ports/index.ts';
import { decodeCursor, encodeCursor, PAGE_SIZE, type Page } from '../commit/pages.ts';
import { under } from '../commit/read-range.ts';
import { chance, type Session } from '../commit/session.ts';
import { type Found, readLeased, save } from '../workers/lease.ts';
import { type Cursor, MOST_WAITING, merged, type Waiting } from './delivery-cursor.ts';
import type { Receiver } from './receivers.ts';

/** An entry that a receiver does not get any more unless somebody says so, as it is kept. */
export interface DeadLetter {
  readonly kind: Receiver['kind'];
  readonly receiver: string;
  readonly index: number;
  readonly entry: string;
  /** Whom it is about, as a cursor keeps it. */
  readonly subjects: readonly string[];
  readonly attempts: number;
  readonly reason: string;
  /** Unix milliseconds. */
  readonly at: number;
}

/** An entry that a notifier or a sink did not take, and is not tried with any more. */
export interface DeadLetterView {
  readonly kind: 'notifier' | 'sink';
  /** The name of the notifier or sink. */
  readonly receiver: string;
  /** The id of the entry, and its position in the ledger. */
  readonly entry: string;
  readonly index: number;
  /** How often it was tried. */
  readonly attempts: number;
  readonly reason: string;
  readonly at: Instant;
}

/** What came of trying dead letters once more: how many wait to be delivered now, and how many are left. */
export interface DeadLettersRetried {
  readonly retried: number;
  readonly left: number;
}

const INDEX = 'dead-letters';

/** The document of a dead letter, written along with the cursor that goes past it. */
export function deadLetterPut(session: Session, cursor: DocumentRef, letter: DeadLetter): DocumentPut {
  const { clock, ids } = session.platform;
  const id = `${cursor.id}.${String(letter.index).padStart(16, '0')}`;
  const keys = [{ index: INDEX, key: id }];
  return session.codec.encode({ collection: 'dead-letter', id }, ids.next(clock.now()), letter, keys);
}

/** A page of dead letters, those of one receiver together, oldest entry first. */
export async function listDeadLetters(
  session: Session,
  receivers: readonly Receiver[],
  { receiver, after, limit = PAGE_SIZE }: DeadLettersQuery,
): Promise<Page<DeadLetterView>> {
  const range = receiver === undefined ? {} : under(receiverOf(receivers, receiver).cursor.id);
  const from = decodeCursor(after).after;
  const hits = await find(session, range, limit + 1, from);
  const shown = hits.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map((hit) => viewOf(letterOf(session, hit))),
    next:
      last === undefined || hits.length <= limit ? null : encodeCursor({ after: last, range: 0, shown: 0 }),
  };
}

/** How many there are of a receiver, up to a thousand. */
export async function countDeadLetters(session: Session, { cursor }: Receiver): Promise<number> {
  return (await find(session, under(cursor.id), 1000, null, 'refs')).length;
}

/** Lost races are tried again this often. */
const MOST_RACES = 100;

/**
 * Lets dead letters be delivered once more: they wait again where they stood. As many at a time as may wait; one
 * entry only, where it is named.
 *
 * @throws {GamekeeperError} `ERR_CONFLICT` when deliveries are faster a hundred times.
 */
export async function retryDeadLetters(
  session: Session,
  receiver: Receiver,
  entry: string | null,
): Promise<DeadLettersRetried> {
  for (let race = 0; race < MOST_RACES; race += 1) {
    const found = await readLeased<Cursor>(session, receiver.cursor);
    const hits = await find(session, under(receiver.cursor.id), 1000, null);
    const wanted = hits.filter((hit) => entry === null || letterOf(session, hit).entry === entry);
    const room = found === null ? 0 : MOST_WAITING - found.body.waiting.length;
    const chosen = wanted.slice(0, Math.max(0, room));
    if (found === null || chosen.length === 0) return { retried: 0, left: hits.length };
    if (await moveBack(session, receiver, found, chosen))
      return { retried: chosen.length, left: hits.length - chosen.length };
    const { timers, primitives } = session.platform;
    await new Promise<void>((resolve) => void timers.start(chance(primitives) * 50, resolve));
  }
  throw new GamekeeperError(
    'ERR_CONFLICT',
    `deliveries to ${receiver.name} were faster; nothing was written`,
  );
}

/** Takes letters out of their documents and into the cursor, in one commit. */
async function moveBack(
  session: Session,
  receiver: Receiver,
  { body, version }: Found<Cursor>,
  hits: readonly IndexHit[],
): Promise<boolean> {
  const due = session.platform.clock.now();
  const again = hits.map((hit): Waiting => {
    const { index, subjects } = letterOf(session, hit);
    return { attempts: 0, due, index, subjects };
  });
  const saved = await save<Cursor>(
    session,
    receiver.cursor,
    version,
    { ...body, waiting: merged(body.waiting, again) },
    {
      checks: hits.map(({ ref, document }) => ({ ref, version: document?.version ?? null })),
      deletes: hits.map(({ ref }) => ref),
    },
  );
  return saved !== null;
}

/** @throws {GamekeeperError} `ERR_INVALID_INPUT` when none has that name. */
export function receiverOf(receivers: readonly Receiver[], name: unknown): Receiver {
  const receiver = receivers.find((one) => one.name === name);
  if (receiver !== undefined) return receiver;
  const names = receivers.map((one) => one.name).join(', ') || 'none';
  throw new GamekeeperError('ERR_INVALID_INPUT', `receiver: there is none of that name; there are ${names}`, {
    path: 'receiver',
  });
}

async function find(
  { store, tenant }: Session,
  bounds: { readonly from?: string; readonly to?: string },
  limit: number,
  after: IndexHit | null | ReturnType<typeof decodeCursor>['after'],
  want: 'refs' | 'documents' = 'documents',
): Promise<readonly IndexHit[]> {
  const range = { index: INDEX, from: '!', to: '~~~~', ...bounds, limit, after, descending: false };
  const [hits = []] = await store.find(tenant, { want, ranges: [range] });
  return hits;
}

function letterOf({ codec }: Session, { document }: IndexHit): DeadLetter {
  if (document === null)
    throw new GamekeeperError('ERR_STORE_CORRUPT', 'a dead letter came without its document');
  return codec.decode<DeadLetter>(document);
}

function viewOf({ kind, receiver, entry, index, attempts, reason, at }: DeadLetter): DeadLetterView {
  return { attempts, at: instantOf(at), entry, index, kind, reason, receiver };
}
