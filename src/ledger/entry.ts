import { canonicalize, GamekeeperError, isInstant, isUuidv7, type JsonValue, utf8 } from '../kernel/index.ts';

/** What a ledger entry says. Its canonical JSON is what is hashed, stored and exported. */
export interface Leaf {
  readonly v: 1;
  /** `l_` and 22 characters of base64url: random, never the tenant's name. */
  readonly ledger: string;
  /** UUIDv7, unique in the ledger. */
  readonly id: string;
  /** What happened, or what was attempted when `outcome` is `refused`. */
  readonly type: string;
  /** UTC with milliseconds. */
  readonly at: string;
  /** `e_…` an employee's alias, `s_…` a service of the host, or `system`. */
  readonly actor: string;
  readonly onBehalfOf?: string;
  /** Aliases of the people concerned, at most 200. */
  readonly subject: readonly string[];
  /** Facts: safe integers, booleans, null, opaque ids and words; no value that a person typed. */
  readonly data: { readonly [name: string]: JsonValue };
  /** References, each with the version the decision rested on; `null` means "was absent". */
  readonly basis: readonly (readonly [reference: string, version: string | null])[];
  /** `<number>:<SHA-256 in base64url>`, or empty before the first policy. */
  readonly policy: string;
  readonly outcome: 'done' | 'refused';
  /** The refusal's code: with `refused`, and only then. */
  readonly reason?: string;
  /** Keyed hash of the host's request id. */
  readonly correlation?: string;
  /** Sorted digests of the disclosures, base64url. */
  readonly _sd?: readonly string[];
  readonly _sd_alg?: 'sha-256';
}

type Given = 'v' | '_sd_alg' | 'onBehalfOf' | 'reason' | 'correlation' | '_sd';

/** A leaf before it is written. Digests need not be sorted; none at all leaves `_sd` out. */
export interface LeafInput extends Omit<Leaf, Given> {
  readonly onBehalfOf?: string | undefined;
  readonly reason?: string | undefined;
  readonly correlation?: string | undefined;
  readonly _sd?: readonly string[] | undefined;
}

/** Why a text is no leaf; `bad-…` names the member. */
export type LeafFault = 'too-large' | 'not-json' | 'not-an-object' | 'unknown-member' | `bad-${keyof Leaf}`;

/** Bytes of the longest leaf. */
const LONGEST_LEAF = 32_768;

/**
 * The text of a leaf: RFC 8785 canonical JSON, at most 32 KiB of UTF-8.
 *
 * Keys of `data` that already stand in order cost nothing; others are sorted.
 *
 * @throws {GamekeeperError} `ERR_INVALID_INPUT`; `path` names the member.
 */
export function encodeLeaf(input: LeafInput): string {
  const given = input._sd ?? [];
  const digests = given.length > 1 ? [...given].sort() : given;
  const bad = badMember(input) ?? (areDigests(digests) ? undefined : '_sd');
  if (bad !== undefined) throw invalid(bad);
  const facts = factsOf(input.data, 0);
  if (facts === BAD) throw invalid('data');
  const data = facts === SORTED ? JSON.stringify(input.data) : canonicalize(input.data);
  // What looks like the escape of a lone surrogate, which `JSON.stringify` writes, may also be what a person typed.
  if (data.includes('\\ud') && !areWellFormed(input.data)) throw invalid('data');
  const { correlation, onBehalfOf, reason } = input;
  // In the order of RFC 8785: `_` comes before the small letters. None of these texts needs escaping but `data`.
  const begin =
    digests.length === 0 ? '{"actor":"' : `{"_sd":${listOf(digests)},"_sd_alg":"sha-256","actor":"`;
  const request = correlation === undefined ? '],"data":' : `],"correlation":"${correlation}","data":`;
  const standIn = onBehalfOf === undefined ? '' : `,"onBehalfOf":"${onBehalfOf}"`;
  const because = reason === undefined ? '","subject":' : `","reason":"${reason}","subject":`;
  const text = `${begin}${input.actor}${atPart(input.at)}${basisOf(input.basis)}${request}${data},"id":"${input.id}${ledgerPart(input.ledger)}${standIn},"outcome":"${input.outcome}","policy":"${input.policy}${because}${listOf(input.subject)}${typePart(input.type)}`;
  if (isTooLarge(text)) throw invalid('data');
  return text;
}

function listOf(texts: readonly string[]): string {
  if (texts.length === 0) return '[]';
  let list = `["${texts[0]}`;
  for (let at = 1; at < texts.length; at += 1) list += `","${texts[at]}`;
  return `${list}"]`;
}

function basisOf(basis: Leaf['basis']): string {
  let list = '';
  for (let at = 0; at < basis.length; at += 1) {
    const pair = basis[at] as Leaf['basis'][number];
    list += `${at === 0 ? '["' : ',["'}${pair[0]}${pair[1] === null ? '",null]' : `","${pair[1]}"]`}`;
  }
  return list;
}

function invalid(path: string): GamekeeperError {
  return new GamekeeperError('ERR_INVALID_INPUT', `no leaf of at most 32 KiB: ${path}`, { path });
}

/** What a stored leaf says, or `null` when `leafFault` finds a fault. */
export function parseLeaf(text: string): Leaf | null {
  const leaf = read(text);
  return typeof leaf === 'string' ? null : leaf;
}

/**
 * Why a text is no leaf, or `undefined`.
 *
 * Only the shape is asked for, not canonical form: what is hashed are the bytes as they are stored.
 */
export function leafFault(text: string): LeafFault | undefined {
  const leaf = read(text);
  return typeof leaf === 'string' ? leaf : undefined;
}

function read(text: string): Leaf | LeafFault {
  if (typeof text !== 'string') return 'not-json';
  if (isTooLarge(text)) return 'too-large';
  try {
    const leaf: unknown = JSON.parse(text);
    if (typeof leaf !== 'object' || leaf === null || Array.isArray(leaf)) return 'not-an-object';
    if (!Object.keys(leaf).every((member) => NAMES.includes(member))) return 'unknown-member';
    const bad = badMember(leaf) ?? badStored(leaf);
    return bad === undefined ? (leaf as Leaf) : `bad-${bad}`;
  } catch {
    return 'not-json';
  }
}

// Nothing that these match needs an escape in JSON. Lengths are compared apart: counting is slow in expressions, and
// what is looked at once only is faster without letters written out.
const WORD = '[\\w-]';
const LEDGER = /* @__PURE__ */ new RegExp(`^l_${WORD.repeat(22)}$`);
const TYPE = /^[a-z][a-z0-9-]*$/;
const ACTOR = /^(?:system|[es]_[!#-[\]-~]+)$/;
const REFERENCE = /^[!#-[\]-~]+$/;
const POLICY = /* @__PURE__ */ new RegExp(`^\\d+:${WORD.repeat(43)}$`);
const DIGEST = /^[\w-]+$/;
/** Instants whose day every month has; others are looked up in the calendar, which takes ten times longer. */
const EASY_INSTANT =
  /^20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** Whether a text matches. What was good the last time is not looked at again: most entries repeat it. */
function matcher(pattern: RegExp, longest: number): (value: unknown) => value is string {
  let good: unknown;
  return (value): value is string => {
    if (value === good && good !== undefined) return true;
    const found = typeof value === 'string' && value.length <= longest && pattern.test(value);
    if (found) good = value;
    return found;
  };
}

/** A member between its neighbours, as one piece of memory. What was written the last time is taken again. */
function part(before: string, after: string): (value: string) => string {
  let last = '';
  let written = '';
  return (value) => {
    if (value !== last) {
      last = value;
      written = [before, value, after].join('');
    }
    return written;
  };
}

const atPart = /* @__PURE__ */ part('","at":"', '","basis":[');
const ledgerPart = /* @__PURE__ */ part('","ledger":"', '"');
const typePart = /* @__PURE__ */ part(',"type":"', '","v":1}');

const isLedger = /* @__PURE__ */ matcher(LEDGER, 24);
const isType = /* @__PURE__ */ matcher(TYPE, 64);
const isPin = /* @__PURE__ */ matcher(POLICY, 60);
const isEasyInstant = /* @__PURE__ */ matcher(EASY_INSTANT, 24);

function isActor(value: unknown): boolean {
  return typeof value === 'string' && value.length <= 128 && ACTOR.test(value);
}

function isReference(value: unknown): boolean {
  return typeof value === 'string' && value.length <= 1024 && REFERENCE.test(value);
}

const NAMES: readonly string[] =
  '_sd _sd_alg actor at basis correlation data id ledger onBehalfOf outcome policy reason subject type v'.split(
    ' ',
  );

/** The first member that is not what it has to be; `data`, `v` and the digests are looked at elsewhere. */
function badMember(leaf: Partial<LeafInput>): keyof Leaf | undefined {
  const { at, onBehalfOf, correlation, outcome, policy, reason } = leaf;
  if (!isLedger(leaf.ledger)) return 'ledger';
  if (!isUuidv7(leaf.id)) return 'id';
  if (!isType(leaf.type)) return 'type';
  if (!(isEasyInstant(at) || isInstant(at))) return 'at';
  if (!isActor(leaf.actor)) return 'actor';
  if (onBehalfOf !== undefined && !isReference(onBehalfOf)) return 'onBehalfOf';
  if (!areReferences(leaf.subject)) return 'subject';
  if (!isBasis(leaf.basis)) return 'basis';
  if (!(policy === '' || isPin(policy))) return 'policy';
  if (outcome !== 'done' && outcome !== 'refused') return 'outcome';
  if (outcome === 'done' ? reason !== undefined : !isType(reason)) return 'reason';
  return correlation === undefined || isReference(correlation) ? undefined : 'correlation';
}

/** The same for what only a stored leaf has. */
function badStored({ v, data, _sd, _sd_alg }: Partial<Leaf>): keyof Leaf | undefined {
  if (v !== 1) return 'v';
  if (factsOf(data, 0) === BAD || !areWellFormed(data)) return 'data';
  if (_sd !== undefined && !(Array.isArray(_sd) && _sd.length > 0 && areDigests(_sd))) return '_sd';
  return _sd_alg === (_sd === undefined ? undefined : 'sha-256') ? undefined : '_sd_alg';
}

function areReferences(texts: unknown): boolean {
  if (!Array.isArray(texts) || texts.length > 200) return false;
  for (let at = 0; at < texts.length; at += 1) if (!isReference(texts[at])) return false;
  return true;
}

function isBasis(basis: unknown): boolean {
  if (!Array.isArray(basis)) return false;
  for (let at = 0; at < basis.length; at += 1) {
    const pair: unknown = basis[at];
    if (!(Array.isArray(pair) && pair.length === 2 && isReference(pair[0]))) return false;
    if (!(pair[1] === null || isReference(pair[1]))) return false;
  }
  return true;
}

/** Whether these are digests, each after the one before. */
function areDigests(digests: readonly unknown[]): boolean {
  for (let at = 0; at < digests.length; at += 1) {
    const digest = digests[at];
    if (!(typeof digest === 'string' && digest.length === 43 && DIGEST.test(digest))) return false;
    if (at > 0 && (digests[at - 1] as string) >= digest) return false;
  }
  return true;
}

const SORTED = 2;
const UNSORTED = 1;
const BAD = 0;

/**
 * Whether facts are what a leaf may hold, and whether their keys stand in canonical order. The outermost is an object.
 * Well-formed texts are a matter of `areWellFormed`.
 */
function factsOf(value: unknown, depth: number): 0 | 1 | 2 {
  if (depth === 0 && (typeof value !== 'object' || value === null || Array.isArray(value))) return BAD;
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return SORTED;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? SORTED : BAD;
  if (typeof value !== 'object' || depth > 32) return BAD;
  let found: 0 | 1 | 2 = SORTED;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at += 1)
      found = Math.min(found, factsOf(value[at], depth + 1)) as 0 | 1 | 2;
    return found;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return BAD;
  let before = '';
  for (const key of Object.keys(value)) {
    const member = factsOf((value as Record<string, unknown>)[key], depth + 1);
    if (member < found) found = member;
    if (key < before && found === SORTED) found = UNSORTED;
    before = key;
  }
  return found;
}

/** Whether no text among these facts, keys included, holds half of a surrogate pair. */
function areWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, member]) => key.isWellFormed() && areWellFormed(member));
}

function isTooLarge(text: string): boolean {
  return text.length * 3 > LONGEST_LEAF && (text.length > LONGEST_LEAF || utf8(text).length > LONGEST_LEAF);
}
