import type { Alias, Instant } from '../../kernel/index.ts';
import { type Leaf, parseLeaf } from '../../ledger/index.ts';
import { pseudonymOf, pseudonymous } from '../alerts/pseudonyms.ts';
import { hostIdOf } from '../commit/host-ids.ts';
import type { Session } from '../commit/session.ts';
import { customerIds, namesNobody } from '../ledger/named-entries.ts';
import type { Emitter, LedgerEvent } from './emitter.ts';

const PART = 200;

/**
 * Tells listeners of the sealed entries from a position on, in the order of the log; answers the new position.
 *
 * It comes after the commit and never fails a command: what a listener throws is reported and passed over.
 */
export async function tellListeners(
  session: Session,
  emitter: Emitter,
  position: number,
  size: number,
): Promise<number> {
  let from = position;
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
  const masked = namesNobody(leaf);
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
