import { canonicalize, GamekeeperError, type JsonValue } from '../kernel/index.ts';
import { validate } from '../model/index.ts';
import type { PolicyField } from './fields.ts';
import { isLooserLadder } from './ladder.ts';
import { DEFAULT_POLICY, POLICY_FIELDS, type Policy, type PolicyOverrides, policySchema } from './policy.ts';

/**
 * A whole policy from parts that lie on top of each other, field by field: a later part wins, and what no part
 * says keeps its default.
 *
 * @throws {GamekeeperError} `ERR_INVALID_INPUT` with the path of a field that is unknown or out of range.
 */
export function definePolicy(...parts: readonly PolicyOverrides[]): Policy {
  const given = parts.map((part) => new Map<string, unknown>(Object.entries(partOf(part, 'policy'))));
  const areas = Object.entries(DEFAULT_POLICY).map(([area, defaults]) => {
    const onTop = given.map((part) => partOf(part.get(area), `policy.${area}`));
    return [area, Object.fromEntries([defaults, ...onTop].flatMap((part) => Object.entries(part)))];
  });
  const whole = Object.fromEntries([...given.flatMap((part) => [...part]), ...areas]);
  return validate(policySchema, whole, 'policy');
}

/** A policy as it was adopted, with the defaults of what was not yet a field then. Its pin stays what it was. */
export function completePolicy(adopted: PolicyOverrides): Policy {
  const areas = Object.entries(DEFAULT_POLICY).map(([area, defaults]) => [
    area,
    { ...defaults, ...adopted[area as keyof Policy] },
  ]);
  return Object.fromEntries(areas) as Policy;
}

/** Anything but an object of fields is an error: read as "nothing differs", it would mean the defaults. */
function partOf(part: unknown, path: string): object {
  if (part === undefined) return {};
  if (typeof part === 'object' && part !== null && !Array.isArray(part)) return part;
  throw new GamekeeperError('ERR_INVALID_INPUT', `${path}: expected object`, { path });
}

/** The pin of a policy: its number and the SHA-256 of its canonical JSON, as it stands in every decision. */
export function pinOf(number: number, policy: Policy, digest: (text: string) => string): string {
  return `${number}:${digest(canonicalize(policy as unknown as JsonValue))}`;
}

/** A field that two policies set differently. */
export interface ChangedField {
  /** Path of the field, such as `followUps.remindAfterDays`. */
  readonly path: string;
  readonly from: JsonValue;
  readonly to: JsonValue;
  /** Whether it lets more pass than before. */
  readonly looser: boolean;
}

/** A field that a new policy sets looser than the old one. */
export type LoosenedField = Omit<ChangedField, 'looser'>;

/** Which fields of `next` are not as in `before`. */
export function changedFields(before: Policy, next: Policy): readonly ChangedField[] {
  return policyFields().flatMap(({ path, field }) => {
    const from = valueAt(before, path);
    const to = valueAt(next, path);
    if (canonicalize(from) === canonicalize(to)) return [];
    return [{ path: path.join('.'), from, to, looser: isLooser(field, from, to) }];
  });
}

/** Which fields of `next` are looser than in `before`. An empty list means: one administrator may adopt it. */
export function loosenedFields(before: Policy, next: Policy): readonly LoosenedField[] {
  return changedFields(before, next)
    .filter(({ looser }) => looser)
    .map(({ path, from, to }) => ({ path, from, to }));
}

/** Every field of a policy, by its path. */
export function policyFields(): readonly {
  readonly path: readonly [string, string];
  readonly field: PolicyField;
}[] {
  return Object.entries(POLICY_FIELDS).flatMap(([area, fields]) =>
    Object.entries(fields).map(([name, field]) => ({ path: [area, name] as const, field })),
  );
}

/** A change of a field without a direction counts as looser: when in doubt, two people. */
function isLooser({ looser, jsonSchema }: PolicyField, from: JsonValue, to: JsonValue): boolean {
  if (looser === 'ladder') return isLooserLadder(from, to);
  if (looser === 'lower' && jsonSchema.type === 'string') {
    const words = jsonSchema.enum as readonly JsonValue[];
    return words.indexOf(to) < words.indexOf(from);
  }
  if (looser === 'higher') return (to as number) > (from as number);
  if (looser === 'lower') return (to as number) < (from as number);
  if (looser === 'more')
    return (to as readonly JsonValue[]).some((item) => !(from as readonly JsonValue[]).includes(item));
  return true;
}

function valueAt(policy: Policy, [area, name]: readonly [string, string]): JsonValue {
  return (policy as unknown as Record<string, Record<string, JsonValue>>)[area]?.[name] ?? null;
}
