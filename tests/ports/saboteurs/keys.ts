import type { KeyStore, SignedHead, Signer } from '../../../src/ports/index.ts';
import type { KeyStoreHarness, SignerHarness } from '../../../src/testing/index.ts';
import { ephemeralKeyStore, localKeyStore, localSigner } from '../harnesses.ts';

/** A broken implementation, and the clause that must notice. */
export type PortSaboteur<Subject> = readonly [caughtBy: string, name: string, create: () => Promise<Subject>];

/** The same signer with some of its calls done wrong, in each process. */
function signing(sabotage: (inner: Signer) => Partial<Signer>): () => Promise<SignerHarness> {
  return async () => {
    const sound = await localSigner();
    const wrap = (inner: Signer): Signer =>
      Object.defineProperties({ ...inner }, Object.getOwnPropertyDescriptors(sabotage(inner)));
    return {
      ...sound,
      signer: wrap(sound.signer),
      reopen: async () => wrap((await sound.reopen?.()) as Signer),
    };
  };
}

/** A signer that compares and remembers by itself, as `isBehind` and `nameOf` say. */
function remembering(
  isBehind: (last: SignedHead, head: SignedHead) => boolean,
  nameOf: (origin: string) => string = (origin) => origin,
): () => Promise<SignerHarness> {
  return async () => {
    const heads = new Map<string, SignedHead>();
    const sound = await localSigner();
    const wrap = (inner: Signer): Signer => ({
      ...inner,
      async sign({ origin, body, head }) {
        const last = heads.get(nameOf(origin));
        if (head !== null && last !== undefined && isBehind(last, head)) return { status: 'behind', last };
        if (head !== null) heads.set(nameOf(origin), { size: head.size, root: Uint8Array.from(head.root) });
        return inner.sign({ origin, body, head: null });
      },
      async lastSigned(origin) {
        const last = heads.get(nameOf(origin));
        return last === undefined ? null : { size: last.size, root: Uint8Array.from(last.root) };
      },
    });
    return {
      ...sound,
      signer: wrap(sound.signer),
      reopen: async () => wrap((await sound.reopen?.()) as Signer),
    };
  };
}

const isSame = (left: Uint8Array, right: Uint8Array): boolean => left.join() === right.join();
const sound = (last: SignedHead, head: SignedHead): boolean =>
  head.size < last.size || (head.size === last.size && !isSame(head.root, last.root));

/** Signers that sign what they must not, or not what they must. */
export const saboteursOfSigners: readonly PortSaboteur<SignerHarness>[] = [
  [
    'SG-01',
    'gives out a key in DER',
    signing((inner) => ({ publicKey: Uint8Array.of(48, 42, ...inner.publicKey) })),
  ],
  [
    'SG-01',
    'gives out another key each time',
    signing((inner) => {
      let count = 0;
      return {
        get publicKey() {
          count += 1;
          return Uint8Array.from(inner.publicKey, (byte) => byte ^ count);
        },
      };
    }),
  ],
  [
    'SG-02',
    'signs a text made of the bytes',
    signing((inner) => ({
      sign: (request) =>
        inner.sign({ ...request, body: Buffer.from(Buffer.from(request.body).toString('utf8')) }),
    })),
  ],
  [
    'SG-02',
    'answers a signature in hexadecimal digits',
    signing((inner) => ({
      async sign(request) {
        const outcome = await inner.sign(request);
        if (outcome.status === 'behind') return outcome;
        return { ...outcome, signature: Buffer.from(Buffer.from(outcome.signature).toString('hex')) };
      },
    })),
  ],
  [
    'SG-03',
    'remembers manifests as an empty log',
    signing((inner) => ({
      sign: (request) =>
        inner.sign({ ...request, head: request.head ?? { size: 0, root: new Uint8Array(32) } }),
    })),
  ],
  [
    'SG-04',
    'compares roots only',
    remembering((last, head) => head.size === last.size && !isSame(head.root, last.root)),
  ],
  [
    'SG-04',
    'compares sizes as texts',
    remembering(
      (last, head) =>
        String(head.size) < String(last.size) ||
        sound({ ...last, size: head.size }, head) === (head.size === last.size),
    ),
  ],
  [
    'SG-04',
    'compares sizes in 32 bits',
    remembering(
      (last, head) =>
        (head.size | 0) < (last.size | 0) || (head.size === last.size && !isSame(head.root, last.root)),
    ),
  ],
  ['SG-05', 'compares sizes only', remembering((last, head) => head.size < last.size)],
  ['SG-05', 'refuses the same head again', remembering((last, head) => head.size <= last.size)],
  [
    'SG-05',
    'compares the beginnings of roots',
    remembering(
      (last, head) => head.size < last.size || (head.size === last.size && head.root[0] !== last.root[0]),
    ),
  ],
  ['SG-06', 'remembers one head for all origins', remembering(sound, () => 'all')],
  ['SG-06', 'folds the case of origins', remembering(sound, (origin) => origin.toLowerCase())],
  ['SG-06', 'cuts origins at 120 characters', remembering(sound, (origin) => origin.slice(0, 120))],
  ['SG-06', 'takes origins for paths', remembering(sound, (origin) => origin.replace(/\/$/, ''))],
  [
    'SG-07',
    'remembers what it refused',
    signing((inner) => {
      let asked: SignedHead | null = null;
      return {
        sign(request) {
          if (request.head !== null) asked = { ...request.head, root: Uint8Array.from(request.head.root) };
          return inner.sign(request);
        },
        lastSigned: async (origin) => ((await inner.lastSigned(origin)) === null ? null : asked),
      };
    }),
  ],
  [
    'SG-07',
    'keeps the bytes of its callers',
    signing((inner) => {
      const heads = new Map<string, SignedHead>();
      return {
        async sign(request) {
          const outcome = await inner.sign(request);
          if (outcome.status === 'signed' && request.head !== null) heads.set(request.origin, request.head);
          return outcome;
        },
        lastSigned: async (origin) => heads.get(origin) ?? null,
      };
    }),
  ],
  [
    'SG-08',
    'compares, waits, then remembers',
    signing((inner) => {
      const heads = new Map<string, SignedHead>();
      return {
        async sign(request) {
          const last = heads.get(request.origin);
          if (request.head === null || (last !== undefined && sound(last, request.head)))
            return inner.sign(request);
          await new Promise((resolve) => setTimeout(resolve, 1));
          heads.set(request.origin, request.head);
          return inner.sign({ ...request, head: null });
        },
        lastSigned: async (origin) => heads.get(origin) ?? null,
      };
    }),
  ],
  [
    'SG-09',
    'makes its key at each start',
    async () => {
      const first = await localSigner();
      return { ...first, reopen: async () => (await localSigner()).signer };
    },
  ],
  [
    'SG-10',
    'remembers in its own process',
    signing((inner) => {
      const heads = new Map<string, SignedHead>();
      return {
        async sign(request) {
          const { origin, head } = request;
          const last = heads.get(origin) ?? (await inner.lastSigned(origin));
          if (head !== null && last !== null && sound(last, head)) return { status: 'behind', last };
          if (head !== null) heads.set(origin, head);
          return inner.sign({ ...request, head: null });
        },
        lastSigned: async (origin) => heads.get(origin) ?? inner.lastSigned(origin),
      };
    }),
  ],
];

/** The same key store with some of its calls done wrong. */
function keeping(sabotage: (inner: KeyStore) => Partial<KeyStore>): () => Promise<KeyStoreHarness> {
  return async () => {
    const harness = await localKeyStore();
    const wrap = (inner: KeyStore): KeyStore => ({ ...inner, ...sabotage(inner) });
    return {
      ...harness,
      keyStore: wrap(harness.keyStore),
      reopen: async () => wrap((await harness.reopen?.()) as KeyStore),
      stranger: async () => wrap(await harness.stranger()),
    };
  };
}

/** Key stores that open what they must not, or give keys away. */
export const saboteursOfKeyStores: readonly PortSaboteur<KeyStoreHarness>[] = [
  [
    'KS-01',
    'opens a key from its end',
    keeping((inner) => ({ unwrap: async (...input) => (await inner.unwrap(...input)).toReversed() })),
  ],
  [
    'KS-02',
    'wraps into bytes that are no text',
    keeping((inner) => ({
      async generate(tenant, purpose) {
        const { key, wrapped } = await inner.generate(tenant, purpose);
        return { key, wrapped: Buffer.from(wrapped, 'base64url').toString('latin1') };
      },
      unwrap: (tenant, purpose, wrapped) =>
        inner.unwrap(tenant, purpose, Buffer.from(wrapped, 'latin1').toString('base64url')),
    })),
  ],
  [
    'KS-03',
    'encodes the key and calls it wrapped',
    keeping((inner) => ({
      async generate(tenant, purpose) {
        const { key } = await inner.generate(tenant, purpose);
        return { key, wrapped: `${Buffer.from(key).toString('base64url')}.${tenant}.${purpose}` };
      },
      unwrap: async (_tenant, _purpose, wrapped) => Buffer.from(wrapped.split('.')[0] ?? '', 'base64url'),
    })),
  ],
  [
    'KS-04',
    'derives a key from tenant and purpose',
    keeping((inner) => {
      const made = new Map<string, ReturnType<KeyStore['generate']>>();
      return {
        async generate(tenant, purpose) {
          const name = JSON.stringify([tenant, purpose]);
          if (!made.has(name)) made.set(name, inner.generate(tenant, purpose));
          const { key, wrapped } = await (made.get(name) as ReturnType<KeyStore['generate']>);
          return { key: Uint8Array.from(key), wrapped };
        },
      };
    }),
  ],
  ...(
    [
      ['binds keys to no purpose', () => ['acme', 'all']],
      ['binds keys to no tenant', (_tenant, purpose) => ['acme', purpose]],
      ['joins tenant and purpose by a slash', (tenant, purpose) => ['acme', `${tenant}/${purpose}`]],
      ['joins tenant and purpose by nothing', (tenant, purpose) => ['acme', tenant + purpose]],
      ['folds the case of purposes', (tenant, purpose) => [tenant, purpose.toLowerCase()]],
      ['trims purposes', (tenant, purpose) => [tenant, purpose.trim()]],
    ] as readonly [string, (tenant: string, purpose: string) => [string, string]][]
  ).map(
    ([name, place]): PortSaboteur<KeyStoreHarness> => [
      'KS-05',
      name,
      keeping((inner) => ({
        generate: (tenant, purpose) => inner.generate(...(place(tenant, purpose) as [typeof tenant, string])),
        unwrap: (tenant, purpose, wrapped) =>
          inner.unwrap(...(place(tenant, purpose) as [typeof tenant, string]), wrapped),
      })),
    ],
  ),
  [
    'KS-05',
    'has the same master key everywhere',
    async () => {
      const harness = await ephemeralKeyStore();
      return { ...harness, stranger: async () => harness.keyStore };
    },
  ],
  [
    'KS-06',
    'opens what it can make out',
    keeping((inner) => ({
      unwrap: (tenant, purpose, wrapped) =>
        inner.unwrap(tenant, purpose, wrapped.replace(/[^\w-]/g, '').slice(0, 80)),
    })),
  ],
  [
    'KS-06',
    'answers zeros for what was changed',
    keeping((inner) => ({ unwrap: (...input) => inner.unwrap(...input).catch(() => new Uint8Array(32)) })),
  ],
  [
    'KS-07',
    'keeps the keys it gave out',
    keeping((inner) => {
      const cache = new Map<string, Uint8Array>();
      return {
        async generate(tenant, purpose) {
          const made = await inner.generate(tenant, purpose);
          cache.set(JSON.stringify([tenant, purpose, made.wrapped]), made.key);
          return made;
        },
        unwrap: async (tenant, purpose, wrapped) =>
          cache.get(JSON.stringify([tenant, purpose, wrapped])) ?? inner.unwrap(tenant, purpose, wrapped),
      };
    }),
  ],
  [
    'KS-08',
    'makes its master key at each start',
    async () => {
      const harness = await ephemeralKeyStore();
      return { ...harness, reopen: () => harness.stranger() };
    },
  ],
];
