import type { IndexRange } from '../../ports/index.ts';
import type { Names } from './names.ts';

/** The engines, by the language they speak. PGlite speaks PostgreSQL's, MariaDB speaks MySQL's. */
export type SqlDialect = 'postgresql' | 'mysql' | 'sqlite';

/**
 * What a column holds: `name` is 1 to 512 bytes of printable ASCII that compare as bytes, `code` at most 64
 * characters, `text` any text, `count` an integer.
 */
export type ColumnKind = 'name' | 'code' | 'text' | 'count';
export type Columns = Readonly<Record<string, ColumnKind>>;

/** A part of a statement with the values of its `?`, in their order. */
export interface Fragment {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** How the engine holds on to rows: each by its own lock, in runs of equal locks, or not at all. */
export type RowLocks = 'each' | 'runs' | 'none';

/** All in which the engines differ. Statements are written with `?` and are the same but for what stands here. */
export interface Dialect {
  readonly name: SqlDialect;
  /** What people call the engine. */
  readonly title: string;
  /** A statement as the engine's drivers expect it. */
  text(sql: string): string;
  /** A table `r` of rows given as JSON by one `?`; column `n` counts them where it is asked for. */
  given(columns: Columns): string;
  /** Joins the one row of `table`, as `alias`, that `on` names for each row of what stands before; by an index. */
  lookUp(table: string, alias: string, on: string, where?: 'there' | 'anyway'): string;
  readonly rowLocks: RowLocks;
  /** Begins a transaction at READ COMMITTED; where others write too, it waits at most so long for a lock. */
  begin(lockMs: number | null): readonly string[];
  /**
   * Reads and locks documents named by `r(n, tenant, collection, id, written, counted)`. Where each has its own lock,
   * column `held` tells those that are there and that somebody else holds. The value `beside` is worked out once with it.
   */
  lockDocuments(names: Names, mode: 'share' | 'update', waits: boolean, beside?: string): string;
  /** Changes rows of `table` that `r` names by `keys`, where column `was` of `r` stands in `guard`. */
  update(table: string, keys: readonly string[], columns: Columns, guard: string): string;
  /**
   * Makes one statement of several writes, which tells how many rows each changed as `rows_0` and so on; or `null`. The
   * value `afterwards` is worked out when all of them are done.
   */
  readonly joins: ((writes: readonly WriteText[], afterwards: string | null) => string) | null;
  /** Deletes the rows of `table` that `r` names by all of its columns. */
  deleteGiven(table: string, columns: Columns): string;
  /** Deletes up to `?` rows of a tenant (`?`, the first) from a table whose rows `keys` tell apart. */
  deleteSome(table: string, keys: readonly string[]): string;
  /** What an insert ends with to leave rows alone that are there already. */
  unlessThere(column: string): string;
  /** How commits join transactions that the host began; `null` where they cannot. */
  readonly joining: Joining | null;
  /** The part of an index that a range asks for, in (key, collection, id), as a condition on `k`. */
  position(range: IndexRange): Fragment;
}

/** A write; or one that begins when a condition holds, which is that all writes before it are done. */
export type WriteText = string | ((done: string) => string);

/** The condition of a write that runs by itself. */
export const AT_ONCE = '1 = 1';

/** What makes a commit a part of somebody else's transaction. */
export interface Joining {
  /** Fails where no transaction is open, and sets a point to go back to: `gamekeeper`. */
  readonly enter: readonly string[];
  /** Goes back to that point, and ends what `enter` began. */
  readonly back: readonly string[];
  /** Ends what `enter` began, and keeps what was done since. */
  readonly leave: readonly string[];
  /** Values that set, by being worked out, how statements wait and are planned, and set it back again; or `null`. */
  readonly settings: { readonly set: string; readonly restore: string } | null;
}

/** The columns of `r` when documents are locked. */
export const LOCKED: Columns = {
  n: 'count',
  tenant: 'name',
  collection: 'name',
  id: 'name',
  written: 'count',
  counted: 'count',
};

/** `a.x = b.x AND …` */
export function equal(left: string, right: string, columns: readonly string[]): string {
  return columns.map((column) => `${left}.${column} = ${right}.${column}`).join(' AND ');
}

/** Where travel begins: at the bound, which lies before all documents of its key, or at `after` if that is further on. */
export function edgeOf({ after, descending, from, to }: IndexRange): [string, string, string] {
  const bound = descending ? to : from;
  if (after === null || (descending ? after.key >= bound : after.key < bound)) return [bound, '', ''];
  return [after.key, after.ref.collection, after.ref.id];
}

/** One bound is a whole position, so that a page continues by one search in the index. */
export function byRowValue(range: IndexRange): Fragment {
  const place = '(k.index_key, k.collection, k.id)';
  return range.descending
    ? { sql: `${place} < (?, ?, ?) AND k.index_key >= ?`, values: [...edgeOf(range), range.from] }
    : { sql: `${place} > (?, ?, ?) AND k.index_key < ?`, values: [...edgeOf(range), range.to] };
}

/** Deletes some rows of a tenant by the values that tell them apart. */
export function deleteSomeByKeys(table: string, keys: readonly string[]): string {
  const list = ['tenant', ...keys].join(', ');
  return `DELETE FROM ${table} WHERE (${list}) IN (SELECT ${list} FROM ${table} WHERE tenant = ? LIMIT ?)`;
}
