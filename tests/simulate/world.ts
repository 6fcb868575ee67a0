import { ephemeralKeys } from '../../src/adapters/node/index.ts';
import { createGamekeeper, type Gamekeeper, memoryStore } from '../../src/index.ts';
import type { Leaf } from '../../src/ledger/index.ts';
import type { CommitBatch, EventSink, Notifier, Primitives, Store } from '../../src/ports/index.ts';
import {
  createProcess,
  createServer,
  remoteEventSink,
  remoteKeyStore,
  remoteNotifier,
  remoteSigner,
  remoteStore,
  type SimulatedProcess,
  type SimulatedServer,
  type Simulation,
} from '../../src/testing/simulation/index.ts';
import { checkAuthority } from './authority.ts';
import { createInvariants } from './invariants.ts';
import type { Breach, Promised } from './promises.ts';
import { createReceiver, type Receiver } from './receiver.ts';
import { isOfConcern } from './relations.ts';
import { profile, ROLES, type SceneProfile, TENANTS } from './scene.ts';
import { createSubscriber, type Subscriber } from './subscriber.ts';
import { type Forgeable, forgeable } from './tamper.ts';
import { createView, type FollowingView } from './view.ts';

/** Breaks a promise on purpose, between a keeper and what it stands on. */
export interface Sabotage {
  store?(store: Store): Store;
  notifier?(notifier: Notifier): Notifier;
  sink?(sink: EventSink): EventSink;
  primitives?(primitives: Primitives): Primitives;
  readonly timeoutMs?: number;
}

/** A process with a keeper in it. */
export interface Station {
  readonly process: SimulatedProcess;
  keeper(): Gamekeeper<SceneProfile>;
  /** Starts the process, with a keeper that knows nothing. */
  open(): void;
}

/** Three processes, one database, one signer, one receiver of notices, one of events, and whoever watches all of it. */
export interface World {
  readonly simulation: Simulation;
  readonly stations: readonly Station[];
  readonly database: SimulatedServer;
  readonly signer: SimulatedServer;
  readonly post: SimulatedServer;
  readonly stream: SimulatedServer;
  /** The database in the hands of somebody who has every right on it. */
  readonly forged: Forgeable;
  readonly views: ReadonlyMap<string, FollowingView>;
  readonly receiver: Receiver;
  readonly subscriber: Subscriber;
  readonly breach: Breach;
  /** The first promise that was broken. */
  broken(): { readonly promise: Promised; readonly detail: string } | null;
  /** From now on the sabotage works. */
  arm(): void;
  /** Hears of each commit, once it is applied. */
  onCommit(listener: (view: FollowingView, batch: CommitBatch) => void): void;
}

/** How long a keeper waits for the store. */
const STORE_TIMEOUT_MS = 2_000;
const SKEW_MS = 1_500;

/** A world in which nothing has happened yet. */
export function createWorld(simulation: Simulation, sabotage: Sabotage = {}): World {
  const views = new Map(TENANTS.map((tenant) => [tenant as string, createView(tenant)]));
  let broken: ReturnType<World['broken']> = null;
  let armed = false;
  const breach: Breach = (promise, detail) => {
    if (broken !== null) return;
    broken = { promise, detail };
    simulation.note(`BROKEN: ${promise}: ${detail}`);
  };
  const listeners: ((view: FollowingView, batch: CommitBatch) => void)[] = [];
  const forged = forgeable(memoryStore());
  const store = watched(simulation, forged.store, views, breach, (view, batch) => {
    for (const listener of listeners) listener(view, batch);
  });
  const primitives = sabotage.primitives?.(simulation.primitives) ?? simulation.primitives;
  const keys = ephemeralKeys(simulation.primitives);
  const database = createServer(simulation, 'database');
  const signer = createServer(simulation, 'signer');
  const post = createServer(simulation, 'post');
  const stream = createServer(simulation, 'stream');
  const receiver = createReceiver(simulation, breach, {
    isDisturbed: () => Object.keys(post.faults()).length > 0,
    isOfConcern: (notice) => isOfConcern(views.get(notice.tenant) as FollowingView, notice),
  });
  const subscriber = createSubscriber(
    simulation,
    views,
    breach,
    () => Object.keys(stream.faults()).length > 0,
  );
  const stations = ['A', 'B', 'C'].map((name) => {
    const process = createProcess(simulation, name, SKEW_MS);
    const sealAfterMs = simulation.dice.pick([250, 900, 900]);
    const create = (): Gamekeeper<SceneProfile> => {
      const reached = remoteStore(process, database, store);
      const broken = sabotage.store?.(reached) ?? reached;
      const told = receiver.handedOver(remoteNotifier(process, post, receiver.notifier));
      const streamed = remoteEventSink(process, stream, subscriber.sink);
      const keeper = createGamekeeper({
        profile,
        store: armed ? broken : reached,
        keys: {
          durable: true,
          signer: remoteSigner(process, signer, keys.signer),
          keyStore: remoteKeyStore(process, signer, keys.keyStore),
        },
        roles: Object.fromEntries(Object.entries(ROLES).map(([role, rights]) => [role, [...rights]])),
        notifiers: [(armed && sabotage.notifier?.(told)) || told],
        eventSinks: [(armed && sabotage.sink?.(streamed)) || streamed],
        clock: process.clock,
        timers: process.timers,
        ids: process.ids,
        primitives,
        storeTimeoutMs: (armed ? sabotage.timeoutMs : undefined) ?? STORE_TIMEOUT_MS,
        sealAfterMs,
        onListenerError: (error) => breach('deny by default', `a listener failed: ${String(error)}`),
      });
      listen(keeper, name, views, simulation, breach);
      return keeper;
    };
    let keeper = create();
    return {
      process,
      keeper: () => keeper,
      open() {
        process.start();
        keeper = create();
      },
    };
  });
  return {
    simulation,
    stations,
    database,
    signer,
    post,
    stream,
    forged,
    views,
    receiver,
    subscriber,
    breach,
    broken: () => broken,
    arm() {
      armed = true;
      for (const { open } of stations) open();
    },
    onCommit: (listener) => void listeners.push(listener),
  };
}

/** The store, with somebody who sees every commit in the order in which it is applied. */
function watched(
  simulation: Simulation,
  store: Store,
  views: ReadonlyMap<string, FollowingView>,
  breach: Breach,
  committed: (view: FollowingView, batch: CommitBatch) => void,
): Store {
  const invariants = new Map([...views].map(([tenant, view]) => [tenant, createInvariants(view, breach)]));
  return {
    ...store,
    async commit(tenant, batch) {
      const outcome = await store.commit(tenant, batch);
      simulation.count(
        outcome.status === 'committed' && outcome.repeated ? 'settled by repetition' : outcome.status,
      );
      const view = views.get(tenant);
      if (view === undefined || outcome.status !== 'committed' || outcome.repeated) return outcome;
      const known = view.log.length;
      const before = leavesOf(batch.entries.map(({ leaf }) => leaf));
      checkAuthority(view, before, breach);
      view.commit(batch, outcome.totals);
      invariants.get(tenant)?.check(batch, view.log.slice(known));
      committed(view, batch);
      return outcome;
    },
    async sequence(tenant, request) {
      const outcome = await store.sequence(tenant, request);
      if (outcome.status === 'sequenced') views.get(tenant)?.sequence(outcome.size);
      else simulation.count('lost race for positions');
      return outcome;
    },
  };
}

function leavesOf(texts: readonly string[]): readonly Leaf[] {
  return texts.map((text) => JSON.parse(text) as Leaf);
}

/** What a keeper says by itself: events in the order of the log, and no alarm about what is whole. */
function listen(
  keeper: Gamekeeper<SceneProfile>,
  name: string,
  views: ReadonlyMap<string, FollowingView>,
  simulation: Simulation,
  breach: Breach,
): void {
  const last = new Map<string, number>();
  keeper.on('entry', (event) => {
    const before = last.get(event.tenant);
    const promise = 'events at least once and in order';
    if (before !== undefined && event.index !== before + 1)
      breach(promise, `${name} heard of ${event.tenant} ${event.index} after ${before}`);
    last.set(event.tenant, event.index);
    const view = views.get(event.tenant);
    if (view?.log[event.index]?.id !== event.entry || event.index >= view.size)
      breach(promise, `${name} heard of ${event.entry} at ${event.index}, where another entry lies`);
    if (JSON.stringify(event).includes('CANARY'))
      breach('privacy', `an event of ${event.tenant} tells a personal value: ${event.type}`);
    simulation.count('event heard');
  });
  keeper.onAlarm(({ kind, places, tenant }) => {
    simulation.note(`${name} alarm ${kind} ${tenant} ${places.join(' ')}`);
    simulation.count(`alarm ${kind}`);
    const text = places.join(' ');
    if (kind === 'lost-entry') breach('acknowledged means durable', `${name} missed ${text}`);
    if (text.includes('CANARY')) breach('privacy', `an alarm tells a personal value: ${kind}`);
    if (/behind the keeper|fork|truncated|gap:|missing|wrong shape|other bytes|should hold/.test(text))
      breach('tamper-evident', `${name} accuses a store that nobody touched: ${text}`);
  });
}
