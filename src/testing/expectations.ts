/** What a step of a clause expected, and what it saw. */
export interface Mismatch {
  readonly step: string;
  readonly expected: string;
  readonly seen: string;
}

/** Fails unless both values hold the same data. */
export function same(actual: unknown, expected: unknown, step: string): void {
  const at = differenceOf(expected, actual, []);
  if (at === null) return;
  const place = at.map((name) => (typeof name === 'number' ? `[${name}]` : `.${name}`)).join('');
  const part = (whole: unknown): unknown =>
    at.reduce<unknown>((value, name) => (value as Readonly<Record<string | number, unknown>>)[name], whole);
  throw mismatch(place === '' ? step : `${step}, at ${place}`, shown(part(expected)), shown(part(actual)));
}

/** Fails unless what was seen is so; for what no single value says. */
export function expectThat(holds: boolean, step: string, expected: string, seen: unknown): void {
  if (!holds) throw mismatch(step, expected, shown(seen));
}

/** Fails unless the promise rejects. */
export async function rejects(promise: Promise<unknown>, step: string): Promise<void> {
  let answer: unknown;
  try {
    answer = await promise;
  } catch {
    return;
  }
  throw mismatch(step, 'a rejection', shown(answer));
}

/** What of an error is a mismatch: all of it, or the step that threw something else. */
export function mismatchOf(error: unknown): Mismatch {
  const { mismatch: known } = error as { readonly mismatch?: Mismatch };
  if (known !== undefined) return known;
  return { step: 'a call', expected: 'an answer', seen: `an error: ${messageOf(error)}` };
}

/** A value in a line, shortened. Bytes come as hexadecimal digits. */
export function shown(value: unknown, most = 500): string {
  const text =
    typeof value === 'string' || (typeof value === 'object' && value !== null)
      ? JSON.stringify(value, (_, part: unknown) => {
          if (part instanceof Uint8Array) return hexOf(part);
          if (isBuffer(part)) return hexOf(part.data);
          return typeof part === 'string' ? shortened(part, 40, 20) : part;
        })
      : String(value);
  return shortened(text, most - 60, 20);
}

/** A text without its middle, if it is long. */
function shortened(text: string, start: number, end: number): string {
  if (text.length <= start + end + 20) return text;
  return `${text.slice(0, start)}…${text.slice(-end)} (${text.length} characters)`;
}

/** What an error says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function mismatch(step: string, expected: string, seen: string): Error {
  const facts: Mismatch = { step, expected, seen };
  return Object.assign(new Error(`${step}: expected ${expected}, got ${seen}`), { mismatch: facts });
}

/** As Node's buffers print themselves. */
function isBuffer(value: unknown): value is { readonly data: readonly number[] } {
  const { type, data } = (value ?? {}) as { readonly type?: unknown; readonly data?: unknown };
  return type === 'Buffer' && Array.isArray(data);
}

function hexOf(bytes: ArrayLike<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The way to the first part in which two values differ; empty for the values themselves, `null` without any. */
function differenceOf(
  left: unknown,
  right: unknown,
  path: readonly (string | number)[],
): readonly (string | number)[] | null {
  if (Object.is(left, right)) return null;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return path;
  if (left instanceof Uint8Array || right instanceof Uint8Array)
    return areSameBytes(left, right) ? null : path;
  if (Array.isArray(left) !== Array.isArray(right)) return path;
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return path;
  if (!names.every((name) => Object.hasOwn(right, name))) return path;
  for (const name of names) {
    const step = Array.isArray(left) ? Number(name) : name;
    const found = differenceOf(Reflect.get(left, name), Reflect.get(right, name), [...path, step]);
    if (found !== null) return found;
  }
  return null;
}

function areSameBytes(left: unknown, right: unknown): boolean {
  return left instanceof Uint8Array && right instanceof Uint8Array && hexOf(left) === hexOf(right);
}
