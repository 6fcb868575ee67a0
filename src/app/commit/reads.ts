import { type Alias, HOUR_MS, instantOf } from '../../kernel/index.ts';
import type { Facts } from '../../model/index.ts';
import type { DocumentRef } from '../../ports/index.ts';
import { listRoot, writeIdList } from './id-lists.ts';
import type { Transaction } from './transaction.ts';

/**
 * Records that somebody saw guarded fields of a customer, or what is kept about an employee: one entry for each
 * actor, subject, set of fields and clock hour. The reader answers after the commit, so what was seen is on record before it is seen.
 */
export async function recordRead(
  transaction: Transaction,
  type: string,
  subject: Alias,
  onBehalfOf: Alias | null,
  fields: readonly string[],
  facts: Facts = { customer: subject },
): Promise<void> {
  // Who was shown nothing because the guard withheld it has asked all the same.
  if (fields.length === 0 && transaction.asked === null) return;
  const { session, now } = transaction;
  const hour = Math.floor(Date.parse(now) / HOUR_MS);
  const key = keyOf(transaction, type, subject, onBehalfOf, fields);
  if (session.readsOnRecord.get(key) === true) return;
  const ref: DocumentRef = { collection: 'fold', id: key };
  const [found] = await transaction.loadRaw([ref]);
  if (found != null) {
    session.codec.decode(found);
    session.readsOnRecord.set(key, true);
    return;
  }
  const entry = transaction.record({
    type,
    subjects: [subject],
    data: { ...facts, fields: [...fields].sort() },
    onBehalfOf,
  });
  const until = instantOf((hour + 1) * HOUR_MS);
  transaction.write(session.codec.encode(ref, entry, { entry }, [{ index: 'due', key: `seen.${until}` }]));
  transaction.onKept(() => session.readsOnRecord.set(key, true));
}

/** Records a list: how many were shown, the Merkle root of their aliases, and the aliases beside it. */
export function recordList(
  transaction: Transaction,
  type: string,
  shown: readonly string[],
  facts: { readonly [name: string]: string | boolean | null },
): void {
  const root = listRoot(transaction, shown);
  const entry = transaction.record({ type, subjects: [], data: { ...facts, count: shown.length, root } });
  writeIdList(transaction, entry, shown);
}

/** Whether this process knows that such a read is on record in this hour already. */
export function readOnRecord(
  transaction: Transaction,
  type: string,
  customer: Alias,
  fields: readonly string[],
): boolean {
  return transaction.session.readsOnRecord.get(keyOf(transaction, type, customer, null, fields)) === true;
}

function keyOf(
  { session, actor, now }: Transaction,
  type: string,
  customer: Alias,
  onBehalfOf: Alias | null,
  fields: readonly string[],
): string {
  const kind = session.codec.keyedHash('read', actor.party, onBehalfOf ?? '', type, customer, ...fields);
  return `${kind}.${Math.floor(Date.parse(now) / HOUR_MS)}`;
}
