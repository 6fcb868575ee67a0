import { createLru, GamekeeperError, isGamekeeperError, type TenantId } from '../../kernel/index.ts';
import type { ProfileShape, TenantOptions } from '../../model/index.ts';
import type { Store, Timer } from '../../ports/index.ts';
import { type CheckedStore, checkedStore, type StoreResolver } from '../checked/checked-store.ts';
import { checkTenantId } from '../commit/caller.ts';
import { isReplaced, refresh, whyUnreadable } from '../commit/refresh.ts';
import { openSession, type Platform, type Session } from '../commit/session.ts';
import type { Deliveries } from '../delivery/deliveries.ts';
import type { Emitter } from '../delivery/emitter.ts';
import type { RebuildReport } from '../ledger/rebuild.ts';
import type { SealedHead } from '../ledger/sealer.ts';
import type { VerifyReport } from '../ledger/verify.ts';
import { unsealedWork } from '../observe/unsealed-work.ts';
import type { SweepReport } from '../workers/sweep-report.ts';

/** How tenants are kept by one process. */
export interface TenantsOptions {
  readonly platform: Platform;
  readonly storeOf: StoreResolver;
  readonly storeTimeoutMs: number;
  /** Lets observers see the calls of a store. */
  watched(store: CheckedStore): CheckedStore;
  /** How long committed entries wait for a seal, at most. */
  readonly sealAfterMs: number;
  readonly emitter: Emitter;
  readonly shape: ProfileShape;
  readonly deliveries: Deliveries;
}

/** The tenants a process works for: opened when first asked for, sealed soon after each commit. */
export interface Tenants {
  create(id: string, options: TenantOptions): Promise<void>;
  open(id: TenantId): Promise<Session>;
  /** The same for commands of a host, which may be in the middle of a transaction of its own. */
  openHere(id: TenantId): Promise<Session>;
  seal(session: Session): Promise<SealedHead>;
  sweep(id: string): Promise<SweepReport>;
  verify(id: string): Promise<VerifyReport>;
  rebuild(id: string): Promise<RebuildReport>;
  /** The store of a tenant, distrusted. */
  storeOf(id: TenantId): CheckedStore;
  /** Drops what this process remembers of a tenant. */
  forget(id: TenantId): void;
  /** What this process committed and has not seen sealed. */
  unsealed(): ReturnType<typeof unsealedWork>;
  isClosed(): boolean;
  close(): Promise<void>;
}

interface Kept {
  readonly session: Session;
  /** What it is inside of the host's transactions. */
  readonly within: WeakMap<Store, Session>;
  /** Position up to which listeners were told. */
  cursor: number;
  /** Until notifiers and sinks were told of what was sealed last. */
  told: Promise<void>;
  timer: Timer | null;
  sealing: Promise<SealedHead> | null;
  lost: readonly string[];
  /** How often sealing failed since it last worked. */
  failures: number;
  /** The tenant was deleted, or is another one by now: nothing is done for it any more. */
  dropped: boolean;
}

/** Sessions kept in one process, or up to twice as many; one that was not used for long is opened anew. */
const MOST_KEPT = 10_000;
/** The longest pause between attempts to seal while sealing fails. */
const LONGEST_PAUSE_MS = 30_000;
/** How many times longer it waits between two looks for what the host has not committed yet. */
const PATIENCE = 2;

/** The ledger's code is loaded when a tenant is opened, as the areas are when they are used. */
const sealer = () => import('../ledger/sealer.ts');

/** The tenants of a process. */
export function createTenants({
  platform,
  storeOf,
  storeTimeoutMs,
  watched,
  sealAfterMs,
  emitter,
  shape,
  deliveries,
}: TenantsOptions): Tenants {
  const kept = createLru<TenantId, Promise<Kept>>(MOST_KEPT);
  const busy = new Set<Kept>();
  let closed = false;

  const storeFor = (id: TenantId): CheckedStore =>
    watched(checkedStore(storeOf(id), storeTimeoutMs, platform.timers));

  /** Seals a little later; after a failure again, ever later, until it works. */
  const arm = (entry: Kept, afterMs: number): void => {
    if (entry.dropped) return;
    busy.add(entry);
    if (closed) return;
    entry.timer ??= platform.timers.start(afterMs, () => {
      entry.timer = null;
      sealOne(entry).catch((error: unknown) => {
        if (entry.dropped) return;
        entry.failures += 1;
        sealingFailed(entry, error);
        arm(entry, Math.min(LONGEST_PAUSE_MS, sealAfterMs * 2 ** entry.failures));
      });
    });
    entry.timer.hold(false);
  };

  const sealingFailed = ({ session }: Kept, error: unknown): void =>
    emitter.alarm({
      tenant: session.tenant,
      kind: 'sealing-failed',
      places: [error instanceof Error ? error.message : String(error)],
    });

  const keep = (session: Session): Kept => {
    const entry: Kept = {
      session,
      within: new WeakMap(),
      cursor: 0,
      told: Promise.resolve(),
      timer: null,
      sealing: null,
      lost: [],
      failures: 0,
      dropped: false,
    };
    session.onCommit = () => arm(entry, sealAfterMs);
    session.onReplaced = () => {
      drop(entry);
      kept.get(session.tenant)?.then(
        (found) => found === entry && kept.delete(session.tenant),
        () => undefined,
      );
    };
    return entry;
  };

  const find = (id: TenantId): Promise<Kept> => {
    if (closed) return Promise.reject(new GamekeeperError('ERR_CLOSED', 'the keeper was closed'));
    const known = kept.get(id);
    if (known !== undefined) return known;
    const opening = openSession(id, storeFor(id), platform).then(async (session) => {
      const entry = keep(session);
      // Listeners hear what is sealed from now on, whichever process seals it.
      const { readEdge } = await sealer();
      entry.cursor = (await readEdge(session)).tree.size;
      await deliveries.begin(session, entry.cursor);
      return entry;
    });
    kept.set(id, opening);
    opening.catch(() => kept.delete(id));
    return opening;
  };

  const drop = (entry: Kept): void => {
    entry.dropped = true;
    entry.timer?.stop();
    entry.timer = null;
    busy.delete(entry);
    entry.session.acknowledged.clear();
  };

  const forget = (id: TenantId): void => {
    const known = kept.get(id);
    kept.delete(id);
    known?.then(drop, () => undefined);
  };

  /** One seal at a time for a tenant in this process; who asks while one runs gets the next. */
  const sealOne = async (entry: Kept): Promise<SealedHead> => {
    while (entry.sealing !== null) await entry.sealing.catch(() => undefined);
    entry.sealing = sealAndTell(entry);
    try {
      return await entry.sealing;
    } finally {
      entry.sealing = null;
    }
  };

  const sealAndTell = async (entry: Kept): Promise<SealedHead> => {
    const { session } = entry;
    if (session.awaited.size > 0) {
      const { meetAwaited } = await import('../commit/host-session.ts');
      await meetAwaited(session);
    }
    const { seal } = await sealer();
    const head = await seal(session, (lost) => {
      const fresh = lost.filter((id) => !entry.lost.includes(id));
      entry.lost = lost;
      if (fresh.length > 0) emitter.alarm({ tenant: session.tenant, kind: 'lost-entry', places: fresh });
    }).catch(async (error: unknown) => {
      throw await whyUnreadable(session, error);
    });
    entry.failures = 0;
    if (session.awaited.size > 0) arm(entry, sealAfterMs * PATIENCE);
    else if (session.acknowledged.size === 0) busy.delete(entry);
    if (emitter.isHeard()) {
      const { tellListeners } = await import('../delivery/tell-listeners.ts');
      entry.cursor = await tellListeners(session, emitter, entry.cursor, head.size);
    } else entry.cursor = head.size;
    entry.told = deliveries.tell(session);
    return head;
  };

  const sealSession = async (session: Session): Promise<SealedHead> => sealOne(await find(session.tenant));

  return {
    async create(id, options) {
      if (closed) throw new GamekeeperError('ERR_CLOSED', 'the keeper was closed');
      const tenant = checkTenantId(id, 'id');
      const { createTenant } = await import('./create-tenant.ts');
      const session = await createTenant(tenant, options, storeFor(tenant), platform);
      const entry = keep(session);
      await deliveries.begin(session, 0);
      kept.set(tenant, Promise.resolve(entry));
      session.onCommit();
    },
    open: async (id) => (await find(id)).session,
    async openHere(id) {
      const { session, within } = await find(id);
      const joined = session.store.joined();
      if (joined === null) return session;
      const { sessionWithin } = await import('../commit/host-session.ts');
      const inside = within.get(joined) ?? sessionWithin(session, joined);
      within.set(joined, inside);
      return inside;
    },
    seal: sealSession,
    async sweep(id) {
      const entry = await find(checkTenantId(id));
      const { session } = entry;
      const [{ sweep }, { markSwept }] = await Promise.all([
        import('../workers/sweep.ts'),
        import('../workers/sweeping.ts'),
      ]);
      await refresh(session);
      const sweptAt = platform.clock.now();
      const report = await sweep(session, shape);
      if (report.skipped === null) await markSwept(session, sweptAt);
      // Whoever is to be told of what was just done, or was not reached before, is told now.
      if ((await deliveries.receivers()).length > 0) {
        await sealOne(entry);
        await entry.told;
      }
      return report;
    },
    async verify(id) {
      const [{ verify }, { openVault }] = await Promise.all([
        import('../ledger/verify.ts'),
        import('../commit/open-vault.ts'),
      ]);
      const tenant = checkTenantId(id);
      const opened = await kept.get(tenant)?.catch(() => null);
      const known = opened == null || (await isReplaced(opened.session)) ? null : opened;
      const vault = known?.session ?? (await openVault(tenant, storeFor(tenant), platform));
      const lost = new Set(known?.lost ?? []);
      try {
        if (known != null) await sealOne(known);
        else await (await sealer()).seal(vault, () => undefined);
      } catch (error) {
        if (!isGamekeeperError(error, 'ERR_STORE_CORRUPT') && !isGamekeeperError(error, 'ERR_CONFLICT'))
          throw error;
        const report = await verify(vault, [...lost, ...vault.acknowledged.keys()]);
        const finding = { kind: 'unreadable', place: 'sealing', detail: error.message } as const;
        return { ...report, status: 'tampered', findings: [finding, ...report.findings] };
      }
      for (const entry of known?.lost ?? []) lost.add(entry);
      return verify(vault, [...lost]);
    },
    async rebuild(id) {
      const [{ rebuild }, { openVault }] = await Promise.all([
        import('../ledger/rebuild.ts'),
        import('../commit/open-vault.ts'),
      ]);
      const tenant = checkTenantId(id);
      const vault = await openVault(tenant, storeFor(tenant), platform);
      await (await sealer()).seal(vault, () => undefined);
      const report = await rebuild(vault);
      kept.delete(tenant);
      return report;
    },
    storeOf: storeFor,
    forget,
    unsealed: () => unsealedWork(busy, platform.clock.now()),
    isClosed: () => closed,
    async close() {
      closed = true;
      for (const entry of [...busy]) {
        entry.timer?.stop();
        entry.timer = null;
        await sealOne(entry).catch((error: unknown) => sealingFailed(entry, error));
      }
      await deliveries.close();
    },
  };
}
