import { type Alias, fail, ok, type Result } from '../kernel/index.ts';
import type { Actor, Approval, Employee, EventDraft, OrgChart } from '../model/index.ts';

/** A request to make somebody an administrator: where it waits, and a digest of the very call. */
export interface Appointment {
  readonly approval: string;
  readonly digest: string;
  /** Who becomes one; `null` where nobody is employed under that id yet. */
  readonly target: Alias | null;
}

/** A decided step towards an administrator. */
export type AppointmentStep =
  | { readonly status: 'awaiting-second-person'; readonly event: EventDraft }
  | { readonly status: 'agreed'; readonly by: readonly Alias[] };

/**
 * Making an administrator takes two of them: else one person makes the second whom every other rule asks for. Where
 * there is only one, that one decides alone, and the entry says so.
 */
export function decideAppointment(
  actor: Actor,
  org: OrgChart,
  { approval, digest, target }: Appointment,
  waiting: Approval | null,
): Result<
  AppointmentStep,
  | { readonly code: 'second-person-required' }
  | { readonly code: 'not-permitted'; readonly needs: 'administrator' }
> {
  const self = actor.employee;
  if (self?.administrator !== true) return fail({ code: 'not-permitted', needs: 'administrator' });
  const others = [...org.byAlias.values()].some((person) => isAdministrator(person) && person !== self);
  if (!others) return ok({ status: 'agreed', by: [self.alias] });
  const first = waiting?.digest === digest ? org.byAlias.get(waiting.requestedBy) : undefined;
  if (first === undefined || !isAdministrator(first)) {
    const subjects = [self.alias, ...(target === null ? [] : [target])];
    const data = { approval, digest, kind: 'appoint-administrator' };
    return ok({ status: 'awaiting-second-person', event: { type: 'approval-requested', subjects, data } });
  }
  return first.alias === self.alias
    ? fail({ code: 'second-person-required' })
    : ok({ status: 'agreed', by: [first.alias, self.alias] });
}

/** The event that says who made somebody an administrator; `alone` where there was nobody else to ask. */
export function administratorAppointed(employee: Alias, approval: string, by: readonly Alias[]): EventDraft {
  return {
    type: 'administrator-appointed',
    subjects: [employee, ...by],
    data: { alone: by.length === 1, approval, by, employee },
  };
}

function isAdministrator({ administrator, status }: Employee): boolean {
  return administrator && status !== 'departed';
}
