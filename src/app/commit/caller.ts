import {
  type Alias,
  fail,
  GamekeeperError,
  type LocalDate,
  ok,
  type Result,
  type TenantId,
} from '../../kernel/index.ts';
import {
  type Actor,
  type Capability,
  capacitiesOf,
  type Employee,
  type RoleMap,
  SERVICE_CAPABILITIES,
} from '../../model/index.ts';
import type { Company } from './session.ts';

/** On whose behalf the host calls, as the host has authenticated them. */
export interface ActorIdentity {
  readonly tenant: string;
  /** The host's id of an employee; or `service`. */
  readonly employee?: string | undefined;
  /** The name of a part of the host that acts by itself, such as `erp`: letters, digits and dashes. */
  readonly service?: string | undefined;
  /** Whom the actor stands in for; only with a delegation in force. Left out, any delegation may serve. */
  readonly onBehalfOf?: string | undefined;
  /** Where the call came from, such as `web`. Not recorded. */
  readonly channel?: string | undefined;
  /** The host's id of the request; entries carry a keyed hash of it. */
  readonly requestId?: string | undefined;
}

/** A checked identity. */
export interface Caller extends ActorIdentity {
  readonly tenant: TenantId & string;
  /** The keeper itself, in a sweep. No host can say so. */
  readonly system?: true;
  /** The host has just proved anew who this is; only the keeper says so, after asking the host. */
  readonly steppedUp?: true;
  /** The entry by which the guard let this pass as part of a whole, or the hold that was released. Said by the keeper only. */
  readonly granted?: string;
  /** The customers that it let pass; left out where these are all that it can be about. */
  readonly grantedFor?: ReadonlySet<Alias>;
}

/** What the host's own role names and services may do. */
export interface Rights {
  readonly roles: RoleMap;
  readonly services: { readonly [service: string]: readonly Capability[] };
}

/** Refused because nobody delegated to the actor, or no longer. */
export type NoDelegation = { readonly code: 'no-delegation' };

/** Refused because nobody knows the actor; no entry is made of that. */
export type UnknownActor = { readonly code: 'unknown-actor' };

/** @throws {GamekeeperError} `ERR_INVALID_INPUT` */
export function checkCaller(identity: ActorIdentity): Caller {
  const invalid = (path: string, what: string): GamekeeperError =>
    new GamekeeperError('ERR_INVALID_INPUT', `${path}: ${what}`, { path });
  if (typeof identity !== 'object' || identity === null) throw invalid('actor', 'expected an object');
  for (const name of ['employee', 'service', 'onBehalfOf', 'channel', 'requestId'] as const) {
    const value = identity[name];
    if (value !== undefined && (typeof value !== 'string' || value === '' || value.length > 256)) {
      throw invalid(`actor.${name}`, 'expected a text of 1 to 256 characters');
    }
  }
  if ((identity.employee === undefined) === (identity.service === undefined)) {
    throw invalid('actor', 'name either an employee or a service');
  }
  if (identity.service !== undefined && !/^[a-z][a-z0-9-]{0,31}$/.test(identity.service)) {
    throw invalid('actor.service', 'expected small letters, digits and dashes, such as erp');
  }
  const { employee, service, onBehalfOf, channel, requestId } = identity;
  return {
    tenant: checkTenantId(identity.tenant, 'actor.tenant'),
    employee,
    service,
    onBehalfOf,
    channel,
    requestId,
  };
}

/** @throws {GamekeeperError} `ERR_INVALID_INPUT` */
export function checkTenantId(tenant: unknown, path = 'tenant'): TenantId {
  if (typeof tenant !== 'string' || !/^[\x21-\x7e]{1,128}$/.test(tenant)) {
    throw new GamekeeperError('ERR_INVALID_INPUT', `${path}: expected 1 to 128 printable ASCII characters`, {
      path,
    });
  }
  return tenant as TenantId;
}

/** Who a caller is in this company, and what they may do. The departed are unknown. */
export function resolveActor(
  company: Company,
  caller: Caller,
  today: LocalDate,
  rights: Rights,
): Result<Actor, UnknownActor> {
  if (caller.system === true)
    return ok({ party: 'system', employee: null, capacities: [], interests: [], can: () => false });
  if (caller.service !== undefined) {
    const granted = Object.hasOwn(rights.services, caller.service)
      ? (rights.services[caller.service] as readonly Capability[])
      : SERVICE_CAPABILITIES;
    return ok({
      party: `s_${caller.service}`,
      employee: null,
      capacities: [],
      interests: [],
      can: (capability) => granted.includes(capability),
    });
  }
  const employee = company.org.byId.get(caller.employee as string);
  if (employee === undefined || employee.status === 'departed') return fail({ code: 'unknown-actor' });
  const all = capacitiesOf(company.org, employee, today);
  const capacities =
    caller.onBehalfOf === undefined
      ? all
      : all.filter(({ alias, id }) => alias === employee.alias || id === caller.onBehalfOf);
  return ok({
    party: employee.alias,
    employee,
    capacities,
    interests: all.map(({ alias }) => alias),
    can: (capability) => grants(employee, capability, rights.roles),
  });
}

/** Whether a caller names somebody in whose place they may not act: a refusal of a known person. */
export function lacksDelegation(caller: Caller, actor: Actor): boolean {
  return caller.onBehalfOf !== undefined && !actor.capacities.some(({ id }) => id === caller.onBehalfOf);
}

/** Whether an employee's roles, or being an administrator, give a capability. */
export function grants(employee: Employee, capability: Capability, roles: RoleMap): boolean {
  if (employee.administrator) return true;
  return (employee.roles ?? []).some(
    (role) => Object.hasOwn(roles, role) && (roles[role] ?? []).includes(capability),
  );
}
