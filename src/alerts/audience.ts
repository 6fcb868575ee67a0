import type { Alias, LocalDate } from '../kernel/index.ts';
import {
  type Actor,
  type Alert,
  type Approval,
  type Capability,
  capacitiesOf,
  type Employee,
  type OrgChart,
  stayingManagers,
} from '../model/index.ts';

/** What somebody is to an alert: its audience is a relation, worked out whenever somebody asks. */
export interface AlertStanding {
  readonly right: 'none' | 'read' | 'handle';
  /** In whose place; `null` where a capability gives it. */
  readonly capacity: Employee | null;
}

const nothing: AlertStanding = { right: 'none', capacity: null };

/**
 * The person an alert concerns: the employee it is about, or the owner of the customer it is about. Nobody
 * for a customer without an owner.
 */
export function concernedBy(alert: Alert, owner: Alias | null): Alias | null {
  return alert.subject.startsWith('e_') ? alert.subject : owner;
}

/**
 * What an actor may do with an alert. Never anything for whom it concerns, or who stands in for them.
 *
 * The supervisors within reach may handle it: the nearest at first, one more for each time that nobody looked.
 */
export function standingToAlert(
  alert: Alert,
  concerned: Alias | null,
  actor: Actor,
  org: OrgChart,
): AlertStanding {
  if (concerned !== null && actor.interests.includes(concerned)) return nothing;
  const reached = supervisorsWithin(alert, concerned, org);
  const capacity = actor.capacities.find(({ alias }) => reached.some((person) => person.alias === alias));
  if (capacity !== undefined) return { right: 'handle', capacity };
  if (actor.employee !== null && actor.can('alerts.handle')) return { right: 'handle', capacity: null };
  return actor.can('alerts.read') || actor.can('alerts.handle') ? { right: 'read', capacity: null } : nothing;
}

/**
 * Whom to tell of an alert: the supervisors within reach, and whose roles let them see alerts. Administrators,
 * who may see every alert, are told once it is critical, once nobody looked, or where there is nobody else.
 */
export function audienceOf(
  alert: Alert,
  concerned: Alias | null,
  org: OrgChart,
  today: LocalDate,
  grants: (employee: Employee, capability: Capability) => boolean,
): readonly Employee[] {
  const reached = new Set(supervisorsWithin(alert, concerned, org).map(({ alias }) => alias));
  const present = [...org.byAlias.values()].filter(
    (person) => person.status !== 'departed' && !isInvolved(person, concerned, org, today),
  );
  const entitled = (person: Employee): boolean =>
    reached.has(person.alias) ||
    (!person.administrator && (grants(person, 'alerts.read') || grants(person, 'alerts.handle')));
  const told = present.filter(entitled);
  if (told.length > 0 && alert.level === 0 && alert.severity !== 'critical') return told;
  return present.filter((person) => person.administrator || entitled(person));
}

/**
 * Whom to ask for the consent that unmasks: whose roles let them decide alerts, and administrators where there
 * is nobody else. Nobody involved, and not who asked first.
 */
export function askedToUnmask(
  concerned: Alias | null,
  first: Alias,
  org: OrgChart,
  today: LocalDate,
  grants: (employee: Employee, capability: Capability) => boolean,
): readonly Employee[] {
  const free = [...org.byAlias.values()].filter(
    (person) =>
      person.status !== 'departed' &&
      person.alias !== first &&
      grants(person, 'alerts.handle') &&
      !isInvolved(person, concerned, org, today),
  );
  const byRole = free.filter(({ administrator }) => !administrator);
  return byRole.length > 0 ? byRole : free;
}

/** Whether somebody is the person concerned, or stands in for them on a day. */
function isInvolved(person: Employee, concerned: Alias | null, org: OrgChart, today: LocalDate): boolean {
  return concerned !== null && capacitiesOf(org, person, today).some(({ alias }) => alias === concerned);
}

/** The first person's consent, as long as that person is not involved by now. */
export function uninvolved(
  waiting: Approval | null,
  concerned: Alias | null,
  org: OrgChart,
  today: LocalDate,
): Approval | null {
  const first = waiting === null ? undefined : org.byAlias.get(waiting.requestedBy);
  return first === undefined || isInvolved(first, concerned, org, today) ? null : waiting;
}

/** The supervisors whom an alert may reach, nearest first: those who stay. */
export function supervisorsAbove(concerned: Alias | null, org: OrgChart): readonly Employee[] {
  return concerned === null ? [] : stayingManagers(org, concerned);
}

function supervisorsWithin(alert: Alert, concerned: Alias | null, org: OrgChart): readonly Employee[] {
  return supervisorsAbove(concerned, org).slice(0, alert.level + 1);
}
