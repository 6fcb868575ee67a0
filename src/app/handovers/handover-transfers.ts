import { heardOf, mayStart } from '../../handover/index.ts';
import type { EntryId } from '../../kernel/index.ts';
import type { HandoverItem } from '../../model/index.ts';
import type { CustomerTransfer, DocumentRef, TransferOutcome } from '../../ports/index.ts';
import { partsOf } from '../commit/batch.ts';
import { byItself } from '../commit/by-itself.ts';
import { hostIdOf } from '../commit/host-ids.ts';
import type { Session } from '../commit/session.ts';
import { loadHandover, loadItem } from './handover-context.ts';
import { afterwards } from './handover-items.ts';

/** How many reassignments are asked for in one look. */
const A_LOOK = 100;

/** An item that waits for an outside system, under the entry by which it began to: the key of the reassignment. */
interface Waiting {
  readonly item: HandoverItem;
  readonly key: EntryId;
  readonly channel: CustomerTransfer;
}

/** Asks outside systems where the items stand that wait for them; it is asked anew whenever somebody sweeps. */
export interface OutsideTransfers {
  /** Looks at some items at once: one question for each channel and hundred. */
  look(refs: readonly DocumentRef[]): Promise<void>;
  /**
   * Starts a reassignment that nobody knows of outside, or carries out what became of it.
   *
   * @throws Why the channel failed: the item is looked at again by the next sweep.
   */
  settle(ref: DocumentRef): Promise<'transfersCompleted' | 'nothing'>;
}

/** Reassignments as they stood when somebody looked. */
export function outsideTransfers(session: Session): OutsideTransfers {
  const waiting = new Map<string, Waiting>();
  const seen = new Map<string, TransferOutcome | 'unknown'>();
  const failed = new Map<CustomerTransfer, unknown>();
  return {
    async look(refs) {
      const documents = await session.store.get(session.tenant, refs);
      const byChannel = new Map<CustomerTransfer, EntryId[]>();
      for (const document of documents) {
        if (document === null) continue;
        const item = session.codec.decode<HandoverItem>(document);
        const channel = session.platform.transfers.get(item.channel?.name ?? '');
        // Another process has this channel.
        if (channel === undefined) continue;
        const key = document.version as EntryId;
        waiting.set(document.ref.id, { channel, item, key });
        byChannel.set(channel, [...(byChannel.get(channel) ?? []), key]);
      }
      for (const [channel, keys] of byChannel) {
        for (const part of partsOf(keys, A_LOOK)) {
          try {
            const outcomes = await channel.outcomes(part);
            for (const [at, key] of part.entries())
              seen.set(key, outcomes[at] as TransferOutcome | 'unknown');
          } catch (error) {
            failed.set(channel, error);
          }
        }
      }
    },
    async settle({ id }) {
      const known = waiting.get(id);
      if (known === undefined) return 'nothing';
      const { channel, key } = known;
      const outcome = seen.get(key);
      if (outcome === undefined) throw failed.get(channel);
      const stands = outcome === 'unknown' ? await start(session, known) : outcome;
      if (stands === 'waiting') return 'nothing';
      return (await conclude(session, known, stands)) ? 'transfersCompleted' : 'nothing';
    },
  };
}

/** Hands a reassignment over to its channel, unless there is nothing to be moved, or nobody to move it to, by now. */
async function start(session: Session, { channel, item, key }: Waiting): Promise<TransferOutcome> {
  const order = await byItself(session, 'look-at-handover', async (transaction) => {
    const context = await loadHandover(transaction, item.handover);
    const loaded = context === null ? null : await loadItem(transaction, context, item.item);
    if (loaded === null || !mayStart(loaded)) return null;
    const customer = loaded.customer?.id ?? null;
    const { org } = transaction.company;
    const [from, to] = [loaded.leaver.alias, item.to].map((alias) => hostIdOf(org, alias));
    if (customer === null || from == null || to == null) return null;
    const { tenant } = session;
    return item.channel?.back === true
      ? { customer, from: to, key, tenant, to: from }
      : { customer, from, key, tenant, to };
  });
  return order === null ? 'receiver_full' : channel.start(order);
}

/** Carries out the end of a reassignment, unless the item waits for another one, or for none, by now. */
async function conclude(
  session: Session,
  { item, key }: Waiting,
  outcome: Exclude<TransferOutcome, 'waiting'>,
): Promise<boolean> {
  return byItself(session, 'complete-item', async (transaction) => {
    const context = await loadHandover(transaction, item.handover);
    const loaded = context === null ? null : await loadItem(transaction, context, item.item);
    if (loaded === null || loaded.row[0] !== key) return false;
    const event = heardOf(loaded, outcome);
    if (event === null) return false;
    transaction.record(event);
    // What was given back, or lies elsewhere, moves nothing here.
    const ends = event.type === 'handover-item-completed' && item.channel?.back !== true;
    if (ends) await afterwards(transaction, loaded, event);
    return true;
  });
}
