import { isUuidv7 } from '../../kernel/index.ts';
import type {
  KeyStore,
  Logger,
  ObservedFact,
  ObservedFigures,
  Observer,
  Signer,
  Timers,
} from '../../ports/index.ts';
import type { CheckedStore } from '../checked/checked-store.ts';
import type { Emitter, IntegrityAlarm } from '../delivery/emitter.ts';
import { logObserver } from './log-observer.ts';
import { createLogQueue } from './log-queue.ts';
import { observedKeyStore, observedSigner, observedStore } from './observed-ports.ts';
import { observedAreas, observedVerbs } from './observed-verbs.ts';
import { gather } from './observing.ts';

/** What a host sees a keeper by. Where it has nothing, everything is handed back as it came and costs nothing. */
export interface Watching {
  readonly observer: Observer | null;
  store(store: CheckedStore): CheckedStore;
  signer(signer: Signer): Signer;
  keyStore(keyStore: KeyStore): KeyStore;
  areas<Areas extends object>(areas: Areas, tenant: string): Areas;
  verbs<Verbs extends object>(verbs: Verbs, area: string): Verbs;
  /** Lets observers read figures until the keeper is closed. */
  figures(read: () => ObservedFigures): void;
  /** Hands over the log lines that wait. */
  close(): void;
}

/** Puts a host's observers and its logger together. */
export function createWatching(
  observers: readonly Observer[],
  logger: Logger | null,
  timers: Timers,
  emitter: Emitter,
): Watching {
  const queue = logger === null ? null : createLogQueue(logger, timers);
  const observer = gather([...observers, ...(queue === null ? [] : [logObserver(queue)])]);
  if (observer === null) return BLIND;
  const sight = { observer, timers };
  let end = (): void => undefined;
  emitter.onAlarm((alarm) => observer.tell(factOf(alarm)));
  return {
    observer,
    store: (store) => observedStore(store, sight),
    signer: (signer) => observedSigner(signer, sight),
    keyStore: (keyStore) => observedKeyStore(keyStore, sight),
    areas: (areas, tenant) => observedAreas(areas, sight, tenant),
    verbs: (verbs, area) => observedVerbs(verbs, sight, area),
    figures(read) {
      end = observer.watch(read);
    },
    close() {
      end();
      queue?.close();
    },
  };
}

const BLIND: Watching = {
  observer: null,
  store: (store) => store,
  signer: (signer) => signer,
  keyStore: (keyStore) => keyStore,
  areas: (areas) => areas,
  verbs: (verbs) => verbs,
  figures: () => undefined,
  close: () => undefined,
};

/** Alarms that name a notifier or a sink first. */
const ABOUT_RECEIVERS: ReadonlySet<IntegrityAlarm['kind']> = new Set([
  'notifier-gone',
  'notice-given-up',
  'notifying-failed',
  'sink-failing',
  'event-put-aside',
]);

/** An alarm without the words of its reason, which may come from outside. */
function factOf({ tenant, kind, places }: IntegrityAlarm): ObservedFact {
  const receiver = ABOUT_RECEIVERS.has(kind) ? (places[0] ?? null) : null;
  return { kind: 'alarm', tenant, alarm: kind, receiver, entries: places.filter(isUuidv7) };
}
