import type { Alias } from '../kernel/index.ts';
import { type HandoverItemKind, ITEM_STATUSES, type ItemStatus } from '../model/index.ts';

/** What can be done about an item. `carry_out` ends what goes to nobody; `overtake` notes what happened elsewhere. */
export type ItemStep =
  | 'prepare'
  | 'offer'
  | 'carry_out'
  | 'accept'
  | 'complete'
  | 'return'
  | 'waive'
  | 'overtake';

/** From which statuses each step leads on. What is not named here does not exist. */
const FROM: { readonly [Step in ItemStep]: readonly ItemStatus[] } = {
  prepare: ['pending', 'prepared', 'offered', 'returned'],
  offer: ['prepared'],
  carry_out: ['prepared'],
  accept: ['offered'],
  complete: ['accepted'],
  return: ['prepared', 'offered', 'accepted', 'transferred'],
  waive: ['pending', 'prepared', 'offered', 'returned'],
  overtake: ['pending', 'prepared', 'offered', 'accepted', 'returned'],
};

/** The same as a table of bits: one look-up for a step. */
const STEPS = Object.keys(FROM) as ItemStep[];
const TABLE: { readonly [Status in ItemStatus]: number } = Object.fromEntries(
  ITEM_STATUSES.map((status) => [
    status,
    STEPS.reduce((bits, step, at) => (FROM[step].includes(status) ? bits | (1 << at) : bits), 0),
  ]),
) as never;
const BIT: { readonly [Step in ItemStep]: number } = Object.fromEntries(
  STEPS.map((step, at) => [step, 1 << at]),
) as never;

/** Whether a step leads on from a status. */
export function isStep(status: ItemStatus, step: ItemStep): boolean {
  return (TABLE[status] & BIT[step]) !== 0;
}

const DONE: ReadonlySet<ItemStatus> = new Set([
  'transferred',
  'pooled',
  'terminated',
  'written_off',
  'waived',
]);

/** Whether nothing is left to do about an item. */
export function isDone(status: ItemStatus): boolean {
  return DONE.has(status);
}

/** The kind of an item, from its key. */
export function kindOf(item: string): HandoverItemKind {
  return item.slice(0, item.indexOf('.')) as HandoverItemKind;
}

/** What an item's key is about: the alias of a customer, the id of a claim, a keyed hash of what the host reported. */
export function referenceOf(item: string): string {
  return item.slice(item.indexOf('.') + 1);
}

/** The customer whose alias is in an item's key; `null` where its key is about none. */
export function customerOf(item: string): Alias | null {
  const reference = referenceOf(item);
  return /^c_[\w-]{22}$/.test(reference) ? (reference as Alias) : null;
}

/** How many rows a bucket holds when they are spread evenly. */
const ROWS_A_BUCKET = 48;

/** How many rows a bucket takes at most: whoever reports things without end would make every step slow. */
export const MOST_IN_BUCKET = 1_000;

/** How many buckets so many items are spread over. */
export function bucketsFor(items: number): number {
  return Math.max(1, Math.ceil(items / ROWS_A_BUCKET));
}

/** The bucket that an item lies in: FNV-1a over its key. */
export function bucketOf(item: string, buckets: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < item.length; at += 1) {
    hash = Math.imul(hash ^ item.charCodeAt(at), 0x01000193);
  }
  return (hash >>> 0) % buckets;
}

/** Where a bucket lies. */
export function bucketId(handover: string, number: number): string {
  return `${handover}.${number}`;
}

/** Where an item lies. */
export function itemId(handover: string, item: string): string {
  return `${handover}.${item}`;
}
