import * as z from 'zod/mini';
import {
  type Alias,
  type EntryId,
  type Instant,
  isInstant,
  isLocalDate,
  isUuidv7,
  type JsonValue,
  type LocalDate,
} from '../kernel/index.ts';

/** What the nouns in the store are made of. */
export const alias = z.custom<Alias>(
  (text) => typeof text === 'string' && /^[ec]_[\w-]{22}$/.test(text),
  'expected an alias',
);
export const employeeAlias = z.custom<Alias>(
  (text) => typeof text === 'string' && /^e_[\w-]{22}$/.test(text),
  'expected the alias of an employee',
);
/** Who acts: an employee's alias, a service of the host, or the keeper itself. */
export const party = z.union([
  alias,
  z.string().check(z.regex(/^s_[a-z][a-z0-9-]{0,31}$/)),
  z.literal('system'),
]);
export const entryId = z.custom<EntryId>(isUuidv7, 'expected the id of an entry');
export const instant = z.custom<Instant>(isInstant, 'expected an instant, such as 2026-03-25T08:00:00.000Z');
export const localDate = z.custom<LocalDate>(isLocalDate, 'expected a day, YYYY-MM-DD');
export const schemaVersion = z.literal(1);
export const json = z.json() as unknown as z.ZodMiniType<JsonValue>;
