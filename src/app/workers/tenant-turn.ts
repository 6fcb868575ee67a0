import { uuidTime } from '../../kernel/index.ts';
import type { ProfileShape } from '../../model/index.ts';
import { refresh } from '../commit/refresh.ts';
import type { Session } from '../commit/session.ts';
import type { Deliveries } from '../delivery/deliveries.ts';
import { type Cursor, hasWork } from '../delivery/delivery-cursor.ts';
import { EDGE } from '../ledger/sealer.ts';
import { isLeased, renewing, takeLease } from './lease.ts';
import { sweep } from './sweep.ts';
import { NEVER_SWEPT, SWEEP, type Sweeping } from './sweeping.ts';

/** What a worker sees of a tenant at a glance: three reads, and nothing is written. */
interface Glance {
  readonly now: number;
  /** Sealed entries. */
  readonly size: number;
  /** When the oldest entry that is not sealed was written, Unix milliseconds; `null` when there is none. */
  readonly openSince: number | null;
  readonly cursors: readonly Cursor[];
  readonly sweeping: Sweeping;
}

/** What is to be done for a tenant. Each may be done by another process than the others. */
export interface Plan {
  readonly seal: boolean;
  readonly deliver: boolean;
  readonly sweep: boolean;
  /** Whether somebody else is at work: worth another look soon, in case it dies. */
  readonly held: boolean;
}

/** What a turn came to. */
export interface Turn {
  /** `now`: more is left. `soon`: something happens here. `idle`: nothing does. */
  readonly next: 'now' | 'soon' | 'idle';
  /** The versions that were seen: others next time mean that somebody was at work. */
  readonly seen: string;
}

/** How often a worker sweeps, and whether it goes on at all. */
export interface Pace {
  readonly sweepEveryMs: number;
  goesOn(): boolean;
}

/** What a turn needs of the process. */
export interface TurnTools extends Pace {
  readonly shape: ProfileShape;
  readonly deliveries: Deliveries;
  seal(): Promise<unknown>;
  /** Hears of items that could not be swept, and of the first error. */
  failed(places: readonly string[], error: unknown): void;
}

/** An entry that is not sealed by then has lost the process that wrote it, or the one that was sealing it. */
const ORPHANED_MS = 2_000;
/** No sweep keeps other tenants waiting for longer: the next turn goes on. */
const SWEEP_MS = 10_000;

/** Does for a tenant what is to be done, and nothing that somebody else is doing. */
export async function takeTurn(session: Session, before: string, tools: TurnTools): Promise<Turn> {
  const { glance, seen, sweepVersion } = await look(session, tools.deliveries);
  const plan = planTurn(glance, tools.sweepEveryMs);
  if (plan.seal) await tools.seal();
  const more = plan.deliver && (await tools.deliveries.turn(session));
  const cut =
    plan.sweep && (await sweepOnce(session, { body: glance.sweeping, version: sweepVersion }, tools));
  if (more || cut) return { next: 'now', seen };
  const active = plan.seal || plan.deliver || plan.sweep || plan.held || seen !== before;
  return { next: active ? 'soon' : 'idle', seen };
}

/** What is to be done, by what was seen. */
export function planTurn({ now, size, openSince, cursors, sweeping }: Glance, sweepEveryMs: number): Plan {
  const open = cursors.filter(({ gone, failing }) => !gone && (failing === null || failing.until <= now));
  return {
    seal: openSince !== null && openSince + ORPHANED_MS <= now,
    deliver: open.some((cursor) => !isLeased(cursor, now) && hasWork(cursor, size, now)),
    sweep: !isLeased(sweeping, now) && sweeping.sweptAt + sweepEveryMs <= now,
    held: openSince !== null || isLeased(sweeping, now) || cursors.some((cursor) => isLeased(cursor, now)),
  };
}

async function look(
  session: Session,
  deliveries: Deliveries,
): Promise<{ readonly glance: Glance; readonly seen: string; readonly sweepVersion: string | null }> {
  const { store, tenant, codec, platform } = session;
  const refs = [EDGE, SWEEP, ...(await deliveries.receivers()).map(({ cursor }) => cursor)];
  const [[edge = null, sweeping = null, ...cursors], [staged]] = await Promise.all([
    store.get(tenant, refs),
    store.readEntries(tenant, { by: 'staged', limit: 1 }),
  ]);
  const size = edge === null ? 0 : codec.decode<{ size: number }>(edge).size;
  // A process may have died between giving positions and letting the tree grow: then nothing is staged.
  const [open] =
    staged === undefined ? await store.readEntries(tenant, { by: 'index', from: size, limit: 1 }) : [staged];
  const now = platform.clock.now();
  return {
    glance: {
      now,
      size,
      openSince: open === undefined ? null : uuidTime(open.id),
      cursors: cursors.flatMap((document) => (document === null ? [] : codec.decode<Cursor>(document))),
      sweeping: sweeping === null ? NEVER_SWEPT : codec.decode<Sweeping>(sweeping),
    },
    seen: [edge, ...cursors].map((document) => document?.version ?? '').join(' '),
    sweepVersion: sweeping?.version ?? null,
  };
}

/** Sweeps under a lease; answers whether something was left for the next turn. */
async function sweepOnce(
  session: Session,
  found: { readonly body: Sweeping; readonly version: string | null },
  tools: TurnTools,
): Promise<boolean> {
  const held = await takeLease(session, SWEEP, found);
  if (held === null) return false;
  const sweptAt = session.platform.clock.now();
  const { timers } = session.platform;
  const until = timers.elapsed() + SWEEP_MS;
  let cut = false;
  const goesOn = (): boolean => {
    cut = !tools.goesOn() || timers.elapsed() >= until;
    return !cut;
  };
  await refresh(session);
  const { failed } = await renewing(held, timers, sweep(session, tools.shape, goesOn));
  await held.release(cut ? {} : { sweptAt });
  if (failed.length > 0)
    tools.failed(
      failed.map(({ place }) => place),
      failed[0]?.error,
    );
  return cut;
}
