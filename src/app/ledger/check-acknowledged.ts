import type { Vault } from '../commit/session.ts';

/** Entries looked for in one round trip. */
const PART = 512;

/** What was acknowledged before this round must have a position now, whoever gave it. */
export async function checkAcknowledged(
  { store, tenant, acknowledged }: Vault,
  expected: readonly string[],
): Promise<{ readonly waiting: readonly string[]; readonly gone: readonly string[] }> {
  const open = expected.filter((id) => acknowledged.has(id));
  const waiting: string[] = [];
  const gone: string[] = [];
  for (let from = 0; from < open.length; from += PART) {
    const ids = open.slice(from, from + PART);
    const found = new Map(
      (await store.readEntries(tenant, { by: 'id', ids })).map((entry) => [entry.id, entry]),
    );
    for (const id of ids) {
      const entry = found.get(id);
      if (entry === undefined || entry.leaf !== acknowledged.get(id)) gone.push(id);
      else if (entry.index === null) waiting.push(id);
      else acknowledged.delete(id);
    }
  }
  return { waiting, gone };
}

/** Whether anything waits for a position. */
export async function hasStaged({ store, tenant }: Vault): Promise<boolean> {
  return (await store.readEntries(tenant, { by: 'staged', limit: 1 })).length > 0;
}
