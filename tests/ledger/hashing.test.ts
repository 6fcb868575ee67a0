import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ed25519PublicKey, ed25519Sign, ed25519Verify, sha256 } from '../../src/ledger/index.ts';
import { sha512 } from '../../src/ledger/sha512.ts';
import { nodeSha256, nodeVerify, noVectors, vector } from './support.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('pure hashes', () => {
  it('give what the platform gives, at every length around a block', () => {
    for (let length = 0; length < 300; length += 1) {
      const bytes = Uint8Array.from({ length }, (_, at) => at * 7 + length);
      expect(hex(sha256(bytes))).toBe(createHash('sha256').update(bytes).digest('hex'));
      expect(hex(sha512(bytes))).toBe(createHash('sha512').update(bytes).digest('hex'));
    }
  });

  it('hash texts as UTF-8, and parts of buffers as they stand', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.uint8Array({ maxLength: 200 }),
        fc.nat(50),
        (text, bytes, from) => {
          expect(hex(sha256(text))).toBe(hex(nodeSha256(text)));
          expect(hex(sha256(bytes.subarray(from)))).toBe(hex(nodeSha256(bytes.subarray(from))));
        },
      ),
    );
  });

  it('answer an array of the caller’s own', () => {
    const first = sha256('');
    first.fill(0);
    expect(hex(sha256(''))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
});

describe('Ed25519', () => {
  it.skipIf(noVectors)(`decides every published vector rightly ${noVectors || ''}`, () => {
    const { testGroups, numberOfTests } = vector('wycheproof/ed25519_test.json');
    let count = 0;
    for (const { publicKey, tests } of testGroups) {
      for (const { tcId, msg, sig, result } of tests) {
        const [key, message, signature] = [publicKey.pk, msg, sig].map((text: string) =>
          Buffer.from(text, 'hex'),
        );
        const valid = ed25519Verify(key as Buffer, message as Buffer, signature as Buffer);
        expect({ tcId, valid }).toEqual({ tcId, valid: result === 'valid' });
        count += 1;
      }
    }
    expect(count).toBe(numberOfTests);
  });

  it('signs as the platform signs, and verifies what it signed', () => {
    const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');
    const thirtyTwo = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(thirtyTwo, fc.uint8Array({ maxLength: 300 }), (seed, message) => {
        const key = createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: 'der', type: 'pkcs8' });
        const publicKey = ed25519PublicKey(seed);
        expect(hex(publicKey)).toBe(
          createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('hex').slice(24),
        );
        const signature = ed25519Sign(seed, message);
        expect(hex(signature)).toBe(sign(null, message, key).toString('hex'));
        expect(ed25519Verify(publicKey, message, signature)).toBe(true);
      }),
      { numRuns: 15 },
    );
  });

  it('refuses a signature with any bit turned', () => {
    const seed = new Uint8Array(32).fill(3);
    const message = Buffer.from('all that was said');
    const signature = ed25519Sign(seed, message);
    for (let bit = 0; bit < 512; bit += 11) {
      const turned = signature.slice();
      turned[bit >> 3] = (turned[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(ed25519Verify(ed25519PublicKey(seed), message, turned)).toBe(false);
    }
  });

  it('agrees with the platform on random keys and signatures', () => {
    const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
      fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(bytes(32), bytes(64), (key, signature) => {
        expect(ed25519Verify(key, new Uint8Array(3), signature)).toBe(
          nodeVerify(key, new Uint8Array(3), signature),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('refuses a public key whose y is not below the prime', () => {
    const key = new Uint8Array(32).fill(0xff);
    key[31] = 0x7f;
    key[0] = 0xee;
    expect(ed25519Verify(key, new Uint8Array(0), new Uint8Array(64))).toBe(false);
  });
});
