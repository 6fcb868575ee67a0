import type { Vault } from '../commit/session.ts';

const PART = 500;

/**
 * Subjects whose list of entries is not what the log comes to. Histories and erasures read these lists: a
 * shortened one would make them forget.
 */
export async function* compareSubjects(
  { store, tenant }: Vault,
  expected: ReadonlyMap<string, readonly number[]>,
): AsyncGenerator<string> {
  for (const [subject, indexes] of expected) {
    let at = 0;
    let same = true;
    for (let after: number | null = null; same; ) {
      const entries = await store.readEntries(tenant, {
        by: 'subject',
        subject,
        after,
        limit: PART,
        descending: false,
      });
      same = entries.every(({ index }) => index === indexes[at++]);
      after = entries.at(-1)?.index ?? null;
      if (entries.length < PART) break;
    }
    if (!same || at !== indexes.length) yield subject;
  }
}
