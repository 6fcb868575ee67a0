import { utf8 } from '../kernel/index.ts';
import { INITIAL, ROUNDS } from './sha2-constants.ts';

/**
 * SHA-256 of bytes, or of a text as UTF-8: 32 bytes, in an array of the caller's own.
 *
 * Everything here that hashes takes one as its last parameter, so that a platform's native function can
 * be used. Texts are allowed because native functions encode them faster than JavaScript copies bytes.
 * A hasher must not keep the array it is given: callers fill it anew.
 */
export type Hasher = (data: Uint8Array | string) => Uint8Array;

const upperHalf = (word: bigint): number => Number(word >> 32n) | 0;
const rounds = /* @__PURE__ */ Int32Array.from(ROUNDS.subarray(0, 64), upperHalf as never);
const initial = /* @__PURE__ */ Array.from(INITIAL, upperHalf) as unknown as State;

/** The eight words of the state; a tuple, because V8 takes these apart faster than typed arrays. */
type State = [number, number, number, number, number, number, number, number];

/** SHA-256 (FIPS 180-4) without any platform: the default hasher, about ten times slower than a native one. */
export function sha256(data: Uint8Array | string): Uint8Array<ArrayBuffer> {
  const bytes = typeof data === 'string' ? utf8(data) : data;
  let state = initial;
  const schedule = new Int32Array(64);
  const whole = bytes.length - (bytes.length % 64);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < whole; at += 64) state = compress(state, schedule, view, at);
  const tail = new Uint8Array(bytes.length - whole < 56 ? 64 : 128);
  tail.set(bytes.subarray(whole));
  tail[bytes.length - whole] = 0x80;
  const last = new DataView(tail.buffer);
  last.setUint32(tail.length - 8, Math.floor(bytes.length / 0x20000000));
  last.setUint32(tail.length - 4, bytes.length << 3);
  for (let at = 0; at < tail.length; at += 64) state = compress(state, schedule, last, at);
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, at) => {
    digest.setInt32(at * 4, word);
  });
  return new Uint8Array(digest.buffer);
}

function compress(state: State, w: Int32Array, block: DataView, start: number): State {
  for (let t = 0; t < 16; t += 1) w[t] = block.getInt32(start + t * 4);
  for (let t = 16; t < 64; t += 1) {
    const early = w[t - 15] as number;
    const late = w[t - 2] as number;
    const small0 = ((early >>> 7) | (early << 25)) ^ ((early >>> 18) | (early << 14)) ^ (early >>> 3);
    const small1 = ((late >>> 17) | (late << 15)) ^ ((late >>> 19) | (late << 13)) ^ (late >>> 10);
    w[t] = (small0 + (w[t - 7] as number) + small1 + (w[t - 16] as number)) | 0;
  }
  const [a0, b0, c0, d0, e0, f0, g0, h0] = state;
  let [a, b, c, d, e, f, g, h] = state;
  for (let t = 0; t < 64; t += 1) {
    const big1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const first = (h + big1 + ((e & f) ^ (~e & g)) + (rounds[t] as number) + (w[t] as number)) | 0;
    const big0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const second = (big0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  return [
    (a + a0) | 0,
    (b + b0) | 0,
    (c + c0) | 0,
    (d + d0) | 0,
    (e + e0) | 0,
    (f + f0) | 0,
    (g + g0) | 0,
    (h + h0) | 0,
  ];
}
