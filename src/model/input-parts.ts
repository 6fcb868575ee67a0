import * as z from 'zod/mini';
import { type Instant, isInstant, isLocalDate, type LocalDate } from '../kernel/index.ts';

/** Parts that the schemas of what hosts hand in are made of. */
export const text = (longest: number) =>
  z.string().check(
    z.minLength(1),
    z.maxLength(longest),
    z.refine((value) => value.isWellFormed(), 'expected well-formed Unicode'),
  );
export const id = text(256);
export const instant = z.custom<Instant, string>(
  isInstant,
  'expected an instant in UTC with milliseconds, such as 2026-03-25T08:00:00.000Z',
) as unknown as z.ZodMiniType<Instant, string>;
export const day = z.custom<LocalDate, string>(
  isLocalDate,
  'expected a day, YYYY-MM-DD',
) as unknown as z.ZodMiniType<LocalDate, string>;
export const idempotencyKey = z.optional(text(256));
export const reason = text(2_000);
export const cursor = z.optional(z.nullable(z.string().check(z.maxLength(2_000))));
export const limit = z.optional(z.int().check(z.minimum(1), z.maximum(500)));
