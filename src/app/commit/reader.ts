import { GamekeeperError } from '../../kernel/index.ts';
import type { DocumentRef, StoredDocument } from '../../ports/index.ts';
import { partsOf } from './batch.ts';
import { nameOf } from './codec.ts';
import { type Company, HEAD, type Session } from './session.ts';

/** Reads documents for one attempt, and together what is known to be needed. */
export interface Reader {
  /** Whether this attempt has seen that the head is still the one the session knows. */
  readonly headSeen: boolean;
  /** Names what will be asked for later on: it comes along with the next read. */
  foresee(refs: readonly DocumentRef[]): void;
  /** One round trip, or none where all of it was foreseen. */
  read(refs: readonly DocumentRef[]): Promise<readonly (StoredDocument | null)[]>;
}

/** What a store answers in one call. */
const MOST_READ = 1_000;

/**
 * A reader for one attempt; its first round trip looks at the head as well.
 *
 * What came along is as old as the read it came with. That makes no decision weaker: what one rests on is checked by
 * the commit, and a counter is bounded by the total that it was decided on.
 */
export function createReader({ store, tenant }: Session, company: Company): Reader {
  const foreseen = new Map<string, DocumentRef>();
  const along = new Map<string, StoredDocument | null>();

  const readAll = async (refs: readonly DocumentRef[]): Promise<readonly (StoredDocument | null)[]> => {
    const parts = await Promise.all(partsOf(refs, MOST_READ).map((part) => store.get(tenant, part)));
    return parts.length === 1 ? (parts[0] as (typeof parts)[number]) : parts.flat();
  };

  const reader: Reader & { headSeen: boolean } = {
    headSeen: false,
    foresee(refs) {
      for (const ref of refs) foreseen.set(nameOf(ref), ref);
    },
    async read(refs) {
      const known = along.size === 0 ? [] : refs.filter((ref) => along.has(nameOf(ref)));
      const asked = known.length === 0 ? refs : refs.filter((ref) => !along.has(nameOf(ref)));
      if (asked.length === 0) return refs.map((ref) => along.get(nameOf(ref)) ?? null);
      for (const ref of asked) foreseen.delete(nameOf(ref));
      const more = [...foreseen].filter(([name]) => !along.has(name));
      foreseen.clear();
      const head = reader.headSeen ? [] : [HEAD];
      const found = await readAll([...head, ...asked, ...more.map(([, ref]) => ref)]);
      // The company changed since the session looked: the executor looks again and begins anew.
      if (head.length > 0 && !isHeadOf(company, found[0] ?? null))
        throw new GamekeeperError('ERR_CONFLICT', 'the company changed meanwhile');
      reader.headSeen = true;
      const documents = found.slice(head.length, head.length + asked.length);
      for (const [at, [name]] of more.entries())
        along.set(name, found[head.length + asked.length + at] ?? null);
      if (known.length === 0) return documents;
      const fresh = new Map(asked.map((ref, at) => [nameOf(ref), documents[at] ?? null]));
      return refs.map((ref) => fresh.get(nameOf(ref)) ?? along.get(nameOf(ref)) ?? null);
    },
  };
  return reader;
}

/** A company that is about to be founded has none yet. */
function isHeadOf({ headVersion, headBody }: Company, head: StoredDocument | null): boolean {
  return (head?.version ?? null) === headVersion && (head?.body ?? '') === headBody;
}
