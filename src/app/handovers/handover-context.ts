import {
  bucketId,
  bucketOf,
  type Coverage,
  customerOf,
  type HandoverContext,
  type ItemContext,
  itemId,
  kindOf,
  type Moved,
  referenceOf,
} from '../../handover/index.ts';
import { type Alias, isUuidv7, toBase64url, utf8 } from '../../kernel/index.ts';
import { leafHash, rootOf } from '../../ledger/index.ts';
import {
  type Claim,
  type Customer,
  type Employee,
  HANDOVER_ITEM_KINDS,
  type Handover,
  type HandoverRow,
} from '../../model/index.ts';
import type { Session } from '../commit/session.ts';
import { customerAlias } from '../commit/subjects.ts';
import type { Transaction } from '../commit/transaction.ts';

/** A handover with what a decision about it looks at; `null` when there is none of that id. */
export async function loadHandover(transaction: Transaction, id: string): Promise<HandoverContext | null> {
  if (!isUuidv7(id)) return null;
  await transaction.load(['handover', id]);
  const handover = transaction.get('handover', id);
  if (handover === null) return null;
  const { actor, company } = transaction;
  const leaver = company.org.byAlias.get(handover.leaver) as Employee;
  return { actor, handover, leaver, org: company.org };
}

/** An item with what it is about: the customer, and the claim where it is one. */
export interface LoadedItem extends ItemContext {
  readonly customer: Customer | null;
  readonly claim: Claim | null;
}

/** One item of a handover, by its id there or, for a customer, by the host's id; `null` when there is none. */
export async function loadItem(
  transaction: Transaction,
  context: HandoverContext,
  name: string,
): Promise<LoadedItem | null> {
  const key = await keyOf(transaction, name);
  if (key === null) return null;
  const { handover, leaver } = context;
  const bucket = bucketId(handover.id, bucketOf(key, handover.buckets));
  await transaction.load(['handover-bucket', bucket], ['handover-item', itemId(handover.id, key)]);
  const rows = transaction.get('handover-bucket', bucket)?.rows ?? {};
  const row = Object.hasOwn(rows, key) ? (rows[key] as HandoverRow) : undefined;
  if (row === undefined) return null;
  const { claim, customer } = await loadHeld(transaction, key);
  const item = transaction.get('handover-item', itemId(handover.id, key));
  return {
    ...context,
    // Under the key of an erased customer nothing is sealed any more.
    about: kindOf(key) === 'claim' || customer?.id == null ? null : customer.alias,
    claim,
    customer,
    item,
    key,
    moved: movedTo(leaver.alias, { claim, customer, item, key, row }),
    row,
  };
}

/** Where something is that the leaver holds no more; of a share, if the handover itself moved it. */
function movedTo(
  leaver: Alias,
  { claim, customer, item, key, row }: Pick<LoadedItem, 'claim' | 'customer' | 'item' | 'key' | 'row'>,
): Moved | null {
  const kind = kindOf(key);
  if (kind === 'claim')
    return claim === null || claim.claimant === leaver ? null : { as: 'transfer', to: claim.claimant };
  if (kind === 'collaboration')
    return item?.share === undefined || isShared(customer, leaver) ? null : { as: 'transfer', to: row[2] };
  if (kind !== 'customer' || customer?.owner === leaver) return null;
  if (customer?.owner != null) return { as: 'transfer', to: customer.owner };
  return { as: customer?.pool == null ? 'terminate' : 'return_to_pool', to: null };
}

/** Whether somebody works with somebody else's customer. */
export function isShared(customer: Customer | null, employee: Alias): boolean {
  return customer?.collaborators.some((share) => share.employee === employee) === true;
}

/** What an item of the keeper's own is about. What the host reported is about nothing here. */
async function loadHeld(
  transaction: Transaction,
  key: string,
): Promise<{ readonly customer: Customer | null; readonly claim: Claim | null }> {
  const reference = referenceOf(key);
  const kind = kindOf(key);
  if (kind === 'claim') {
    await transaction.load(['claim', reference]);
    const claim = transaction.get('claim', reference);
    if (claim !== null) await transaction.load(['customer', claim.customer]);
    return { claim, customer: claim === null ? null : transaction.get('customer', claim.customer) };
  }
  const about = await aboutItem(transaction, key);
  if (about === null) return { claim: null, customer: null };
  await transaction.load(['customer', about], ['clock', about]);
  return { claim: null, customer: transaction.get('customer', about) };
}

/** The customer that an item is about; of an order, whose it is. What the host reported is about none. */
export async function aboutItem(transaction: Transaction, key: string): Promise<Alias | null> {
  if (kindOf(key) !== 'order') return customerOf(key);
  await transaction.load(['order', referenceOf(key)]);
  return transaction.get('order', referenceOf(key))?.customer ?? null;
}

/** The rows of some items; their buckets are checked by the commit. */
export async function loadRowsOf(
  transaction: Transaction,
  handover: Handover,
  keys: readonly string[],
  read: 'load' | 'peek' = 'load',
): Promise<ReadonlyMap<string, HandoverRow>> {
  const ids = [...new Set(keys.map((key) => bucketId(handover.id, bucketOf(key, handover.buckets))))];
  await transaction[read](...ids.map((bucket) => ['handover-bucket', bucket] as const));
  const wanted = new Set(keys);
  return new Map(
    ids
      .flatMap((bucket) => Object.entries(transaction.get('handover-bucket', bucket)?.rows ?? {}))
      .filter(([key]) => wanted.has(key)),
  );
}

async function keyOf(transaction: Transaction, name: string): Promise<string | null> {
  if (HANDOVER_ITEM_KINDS.some((kind) => name.startsWith(`${kind}.`)) && /^[\x21-\x7e]+$/.test(name))
    return name;
  const alias = await customerAlias(transaction, name);
  return alias === null ? null : `customer.${alias}`;
}

/** All items of a handover at one moment, and the digest of them. */
export interface AllItems {
  readonly rows: ReadonlyMap<string, HandoverRow>;
  readonly digest: string;
}

/**
 * Reads all rows of a handover. The count of changes is checked by the commit, so that whoever decides on all of
 * them decides on what is still so, without every bucket being named in the entry.
 */
export async function loadRows(transaction: Transaction, handover: Handover): Promise<AllItems> {
  await transaction.loadRaw([{ collection: 'handover-changes', id: handover.id }]);
  const ids = Array.from({ length: handover.buckets }, (_, number) => bucketId(handover.id, number));
  for (let from = 0; from < ids.length; from += 200)
    await transaction.peek(...ids.slice(from, from + 200).map((id) => ['handover-bucket', id] as const));
  const rows = new Map(
    ids
      .flatMap((id) => Object.entries(transaction.get('handover-bucket', id)?.rows ?? {}))
      .sort(([left], [right]) => (left < right ? -1 : 1)),
  );
  return { rows, digest: digestOf(transaction.session, handover.id, rows) };
}

/**
 * What parties sign: the Merkle root (RFC 6962) over the handover's id and, for each item, its key and the entry
 * that last changed it. The entries hold what was decided, so the digest stands for all of it.
 */
function digestOf({ platform }: Session, handover: string, rows: ReadonlyMap<string, HandoverRow>): string {
  const { sha256 } = platform.primitives;
  const leaves = [handover, ...[...rows].map(([key, [entry]]) => `${key} ${entry}`)];
  return toBase64url(
    rootOf(
      leaves.map((leaf) => leafHash(utf8(leaf), sha256)),
      sha256,
    ),
  );
}

/** How many items stand where. */
export function countByStatus(rows: ReadonlyMap<string, HandoverRow>): { readonly [status: string]: number } {
  const counts = new Map<string, number>();
  for (const [, status] of rows.values()) counts.set(status, (counts.get(status) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** Whether every customer that the leaver held went somewhere. */
export function isCovered({ missing, ...held }: Coverage): boolean {
  const gone = held.transferred + held.pooled + held.terminated + held.writtenOff + held.removed;
  return missing === 0 && held.ownedAtOpening + held.acquired === gone;
}
