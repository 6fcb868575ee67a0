import * as z from 'zod/mini';
import type { JsonValue } from '../kernel/index.ts';
import type { PolicyField, Words } from './fields.ts';

/** The spans of time over which the guard counts, each ending now. */
export const WINDOWS = ['1h', '24h', '7d', '30d'] as const;
/** A span of time over which the guard counts. */
export type Window = (typeof WINDOWS)[number];

/** What a threshold brings about, mildest first. */
export const LEVELS = ['alert', 'stepUp', 'hold', 'block'] as const;
/** What a threshold brings about. */
export type Level = (typeof LEVELS)[number];

/** How far a rule goes: it only records, it alerts and lets pass, or it acts. Loosest first. */
export const MODES = ['observe', 'warn', 'enforce'] as const;
/** How far a rule goes. */
export type Mode = (typeof MODES)[number];

/** From how many customers on in which window; a window that is left out has no threshold. */
export type Thresholds = { readonly [Span in Window]?: number | undefined };

/** A rule of the guard: thresholds that rise from level to level. A level that is left out never comes. */
export type Ladder = { readonly mode: Mode } & { readonly [Step in Level]?: Thresholds | undefined };

const threshold = z.optional(z.int().check(z.minimum(1), z.maximum(1_000_000)));
const thresholds = z.optional(
  z.pipe(
    z.strictObject({ '1h': threshold, '24h': threshold, '7d': threshold, '30d': threshold }),
    z.transform(withoutGaps),
  ),
);
const ladderSchema = z.pipe(
  z
    .strictObject({
      mode: z.enum(MODES),
      alert: thresholds,
      stepUp: thresholds,
      hold: thresholds,
      block: thresholds,
    })
    .check(
      z.refine((ladder) => rises(ladder as Ladder), {
        error: 'in each window the thresholds must not fall from alert over stepUp and hold to block',
      }),
    ),
  z.transform(withoutGaps),
) as unknown as z.ZodMiniType<Ladder>;

/** A rule of the guard as a field of a policy. */
export function ladder([description, descriptionZh]: Words): PolicyField<z.ZodMiniType<Ladder>> {
  const count = { type: 'integer', minimum: 1, maximum: 1_000_000 };
  const windows = {
    type: 'object',
    properties: Object.fromEntries(WINDOWS.map((window) => [window, count])),
    additionalProperties: false,
  };
  const jsonSchema = {
    type: 'object',
    properties: {
      mode: { type: 'string', enum: MODES },
      ...Object.fromEntries(LEVELS.map((level) => [level, windows])),
    },
    required: ['mode'],
    additionalProperties: false,
  };
  return { schema: ladderSchema, jsonSchema, looser: 'ladder', description, descriptionZh };
}

/** Whether a ladder lets more pass than another: a milder mode, or a threshold that is higher or gone. */
export function isLooserLadder(from: JsonValue, to: JsonValue): boolean {
  const before = from as unknown as Ladder;
  const next = to as unknown as Ladder;
  if (MODES.indexOf(next.mode) < MODES.indexOf(before.mode)) return true;
  return LEVELS.some((level) =>
    WINDOWS.some((window) => thresholdOf(next, level, window) > thresholdOf(before, level, window)),
  );
}

/** From how many on a level is reached in a window; `Infinity` when never. */
function thresholdOf(rule: Ladder, level: Level, window: Window): number {
  return rule[level]?.[window] ?? Number.POSITIVE_INFINITY;
}

function rises(rule: Ladder): boolean {
  return WINDOWS.every((window) => {
    const given = LEVELS.map((level) => rule[level]?.[window]).filter((count) => count !== undefined);
    return given.every((count, at) => at === 0 || count >= (given[at - 1] as number));
  });
}

/** `undefined` means left out: a policy is kept as JSON, which cannot say it. */
function withoutGaps<Rule extends object>(rule: Rule): Rule {
  return Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== undefined)) as Rule;
}
