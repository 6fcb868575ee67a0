/** What can be wrong with an export. A closed list: programs may switch over it. */
export type FindingKind =
  /** The source failed, or something the caller gave could not be used. Proves nothing either way. */
  | 'unreadable'
  | 'missing-file'
  /** A file that the manifest does not list. */
  | 'unlisted-file'
  /** A file that the manifest lists, but that has no place in the layout of an export of this size. */
  | 'unexpected-file'
  /** Other bytes than the manifest lists, or than follow from the entries. */
  | 'altered-file'
  | 'malformed-file'
  /** Not signed by a known key of the log's name, or wrongly. */
  | 'bad-signature'
  /** The export names a key that is not among the pinned ones. */
  | 'wrong-key'
  | 'wrong-origin'
  /** An entry and its hash in the tree disagree. */
  | 'altered-entry'
  | 'malformed-entry'
  /** An entry of another ledger. */
  | 'foreign-entry'
  /** An entry whose id occurred before. */
  | 'duplicate-entry'
  /** A signed checkpoint has another root than the entries. */
  | 'wrong-root'
  /** Two signed views of one log contradict each other. */
  | 'fork'
  /** A later checkpoint was signed: entries at the end are gone. */
  | 'truncated'
  /** Neither disclosed, nor erased, nor withheld. */
  | 'missing-disclosure'
  /** A disclosure that belongs to no entry, or is none. */
  | 'bad-disclosure'
  /** An erasure was recorded, and yet the value is here. */
  | 'erased-disclosure';

/** Something that is wrong, and where. */
export interface Finding {
  readonly kind: FindingKind;
  /** A path, `entry <index>`, `keys`, `seen` or `source`. Safe to print. */
  readonly place: string;
  /** Index of the entry, where one is meant. */
  readonly index: number | null;
  readonly detail: string;
}

/** Collects findings: the first thousand, and how many more. */
export interface Findings {
  readonly list: readonly Finding[];
  readonly omitted: number;
  file(kind: FindingKind, path: string, detail: string): void;
  entry(kind: FindingKind, index: number, detail: string): void;
}

const MOST = 1000;

/** An empty collection. */
export function createFindings(): Findings {
  const list: Finding[] = [];
  let omitted = 0;
  const add = (kind: FindingKind, place: string, index: number | null, detail: string): void => {
    if (list.length < MOST) list.push({ kind, place: printable(place), index, detail: printable(detail) });
    else omitted += 1;
  };
  return {
    list,
    get omitted() {
      return omitted;
    },
    file: (kind, path, detail) => add(kind, path, null, detail),
    entry: (kind, index, detail) => add(kind, `entry ${index}`, index, detail),
  };
}

/** Hostile names cannot steer a terminal, nor fill it. */
function printable(text: string): string {
  return text.slice(0, 300).replace(/[^ -~]/g, '?');
}
