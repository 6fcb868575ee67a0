import { GamekeeperError } from './error.ts';

/** What canonical JSON can hold. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/**
 * The canonical JSON of a value (RFC 8785): one text for each value, keys sorted by UTF-16 code units.
 *
 * Objects whose keys already stand in order go straight through `JSON.stringify` after one checking
 * walk, 3 to 4 times faster than building the text by hand. Depth is bounded by 100.
 *
 * @throws {GamekeeperError} `ERR_INVALID_INPUT` on what I-JSON forbids (NaN, infinities, lone surrogates)
 *   and on what JSON cannot say (undefined, functions, symbols, bigints, dates and other class instances,
 *   holes, cycles); `path` names the place.
 */
export function canonicalize(value: unknown): string {
  return isInOrder(value, '', 0) ? JSON.stringify(value) : write(value);
}

/** The bounds of canonical JSON's nesting; a hostile value must not overflow the stack. */
const DEEPEST = 100;

/** Checks everything RFC 8785 asks for; answers whether `JSON.stringify` would also sort right. */
function isInOrder(value: unknown, path: string, depth: number): boolean {
  switch (typeof value) {
    case 'string':
      checkText(value, path);
      return true;
    case 'number':
      if (!Number.isFinite(value)) throw invalid('a number must be finite', path);
      return true;
    case 'boolean':
      return true;
    case 'object':
      break;
    default:
      throw invalid(`JSON cannot hold ${typeof value}`, path);
  }
  if (value === null) return true;
  if (depth >= DEEPEST) throw invalid(`nested deeper than ${DEEPEST}`, path);
  if (Array.isArray(value)) {
    let inOrder = true;
    for (let at = 0; at < value.length; at += 1) {
      if (!isInOrder(value[at], `${path}[${at}]`, depth + 1)) inOrder = false;
    }
    return inOrder;
  }
  return isObjectInOrder(value, path, depth);
}

function isObjectInOrder(value: object, path: string, depth: number): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype && Object.getPrototypeOf(prototype) !== null) {
    throw invalid('JSON holds plain objects only', path);
  }
  let inOrder = typeof (value as { toJSON?: unknown }).toJSON !== 'function';
  let before: string | undefined;
  for (const key of Object.keys(value)) {
    checkText(key, path);
    if (before !== undefined && key < before) inOrder = false;
    before = key;
    const member = (value as Record<string, unknown>)[key];
    if (typeof member === 'function')
      throw invalid('JSON cannot hold function', path === '' ? key : `${path}.${key}`);
    // The path is built only for members that can fail deeper down, which is where the time would go.
    if (typeof member === 'object' && member !== null) {
      if (!isInOrder(member, path === '' ? key : `${path}.${key}`, depth + 1)) inOrder = false;
    } else if (typeof member === 'string') {
      if (!member.isWellFormed()) throw invalid('lone surrogate', path === '' ? key : `${path}.${key}`);
    } else if (typeof member !== 'boolean' && member !== null) {
      isInOrder(member, path === '' ? key : `${path}.${key}`, depth + 1);
    }
  }
  return inOrder;
}

/** Writes by hand; everything was checked before. */
function write(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  const record = value as Record<string, unknown>;
  // The default order of `sort` is the order of UTF-16 code units, which is what RFC 8785, section 3.2.3 asks for.
  const members = Object.keys(record)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${write(record[key])}`);
  return `{${members.join(',')}}`;
}

function checkText(text: string, path: string): void {
  if (!text.isWellFormed()) throw invalid('lone surrogate', path);
}

function invalid(what: string, path: string): GamekeeperError {
  return new GamekeeperError('ERR_INVALID_INPUT', `${what}${path === '' ? '' : ` at ${path}`}`, { path });
}
