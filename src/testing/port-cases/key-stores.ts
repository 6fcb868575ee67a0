import { equalBytes, type TenantId, toBase64url, toHex } from '../../kernel/index.ts';
import type { KeyStore } from '../../ports/index.ts';
import { type ConformanceCase, makeClause, type SubjectKind } from '../conformance.ts';
import { expectThat, rejects, same } from '../expectations.ts';

/** What the suite needs to test a key store. */
export interface KeyStoreHarness {
  readonly keyStore: KeyStore;
  /** Opens the same master key once more. `null` for a key store that ends with its process. */
  readonly reopen: (() => Promise<KeyStore>) | null;
  /** A key store with another master key. */
  stranger(): Promise<KeyStore>;
  /** Lets go of what the case opened. */
  close(): Promise<void>;
}

const KEY_STORES: SubjectKind<KeyStoreHarness> = {
  claims: ({ reopen }) => reopen !== null,
  watch: (harness, log) => ({
    ...harness,
    keyStore: log.watch(harness.keyStore, ''),
    stranger: () => harness.stranger(),
    close: () => harness.close(),
  }),
  close: (harness) => harness.close(),
};

function clause(
  id: string,
  title: string,
  hint: string,
  check: (keyStore: KeyStore, harness: KeyStoreHarness) => Promise<void>,
  claim: 'durable' | null = null,
): ConformanceCase<KeyStoreHarness> {
  return makeClause({ id, title, claim, hint }, KEY_STORES, (harness) => check(harness.keyStore, harness));
}

const tenant = 'acme' as TenantId;
const hex = (bytes: Uint8Array): string => toHex(Uint8Array.from(bytes));

/** Tenants and purposes that read the same in one piece, or without case. */
const PLACES = [
  ['acme', 'mac'],
  ['acme', 'MAC'],
  ['Acme', 'mac'],
  ['acme/m', 'ac'],
  ['acme', 'm/ac'],
  ['acm', 'emac'],
  ['acmem', 'ac'],
  ['a', 'b\nc'],
  ['acme', ''],
  ['acme', ' mac'],
  ['acme', 'c_客户'],
] as unknown as readonly (readonly [TenantId, string])[];

/** The contract of the key store port, clause by clause. */
export const keyStoreCases: readonly ConformanceCase<KeyStoreHarness>[] = [
  clause(
    'KS-01',
    'opens what it wrapped, for every tenant and purpose',
    'Answer the 32 bytes of the data key itself, in the order they were made.',
    async (keyStore) => {
      same(keyStore.specificationVersion, 'v1', 'specificationVersion');
      for (const [whose, purpose] of PLACES) {
        const { key, wrapped } = await keyStore.generate(whose, purpose);
        same(key.length, 32, `length of a key for ${whose}, ${purpose}`);
        same(
          hex(await keyStore.unwrap(whose, purpose, wrapped)),
          hex(key),
          `the key for ${whose}, ${purpose}`,
        );
        same(
          hex(await keyStore.unwrap(whose, purpose, wrapped)),
          hex(key),
          `once more for ${whose}, ${purpose}`,
        );
      }
    },
  ),

  clause(
    'KS-02',
    'wraps a key as text that a database takes',
    'Encode what was sealed in base64url or hexadecimal digits.',
    async (keyStore) => {
      for (let at = 0; at < 20; at += 1) {
        const { wrapped } = await keyStore.generate(tenant, 'mac');
        same(typeof wrapped, 'string', 'type of a wrapped key');
        expectThat(/^[!-~]{1,4096}$/.test(wrapped), 'the wrapped key', '1 to 4,096 printable ASCII', wrapped);
      }
    },
  ),

  clause(
    'KS-03',
    'shows nothing of the key in the wrapped text',
    'Encrypt the key under the master key; to encode it hides nothing.',
    async (keyStore) => {
      const { key, wrapped } = await keyStore.generate(tenant, 'mac');
      const bytes = Uint8Array.from(key);
      for (const form of [toHex(bytes), toBase64url(bytes)]) {
        const found = wrapped.toLowerCase().includes(form.slice(0, 16).toLowerCase());
        expectThat(!found, 'the wrapped text', 'no trace of the key', 'its beginning');
      }
      const [left, right] = [await keyStore.generate(tenant, 'mac'), await keyStore.generate(tenant, 'mac')];
      expectThat(
        left.wrapped.slice(-20) !== right.wrapped.slice(-20),
        'two wrapped keys',
        'nothing alike at their ends',
        left.wrapped.slice(-20),
      );
    },
  ),

  clause(
    'KS-04',
    'never makes a key twice',
    'Draw 32 random bytes each time: a key derived from tenant and purpose comes back after an erasure.',
    async (keyStore) => {
      const made = await Promise.all(Array.from({ length: 50 }, () => keyStore.generate(tenant, 'c_1')));
      same(new Set(made.map(({ key }) => hex(key))).size, 50, 'different keys');
      same(new Set(made.map(({ wrapped }) => wrapped)).size, 50, 'different wrapped texts');
    },
  ),

  clause(
    'KS-05',
    'rejects a key of another tenant, purpose or key store',
    'Authenticate tenant and purpose with the key, joined so that none runs into the other.',
    async (keyStore, harness) => {
      const stranger = await harness.stranger();
      for (const [whose, purpose] of PLACES) {
        const { wrapped } = await keyStore.generate(whose, purpose);
        for (const [other, use] of PLACES) {
          if (other === whose && use === purpose) continue;
          await rejects(
            keyStore.unwrap(other, use, wrapped),
            `the key of ${whose}, ${purpose} asked for ${other}, ${use}`,
          );
        }
        await rejects(stranger.unwrap(whose, purpose, wrapped), 'a key store with another master key');
      }
    },
  ),

  clause(
    'KS-06',
    'rejects a text that was changed, cut or never wrapped',
    'Use authenticated encryption, and reject what does not decode to the last bit.',
    async (keyStore) => {
      const { key, wrapped } = await keyStore.generate(tenant, 'mac');
      for (let at = 0; at < wrapped.length; at += 1) {
        const letter = wrapped[at] === 'A' ? 'B' : 'A';
        const text = wrapped.slice(0, at) + letter + wrapped.slice(at + 1);
        const opened = await keyStore.unwrap(tenant, 'mac', text).catch(() => null);
        // The last letter may hold bits that mean nothing; then the key is still the key.
        const harmless = at === wrapped.length - 1 && opened !== null && equalBytes(opened, key);
        expectThat(opened === null || harmless, `letter ${at + 1} changed`, 'a rejection', 'a key');
      }
      const others = [
        '',
        'x',
        wrapped.slice(1),
        wrapped.slice(0, -2),
        `${wrapped}AA`,
        `${wrapped} `,
        wrapped.repeat(2),
        '客户',
        toBase64url(key),
      ];
      for (const text of others)
        await rejects(keyStore.unwrap(tenant, 'mac', text), `the text ${text.slice(0, 20)}…`);
    },
  ),

  clause(
    'KS-07',
    'shares no bytes with its callers',
    'Copy a key before it is answered, and keep no reference to what was given out.',
    async (keyStore) => {
      const { key, wrapped } = await keyStore.generate(tenant, 'mac');
      const expected = hex(key);
      key.fill(0);
      const opened = await keyStore.unwrap(tenant, 'mac', wrapped);
      same(hex(opened), expected, 'after its maker wiped it');
      opened.fill(0);
      same(hex(await keyStore.unwrap(tenant, 'mac', wrapped)), expected, 'after a reader wiped it');
    },
  ),

  clause(
    'KS-08',
    'opens after a restart what it wrapped before',
    'The master key is made anew at each start: keep it, or leave it to a KMS.',
    async (keyStore, harness) => {
      const { key, wrapped } = await keyStore.generate(tenant, 'mac');
      const again = (await harness.reopen?.()) as KeyStore;
      same(hex(await again.unwrap(tenant, 'mac', wrapped)), hex(key), 'the key');
      await rejects(again.unwrap(tenant, 'c_1', wrapped), 'another purpose');
      const later = await again.generate(tenant, 'mac');
      same(hex(await keyStore.unwrap(tenant, 'mac', later.wrapped)), hex(later.key), 'a key wrapped since');
    },
    'durable',
  ),
];
