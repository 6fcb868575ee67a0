import { createLru, type TenantId } from '../../kernel/index.ts';
import type { DocumentRef } from '../../ports/index.ts';
import type { Statements } from './statements.ts';

/** A row of the table of documents. */
export interface Row {
  readonly version: string;
  readonly mac: string;
  /** The document's index keys, as JSON. */
  readonly keys: string;
  readonly body: string;
}

/** Rows that this connection read or wrote, remembered for as long as nobody else changed the file. */
export interface RowCache {
  /**
   * Forgets everything if another connection has committed since the last call. Called at the start of a
   * transaction, what is remembered then is what the transaction sees; called outside of one, it is what the
   * file holds at that moment.
   */
  refresh(): void;
  /** A row by its name, or `null` where there is none; `undefined` when that is not remembered. */
  peek(name: string): Row | null | undefined;
  /** The same, from the table where it is not remembered. */
  read(name: string, tenant: TenantId, ref: DocumentRef): Row | null;
  set(name: string, row: Row | null): void;
  clear(): void;
}

const MOST_ROWS = 8_000;
/** Longer bodies, such as lists of ids, are not worth their place. */
const LONGEST_BODY = 4_096;

/** An empty cache. It costs one pragma a look (`data_version`), which reads shared memory only. */
export function rowCache({ dataVersion, readRow }: Statements): RowCache {
  const rows = createLru<string, Row | typeof ABSENT>(MOST_ROWS);
  let seen: unknown;

  const cache: RowCache = {
    refresh() {
      const now = dataVersion.get()?.data_version;
      if (now !== seen) rows.clear();
      seen = now;
    },
    peek(name) {
      const row = rows.get(name);
      return row === ABSENT ? null : (row as Row | undefined);
    },
    read(name, tenant, ref) {
      const known = cache.peek(name);
      if (known !== undefined) return known;
      const found = readRow.get(tenant, ref.collection, ref.id) as unknown as Row | undefined;
      const row = found ?? null;
      cache.set(name, row);
      return row;
    },
    set(name, row) {
      if (row !== null && row.body.length > LONGEST_BODY) rows.delete(name);
      else rows.set(name, row ?? ABSENT);
    },
    clear: () => rows.clear(),
  };
  return cache;
}

const ABSENT = Symbol('absent');

/** What a document is called among those of all tenants: made once where it is asked for again. */
export function rowName(tenant: TenantId, { collection, id }: DocumentRef): string {
  return `${tenant} ${collection} ${id}`;
}
