import { memoryStore } from './adapters/memory/index.ts';
import {
  directorySink,
  directorySource,
  ephemeralKeys,
  type Keys,
  nodePrimitives,
  randomIds,
  systemClock,
  systemTimers,
} from './adapters/node/index.ts';
import {
  type ActorIdentity,
  type Areas,
  areasAt,
  checkCaller,
  checkedKeyStore,
  checkedSigner,
  checkedTransfer,
  checkNames,
  checkReceivers,
  checkTenantId,
  createDeliveries,
  createEmitter,
  createOperations,
  createTenants,
  createWatching,
  type DeliveriesArea,
  type Desk,
  type Health,
  type HealthOptions,
  type IntegrityAlarm,
  type LedgerEvent,
  type RebuildReport,
  type Rights,
  type StepUp,
  type StoreResolver,
  type SweepReport,
  type TenantCare,
  tenantCareAt,
  type VerifyReport,
  type Worker,
  type WorkOptions,
} from './app/index.ts';
import { createLru, GamekeeperError, type TenantId } from './kernel/index.ts';
import {
  CAPABILITIES,
  type EveryFieldTagged,
  type HostCustomers,
  type ProfileSchema,
  profileShape,
  type TenantOptions,
} from './model/index.ts';
import type { Policy, PolicyOverrides } from './policy/index.ts';
import type {
  Clock,
  CustomerTransfer,
  EventSink,
  IdGenerator,
  Logger,
  Notifier,
  Observer,
  Primitives,
  Store,
  Timers,
} from './ports/index.ts';

/** How a keeper is wired. Only `profile` is needed; the rest has defaults for trying things out. */
export interface GamekeeperOptions<Schema extends ProfileSchema> {
  /** The host's own customer shape: a Zod object whose every field is tagged with its sensitivity. */
  readonly profile: Schema & EveryFieldTagged<Schema>;
  /** `hostCustomers({ get })` where profiles stay in the host's tables. Default: the keeper holds them. */
  readonly customers?: HostCustomers;
  /** Where everything is kept; one for all tenants, or one for each. Default: in memory. */
  readonly store?: Store | StoreResolver;
  /** Who signs and who wraps. Default: keys that end with the process, for a memory store only. */
  readonly keys?: Keys;
  /** Capabilities by the host's own role names. */
  readonly roles?: Partial<Rights['roles']>;
  /** Capabilities by names of the host's services. Default for each: `people.manage`, `orders.record`. */
  readonly services?: Rights['services'];
  /** Proves anew who somebody is, where a rule of the guard asks for it. Without it such operations are refused. */
  readonly stepUp?: StepUp;
  /** Where people are told of what concerns them, such as `webhook` from `gamekeeper/webhook`. Default: nowhere. */
  readonly notifiers?: readonly Notifier[];
  /** Outside systems that reassign customers: channels that items of a handover are offered through. Default: none. */
  readonly transfers?: readonly CustomerTransfer[];
  /** Where the outside is told of every entry, such as `natsSink` from `gamekeeper/nats`. Default: nowhere. */
  readonly eventSinks?: readonly EventSink[];
  readonly clock?: Clock;
  readonly timers?: Timers;
  readonly ids?: IdGenerator;
  /** Default: those of `node:crypto`. */
  readonly primitives?: Primitives;
  /** A store, signer or key store that answers later than this counts as down; a channel, after three times as long. Default: 10,000 ms. */
  readonly storeTimeoutMs?: number;
  /** How long committed entries wait for their seal, at most. Default: 250 ms; a second is the promise. */
  readonly sealAfterMs?: number;
  /** See what is done, such as `openTelemetry()` from `gamekeeper/opentelemetry`. Default: none, at no cost. */
  readonly observers?: readonly Observer[];
  /** Where log lines go: a pino logger, `console`. Default: nowhere. */
  readonly logger?: Logger;
  /** Hears what listeners throw. Default: nobody. */
  readonly onListenerError?: (error: unknown) => void;
}

/** Everything on behalf of one authenticated person or service. Cheap; holds nothing. */
export interface ActingKeeper<Schema extends ProfileSchema> extends Areas<Schema> {}

/** Options of a new tenant; `policy` holds what differs from the defaults. */
export type CreateTenantOptions = Omit<TenantOptions, 'policy'> & { readonly policy?: PolicyOverrides };

/** The companies that a keeper works for. Its verbs are for the operators of the host. */
export interface TenantsArea extends TenantCare {
  /** Creates a company with its first administrators: the only way a ledger comes to be. */
  create(id: string, options: CreateTenantOptions): Promise<void>;
}

/** The keeper itself: what a host's scheduler and operators call. */
export interface Gamekeeper<Schema extends ProfileSchema> {
  /**
   * The API on behalf of an actor whom the host has authenticated.
   *
   * @throws {GamekeeperError} `ERR_INVALID_INPUT`
   */
  as(actor: ActorIdentity): ActingKeeper<Schema>;
  readonly tenants: TenantsArea;
  /** Does what is due: reminders, escalations. Call it every few minutes, from any number of processes. */
  sweep(tenant: string): Promise<SweepReport>;
  /**
   * Works for many tenants until it is stopped: sweeps them, tells notifiers and sinks, seals what a process that died
   * has left. Start it in as many processes as you like; a tenant's work is taken over within seconds of a death.
   *
   * @throws {GamekeeperError} `ERR_INVALID_INPUT`
   */
  work(options: WorkOptions): Promise<Worker>;
  /** How far notifiers and sinks were told, and what they did not take. */
  readonly deliveries: DeliveriesArea;
  /** Seals what is committed; the keeper does so by itself within a second. Answers the size of the log. */
  seal(tenant: string): Promise<{ readonly size: number }>;
  /** Verifies log, tree, checkpoints, decisions and state. Cost: one pass over all of it. */
  verify(tenant: string): Promise<VerifyReport>;
  /** Makes the state anew from the ledger. Let nobody write meanwhile. */
  rebuild(tenant: string): Promise<RebuildReport>;
  /**
   * How this keeper fares, and the tenants that are named: what answers, what waits, and a cure for what is wrong.
   * Never throws; answers within `timeoutMs` for each round trip. Cost: a read and a look at the signer, and about ten
   * reads for each tenant that is named.
   */
  health(options?: HealthOptions): Promise<Health>;
  /** Hears sealed entries by type (`claim-approved`), `refused`, or every `entry`; in the order of the log. */
  on(name: string, listener: (event: LedgerEvent) => void): void;
  /** Ends what `on` began. */
  off(name: string, listener: (event: LedgerEvent) => void): void;
  /** Hears that an acknowledged entry is gone, that sealing failed, or that somebody is not told. */
  onAlarm(listener: (alarm: IntegrityAlarm) => void): void;
  /** Stops its workers, seals what is open and ends. Afterwards every call throws `ERR_CLOSED`. */
  close(): Promise<void>;
}

/**
 * Wires a keeper, once per process.
 *
 * @throws {GamekeeperError} `ERR_INVALID_INPUT` when a profile field has no sensitivity, a role names an
 *   unknown capability, or a durable store comes without durable keys.
 */
export function createGamekeeper<Schema extends ProfileSchema>(
  options: GamekeeperOptions<Schema>,
): Gamekeeper<Schema> {
  const shape = profileShape(options.profile, options.customers ?? null);
  const keys = options.keys ?? ephemeralKeys();
  const store = options.store ?? memoryStore();
  const primitives = options.primitives ?? nodePrimitives();
  const timers = options.timers ?? systemTimers();
  const storeTimeoutMs = options.storeTimeoutMs ?? 10_000;
  const emitter = createEmitter(options.onListenerError ?? (() => undefined));
  const watching = createWatching(options.observers ?? [], options.logger ?? null, timers, emitter);
  const deliveries = createDeliveries(
    checkReceivers(options.notifiers ?? [], options.eventSinks ?? []),
    emitter,
  );
  const platform = {
    clock: options.clock ?? systemClock(),
    timers,
    ids: options.ids ?? randomIds(primitives),
    primitives,
    signer: watching.signer(checkedSigner(keys.signer, storeTimeoutMs, timers)),
    keyStore: watching.keyStore(checkedKeyStore(keys.keyStore, storeTimeoutMs, timers)),
    policies: createLru<string, Policy>(1_000),
    observer: watching.observer,
    rights: {
      roles: checkRoles(options.roles ?? {}, 'roles'),
      services: checkRoles(options.services ?? {}, 'services'),
    },
    transfers: new Map(
      checkNames(options.transfers ?? [], 'transfers').map((channel) => [
        channel.name,
        checkedTransfer(channel, storeTimeoutMs, timers),
      ]),
    ),
  };
  const tenants = createTenants({
    platform,
    storeOf: checkKeys(typeof store === 'function' ? store : () => store, keys),
    storeTimeoutMs,
    watched: watching.store,
    sealAfterMs: Math.min(options.sealAfterMs ?? 250, 900),
    emitter,
    shape,
    deliveries,
  });
  watching.figures(tenants.unsealed);
  const operations = createOperations(
    tenants,
    deliveries,
    emitter,
    shape,
    platform,
    typeof store === 'function' ? null : PROBE,
  );
  return {
    as(actor) {
      const caller = checkCaller(actor);
      const desk: Desk = {
        caller,
        shape,
        open: () => tenants.openHere(caller.tenant),
        seal: async (session) => void (await tenants.seal(session)),
        stepUp: options.stepUp ?? null,
      };
      return watching.areas<ActingKeeper<Schema>>(areasAt<Schema>(desk, directorySink), caller.tenant);
    },
    tenants: watching.verbs<TenantsArea>(
      {
        create: (id, tenantOptions) => tenants.create(id, tenantOptions as TenantOptions),
        ...tenantCareAt({ ...tenants, platform, sinkAt: directorySink, sourceAt: directorySource }),
      },
      'tenants',
    ),
    ...watching.verbs(
      {
        sweep: (tenant: string) => tenants.sweep(tenant),
        seal: async (tenant: string) => ({
          size: (await tenants.seal(await tenants.open(checkTenantId(tenant)))).size,
        }),
        verify: (tenant: string) => tenants.verify(tenant),
        rebuild: (tenant: string) => tenants.rebuild(tenant),
      },
      'keeper',
    ),
    work: (workOptions) => operations.work(workOptions),
    deliveries: watching.verbs(operations.deliveries, 'deliveries'),
    health: (healthOptions) => operations.health(healthOptions),
    on: (name, listener) => emitter.on(name, listener),
    off: (name, listener) => emitter.off(name, listener),
    onAlarm: (listener) => emitter.onAlarm(listener),
    async close() {
      await operations.close();
      await tenants.close();
      watching.close();
    },
  };
}

/** Whose documents health asks one store for: nobody's. */
const PROBE = 'gamekeeper-health' as TenantId;

/** What is durable under keys that are not would be unreadable tomorrow. */
function checkKeys(storeOf: StoreResolver, keys: Keys): StoreResolver {
  return (tenant) => {
    const store = storeOf(tenant);
    if (store.capabilities.durable && !keys.durable) {
      throw new GamekeeperError(
        'ERR_INVALID_INPUT',
        "a durable store needs durable keys: pass keys: await localKeys('keys/') from gamekeeper/node, or keys of your KMS",
        { path: 'keys' },
      );
    }
    return store;
  };
}

function checkRoles(map: Partial<Rights['roles']>, path: string): Rights['roles'] {
  for (const [role, capabilities] of Object.entries(map)) {
    const unknown = capabilities?.find((capability) => !CAPABILITIES.includes(capability));
    if (unknown === undefined) continue;
    throw new GamekeeperError(
      'ERR_INVALID_INPUT',
      `${path}.${role}: no capability ${unknown}; there are ${CAPABILITIES.join(', ')}`,
      {
        path: `${path}.${role}`,
      },
    );
  }
  return map as Rights['roles'];
}
