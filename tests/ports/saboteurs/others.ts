import { createHash, randomUUID } from 'node:crypto';
import { nodePrimitives, randomIds } from '../../../src/adapters/node/index.ts';
import type {
  Clock,
  IdGenerator,
  Notice,
  Notifier,
  NotifyOutcome,
  Primitives,
} from '../../../src/ports/index.ts';
import type { NotifierHarness } from '../../../src/testing/index.ts';
import { memoryReceiver, webhookReceiver } from '../harnesses.ts';
import type { PortSaboteur } from './keys.ts';

/** The same notifier, told and telling wrongly. */
function notifying(
  sabotage: (inner: Notifier) => Partial<Notifier>,
  create: () => Promise<NotifierHarness> = webhookReceiver,
): () => Promise<NotifierHarness> {
  return async () => {
    const harness = await create();
    const wrap = (inner: Notifier): Notifier => ({ ...inner, ...sabotage(inner) });
    return { ...harness, notifier: wrap(harness.notifier), again: async () => wrap(await harness.again()) };
  };
}

const changing = (change: (notice: Notice) => Notice) =>
  notifying((inner) => ({ notify: (notice) => inner.notify(change(notice)) }), memoryReceiver);

const answering = (change: (outcome: NotifyOutcome) => NotifyOutcome) =>
  notifying((inner) => ({ notify: async (notice) => change(await inner.notify(notice)) }));

let starts = 0;

/** Notifiers that lose, change or make up what they tell. */
export const saboteursOfNotifiers: readonly PortSaboteur<NotifierHarness>[] = [
  ['NO-01', 'has a name that no cursor can have', notifying(() => ({ name: 'Web Hook' }))],
  ['NO-01', 'has no name', notifying(() => ({ name: '' }))],
  ['NO-01', 'chooses types in another spelling', notifying(() => ({ types: ['alert_raised'] }))],
  [
    'NO-02',
    'has another name at each start',
    notifying(() => {
      starts += 1;
      return { name: `webhook-${starts}` };
    }),
  ],
  ['NO-03', 'leaves out who is to be told', changing((notice) => ({ ...notice, audience: [] }))],
  [
    'NO-03',
    'writes texts in Latin-1',
    changing(
      (notice) => JSON.parse(Buffer.from(JSON.stringify(notice), 'latin1').toString('latin1')) as Notice,
    ),
  ],
  [
    'NO-03',
    'leaves out what is null',
    changing((notice) => ({
      ...notice,
      data: Object.fromEntries(Object.entries(notice.data).filter(([, value]) => value !== null)),
    })),
  ],
  [
    'NO-03',
    'writes into the notice it is given',
    changing((notice) => {
      Object.assign(notice.data, { sentAt: 1 });
      return notice;
    }),
  ],
  ['NO-04', 'takes any answer for a delivery', answering(() => ({ status: 'delivered' }))],
  [
    'NO-05',
    'sends later what it could not send now',
    notifying((inner) => ({
      notify: (notice) => inner.notify(notice).catch((): NotifyOutcome => ({ status: 'delivered' })),
    })),
  ],
  [
    'NO-06',
    'asks for a wait that is no number',
    answering((outcome) =>
      outcome.status === 'failed' ? { ...outcome, retryAfterMs: Number.NaN } : outcome,
    ),
  ],
  [
    'NO-06',
    'asks for a wait that is over',
    answering((outcome) => (outcome.status === 'failed' ? { ...outcome, retryAfterMs: -1 } : outcome)),
  ],
  [
    'NO-07',
    'drops what it has sent before',
    notifying((inner) => {
      const sent = new Set<string>();
      return {
        async notify(notice) {
          if (sent.has(notice.id)) return { status: 'delivered' };
          sent.add(notice.id);
          return inner.notify(notice);
        },
      };
    }),
  ],
  ['NO-07', 'makes up an id for each attempt', changing((notice) => ({ ...notice, id: randomUUID() }))],
  [
    'NO-08',
    'keeps the notice it sends in one place',
    notifying((inner) => {
      let current: Notice | null = null;
      return {
        async notify(notice) {
          current = notice;
          await new Promise((resolve) => setTimeout(resolve, 0));
          return inner.notify(current);
        },
      };
    }, memoryReceiver),
  ],
];

const primitives =
  (sabotage: (inner: Primitives) => Partial<Primitives>) => async (): Promise<Primitives> => {
    const inner = nodePrimitives();
    return { ...inner, ...sabotage(inner) };
  };
const latin1 = (data: Uint8Array | string): Uint8Array | string =>
  typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
const pool = Buffer.alloc(32);

/** Primitives that compute something else, or share their bytes. */
export const saboteursOfPrimitives: readonly PortSaboteur<Primitives>[] = [
  [
    'PR-01',
    'hashes texts in Latin-1',
    primitives((inner) => ({ sha256: (data) => inner.sha256(latin1(data)) })),
  ],
  [
    'PR-01',
    'hashes by SHA-512',
    primitives(() => ({ sha256: (data) => createHash('sha512').update(data).digest().subarray(0, 32) })),
  ],
  [
    'PR-01',
    'answers a hash in hexadecimal digits',
    primitives((inner) => ({
      sha256: (data) => Buffer.from(Buffer.from(inner.sha256(data)).toString('hex')),
    })),
  ],
  [
    'PR-02',
    'cuts keys at 64 bytes',
    primitives((inner) => ({ hmacSha256: (key, data) => inner.hmacSha256(key.slice(0, 64), data) })),
  ],
  [
    'PR-02',
    'hashes key and text in one piece',
    primitives((inner) => ({
      hmacSha256: (key, data) => inner.sha256(Buffer.concat([key, Buffer.from(data)])),
    })),
  ],
  [
    'PR-02',
    'cuts texts at 16 KiB',
    primitives((inner) => ({
      hmacSha256: (key, data) =>
        inner.hmacSha256(key, typeof data === 'string' ? data.slice(0, 16_384) : data),
    })),
  ],
  [
    'PR-03',
    'puts the nonce last',
    primitives((inner) => ({
      seal: (...input) => {
        const sealed = inner.seal(...input);
        return Buffer.concat([sealed.subarray(12), sealed.subarray(0, 12), Buffer.alloc(4)]);
      },
    })),
  ],
  [
    'PR-03',
    'opens nothing for an empty text',
    primitives((inner) => ({
      open: (...input) => {
        const opened = inner.open(...input);
        return opened?.length === 0 ? null : opened;
      },
    })),
  ],
  [
    'PR-04',
    'takes the same nonce each time',
    primitives((inner) => {
      const made = new Map<string, Uint8Array>();
      return {
        seal(key, plaintext, context) {
          const name = JSON.stringify([[...key], [...plaintext], context]);
          const sealed = made.get(name) ?? inner.seal(key, plaintext, context);
          made.set(name, sealed);
          return Uint8Array.from(sealed);
        },
      };
    }),
  ],
  [
    'PR-05',
    'frames the context in its own way',
    primitives((inner) => ({
      seal: (key, plaintext, context) => inner.seal(key, plaintext, `v1:${context}`),
      open: (key, sealed, context) => inner.open(key, sealed, `v1:${context}`),
    })),
  ],
  [
    'PR-06',
    'does not authenticate the context',
    primitives((inner) => ({
      seal: (key, plaintext) => inner.seal(key, plaintext, ''),
      open: (key, sealed) => inner.open(key, sealed, ''),
    })),
  ],
  [
    'PR-06',
    'throws where it cannot open',
    primitives((inner) => ({
      open(...input) {
        const opened = inner.open(...input);
        if (opened === null) throw new Error('Unsupported state or unable to authenticate data');
        return opened;
      },
    })),
  ],
  [
    'PR-06',
    'opens what has a byte more',
    primitives((inner) => ({
      open: (key, sealed, context) =>
        inner.open(key, sealed, context) ?? inner.open(key, sealed.slice(0, -1), context),
    })),
  ],
  [
    'PR-07',
    'draws the same bytes for each process',
    primitives((inner) => ({ randomBytes: (length) => inner.sha256('seed').slice(0, length) })),
  ],
  [
    'PR-07',
    'draws bytes with a bit that is never set',
    primitives((inner) => ({ randomBytes: (length) => inner.randomBytes(length).map((byte) => byte & 127) })),
  ],
  [
    'PR-08',
    'answers hashes in one buffer',
    primitives((inner) => ({
      sha256(data) {
        pool.set(inner.sha256(data));
        return pool;
      },
    })),
  ],
  [
    'PR-08',
    'wipes the keys it is given',
    primitives((inner) => ({
      seal(key, plaintext, context) {
        const sealed = inner.seal(Uint8Array.from(key), plaintext, context);
        key.fill(0);
        return sealed;
      },
    })),
  ],
  [
    'PR-09',
    'lets every signature of the right length hold',
    primitives(() => ({ ed25519Verify: (_key, _message, signature) => signature.length === 64 })),
  ],
  [
    'PR-09',
    'throws for a key of another length',
    primitives((inner) => ({
      ed25519Verify(key, message, signature) {
        if (key.length !== 32) throw new Error('Invalid key length');
        return inner.ed25519Verify?.(key, message, signature) ?? false;
      },
    })),
  ],
];

/** Clocks that tell something else. */
export const saboteursOfClocks: readonly PortSaboteur<Clock>[] = [
  ['CL-01', 'tells seconds', async () => ({ now: () => Math.floor(Date.now() / 1000) })],
  [
    'CL-01',
    'tells fractions',
    async () => ({ now: () => performance.timeOrigin + performance.now() + 0.25 }),
  ],
  ['CL-01', 'tells a date', async () => ({ now: () => new Date() as unknown as number })],
  ['CL-01', 'tells how long the process runs', async () => ({ now: () => Math.floor(performance.now()) })],
];

const ids = (make: (inner: IdGenerator, millis: number) => string) => async (): Promise<IdGenerator> => {
  const inner = randomIds(nodePrimitives());
  return { next: (millis) => make(inner, millis) };
};
const made = new Map<number, string>();
let count = 0;

/** Makers of ids that are no UUIDv7, or not new. */
export const saboteursOfIds: readonly PortSaboteur<IdGenerator>[] = [
  ['ID-01', 'makes UUIDv4', ids(() => randomUUID())],
  ['ID-01', 'writes capitals', ids((inner, millis) => inner.next(millis).toUpperCase())],
  ['ID-01', 'leaves the dashes out', ids((inner, millis) => inner.next(millis).replaceAll('-', ''))],
  ['ID-02', 'takes the time of another clock', ids((inner) => inner.next(1_700_000_000_000))],
  ['ID-02', 'writes seconds', ids((inner, millis) => inner.next(Math.floor(millis / 1000)))],
  ['ID-02', 'writes 32 bits of the time', ids((inner, millis) => inner.next(millis % 2 ** 32))],
  [
    'ID-03',
    'makes an id for each millisecond',
    ids((inner, millis) => {
      const id = made.get(millis) ?? inner.next(millis);
      made.set(millis, id);
      return id;
    }),
  ],
  [
    'ID-03',
    'counts instead of drawing',
    ids((inner, millis) => {
      count += 1;
      return `${inner.next(millis).slice(0, 19)}-${(count % 100).toString(16).padStart(12, '0')}`;
    }),
  ],
];
