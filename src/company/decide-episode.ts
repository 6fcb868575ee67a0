import { type Alias, fail, type LocalDate, ok, type Result } from '../kernel/index.ts';
import {
  type Actor,
  type Employee,
  type Episode,
  type EventDraft,
  type NoticeKind,
  type OrgChart,
  peopleFault,
} from '../model/index.ts';
import type { PeopleRefusal } from './decide-people.ts';

/** A notice as it is given. */
export interface Notice {
  readonly kind: NoticeKind;
  readonly lastDayOn: LocalDate;
}

/**
 * Gives notice, or moves the last day of one that was given. Nobody gives their own here, nor that of somebody
 * they stand in for: HR records what both sides know.
 */
export function decideGiveNotice(
  actor: Actor,
  org: OrgChart,
  target: Alias | null,
  episode: Episode | null,
  notice: Notice,
  today: LocalDate,
): Result<EventDraft, PeopleRefusal> {
  const found = decidable(actor, org, target);
  if (!found.ok) return found;
  const { lastDayOn, kind } = notice;
  if (lastDayOn < today) return fail({ code: 'last-day-over', lastDayOn });
  const given = episode?.notice;
  if (given != null && given.lastDayOn === lastDayOn && given.kind === kind)
    return fail({ code: 'unchanged' });
  return ok(eventOf('notice-given', found.value, { kind, lastDayOn }));
}

/** Takes a notice back: everything is as before it was given. */
export function decideWithdrawNotice(
  actor: Actor,
  org: OrgChart,
  target: Alias | null,
): Result<EventDraft, PeopleRefusal> {
  const found = decidable(actor, org, target);
  if (!found.ok) return found;
  if (found.value.status !== 'on_notice') return fail({ code: 'not-on-notice' });
  return ok(eventOf('notice-withdrawn', found.value, {}));
}

/**
 * Ends an episode, with or without a notice before it: on the last day, or because somebody does not turn up.
 * Nothing waits for it: an unfinished handover holds nobody back. The last administrator stays.
 */
export function decideDepart(
  actor: Actor,
  org: OrgChart,
  target: Alias | null,
  because: 'left' | 'no_show',
): Result<EventDraft, PeopleRefusal> {
  const found = decidable(actor, org, target);
  if (!found.ok) return found;
  const leaver = found.value;
  const others = [...org.byAlias.values()].some(
    ({ administrator, alias, status }) => administrator && status !== 'departed' && alias !== leaver.alias,
  );
  if (leaver.administrator && !others) return fail({ code: 'last-administrator' });
  return ok(eventOf('employee-departed', leaver, { because }));
}

/** Who may record an event about whom: HR, about anybody who is still here but themselves. */
function decidable(actor: Actor, org: OrgChart, target: Alias | null): Result<Employee, PeopleRefusal> {
  if (!actor.can('people.manage')) return fail({ code: 'not-permitted', needs: 'people.manage' });
  const employee = target === null ? undefined : org.byAlias.get(target);
  if (employee === undefined) return fail({ code: 'not-found' });
  if (actor.interests.includes(employee.alias)) return fail({ code: 'own-record', field: 'employment' });
  const fault = peopleFault(actor, org);
  if (fault !== null) return fail(fault);
  if (employee.status === 'departed') return fail({ code: 'already-departed' });
  return ok(employee);
}

function eventOf(type: string, { alias, episode }: Employee, facts: EventDraft['data']): EventDraft {
  return { type, subjects: [alias], data: { ...facts, employee: alias, episode } };
}
