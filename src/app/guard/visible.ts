import { ok, type Result } from '../../kernel/index.ts';
import { readRange } from '../commit/read-range.ts';
import type { Transaction } from '../commit/transaction.ts';
import { withStanding } from '../customers/customer-context.ts';
import { rangesOf } from '../customers/list-customers.ts';

/** The live customers that somebody works with: their own, shared with them, of the people below, or all. */
export interface VisibleFilter {
  /** Every customer of the company: no filter is needed. */
  readonly everything: boolean;
  /** The host's ids otherwise. */
  readonly ids: readonly string[];
  /**
   * The filter as a condition of SQL, for the text column that holds the host's id of the customer. Parameters go
   * as JSON, one of them however many ids there are. Ids are compared as they are written, whatever the column's
   * collation, but for a nondeterministic one of PostgreSQL: neither case nor accents nor spaces at the end are the same.
   *
   * @param column The column's name, as it stands in the host's query; letters, digits, `_`, `.` and quotes.
   * @throws {GamekeeperError} never; a column with other characters gives a condition that nothing meets.
   */
  sql(column: string, dialect?: 'sqlite' | 'postgres' | 'mysql'): SqlCondition;
}

/** A condition and its parameters. */
export interface SqlCondition {
  readonly sql: string;
  readonly parameters: readonly string[];
}

const NOTHING: SqlCondition = { sql: '1 = 0', parameters: [] };

/** Works out the filter: row by row the same as what a single look would say. */
export async function visibleFilter(transaction: Transaction): Promise<Result<VisibleFilter, never>> {
  const { actor, session } = transaction;
  const everything = actor.can('customers.read') || actor.can('customers.update');
  const ids = new Set<string>();
  if (!everything) {
    for (const scope of ['mine', 'team'] as const) {
      for (const range of rangesOf(transaction, scope)) {
        for await (const part of partsOf(session, range)) {
          await transaction.peek(...part.map((id) => ['customer', id] as const));
          const claims = part.flatMap((id) => transaction.get('customer', id)?.claim ?? []);
          await transaction.peek(...claims.map((claim) => ['claim', claim] as const));
          for (const id of part) {
            const { customer, standing } = await withStanding(
              transaction,
              transaction.get('customer', id),
              true,
            );
            if (customer?.id != null && standing.relation !== 'other') ids.add(customer.id);
          }
        }
      }
    }
  }
  const listed = [...ids].sort();
  return ok({
    everything,
    ids: listed,
    sql: (column, dialect = 'sqlite') =>
      everything ? { sql: '1 = 1', parameters: [] } : condition(column, listed, dialect),
  });
}

function condition(
  column: string,
  ids: readonly string[],
  dialect: 'sqlite' | 'postgres' | 'mysql',
): SqlCondition {
  if (!/^[A-Za-z_"`][\w."`]*$/.test(column) || ids.length === 0) return NOTHING;
  const lists = {
    sqlite: `${column} COLLATE BINARY IN (SELECT value FROM json_each(?))`,
    postgres: `${column} IN (SELECT jsonb_array_elements_text($1::jsonb))`,
    // A collation that pads takes spaces at the end for none: the lengths tell.
    mysql: `(${column}, CHAR_LENGTH(${column})) IN (SELECT id COLLATE utf8mb4_bin, CHAR_LENGTH(id) FROM JSON_TABLE(?, '$[*]' COLUMNS (id VARCHAR(256) PATH '$')) AS visible)`,
  };
  // No text of PostgreSQL holds a NUL, and its JSON refuses one.
  const possible = dialect === 'postgres' ? ids.filter((id) => !id.includes('\0')) : ids;
  return { sql: lists[dialect], parameters: [JSON.stringify(possible)] };
}

async function* partsOf(
  session: Transaction['session'],
  { index, from, to }: { readonly index: string; readonly from: string; readonly to: string },
): AsyncGenerator<readonly string[]> {
  let part: string[] = [];
  for await (const { ref } of readRange(session.store, session.tenant, { index, from, to, want: 'refs' })) {
    part.push(ref.id);
    if (part.length === 200) {
      yield part;
      part = [];
    }
  }
  if (part.length > 0) yield part;
}
