import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalize,
  disclosureDigest,
  encodeDisclosure,
  encodeLeaf,
  type LeafInput,
  leafFault,
  parseDisclosure,
  parseLeaf,
} from '../../src/ledger/index.ts';
import { base64url, LONG, noVectors, sampleLeaf, vector } from './support.ts';

const alias = `e_${'A'.repeat(22)}`;
const digest = (letter: string): string => letter.repeat(43);

const facts = fc.letrec((tie) => ({
  any: fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    tie('list'),
    tie('map'),
  ),
  list: fc.array(tie('any'), { maxLength: 4 }),
  map: fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 5 }), tie('any'), {
    maxKeys: 5,
    noNullPrototype: false,
  }),
})).map as LeafInput['data'] extends infer Data ? fc.Arbitrary<Data> : never;

const reference = fc.stringMatching(/^[\w./:-]{1,40}$/);
const leaves: fc.Arbitrary<LeafInput> = fc
  .record({
    type: fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/),
    at: fc
      .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
      .map((date) => date.toISOString()),
    actor: fc.constantFrom('system', alias, 's_erp'),
    onBehalfOf: fc.option(fc.constant(alias), { nil: undefined }),
    subject: fc.array(reference, { maxLength: 5 }),
    data: facts,
    basis: fc.array(fc.tuple(reference, fc.option(reference)), { maxLength: 4 }),
    policy: fc.constantFrom('', `3:${digest('A')}`),
    refused: fc.boolean(),
    correlation: fc.option(reference, { nil: undefined }),
    _sd: fc.uniqueArray(fc.constantFrom(...'zyxABC_-').map(digest), { maxLength: 4 }),
  })
  .map(({ refused, ...leaf }) => ({
    ...sampleLeaf(1),
    ...leaf,
    outcome: refused ? ('refused' as const) : ('done' as const),
    reason: refused ? 'not-found' : undefined,
  }));

describe('a leaf', () => {
  it('is the canonical JSON of its members, absent ones left out', () => {
    fc.assert(
      fc.property(leaves, (input) => {
        const text = encodeLeaf(input);
        const given = Object.entries(input).filter(([name, value]) => value !== undefined && name !== '_sd');
        const sd = input._sd?.length ? { _sd: [...input._sd].sort(), _sd_alg: 'sha-256' } : {};
        expect(text).toBe(canonicalize({ ...Object.fromEntries(given), ...sd, v: 1 }));
        expect(leafFault(text)).toBeUndefined();
        expect(parseLeaf(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: LONG ? 5000 : 300 },
    );
  });

  it('sorts the keys of its data', () => {
    expect(encodeLeaf(sampleLeaf(0, { data: { b: 1, a: { d: 1, c: [{ z: 1, y: 2 }] } } }))).toContain(
      '"data":{"a":{"c":[{"y":2,"z":1}],"d":1},"b":1}',
    );
  });

  it.each([
    ['ledger', { ledger: 'acme' }],
    ['id', { id: '0195d7a0-0000-4000-8000-000000000000' }],
    ['type', { type: 'Claim' }],
    ['type', { type: 'a"b' }],
    ['at', { at: '2026-02-30T08:00:00.000Z' }],
    ['at', { at: '2026-03-25T08:00:00Z' }],
    ['actor', { actor: 'dana' }],
    ['actor', { actor: 'e_a"b' }],
    ['onBehalfOf', { onBehalfOf: '' }],
    ['subject', { subject: ['a b'] }],
    ['subject', { subject: ['a","b'] }],
    ['subject', { subject: Array.from({ length: 201 }, () => alias) }],
    ['data', { data: { amount: 0.5 } }],
    ['data', { data: { amount: 2 ** 53 } }],
    ['data', { data: { text: '\ud800' } }],
    ['data', { data: { '\udc00': 1 } }],
    ['data', { data: { when: new Date(0) } }],
    ['data', { data: { none: undefined } }],
    ['data', { data: [] }],
    ['data', { data: { text: 'x'.repeat(32_768) } }],
    ['data', { data: { text: '好'.repeat(10_923) } }],
    ['basis', { basis: [['a']] }],
    ['basis', { basis: [['a', 1]] }],
    ['policy', { policy: '3:abc' }],
    ['outcome', { outcome: 'maybe' }],
    ['reason', { outcome: 'refused' }],
    ['reason', { reason: 'not-found' }],
    ['correlation', { correlation: 'a\nb' }],
    ['_sd', { _sd: ['abc'] }],
    ['_sd', { _sd: [digest('A'), digest('A')] }],
  ])('is refused with a bad %s', (path, more) => {
    expect(() => encodeLeaf(sampleLeaf(0, more as never))).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_INPUT', path }),
    );
  });

  it('may be 32 KiB long, in bytes', () => {
    const room = 32_768 - Buffer.byteLength(encodeLeaf(sampleLeaf(0, { data: { text: '' } })));
    const text = encodeLeaf(sampleLeaf(0, { data: { text: 'x'.repeat(room) } }));
    expect(Buffer.byteLength(text)).toBe(32_768);
    expect(leafFault(text)).toBeUndefined();
    expect(leafFault(`${text} `)).toBe('too-large');
  });
});

describe('a hostile leaf', () => {
  const good = encodeLeaf(sampleLeaf(0));

  it.each([
    ['not-json', ''],
    ['not-json', '{'],
    ['not-an-object', '[]'],
    ['not-an-object', 'null'],
    ['unknown-member', good.replace('"v":1', '"v":1,"w":1')],
    ['unknown-member', good.replace('"v":1', '"v":1,"__proto__":1')],
    ['bad-v', good.replace('"v":1', '"v":2')],
    ['bad-data', good.replace('"number":0', '"number":0.5')],
    ['bad-data', good.replace('{"number":0}', `${'['.repeat(5000)}${']'.repeat(5000)}`)],
    ['bad-data', good.replace('{"number":0}', `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`)],
    ['bad-_sd_alg', good.replace('{', '{"_sd_alg":"sha-256",')],
    ['bad-_sd', good.replace('{', '{"_sd":[],"_sd_alg":"sha-256",')],
    ['bad-_sd', good.replace('{', `{"_sd":["${digest('b')}","${digest('a')}"],"_sd_alg":"sha-256",`)],
    ['bad-ledger', good.replace('"l_', '"x_')],
  ])('is %s', (fault, text) => {
    expect(leafFault(text)).toBe(fault);
    expect(parseLeaf(text)).toBeNull();
  });

  it('need not be canonical to be read: its bytes are hashed as they stand', () => {
    expect(leafFault(JSON.stringify(JSON.parse(good), null, 2))).toBeUndefined();
  });

  it('is answered, never thrown at', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.json(), fc.string()), (odd) => {
        expect(leafFault(odd as never)).toBeDefined();
        expect(parseLeaf(odd as never)).toBeNull();
        expect(leafFault(canonicalize({ ...JSON.parse(good), data: [] }))).toBe('bad-data');
      }),
      { numRuns: LONG ? 20_000 : 500 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(JSON.parse(good))), fc.jsonValue(), (name, value) => {
        leafFault(JSON.stringify({ ...JSON.parse(good), [name]: value }));
      }),
    );
  });
});

describe('a disclosure', () => {
  it.skipIf(noVectors)(`has the digest that RFC 9901 prints ${noVectors || ''}`, () => {
    for (const { disclosure, decoded, digest } of vector('sd-jwt/rfc9901-disclosures.json').vectors) {
      expect(base64url(disclosureDigest(disclosure))).toBe(digest);
      const parts = JSON.parse(decoded);
      expect(parseDisclosure(disclosure)).toEqual({
        salt: parts[0],
        name: parts.length === 3 ? parts[1] : null,
        value: parts.at(-1),
      });
    }
  });

  it('comes back as it was written', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        fc.string(),
        fc.jsonValue(),
        (salt, name, value) => {
          fc.pre(name !== '_sd' && name !== '...');
          const clean = JSON.parse(JSON.stringify(value));
          expect(parseDisclosure(encodeDisclosure(salt, name, clean))).toEqual({
            salt: base64url(salt),
            name,
            value: clean,
          });
        },
      ),
    );
  });

  it('is refused with a short salt or a reserved name', () => {
    expect(() => encodeDisclosure(new Uint8Array(15), 'name', 1)).toThrow();
    expect(() => encodeDisclosure(new Uint8Array(16), '_sd', 1)).toThrow();
    expect(() => encodeDisclosure(new Uint8Array(16), '...', 1)).toThrow();
  });

  it('is answered when hostile, never thrown at', () => {
    const text = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    for (const bad of [
      [],
      ['a'],
      [1, 'name', 1],
      ['a', 1, 1],
      ['a', null, 1],
      ['a', '_sd', 1],
      ['a', 'b', 1, 1],
      {},
      null,
      'x',
    ]) {
      expect(parseDisclosure(text(bad))).toBeNull();
    }
    expect(parseDisclosure(`${text(['a', 'b', 1])}=`)).toBeNull();
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.base64String(), fc.uint8Array().map(base64url)), (odd) => {
        expect(parseDisclosure(odd as never)).toBeNull();
      }),
    );
  });
});
