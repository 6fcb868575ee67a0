import { isAboutAlerts, withoutAliases } from '../../alerts/index.ts';
import { type Alias, type Instant, isUuidv7, type JsonValue } from '../../kernel/index.ts';
import { type Leaf, parseLeaf } from '../../ledger/index.ts';
import { type Employee, supervises } from '../../model/index.ts';
import { isTold } from '../../privacy/index.ts';
import { hostIdOf } from '../commit/host-ids.ts';
import type { Transaction } from '../commit/transaction.ts';
import { factsOf } from '../customers/customer-history.ts';

/** What somebody is to the person whose record it is. */
export type PartyRole = 'you' | 'supervisor' | 'administrator' | 'colleague' | 'service' | 'system';

/** A sealed entry about somebody, as far as they see it by now. */
export interface MyLeaf {
  readonly index: number;
  readonly leaf: Leaf;
  /** Whether it is about an alert: then nobody is named, and what the rule saw is not shown. */
  readonly alert: boolean;
}

const PART = 200;

/** The sealed entries about an employee that they see by now, newest first, page after page. */
export async function* entriesOf(
  transaction: Transaction,
  me: Alias,
  before: number | null,
): AsyncGenerator<readonly MyLeaf[]> {
  const { session } = transaction;
  for (let after = before; ; ) {
    const entries = await session.store.readEntries(session.tenant, {
      by: 'subject',
      subject: me,
      after,
      limit: PART,
      descending: true,
    });
    const read: { readonly index: number; readonly leaf: Leaf }[] = [];
    for (const entry of entries) {
      session.codec.checkEntry(entry);
      const leaf = parseLeaf(entry.leaf);
      if (leaf !== null && entry.index !== null) read.push({ index: entry.index, leaf });
    }
    const alerts = read.map(({ leaf }) => alertRef(leaf)).filter((ref) => ref !== null);
    await transaction.peek(...alerts);
    yield read.flatMap(({ index, leaf }) =>
      told(transaction, leaf) ? [{ index, leaf, alert: isOfAlert(leaf) }] : [],
    );
    const last = entries.at(-1);
    if (last === undefined || entries.length < PART) return;
    after = last.index;
  }
}

/** One entry that somebody is a subject of and sees by now, sealed or not; `null` otherwise. */
export async function entryOf(transaction: Transaction, me: Alias, id: string): Promise<Leaf | null> {
  if (!isUuidv7(id)) return null;
  const { session } = transaction;
  const [entry] = await session.store.readEntries(session.tenant, { by: 'id', ids: [id] });
  if (entry === undefined || !entry.subjects.includes(me)) return null;
  session.codec.checkEntry(entry);
  const leaf = parseLeaf(entry.leaf);
  if (leaf === null) return null;
  const alert = alertRef(leaf);
  if (alert !== null) await transaction.load(alert);
  return told(transaction, leaf) ? leaf : null;
}

/** Reads the customers that some entries name: rows to show. */
export async function peekCustomers(transaction: Transaction, leaves: readonly Leaf[]): Promise<void> {
  const named = new Set<Alias>();
  for (const { data } of leaves)
    withoutAliases(data, (alias) => {
      if (alias.startsWith('c_')) named.add(alias);
      return null;
    });
  await transaction.peek(...[...named].map((alias) => ['customer', alias] as const));
}

/** Facts of an entry for the person it is about: people and customers by the host's ids, thresholds left out. */
export function factsFor(transaction: Transaction, { leaf, alert }: Pick<MyLeaf, 'leaf' | 'alert'>): MyFacts {
  const { org } = transaction.company;
  const shown = alert ? ['rule', 'outcome', 'state', 'alert'] : null;
  const facts = factsOf(leaf, false).filter(([name]) => shown === null || shown.includes(name));
  const named = (alias: Alias): string | null =>
    alias.startsWith('e_') ? hostIdOf(org, alias) : (transaction.get('customer', alias)?.id ?? null);
  return withoutAliases(Object.fromEntries(facts), named) as MyFacts;
}

type MyFacts = { readonly [name: string]: JsonValue };

/** What whoever acted is to the person. */
export function roleOf({ company }: Transaction, me: Employee, party: string): PartyRole {
  if (party === me.alias) return 'you';
  if (party === 'system') return 'system';
  if (party.startsWith('s_')) return 'service';
  const person = company.org.byAlias.get(party as Alias);
  if (person !== undefined && supervises(company.org, person, me.alias)) return 'supervisor';
  return person?.administrator === true ? 'administrator' : 'colleague';
}

/** Who acted, by the host's id or the name of a service; `null` where an alert names nobody. */
export function nameFor({ company }: Transaction, { leaf, alert }: MyLeaf): string | null {
  if (alert) return null;
  const party = leaf.actor;
  return party.startsWith('s_') ? party.slice(2) : (hostIdOf(company.org, party) ?? party);
}

function isOfAlert({ type, data }: Leaf): boolean {
  return isAboutAlerts(type) || (typeof data.attempt === 'string' && isAboutAlerts(data.attempt));
}

function alertRef(leaf: Leaf): readonly ['alert', string] | null {
  if (!isOfAlert(leaf)) return null;
  const id = leaf.type === 'alert-raised' ? leaf.id : leaf.data.alert;
  return typeof id === 'string' && isUuidv7(id) ? ['alert', id] : null;
}

/** An entry about an alert that does not say which, such as a refused attempt, is not told at all. */
function told(transaction: Transaction, leaf: Leaf): boolean {
  const ref = alertRef(leaf);
  if (ref === null && isOfAlert(leaf)) return false;
  const entry = { type: leaf.type, at: leaf.at as Instant };
  return isTold(entry, ref === null ? null : transaction.get(...ref), transaction.now);
}
