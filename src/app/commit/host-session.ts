import { GamekeeperError, type Lru } from '../../kernel/index.ts';
import type { CommitBatch, CommitOutcome, DocumentRef, Store } from '../../ports/index.ts';
import type { CheckedStore } from '../checked/checked-store.ts';
import { nameOf } from './codec.ts';
import type { Session } from './session.ts';

/** What differs where commands join a transaction of the host's. */
export interface HostSide {
  /** Commits what is allowed: counters on the keeper's own connection, the rest into the host's transaction. */
  commit(batch: CommitBatch): Promise<CommitOutcome>;
  /** Whether the open transaction has changed a document: until it ends nobody else can, and nobody else sees it. */
  wrote(ref: DocumentRef): boolean;
}

/**
 * The session for commands that join a transaction of the host's. It sees what that one has written, and what it
 * comes to remember goes with it: nobody knows whether it will be rolled back.
 */
export function sessionWithin(session: Session, joined: Store): Session {
  const locks = { written: new Set<string>(), seen: new Set<string>() };
  const own = ownConnection(session.store, locks);

  async function join(batch: CommitBatch): Promise<CommitOutcome> {
    const [counted, rest] = apart(batch);
    if (counted !== null) {
      const outcome = await own.commit(session.tenant, counted);
      // Nothing has joined yet, so the attempt can be made again.
      if (outcome.status === 'conflict')
        throw new GamekeeperError('ERR_CONFLICT', 'somebody else was counted meanwhile');
      if (outcome.status === 'bound') return outcome;
    }
    const outcome = await joined.commit(session.tenant, rest);
    if (outcome.status !== 'committed') return outcome;
    for (const { ref } of rest.checks) locks.seen.add(nameOf(ref));
    for (const ref of writtenBy(rest)) locks.written.add(nameOf(ref));
    const since = session.platform.timers.elapsed();
    for (const { id, leaf } of rest.entries) session.awaited.set(id, { leaf, since });
    return outcome;
  }

  return {
    ...session,
    store: {
      ...own,
      // What was counted is on the keeper's own connection, and is never older than it is there.
      get: async (tenant, refs) => {
        const found = new Map<DocumentRef, Awaited<ReturnType<Store['get']>>[number]>();
        const parts = [refs.filter(isCounted), refs.filter((ref) => !isCounted(ref))];
        for (const [at, part] of parts.entries()) {
          if (part.length === 0) continue;
          const documents = await (at === 0 ? own : joined).get(tenant, part);
          for (const [place, ref] of part.entries()) found.set(ref, documents[place] ?? null);
        }
        return refs.map((ref) => found.get(ref) ?? null);
      },
      find: joined.find,
      readEntries: joined.readEntries,
    },
    host: { wrote: (ref) => locks.written.has(nameOf(ref)), commit: join },
    aliases: layered(session.aliases),
    documents: layered(session.documents),
    dataKeys: layered(session.dataKeys),
  };
}

/** The keeper's own connection, which must not wait for the transaction that waits for it. */
function ownConnection(
  store: CheckedStore,
  { written, seen }: { readonly written: ReadonlySet<string>; readonly seen: ReadonlySet<string> },
): CheckedStore {
  return {
    ...store,
    async commit(tenant, batch) {
      const writes = writtenBy(batch).map(nameOf);
      const checks = batch.checks.map(({ ref }) => nameOf(ref));
      const held =
        writes.find((name) => written.has(name) || seen.has(name)) ??
        checks.find((name) => written.has(name));
      if (held === undefined) return store.commit(tenant, batch);
      throw new GamekeeperError(
        'ERR_INVALID_INPUT',
        `what this writes is kept apart from your transaction, which holds ${held.split('/')[0]} until it ends: call it before, or once you have committed`,
      );
    },
  };
}

function writtenBy({ puts, deletes, adds }: CommitBatch): readonly DocumentRef[] {
  return [...puts.map(({ ref }) => ref), ...deletes, ...adds.map(({ ref }) => ref)];
}

/** What the guard counts stays counted, whatever becomes of the transaction. */
function isCounted({ collection }: DocumentRef): boolean {
  return collection === 'usage';
}

/** A batch in two: what is counted, if anything is, and the rest. */
function apart(batch: CommitBatch): readonly [CommitBatch | null, CommitBatch] {
  const part = (counted: boolean): CommitBatch => ({
    checks: batch.checks.filter(({ ref }) => isCounted(ref) === counted),
    adds: batch.adds.filter(({ ref }) => isCounted(ref) === counted),
    puts: batch.puts.filter(({ ref }) => isCounted(ref) === counted),
    deletes: batch.deletes.filter((ref) => isCounted(ref) === counted),
    entries: counted ? [] : batch.entries,
  });
  const counts = writtenBy(batch).some(isCounted);
  return counts ? [part(true), part(false)] : [null, batch];
}

/** What is remembered below is known here, too; what is remembered here is not known below. */
function layered<Key, Value>(below: Lru<Key, Value>): Lru<Key, Value> {
  const own = new Map<Key, Value | undefined>();
  let base: Lru<Key, Value> | null = below;
  return {
    get: (key) => (own.has(key) ? own.get(key) : base?.get(key)),
    set: (key, value) => void own.set(key, value),
    delete: (key) => void own.set(key, undefined),
    clear() {
      own.clear();
      base = null;
    },
  };
}

/** The verbs whose answer says that something is sealed cannot be given while the transaction is open. */
export function requireOutside({ host }: Session, verb: string): void {
  if (host === null) return;
  throw new GamekeeperError(
    'ERR_INVALID_INPUT',
    `${verb} answers once its entry is sealed, which waits for your transaction: call it once you have committed`,
  );
}

/** How long entries are looked for whose transaction may have been rolled back. */
const AWAITED_MS = 60_000;
const MOST_AWAITED = 20_000;
const PART = 512;

/**
 * Looks for entries that joined transactions of the host's. One that is seen was committed: from now on it is watched
 * like any other. One that is not is either open or rolled back, and nobody's loss; who commits it late finds it
 * sealed with the next entry, or by a worker.
 */
export async function meetAwaited(session: Session): Promise<void> {
  const { awaited, acknowledged, store, tenant, platform } = session;
  const ids = [...awaited.keys()];
  for (let from = 0; from < ids.length; from += PART) {
    const part = ids.slice(from, from + PART);
    for (const { id } of await store.readEntries(tenant, { by: 'id', ids: part })) {
      const entry = awaited.get(id);
      if (entry !== undefined) acknowledged.set(id, entry.leaf);
      awaited.delete(id);
    }
  }
  const now = platform.timers.elapsed();
  for (const [id, { since }] of awaited) {
    if (now - since < AWAITED_MS && awaited.size <= MOST_AWAITED) break;
    awaited.delete(id);
  }
}
