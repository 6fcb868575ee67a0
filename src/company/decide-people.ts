import { type Alias, fail, type LocalDate, ok, type Result } from '../kernel/index.ts';
import {
  type Actor,
  type EventDraft,
  managerChain,
  type NotPermitted,
  type OrgChart,
  peopleFault,
  type WorkingCalendar,
} from '../model/index.ts';

/** What can be said of an employee; `manager` by alias. What is left out keeps its value. */
export interface EmployeeFacts {
  readonly name?: string | undefined;
  readonly manager?: Alias | null | undefined;
  readonly roles?: readonly string[] | undefined;
  readonly team?: string | null | undefined;
  readonly grade?: string | null | undefined;
  readonly calendar?: WorkingCalendar | null | undefined;
  readonly administrator?: boolean | undefined;
}

/** Why a change of people is refused. */
export type PeopleRefusal =
  | NotPermitted
  | { readonly code: 'already-hired' }
  | { readonly code: 'not-found' }
  | { readonly code: 'unknown-manager' }
  | { readonly code: 'manager-loop' }
  | { readonly code: 'own-record'; readonly field: string }
  | { readonly code: 'already-departed' }
  | { readonly code: 'not-on-notice' }
  | { readonly code: 'last-administrator' }
  | { readonly code: 'second-person-required' }
  | { readonly code: 'last-day-over'; readonly lastDayOn: LocalDate }
  | { readonly code: 'unchanged' }
  | { readonly code: 'receiver-leaving' }
  | { readonly code: 'self-delegation' }
  | { readonly code: 'delegation-over'; readonly untilOn: LocalDate };

/**
 * Hires somebody under a fresh alias. Who was employed here before comes back under the old one: a new episode
 * begins, and what was decided in earlier ones stays theirs.
 */
export function decideHire(
  actor: Actor,
  org: OrgChart,
  person: EmployeeFacts & { readonly id: string; readonly name: string; readonly alias: Alias },
): Result<EventDraft, PeopleRefusal> {
  const fault = peopleFault(actor, org);
  if (fault !== null) return fail(fault);
  if (person.administrator === true && actor.employee?.administrator !== true) {
    return fail({ code: 'not-permitted', needs: 'administrator' });
  }
  const known = org.byId.get(person.id);
  if (known !== undefined && known.status !== 'departed') return fail({ code: 'already-hired' });
  const manager = person.manager ?? null;
  if (manager !== null && !org.byAlias.has(manager)) return fail({ code: 'unknown-manager' });
  if (known === undefined) return ok(hired(person));
  if (wouldLoop(org, known.alias, manager)) return fail({ code: 'manager-loop' });
  const again = hired({ ...person, alias: known.alias });
  return ok({ ...again, type: 'employee-rehired', data: { ...again.data, episode: known.episode + 1 } });
}

/** The event of a hiring, also of a tenant's first administrators. */
export function hired(
  person: EmployeeFacts & { readonly id: string; readonly name: string; readonly alias: Alias },
): EventDraft {
  const subject = person.alias;
  return {
    type: 'employee-hired',
    subjects: [subject],
    data: {
      administrator: person.administrator ?? false,
      calendar: (person.calendar ?? null) as never,
      employee: subject,
      manager: person.manager ?? null,
    },
    disclosures: {
      grade: { subject, value: person.grade ?? null },
      id: { subject, value: person.id },
      name: { subject, value: person.name },
      roles: { subject, value: person.roles ?? [] },
      team: { subject, value: person.team ?? null },
    },
  };
}

/**
 * Changes what is known of an employee. Nobody changes their own manager, roles or administratorship:
 * that would choose who decides about them.
 */
export function decideUpdatePerson(
  actor: Actor,
  org: OrgChart,
  target: Alias | null,
  patch: EmployeeFacts,
): Result<EventDraft, PeopleRefusal> {
  const fault = peopleFault(actor, org);
  if (fault !== null) return fail(fault);
  const employee = target === null ? undefined : org.byAlias.get(target);
  if (employee === undefined) return fail({ code: 'not-found' });
  if (actor.interests.includes(employee.alias)) {
    const own = (['manager', 'roles', 'administrator'] as const).find((field) => patch[field] !== undefined);
    if (own !== undefined) return fail({ code: 'own-record', field: own });
  }
  if (patch.administrator !== undefined && actor.employee?.administrator !== true) {
    return fail({ code: 'not-permitted', needs: 'administrator' });
  }
  if (patch.manager !== undefined && patch.manager !== null) {
    // To become somebody's manager is to see what they own and to decide their claims: others have to arrange it.
    if (actor.interests.includes(patch.manager)) return fail({ code: 'own-record', field: 'manager' });
    if (!org.byAlias.has(patch.manager)) return fail({ code: 'unknown-manager' });
    if (wouldLoop(org, employee.alias, patch.manager)) return fail({ code: 'manager-loop' });
  }
  const subject = employee.alias;
  const facts = Object.entries({
    administrator: patch.administrator,
    calendar: patch.calendar,
    manager: patch.manager,
  });
  const personal = Object.entries({
    grade: patch.grade,
    name: patch.name,
    roles: patch.roles,
    team: patch.team,
  });
  return ok({
    type: 'employee-updated',
    subjects: [subject],
    data: {
      changed: Object.fromEntries(facts.filter(([, value]) => value !== undefined)) as never,
      employee: subject,
    },
    disclosures: Object.fromEntries(
      personal
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [name, { subject, value: value as never }]),
    ),
  });
}

/** Lets somebody stand in until a day, that day included. One may arrange one's own; HR may for others. */
export function decideDelegate(
  actor: Actor,
  org: OrgChart,
  from: Alias | null,
  to: Alias | null,
  untilOn: LocalDate,
  today: LocalDate,
): Result<EventDraft, PeopleRefusal> {
  if (from === null || from !== actor.employee?.alias) {
    const fault = peopleFault(actor, org);
    if (fault !== null) return fail(fault);
    // To arrange that somebody's place becomes one's own is to take it.
    if (to !== null && to === actor.employee?.alias) return fail({ code: 'own-record', field: 'delegation' });
  }
  if (from === null || to === null || !org.byAlias.has(from) || !org.byAlias.has(to))
    return fail({ code: 'not-found' });
  if (from === to) return fail({ code: 'self-delegation' });
  if (org.byAlias.get(to)?.status !== 'active') return fail({ code: 'receiver-leaving' });
  if (untilOn < today) return fail({ code: 'delegation-over', untilOn });
  return ok({ type: 'employee-delegated', subjects: [from, to], data: { from, to, untilOn } });
}

/** Whether somebody would come to stand above themselves. */
function wouldLoop(org: OrgChart, employee: Alias, manager: Alias | null): boolean {
  if (manager === null) return false;
  return manager === employee || managerChain(org, manager).some(({ alias }) => alias === employee);
}
