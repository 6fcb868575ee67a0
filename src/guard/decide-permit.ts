import { type Alias, fail, type Instant, instantOf, millisOf, ok, type Result } from '../kernel/index.ts';
import type { Actor, EventDraft, Permit } from '../model/index.ts';

/** How long a permit is good for: the host asks right before it acts. */
const PERMIT_MS = 60_000;

/** Why a permit is not completed. */
export type PermitRefusal =
  | { readonly code: 'not-found' }
  | { readonly code: 'permit-used'; readonly status: Permit['status'] }
  | { readonly code: 'permit-expired'; readonly until: Instant };

/** Permits an operation of the host's, once. */
export function issuePermit(
  actor: Actor,
  request: {
    readonly operation: string;
    readonly count: number;
    readonly digest: string;
    readonly root: string;
    readonly hold: string | null;
    readonly subjects: readonly Alias[];
  },
  now: Instant,
): EventDraft {
  const { subjects, ...facts } = request;
  return {
    type: 'permit-issued',
    subjects: [...(actor.employee === null ? [] : [actor.employee.alias]), ...subjects],
    data: { ...facts, until: instantOf(millisOf(now) + PERMIT_MS) },
  };
}

/** Completes a permit: by whom it was issued to, once, in time. */
export function completePermit(
  permit: Permit | null,
  actor: Actor,
  affected: number,
  now: Instant,
): Result<EventDraft, PermitRefusal> {
  if (permit === null || permit.actor !== actor.party) return fail({ code: 'not-found' });
  if (permit.status !== 'open') return fail({ code: 'permit-used', status: permit.status });
  if (now > permit.until) return fail({ code: 'permit-expired', until: permit.until });
  return ok({
    type: 'permit-completed',
    subjects: actor.employee === null ? [] : [actor.employee.alias],
    data: { affected, operation: permit.operation, permit: permit.id, permitted: permit.customers },
  });
}

/** What is told of a permit that was never completed; `null` while it may still be. */
export function abandoned(permit: Permit | null, now: Instant): EventDraft | null {
  if (permit === null || permit.status !== 'open' || now <= permit.until) return null;
  return {
    type: 'permit-abandoned',
    subjects: permit.actor.startsWith('e_') ? [permit.actor as Alias] : [],
    data: { operation: permit.operation, permit: permit.id },
  };
}
