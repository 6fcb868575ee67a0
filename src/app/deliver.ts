import { isAboutAlerts } from '../alerts/index.ts';
import type { Alias, Instant } from '../kernel/index.ts';
import { type Leaf, parseLeaf } from '../ledger/index.ts';
import type { Customer } from '../model/index.ts';
import type { Emitter, LedgerEvent } from './emitter.ts';
import { hostIdOf } from './host-ids.ts';
import { pseudonymOf, pseudonymous } from './pseudonyms.ts';
import type { Session } from './session.ts';

const PART = 200;

/**
 * Tells listeners of the sealed entries from a cursor on, in the order of the log; answers the new cursor.
 *
 * Delivery comes after the commit and never fails a command: what a listener throws is reported and passed over.
 */
export async function deliver(
  session: Session,
  emitter: Emitter,
  cursor: number,
  size: number,
): Promise<number> {
  let from = cursor;
  while (from < size) {
    const entries = await session.store.readEntries(session.tenant, {
      by: 'index',
      from,
      limit: Math.min(PART, size - from),
    });
    if (entries.length === 0) return from;
    const leaves = entries.map(({ leaf }) => parseLeaf(leaf));
    const customers = await customerIds(session, leaves);
    for (const [at, leaf] of leaves.entries()) {
      if (leaf === null) continue;
      emitter.emit(eventOf(session, leaf, from + at, customers));
    }
    from += entries.length;
  }
  return from;
}

/** A sealed entry as listeners hear it. Those about an alert name the person it is about by pseudonym. */
function eventOf(
  session: Session,
  leaf: Leaf,
  index: number,
  customers: ReadonlyMap<string, string>,
): LedgerEvent {
  const { org } = session.company;
  const masked =
    isAboutAlerts(leaf.type) || isAboutAlerts(String(leaf.data.attempt ?? '')) || endsKeeping(leaf);
  const subjects = new Set(leaf.subject);
  const nameOf = (alias: string): string | null =>
    masked && alias.startsWith('e_') && subjects.has(alias)
      ? pseudonymOf(session, alias as Alias)
      : hostIdOf(org, alias);
  return {
    tenant: session.tenant,
    type: leaf.type,
    entry: leaf.id,
    index,
    at: leaf.at as Instant,
    actor: leaf.actor.startsWith('s_') ? leaf.actor.slice(2) : (nameOf(leaf.actor) ?? leaf.actor),
    outcome: leaf.outcome,
    reason: leaf.reason ?? null,
    customers: leaf.subject.flatMap((alias) => customers.get(alias) ?? []),
    employees: leaf.subject.flatMap((alias) => nameOf(alias) ?? []),
    data: masked ? (pseudonymous(session, leaf.data) as LedgerEvent['data']) : leaf.data,
  };
}

/** Whether an entry lists what was written about a closed alert and is kept no longer: it stands beside `alert-expired`. */
function endsKeeping({ type, data }: Leaf): boolean {
  return type === 'erasure' && typeof data.subject === 'string';
}

/** The host's ids of the customers that entries are about, by alias; those erased are left out. */
async function customerIds(
  { store, tenant, codec }: Session,
  leaves: readonly (Leaf | null)[],
): Promise<ReadonlyMap<string, string>> {
  const aliases = [...new Set(leaves.flatMap((leaf) => leaf?.subject ?? []))].filter((alias) =>
    alias.startsWith('c_'),
  );
  const found = new Map<string, string>();
  for (let from = 0; from < aliases.length; from += PART) {
    const part = aliases.slice(from, from + PART) as Alias[];
    const documents = await store.get(
      tenant,
      part.map((id) => ({ collection: 'customer', id })),
    );
    for (const [at, alias] of part.entries()) {
      const document = documents[at];
      const id = document == null ? null : codec.decode<Customer>(document).id;
      if (id !== null) found.set(alias, id);
    }
  }
  return found;
}
