import type { Alias, JsonValue } from '../kernel/index.ts';

/**
 * Whether a type of entry, or a word for an attempt, is about alerts (`alert-raised`, `dismiss-alert`,
 * `alerts-listed`). What tells of these names no employee.
 */
export function isAboutAlerts(type: string): boolean {
  return /(^|-)alerts?(-|$)/.test(type);
}

/** Facts with every alias replaced: as an audience may see them. */
export function withoutAliases(facts: JsonValue, named: (alias: Alias) => string | null): JsonValue {
  if (typeof facts === 'string') return /^[ec]_[\w-]{22}$/.test(facts) ? named(facts as Alias) : facts;
  if (Array.isArray(facts)) return facts.map((item) => withoutAliases(item, named));
  if (facts === null || typeof facts !== 'object') return facts;
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, withoutAliases(value, named)]),
  );
}
