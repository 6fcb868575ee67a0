import {
  customerOf,
  type HandoverContext,
  itemId,
  kindOf,
  referenceOf,
  templateOf,
} from '../../handover/index.ts';
import type { Alias, JsonValue, LocalDate } from '../../kernel/index.ts';
import {
  type Disposition,
  type HandoverItem,
  type HandoverItemKind,
  type HandoverRow,
  type ItemStatus,
  workingDayBefore,
} from '../../model/index.ts';
import { readDisclosures, valuesIn } from '../commit/disclosures.ts';
import { hostIdOf } from '../commit/host-ids.ts';
import { recordList } from '../commit/reads.ts';
import type { Transaction } from '../commit/transaction.ts';
import { type Money, type OrderView, viewOrders } from '../followups/orders.ts';
import { addUp, ordersOf } from './held.ts';

/** An item of a handover. */
export interface HandoverItemView {
  readonly id: string;
  readonly kind: HandoverItemKind;
  /** The host's id of the customer it is about; `null` where it is about none, or was erased. */
  readonly customer: string | null;
  /** What the host reported: its id there and what it is called. `null` for what the keeper found. */
  readonly reported: { readonly id: string; readonly label: string | null } | null;
  /** The order that the keeper found, where it is one; `null` otherwise. */
  readonly order: OrderView | null;
  /** What is outstanding with the customer now, where that is what the item is about; `null` otherwise. */
  readonly outstanding: readonly Money[] | null;
  readonly status: ItemStatus;
  readonly disposition: Disposition | null;
  readonly to: string | null;
  /** What was filled in, by field; a text is `null` once it was erased. */
  readonly fields: { readonly [field: string]: JsonValue };
  /** Fields that are still missing. */
  readonly missing: readonly string[];
  /** Whether what was stated as unsettled is what the orders came to then; `null` where nothing was stated. */
  readonly reconciled: boolean | null;
  readonly amount: { readonly amount: number; readonly currency: string } | null;
  readonly channel: HandoverItem['channel'];
  /** Why it was returned or waived. */
  readonly reason: string | null;
  /** Whether it was acquired after the opening. */
  readonly acquired: boolean;
  readonly dueOn: LocalDate;
}

/** What stands behind a key, before it is shown. */
interface Found {
  readonly key: string;
  readonly row: HandoverRow;
  readonly item: HandoverItem | null;
  /** The customer it is about. */
  readonly customer: Alias | null;
  /** Under whose key its texts are sealed. */
  readonly subject: Alias;
}

/** Items as somebody who sees the handover sees them; texts about customers are on record before they are shown. */
export async function viewItems(
  transaction: Transaction,
  context: HandoverContext,
  rows: ReadonlyMap<string, HandoverRow>,
  keys: readonly string[],
  withTexts = true,
): Promise<readonly HandoverItemView[]> {
  const { handover } = context;
  const found = await findItems(transaction, context, rows, keys);
  const texts = await readDisclosures(
    transaction.session,
    found.flatMap(({ item, subject }) =>
      [...new Set(withTexts ? entriesOf(item) : [item?.reportedIn ?? null])].flatMap((entry) =>
        entry === null ? [] : [{ entry, subject }],
      ),
    ),
  );
  const money = withTexts ? await readMoney(transaction, found) : NO_MONEY;
  const read = [
    ...new Set(
      found.flatMap(({ customer, item, key }) => (item === null && !money.has(key) ? [] : (customer ?? []))),
    ),
  ];
  if (withTexts && read.length > 0)
    recordList(transaction, 'handover-items-listed', read, { handover: handover.id });
  const valueIn = (entry: string | null | undefined, name: string): string | null =>
    entry == null ? null : ((valuesIn(texts.get(entry) ?? []).get(name) ?? null) as string | null);
  return found.map((one) => viewItem(transaction, context, one, money.get(one.key), valueIn));
}

async function findItems(
  transaction: Transaction,
  { handover, leaver }: HandoverContext,
  rows: ReadonlyMap<string, HandoverRow>,
  keys: readonly string[],
): Promise<readonly Found[]> {
  const ofKind = (kind: HandoverItemKind): readonly string[] =>
    keys.filter((key) => kindOf(key) === kind).map(referenceOf);
  await transaction.peek(
    ...keys.map((key) => ['handover-item', itemId(handover.id, key)] as const),
    ...ofKind('claim').map((claim) => ['claim', claim] as const),
    ...ofKind('order').map((order) => ['order', order] as const),
  );
  const about = (key: string): Alias | null => {
    if (kindOf(key) === 'claim') return transaction.get('claim', referenceOf(key))?.customer ?? null;
    if (kindOf(key) === 'order') return transaction.get('order', referenceOf(key))?.customer ?? null;
    return customerOf(key);
  };
  const found = keys.map((key) => ({ customer: about(key), key }));
  await transaction.peek(
    ...found.flatMap(({ customer }) => (customer === null ? [] : [['customer', customer] as const])),
  );
  return found.map(({ customer, key }) => ({
    customer,
    item: transaction.get('handover-item', itemId(handover.id, key)),
    key,
    row: rows.get(key) as HandoverRow,
    // A claim's texts are the leaver's, and so is what was said after a customer was erased.
    subject:
      kindOf(key) === 'claim' || customer === null || transaction.get('customer', customer)?.id == null
        ? leaver.alias
        : customer,
  }));
}

/** What an item's order is, or what is outstanding with its customer. */
interface ItemMoney {
  readonly order: OrderView | null;
  readonly outstanding: readonly Money[] | null;
}

const NO_MONEY: ReadonlyMap<string, ItemMoney> = new Map();

/** The money behind items, by key. What the host reported has none here. */
async function readMoney(
  transaction: Transaction,
  found: readonly Found[],
): Promise<ReadonlyMap<string, ItemMoney>> {
  const money = new Map<string, ItemMoney>();
  const orders = found.flatMap(({ key }) => {
    const order = kindOf(key) === 'order' ? transaction.get('order', referenceOf(key)) : null;
    return order === null ? [] : [{ key, order }];
  });
  const views = await viewOrders(
    transaction.session,
    orders.map(({ order }) => order),
  );
  for (const [at, { key }] of orders.entries())
    money.set(key, { order: views[at] as OrderView, outstanding: null });
  const owing = found.flatMap(({ key }) => {
    const customer = kindOf(key) === 'amount' ? customerOf(key) : null;
    return customer === null ? [] : [{ customer, key }];
  });
  const theirs = await ordersOf(
    transaction.session,
    owing.map(({ customer }) => customer),
  );
  for (const { customer, key } of owing) {
    const outstanding = addUp(theirs.filter((order) => order.customer === customer));
    money.set(key, { order: null, outstanding });
  }
  return money;
}

/** The entries that hold what was typed about an item. */
function entriesOf(item: HandoverItem | null): readonly string[] {
  if (item === null) return [];
  return [...Object.values(item.texts), item.reasonIn, item.reportedIn].filter((entry) => entry !== null);
}

function viewItem(
  { company, get }: Transaction,
  { handover, leaver }: HandoverContext,
  { key, row, item, customer }: Found,
  money: ItemMoney | undefined,
  valueIn: (entry: string | null | undefined, name: string) => string | null,
): HandoverItemView {
  const kind = kindOf(key);
  const rule = templateOf(handover).items[kind];
  const typed = Object.entries(item?.texts ?? {}).map(([field, entry]): [string, JsonValue] => [
    field,
    valueIn(entry, `field.${field}`),
  ]);
  const fields = { ...item?.facts, ...Object.fromEntries(typed) };
  return {
    id: key,
    kind,
    customer: customer === null ? null : (get('customer', customer)?.id ?? null),
    reported:
      item?.reportedIn == null
        ? null
        : { id: valueIn(item.reportedIn, 'id') ?? '', label: valueIn(item.reportedIn, 'label') },
    order: money?.order ?? null,
    outstanding: money?.outstanding ?? null,
    status: row[1],
    disposition: item?.disposition ?? null,
    to: hostIdOf(company.org, row[2]),
    fields,
    missing: Object.keys(rule.required).filter((field) => !Object.hasOwn(fields, field)),
    reconciled: item?.reconciled ?? null,
    amount: item?.amount ?? null,
    channel: item?.channel ?? null,
    reason: valueIn(item?.reasonIn, 'reason'),
    acquired: row[3],
    dueOn: workingDayBefore(
      handover.lastDayOn,
      rule.dueDaysBefore,
      leaver.calendar ?? company.tenant.calendar,
    ),
  };
}
