import {
  ephemeralKeys,
  type Keys,
  nodePrimitives,
  randomIds,
  systemTimers,
} from '../../src/adapters/node/index.ts';
import type { AlertRequest } from '../../src/alerts/index.ts';
import { raiseAlert } from '../../src/app/alerts/raise-alert.ts';
import { checkedStore } from '../../src/app/checked/checked-store.ts';
import type { Caller } from '../../src/app/commit/caller.ts';
import { execute } from '../../src/app/commit/execute.ts';
import { openSession, type Session } from '../../src/app/commit/session.ts';
import type { Capability, EntriesPage } from '../../src/index.ts';
import { type Alias, createLru, ok, type TenantId, unwrap } from '../../src/kernel/index.ts';
import { createWorld, freshStore, type World, type WorldOptions } from './world.ts';

/** Who sees alerts by a role: two who may decide them, and one who only looks. */
const ALERT_STAFF = { anna: 'Analyst', axel: 'Analyst', rita: 'Reader' } as const;
const ALERT_ROLES = {
  Analyst: ['alerts.read', 'alerts.handle'],
  Reader: ['alerts.read'],
  Director: ['claims.decide', 'ownership.transfer'],
} satisfies Record<string, Capability[]>;

/** A company in which rules can be made to raise alerts. */
export interface AlertWorld extends World {
  readonly session: Session;
  /** The alias of an employee or a customer. */
  alias(id: string): Promise<Alias>;
  /** Lets a rule ask for an alert while `actor` does something; answers its id. */
  raise(
    subject: string,
    more?: Partial<Omit<AlertRequest, 'subject' | 'customers'>> & Raising,
  ): Promise<string>;
}

interface Raising {
  readonly customers?: readonly string[];
  /** The actor; `system` when left out. */
  readonly by?: string;
}

export async function createAlertWorld(
  options: WorldOptions = {},
  keys: Keys = ephemeralKeys(),
): Promise<AlertWorld> {
  const store = options.store ?? freshStore();
  const world = await createWorld({
    ...options,
    store,
    keeper: { keys, roles: ALERT_ROLES, ...options.keeper },
  });
  for (const [id, role] of Object.entries(ALERT_STAFF))
    unwrap(await world.as('ada').people.hire({ id, name: id, roles: [role] }));
  const primitives = nodePrimitives();
  const session = await openSession('acme' as TenantId, checkedStore(store, 10_000, systemTimers()), {
    clock: world.clock,
    ids: randomIds(primitives),
    primitives,
    timers: systemTimers(),
    signer: keys.signer,
    keyStore: keys.keyStore,
    observer: null,
    policies: createLru(10),
    transfers: new Map(),
    rights: { roles: { ...ALERT_ROLES, ...options.keeper?.roles }, services: {} },
  });
  const alias: AlertWorld['alias'] = async (id) => {
    for (const kind of ['employee', 'customer'] as const) {
      const [mapping] = await store.get('acme' as TenantId, [
        { collection: 'alias', id: session.codec.keyedHash(`alias ${kind}`, id) },
      ]);
      if (mapping != null) return session.codec.decode<{ alias: Alias }>(mapping).alias;
    }
    throw new Error(`nobody called ${id}`);
  };
  return {
    ...world,
    session,
    alias,
    async raise(subject, { customers = [], by, ...more } = {}) {
      const caller: Caller =
        by === undefined
          ? { tenant: 'acme' as TenantId, system: true }
          : { tenant: 'acme' as TenantId, employee: by };
      const request: AlertRequest = {
        rule: 'mass-delete',
        severity: 'medium',
        facts: { rows: 12 },
        ...more,
        subject: await alias(subject),
        customers: await Promise.all(customers.map(alias)),
      };
      let id = '';
      unwrap(
        await execute(session, caller, {
          attempt: 'test-alert',
          arguments: null,
          async decide(transaction) {
            id = await raiseAlert(transaction, request);
            return ok(null);
          },
          answer: () => null,
        }),
      );
      return id;
    },
  };
}

/** All sealed entries, oldest first. */
export async function entriesOf(
  world: World,
): Promise<readonly { type: string; data: Record<string, unknown>; subjects: readonly string[] }[]> {
  const items: EntriesPage['items'][number][] = [];
  for (let from: number | null = 0; from !== null; ) {
    const page: EntriesPage = unwrap(await world.as('ada').ledger.entries({ from, limit: 500 }));
    items.push(...page.items);
    from = page.next;
  }
  return items;
}
