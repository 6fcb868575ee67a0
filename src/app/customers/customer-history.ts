import { isAboutAlerts } from '../../alerts/index.ts';
import { GUARDED_FIELDS } from '../../guard/index.ts';
import { type Alias, fail, type Instant, type JsonValue, ok, type Result } from '../../kernel/index.ts';
import { type Leaf, parseLeaf } from '../../ledger/index.ts';
import type { ProfileShape, Sensitivity } from '../../model/index.ts';
import { seesOrders, visibleTo } from '../../ownership/index.ts';
import { readDisclosures, valuesIn } from '../commit/disclosures.ts';
import { hostIdOf } from '../commit/host-ids.ts';
import { recordRead } from '../commit/reads.ts';
import type { Vault } from '../commit/session.ts';
import type { Transaction } from '../commit/transaction.ts';
import { loadCustomer } from './customer-context.ts';
import { foreseeReveal, guardReveal } from './reveal.ts';

/** One thing that happened to a customer. */
export interface HistoryEntry {
  readonly entry: string;
  /** Position in the ledger. */
  readonly index: number;
  readonly type: string;
  readonly at: Instant;
  /** The host's id of the employee, the name of a service, or `system`. */
  readonly by: string;
  readonly onBehalfOf: string | null;
  readonly outcome: 'done' | 'refused';
  readonly reason: string | null;
  /** Facts, people by the host's ids. */
  readonly data: { readonly [name: string]: JsonValue };
  /** What a person typed, as far as the caller may see it. */
  readonly values: { readonly [name: string]: JsonValue };
  /** Names of values that are hidden from the caller; what was erased has lost its name, too. */
  readonly masked: readonly string[];
}

/** Reads a customer's history. Seal first: what is not sealed is not in it yet. */
export async function readHistory(
  transaction: Transaction,
  shape: ProfileShape,
  hostId: string,
  about: (...subjects: readonly Alias[]) => void,
): Promise<
  Result<
    readonly HistoryEntry[],
    { readonly code: 'not-found' } | { readonly code: 'not-permitted'; readonly needs: string }
  >
> {
  foreseeReveal(transaction);
  const loaded = await loadCustomer(transaction, hostId);
  const { customer, standing, policy } = loaded;
  if (customer === null) return fail({ code: 'not-found' });
  about(customer.alias);
  if (standing.relation === 'other' || standing.relation === 'claimant') {
    return fail({ code: 'not-permitted', needs: 'the owner, a supervisor or a collaborator' });
  }
  const { session } = transaction;
  const visible = visibleTo(standing.relation, policy);
  const orders = seesOrders(standing.relation, policy);
  const entries: { readonly index: number; readonly leaf: Leaf }[] = [];
  // Alerts have an audience of their own, to which whoever works with the customer may not belong.
  for await (const entry of entriesAbout(session, customer.alias))
    if (!isAboutAlerts(entry.leaf.type)) entries.push(entry);
  const disclosed = await readDisclosures(
    session,
    entries
      .filter(({ leaf }) => leaf._sd !== undefined)
      .map(({ leaf }) => ({ entry: leaf.id, subject: customer.alias })),
  );
  const contacts = [...disclosed.values()].some((texts) =>
    [...valuesIn(texts).keys()].some((name) => levelOf(shape, name) === GUARDED_FIELDS),
  );
  const reveals = contacts && visible.has(GUARDED_FIELDS) ? [customer.alias] : [];
  const withheld = (await guardReveal(transaction, reveals)).customers.size > 0;
  const history = entries.map(({ index, leaf }) => {
    const values = valuesIn(disclosed.get(leaf.id) ?? []);
    const secret = OF_MONEY.includes(leaf.type) && !orders;
    const hidden = [...values.keys()].filter((name) => {
      const level = levelOf(shape, name);
      return secret || !visible.has(level) || (withheld && level === GUARDED_FIELDS);
    });
    return {
      entry: leaf.id,
      index,
      type: leaf.type,
      at: leaf.at as Instant,
      by: nameParty(transaction, leaf.actor),
      onBehalfOf: leaf.onBehalfOf === undefined ? null : nameParty(transaction, leaf.onBehalfOf),
      outcome: leaf.outcome,
      reason: leaf.reason ?? null,
      data: Object.fromEntries(
        factsOf(leaf, secret).map(([name, value]) => [
          name,
          nameIn(transaction, value, customer.alias, hostId),
        ]),
      ),
      values: Object.fromEntries([...values].filter(([name]) => !hidden.includes(name))),
      masked: secret ? [...hidden, 'orders'] : hidden,
    };
  });
  await recordRead(transaction, 'history-read', customer.alias, null, ['history']);
  return ok(history);
}

/** All sealed entries about a subject, oldest first, each authenticated. */
export async function* entriesAbout(
  session: Vault,
  subject: Alias,
): AsyncGenerator<{ readonly index: number; readonly leaf: Leaf }> {
  for (let after: number | null = null; ; ) {
    const entries = await session.store.readEntries(session.tenant, {
      by: 'subject',
      subject,
      after,
      limit: 500,
      descending: false,
    });
    for (const entry of entries) {
      session.codec.checkEntry(entry);
      const leaf = parseLeaf(entry.leaf);
      if (leaf !== null && entry.index !== null) yield { index: entry.index, leaf };
    }
    const last = entries.at(-1);
    if (last === undefined || entries.length < 500) return;
    after = last.index;
  }
}

/** What tells of orders and what is owed for them: for those who see orders. */
const OF_MONEY: readonly string[] = ['order-recorded', 'handover-item-prepared'];

/** Keyed hashes compare what people typed, and reasons name thresholds: they are not the reader's. */
const HIDDEN: readonly string[] = [
  'textHash',
  'evidenceHash',
  'order',
  'reasons',
  'digest',
  'slot',
  'root',
  'guard',
];

/** The facts of an entry that are for others than auditors; none where it is secret. */
export function factsOf({ data }: Leaf, secret: boolean): [string, JsonValue][] {
  return secret ? [] : Object.entries(data).filter(([name]) => !HIDDEN.includes(name));
}

/** Fields of the profile keep their own level; what people typed elsewhere counts as commercial. */
function levelOf(shape: ProfileShape, name: string): Sensitivity {
  if (name === 'id') return 'public';
  return (name.startsWith('profile.') ? shape.fields.get(name.slice(8)) : undefined) ?? 'commercial';
}

function nameParty({ company }: Transaction, party: string): string {
  if (party.startsWith('s_')) return party.slice(2);
  return hostIdOf(company.org, party) ?? party;
}

function nameIn(transaction: Transaction, value: JsonValue, customer: Alias, hostId: string): JsonValue {
  if (value === customer) return hostId;
  return typeof value === 'string' && value.startsWith('e_') ? nameParty(transaction, value) : value;
}
