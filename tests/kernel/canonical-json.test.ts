import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalize } from '../../src/kernel/index.ts';
import { LONG, noVectors, vector, vectorBytes, vectorText } from '../ledger/support.ts';

/** RFC 8785 in the plainest words. */
function reference(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(reference).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const record = value as Record<string, unknown>;
  const keys = Object.keys(record).sort((left, right) => (left < right ? -1 : 1));
  return `{${keys.map((key) => `${JSON.stringify(key)}:${reference(record[key])}`).join(',')}}`;
}

describe.skipIf(noVectors)(`published vectors ${noVectors || ''}`, () => {
  it.each(['arrays', 'french', 'structures', 'unicode', 'values', 'weird'])('%s', (name) => {
    const text = canonicalize(vector(`jcs/input/${name}.json`));
    expect(Buffer.from(text)).toEqual(vectorBytes(`jcs/output/${name}.json`));
    expect(Buffer.from(text).toString('hex')).toBe(vectorText(`jcs/outhex/${name}.txt`).replace(/\s/g, ''));
  });

  it('that must be rejected are', () => {
    const rejects = Object.entries<string>(
      noVectors ? {} : vector('jcs/negative.json').jsonTextHex_mustReject,
    );
    expect(rejects.length).toBeGreaterThan(3);
    for (const [why, hex] of rejects) {
      const read = (): string => {
        const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(hex, 'hex'));
        return canonicalize(JSON.parse(text));
      };
      // One of them is no UTF-8: it is the reader of bytes that has to notice.
      if (why.startsWith('invalid UTF-8')) expect(read, why).toThrow(TypeError);
      else expect(read, why).toThrow(expect.objectContaining({ code: 'ERR_INVALID_INPUT' }));
    }
    expect(canonicalize({ k: '\ud800\udc00' })).toBe('{"k":"\ud800\udc00"}');
  });

  it('of numbers give the published digests', () => {
    const { lines_to_sha256 } = vector('jcs/negative.json').es6numbers;
    const limit = LONG ? 1_000_000 : 10_000;
    const digest = createHash('sha256');
    let count = 0;
    for (const line of numberLines(limit)) {
      digest.update(line);
      count += 1;
      const wanted = lines_to_sha256[String(count)];
      if (wanted !== undefined) expect(digest.copy().digest('hex')).toBe(wanted);
    }
  });
});

describe('canonical JSON', () => {
  it('is what the plain definition gives, whether keys stand in order or not', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' }), (value) => {
        const text = reference(value);
        expect(canonicalize(value)).toBe(text);
        expect(canonicalize(JSON.parse(text))).toBe(text);
      }),
      { numRuns: LONG ? 20_000 : 500 },
    );
  });

  it.each([
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['-Infinity', [Number.NEGATIVE_INFINITY]],
    ['a bigint', { a: 1n }],
    ['undefined', { a: undefined }],
    ['a function', { a: () => 1 }],
    ['a symbol', [Symbol('a')]],
    ['a hole', new Array(2)],
    ['a date', { a: new Date(0) }],
    ['a map', new Map()],
    ['a lone surrogate', '\ud800'],
    ['a lone surrogate in a key', { '\udead': 1 }],
    ['a pair the wrong way round', ['\ude00\ud83d']],
  ])('rejects %s', (_, value) => {
    expect(() => canonicalize(value)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_INPUT' }));
  });

  it('rejects cycles and nesting beyond 100, and nothing else makes it throw anything else', () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(() => canonicalize(cycle)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_INPUT' }));
    fc.assert(
      fc.property(fc.anything(), (value) => {
        try {
          expect(typeof canonicalize(value)).toBe('string');
        } catch (error) {
          expect(error).toMatchObject({ code: 'ERR_INVALID_INPUT' });
        }
      }),
    );
  });
});

/** The sequence of numbers that the README of the published vectors describes, and how each is written. */
function* numberLines(limit: number): Generator<string> {
  const view = new DataView(new ArrayBuffer(8));
  const table = vectorText('jcs/README.md').match(
    /staticU64s = new BigUint64Array\(\[([^\]]*)/,
  )?.[1] as string;
  const first = [...table.matchAll(/0x[0-9a-f]+(?=n)/g)].map(([hex]) => BigInt(hex));
  for (let at = 0n; at < 2000n; at += 1n) first.push(0x0010000000000000n + at);
  let block: Buffer = Buffer.alloc(32);
  for (let count = 0, at = 4; count < limit; ) {
    if (count >= first.length && at === 4) {
      block = createHash('sha256').update(block).digest();
      at = 0;
    }
    const bits = first[count] ?? block.readBigUInt64LE(8 * at++);
    view.setBigUint64(0, bits);
    const value = view.getFloat64(0);
    if (count >= first.length && (value === 0 || !Number.isFinite(value))) continue;
    count += 1;
    yield `${bits.toString(16)},${canonicalize(value)}\n`;
  }
}
