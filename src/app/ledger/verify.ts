import {
  GamekeeperError,
  type Instant,
  isGamekeeperError,
  toBase64,
  toBase64url,
} from '../../kernel/index.ts';
import { createTree, disclosureDigest, leafHash, type MerkleTree, parseLeaf } from '../../ledger/index.ts';
import type { StoredEntry } from '../../ports/index.ts';
import { CHART, createChartDigest } from '../commit/chart-digest.ts';
import { nameOf } from '../commit/codec.ts';
import { foldEntry, foldOf } from '../commit/folds.ts';
import { listedUnder } from '../commit/listed-under.ts';
import type { Vault } from '../commit/session.ts';
import { compareEvidence, type ShownList } from './compare-evidence.ts';
import { compareState } from './compare-state.ts';
import { compareSubjects } from './compare-subjects.ts';
import { applyEntry, createReplay, isState, type Replay, type ReplayedEntry, readLog } from './replay.ts';
import { headFindings, readHeads } from './verify-heads.ts';

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
    | 'missing-evidence'
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
  // What was signed is read before the log, so that the log can only be longer, whoever writes meanwhile.
  const heads = await guarded(findings, () => readHeads(vault));
  const log = await readWhole(vault, findings);
  if (heads !== null) {
    await guarded(findings, async () => {
      for (const finding of await headFindings(vault, heads, log.tree, log.whole)) findings.push(finding);
    });
  }
  if (log.whole)
    await guarded(findings, async () => void findings.push(...(await stateFindings(vault, log))));
  return {
    status: findings.length === 0 ? 'ok' : 'tampered',
    size: log.tree.size,
    root: toBase64(log.tree.root()),
    anchorLevel: 'A0',
    residual: { entries: log.tree.size, since: null },
    lastSigned: heads?.lastSigned?.size ?? null,
    findings,
  };
}

/** What one pass over the log comes to. */
interface WholeLog {
  readonly tree: MerkleTree;
  readonly replay: Replay;
  /** Indexes of the entries about each subject. */
  readonly subjects: ReadonlyMap<string, readonly number[]>;
  /** Lists that were shown, by the entry that tells of them. */
  readonly lists: ReadonlyMap<string, ShownList>;
  /** Digests with neither a disclosure nor an erasure. */
  readonly undisclosed: ReadonlyMap<string, Undisclosed>;
  /** Whether the pass came to the end of the log. */
  readonly whole: boolean;
}

/** A digest whose disclosure was not there when its entry was read. */
interface Undisclosed {
  readonly place: string;
  readonly subjects: readonly string[];
}

async function readWhole(vault: Vault, findings: VerifyFinding[]): Promise<WholeLog> {
  const tree = createTree(vault.platform.primitives.sha256);
  const chart = createChartDigest(vault.platform.primitives);
  const replay = createReplay((collection, id, version) => {
    if (collection === 'employee') chart.set(id, version);
  });
  const versionOf = (name: string): string | null => (name === CHART ? chart.text() : replay.versionOf(name));
  const subjects = new Map<string, number[]>();
  const lists = new Map<string, ShownList>();
  const erased = new Set<string>();
  const undisclosed = new Map<string, Undisclosed>();
  let whole = false;
  await guarded(findings, async () => {
    for await (const entry of readLog(vault, fault)) {
      const { leaf } = entry;
      checkEntry(vault, entry, versionOf, findings, erased, undisclosed);
      for (const subject of listedUnder(leaf)) {
        const indexes = subjects.get(subject);
        if (indexes === undefined) subjects.set(subject, [entry.index]);
        else indexes.push(entry.index);
      }
      if (typeof leaf.data.root === 'string') lists.set(leaf.id, leaf.data as unknown as ShownList);
      tree.append(leafHash(entry.entry.leaf, vault.platform.primitives.sha256));
      applyEntry(replay, entry);
    }
    whole = true;
  });
  for (const digest of erased) undisclosed.delete(digest);
  return { tree, replay, subjects, lists, undisclosed, whole };
}

/** A store lists an entry under its subjects once, when it is committed: nothing can be added to the list later. */
const ALTERED_LIST =
  'the list of its entries is not what the log comes to: export the company and restore it, a rebuild cannot write lists（其条目清单与日志不符：请导出该公司后恢复，rebuild 无法重写清单）';

/** The stored state against the log. What somebody wrote while this ran is left to the next verification. */
async function stateFindings(
  vault: Vault,
  { tree, replay, subjects, lists, undisclosed }: WholeLog,
): Promise<VerifyFinding[]> {
  const found: { readonly about: readonly string[]; readonly finding: VerifyFinding }[] = [];
  const add = (about: readonly string[], kind: VerifyFinding['kind'], place: string, detail: string): void =>
    void found.push({ about, finding: { kind, place, detail } });
  for await (const { kind, ref } of compareState(vault, replay)) {
    add([nameOf(ref)], kind, nameOf(ref), 'is not what the log comes to');
  }
  for await (const subject of compareSubjects(vault, subjects)) {
    add([subject], 'altered-index', `subject/${subject}`, ALTERED_LIST);
  }
  for await (const { about, ref } of compareEvidence(vault, replay, lists)) {
    add([about], 'missing-evidence', nameOf(ref), 'is missing, or is not what the log comes to');
  }
  for (const [digest, { place, subjects: about }] of undisclosed) {
    add(about, 'missing-disclosure', place, `digest ${digest} has neither a disclosure nor an erasure`);
  }
  if (found.length === 0) return [];
  const touched = await touchedSince(vault, tree.size, replay);
  return found.filter(({ about }) => !about.some((name) => touched.has(name))).map(({ finding }) => finding);
}

/** Documents and subjects that entries after `size` are about, sealed or not. */
async function touchedSince(vault: Vault, size: number, replay: Replay): Promise<ReadonlySet<string>> {
  const { store, tenant, codec } = vault;
  const touched = new Set<string>();
  const staged = await store.readEntries(tenant, { by: 'staged', limit: 512 });
  const sealed: StoredEntry[] = [];
  for (let from = size; ; from = size + sealed.length) {
    const part = await store.readEntries(tenant, { by: 'index', from, limit: 500 });
    sealed.push(...part);
    if (part.length < 500) break;
  }
  const known = new Set(sealed.map(({ id }) => id));
  for (const entry of [...sealed, ...staged.filter(({ id }) => !known.has(id))]) {
    codec.checkEntry(entry);
    const leaf = parseLeaf(entry.leaf);
    if (leaf === null) continue;
    for (const subject of listedUnder(leaf)) touched.add(subject);
    const changes = foldOf(leaf.type, leaf.outcome)(foldEntry(leaf, null), replay);
    for (const { collection, id } of changes) touched.add(`${collection}/${id}`);
    // The next entry may be about what this one made.
    replay.apply(leaf.id, changes);
  }
  return touched;
}

/** Does a part of the verification; what the store cannot be trusted with becomes a finding. */
async function guarded<Answer>(
  findings: VerifyFinding[],
  part: () => Promise<Answer>,
): Promise<Answer | null> {
  try {
    return await part();
  } catch (error) {
    if (!isGamekeeperError(error, 'ERR_STORE_CORRUPT')) throw error;
    const told = error.refusal as VerifyFinding | null;
    findings.push(told ?? { kind: 'unreadable', place: 'store', detail: error.message });
    return null;
  }
}

/** One entry: the state its decision rested on, and its disclosures. */
function checkEntry(
  { platform }: Vault,
  { index, leaf, disclosures }: ReplayedEntry,
  versionOf: (name: string) => string | null,
  findings: VerifyFinding[],
  erased: Set<string>,
  undisclosed: Map<string, Undisclosed>,
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
  for (const digest of digests) undisclosed.set(digest, { place: String(index), subjects: leaf.subject });
}

/** A place where the log is not as it was written: the finding travels as the error's `refusal`. */
function fault(kind: 'altered-entry' | 'gap', index: number, detail: string): GamekeeperError {
  const refusal: VerifyFinding = { kind, place: String(index), detail };
  return new GamekeeperError('ERR_STORE_CORRUPT', detail, { refusal });
}
