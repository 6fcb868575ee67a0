import { fail, GamekeeperError, ok, type Result, type TenantId } from '../../kernel/index.ts';
import type { CheckedStore } from '../checked/checked-store.ts';
import { isLeft } from '../commit/is-left.ts';
import { refresh } from '../commit/refresh.ts';
import { HEAD, MAC_KEY, type Session, unknownTenant } from '../commit/session.ts';
import { seal } from '../ledger/sealer.ts';

/** What is known of a tenant that is no more. */
export interface DeletedTenant {
  /** Its ledger; `null` when what was left of an earlier deletion was removed. */
  readonly ledger: string | null;
  /** The last checkpoint that was signed: who holds an entry can still prove that it was in the log. */
  readonly checkpoint: string | null;
  readonly entries: number | null;
}

/** Why a tenant is not deleted. */
export type DeleteTenantRefusal =
  | { readonly code: 'tenant-not-suspended' }
  /** The store keeps what it has: the host removes the data by its own means. */
  | { readonly code: 'store-cannot-purge' };

/** Rows removed at once. */
const LIMIT = 5_000;

/**
 * Removes a suspended tenant from its store: first its head and its key, so that nothing of it can be read or written
 * any more in any process; then all the rest, part by part. Cut off in between, it goes on when it is called again.
 *
 * @throws {GamekeeperError} `ERR_UNKNOWN_TENANT` when nothing of it is there.
 */
export async function deleteTenant(
  tenant: TenantId,
  store: CheckedStore,
  open: () => Promise<Session>,
  forget: () => void,
): Promise<Result<DeletedTenant, DeleteTenantRefusal>> {
  if (store.capabilities.wholeTenants !== true) return fail({ code: 'store-cannot-purge' });
  const [head, key] = await store.get(tenant, [HEAD, MAC_KEY]);
  let deleted: DeletedTenant = { ledger: null, checkpoint: null, entries: null };
  if (head != null && key != null) {
    const ended = await endTenant(await open());
    if (ended === null) return fail({ code: 'tenant-not-suspended' });
    deleted = ended;
  } else if (head != null) {
    // Without its key nobody can read it any more.
    await remove(store, tenant, head.version);
  } else if (key != null) {
    throw new GamekeeperError('ERR_STORE_CORRUPT', 'head/head is missing; `keeper.rebuild` restores it');
  } else if (!(await isLeft(store, tenant))) throw unknownTenant();
  forget();
  for (;;) {
    const outcome = await store.purge(tenant, { checks: [{ ref: HEAD, version: null }], limit: LIMIT });
    if (outcome.status === 'conflict')
      throw new GamekeeperError(
        'ERR_CONFLICT',
        'a tenant of this id was created meanwhile: it is left alone',
      );
    if (!outcome.more) return ok(deleted);
  }
}

/** Takes head and key away, if the tenant is suspended at that very moment; `null` if it is not. */
async function endTenant(session: Session): Promise<DeletedTenant | null> {
  const { store, tenant, ledger } = session;
  for (let attempt = 0; attempt < 100; attempt += 1) {
    await refresh(session);
    if (session.company.tenant.suspendedAt === undefined) return null;
    const { size, checkpoint } = await seal(session, () => undefined);
    if (await remove(store, tenant, session.company.headVersion))
      return { ledger, checkpoint, entries: size };
  }
  throw new GamekeeperError('ERR_CONFLICT', 'the tenant went on changing; nothing was deleted');
}

async function remove(store: Session['store'], tenant: TenantId, version: string): Promise<boolean> {
  const { status } = await store.commit(tenant, {
    checks: [{ ref: HEAD, version }],
    adds: [],
    puts: [],
    deletes: [HEAD, MAC_KEY],
    entries: [],
  });
  return status === 'committed';
}
