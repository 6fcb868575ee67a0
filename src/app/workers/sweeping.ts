import type { DocumentRef } from '../../ports/index.ts';
import type { Session } from '../commit/session.ts';
import { isLeased, type Leased, readLeased, save } from './lease.ts';

/** When a tenant was swept last, and who sweeps it now. */
export interface Sweeping extends Leased {
  /** Unix milliseconds; 0 before the first time. */
  readonly sweptAt: number;
}

/** Where that is kept. */
export const SWEEP: DocumentRef = { collection: 'lease', id: 'sweep' };

/** Before the first sweep. */
export const NEVER_SWEPT: Sweeping = { lease: null, sweptAt: 0 };

/** Notes that somebody swept without a lease. Whoever holds one is about to note it. */
export async function markSwept(session: Session, sweptAt: number): Promise<void> {
  const found = await readLeased<Sweeping>(session, SWEEP);
  if (found !== null && isLeased(found.body, sweptAt)) return;
  await save<Sweeping>(session, SWEEP, found?.version ?? null, { lease: null, sweptAt });
}
