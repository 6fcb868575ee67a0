import { givenBack, type ItemContext, itemId, kindOf, referenceOf } from '../../handover/index.ts';
import type { Handover, HandoverItem, HandoverRow, StateCollection } from '../../model/index.ts';
import { claimHandedOver, type HeldShare, handedOver, shareGivenBack } from '../../ownership/index.ts';
import { partsOf } from '../commit/batch.ts';
import { byItself } from '../commit/by-itself.ts';
import type { Session } from '../commit/session.ts';
import type { Transaction } from '../commit/transaction.ts';
import { loadHandover, loadRows, loadRowsOf } from './handover-context.ts';

/** How many items one commit gives back: each is a customer, a clock and two counters at most. */
const A_COMMIT = 60;

/** Gives back what a withdrawn handover had moved, as far as it still lies where it was moved to. */
export async function restore(session: Session, { id, leaver }: Handover): Promise<void> {
  const moved = await byItself(session, 'restore-handover', async (transaction) => {
    const context = await loadHandover(transaction, id);
    return context === null ? [] : [...(await loadRows(transaction, context.handover)).rows].filter(isMoved);
  });
  for (const part of partsOf(moved, A_COMMIT)) {
    await byItself(session, 'restore-handover', async (transaction) => {
      const context = await loadHandover(transaction, id);
      // Who has left since takes nothing back.
      if (context?.handover.job !== 'restore' || context.leaver.status === 'departed') return;
      await transaction.load(...part.flatMap(([key]) => documentsOf(id, key)));
      const outside = part.map(([key]) => key).filter((key) => liesOutside(transaction, id, key));
      await loadRowsOf(transaction, context.handover, outside);
      for (const [key, row] of part) {
        const item = transaction.get('handover-item', itemId(id, key));
        // What others moved by the ordinary ways is theirs to answer for.
        if (item === null || item.disposition === null) continue;
        giveBack(transaction, { ...context, about: null, item, key, moved: null, row });
      }
    });
  }
  await byItself(session, 'restore-handover', async (transaction) => {
    const context = await loadHandover(transaction, id);
    if (context?.handover.job !== 'restore') return;
    transaction.record({ type: 'handover-restored', subjects: [leaver], data: { handover: id } });
  });
}

/** Whether something may have to be given back, corrections under way included: of a share also what merely ended. */
function isMoved([key, [, status, to]]: readonly [string, HandoverRow]): boolean {
  const kind = kindOf(key);
  if (kind === 'customer') return to !== null || status === 'pooled';
  if (kind === 'claim') return to !== null;
  return kind === 'collaboration' && (to !== null || status === 'terminated');
}

function documentsOf(handover: string, key: string): readonly (readonly [StateCollection, string])[] {
  const reference = referenceOf(key);
  const item = ['handover-item', itemId(handover, key)] as const;
  if (kindOf(key) === 'claim') return [item, ['claim', reference]];
  return [item, ['customer', reference], ['clock', reference]];
}

/** Whether an outside system moved something too. */
function liesOutside(transaction: Transaction, handover: string, key: string): boolean {
  return transaction.get('handover-item', itemId(handover, key))?.channel?.driven === true;
}

function giveBack(transaction: Transaction, context: ItemContext & { readonly item: HandoverItem }): void {
  const { handover, item, key, leaver, row } = context;
  const [, status, to] = row;
  if (kindOf(key) === 'claim') {
    // Decided meanwhile, it is a customer of whoever it was approved for.
    const claim = transaction.get('claim', referenceOf(key));
    if (claim?.status === 'submitted' && claim.claimant === to)
      transaction.record(claimHandedOver(claim, leaver.alias, handover.id));
    return;
  }
  const customer = transaction.get('customer', referenceOf(key));
  if (customer?.state !== 'live') return;
  if (kindOf(key) === 'collaboration') {
    const share = item.share as HeldShare | undefined;
    const events =
      share === undefined
        ? []
        : shareGivenBack(customer, leaver.alias, to, share, transaction.today, handover.id);
    for (const event of events) transaction.record(event);
    return;
  }
  const lies = status === 'pooled' ? customer.owner === null : to !== null && customer.owner === to;
  if (!lies) return;
  transaction.record(handedOver(customer, leaver.alias, handover.id));
  if (liesOutside(transaction, handover.id, key))
    transaction.record(givenBack({ ...context, about: customer.alias }));
}
