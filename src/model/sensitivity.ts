import type * as z from 'zod';
import * as mini from 'zod/mini';

/** How carefully a profile field is handled, from open to guarded. */
export const SENSITIVITIES = ['public', 'internal', 'contact', 'commercial'] as const;
/** One of the four levels. */
export type Sensitivity = (typeof SENSITIVITIES)[number];

declare const tag: unique symbol;
/** A schema that carries its sensitivity in its type. */
export type Tagged<Level extends Sensitivity> = { readonly [tag]: Level };

/** Marks a field that everybody in the company may see. */
export function publicField<Schema extends z.ZodType>(schema: Schema): Schema & Tagged<'public'> {
  return tagged(schema, 'public');
}

/** Marks a field for those who work with the customer: a credit limit, an internal note. */
export function internal<Schema extends z.ZodType>(schema: Schema): Schema & Tagged<'internal'> {
  return tagged(schema, 'internal');
}

/** Marks a way to reach somebody: phone, e-mail, address. Masked until a claim is approved. */
export function contact<Schema extends z.ZodType>(schema: Schema): Schema & Tagged<'contact'> {
  return tagged(schema, 'contact');
}

/** Marks what a competitor would like to know: needs, prices, terms. Masked until a claim is approved. */
export function commercial<Schema extends z.ZodType>(schema: Schema): Schema & Tagged<'commercial'> {
  return tagged(schema, 'commercial');
}

/**
 * The tag of a schema's type, read through optional, nullable, default, prefault, readonly, catch,
 * non-optional and pipe; `never` when there is none.
 */
export type SensitivityOf<Schema> =
  Schema extends Tagged<infer Level>
    ? Level
    : Schema extends z.ZodOptional<infer Inner>
      ? SensitivityOf<Inner>
      : Schema extends z.ZodNullable<infer Inner>
        ? SensitivityOf<Inner>
        : Schema extends z.ZodDefault<infer Inner>
          ? SensitivityOf<Inner>
          : Schema extends z.ZodPrefault<infer Inner>
            ? SensitivityOf<Inner>
            : Schema extends z.ZodReadonly<infer Inner>
              ? SensitivityOf<Inner>
              : Schema extends z.ZodNonOptional<infer Inner>
                ? SensitivityOf<Inner>
                : Schema extends z.ZodCatch<infer Inner>
                  ? SensitivityOf<Inner>
                  : Schema extends z.ZodPipe<infer From, infer To>
                    ? SensitivityOf<From> | SensitivityOf<To>
                    : never;

/** The tag of a schema, or `null`. The strictest wins when a pipe carries two. */
export function sensitivityOf(schema: z.ZodType): Sensitivity | null {
  const definition = schema._zod.def as unknown as Definition;
  const found = [
    definition[KEY] ?? null,
    ...[definition.innerType, definition.in, definition.out].map((inner) =>
      inner ? sensitivityOf(inner) : null,
    ),
  ].filter((level) => level !== null);
  if (found.length === 0) return null;
  return SENSITIVITIES[Math.max(...found.map((level) => SENSITIVITIES.indexOf(level)))] as Sensitivity;
}

/** Under this name the tag lies in the schema's definition, which Zod copies when a schema is refined. */
const KEY = 'gamekeeperSensitivity';

interface Definition {
  readonly [KEY]?: Sensitivity;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly out?: z.ZodType;
}

function tagged<Schema extends z.ZodType, Level extends Sensitivity>(
  schema: Schema,
  level: Level,
): Schema & Tagged<Level> {
  const definition = { ...schema._zod.def, [KEY]: level };
  return mini.clone(schema, definition as unknown as Schema['_zod']['def']) as Schema & Tagged<Level>;
}
