import type { DocumentPut, DocumentRef, Timer, Timers, VersionCheck } from '../../ports/index.ts';
import { refresh } from '../commit/refresh.ts';
import { HEAD, type Session } from '../commit/session.ts';

/** Who works on something, and until when others leave it alone. */
interface Lease {
  readonly by: string;
  /** Unix milliseconds. */
  readonly until: number;
}

/** A document with a lease in it. */
export interface Leased {
  readonly lease: Lease | null;
}

/** What else is written along with a leased document. */
export interface Alongside {
  readonly checks?: readonly VersionCheck[];
  readonly puts?: readonly DocumentPut[];
  readonly deletes?: readonly DocumentRef[];
}

/** A leased document in the hands of this process. */
export interface Held<Body extends Leased> {
  readonly body: Body;
  /** Changes it and holds it for longer; `false` when somebody else has changed it: then it is not ours any more. */
  keep(change: Partial<Body>, alongside?: Alongside): Promise<boolean>;
  /** Changes it and lets go of it. */
  release(change: Partial<Body>): Promise<boolean>;
}

/** A document as it was read, with its version; `null` where it is absent. */
export interface Found<Body> {
  readonly body: Body;
  readonly version: string | null;
}

/** How long a lease holds. A worker that lives renews it long before; of one that died the work goes on after it. */
export const LEASE_MS = 6_000;

/** Whether somebody holds a document now. */
export function isLeased({ lease }: Leased, now: number): boolean {
  return lease !== null && lease.until > now;
}

/** Reads a leased document. */
export async function readLeased<Body extends Leased>(
  { store, tenant, codec }: Session,
  ref: DocumentRef,
): Promise<Found<Body> | null> {
  const [document] = await store.get(tenant, [ref]);
  return document == null ? null : { body: codec.decode<Body>(document), version: document.version };
}

/**
 * Takes a document that nobody holds, as it was read; `null` when somebody was faster.
 *
 * A lease saves work and nothing else. What makes it safe is that every change names the version it rests on: whoever
 * lost the lease, by a pause or by a clock that is wrong, fails to change anything.
 */
export async function takeLease<Body extends Leased>(
  session: Session,
  ref: DocumentRef,
  found: Found<Body>,
): Promise<Held<Body> | null> {
  const { clock, ids } = session.platform;
  const me = ids.next(clock.now());
  let { body, version } = found;

  const write = async (change: Partial<Body>, holds: boolean, alongside: Alongside): Promise<boolean> => {
    const lease = holds ? { by: me, until: clock.now() + LEASE_MS } : null;
    const next = { ...body, ...change, lease };
    const saved = await save(session, ref, version, next, alongside);
    if (saved === null) return false;
    body = next;
    version = saved;
    return true;
  };

  const held: Held<Body> = {
    get body() {
      return body;
    },
    keep: (change, alongside = {}) => write(change, true, alongside),
    release: (change) => write(change, false, {}),
  };
  return (await held.keep({})) ? held : null;
}

/**
 * Writes a document if it still stands at a version; answers the new one, `null` when somebody was faster. One that
 * is new is written for a company that is there: not for one that was deleted a moment ago.
 */
export async function save<Body extends Leased>(
  session: Session,
  ref: DocumentRef,
  before: string | null,
  body: Body,
  { checks = [], puts = [], deletes = [] }: Alongside = {},
): Promise<string | null> {
  const { clock, ids } = session.platform;
  const version = ids.next(clock.now());
  for (;;) {
    const alive = before === null ? [{ ref: HEAD, version: session.company.headVersion }] : [];
    const outcome = await session.store.commit(session.tenant, {
      checks: [{ ref, version: before }, ...alive, ...checks],
      adds: [],
      puts: [session.codec.encode(ref, version, body, []), ...puts],
      deletes,
      entries: [],
    });
    if (outcome.status === 'committed') return version;
    const onlyHead = outcome.refs.every(({ collection }) => collection === HEAD.collection);
    if (!onlyHead || alive.length === 0) return null;
    await refresh(session);
  }
}

/** Waits for work, and renews the lease meanwhile. */
export async function renewing<Answer>(
  held: Held<Leased>,
  timers: Timers,
  work: Promise<Answer>,
): Promise<Answer> {
  let over = false;
  const end = (): void => {
    over = true;
  };
  const settled = work.then(end, end);
  while (!over) {
    let timer: Timer | undefined;
    const pause = new Promise<void>((resolve) => {
      timer = timers.start(LEASE_MS / 3, resolve);
    });
    await Promise.race([settled, pause]);
    timer?.stop();
    // Lost, or a store that is down: the work goes on, and what it wants to write fails.
    if (!over && !(await held.keep({}).catch(() => false))) break;
  }
  return work;
}
