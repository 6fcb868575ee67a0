import { INITIAL, ROUNDS } from './sha2-constants.ts';

const turn = (word: bigint, by: bigint): bigint => (word >> by) | BigInt.asUintN(64, word << (64n - by));

/** SHA-512 (FIPS 180-4), 64 bytes. For Ed25519; written for size, not for speed. */
export function sha512(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(Math.ceil((bytes.length + 17) / 128) * 128);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);
  const state = INITIAL.slice();
  // Stores into typed arrays wrap at 64 bits by themselves.
  const w = new BigUint64Array(80);
  const sum = new BigUint64Array(2);
  for (let start = 0; start < padded.length; start += 128) {
    for (let t = 0; t < 80; t += 1) w[t] = t < 16 ? view.getBigUint64(start + t * 8) : extended(w, t);
    let [a, b, c, d, e, f, g, h] = state as unknown as [
      bigint,
      bigint,
      bigint,
      bigint,
      bigint,
      bigint,
      bigint,
      bigint,
    ];
    for (let t = 0; t < 80; t += 1) {
      const first =
        h +
        (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) +
        ((e & f) ^ (~e & g)) +
        (ROUNDS[t] as bigint) +
        (w[t] as bigint);
      sum[0] = d + first;
      sum[1] = first + (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, sum[0] as bigint, c, b, a, sum[1] as bigint];
    }
    [a, b, c, d, e, f, g, h].forEach((word, at) => {
      state[at] = (state[at] as bigint) + word;
    });
  }
  const digest = new DataView(new ArrayBuffer(64));
  state.forEach((word, at) => {
    digest.setBigUint64(at * 8, word);
  });
  return new Uint8Array(digest.buffer);
}

function extended(w: BigUint64Array, t: number): bigint {
  const early = w[t - 15] as bigint;
  const late = w[t - 2] as bigint;
  const small0 = turn(early, 1n) ^ turn(early, 8n) ^ (early >> 7n);
  const small1 = turn(late, 19n) ^ turn(late, 61n) ^ (late >> 6n);
  return small0 + (w[t - 7] as bigint) + small1 + (w[t - 16] as bigint);
}
