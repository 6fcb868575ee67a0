import { fromUtf8, toBase64url } from '../kernel/index.ts';
import { disclosureDigest, parseDisclosure } from './disclosure.ts';
import { type Leaf, leafFault, parseLeaf } from './entry.ts';
import type { Findings } from './finding.ts';
import type { Hasher } from './sha256.ts';

/** What has been seen of a log's entries so far. */
export interface EntryCheck {
  /** The next entries, and the text of their disclosures; `null` when those are withheld. */
  bundle(entries: readonly Uint8Array[], disclosures: string | null): void;
  /** Whether any erasure was recorded: then `disclosed` has to be called for each file of disclosures. */
  readonly hasErasures: boolean;
  /** Looks for values that were erased. */
  disclosed(path: string, disclosures: string): void;
  /** What is neither disclosed nor erased. */
  finish(): void;
}

/** A leaf whose disclosures are being looked for. */
interface OpenLeaf {
  readonly index: number;
  readonly missing: Set<string>;
}

/** Checks entries in their order: shape, ledger, ids, and the four states of a disclosure. */
export function createEntryCheck(findings: Findings, sha256: Hasher): EntryCheck {
  const ids = new Set<string>();
  const erased = new Map<string, number>();
  const open = new Map<string, number>();
  let ledger: string | undefined;
  let size = 0;

  const look = (bytes: Uint8Array, index: number): Leaf | null => {
    const text = fromUtf8(bytes) ?? '';
    const leaf = parseLeaf(text);
    if (leaf === null) {
      findings.entry('malformed-entry', index, `${leafFault(text)}`);
      return null;
    }
    ledger ??= leaf.ledger;
    if (leaf.ledger !== ledger) findings.entry('foreign-entry', index, `ledger ${leaf.ledger}`);
    if (ids.has(leaf.id)) findings.entry('duplicate-entry', index, `id ${leaf.id}`);
    ids.add(leaf.id);
    const { digests } = leaf.data;
    if (leaf.type === 'erasure' && leaf.outcome === 'done' && Array.isArray(digests)) {
      for (const digest of digests) if (typeof digest === 'string') erased.set(digest, index);
    }
    return leaf;
  };

  return {
    bundle(entries, disclosures) {
      const leaves = new Map<string, OpenLeaf>();
      for (const bytes of entries) {
        const leaf = look(bytes, size);
        if (leaf !== null) leaves.set(leaf.id, { index: size, missing: new Set(leaf._sd) });
        size += 1;
      }
      if (disclosures === null) return;
      for (const line of parseLines(disclosures)) {
        const leaf = leaves.get(line?.entry ?? '');
        if (line === null || leaf === undefined) {
          findings.entry('bad-disclosure', size - entries.length, 'a line of its bundle');
          continue;
        }
        for (const text of line.disclosures) {
          const known = parseDisclosure(text) !== null && leaf.missing.delete(digestOf(text, sha256));
          if (!known) findings.entry('bad-disclosure', leaf.index, 'has no digest');
        }
      }
      for (const { index, missing } of leaves.values()) for (const digest of missing) open.set(digest, index);
    },
    get hasErasures() {
      return erased.size > 0;
    },
    disclosed(path, disclosures) {
      for (const text of parseLines(disclosures).flatMap((line) => line?.disclosures ?? [])) {
        const index = erased.get(digestOf(text, sha256));
        if (index !== undefined) findings.file('erased-disclosure', path, `erased by entry ${index}`);
      }
    },
    finish() {
      for (const [digest, index] of open) {
        if (!((erased.get(digest) ?? -1) > index))
          findings.entry('missing-disclosure', index, `digest ${digest}`);
      }
    },
  };
}

function digestOf(disclosure: string, sha256: Hasher): string {
  return toBase64url(disclosureDigest(disclosure, sha256));
}

/** The lines of a file of disclosures; `null` for each that is not of the form. */
function parseLines(text: string): ({ entry: string; disclosures: string[] } | null)[] {
  if (text !== '' && !text.endsWith('\n')) return [null];
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      try {
        const { entry, disclosures, ...more } = JSON.parse(line);
        const strict =
          typeof entry === 'string' && Array.isArray(disclosures) && Object.keys(more).length === 0;
        return strict && disclosures.every((one) => typeof one === 'string') ? { entry, disclosures } : null;
      } catch {
        return null;
      }
    });
}
