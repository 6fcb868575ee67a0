import { DAY_MS, type Instant, millisOf } from '../kernel/index.ts';
import type { Approval } from './nouns.ts';

/** How long a request waits for a second person: after a week somebody has to ask anew. */
const APPROVAL_DAYS = 7;

/** The request that still waits, or `null`. */
export function waitingApproval(approval: Approval | null, now: Instant): Approval | null {
  if (approval === null) return null;
  return millisOf(now) - millisOf(approval.requestedAt) > APPROVAL_DAYS * DAY_MS ? null : approval;
}
