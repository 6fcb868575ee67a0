import {
  bucketOf,
  customerOf,
  type HandoverContext,
  isDone,
  itemId,
  kindOf,
  overtaken,
  referenceOf,
} from '../../handover/index.ts';
import { type Alias, isUuidv7 } from '../../kernel/index.ts';
import type { Customer, Handover, HandoverRow } from '../../model/index.ts';
import { partsOf } from '../commit/batch.ts';
import { byItself } from '../commit/by-itself.ts';
import type { Session } from '../commit/session.ts';
import type { Transaction } from '../commit/transaction.ts';
import { companionNow, isCompanion, type Whereabouts } from './handover-companions.ts';
import { aboutItem, isShared, loadHandover, loadRows, loadRowsOf } from './handover-context.ts';
import { restore } from './handover-restore.ts';
import { beginWatch } from './handover-watch.ts';
import { addUp, heldBy } from './held.ts';

/** How many items one entry names: each is a subject, and an entry has 200 at most. */
const ITEMS_AN_ENTRY = 190;
/** How many items one commit adds or looks at. */
const ITEMS_A_COMMIT = 380;

/** Does what is left to do in parts, if anything is: it may be called at any time, twice, and by anybody. */
export async function finishJob(session: Session, id: string): Promise<void> {
  const handover = await look(session, id);
  if (handover?.job === 'find') await reconcile(session, id);
  if (handover?.job === 'restore') await restore(session, handover);
  if (handover?.job === 'watch') await beginWatch(session, id);
}

/**
 * Brings a handover's items in step with what the leaver holds now: what was acquired joins, what somebody moved
 * by the ordinary ways is noted as such. The first time, it finds what was held at the opening.
 * Cost: what the leaver holds.
 */
export async function reconcile(session: Session, id: string): Promise<void> {
  const handover = await look(session, id);
  if (handover === null || !['opened', 'preparing', 'forced_exit'].includes(handover.state)) return;
  const { keys: held, orders } = await byItself(session, 'find-held', (transaction) =>
    heldBy(transaction, handover.leaver),
  );
  const byBucket = (left: string, right: string): number =>
    bucketOf(left, handover.buckets) - bucketOf(right, handover.buckets);
  const first = handover.job === 'find';
  for (const part of partsOf([...held].sort(byBucket), ITEMS_A_COMMIT))
    await addMissing(session, id, part, !first);
  if (first) {
    await byItself(session, 'find-held', async (transaction) => {
      const context = await loadHandover(transaction, id);
      if (context?.handover.job !== 'find') return;
      const kinds = new Map<string, number>();
      for (const key of held) kinds.set(kindOf(key), (kinds.get(kindOf(key)) ?? 0) + 1);
      transaction.record({
        type: 'handover-items-found',
        subjects: [handover.leaver],
        data: {
          handover: id,
          kinds: Object.fromEntries(kinds),
          openOrders: orders.filter(({ outstanding }) => outstanding > 0).length,
          outstanding: addUp(orders),
        },
      });
    });
    return;
  }
  await noteOvertaken(session, id, held);
}

/** The handover as it is now. */
async function look(session: Session, id: string): Promise<Handover | null> {
  if (!isUuidv7(id)) return null;
  return byItself(session, 'look-at-handover', async (transaction) => {
    await transaction.peek(['handover', id]);
    return transaction.get('handover', id);
  });
}

/** Adds items that have no row yet. Buckets are read to be checked, so that two who add do it once. */
async function addMissing(
  session: Session,
  id: string,
  keys: readonly string[],
  acquired: boolean,
): Promise<void> {
  await byItself(session, 'find-held', async (transaction) => {
    const context = await loadHandover(transaction, id);
    if (context === null || context.handover.state === 'withdrawn') return;
    const { handover, leaver } = context;
    // Hired again meanwhile, they hold what they hold for themselves.
    if (leaver.episode !== handover.episode) return;
    const rows = await loadRowsOf(transaction, handover, keys);
    const missing = keys.filter((key) => !rows.has(key));
    for (const items of partsOf(missing, ITEMS_AN_ENTRY)) {
      transaction.record({
        type: 'handover-items-added',
        subjects: [...new Set([leaver.alias, ...items.flatMap((key) => customerOf(key) ?? [])])],
        data: { acquired, handover: id, items },
      });
    }
  });
}

/** Notes items that the leaver holds no more although nothing was done about them here. */
async function noteOvertaken(session: Session, id: string, held: ReadonlySet<string>): Promise<void> {
  const open = await byItself(session, 'find-held', async (transaction) => {
    const context = await loadHandover(transaction, id);
    if (context === null) return [];
    const { rows } = await loadRows(transaction, context.handover);
    return [...rows].flatMap(([key, row]) => (isOvertakable(key, row) && !held.has(key) ? [key] : []));
  });
  for (const part of partsOf(open, 50)) {
    await byItself(session, 'find-held', async (transaction) => {
      const context = await loadHandover(transaction, id);
      if (context === null) return;
      const rows = await loadRowsOf(transaction, context.handover, part);
      await transaction.load(...part.map((key) => ['handover-item', itemId(id, key)] as const));
      for (const key of part) {
        const row = rows.get(key);
        if (row === undefined || !isOvertakable(key, row)) continue;
        // What the host reported is the host's to say something of.
        const item = transaction.get('handover-item', itemId(id, key));
        if (item?.reportedIn != null) continue;
        const about = kindOf(key) === 'claim' ? null : await aboutItem(transaction, key);
        const moved = item?.share === undefined ? null : row[2];
        const now = await whereabouts(transaction, context, key, about, moved);
        // A moved item that came back for correction is still to be accepted.
        if (now === null || (row[1] !== 'pending' && row[2] !== null && row[2] === now.to)) continue;
        transaction.record(overtaken({ ...context, about, key, row }, now.status, now.to));
      }
    });
  }
}

/** What goes along with a customer is overtaken only while nobody did anything about it. */
function isOvertakable(key: string, [, status]: HandoverRow): boolean {
  if (isCompanion(key)) return status === 'pending';
  return !isDone(status) && ['customer', 'claim', 'collaboration'].includes(kindOf(key));
}

/** Where the claim, the share or the customer of an item is by now; `moved`: to whom the handover moved a share. */
async function whereabouts(
  transaction: Transaction,
  { handover, leaver }: HandoverContext,
  key: string,
  about: Alias | null,
  moved: Alias | null,
): Promise<Whereabouts> {
  if (kindOf(key) === 'claim') {
    await transaction.load(['claim', referenceOf(key)]);
    const claim = transaction.get('claim', referenceOf(key));
    if (claim != null && claim.claimant !== leaver.alias)
      return { status: 'transferred', to: claim.claimant };
    return claim?.status === 'submitted' ? null : { status: 'terminated', to: null };
  }
  if (about === null) return { status: 'terminated', to: null };
  await transaction.load(['customer', about]);
  const customer = transaction.get('customer', about);
  if (kindOf(key) === 'collaboration') {
    if (isShared(customer, leaver.alias)) return null;
    return moved === null ? { status: 'terminated', to: null } : { status: 'transferred', to: moved };
  }
  const now = customer?.owner === leaver.alias ? null : lies(customer);
  return isCompanion(key) ? companionNow(transaction, handover, key, about, now) : now;
}

function lies(customer: Customer | null): Whereabouts {
  if (customer?.owner != null) return { status: 'transferred', to: customer.owner };
  return { status: customer?.pool != null ? 'pooled' : 'terminated', to: null };
}
