import { fail, fromUtf8, ok, type Result, type TenantId } from '../../kernel/index.ts';
import {
  type DirectorySource,
  decodeLeaves,
  entriesPath,
  parseCheckpoint,
  parseLeaf,
} from '../../ledger/index.ts';
import type { CommitBatch, DocumentPut, TenantStore } from '../../ports/index.ts';
import { partsOf } from '../commit/batch.ts';
import { createCodec } from '../commit/codec.ts';
import { listedUnder } from '../commit/listed-under.ts';
import {
  createVault,
  MAC_KEY,
  MAC_PURPOSE,
  type Platform,
  tenantExists,
  type Vault,
} from '../commit/session.ts';
import { rebuild } from '../ledger/rebuild.ts';
import { checkpointRef, seal } from '../ledger/sealer.ts';
import { verify } from '../ledger/verify.ts';
import type { EvidenceLine } from './export-tenant.ts';
import { type Archive, type ArchiveFinding, readArchive } from './read-archive.ts';

/** What a restore brought back. */
export interface TenantRestored {
  readonly entries: number;
  /** Documents of evidence that were written. */
  readonly evidence: number;
  /** Documents of state that the ledger came to. */
  readonly documents: number;
}

/** Why a tenant is not restored. */
export type TenantRestoreRefusal =
  /** Something is missing, altered, or signed by other keys. Nothing was written, or what was is unreadable. */
  | { readonly code: 'export-not-whole'; readonly findings: readonly ArchiveFinding[] }
  /** More was signed since it was exported: restored, it would be a truncated log. */
  | { readonly code: 'export-outdated'; readonly exported: number; readonly signed: number };

/** How a restore is watched. */
export interface TenantRestoreOptions {
  /** Hears how many entries of how many are done. */
  readonly onProgress?: ((entries: number, size: number) => void) | undefined;
}

/**
 * Brings an exported tenant into a store that has nothing of it, under the same keys: evidence and entries as they
 * were, state as the entries come to, all of it verified before anybody can open it.
 *
 * The tenant's key is written last. A restore that was cut off may simply be repeated; until one is through, nobody
 * can open the tenant.
 *
 * @throws {GamekeeperError} `ERR_INVALID_INPUT` when the tenant exists; `ERR_SIGNER_FAILED` when its keys were wrapped
 *   by another master key, or for a tenant of another id.
 */
export async function restoreTenant(
  tenant: TenantId,
  source: DirectorySource,
  store: TenantStore,
  platform: Platform,
  { onProgress }: TenantRestoreOptions = {},
): Promise<Result<TenantRestored, TenantRestoreRefusal>> {
  const [taken] = await store.get(tenant, [MAC_KEY]);
  if (taken != null) throw tenantExists();
  const archive = await readArchive(source, platform);
  if (!('ledger' in archive)) return fail({ code: 'export-not-whole', findings: archive });
  const { origin, size } = archive;
  const signed = (await platform.signer.lastSigned(origin))?.size ?? 0;
  if (signed > size) return fail({ code: 'export-outdated', exported: size, signed });
  const opened = await openVault(tenant, archive, store, platform);
  if (opened === null) {
    const finding = { kind: 'missing-document', place: 'key/mac', detail: 'without it nothing can be read' };
    return fail({ code: 'export-not-whole', findings: [finding] });
  }
  const { vault, key } = opened;
  // Entries first: what is left of a restore that was cut off shows in the log.
  await writeEntries(vault, archive, onProgress);
  const evidence = await writeEvidence(vault, archive);
  await seal(vault, () => undefined);
  await writeCheckpoints(vault, archive);
  const { documents } = await rebuild(vault);
  const { findings } = await verify(vault, []);
  if (findings.length > 0) return fail({ code: 'export-not-whole', findings });
  await write(vault, { puts: [key] });
  return ok({ entries: size, evidence: evidence + 1, documents });
}

/** Opens the tenant's key out of the evidence. The document of it comes along: it is written last. */
async function openVault(
  tenant: TenantId,
  archive: Archive,
  store: TenantStore,
  platform: Platform,
): Promise<{ readonly vault: Vault; readonly key: DocumentPut } | null> {
  for await (const lines of archive.evidence()) {
    const line = lines.find(isMacKey);
    if (line === undefined) continue;
    const unwrapped = await platform.keyStore.unwrap(tenant, MAC_PURPOSE, line.body.wrapped as string);
    const codec = createCodec(platform.primitives, unwrapped);
    const ledger = archive.origin.slice(archive.origin.indexOf('/') + 1);
    const key = codec.encode(MAC_KEY, line.version, line.body, []);
    return { vault: createVault(tenant, store, platform, codec, ledger), key };
  }
  return null;
}

async function writeEvidence(vault: Vault, archive: Archive): Promise<number> {
  let written = 0;
  for await (const lines of archive.evidence()) {
    const others = lines.filter((line) => !isMacKey(line));
    for (const part of partsOf(others)) {
      const puts = part.map(({ body, collection, id, version }) =>
        vault.codec.encode({ collection, id }, version, body, []),
      );
      await write(vault, { puts });
      written += puts.length;
    }
  }
  return written;
}

/** Entries in their order: each part gets its positions before the next one comes. */
async function writeEntries(
  vault: Vault,
  { ledger, size }: Archive,
  onProgress?: (entries: number, size: number) => void,
): Promise<void> {
  const { codec, store, tenant } = vault;
  for (let from = 0; from < size; ) {
    const count = Math.min(256, size - from);
    const leaves =
      decodeLeaves((await ledger.read(entriesPath(from / 256, count))) ?? new Uint8Array()) ?? [];
    const entries = leaves.map((leaf) => {
      const parsed = parseLeaf(leaf);
      const subjects = parsed === null ? [] : listedUnder(parsed);
      return { id: parsed?.id ?? '', subjects, leaf, mac: codec.entryMac(leaf) };
    });
    await write(vault, { entries });
    await store.sequence(tenant, { size: from, limit: count });
    from += count;
    onProgress?.(from, size);
  }
}

/** Every checkpoint signed before the last one, which sealing has just written. */
async function writeCheckpoints(vault: Vault, { ledger, size }: Archive): Promise<void> {
  const puts: DocumentPut[] = [];
  for (const path of await ledger.list()) {
    if (!path.startsWith('checkpoints/')) continue;
    const checkpoint = fromUtf8((await ledger.read(path)) ?? new Uint8Array()) ?? '';
    const at = parseCheckpoint(checkpoint)?.size ?? 0;
    if (at === size) continue;
    const ref = checkpointRef(at);
    const version = vault.platform.ids.next(vault.platform.clock.now());
    puts.push(vault.codec.encode(ref, version, { checkpoint }, [{ index: 'checkpoints', key: ref.id }]));
  }
  for (const part of partsOf(puts)) await write(vault, { puts: part });
}

/** Writes a part, as long as nobody has created the tenant meanwhile. */
async function write({ store, tenant }: Vault, part: Partial<CommitBatch>): Promise<void> {
  const checks = [{ ref: MAC_KEY, version: null }];
  const outcome = await store.commit(tenant, {
    checks,
    adds: [],
    puts: [],
    deletes: [],
    entries: [],
    ...part,
  });
  if (outcome.status !== 'committed') throw tenantExists();
}

function isMacKey({ collection, id }: EvidenceLine): boolean {
  return collection === MAC_KEY.collection && id === MAC_KEY.id;
}
