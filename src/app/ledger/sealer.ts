import {
  equalBytes,
  GamekeeperError,
  type Instant,
  instantOf,
  toBase64url,
  utf8,
  uuidTime,
} from '../../kernel/index.ts';
import {
  checkpointBody,
  edgeRoot,
  emptyEdge,
  extendTiles,
  leafHash,
  noteSignatureLine,
  type TileEdge,
  type TileGrowth,
} from '../../ledger/index.ts';
import type { DocumentPut, DocumentRef, StoredEntry, VersionCheck } from '../../ports/index.ts';
import { nameOf } from '../commit/codec.ts';
import { bytesOf, type Vault } from '../commit/session.ts';
import { seenBy } from '../observe/observing.ts';
import { checkAcknowledged, hasStaged } from './check-acknowledged.ts';

/** The last signed tree head of a ledger. */
export interface SealedHead {
  readonly size: number;
  readonly root: Uint8Array;
  /** The signed checkpoint, verbatim; `null` before the first. */
  readonly checkpoint: string | null;
}

/** The right edge of the tree as it is kept, with the checkpoint that states it. Derived: it can be made anew. */
export interface Edge {
  readonly tree: TileEdge;
  readonly version: string | null;
  readonly checkpoint: string | null;
  readonly signedAt: Instant | null;
}

export const EDGE: DocumentRef = { collection: 'edge', id: 'edge' };
/** Entries sealed in one commit. */
const PART = 512;
/** So often what is acknowledged and staged may be overtaken before it counts as lost. */
const MOST_OVERTAKEN = 10;

/** Where a checkpoint lies: padded, so that they sort by size. */
export function checkpointRef(size: number): DocumentRef {
  return { collection: 'checkpoint', id: String(size).padStart(16, '0') };
}

/** Where a full tile lies. */
export function tileRef(level: number, index: number): DocumentRef {
  return { collection: 'tile', id: `${level}.${index}` };
}

/**
 * Gives staged entries their positions, lets the tree grow and signs its head, until nothing is staged.
 *
 * Safe in any number of processes at once: positions and the edge are compare-and-swap, the signature is
 * given only forward. What this process acknowledged and does not find again is reported to `missing`.
 *
 * @throws {GamekeeperError} `ERR_STORE_CORRUPT` when an entry was changed before it was sealed, or the log is
 *   shorter than what was signed.
 */
export function seal(vault: Vault, missing: (entries: readonly string[]) => void): Promise<SealedHead> {
  return seenBy(vault.platform, { kind: 'seal', tenant: vault.tenant }, () => sealAll(vault, missing));
}

async function sealAll(vault: Vault, missing: (entries: readonly string[]) => void): Promise<SealedHead> {
  // What was acknowledged before this round must be found by the end of it. What comes later waits for the
  // next one: a seal that ran after its own tail would flush the disk once for every command.
  const expected = [...vault.acknowledged.keys()];
  let overtaken = 0;
  for (let lost = 0; lost < 1000; ) {
    const edge = await readEdge(vault);
    const { size, more } = await assignPositions(vault, edge.tree.size);
    const grown = size === edge.tree.size ? edge : await growTo(vault, edge, size);
    if (grown === null) lost += 1;
    if (grown === null || more || grown.tree.size < size) continue;
    const { waiting, gone } = await checkAcknowledged(vault, expected);
    // Entries that came to be seen meanwhile, with a lower number, took the places of some: those get the next ones.
    if (waiting.length > 0 && overtaken < MOST_OVERTAKEN && (await hasStaged(vault))) {
      overtaken += 1;
      continue;
    }
    if (waiting.length + gone.length > 0) missing([...gone, ...waiting]);
    const root = edgeRoot(grown.tree, vault.platform.primitives.sha256);
    return { size: grown.tree.size, root, checkpoint: grown.checkpoint };
  }
  throw new GamekeeperError(
    'ERR_CONFLICT',
    'sealing lost a thousand races; is something else writing tree heads?',
  );
}

/** Reads the edge; none yet is the edge of an empty tree. */
export async function readEdge({ store, tenant, codec }: Vault): Promise<Edge> {
  const [document] = await store.get(tenant, [EDGE]);
  if (document == null) return { tree: emptyEdge, version: null, checkpoint: null, signedAt: null };
  const body = codec.decode<{ size: number; partial: string[]; checkpoint: string; signedAt: Instant }>(
    document,
  );
  return {
    tree: { size: body.size, partial: body.partial.map(bytesOf) },
    version: document.version,
    checkpoint: body.checkpoint,
    signedAt: body.signedAt,
  };
}

/** Gives positions to the next staged entries that are as they were written; `more` if others wait behind them. */
async function assignPositions(
  { store, tenant, codec, acknowledged }: Vault,
  expected: number,
): Promise<{ readonly size: number; readonly more: boolean }> {
  const staged = await store.readEntries(tenant, { by: 'staged', limit: PART });
  for (const entry of staged) if (acknowledged.get(entry.id) !== entry.leaf) codec.checkEntry(entry);
  const { size, status } = await store.sequence(tenant, { size: expected, limit: staged.length });
  return { size, more: staged.length === PART || status === 'conflict' };
}

/** Lets the tree grow by the next part of the log, and signs the new head; `null` when another process was faster. */
async function growTo(vault: Vault, edge: Edge, logSize: number): Promise<Edge | null> {
  const { store, tenant, platform, origin } = vault;
  const { sha256 } = platform.primitives;
  const from = edge.tree.size;
  if (logSize < from) {
    throw new GamekeeperError(
      'ERR_STORE_CORRUPT',
      `truncated: the log holds ${logSize} entries, ${from} were sealed`,
    );
  }
  const entries = await store.readEntries(tenant, { by: 'index', from, limit: PART });
  checkPart(vault, entries, from, Math.min(PART, logSize - from));
  const growth = extendTiles(
    edge.tree,
    entries.map(({ leaf }) => leafHash(leaf, sha256)),
    sha256,
  );
  const head = { size: growth.edge.size, root: growth.root };
  const last = await platform.signer.lastSigned(origin);
  if (last !== null && last.size > head.size && last.size <= logSize) {
    // The edge was lost or set back: what was signed further on is caught up with before anything is signed.
    return commitGrowth(vault, edge, growth, null);
  }
  const body = checkpointBody({ origin, ...head });
  const outcome = await platform.signer.sign({ origin, body: utf8(body), head });
  if (outcome.status === 'behind') {
    // Another process signed further: its edge is about to appear, or the log was set back. How long the log is now
    // tells which: it may have grown since this process looked.
    const { size, root } = outcome.last;
    const isFork = size === head.size && !equalBytes(root, head.root);
    const [signed] = await store.readEntries(tenant, { by: 'index', from: size - 1, limit: 1 });
    if (signed !== undefined && !isFork) return null;
    throw new GamekeeperError(
      'ERR_STORE_CORRUPT',
      isFork
        ? `fork: another root was signed at ${head.size} entries`
        : `truncated: ${size} entries were signed, the log holds fewer`,
    );
  }
  const checkpoint = `${body}\n${noteSignatureLine(origin, platform.signer.publicKey, outcome.signature)}`;
  const grown = await commitGrowth(vault, edge, growth, checkpoint);
  if (grown === null) return null;
  tellSealed(vault, entries, grown.tree.size);
  for (const { id, leaf } of entries) {
    if (vault.acknowledged.get(id) === leaf) vault.acknowledged.delete(id);
  }
  return grown;
}

/** Tells an observer what was sealed, and how long the oldest of it had waited. */
function tellSealed({ platform, tenant }: Vault, entries: readonly StoredEntry[], size: number): void {
  if (platform.observer === null || entries[0] === undefined) return;
  const lagMs = Math.max(0, platform.clock.now() - uuidTime(entries[0].id));
  platform.observer.tell({ kind: 'sealed', tenant, entries: entries.length, size, lagMs });
}

/** Writes new tiles, the new edge, and the checkpoint that states it, if there is one; `null` after a lost race. */
async function commitGrowth(
  vault: Vault,
  before: Edge,
  { edge, full }: TileGrowth,
  checkpoint: string | null,
): Promise<Edge | null> {
  const { store, tenant, codec, platform } = vault;
  const now = platform.clock.now();
  const version = platform.ids.next(now);
  const once = full.map((tile) =>
    codec.encode(tileRef(tile.level, tile.index), version, { hashes: toBase64url(tile.hashes) }, []),
  );
  if (checkpoint !== null) {
    const keys = [{ index: 'checkpoints', key: String(edge.size).padStart(16, '0') }];
    once.push(codec.encode(checkpointRef(edge.size), version, { checkpoint }, keys));
  }
  const kept = await alreadyThere(vault, once);
  const puts = once.filter(({ ref }) => !kept.has(nameOf(ref)));
  const grown: Edge = {
    tree: edge,
    version,
    checkpoint: checkpoint ?? before.checkpoint,
    signedAt: checkpoint === null ? before.signedAt : instantOf(now),
  };
  const edgePut = codec.encode(
    EDGE,
    version,
    {
      checkpoint: grown.checkpoint,
      partial: edge.partial.map(toBase64url),
      signedAt: grown.signedAt,
      size: edge.size,
    },
    [],
  );
  const checks: VersionCheck[] = [
    { ref: EDGE, version: before.version },
    ...puts.map(({ ref }) => ({ ref, version: null })),
  ];
  const batch = { checks, adds: [], puts: [...puts, edgePut], deletes: [], entries: [] };
  return (await store.commit(tenant, batch)).status === 'committed' ? grown : null;
}

/** The part of the log must be whole, authentic, and what this process acknowledged. */
function checkPart(
  { codec, acknowledged }: Vault,
  entries: readonly StoredEntry[],
  from: number,
  count: number,
): void {
  if (entries.length < count)
    throw new GamekeeperError(
      'ERR_STORE_CORRUPT',
      `gap: the log lacks entries from ${from + entries.length}`,
    );
  for (const [at, entry] of entries.entries()) {
    if (entry.index !== from + at)
      throw new GamekeeperError('ERR_STORE_CORRUPT', `gap: the log lacks entry ${from + at}`);
    const ours = acknowledged.get(entry.id);
    if (ours === entry.leaf) continue;
    codec.checkEntry(entry);
    if (ours !== undefined) {
      throw new GamekeeperError(
        'ERR_STORE_CORRUPT',
        `entry ${entry.id} is not the one that was acknowledged`,
      );
    }
  }
}

/** Tiles and checkpoints are written once: what is there must be the same. A rebuilt edge meets its old tiles. */
async function alreadyThere(
  { store, tenant, codec }: Vault,
  puts: readonly DocumentPut[],
): Promise<ReadonlySet<string>> {
  const found = await store.get(
    tenant,
    puts.map(({ ref }) => ref),
  );
  const same = new Set<string>();
  for (const [at, put] of puts.entries()) {
    const document = found[at];
    if (document == null) continue;
    codec.decode(document);
    if (document.body !== put.body) {
      throw new GamekeeperError(
        'ERR_STORE_CORRUPT',
        `${put.ref.collection}/${put.ref.id} exists with other bytes`,
      );
    }
    same.add(nameOf(put.ref));
  }
  return same;
}
