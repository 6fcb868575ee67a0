import { GamekeeperError } from '../../kernel/index.ts';
import type { Timers } from '../../ports/index.ts';
import { createLine } from './line.ts';
import type { Pace, Turn } from './tenant-turn.ts';

/** The tenants there are: the host knows them. */
export type TenantList = Iterable<string> | AsyncIterable<string>;

/** How a worker goes about it. Times in milliseconds. */
export interface WorkOptions {
  /** Names the tenants to work for; asked again every 30 seconds. All workers may name all of them. */
  readonly tenants: () => TenantList | Promise<TenantList>;
  /** How many tenants are worked for at once: 4 when left out. */
  readonly concurrency?: number;
  /** How often a tenant is swept, by whichever worker: 60,000 when left out. */
  readonly sweepEveryMs?: number;
  /** The longest pause between two looks at a tenant where nothing happens: 10,000 when left out. */
  readonly idleMs?: number;
  /** Ends the work, as `stop` does. */
  readonly signal?: AbortSignal;
}

/** Work under way in this process. */
export interface Worker {
  /** Ends it: what is under way comes to its end, which takes moments, and leases are given back. */
  stop(): Promise<void>;
}

/** What a worker needs of the process. */
export interface WorkerTools {
  readonly timers: Timers;
  /** A number from 0 to 1. */
  chance(): number;
  /** One turn for a tenant; `seen` is what the turn before has seen. */
  turn(tenant: string, seen: string, pace: Pace): Promise<Turn>;
  /** Hears what went wrong, for which tenant, `*` for all; once for failures in a row. */
  failed(tenant: string, error: unknown): void;
}

/** What a worker remembers of a tenant. */
interface Place {
  readonly tenant: string;
  pauseMs: number;
  seen: string;
  failing: boolean;
}

const SOON_MS = 1_000;
const TENANTS_EVERY_MS = 30_000;
const LONGEST_FAILING_MS = 60_000;
/** Looks are spread by as much, up and down: workers that started together do not look together. */
const SPREAD = 0.25;

/**
 * Works for many tenants: looks at each in turn, oldest due first, and does what is to be done. Whoever has much to do
 * is served for a moment and stands in line again; where nothing happens, the pauses grow.
 *
 * Workers in any number of processes need not know of each other: leases keep them from doing the same, and what is
 * done is right without them.
 *
 * @throws What `tenants` throws when it is asked for the first time; and `GamekeeperError` `ERR_INVALID_INPUT`.
 */
export async function startWorker(options: WorkOptions, tools: WorkerTools): Promise<Worker> {
  const { concurrency, idleMs, sweepEveryMs } = checkOptions(options);
  const line = createLine<Place | 'tenants'>(tools.timers);
  const places = new Map<string, Place>();
  let stopped = false;
  const pace: Pace = { sweepEveryMs, goesOn: () => !stopped };

  /** Asks for the tenants; new ones join the line, those not named any more leave it. */
  const ask = async (): Promise<void> => {
    const named = new Set<string>();
    for await (const tenant of await options.tenants()) named.add(tenant);
    for (const tenant of places.keys()) if (!named.has(tenant)) places.delete(tenant);
    for (const tenant of named) {
      if (places.has(tenant)) continue;
      const place: Place = { failing: false, pauseMs: SOON_MS, seen: '', tenant };
      places.set(tenant, place);
      line.put(place, 0);
    }
    line.put('tenants', TENANTS_EVERY_MS);
  };

  /** Serves a tenant; answers after how many milliseconds it is looked at again. */
  const serve = async (place: Place): Promise<number> => {
    try {
      const { next, seen } = await tools.turn(place.tenant, place.seen, pace);
      place.pauseMs = Math.min(idleMs, next === 'idle' ? place.pauseMs * 2 : SOON_MS);
      place.seen = seen;
      place.failing = false;
      return next === 'now' ? 0 : place.pauseMs * (1 + SPREAD * (2 * tools.chance() - 1));
    } catch (error) {
      if (!place.failing) tools.failed(place.tenant, error);
      place.pauseMs = place.failing ? Math.min(LONGEST_FAILING_MS, place.pauseMs * 2) : SOON_MS;
      place.failing = true;
      return place.pauseMs;
    }
  };

  const hand = async (): Promise<void> => {
    for (let place = await line.next(); place !== null; place = await line.next()) {
      if (place === 'tenants') {
        await ask().catch((error: unknown) => {
          tools.failed('*', error);
          line.put('tenants', TENANTS_EVERY_MS);
        });
      } else if (places.get(place.tenant) === place) line.put(place, await serve(place));
    }
  };

  await ask();
  const hands = Array.from({ length: concurrency }, hand);
  const stop = async (): Promise<void> => {
    stopped = true;
    line.end();
    await Promise.all(hands);
  };
  options.signal?.addEventListener('abort', () => void stop(), { once: true });
  if (options.signal?.aborted) await stop();
  return { stop };
}

function checkOptions({ tenants, concurrency = 4, sweepEveryMs = 60_000, idleMs = 10_000 }: WorkOptions): {
  readonly concurrency: number;
  readonly sweepEveryMs: number;
  readonly idleMs: number;
} {
  const invalid = (path: string, what: string): GamekeeperError =>
    new GamekeeperError('ERR_INVALID_INPUT', `${path}: ${what}`, { path });
  if (typeof tenants !== 'function') throw invalid('tenants', 'expected a function that names the tenants');
  if (!Number.isSafeInteger(concurrency) || concurrency < 1 || concurrency > 256)
    throw invalid('concurrency', 'expected a whole number from 1 to 256');
  for (const [path, millis] of Object.entries({ sweepEveryMs, idleMs })) {
    if (!Number.isFinite(millis) || millis < 10) throw invalid(path, 'expected milliseconds, at least 10');
  }
  return { concurrency, sweepEveryMs, idleMs };
}
