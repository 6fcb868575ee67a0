import { cameToNothing } from '../../followup/index.ts';
import {
  habitOf,
  isDone,
  kindOf,
  referenceOf,
  unwatched,
  type Watched,
  watched,
} from '../../handover/index.ts';
import type { Alias, Instant } from '../../kernel/index.ts';
import { parseLeaf } from '../../ledger/index.ts';
import type { Clock, FollowUp, Handover, Order } from '../../model/index.ts';
import { partsOf } from '../commit/batch.ts';
import { byItself } from '../commit/by-itself.ts';
import { readRange, under } from '../commit/read-range.ts';
import type { Session } from '../commit/session.ts';
import type { Transaction } from '../commit/transaction.ts';
import { loadHandover, loadRows } from './handover-context.ts';
import { ordersOf } from './held.ts';

/** How many customers one commit begins or ends to watch: each clock is named in what the entry rests on. */
const A_COMMIT = 60;

/** Whether a sale is one: an order over something that did not come to nothing. */
function isSale({ amount, stage }: Order, { company }: Transaction): boolean {
  return amount > 0 && !cameToNothing(stage, company.policy);
}

/** Watches the customers that a handover moved to somebody, part by part; the last part ends the job. */
export async function beginWatch(session: Session, id: string): Promise<void> {
  const moved = await byItself(session, 'watch-customers', async (transaction) => {
    const context = await loadHandover(transaction, id);
    if (context === null) return [];
    const { rows } = await loadRows(transaction, context.handover);
    return [...rows].flatMap(([key, [, status, to]]) =>
      kindOf(key) === 'customer' && status === 'transferred' && to !== null
        ? [referenceOf(key) as Alias]
        : [],
    );
  });
  const parts = partsOf(moved, A_COMMIT);
  for (const [at, part] of (parts.length === 0 ? [[]] : parts).entries()) {
    await byItself(session, 'watch-customers', async (transaction) => {
      const context = await loadHandover(transaction, id);
      if (context?.handover.job === 'watch')
        await watchCustomers(transaction, context.handover, part, at >= parts.length - 1);
    });
  }
}

/** Watches some customers from now on: whoever has an owner, and is not watched for this handover already. */
export async function watchCustomers(
  transaction: Transaction,
  { id, openedAt }: Pick<Handover, 'id' | 'openedAt'>,
  customers: readonly Alias[],
  last: boolean,
): Promise<void> {
  const { company, session } = transaction;
  await transaction.load(...customers.map((customer) => ['clock', customer] as const));
  const clocks = customers.flatMap((customer) => {
    const clock = transaction.get('clock', customer);
    return clock === null || clock.watch?.handover === id ? [] : [clock];
  });
  const orders = await ordersOf(
    session,
    clocks.map(({ customer }) => customer),
  );
  const begun: Watched[] = [];
  for (const clock of clocks) {
    const sales = orders.filter((order) => order.customer === clock.customer && isSale(order, transaction));
    begun.push({
      contactedAt: await firstContact(session, clock),
      customer: clock.customer,
      orders: habitOf(sales, openedAt, company.policy.handover.silentOrderDays),
    });
  }
  if (begun.length > 0 || last) transaction.record(watched(id, begun, last));
}

/** When the owner, or who stood in for them, first got in touch for good since the customer is theirs. */
async function firstContact(session: Session, clock: Clock): Promise<Instant | null> {
  if (clock.since <= clock.ownedSince) return null;
  const { codec, store, tenant } = session;
  const walk = {
    index: 'follow-ups-about',
    from: `${clock.customer}.${clock.ownedSince}`,
    want: 'documents',
  } as const;
  for await (const { document } of readRange(store, tenant, { ...walk, to: under(clock.customer).to })) {
    if (document === null) continue;
    const followUp = codec.decode<FollowUp>(document);
    if (
      followUp.qualifies &&
      (followUp.by === clock.owner || (await stoodIn(session, followUp, clock.owner)))
    )
      return followUp.at;
  }
  return null;
}

async function stoodIn({ codec, store, tenant }: Session, { id }: FollowUp, owner: Alias): Promise<boolean> {
  const [entry] = await store.readEntries(tenant, { by: 'id', ids: [id] });
  if (entry === undefined) return false;
  codec.checkEntry(entry);
  return parseLeaf(entry.leaf)?.onBehalfOf === owner;
}

/** When a customer last bought: what a silence is decided by, whatever is remembered of it. */
export async function lastSaleAt(transaction: Transaction, customer: Alias): Promise<Instant | null> {
  const orders = await ordersOf(transaction.session, [customer]);
  const sales = orders.filter((order) => isSale(order, transaction)).map(({ at }) => at);
  return sales.sort().at(-1) ?? null;
}

/**
 * Ends the watch over the customers of a handover once its time is over: part by part, then the handover. One that
 * was forced stays open while items are.
 */
export async function endWatch(session: Session, id: string): Promise<boolean> {
  if (!(await byItself(session, 'sweep-handovers', (transaction) => isOver(transaction, id)))) return false;
  const watching: Alias[] = [];
  const walk = { index: 'watched', ...under(id), want: 'refs' } as const;
  for await (const { ref } of readRange(session.store, session.tenant, walk)) watching.push(ref.id as Alias);
  for (const part of partsOf(watching, A_COMMIT)) {
    await byItself(session, 'sweep-handovers', async (transaction) => {
      await transaction.load(...part.map((customer) => ['clock', customer] as const));
      const mine = part.filter((customer) => transaction.get('clock', customer)?.watch?.handover === id);
      if (mine.length > 0) transaction.record(unwatched(id, mine));
    });
  }
  return byItself(session, 'sweep-handovers', async (transaction) => {
    if (!(await isOver(transaction, id))) return false;
    const { handover } = (await loadHandover(transaction, id)) as { handover: Handover };
    const { rows } = await loadRows(transaction, handover);
    const open = handover.state === 'forced_exit' && [...rows.values()].some(([, status]) => !isDone(status));
    transaction.record({
      type: open ? 'handover-watch-ended' : 'handover-closed',
      subjects: [handover.leaver],
      data: { handover: id },
    });
    return true;
  });
}

/** Whether a handover's time of watching is over, and that was not noted yet. What is begun has to be through first. */
async function isOver(transaction: Transaction, id: string): Promise<boolean> {
  const handover = (await loadHandover(transaction, id))?.handover;
  if (handover === undefined || (handover.state !== 'monitored' && handover.state !== 'forced_exit'))
    return false;
  if (handover.job !== null) return false;
  return handover.monitoredUntil !== null && handover.monitoredUntil <= transaction.now;
}
