import { type Alias, fail, type JsonValue, ok, type Result } from '../kernel/index.ts';
import {
  type EventDraft,
  type Handover,
  type HandoverItem,
  type HandoverItemKind,
  type ItemStatus,
  peopleFault,
} from '../model/index.ts';
import {
  type ItemContext,
  isLeaversSide,
  manages,
  reviews,
  stays,
  stillOpen,
  templateOf,
} from './context.ts';
import { type ItemDecision, receiverOf, subjectOf } from './decide-prepare.ts';
import { type ItemStep, isStep, kindOf } from './item-steps.ts';
import type { HandoverRefusal } from './refusals.ts';

/** How an outside channel ends a reassignment. */
type ChannelEnd = 'done' | 'refused' | 'receiver_full';

/** How an item ends that goes to nobody. */
const ENDS = { return_to_pool: 'pooled', terminate: 'terminated', write_off: 'written_off' } as const;

/**
 * Sends a prepared item on its way. A transfer waits for its receiver; what goes to nobody is carried out here,
 * and money is written off by finance. Nobody offers to themselves, and no leaver to anybody.
 *
 * @param channel The outside system that the transfer goes through, and which answers later.
 */
export function decideOffer(
  context: ItemContext,
  channel: string | null,
): Result<ItemDecision, HandoverRefusal> {
  const begun = begin(context, 'offer');
  if (!begun.ok) return begun;
  const { item, org, actor } = context;
  const { disposition, to } = item as HandoverItem;
  const writesOff = disposition === 'write_off';
  const place = writesOff ? byFinance(context) : actor.employee === null ? null : manages(context);
  if (place === null)
    return fail({
      code: 'not-permitted',
      needs: writesOff ? 'handovers.sign.finance' : 'a supervisor or HR in person',
    });
  if (disposition === null || disposition === 'transfer') {
    const receiver = receiverOf(context, org, to);
    if (!receiver.ok) return receiver;
    return ok({ event: itemEvent(context, 'handover-item-offered', 'offered', { channel }), place });
  }
  return ok({ event: itemEvent(context, 'handover-item-done', ENDS[disposition], {}), place });
}

/**
 * Takes over an item. The receiver's alone to do, in person or through a stand-in.
 *
 * @param channels Channels that the keeper asks itself: a customer that goes through one of them waits for it.
 */
export function decideAccept(
  context: ItemContext,
  channels: { has(name: string): boolean },
): Result<ItemDecision, HandoverRefusal> {
  const begun = begin(context, 'accept');
  if (!begun.ok) return begun;
  const { actor, item, row } = context;
  const capacity = actor.capacities.find(({ alias }) => alias === row[2]);
  if (capacity === undefined) return fail({ code: 'not-permitted', needs: 'the receiver' });
  if (capacity.status !== 'active') return fail({ code: 'receiver-leaving' });
  const channel = item?.channel ?? null;
  const driven = channel !== null && kindOf(context.key) === 'customer' && channels.has(channel.name);
  return ok({
    event: itemEvent(context, 'handover-item-accepted', channel === null ? 'transferred' : 'accepted', {
      ...(driven ? { driven } : {}),
    }),
    place: { capacity },
  });
}

/** What an outside channel answered. `done` moves the item; anything else sends it back to be prepared anew. */
export function decideComplete(
  context: ItemContext,
  outcome: ChannelEnd,
): Result<ItemDecision, HandoverRefusal> {
  const begun = begin(context, 'complete');
  if (!begun.ok) return begun;
  const fault = peopleFault(context.actor, context.org);
  if (fault !== null) return fail(fault);
  if (isLeaversSide(context)) return fail({ code: 'not-permitted', needs: 'people.manage' });
  return ok({ event: completed(context, outcome), place: { capacity: null } });
}

/** What comes of the end of a reassignment that the keeper heard of itself; `null` where the item waits for none. */
export function heardOf(context: ItemContext, outcome: ChannelEnd): EventDraft | null {
  const { item, moved, row } = context;
  const asItStands = (): EventDraft => itemEvent(context, 'handover-item-completed', row[1], { outcome });
  // What the handover itself became stays on record, whatever the outside system says of giving it back.
  if (item?.channel?.back === true) return asItStands();
  if (!isStep(row[1], 'complete')) return null;
  if (!stillOpen(context).ok) return outcome === 'done' ? givenBack(context) : asItStands();
  if (moved !== null && moved.to !== row[2])
    return overtaken(context, moved.as === 'transfer' ? 'transferred' : ENDS[moved.as], moved.to);
  return completed(context, outcome);
}

/** Whether a reassignment may be asked for in an outside system: for somebody who stays, of what is still to be moved. */
export function mayStart(context: ItemContext): boolean {
  const { item, moved, org, row } = context;
  if (item?.channel?.back === true) return true;
  return stillOpen(context).ok && moved === null && org.byAlias.get(row[2] as Alias)?.status === 'active';
}

/** Lets an outside system give back what it moved, or is about to move, since the notice was withdrawn. */
export function givenBack(context: NamedItem): EventDraft {
  return itemEvent(context, 'handover-item-given-back', context.row[1], {});
}

/** Who has left meanwhile, or is about to, gets nothing: it comes back for another receiver. */
function completed(context: ItemContext, outcome: ChannelEnd): EventDraft {
  const receiver = context.org.byAlias.get(context.row[2] as Alias);
  const status = outcome === 'done' && receiver?.status === 'active' ? 'transferred' : 'returned';
  return itemEvent(context, 'handover-item-completed', status, { outcome });
}

/** Sends an item back for correction, with a reason: the receiver may, and whoever manages or signs. */
export function decideReturn(context: ItemContext, reason: string): Result<ItemDecision, HandoverRefusal> {
  const begun = begin(context, 'return');
  if (!begun.ok) return begun;
  const { actor, item, row } = context;
  // Nobody calls back what an outside system is at: its end has to be heard first.
  if (item?.channel?.driven === true && item.channel.outcome === 'waiting')
    return fail({ code: 'wrong-step', status: row[1] });
  const receiver = isLeaversSide(context)
    ? undefined
    : actor.capacities.find(({ alias }) => alias === row[2]);
  const place =
    (receiver === undefined ? null : { capacity: receiver }) ??
    manages(context) ??
    (reviews(context) ? { capacity: null } : null);
  if (place === null || actor.employee === null)
    return fail({ code: 'not-permitted', needs: 'the receiver or a reviewer' });
  return ok({
    event: withReason(context, itemEvent(context, 'handover-item-returned', 'returned', {}), reason),
    place,
  });
}

/** Lets an item go unhandled, with a reason. Never a customer: somebody has to answer for every one. */
export function decideWaive(context: ItemContext, reason: string): Result<ItemDecision, HandoverRefusal> {
  const begun = begin(context, 'waive');
  if (!begun.ok) return begun;
  if (kindOf(context.key) === 'customer') return fail({ code: 'not-waivable' });
  const place = context.actor.employee === null ? null : manages(context);
  if (place === null) return fail({ code: 'not-permitted', needs: 'a supervisor or HR in person' });
  return ok({
    event: withReason(context, itemEvent(context, 'handover-item-waived', 'waived', {}), reason),
    place,
  });
}

/** An item as far as an event has to name it. */
type NamedItem = Pick<ItemContext, 'about' | 'handover' | 'leaver' | 'key' | 'row'>;

/** Notes what became of an item outside the handover: somebody moved it by the ordinary ways. */
export function overtaken(context: NamedItem, status: ItemStatus, to: Alias | null): EventDraft {
  const draft = itemEvent(context, 'handover-item-overtaken', status, {});
  return { ...draft, data: { ...draft.data, to } };
}

/**
 * What becomes of what was found with a customer (open orders, what is outstanding, the record of contacts) as the
 * customer comes to its end in the handover. `null`: somebody has to say, since the template asks something about it,
 * or money or a delivery is open and nobody takes it over.
 */
export function fateWith(
  kind: HandoverItemKind,
  customer: ItemStatus,
  handover: Handover,
): ItemStatus | null {
  if (Object.keys(templateOf(handover).items[kind].required).length > 0) return null;
  if (kind === 'communication' || customer === 'transferred') return customer;
  return kind === 'amount' && customer === 'written_off' ? customer : null;
}

/** Notes that an item went along with its customer. */
export function followed(context: NamedItem, status: ItemStatus, to: Alias | null): EventDraft {
  const draft = itemEvent(context, 'handover-item-followed', status, {});
  return { ...draft, data: { ...draft.data, to } };
}

function begin(context: ItemContext, step: ItemStep): Result<null, HandoverRefusal> {
  const { row } = context;
  const open = stillOpen(context);
  if (!open.ok) return open;
  return isStep(row[1], step) ? ok(null) : fail({ code: 'wrong-step', status: row[1] });
}

function byFinance(context: ItemContext): { readonly capacity: null } | null {
  const { actor } = context;
  if (actor.employee === null || isLeaversSide(context) || !stays(actor)) return null;
  return actor.can('handovers.sign.finance') ? { capacity: null } : null;
}

function itemEvent(
  context: NamedItem,
  type: string,
  status: ItemStatus,
  facts: { readonly [name: string]: JsonValue },
): EventDraft {
  const to = context.row[2];
  return {
    type,
    subjects: [...new Set([subjectOf(context), ...(to === null ? [] : [to])])],
    data: { ...facts, handover: context.handover.id, item: context.key, status, to },
  };
}

function withReason(context: ItemContext, event: EventDraft, reason: string): EventDraft {
  const subject = subjectOf(context);
  return { ...event, disclosures: { reason: { subject, value: reason } } };
}
