import type { BoundedAdd, CommitOutcome, DocumentPut, Store, StoredDocument } from '../../src/ports/index.ts';
import type { Promised } from './promises.ts';
import type { Sabotage } from './world.ts';

/** A promise that is broken on purpose. */
export interface Switch {
  readonly name: string;
  /** The promise that some seed has to name. Others may name another that hangs on the same. */
  readonly promise: Promised;
  readonly sabotage: Sabotage;
}

const committed: CommitOutcome = { status: 'committed', repeated: false, totals: [] };

/** The same store, where `commit` is another. */
const committing =
  (commit: (store: Store, ...input: Parameters<Store['commit']>) => Promise<CommitOutcome>) =>
  (store: Store): Store => ({ ...store, commit: (...input) => commit(store, ...input) });

/** What each promise hangs on, taken away. None of them is code of the library: they stand between it and its ports. */
export const SWITCHES: readonly Switch[] = [
  {
    name: 'what was read is not checked',
    promise: 'revocation is immediate',
    sabotage: { store: committing((store, tenant, batch) => store.commit(tenant, { ...batch, checks: [] })) },
  },
  {
    name: 'the head is remembered for ever, and not checked',
    promise: 'revocation is immediate',
    sabotage: { store: rememberingHead },
  },
  {
    name: 'counters are read, then written',
    promise: 'one owner',
    sabotage: { store: committing(countThenWrite) },
  },
  {
    name: 'bounds of counters are not checked',
    promise: 'no quota over-issued',
    sabotage: {
      store: committing((store, tenant, batch) =>
        store.commit(tenant, { ...batch, adds: batch.adds.map((add) => ({ ...add, atMost: null })) }),
      ),
    },
  },
  {
    name: 'acknowledged before it is stored',
    promise: 'acknowledged means durable',
    sabotage: {
      store: committing(async (store, tenant, batch) => {
        store.commit(tenant, batch).catch(() => undefined);
        return committed;
      }),
    },
  },
  {
    name: 'a notice counts as delivered before it is',
    promise: 'events at least once and in order',
    sabotage: {
      notifier: (notifier) => ({
        ...notifier,
        async notify(notice) {
          notifier.notify(notice).catch(() => undefined);
          return { status: 'delivered' };
        },
      }),
    },
  },
  {
    name: 'an event counts as sent before it is',
    promise: 'events at least once and in order',
    sabotage: {
      sink: (sink) => ({
        ...sink,
        async send(events) {
          sink.send(events).catch(() => undefined);
          return { accepted: events.length, fault: null };
        },
      }),
    },
  },
  {
    name: 'the codes of entries say nothing',
    promise: 'tamper-evident',
    sabotage: {
      primitives: (real) => ({
        ...real,
        hmacSha256: (key, data) =>
          typeof data === 'string' && data.startsWith('{') ? new Uint8Array(32) : real.hmacSha256(key, data),
      }),
    },
  },
  {
    name: 'personal values are kept in the clear',
    promise: 'privacy',
    sabotage: {
      primitives: (real) => ({
        ...real,
        seal: (_, plaintext) => Buffer.concat([new Uint8Array(12), plaintext, new Uint8Array(16)]),
        open: (_, sealed) => sealed.slice(12, -16),
      }),
    },
  },
  {
    name: 'nobody stops waiting',
    promise: 'deny by default',
    sabotage: { timeoutMs: 2 ** 40 },
  },
];

/** Answers the head it saw first, and takes it out of what a commit checks. */
function rememberingHead(store: Store): Store {
  const heads = new Map<string, StoredDocument | null>();
  return {
    ...store,
    commit: (tenant, batch) =>
      store.commit(tenant, { ...batch, checks: batch.checks.filter(({ ref }) => ref.collection !== 'head') }),
    async get(tenant, refs) {
      const documents = await store.get(tenant, refs);
      return documents.map((document, at) => {
        if (refs[at]?.collection !== 'head') return document;
        if (!heads.has(tenant) && document !== null) heads.set(tenant, document);
        return heads.get(tenant) ?? document;
      });
    },
  };
}

/** Bounds a counter by what it was when it was read, and writes what that comes to. */
async function countThenWrite(
  store: Store,
  ...[tenant, batch]: Parameters<Store['commit']>
): Promise<CommitOutcome> {
  const counters = await store.get(
    tenant,
    batch.adds.map(({ ref }) => ref),
  );
  const puts = new Map<string, DocumentPut>();
  const passed: BoundedAdd[] = [];
  for (const [at, add] of batch.adds.entries()) {
    const name = `${add.ref.collection}/${add.ref.id}`;
    const total = Number(puts.get(name)?.body ?? counters[at]?.body ?? 0) + add.by;
    if (add.atMost !== null && total > add.atMost) passed.push(add);
    puts.set(name, { ref: add.ref, version: add.version, body: String(total), mac: '', keys: [] });
  }
  if (passed.length > 0) return { status: 'bound', refs: passed.map(({ ref }) => ref) };
  return store.commit(tenant, { ...batch, adds: [], puts: [...batch.puts, ...puts.values()] });
}
