import { GamekeeperError, type TenantId } from '../../kernel/index.ts';
import { parseLeaf } from '../../ledger/index.ts';
import type { TenantStore } from '../../ports/index.ts';
import { createVault, openKeys, type Platform, type Vault } from './session.ts';

/** Access to a ledger whose state may be broken: keys from evidence, the ledger's id from its first entry. */
export async function openVault(tenant: TenantId, store: TenantStore, platform: Platform): Promise<Vault> {
  const { codec } = await openKeys(tenant, store, platform);
  const [sealed] = await store.readEntries(tenant, { by: 'index', from: 0, limit: 1 });
  const [staged] = sealed === undefined ? await store.readEntries(tenant, { by: 'staged', limit: 1 }) : [];
  const leaf = parseLeaf((sealed ?? staged)?.leaf ?? '');
  if (leaf === null)
    throw new GamekeeperError('ERR_STORE_CORRUPT', 'altered-entry: the first entry is missing or unreadable');
  return createVault(tenant, store, platform, codec, leaf.ledger);
}
