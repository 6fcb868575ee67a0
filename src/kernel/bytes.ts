/** Bytes and their text forms. Decoders are strict: one text for each value, `null` for all others. */

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 bytes of a text. Lone surrogates become U+FFFD: check with `isWellFormed` where that matters. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text) as Uint8Array<ArrayBuffer>;
}

/** The text of UTF-8 bytes, or `null` when they are not valid UTF-8. A byte order mark is kept. */
export function fromUtf8(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/** One array after another. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Whether two arrays hold the same bytes. Not constant time: for digests, not for secrets. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at += 1) if (left[at] !== right[at]) return false;
  return true;
}

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** Bytes of lower-case hexadecimal, or `null`. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> | null {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) return null;
  return Uint8Array.from({ length: text.length / 2 }, (_, at) =>
    Number.parseInt(text.slice(at * 2, at * 2 + 2), 16),
  );
}

/** Base64 with padding (RFC 4648, section 4). */
export function toBase64(bytes: Uint8Array): string {
  const text = encode(bytes, bytes.length, STANDARD);
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=');
}

/** Base64url without padding (RFC 4648, section 5). */
export function toBase64url(bytes: Uint8Array): string {
  return encode(bytes, bytes.length, URL_SAFE);
}

/** The same of the first bytes only, without a view of them: making one takes longer than reading a few bytes. */
export function firstToBase64url(bytes: Uint8Array, count: number): string {
  return encode(bytes, count, URL_SAFE);
}

/** The same of a text's UTF-8, which for a short one gets no memory of its own. */
export function textToBase64url(text: string): string {
  if (text.length * 3 > utf8Bytes.length) return toBase64url(utf8(text));
  return encode(utf8Bytes, encoder.encodeInto(text, utf8Bytes).written, URL_SAFE);
}

/** Bytes of canonical padded base64, or `null`: spare bits must be zero. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  if (text.length % 4 !== 0) return null;
  return decode(text.replace(/={1,2}$/, ''), STANDARD, (again) => toBase64(again) === text);
}

/** Bytes of canonical unpadded base64url, or `null`. */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> | null {
  return decode(text, URL_SAFE, (again) => toBase64url(again) === text);
}

/** How twelve bits are written: the codes of two letters, side by side in memory as they will be in the text. */
type Pairs = Uint16Array;

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const STANDARD = /* @__PURE__ */ pairsOf(`${LETTERS}+/`);
const URL_SAFE = /* @__PURE__ */ pairsOf(`${LETTERS}-_`);

function pairsOf(alphabet: string): Pairs {
  const codes = utf8(alphabet);
  const both = new Uint8Array(2 * 4096);
  for (let bits = 0; bits < 4096; bits += 1) {
    both[2 * bits] = codes[bits >> 6] as number;
    both[2 * bits + 1] = codes[bits & 63] as number;
  }
  return new Uint16Array(both.buffer);
}

const NO_VALUE = 64;

// Nothing stays in these between calls. What is written as bytes and decoded at once is one piece of memory, and takes
// a sixth of the time.
const letters = /* @__PURE__ */ new Uint8Array(4096);
const letterPairs = /* @__PURE__ */ new Uint16Array(letters.buffer);
const utf8Bytes = /* @__PURE__ */ new Uint8Array(3072);

function encode(bytes: Uint8Array, count: number, pairs: Pairs): string {
  const length = Math.ceil((count * 4) / 3);
  const isShort = length + 3 <= letters.length;
  const text = isShort ? letters : new Uint8Array((length + 4) & ~1);
  const written = isShort ? letterPairs : new Uint16Array(text.buffer);
  for (let at = 0, to = 0; at < count; at += 3, to += 2) {
    // Past the end nothing is set, and what comes of it is cut off.
    const second = at + 1 < count ? (bytes[at + 1] as number) : 0;
    const third = at + 2 < count ? (bytes[at + 2] as number) : 0;
    const word = ((bytes[at] as number) << 16) | (second << 8) | third;
    written[to] = pairs[word >> 12] as number;
    written[to + 1] = pairs[word & 4095] as number;
  }
  return decoder.decode(text.subarray(0, length));
}

function decode(
  text: string,
  pairs: Pairs,
  canonical: (bytes: Uint8Array) => boolean,
): Uint8Array<ArrayBuffer> | null {
  if (text.length % 4 === 1) return null;
  const codes = new Uint8Array(pairs.buffer);
  const values = new Uint8Array(128).fill(NO_VALUE);
  // The second letters of the first 64 pairs are the alphabet.
  for (let value = 0; value < 64; value += 1) values[codes[2 * value + 1] as number] = value;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let word = 0;
  let at = 0;
  for (let from = 0; from < text.length; from += 1) {
    const value = values[text.charCodeAt(from)] ?? NO_VALUE;
    if (value === NO_VALUE) return null;
    word = ((word << 6) | value) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at] = (word >> bits) & 255;
      at += 1;
    }
  }
  return canonical(bytes) ? bytes : null;
}
