import { isAboutAlerts } from '../../alerts/index.ts';
import type { Alias } from '../../kernel/index.ts';
import type { Leaf } from '../../ledger/index.ts';
import type { Customer } from '../../model/index.ts';
import type { Session } from '../commit/session.ts';

/** Whether whoever hears of an entry is told whom it is about by pseudonym: it tells of an alert. */
export function namesNobody(leaf: Leaf): boolean {
  return isAboutAlerts(leaf.type) || isAboutAlerts(String(leaf.data.attempt ?? '')) || endsKeeping(leaf);
}

/** Whether an entry lists what was written about a closed alert and is kept no longer: it stands beside `alert-expired`. */
function endsKeeping({ type, data }: Leaf): boolean {
  return type === 'erasure' && typeof data.subject === 'string';
}

const PART = 200;

/** The host's ids of the customers that entries are about, by alias; those erased are left out. */
export async function customerIds(
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
