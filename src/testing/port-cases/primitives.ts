import { toHex, utf8 } from '../../kernel/index.ts';
import { ed25519PublicKey, ed25519Sign, type ed25519Verify } from '../../ledger/index.ts';
import type { Primitives } from '../../ports/index.ts';
import { type ConformanceCase, makeClause, type SubjectKind } from '../conformance.ts';
import { expectThat, same } from '../expectations.ts';

const PRIMITIVES: SubjectKind<Primitives> = {
  claims: () => true,
  watch: (primitives, log) => log.watch(primitives, ''),
  close: async () => undefined,
};

function clause(
  id: string,
  title: string,
  hint: string,
  check: (primitives: Primitives) => void,
): ConformanceCase<Primitives> {
  return makeClause({ id, title, claim: null, hint }, PRIMITIVES, async (primitives) => check(primitives));
}

const hex = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : toHex(Uint8Array.from(bytes));
const repeated = (byte: number, length: number): Uint8Array => new Uint8Array(length).fill(byte);
const fromHex = (text: string): Uint8Array =>
  Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** FIPS 180-4 and the NIST examples; the last two are of UTF-8 and of more than a block. */
const HASHES: readonly (readonly [string | Uint8Array, string])[] = [
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
  [repeated(0x61, 1_000_000), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
];

/** RFC 4231, sections 4.2 to 4.8 (without the truncated one). */
const CODES: readonly (readonly [Uint8Array, string | Uint8Array, string])[] = [
  [repeated(0x0b, 20), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
  [
    utf8('Jefe'),
    'what do ya want for nothing?',
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
  [
    repeated(0xaa, 20),
    repeated(0xdd, 50),
    '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
  ],
  [
    repeated(0xaa, 131),
    'Test Using Larger Than Block-Size Key - Hash Key First',
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  ],
];

/** Two texts sealed by OpenSSL: key, context, sealed bytes, plaintext. */
const SEALED: readonly (readonly [Uint8Array, string, string, string])[] = [
  [
    repeated(0x2a, 32),
    'gamekeeper key\nacme\nmac',
    '000102030405060708090a0b3c413521f2574646ea05f0639477b0b3872ee43780a21aff55',
    'plaintext',
  ],
  [
    Uint8Array.from({ length: 32 }, (_, at) => at),
    '客户 é',
    'ffeeddccbbaa9988776655443be8aaedc542077f9f89e2fa11ad2d0505add0a918e5bf0955ae22dec4b2',
    '客户编号 1',
  ],
];

/** The contract of the primitives, clause by clause. */
export const primitivesCases: readonly ConformanceCase<Primitives>[] = [
  clause(
    'PR-01',
    'hashes as SHA-256 does, texts as UTF-8',
    'Hash bytes as they are and texts as UTF-8, and answer 32 raw bytes.',
    (primitives) => {
      same(primitives.specificationVersion, 'v1', 'specificationVersion');
      for (const [data, digest] of HASHES) same(hex(primitives.sha256(data)), digest, `${data.length} bytes`);
      for (const text of ['客户 é \u{1f469}', 'é'.repeat(200), `${'x'.repeat(63)}ß`])
        same(
          hex(primitives.sha256(text)),
          hex(primitives.sha256(utf8(text))),
          `the text ${text.slice(0, 8)}… and its bytes`,
        );
    },
  ),

  clause(
    'PR-02',
    'authenticates as HMAC-SHA-256 does, for keys and texts of any length',
    'A key longer than 64 bytes is hashed first; shorter ones are padded with zeros.',
    (primitives) => {
      for (const [key, data, code] of CODES)
        same(hex(primitives.hmacSha256(key, data)), code, `a key of ${key.length} bytes`);
      for (const length of [0, 1, 63, 64, 65, 5461, 5462, 16_384, 70_000]) {
        const text = 'é'.repeat(length);
        const [left, right] = [
          primitives.hmacSha256(repeated(7, 32), text),
          primitives.hmacSha256(repeated(7, 32), utf8(text)),
        ];
        same(hex(left), hex(right), `a text of ${length} letters and its bytes`);
      }
    },
  ),

  clause(
    'PR-03',
    'seals into nonce, ciphertext and tag, and opens that again',
    'Nonce (12 bytes) first, then the ciphertext, the tag (16 bytes) last.',
    (primitives) => {
      const key = repeated(1, 32);
      for (const length of [0, 1, 15, 16, 17, 1000, 70_000]) {
        const plaintext = Uint8Array.from({ length }, (_, at) => at % 251);
        const sealed = primitives.seal(key, plaintext, 'context');
        same(sealed.length, 12 + length + 16, `length of ${length} sealed bytes`);
        same(hex(primitives.open(key, sealed, 'context')), hex(plaintext), `${length} bytes opened`);
      }
    },
  ),

  clause(
    'PR-04',
    'takes a fresh nonce each time',
    'Draw 12 random bytes for each seal: a nonce used twice gives the key away.',
    (primitives) => {
      const nonces = Array.from({ length: 2000 }, () =>
        hex(primitives.seal(repeated(1, 32), utf8('x'), 'c').slice(0, 12)),
      );
      same(new Set(nonces).size, 2000, 'different nonces');
    },
  ),

  clause(
    'PR-05',
    'opens what another implementation has sealed',
    'AES-256-GCM with the context in UTF-8 as additional data, and no other framing.',
    (primitives) => {
      for (const [key, context, sealed, plaintext] of SEALED)
        same(
          hex(primitives.open(key, fromHex(sealed), context)),
          hex(utf8(plaintext)),
          `the text of ${context}`,
        );
    },
  ),

  clause(
    'PR-06',
    'opens nothing that was changed or cut, or belongs to another key or context',
    'Verify the whole tag of 16 bytes, and answer null where the platform throws.',
    (primitives) => {
      const key = Uint8Array.from({ length: 32 }, (_, at) => at);
      const sealed = Uint8Array.from(primitives.seal(key, utf8('plaintext'), 'here'));
      for (let at = 0; at < sealed.length; at += 1) {
        for (const bit of [1, 128]) {
          const changed = Uint8Array.from(sealed);
          changed[at] = (changed[at] as number) ^ bit;
          same(hex(primitives.open(key, changed, 'here')), null, `byte ${at + 1} changed`);
        }
      }
      for (let length = 0; length < sealed.length; length += 1)
        same(hex(primitives.open(key, sealed.slice(0, length), 'here')), null, `cut to ${length} bytes`);
      same(hex(primitives.open(key, Uint8Array.of(...sealed, 0), 'here')), null, 'a byte more');
      for (const context of ['', 'Here', 'here ', 'there', 'her\u0435'])
        same(hex(primitives.open(key, sealed, context)), null, `the context ${context}`);
      const other = Uint8Array.from(key);
      other[31] = 0;
      same(hex(primitives.open(other, sealed, 'here')), null, 'a key with another last byte');
      same(hex(primitives.open(key, sealed, 'here')), hex(utf8('plaintext')), 'the bytes as they were');
    },
  ),

  clause(
    'PR-07',
    'draws as many random bytes as asked, and others each time',
    'Ask the platform for cryptographic random bytes; take each byte of a pool once.',
    (primitives) => {
      for (const length of [0, 1, 10, 32, 256, 257, 5000])
        same(primitives.randomBytes(length).length, length, `${length} bytes`);
      const drawn = Array.from({ length: 2000 }, () => hex(primitives.randomBytes(10)));
      same(new Set(drawn).size, 2000, 'different draws of 10 bytes');
      const bytes = Array.from({ length: 100 }, () => [...primitives.randomBytes(256)]).flat();
      const ones = bytes.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
      const share = ones / (bytes.length * 8);
      expectThat(share > 0.49 && share < 0.51, 'bits in 25,600 bytes', 'about half of them set', share);
    },
  ),

  clause(
    'PR-08',
    'answers bytes of its own and leaves alone what it is given',
    'Copy out of buffers and pools that are used again, and never write into an argument.',
    (primitives) => {
      const [key, data] = [repeated(3, 32), repeated(4, 100)];
      const answers = (): readonly Uint8Array[] => [
        primitives.sha256(data),
        primitives.hmacSha256(key, data),
        primitives.seal(key, data, 'c'),
        primitives.randomBytes(16),
      ];
      const first = answers();
      const before = first.map(hex);
      for (let at = 0; at < 5; at += 1) for (const bytes of answers()) bytes.fill(0);
      same(first.map(hex), before, 'earlier answers after later ones were wiped');
      const sealed = Uint8Array.from(first[2] as Uint8Array);
      const opened = primitives.open(key, sealed, 'c');
      primitives.open(key, primitives.seal(key, repeated(9, 100), 'c'), 'c');
      same(hex(opened), hex(data), 'an opened text after another was opened');
      same(
        [hex(key), hex(data), hex(sealed)],
        [hex(repeated(3, 32)), hex(repeated(4, 100)), before[2]],
        'the arguments',
      );
    },
  ),

  clause(
    'PR-09',
    'says of an Ed25519 signature what RFC 8032 says',
    'Hand key, message and signature over as they are, and answer false where the platform throws.',
    (primitives) => {
      if (primitives.ed25519Verify === undefined) return;
      const holds = (...signed: Parameters<typeof ed25519Verify>): boolean | undefined =>
        primitives.ed25519Verify?.(...signed);
      const [seed, message] = [repeated(5, 32), utf8('gamekeeper/l_1\n3\n客户\n')];
      const key = ed25519PublicKey(seed);
      const signature = ed25519Sign(seed, message);
      same(holds(key, message, signature), true, 'a signature that holds');
      same(holds(key, utf8(''), ed25519Sign(seed, utf8(''))), true, 'a signature of nothing');
      same(holds(key, message.slice(1), signature), false, 'of another message');
      same(holds(ed25519PublicKey(repeated(6, 32)), message, signature), false, 'under another key');
      for (let at = 0; at < 64; at += 1) {
        const changed = Uint8Array.from(signature);
        changed[at] = (changed[at] as number) ^ 1;
        same(holds(key, message, changed), false, `byte ${at + 1} changed`);
      }
      const cut = [signature.slice(1), Uint8Array.of(...signature, 0), new Uint8Array()];
      for (const bytes of cut)
        same(holds(key, message, bytes), false, `a signature of ${bytes.length} bytes`);
      for (const length of [0, 31, 33])
        same(holds(new Uint8Array(length), message, signature), false, `a key of ${length} bytes`);
      // The same signature with S + L in the place of S, which whoever has it could make of it.
      same(holds(key, message, plusOrder(signature)), false, 'a signature whose S is not the smallest');
    },
  ),
];

/** The order of the group, as little-endian bytes. */
const ORDER = fromHex('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010');

/** A signature with the order of the group added to its second half. */
function plusOrder(signature: Uint8Array): Uint8Array {
  const sum = Uint8Array.from(signature);
  let carry = 0;
  for (const [at, byte] of ORDER.entries()) {
    const total = (sum[32 + at] as number) + byte + carry;
    sum[32 + at] = total & 255;
    carry = total >> 8;
  }
  return sum;
}
