import type { EventSink, KeyStore, Notifier, Signer, Store } from '../../ports/index.ts';
import type { SimulatedServer } from './network.ts';
import type { SimulatedProcess } from './process.ts';

/** A store on a server, as a process reaches it. */
export function remoteStore(process: SimulatedProcess, server: SimulatedServer, store: Store): Store {
  return {
    specificationVersion: 'v1',
    capabilities: store.capabilities,
    commit: (tenant, batch) =>
      process.call({
        server,
        what: `commit ${tenant} ${batch.entries.length} entries, ${batch.puts.length} puts`,
        writes: true,
        // Without an entry a repetition is not recognised.
        repeatable: batch.entries.length > 0,
        work: () => store.commit(tenant, batch),
        told: (outcome) =>
          outcome.status === 'committed'
            ? outcome.repeated
              ? 'repeated'
              : 'committed'
            : `${outcome.status} at ${outcome.refs.map(({ collection, id }) => `${collection}/${id}`).join(' ')}`,
      }),
    get: (tenant, refs) =>
      process.call({
        server,
        what: `get ${tenant} ${refs.length}`,
        ...READ,
        work: () => store.get(tenant, refs),
      }),
    find: (tenant, query) =>
      process.call({
        server,
        what: `find ${tenant} ${query.ranges[0]?.index}`,
        ...READ,
        work: () => store.find(tenant, query),
      }),
    sequence: (tenant, request) =>
      process.call({
        server,
        what: `sequence ${tenant} from ${request.size}`,
        writes: true,
        repeatable: true,
        work: () => store.sequence(tenant, request),
        told: ({ status, size }) => `${status} ${size}`,
      }),
    readEntries: (tenant, query) =>
      process.call({
        server,
        what: `readEntries ${tenant} by ${query.by}`,
        ...READ,
        work: () => store.readEntries(tenant, query),
      }),
  };
}

const READ = { writes: false, repeatable: true } as const;

/** A signer on a server, as a process reaches it. */
export function remoteSigner(process: SimulatedProcess, server: SimulatedServer, signer: Signer): Signer {
  return {
    specificationVersion: 'v1',
    publicKey: signer.publicKey,
    sign: (request) =>
      process.call({
        server,
        what: `sign ${request.head?.size ?? 'manifest'}`,
        writes: true,
        repeatable: true,
        work: () => signer.sign(request),
        told: ({ status }) => status,
      }),
    lastSigned: (origin) =>
      process.call({ server, what: 'lastSigned', ...READ, work: () => signer.lastSigned(origin) }),
  };
}

/** A key store on a server, as a process reaches it. */
export function remoteKeyStore(
  process: SimulatedProcess,
  server: SimulatedServer,
  keyStore: KeyStore,
): KeyStore {
  return {
    specificationVersion: 'v1',
    generate: (tenant, purpose) =>
      process.call({
        server,
        what: 'generate',
        ...READ,
        work: () => keyStore.generate(tenant, purpose),
      }),
    unwrap: (tenant, purpose, wrapped) =>
      process.call({
        server,
        what: 'unwrap',
        ...READ,
        work: () => keyStore.unwrap(tenant, purpose, wrapped),
      }),
  };
}

/** A notifier whose receiver is on a server, as a process reaches it. Told twice is told. */
export function remoteNotifier(
  process: SimulatedProcess,
  server: SimulatedServer,
  notifier: Notifier,
): Notifier {
  return {
    specificationVersion: 'v1',
    name: notifier.name,
    types: notifier.types,
    notify: (notice) =>
      process.call({
        server,
        what: `notify ${notice.tenant} ${notice.type} ${notice.index}`,
        writes: true,
        repeatable: true,
        work: () => notifier.notify(notice),
        told: ({ status }) => status,
      }),
  };
}

/** A sink whose receiver is on a server, as a process reaches it. Sent twice is sent. */
export function remoteEventSink(
  process: SimulatedProcess,
  server: SimulatedServer,
  sink: EventSink,
): EventSink {
  return {
    ...sink,
    send: (events) =>
      process.call({
        server,
        what: `send ${events[0]?.tenant} ${events[0]?.sequence} and ${events.length - 1} more`,
        writes: true,
        repeatable: true,
        work: () => sink.send(events),
        told: ({ accepted }) => `${accepted} of ${events.length}`,
      }),
  };
}
