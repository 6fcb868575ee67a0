import type { Alias, LocalDate } from '../kernel/index.ts';
import type { Capability } from './capabilities.ts';
import type { Employee } from './nouns.ts';

/** The people of a tenant at one version of the org chart. */
export interface OrgChart {
  readonly byAlias: ReadonlyMap<Alias, Employee>;
  /** By the host's id. */
  readonly byId: ReadonlyMap<string, Employee>;
  /** Who ever delegated to somebody, by that somebody; whether it is still in force is not said. */
  readonly delegators: ReadonlyMap<Alias, readonly Employee[]>;
}

/** People by alias, by the host's id, and by whom they delegated to; somebody erased has no id. */
export function orgChartOf(people: readonly Employee[]): OrgChart {
  const delegators = new Map<Alias, Employee[]>();
  for (const person of people) {
    if (person.delegation === null) continue;
    delegators.set(person.delegation.to, [...(delegators.get(person.delegation.to) ?? []), person]);
  }
  return {
    byAlias: new Map(people.map((person) => [person.alias, person])),
    byId: new Map(people.filter(({ id }) => id !== null).map((person) => [person.id as string, person])),
    delegators,
  };
}

/**
 * Who asks: an employee in person, a service of the host, or the keeper itself.
 *
 * `capacities` are the people whose place the actor may take: themselves first, then those who delegated to
 * them until today or later. The system and services have none.
 */
export interface Actor {
  /** How the ledger names the actor. */
  readonly party: string;
  readonly employee: Employee | null;
  readonly capacities: readonly Employee[];
  /**
   * The employee and everybody whose place they may take today, also where the caller named only one of
   * those places: what benefits these people benefits the actor.
   */
  readonly interests: readonly Alias[];
  /** Capabilities of the actor in person; a delegation lends relations, never capabilities. */
  can(capability: Capability): boolean;
}

/** Refused because a right is missing. */
export type NotPermitted = { readonly code: 'not-permitted'; readonly needs: string };

/**
 * Why somebody may not record what becomes of people: for want of the right, or since they are about to leave while an
 * administrator stays. Whoever leaves would else make the other person whom every other rule asks for.
 */
export function peopleFault(actor: Actor, org: OrgChart): NotPermitted | null {
  if (!actor.can('people.manage')) return { code: 'not-permitted', needs: 'people.manage' };
  if (actor.employee?.status !== 'on_notice') return null;
  const another = [...org.byAlias.values()].some(
    ({ administrator, status }) => administrator && status === 'active',
  );
  return another ? { code: 'not-permitted', needs: 'somebody who stays' } : null;
}

/** The managers above an employee, nearest first. Ends at a loop or a gap: whoever stands behind it decides nothing. */
export function managerChain(org: OrgChart, alias: Alias): readonly Employee[] {
  const known = chains.get(org)?.get(alias);
  if (known !== undefined) return known;
  const chain = walkUp(org, alias);
  const ofOrg = chains.get(org);
  if (ofOrg === undefined) chains.set(org, new Map([[alias, chain]]));
  else ofOrg.set(alias, chain);
  return chain;
}

/** A chart never changes, and every decision asks for a chain. */
const chains = new WeakMap<OrgChart, Map<Alias, readonly Employee[]>>();

function walkUp(org: OrgChart, alias: Alias): readonly Employee[] {
  const chain: Employee[] = [];
  const seen = new Set<Alias>([alias]);
  for (let next = org.byAlias.get(alias)?.manager ?? null; next !== null; ) {
    const manager = org.byAlias.get(next);
    if (manager === undefined || seen.has(next)) break;
    seen.add(next);
    chain.push(manager);
    next = manager.manager;
  }
  return chain;
}

/** Whether a case about somebody is open, which another person made of an alert: the guard is stricter meanwhile. */
export function isUnderReview({ cases }: Pick<Employee, 'cases'>): boolean {
  return cases !== undefined && cases.length > 0;
}

/** The managers above an employee who are to stay, nearest first: whom questions and reminders go to. */
export function stayingManagers(org: OrgChart, alias: Alias): readonly Employee[] {
  return managerChain(org, alias).filter(({ status }) => status === 'active');
}

/** Whether `above` is on the manager chain of `alias`. A departed supervisor supervises nobody. */
export function supervises(org: OrgChart, above: Employee, alias: Alias): boolean {
  const supervisor = org.byAlias.get(above.alias);
  return (
    supervisor !== undefined && above.status !== 'departed' && managerChain(org, alias).includes(supervisor)
  );
}

/**
 * The people whose place an employee may take on a day: themselves, and who delegated to them. Who is about to
 * leave stands in for nobody; a withdrawn notice restores it.
 */
export function capacitiesOf(org: OrgChart, employee: Employee, today: LocalDate): readonly Employee[] {
  if (employee.status !== 'active') return [employee];
  const principals = (org.delegators.get(employee.alias) ?? []).filter(
    ({ alias, status, delegation }) =>
      alias !== employee.alias && status !== 'departed' && delegation !== null && today <= delegation.untilOn,
  );
  return [employee, ...principals];
}

/** The delegation a decision rests on: whom the actor stands for, `null` in person. */
export function onBehalfOf(actor: Actor, capacity: Employee | null): Alias | null {
  return capacity === null || capacity.alias === actor.employee?.alias ? null : capacity.alias;
}
