import type * as z from 'zod';
import * as mini from 'zod/mini';
import { canonicalize, GamekeeperError, type JsonValue } from '../kernel/index.ts';
import { type Sensitivity, type SensitivityOf, sensitivityOf } from './sensitivity.ts';

/** The host's own customer shape: an object whose every field is tagged with its sensitivity. */
export type ProfileSchema = z.ZodObject<z.core.$ZodLooseShape>;

/** `unknown` when each field of a profile schema carries a tag; otherwise a type that names those that do not. */
export type EveryFieldTagged<Schema extends ProfileSchema> = [UntaggedFields<Schema>] extends [never]
  ? unknown
  : { readonly 'tag these fields with publicField, internal, contact or commercial': UntaggedFields<Schema> };

type UntaggedFields<Schema extends ProfileSchema> = {
  [Field in keyof Schema['shape']]: [SensitivityOf<Schema['shape'][Field]>] extends [never] ? Field : never;
}[keyof Schema['shape']];

/** A profile as an actor may see it: every field that is not public may be `null`, and then stands in `masked`. */
export type MaskedProfile<Schema extends ProfileSchema> = {
  readonly [Field in keyof z.output<Schema>]: Field extends keyof Schema['shape']
    ? [SensitivityOf<Schema['shape'][Field]>] extends ['public']
      ? z.output<Schema>[Field]
      : z.output<Schema>[Field] | null
    : z.output<Schema>[Field];
};

/** A profile as a host hands it in. */
export type ProfileInput<Schema extends ProfileSchema> = z.input<Schema>;

/** A change of some fields; `null` clears an optional one. */
export type ProfilePatch<Schema extends ProfileSchema> = {
  readonly [Field in keyof z.input<Schema>]?: z.input<Schema>[Field] | null;
};

/** A profile as it is stored: plain JSON by field name. */
export type ProfileValues = { readonly [field: string]: JsonValue };

/** A change as it was handed in: values by the names of known fields. */
export type PatchValues = { readonly [field: string]: unknown };

/** A customer's profile as the host keeps it: its id, and the fields of the profile by name. */
export type HostProfile = { readonly id: string } & { readonly [field: string]: unknown };

/** Profiles that stay in the host's own tables. */
export interface HostCustomers {
  /** The profiles of up to 500 customers by the host's ids, in any order; those that are gone are left out. */
  get(
    ids: readonly string[],
    context: { readonly tenant: string },
  ): Promise<readonly HostProfile[]> | readonly HostProfile[];
}

/**
 * Leaves the profiles in the host's tables: the keeper holds who owns a customer, the clocks and the decisions,
 * and asks for a profile when somebody looks, to mask it.
 */
export function hostCustomers(source: HostCustomers): HostCustomers {
  if (typeof source?.get !== 'function')
    throw new GamekeeperError('ERR_INVALID_INPUT', 'customers.get: expected a function', {
      path: 'customers.get',
    });
  return source;
}

/** Reads and masks profiles of one shape. */
export interface ProfileShape {
  /** Field names in the order of the schema, each with its sensitivity. */
  readonly fields: ReadonlyMap<string, Sensitivity>;
  /** Where the profiles lie; `null` when they lie with the keeper. */
  readonly source: HostCustomers | null;
  /** @throws {GamekeeperError} `ERR_INVALID_INPUT` with the path of the field. */
  parse(input: unknown): ProfileValues;
  /** The fields that a change names, not yet checked against the whole. */
  readPatch(input: unknown): PatchValues;
  /** A change of some fields, checked against the whole. `null` clears an optional field. */
  patch(current: ProfileValues, changes: PatchValues): ProfileValues;
}

/**
 * Prepares a host's profile schema.
 *
 * @throws {GamekeeperError} `ERR_INVALID_INPUT` when a field has no tag.
 */
export function profileShape(schema: ProfileSchema, source: HostCustomers | null = null): ProfileShape {
  const fields = new Map<string, Sensitivity>();
  for (const [field, fieldSchema] of Object.entries(schema.shape)) {
    if (field === '__proto__') {
      throw new GamekeeperError('ERR_INVALID_INPUT', 'no profile field can be called __proto__', {
        path: 'profile.__proto__',
      });
    }
    const level = sensitivityOf(fieldSchema as z.ZodType);
    if (level === null) {
      throw new GamekeeperError(
        'ERR_INVALID_INPUT',
        `profile field ${field} has no sensitivity: wrap it in publicField, internal, contact or commercial`,
        { path: `profile.${field}` },
      );
    }
    fields.set(field, level);
  }
  const parse = (input: unknown): ProfileValues => {
    refuseUnknown(fields, input, 'profile');
    // Without a prototype, an absent field called `constructor` is absent.
    const own: object = Object.assign(Object.create(null), input);
    return plain(validate(schema, own, 'profile'));
  };
  return {
    fields,
    source,
    parse,
    readPatch(input) {
      refuseUnknown(fields, input, 'patch');
      return Object.fromEntries(Object.entries(input as object).filter(([, value]) => value !== undefined));
    },
    patch(current, changes) {
      const merged = Object.entries({ ...known(fields, current), ...changes });
      const kept = merged.filter(([field, value]) => value !== null || acceptsNull(schema, field));
      return parse(Object.fromEntries(kept));
    },
  };
}

/** An unknown field is an error, whatever the host's schema does with them: a misspelt one must not be lost. */
function refuseUnknown(fields: ReadonlyMap<string, Sensitivity>, input: unknown, root: string): void {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new GamekeeperError('ERR_INVALID_INPUT', `${root}: expected object`, { path: root });
  }
  const unknown = Object.keys(input).find((field) => !fields.has(field));
  if (unknown === undefined) return;
  throw new GamekeeperError('ERR_INVALID_INPUT', `${root}.${unknown}: the profile has no such field`, {
    path: `${root}.${unknown}`,
  });
}

/**
 * Parses input by a schema, with our error instead of Zod's.
 *
 * @throws {GamekeeperError} `ERR_INVALID_INPUT`, `path` naming the first field at fault. The message never
 *   holds the value: it may be personal.
 */
export function validate<Schema extends z.core.$ZodType>(
  schema: Schema,
  input: unknown,
  root: string,
): z.output<Schema> {
  const parsed = parseSafely(schema, input, root);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = [root, ...(issue?.path ?? [])].reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  );
  const unknown = issue?.code === 'unrecognized_keys' ? `: unknown field ${issue.keys.join(', ')}` : '';
  throw new GamekeeperError('ERR_INVALID_INPUT', `${path}: ${describe(issue)}${unknown}`, { path });
}

/** Input may be nested deeper than the stack goes: that is invalid, and nothing worse. */
function parseSafely<Schema extends z.core.$ZodType>(
  schema: Schema,
  input: unknown,
  root: string,
): z.core.util.SafeParseResult<z.output<Schema>> {
  try {
    return mini.safeParse(schema, input);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new GamekeeperError('ERR_INVALID_INPUT', `${root}: nested too deep`, { path: root });
  }
}

function describe(issue: z.core.$ZodIssue | undefined): string {
  switch (issue?.code) {
    case 'invalid_type':
      return `expected ${issue.expected}`;
    case 'too_small':
      return `too small, at least ${issue.minimum}`;
    case 'too_big':
      return `too big, at most ${issue.maximum}`;
    case 'invalid_value':
      return `expected one of ${issue.values.map(String).join(', ')}`;
    case 'custom':
      return issue.message;
    default:
      return issue?.code.replaceAll('_', ' ') ?? 'invalid';
  }
}

/** A field that the shape no longer has stays as it is stored; it is not part of any check. */
function known(fields: ReadonlyMap<string, Sensitivity>, profile: ProfileValues): ProfileValues {
  return Object.fromEntries(Object.entries(profile).filter(([field]) => fields.has(field)));
}

function acceptsNull(schema: ProfileSchema, field: string): boolean {
  const fieldSchema = schema.shape[field] as z.ZodType | undefined;
  return fieldSchema?.safeParse(null).success === true;
}

/** Profiles are stored as JSON: what JSON cannot say is refused here, with its path. Nothing is shared with the host. */
function plain(profile: unknown): ProfileValues {
  // In the order of canonical JSON, in which they are written three times.
  const present = Object.entries(profile as Record<string, unknown>)
    .filter(([, value]) => value !== undefined)
    .sort(([field], [other]) => (field < other ? -1 : 1));
  const values = Object.fromEntries(present) as ProfileValues;
  const text = canonicalize({ profile: values });
  const nested = present.some(([, value]) => typeof value === 'object' && value !== null);
  return nested ? (JSON.parse(text) as { readonly profile: ProfileValues }).profile : values;
}
