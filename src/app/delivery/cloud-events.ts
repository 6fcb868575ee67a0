import { withoutAliases } from '../../alerts/index.ts';
import type { Alias, Instant } from '../../kernel/index.ts';
import type { Leaf } from '../../ledger/index.ts';
import type { CloudEvent, CloudEventData, EventSink } from '../../ports/index.ts';
import { pseudonymOf } from '../alerts/pseudonyms.ts';
import { hostIdOf } from '../commit/host-ids.ts';
import type { Session } from '../commit/session.ts';
import { customerIds, namesNobody } from '../ledger/named-entries.ts';

/** What stands for an alias; `null` where nothing does any more. */
type Name = (alias: string) => string | null;

/**
 * Sealed entries as CloudEvents 1.0, `null` for what cannot be read. People and customers stand there by alias, or by
 * the host's ids as they are now; in what tells of an alert people stand by pseudonym, and customers not at all.
 */
export async function cloudEventsOf(
  session: Session,
  leaves: readonly (Leaf | null)[],
  from: number,
  names: EventSink['names'],
): Promise<readonly (CloudEvent | null)[]> {
  const name = names === 'host' ? await hostNames(session, leaves) : byAlias;
  return leaves.map((leaf, at) => leaf && eventOf(session, leaf, from + at, name));
}

function eventOf(session: Session, leaf: Leaf, index: number, name: Name): CloudEvent {
  const pseudonym = (alias: string): string => pseudonymOf(session, alias as Alias);
  const [first] = leaf.subject;
  const masked = namesNobody(leaf);
  return {
    specversion: '1.0',
    id: leaf.id,
    source: session.origin,
    type: `gamekeeper.${leaf.type}`,
    // The order of a subject is told by it, so it is the same however people are named.
    ...(first === undefined ? {} : { subject: masked ? pseudonym(first) : first }),
    time: leaf.at as Instant,
    datacontenttype: 'application/json',
    sequence: String(index).padStart(16, '0'),
    tenant: session.tenant,
    data: masked
      ? dataOf(leaf, maskedNames(leaf, name, pseudonym), (alias) =>
          alias.startsWith('e_') ? pseudonym(alias) : null,
        )
      : dataOf(leaf, name, (alias) => name(alias) ?? alias),
  };
}

function dataOf(leaf: Leaf, name: Name, inFacts: Name): CloudEventData {
  const named = (prefix: string): string[] =>
    leaf.subject.flatMap((alias) => (alias.startsWith(prefix) ? (name(alias) ?? []) : []));
  return {
    actor: actorOf(leaf.actor, name),
    onBehalfOf: leaf.onBehalfOf === undefined ? null : actorOf(leaf.onBehalfOf, name),
    outcome: leaf.outcome,
    reason: leaf.reason ?? null,
    customers: named('c_'),
    employees: named('e_'),
    facts: withoutAliases(leaf.data, inFacts) as CloudEventData['facts'],
  };
}

/** Those an entry about an alert is about, by pseudonym; who handles it, by name; customers not at all. */
function maskedNames({ subject }: Leaf, name: Name, pseudonym: (alias: string) => string): Name {
  return (alias) => {
    if (!alias.startsWith('e_')) return null;
    return subject.includes(alias) ? pseudonym(alias) : name(alias);
  };
}

function actorOf(actor: string, name: Name): string {
  if (actor.startsWith('s_')) return actor.slice(2);
  return actor.startsWith('e_') ? (name(actor) ?? actor) : actor;
}

const byAlias: Name = (alias) => alias;

/** Names by the host's ids, of the company as it is now. */
async function hostNames(session: Session, leaves: readonly (Leaf | null)[]): Promise<Name> {
  const customers = await customerIds(session, leaves);
  return (alias) =>
    alias.startsWith('c_') ? (customers.get(alias) ?? null) : hostIdOf(session.company.org, alias);
}
