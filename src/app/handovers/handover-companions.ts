import { fateWith, followed, isDone, itemId, kindOf } from '../../handover/index.ts';
import type { Alias } from '../../kernel/index.ts';
import type { Handover, ItemStatus } from '../../model/index.ts';
import type { Transaction } from '../commit/transaction.ts';
import { type LoadedItem, loadRowsOf } from './handover-context.ts';
import { companionsOf, ordersOf } from './held.ts';

/** So many go along in one commit; what is left goes with the next look. */
const MOST = 100;

/** Whether an item is found with a customer, rather than a customer or something of its own. */
export function isCompanion(key: string): boolean {
  return ['order', 'amount', 'communication'].includes(kindOf(key));
}

/**
 * What became of such an item that nobody did anything about: the order was delivered, the sum paid, or the customer
 * is elsewhere. `null` where the handover itself moved the customer and somebody still has to say.
 */
export async function companionNow(
  transaction: Transaction,
  handover: Handover,
  key: string,
  about: Alias,
  customer: Whereabouts,
): Promise<Whereabouts> {
  const orders = await ordersOf(transaction.session, [about]);
  const present = kindOf(key) === 'communication' || companionsOf(orders, transaction).includes(key);
  if (!present) return { status: 'terminated', to: null };
  const item = itemId(handover.id, `customer.${about}`);
  await transaction.load(['handover-item', item]);
  const moved = transaction.get('handover-item', item);
  if (customer === null || moved === null || moved.disposition === null || !isDone(moved.status))
    return customer;
  const fate = fateWith(kindOf(key), moved.status, handover);
  return fate === null ? null : { status: fate, to: fate === 'transferred' ? moved.to : null };
}

/** Where something is that the leaver does not hold any more; `null` when they do after all. */
export type Whereabouts = { readonly status: ItemStatus; readonly to: Alias | null } | null;

/**
 * Takes along with a customer what was found with it and nobody did anything about: open orders, what is
 * outstanding, the record of contacts. In the commit that moves the customer.
 */
export async function takeAlong(
  transaction: Transaction,
  { handover, key, leaver }: LoadedItem,
  customer: Alias,
  status: ItemStatus,
  to: Alias | null,
): Promise<void> {
  if (kindOf(key) !== 'customer' || !isDone(status)) return;
  const orders = await ordersOf(transaction.session, [customer]);
  const keys = new Set([`communication.${customer}`, ...companionsOf(orders, transaction)]);
  const found = await loadRowsOf(transaction, handover, [...keys], 'peek');
  const along = [...found].flatMap(([companion, [, stands]]) => {
    const fate = stands === 'pending' ? fateWith(kindOf(companion), status, handover) : null;
    return fate === null ? [] : [{ companion, fate }];
  });
  if (along.length === 0) return;
  const taken = along.slice(0, MOST);
  const rows = await loadRowsOf(
    transaction,
    handover,
    taken.map(({ companion }) => companion),
  );
  await transaction.load(
    ...taken.map(({ companion }) => ['handover-item', itemId(handover.id, companion)] as const),
  );
  for (const { companion, fate } of taken) {
    const row = rows.get(companion);
    if (row === undefined) continue;
    const item = { about: customer, handover, key: companion, leaver, row };
    transaction.record(followed(item, fate, fate === 'transferred' ? to : null));
  }
}
