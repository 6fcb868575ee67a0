import { GamekeeperError } from '../../kernel/index.ts';
import { encodeProof, proveInclusion, tileReader, tilesForInclusion } from '../../ledger/index.ts';
import { nameOf } from '../commit/codec.ts';
import { bytesOf, type Vault } from '../commit/session.ts';
import { readEdge, tileRef } from './sealer.ts';

/** A receipt for one entry, from its tiles; `null` when no such entry is sealed. */
export async function prove(vault: Vault, id: string): Promise<string | null> {
  const { store, tenant, codec, platform } = vault;
  const [entry] = await store.readEntries(tenant, { by: 'id', ids: [id] });
  const edge = await readEdge(vault);
  if (entry?.index == null || edge.checkpoint === null || entry.index >= edge.tree.size) return null;
  codec.checkEntry(entry);
  const { size } = edge.tree;
  const full = tilesForInclusion(entry.index, size).filter(({ width }) => width === 256);
  const documents = await store.get(
    tenant,
    full.map(({ level, index }) => tileRef(level, index)),
  );
  const tiles = new Map<string, Uint8Array>();
  for (const [at, tile] of full.entries()) {
    const document = documents[at];
    if (document == null)
      throw new GamekeeperError('ERR_STORE_CORRUPT', `${nameOf(tileRef(tile.level, tile.index))} is missing`);
    tiles.set(`${tile.level}.${tile.index}`, bytesOf(codec.decode<{ hashes: string }>(document).hashes));
  }
  const reader = tileReader(
    size,
    (level, index, width) => (width === 256 ? tiles.get(`${level}.${index}`) : edge.tree.partial[level]),
    platform.primitives.sha256,
  );
  return encodeProof({
    index: entry.index,
    proof: proveInclusion(reader, entry.index, size),
    checkpoint: edge.checkpoint,
  });
}
