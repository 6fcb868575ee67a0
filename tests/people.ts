import type { Alias, LocalDate } from '../src/kernel/index.ts';
import {
  type Actor,
  type Capability,
  capacitiesOf,
  type Employee,
  type FoldEntry,
  type OrgChart,
  orgChartOf,
  type StateView,
} from '../src/model/index.ts';

/** A small company of plain facts, for decisions that know no store and no keeper. */
const TODAY = '2026-03-02' as LocalDate;
export const NOW = '2026-03-02T08:00:00.000Z';

export const aliasOf = (name: string): Alias => `e_${name}` as Alias;

/** Chief over boss over dana and eve; lead over finn; hr, fin and loner beside them; sub stands in for nobody yet. */
const MANAGERS: Readonly<Record<string, string | null>> = {
  chief: null,
  boss: 'chief',
  dana: 'boss',
  eve: 'boss',
  lead: 'chief',
  finn: 'lead',
  hr: null,
  fin: null,
  sub: null,
  loner: null,
};

/** The company; who differs from the rest by name. */
export function companyOf(
  differs: { readonly [name: string]: Partial<Employee> } = {},
  standIns: { readonly [from: string]: string } = {},
): OrgChart {
  return orgChartOf(
    Object.entries(MANAGERS).map(([name, manager]) => ({
      administrator: false,
      alias: aliasOf(name),
      calendar: null,
      delegation:
        standIns[name] === undefined
          ? null
          : { to: aliasOf(standIns[name]), untilOn: '2026-12-31' as LocalDate },
      episode: 1,
      grade: null,
      hiredAt: NOW as Employee['hiredAt'],
      id: name,
      manager: manager === null ? null : aliasOf(manager),
      name,
      roles: null,
      schemaVersion: 1,
      status: 'active',
      team: null,
      ...differs[name],
    })),
  );
}

export const personIn = (org: OrgChart, name: string): Employee => org.byAlias.get(aliasOf(name)) as Employee;

/** Somebody who asks, as the keeper sees them. */
export function actorIn(org: OrgChart, name: string, ...rights: readonly Capability[]): Actor {
  const employee = personIn(org, name);
  const capacities = capacitiesOf(org, employee, TODAY);
  return {
    party: employee.alias,
    employee,
    capacities,
    interests: capacities.map(({ alias }) => alias),
    can: (capability) => rights.includes(capability),
  };
}

/** A part of the host. */
export function serviceOf(...rights: readonly Capability[]): Actor {
  return {
    party: 'service:erp',
    employee: null,
    capacities: [],
    interests: [],
    can: (capability) => rights.includes(capability),
  };
}

/** An entry as a fold sees it. */
export function entryOf(type: string, data: object, more: Partial<FoldEntry> = {}): FoldEntry {
  return {
    id: 'entry-1' as FoldEntry['id'],
    type,
    at: NOW as FoldEntry['at'],
    actor: aliasOf('boss'),
    onBehalfOf: null,
    policy: 'p',
    data: data as FoldEntry['data'],
    value: () => null,
    values: () => null,
    ...more,
  };
}

/** A state of a few documents, by `collection/id`. */
export function stateOf(documents: { readonly [name: string]: unknown }): StateView {
  return { get: (collection, id) => (documents[`${collection}/${id}`] ?? null) as never };
}
