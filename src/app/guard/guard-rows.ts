import { GUARDED_FIELDS } from '../../guard/index.ts';
import type { Alias, JsonValue, Result } from '../../kernel/index.ts';
import { ok } from '../../kernel/index.ts';
import { hostRows, validate } from '../../model/index.ts';
import { maskProfile, visibleTo } from '../../ownership/index.ts';
import type { ShellRefusal } from '../commit/execute.ts';
import { recordList } from '../commit/reads.ts';
import { loadCustomers } from '../customers/customer-context.ts';
import { foreseeReveal, guardReveal } from '../customers/reveal.ts';
import { type Desk, look } from '../desk.ts';
import type { HostRow } from './guard.ts';

/** A row without what the caller may not see. */
export interface MaskedRow {
  readonly id: string;
  /** The fields of the profile by name; hidden ones are `null`. What the profile does not know is left out. */
  readonly fields: { readonly [field: string]: JsonValue };
  readonly masked: readonly string[];
  /** The hold that waits because too many contacts were to be seen. */
  readonly held: string | null;
}

/** Masks rows that the host read from its own tables; whom the keeper does not know is a stranger's customer. */
export async function maskRows(
  desk: Desk,
  input: readonly HostRow[],
): Promise<Result<readonly MaskedRow[], ShellRefusal>> {
  const rows = validate(hostRows, input, 'rows') as readonly HostRow[];
  return look(desk, 'guard-mask', async (transaction) => {
    foreseeReveal(transaction);
    const loaded = await loadCustomers(
      transaction,
      rows.map(({ id }) => id),
    );
    const shown = rows.map((row, at) => {
      const { customer, standing, policy } = loaded[at] as (typeof loaded)[number];
      const values = Object.fromEntries(
        [...desk.shape.fields.keys()].flatMap((field) =>
          Object.hasOwn(row, field) && row[field] !== undefined ? [[field, row[field] as JsonValue]] : [],
        ),
      );
      return {
        alias: customer?.alias ?? null,
        ...maskProfile(desk.shape, values, visibleTo(standing.relation, policy)),
      };
    });
    const contacts = [...desk.shape.fields]
      .filter(([, level]) => level === GUARDED_FIELDS)
      .map(([field]) => field);
    const revealed = shown.flatMap(({ alias, shown: fields }) =>
      alias !== null && fields.some((field) => contacts.includes(field)) ? [alias] : [],
    );
    const withheld = await guardReveal(transaction, revealed);
    const known = shown.flatMap(({ alias }) => (alias === null ? [] : [alias]));
    const fields = [...new Set(shown.flatMap((row) => row.shown))].sort();
    recordList(transaction, 'customers-listed', known, { fields: fields.join(' '), scope: 'host' });
    return ok(
      shown.map(({ alias, profile, masked }, at) => {
        const hides = alias !== null && withheld.customers.has(alias as Alias);
        const hidden = hides ? contacts : [];
        return {
          id: rows[at]?.id as string,
          fields: { ...profile, ...Object.fromEntries(hidden.map((field) => [field, null])) },
          masked: [...new Set([...masked, ...hidden])],
          held: hides ? withheld.hold : null,
        };
      }),
    );
  });
}
