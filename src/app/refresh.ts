import { GamekeeperError } from '../kernel/index.ts';
import { HEAD, MAC_KEY, readCompany, type Session, unknownTenant } from './session.ts';

/** Reads the head; answers whether the company had changed. */
export async function refresh(session: Session): Promise<boolean> {
  const [head] = await session.store.get(session.tenant, [HEAD]);
  if (head == null) {
    // Whoever deletes a tenant removes the key along with the head.
    const [key] = await session.store.get(session.tenant, [MAC_KEY]);
    if (key == null) throw unknownTenant();
    throw new GamekeeperError('ERR_STORE_CORRUPT', 'head/head is missing; `keeper.rebuild` restores it');
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
