import type { Alias } from '../../kernel/index.ts';
import type { OrgChart } from '../../model/index.ts';

/** The host's id of an employee, `null` for nobody. */
export function hostIdOf(org: OrgChart, alias: string | null): string | null {
  return alias === null ? null : (org.byAlias.get(alias as Alias)?.id ?? null);
}
