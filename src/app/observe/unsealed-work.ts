import { uuidTime } from '../../kernel/index.ts';
import type { Session } from '../commit/session.ts';
import type { UnsealedWork } from './health.ts';

/** A session with work to seal, and how often that failed in a row. */
interface Unsealed {
  readonly session: Pick<Session, 'acknowledged'>;
  readonly failures: number;
}

/** What the sessions of this process acknowledged and is not sealed yet. */
export function unsealedWork(busy: ReadonlySet<Unsealed>, now: number): UnsealedWork {
  let entries = 0;
  let oldest = Number.POSITIVE_INFINITY;
  let failing = 0;
  for (const { session, failures } of busy) {
    entries += session.acknowledged.size;
    if (failures > 0) failing += 1;
    // What was acknowledged first stands first.
    for (const id of session.acknowledged.keys()) {
      oldest = Math.min(oldest, uuidTime(id));
      break;
    }
  }
  return { entries, failing, oldestMs: Number.isFinite(oldest) ? Math.max(0, now - oldest) : null };
}
