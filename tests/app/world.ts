import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { z } from 'zod';
import { localKeys } from '../../src/adapters/node/index.ts';
import {
  type ActingKeeper,
  type CreateTenantOptions,
  createGamekeeper,
  type Gamekeeper,
  type GamekeeperOptions,
  unwrap,
} from '../../src/index.ts';
import type { HireInput } from '../../src/model/index.ts';
import type { Clock, Store, TenantStore } from '../../src/ports/index.ts';
import type { OpenedStore } from '../stores/open-address.ts';
import { type Place, sqlitePlace, underTest } from '../stores/under-test.ts';
import { type CustomerProfile, customerProfile } from './customer-profile.ts';

export { type CustomerProfile, customerProfile } from './customer-profile.ts';

/** A clock that moves when told. */
export interface ManualClock extends Clock {
  set(instant: string): void;
  advance(millis: number): void;
  /** The present as the API writes it. */
  instant(offset?: number): string;
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export function manualClock(start: string): ManualClock {
  let now = Date.parse(start);
  return {
    now: () => now,
    set(instant) {
      now = Date.parse(instant);
    },
    advance(millis) {
      now += millis;
    },
    instant: (offset = 0) => new Date(now + offset).toISOString(),
  };
}

/** Everybody: two administrators, a chain chief → boss → dana and eve, a second line, and specialists. */
export const STAFF: readonly HireInput[] = [
  { id: 'chief', name: 'Chief' },
  { id: 'boss', name: 'Boss', managerId: 'chief' },
  { id: 'dana', name: 'Dana', managerId: 'boss' },
  { id: 'eve', name: 'Eve', managerId: 'boss' },
  { id: 'lead', name: 'Lead', managerId: 'chief' },
  { id: 'finn', name: 'Finn', managerId: 'lead' },
  { id: 'loner', name: 'Loner' },
  { id: 'hr', name: 'Hera', roles: ['HR'] },
  { id: 'auditor', name: 'Audrey', roles: ['Auditor'] },
  { id: 'director', name: 'Dirk', roles: ['Director'] },
];

const ROLES = {
  HR: ['people.manage'],
  Auditor: ['ledger.read'],
  Director: ['claims.decide', 'ownership.transfer'],
} as const;

export interface WorldOptions {
  readonly store?: Store;
  readonly start?: string;
  readonly tenant?: string;
  readonly create?: Partial<CreateTenantOptions>;
  readonly keeper?: Partial<Omit<GamekeeperOptions<CustomerProfile>, 'profile'>>;
  /** Ids of those who are hired; everybody by default. */
  readonly staff?: readonly string[];
}

export interface World {
  readonly keeper: Gamekeeper<CustomerProfile>;
  readonly clock: ManualClock;
  readonly tenant: string;
  readonly store: Store;
  as(employee: string, more?: { onBehalfOf?: string }): ActingKeeper<CustomerProfile>;
  service(name: string): ActingKeeper<CustomerProfile>;
  /** Registers a customer; answers the claim. */
  register(id: string, claimant?: string, more?: Partial<z.input<CustomerProfile>>): Promise<string>;
  /** Registers a customer and has it approved by an administrator. */
  own(id: string, owner?: string, more?: Partial<z.input<CustomerProfile>>): Promise<void>;
}

export const START = '2026-03-02T08:00:00.000Z'; // a Monday

/** A company with its staff. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const world = openWorld(options);
  await world.keeper.tenants.create(world.tenant, {
    admins: [
      { id: 'ada', name: 'Ada' },
      { id: 'ben', name: 'Ben' },
    ],
    ...options.create,
  });
  for (const person of STAFF) {
    if (options.staff?.includes(person.id) === false) continue;
    unwrap(await world.as('ada').people.hire(person));
  }
  return world;
}

/** A keeper on a company that is there already. */
export function openWorld(options: WorldOptions = {}): World {
  const clock = manualClock(options.start ?? START);
  const store = options.store ?? freshStore();
  const tenant = options.tenant ?? 'acme';
  const keeper = createGamekeeper({
    profile: customerProfile,
    store,
    clock,
    roles: { HR: [...ROLES.HR], Auditor: [...ROLES.Auditor], Director: [...ROLES.Director] },
    ...options.keeper,
  });
  const as: World['as'] = (employee, more = {}) => keeper.as({ tenant, employee, ...more });
  const register: World['register'] = async (id, claimant = 'dana', more = {}) =>
    unwrap(await as(claimant).customers.register({ name: `Name of ${id}`, ...more }, { id })).claim;
  return {
    keeper,
    clock,
    tenant,
    store,
    as,
    service: (service) => keeper.as({ tenant, service }),
    register,
    async own(id, owner = 'dana', more = {}) {
      const claim = await register(id, owner, more);
      unwrap(await as(owner === 'ada' ? 'ben' : 'ada').claims.approve(claim));
    },
  };
}

/** Nothing is out of place: log, tree, decisions and state. */
export async function expectWhole(world: Pick<World, 'keeper' | 'tenant'>): Promise<void> {
  const { status, findings } = await world.keeper.verify(world.tenant);
  expect(findings).toEqual([]);
  expect(status).toBe('ok');
  if (process.env.GOLD !== undefined) await (await import('../golden/record.ts')).recordGold(world);
}

/** An empty store that ends with the test. */
export const freshStore = (): TenantStore => underTest.fresh();

/** Data that stay, with durable keys, in a folder of their own. */
export interface Disk {
  readonly folder: string;
  /** What another process opens the data by; `null` where none can. */
  readonly address: string | null;
  open(): OpenedStore;
  keys(): ReturnType<typeof localKeys>;
  /** Closes every handle. */
  letGo(): void;
  clean(): void;
}

export const createDisk = (): Disk => diskAt(underTest.place);

/** A disk whose data are a SQLite file. */
export interface SqliteDisk extends Disk {
  readonly file: string;
}

/** A SQLite file, whatever the tests run on: for tests that go at the data themselves. */
export function createSqliteDisk(): SqliteDisk {
  let file = '';
  const disk = diskAt((folder) => {
    const place = sqlitePlace(folder);
    file = place.file;
    return place;
  });
  return { ...disk, file };
}

function diskAt(placeIn: (folder: string) => Place): Disk {
  const folder = mkdtempSync(join(tmpdir(), 'gamekeeper-app-'));
  const place = placeIn(folder);
  const open: OpenedStore[] = [];
  const letGo = (): void => {
    for (const store of open.splice(0)) store.close();
  };
  return {
    folder,
    address: place.address,
    open() {
      const store = place.open();
      open.push(store);
      return store;
    },
    keys: () => localKeys(join(folder, 'keys')),
    letGo,
    clean() {
      letGo();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
