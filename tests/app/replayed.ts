import { ephemeralKeys, type Keys } from '../../src/adapters/node/index.ts';
import type { SignedHead, Signer, Store } from '../../src/ports/index.ts';
import { freshStore } from './world.ts';

/** What a keeper is made of that another one can begin from again: a store, and the keys to it. */
export interface Replayed {
  readonly store: Store;
  readonly keys: Keys;
  /** The same once more as it is now; what happens to either, the other does not see. */
  again(): Promise<Pick<Replayed, 'store' | 'keys'>>;
}

/** Remembers what is written, so that a company need not be set up by commands more than once. */
export function replayed(): Replayed {
  const store = freshStore();
  const writes: ((to: Store) => Promise<unknown>)[] = [];
  const keys = ephemeralKeys();
  const heads = new Map<string, SignedHead>();
  return {
    keys: { ...keys, signer: forgetful(keys.signer, heads) },
    store: {
      ...store,
      async commit(tenant, batch) {
        const outcome = await store.commit(tenant, batch);
        if (outcome.status === 'committed') writes.push((to) => to.commit(tenant, batch));
        return outcome;
      },
      async sequence(tenant, request) {
        writes.push((to) => to.sequence(tenant, request));
        return store.sequence(tenant, request);
      },
    },
    async again() {
      const copy = freshStore();
      for (const write of writes) await write(copy);
      return { store: copy, keys: { ...keys, signer: forgetful(keys.signer, new Map(heads)) } };
    },
  };
}

/** Signs as another signer does, but remembers what it signed in a memory of its own. */
function forgetful(signer: Signer, heads: Map<string, SignedHead>): Signer {
  return {
    ...signer,
    async sign(request) {
      const { head, origin } = request;
      const last = heads.get(origin);
      if (head !== null && last !== undefined && head.size < last.size) return { status: 'behind', last };
      if (head !== null) heads.set(origin, head);
      return signer.sign({ ...request, head: null });
    },
    lastSigned: async (origin) => heads.get(origin) ?? null,
  };
}
