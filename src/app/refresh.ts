import { GamekeeperError } from '../kernel/index.ts';
import { isLeft } from './is-left.ts';
import { HEAD, MAC_KEY, readCompany, type Session, unknownTenant } from './session.ts';

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
    session.platform.primitives,
    head,
    before,
  );
  if (session.company.head.keys !== before.head.keys) {
    session.aliases.clear();
    session.dataKeys.clear();
  }
  return true;
}
