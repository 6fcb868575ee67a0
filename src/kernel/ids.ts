import { firstToBase64url, fromUtf8, utf8 } from './bytes.ts';

declare const kind: unique symbol;
type Branded<Name extends string> = string & { readonly [kind]: Name };

/** A company, as the host names it. */
export type TenantId = Branded<'TenantId'>;
/** The id of a ledger entry: a UUIDv7. Also the version of every state document that the entry wrote. */
export type EntryId = Branded<'EntryId'>;
/** The random name of an employee or a customer inside the ledger: 128 bits, never the host's id. */
export type Alias = Branded<'Alias'>;

const DIGITS = /* @__PURE__ */ utf8('0123456789abcdef');
/** The text of an id while it is written; the dashes and the version stay. */
const letters = /* @__PURE__ */ utf8('00000000-0000-7000-0000-000000000000');

/**
 * A UUIDv7 (RFC 9562, section 5.7) from a time and ten random bytes. Sorts by time.
 *
 * @param millis Unix milliseconds, 0 to 2^48 - 1.
 * @param random At least ten bytes.
 */
export function uuidv7(millis: number, random: Uint8Array): string {
  const low = millis % 0x10000;
  write(0, 8, (millis - low) / 0x10000);
  write(9, 4, low);
  write(15, 3, (byteOf(random, 0) << 4) | (byteOf(random, 1) >> 4));
  // The variant: the digit's two upper bits are 10.
  write(
    19,
    4,
    ((byteOf(random, 1) & 3) << 12) | 0x8000 | (byteOf(random, 2) << 4) | (byteOf(random, 3) >> 4),
  );
  write(24, 1, byteOf(random, 3));
  for (let at = 4; at < 9; at += 1) write(17 + at * 2, 2, byteOf(random, at));
  write(35, 1, byteOf(random, 9) >> 4);
  return fromUtf8(letters) as string;
}

/** Writes the last digits of a number. */
function write(at: number, digits: number, value: number): void {
  for (let place = at + digits - 1, rest = value; place >= at; place -= 1, rest >>>= 4)
    letters[place] = DIGITS[rest & 15] as number;
}

function byteOf(bytes: Uint8Array, at: number): number {
  return bytes[at] as number;
}

const HEX = '[0-9a-f]';
/** Written out, letter for letter: a third of the time that an expression takes which counts. */
const UUIDV7 = /* @__PURE__ */ new RegExp(
  `^${HEX.repeat(8)}-${HEX.repeat(4)}-7${HEX.repeat(3)}-[89ab]${HEX.repeat(3)}-${HEX.repeat(12)}$`,
);

/** Whether a text is a UUIDv7 in lower case. */
export function isUuidv7(text: unknown): text is EntryId {
  return typeof text === 'string' && UUIDV7.test(text);
}

/** When a UUIDv7 was made, Unix milliseconds: it begins with that. */
export function uuidTime(id: string): number {
  return Number.parseInt(id.replace('-', '').slice(0, 12), 16);
}

/** An alias for an employee (`e_…`) or a customer (`c_…`) from 16 random bytes. */
export function aliasOf(subject: 'employee' | 'customer', random: Uint8Array): Alias {
  return `${subject === 'employee' ? 'e' : 'c'}_${firstToBase64url(random, 16)}` as Alias;
}
