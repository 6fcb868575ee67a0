import type { Alias } from '../../kernel/index.ts';

/** What a leaf says of people: whom it is about, who acted, in whose place. */
interface Parties {
  readonly actor: string;
  readonly onBehalfOf?: string | undefined;
  readonly subject: readonly string[];
}

/**
 * Under whom the store lists an entry: whom it is about, and the person who acted, and in whose place. What somebody
 * did, read or asked for in vain is kept about them, too. Worked out from the leaf, so that a verification does it again.
 */
export function listedUnder({ actor, onBehalfOf, subject }: Parties): readonly Alias[] {
  const listed = new Set(subject);
  for (const party of [actor, onBehalfOf]) if (party?.startsWith('e_') === true) listed.add(party);
  return [...listed] as Alias[];
}
