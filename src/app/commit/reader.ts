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

  const readAll = (refs: readonly DocumentRef[]): Promise<readonly (StoredDocument | null)[]> =>
    refs.length <= MOST_READ
      ? store.get(tenant, refs)
      : Promise.all(partsOf(refs, MOST_READ).map((part) => store.get(tenant, part))).then((all) =>
          all.flat(),
        );

  const reader: Reader & { headSeen: boolean } = {
    headSeen: false,
    foresee(refs) {
      for (const ref of refs) foreseen.set(nameOf(ref), ref);
    },
    async read(refs) {
      const names = refs.map(nameOf);
      const documents = names.map((name) => along.get(name));
      const wanted: DocumentRef[] = [];
      for (const [at, ref] of refs.entries()) {
        if (documents[at] !== undefined) continue;
        wanted.push(ref);
        foreseen.delete(names[at] as string);
      }
      if (wanted.length === 0) return documents as (StoredDocument | null)[];
      const more = [...foreseen.keys()].filter((name) => !along.has(name));
      for (const name of more) wanted.push(foreseen.get(name) as DocumentRef);
      foreseen.clear();
      const looksAtHead = !reader.headSeen;
      if (looksAtHead) wanted.push(HEAD);
      const found = await readAll(wanted);
      // The company changed since the session looked: the executor looks again and begins anew.
      if (looksAtHead && !isHeadOf(company, found.at(-1) ?? null))
        throw new GamekeeperError('ERR_CONFLICT', 'the company changed meanwhile');
      reader.headSeen = true;
      let next = 0;
      for (let at = 0; at < documents.length; at += 1)
        if (documents[at] === undefined) documents[at] = found[next++] ?? null;
      for (const name of more) along.set(name, found[next++] ?? null);
      return documents as (StoredDocument | null)[];
    },
  };
  return reader;
}

/** A company that is about to be founded has none yet. */
function isHeadOf({ headVersion, headBody }: Company, head: StoredDocument | null): boolean {
  return (head?.version ?? null) === headVersion && (head?.body ?? '') === headBody;
}
