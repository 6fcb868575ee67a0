import {
  equalBytes,
  fromBase64url,
  GamekeeperError,
  type Instant,
  isGamekeeperError,
  toBase64,
  toBase64url,
  utf8,
} from '../kernel/index.ts';
import {
  createTree,
  disclosureDigest,
  leafHash,
  type MerkleTree,
  noteFault,
  parseCheckpoint,
  verifierKeyOf,
} from '../ledger/index.ts';
import { CHART, createChartDigest } from './chart-digest.ts';
import { nameOf } from './codec.ts';
import { compareState } from './compare-state.ts';
import { compareSubjects } from './compare-subjects.ts';
import { readRange } from './read-range.ts';
import { applyEntry, createReplay, isState, type ReplayedEntry, readLog } from './replay.ts';
import { checkpointRef, EDGE, readEdge, tileRef } from './sealer.ts';
import type { Vault } from './session.ts';

/** What is not as it should be, and where. */
export interface VerifyFinding {
  readonly kind:
    | 'altered-entry'
    | 'gap'
    | 'lost-entry'
    | 'altered-tile'
    | 'bad-checkpoint'
    | 'fork'
    | 'truncated'
    | 'stale-basis'
    | 'missing-disclosure'
    | 'altered-disclosure'
    | 'altered-state'
    | 'missing-state'
    | 'extra-state'
    | 'altered-index'
    | 'unreadable';
  /** An entry's index or id, a document's name, a file. */
  readonly place: string;
  readonly detail: string;
}

/** What a verification found. Never a bare "valid": how far it can be trusted stands beside. */
export interface VerifyReport {
  readonly status: 'ok' | 'tampered';
  /** Sealed entries. */
  readonly size: number;
  /** Root hash of the tree, base64. */
  readonly root: string;
  /**
   * `A0`: signed by the log's own key and held nowhere else. Whoever holds both the key and the database
   * could have rewritten everything; nothing here would show it.
   */
  readonly anchorLevel: 'A0';
  /** Entries that no anchor outside holds: at A0, all of them. */
  readonly residual: { readonly entries: number; readonly since: Instant | null };
  /** The last size the signer remembers having signed, outside the database. */
  readonly lastSigned: number | null;
  readonly findings: readonly VerifyFinding[];
}

/**
 * Verifies a ledger from within: entries against the tree, the tree against every checkpoint and what the
 * signer remembers, disclosures against digests, decisions against the state they rested on, and the stored
 * state against the fold of the entries. Cost: one pass over entries and state.
 *
 * @param lost What the process acknowledged and could not find again.
 */
export async function verify(vault: Vault, lost: readonly string[]): Promise<VerifyReport> {
  const findings: VerifyFinding[] = lost.map((entry) => ({
    kind: 'lost-entry',
    place: entry,
    detail: 'was acknowledged by this process and is not in the log',
  }));
  const tree = createTree(vault.platform.primitives.sha256);
  const chart = createChartDigest(vault.platform.primitives);
  const replay = createReplay((collection, id, version) => {
    if (collection === 'employee') chart.set(id, version);
  });
  const versionOf = (name: string): string | null => (name === CHART ? chart.text() : replay.versionOf(name));
  const subjects = new Map<string, number[]>();
  const erased = new Set<string>();
  const undisclosed = new Map<string, string>();
  let whole = false;
  try {
    for await (const entry of readLog(vault, fault)) {
      checkEntry(vault, entry, versionOf, findings, erased, undisclosed);
      for (const subject of new Set(entry.leaf.subject)) {
        const indexes = subjects.get(subject);
        if (indexes === undefined) subjects.set(subject, [entry.index]);
        else indexes.push(entry.index);
      }
      tree.append(leafHash(utf8(entry.entry.leaf), vault.platform.primitives.sha256));
      applyEntry(replay, entry);
    }
    whole = true;
    for (const [digest, place] of undisclosed) {
      if (!erased.has(digest))
        findings.push({
          kind: 'missing-disclosure',
          place,
          detail: `digest ${digest} has neither a disclosure nor an erasure`,
        });
    }
  } catch (error) {
    findings.push(findingOf(error));
  }
  const lastSigned = await checkHeads(vault, tree, whole, findings);
  if (whole) {
    try {
      for await (const { kind, ref } of compareState(vault, replay)) {
        findings.push({ kind, place: nameOf(ref), detail: 'is not what the log comes to' });
      }
      for await (const subject of compareSubjects(vault, subjects)) {
        findings.push({
          kind: 'altered-index',
          place: `subject/${subject}`,
          detail: 'the list of its entries is not what the log comes to',
        });
      }
    } catch (error) {
      findings.push(findingOf(error));
    }
  }
  return {
    status: findings.length === 0 ? 'ok' : 'tampered',
    size: tree.size,
    root: toBase64(tree.root()),
    anchorLevel: 'A0',
    residual: { entries: tree.size, since: null },
    lastSigned,
    findings,
  };
}

/** One entry: the state its decision rested on, and its disclosures. */
function checkEntry(
  { platform }: Vault,
  { index, leaf, disclosures }: ReplayedEntry,
  versionOf: (name: string) => string | null,
  findings: VerifyFinding[],
  erased: Set<string>,
  undisclosed: Map<string, string>,
): void {
  for (const [name, version] of leaf.basis) {
    if ((name === CHART || isState(name)) && versionOf(name) !== version) {
      findings.push({
        kind: 'stale-basis',
        place: String(index),
        detail: `rested on ${name} in a state that was not the current one`,
      });
    }
  }
  if (leaf.type === 'erasure' && leaf.outcome === 'done')
    for (const digest of leaf.data.digests as string[]) erased.add(digest);
  const digests = new Set(leaf._sd ?? []);
  for (const text of disclosures) {
    if (!digests.delete(toBase64url(disclosureDigest(text, platform.primitives.sha256)))) {
      findings.push({
        kind: 'altered-disclosure',
        place: String(index),
        detail: 'a disclosure belongs to no digest of its entry',
      });
    }
  }
  for (const digest of digests) undisclosed.set(digest, String(index));
}

/** Tiles, checkpoints, the edge, and the signer's memory, against the tree. */
async function checkHeads(
  vault: Vault,
  tree: MerkleTree,
  whole: boolean,
  findings: VerifyFinding[],
): Promise<number | null> {
  const { platform, origin } = vault;
  const key = verifierKeyOf(origin, platform.signer.publicKey, platform.primitives.sha256);
  const report = (kind: VerifyFinding['kind'], place: string, detail: string): void =>
    void findings.push({ kind, place, detail });
  const checkSigned = (place: string, note: string): void => {
    const checkpoint = noteFault(note, [key]) === undefined ? parseCheckpoint(note) : null;
    if (checkpoint === null || checkpoint.origin !== origin)
      report('bad-checkpoint', place, 'is not signed by the key of this log');
    else if (checkpoint.size > tree.size) {
      if (whole) report('truncated', place, `expected ${checkpoint.size} entries, found ${tree.size}`);
    } else if (!equalBytes(checkpoint.root, tree.root(checkpoint.size)))
      report('fork', place, 'states another root');
  };
  try {
    for await (const { document, ref } of readRange(vault.store, vault.tenant, {
      index: 'checkpoints',
      want: 'documents',
    })) {
      if (document !== null)
        checkSigned(nameOf(ref), vault.codec.decode<{ checkpoint: string }>(document).checkpoint);
    }
    const edge = await readEdge(vault);
    if (edge.checkpoint !== null) {
      checkSigned(nameOf(EDGE), edge.checkpoint);
      const [document] = await vault.store.get(vault.tenant, [checkpointRef(edge.tree.size)]);
      if (document == null)
        report('bad-checkpoint', nameOf(checkpointRef(edge.tree.size)), 'the last checkpoint is missing');
    }
    await checkTiles(vault, tree, findings);
  } catch (error) {
    findings.push(findingOf(error));
  }
  const last = await platform.signer.lastSigned(origin);
  if (last !== null && whole) {
    if (last.size > tree.size)
      report('truncated', 'signer', `expected ${last.size} entries, found ${tree.size}`);
    else if (!equalBytes(last.root, tree.root(last.size)))
      report('fork', 'signer', `another root was signed at ${last.size} entries`);
  }
  return last?.size ?? null;
}

async function checkTiles(
  { store, tenant, codec }: Vault,
  tree: MerkleTree,
  findings: VerifyFinding[],
): Promise<void> {
  for (let level = 0; 256 ** (level + 1) <= tree.size; level += 1) {
    const count = Math.floor(tree.size / 256 ** (level + 1));
    for (let from = 0; from < count; from += 64) {
      const refs = Array.from({ length: Math.min(64, count - from) }, (_, at) => tileRef(level, from + at));
      const documents = await store.get(tenant, refs);
      for (const [at, ref] of refs.entries()) {
        const document = documents[at];
        const hashes =
          document == null ? null : fromBase64url(codec.decode<{ hashes: string }>(document).hashes);
        const right = Array.from({ length: 256 }, (_, hash) =>
          tree.hashAt(level * 8, (from + at) * 256 + hash),
        );
        const same =
          hashes !== null &&
          right.every((hash, place) => equalBytes(hash, hashes.subarray(place * 32, place * 32 + 32)));
        if (!same)
          findings.push({
            kind: 'altered-tile',
            place: nameOf(ref),
            detail: 'is not what the entries come to',
          });
      }
    }
  }
}

/** A place where the log is not as it was written: the finding travels as the error's `refusal`. */
function fault(kind: 'altered-entry' | 'gap', index: number, detail: string): GamekeeperError {
  const refusal: VerifyFinding = { kind, place: String(index), detail };
  return new GamekeeperError('ERR_STORE_CORRUPT', detail, { refusal });
}

function findingOf(error: unknown): VerifyFinding {
  if (!isGamekeeperError(error, 'ERR_STORE_CORRUPT')) throw error;
  return (
    (error.refusal as VerifyFinding | null) ?? { kind: 'unreadable', place: 'store', detail: error.message }
  );
}
