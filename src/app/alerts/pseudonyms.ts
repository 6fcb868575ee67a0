import { withoutAliases } from '../../alerts/index.ts';
import type { Alias, JsonValue } from '../../kernel/index.ts';
import type { Session } from '../commit/session.ts';

/** What stands for a person where their name may not: the same in one company every time, and no way back. */
export function pseudonymOf({ codec }: Pick<Session, 'codec'>, alias: Alias): string {
  return `p_${codec.keyedHash('pseudonym', alias).slice(0, 12)}`;
}

/** Facts as those may see them who do not know whom they are about: people by pseudonym, customers left out. */
export function pseudonymous(session: Pick<Session, 'codec'>, facts: JsonValue): JsonValue {
  return withoutAliases(facts, (alias) => (alias.startsWith('e_') ? pseudonymOf(session, alias) : null));
}
