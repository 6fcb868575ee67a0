import {
  bucketId,
  bucketOf,
  decideAccept,
  decideComplete,
  decideOffer,
  decidePrepare,
  decideReturn,
  decideWaive,
  type HandoverContext,
  type HandoverRefusal,
  type ItemDecision,
  kindOf,
  MOST_IN_BUCKET,
  manages,
} from '../../handover/index.ts';
import { type Alias, fail, type JsonValue, ok, type Result } from '../../kernel/index.ts';
import {
  completeOptions,
  type EventDraft,
  hostIds,
  type ItemStatus,
  idInput,
  keyOnly,
  offerOptions,
  onBehalfOf,
  prepareInput,
  reasonOptions,
  reportedItems,
  validate,
} from '../../model/index.ts';
import {
  claimDropped,
  claimHandedOver,
  handedOver,
  MAIN_POOL,
  pooled,
  shareAsHeld,
  shareHandedOver,
  terminated,
} from '../../ownership/index.ts';
import { raiseRefused } from '../alerts/watch-alerts.ts';
import { type Batch, eachOf, itemKey } from '../commit/batch.ts';
import type { ShellRefusal } from '../commit/execute.ts';
import { type Receipt, receiptOf } from '../commit/receipts.ts';
import type { Transaction } from '../commit/transaction.ts';
import { type Desk, perform } from '../desk.ts';
import { takeAlong } from './handover-companions.ts';
import { type LoadedItem, loadHandover, loadItem } from './handover-context.ts';
import { watchCustomers } from './handover-watch.ts';
import type { HandoversArea } from './handovers.ts';
import { addUp, ordersOf } from './held.ts';

/** What became of a step about one item. */
export type ItemResult = Result<Receipt, HandoverRefusal | ShellRefusal>;
/** What became of a step about each of many items. */
export type ItemsResult = Promise<Result<Batch<Receipt, HandoverRefusal | ShellRefusal>, never>>;

type ItemVerbs = 'report' | 'prepare' | 'offer' | 'accept' | 'complete' | 'return' | 'waive';

/** The verbs about single items of a handover. */
export function handoverItems(desk: Desk): Pick<HandoversArea, ItemVerbs> {
  const many = async (
    items: string | readonly string[],
    work: (item: string) => Promise<ItemResult>,
  ): ItemsResult =>
    ok(await eachOf(validate(hostIds, typeof items === 'string' ? [items] : items, 'items'), String, work));
  return {
    async report(id, input) {
      const items = validate(reportedItems, input, 'items');
      return ok(
        await eachOf(
          items,
          ({ id: itemOfHost }) => itemOfHost,
          (item) => report(desk, id, item),
        ),
      );
    },
    async prepare(id, item, input) {
      const {
        idempotencyKey,
        fields = {},
        disposition = 'transfer',
        to,
        amount = null,
      } = validate(prepareInput, input, 'preparation');
      const facts = { amount, disposition, fields, to: to ?? null } as const;
      return step(desk, 'prepare-item', id, item, idempotencyKey, facts, async (loaded, transaction) => {
        const receiver = to === undefined ? undefined : (loaded.org.byId.get(to)?.alias ?? null);
        const orders =
          kindOf(loaded.key) === 'customer' && loaded.customer !== null
            ? await ordersOf(transaction.session, [loaded.customer.alias])
            : [];
        return decidePrepare(loaded, { amount, disposition, fields, to: receiver }, addUp(orders));
      });
    },
    async offer(id, items, options = {}) {
      const { idempotencyKey, channel = null } = validate(offerOptions, options, 'options');
      return many(items, (item) =>
        step(desk, 'offer-item', id, item, itemKey(idempotencyKey, item), { channel }, async (loaded) =>
          decideOffer(loaded, channel),
        ),
      );
    },
    async accept(id, items, options = {}) {
      const { idempotencyKey } = validate(keyOnly, options, 'options');
      return many(items, (item) =>
        step(desk, 'accept-item', id, item, itemKey(idempotencyKey, item), {}, async (loaded, transaction) =>
          decideAccept(loaded, transaction.session.platform.transfers),
        ),
      );
    },
    async complete(id, item, options) {
      const { idempotencyKey, outcome } = validate(completeOptions, options, 'options');
      return step(desk, 'complete-item', id, item, idempotencyKey, { outcome }, async (loaded) =>
        decideComplete(loaded, outcome),
      );
    },
    async return(id, item, options) {
      const { idempotencyKey, reason } = validate(reasonOptions, options, 'options');
      return step(desk, 'return-item', id, item, idempotencyKey, { reason }, async (loaded) =>
        decideReturn(loaded, reason),
      );
    },
    async waive(id, item, options) {
      const { idempotencyKey, reason } = validate(reasonOptions, options, 'options');
      return step(desk, 'waive-item', id, item, idempotencyKey, { reason }, async (loaded) =>
        decideWaive(loaded, reason),
      );
    },
  };
}

/** A step about one item: read, decided, recorded, and what it moves moved with it. */
function step(
  desk: Desk,
  attempt: string,
  id: string,
  item: string,
  idempotencyKey: string | undefined,
  facts: JsonValue,
  decide: (loaded: LoadedItem, transaction: Transaction) => Promise<Result<ItemDecision, HandoverRefusal>>,
): Promise<ItemResult> {
  const handoverId = validate(idInput, id, 'id');
  const itemName = validate(idInput, item, 'item');
  let about: readonly Alias[] = [];
  return perform<Receipt, HandoverRefusal>(desk, {
    attempt,
    idempotencyKey,
    arguments: { facts, handover: handoverId, item: itemName },
    subjects: () => about,
    async decide(transaction) {
      const context = await loadHandover(transaction, handoverId);
      if (context === null) return fail({ code: 'not-found' });
      about = [context.leaver.alias];
      const loaded = await loadItem(transaction, context, itemName);
      if (loaded === null) return fail({ code: 'not-found' });
      if (loaded.customer !== null) about = [loaded.customer.alias, context.leaver.alias];
      const decision = await decide(loaded, transaction);
      if (!decision.ok) return decision;
      const { event, place } = decision.value;
      transaction.record({
        ...withShare(event, loaded),
        onBehalfOf: onBehalfOf(transaction.actor, place.capacity),
      });
      return afterwards(transaction, loaded, event);
    },
    answer: receiptOf,
  });
}

/** Of a share that goes to somebody, or ends, the entry says what it was: a withdrawn notice gives it back. */
function withShare(event: EventDraft, { customer, key, leaver, row }: LoadedItem): EventDraft {
  const { status } = event.data;
  const ends = kindOf(key) === 'collaboration' && (status === 'transferred' || status === 'terminated');
  const share = ends && customer !== null ? shareAsHeld(customer, leaver.alias, row[2]) : null;
  return share === null ? event : { ...event, data: { ...event.data, share: { ...share } as JsonValue } };
}

/** What a step brings with it: something moves, and what moves after the exit is watched. */
export async function afterwards(
  transaction: Transaction,
  loaded: LoadedItem,
  { data }: EventDraft,
): Promise<Result<null, HandoverRefusal>> {
  const { customer, handover, key, row } = loaded;
  const status = data.status as ItemStatus;
  const result = move(transaction, loaded, status);
  if (!result.ok || customer === null || kindOf(key) !== 'customer') return result;
  await takeAlong(transaction, loaded, customer.alias, status, row[2]);
  if (data.outcome === 'refused')
    await raiseRefused(transaction, customer.alias, { by: 'channel', handover: handover.id });
  if (
    status === 'transferred' &&
    handover.monitoredUntil !== null &&
    handover.monitoredUntil > transaction.now
  )
    await watchCustomers(transaction, handover, [customer.alias], false);
  return result;
}

/** What an item stands for goes where the item says, in the same commit. */
function move(
  transaction: Transaction,
  { claim, customer, handover, key, leaver, moved, row }: LoadedItem,
  status: ItemStatus,
): Result<null, HandoverRefusal> {
  const to = row[2];
  if (!['transferred', 'pooled', 'terminated', 'written_off'].includes(status)) return ok(null);
  // Came back for correction after it had moved: it stays where it is.
  if (moved !== null) return moved.to === to ? ok(null) : fail({ code: 'already-moved' });
  if (kindOf(key) === 'claim' && claim !== null) {
    if (claim.status !== 'submitted') return ok(null);
    transaction.record(
      status === 'transferred' && to !== null
        ? claimHandedOver(claim, to, handover.id)
        : claimDropped(claim, handover.id),
    );
    return ok(null);
  }
  if (customer === null) return ok(null);
  if (kindOf(key) === 'collaboration') {
    const receiver = status === 'transferred' ? to : null;
    for (const event of shareHandedOver(customer, leaver.alias, receiver, handover.id))
      transaction.record(event);
    return ok(null);
  }
  // What goes along with a customer lies with it: nothing else moves.
  if (kindOf(key) !== 'customer') return ok(null);
  if (status === 'transferred' && to !== null) {
    // What an outside system has done, no cap undoes.
    if (transaction.actor.party !== 'system')
      transaction.bound('holdings', to, transaction.company.policy.ownership.maxHeld);
    transaction.record(handedOver(customer, to, handover.id));
  } else if (status === 'pooled') transaction.record(pooled(customer, MAIN_POOL, handover.id));
  else
    transaction.record(
      terminated(customer, status === 'written_off' ? 'written_off' : 'terminated', handover.id),
    );
  return ok(null);
}

/** Adds something that only the host knows of. Reported twice, it is there once. */
function report(
  desk: Desk,
  id: string,
  item: { readonly kind: string; readonly id: string; readonly label?: string | undefined },
): Promise<ItemResult> {
  const handoverId = validate(idInput, id, 'id');
  return perform<Receipt, HandoverRefusal>(desk, {
    attempt: 'report-item',
    arguments: { handover: handoverId, item: item.id, kind: item.kind, label: item.label ?? null },
    async decide(transaction) {
      const context = await loadHandover(transaction, handoverId);
      if (context === null) return fail({ code: 'not-found' });
      if (!mayReport(context)) return fail({ code: 'not-permitted', needs: 'people.manage' });
      const { handover, leaver } = context;
      if (handover.state !== 'opened' && handover.state !== 'preparing')
        return fail({ code: 'handover-over', status: handover.state });
      const { codec } = transaction.session;
      const key = `${item.kind}.${codec.keyedHash('handover item', item.kind, item.id)}`;
      // An order that the keeper knows of was found by itself.
      const found = item.kind === 'order' ? `order.${codec.keyedHash('order', item.id)}` : key;
      if (
        [await loadItem(transaction, context, key), await loadItem(transaction, context, found)].some(Boolean)
      )
        return fail({ code: 'wrong-step', status: 'pending' });
      const bucket = bucketId(handover.id, bucketOf(key, handover.buckets));
      if (Object.keys(transaction.get('handover-bucket', bucket)?.rows ?? {}).length >= MOST_IN_BUCKET)
        return fail({ code: 'too-many-items', cap: MOST_IN_BUCKET * handover.buckets });
      transaction.record({
        type: 'handover-item-reported',
        subjects: [leaver.alias],
        data: {
          acquired: handover.state !== 'opened',
          handover: handover.id,
          item: key,
          status: 'pending',
          to: null,
        },
        disclosures: {
          id: { subject: leaver.alias, value: item.id },
          ...(item.label === undefined ? {} : { label: { subject: leaver.alias, value: item.label } }),
        },
      });
      return ok(null);
    },
    answer: receiptOf,
  });
}

function mayReport(context: HandoverContext): boolean {
  return manages(context) !== null || context.actor.employee?.alias === context.leaver.alias;
}
