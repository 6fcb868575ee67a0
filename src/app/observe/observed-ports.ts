import type { KeyStore, Signer } from '../../ports/index.ts';
import type { CheckedStore } from '../checked/checked-store.ts';
import { type Sight, seen } from './observing.ts';

/** A store whose calls an observer sees, as the keeper waits for them: what is tried again is one call. */
export function observedStore(store: CheckedStore, sight: Sight): CheckedStore {
  const see = <Answer>(
    tenant: string,
    call: string,
    run: () => Promise<Answer>,
    outcomeOf?: (answer: Answer) => string,
  ): Promise<Answer> => seen(sight, { kind: 'store', tenant, call }, run, outcomeOf);
  const statusOf = ({ status }: { readonly status: string }): string => status;
  return {
    specificationVersion: 'v1',
    capabilities: store.capabilities,
    commit: (tenant, batch) => see(tenant, 'commit', () => store.commit(tenant, batch), statusOf),
    get: (tenant, refs) => see(tenant, 'get', () => store.get(tenant, refs)),
    find: (tenant, query) => see(tenant, 'find', () => store.find(tenant, query)),
    sequence: (tenant, request) => see(tenant, 'sequence', () => store.sequence(tenant, request), statusOf),
    readEntries: (tenant, query) => see(tenant, 'readEntries', () => store.readEntries(tenant, query)),
    measure: (tenant) => see(tenant, 'measure', () => store.measure(tenant)),
    purge: (tenant, request) => see(tenant, 'purge', () => store.purge(tenant, request), statusOf),
    // What runs on the host's own connection is the host's to see.
    joined: store.joined,
  };
}

/** A signer whose calls an observer sees. */
export function observedSigner(signer: Signer, sight: Sight): Signer {
  return {
    specificationVersion: 'v1',
    publicKey: signer.publicKey,
    sign: (request) =>
      seen(
        sight,
        { kind: 'keys', call: 'sign' },
        () => signer.sign(request),
        ({ status }) => status,
      ),
    lastSigned: (origin) =>
      seen(sight, { kind: 'keys', call: 'lastSigned' }, () => signer.lastSigned(origin)),
  };
}

/** A key store whose calls an observer sees. */
export function observedKeyStore(keyStore: KeyStore, sight: Sight): KeyStore {
  return {
    specificationVersion: 'v1',
    generate: (tenant, purpose) =>
      seen(sight, { kind: 'keys', call: 'generate' }, () => keyStore.generate(tenant, purpose)),
    unwrap: (tenant, purpose, wrapped) =>
      seen(sight, { kind: 'keys', call: 'unwrap' }, () => keyStore.unwrap(tenant, purpose, wrapped)),
  };
}
