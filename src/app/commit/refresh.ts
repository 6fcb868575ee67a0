import { GamekeeperError, isGamekeeperError } from '../../kernel/index.ts';
import type { Head } from '../../model/index.ts';
import { isLeft } from './is-left.ts';
import { HEAD, MAC_KEY, openKeys, readCompany, type Session, unknownTenant, type Vault } from './session.ts';

/** A store that answers nothing is believed only when the log is gone as well. */
const GONE =
  'head/head and key/mac are missing while the log is there: the store answers what is not so, or the tenant is being deleted; ' +
  'repeat `keeper.tenants.delete`, or restore the store';

/** Reads the head; answers whether the company had changed. */
export async function refresh(session: Session): Promise<boolean> {
  const [head] = await session.store.get(session.tenant, [HEAD]);
  if (head == null) {
    // Whoever deletes a tenant removes the key along with the head.
    const [key] = await session.store.get(session.tenant, [MAC_KEY]);
    if (key == null && !(await isLeft(session.store, session.tenant))) throw unknownTenant();
    throw new GamekeeperError(
      'ERR_STORE_CORRUPT',
      key == null ? GONE : 'head/head is missing; `keeper.rebuild` restores it',
    );
  }
  if (head.version === session.company.headVersion && head.body === session.company.headBody) return false;
  const before = session.company;
  session.company = await readCompany(
    session.tenant,
    session.store,
    session.codec,
    session.platform,
    head,
    before,
  ).catch(async (error: unknown) => {
    throw await whyUnreadable(session, error);
  });
  if (session.company.head.keys !== before.head.keys) {
    session.aliases.clear();
    session.dataKeys.clear();
  }
  return true;
}

/**
 * Why something cannot be read. A company that was deleted, and created anew under its id, has other keys: then the
 * session is let go of, and the next call finds the new one.
 */
export async function whyUnreadable(session: Session, error: unknown): Promise<unknown> {
  if (!isGamekeeperError(error, 'ERR_STORE_CORRUPT') || !(await isReplaced(session))) return error;
  session.onReplaced();
  return new GamekeeperError(
    'ERR_UNKNOWN_TENANT',
    'the tenant was deleted, and another one was created under its id: call again',
  );
}

/** Whether another company stands under a tenant's id than the one whose ledger this is, whole and with keys of its own. */
export async function isReplaced({ ledger, platform, store, tenant }: Vault): Promise<boolean> {
  try {
    const { codec, head } = await openKeys(tenant, store, platform);
    return head !== null && codec.decode<Head>(head).ledger !== ledger;
  } catch {
    return false;
  }
}
