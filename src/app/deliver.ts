import type { Alias, Instant } from '../kernel/index.ts';
import { type Leaf, parseLeaf } from '../ledger/index.ts';
import type { Customer } from '../model/index.ts';
import type { Emitter } from './emitter.ts';
import { hostIdOf } from './host-ids.ts';
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
      const aliases = leaf.subject;
      emitter.emit({
        tenant: session.tenant,
        type: leaf.type,
        entry: leaf.id,
        index: from + at,
        at: leaf.at as Instant,
        actor: leaf.actor.startsWith('s_')
          ? leaf.actor.slice(2)
          : (hostIdOf(session.company.org, leaf.actor) ?? leaf.actor),
        outcome: leaf.outcome,
        reason: leaf.reason ?? null,
        customers: aliases.flatMap((alias) => customers.get(alias) ?? []),
        employees: aliases.flatMap((alias) => hostIdOf(session.company.org, alias) ?? []),
        data: leaf.data,
      });
    }
    from += entries.length;
  }
  return from;
}

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
