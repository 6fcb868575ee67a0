import type { TenantId } from '../../kernel/index.ts';
import type { DocumentPut, DocumentRef, IndexKey, StagedEntry } from '../../ports/index.ts';
import { type Row, type RowCache, rowName } from './row-cache.ts';
import type { Statements } from './statements.ts';

/** The collection of people's keys: only an erasure deletes one. */
const ERASED = 'key';

/** A document as the batches of a group have left it so far. */
export interface Head {
  readonly name: string;
  readonly tenant: TenantId;
  readonly ref: DocumentRef;
  /** What the table holds; `undefined` when nobody had to look. */
  stored: Row | null | undefined;
  /** `null` when absent. */
  version: string | null;
  body: string;
  mac: string;
  /** `null` means: still those of the table. */
  keys: readonly IndexKey[] | null;
  changed: boolean;
}

/** How long a tenant's log is, and where the next entry goes. */
export interface LogState {
  readonly storedSize: number;
  size: number;
  next: number;
}

/**
 * What a group of batches has read and wants written.
 *
 * Batches are decided here, one after the other, before anything is written: so one that fails leaves
 * no trace, and a document that many of them change is written once.
 */
export interface WorkingSet {
  /** A document, as the table holds it if no batch has changed it. */
  head(tenant: TenantId, ref: DocumentRef): Head;
  /** Writes a document whole, whatever it was. */
  put(tenant: TenantId, put: DocumentPut): void;
  log(tenant: TenantId): LogState;
  /** The leaf under which an entry is stored, or `null`. */
  leaf(tenant: TenantId, id: string): string | null;
  stage(tenant: TenantId, entry: StagedEntry): void;
  /** Writes all that changed. */
  flush(): void;
  /** After the commit: what was written is what the table holds. */
  remember(): void;
  /** Whether `flush` has anything to do. */
  isEmpty(): boolean;
  /** Whether `flush` deletes a key: what it protected is to be gone from the disk, too. */
  erases(): boolean;
}

/** A working set over one open transaction. Throw it away with the transaction. */
export function workingSet(statements: Statements, cache: RowCache): WorkingSet {
  const heads = new Map<string, Head>();
  const logs = new Map<TenantId, LogState>();
  const staged = new Map<string, { tenant: TenantId; entry: StagedEntry; position: number }>();

  const set: WorkingSet = {
    head(tenant, ref) {
      const name = rowName(tenant, ref);
      const known = heads.get(name);
      if (known !== undefined) return known;
      const stored = cache.read(name, tenant, ref);
      const head: Head = {
        name,
        tenant,
        ref,
        stored,
        version: stored?.version ?? null,
        body: stored?.body ?? '',
        mac: '',
        keys: null,
        changed: false,
      };
      heads.set(name, head);
      return head;
    },
    put(tenant, { ref, version, body, mac, keys }) {
      const name = rowName(tenant, ref);
      const stored = heads.get(name)?.stored ?? cache.peek(name);
      heads.set(name, { name, tenant, ref, stored, version, body, mac, keys, changed: true });
    },
    log(tenant) {
      const known = logs.get(tenant);
      if (known !== undefined) return known;
      const row = statements.readLog.get(tenant) as unknown as {
        readonly size: number;
        readonly next: number;
      };
      const log: LogState = { storedSize: row.size, size: row.size, next: row.next };
      logs.set(tenant, log);
      return log;
    },
    leaf(tenant, id) {
      const fresh = staged.get(`${tenant} ${id}`);
      if (fresh !== undefined) return fresh.entry.leaf;
      return (statements.readLeaf.get(tenant, id)?.leaf as string | undefined) ?? null;
    },
    stage(tenant, entry) {
      const log = set.log(tenant);
      staged.set(`${tenant} ${entry.id}`, { tenant, entry, position: log.next });
      log.next += 1;
    },
    flush() {
      for (const head of heads.values()) if (head.changed) writeHead(statements, cache, head);
      for (const { tenant, entry, position } of staged.values())
        writeEntry(statements, tenant, entry, position);
      for (const [tenant, { size, storedSize }] of logs)
        if (size !== storedSize) statements.putLog.run(tenant, size);
    },
    remember() {
      for (const { name, version, body, mac, keys, stored, changed } of heads.values()) {
        if (!changed) continue;
        const text = keys === null ? (stored?.keys ?? '[]') : keysAsJson(keys);
        cache.set(name, version === null ? null : { version, mac, keys: text, body });
      }
    },
    isEmpty() {
      if (staged.size > 0) return false;
      for (const head of heads.values()) if (head.changed) return false;
      for (const { size, storedSize } of logs.values()) if (size !== storedSize) return false;
      return true;
    },
    erases() {
      for (const { ref, version, stored } of heads.values())
        if (ref.collection === ERASED && version === null && stored !== null) return true;
      return false;
    },
  };
  return set;
}

function writeHead(statements: Statements, cache: RowCache, head: Head): void {
  const { tenant, ref, version, body, mac, keys } = head;
  const { collection, id } = ref;
  const wanted = version === null ? [] : keys;
  // Most documents that nobody looked at are new.
  if (head.stored === undefined && version !== null && wanted !== null) {
    const text = keysAsJson(wanted);
    if (statements.addDocument.run(tenant, collection, id, version, mac, text, body).changes === 1) {
      head.stored = null;
      for (const { index, key } of wanted) statements.addKey.run(tenant, index, key, collection, id);
      return;
    }
  }
  if (head.stored === undefined) head.stored = cache.read(head.name, tenant, ref);
  const storedKeys = head.stored?.keys ?? '[]';
  const text = wanted === null ? storedKeys : keysAsJson(wanted);
  if (version === null) {
    if (head.stored !== null) statements.deleteDocument.run(tenant, collection, id);
  } else {
    statements.putDocument.run(tenant, collection, id, version, mac, text, body);
  }
  if (text !== storedKeys && wanted !== null) writeKeys(statements, head, storedKeys, wanted);
}

/** Takes the keys away that are no longer wanted, and adds those that were not there. */
function writeKeys(
  statements: Statements,
  { tenant, ref: { collection, id } }: Head,
  storedKeys: string,
  wanted: readonly IndexKey[],
): void {
  const stored = storedKeys === '[]' ? [] : (JSON.parse(storedKeys) as [string, string][]);
  const names = new Set(wanted.map(({ index, key }) => `${index} ${key}`));
  const kept = new Set<string>();
  for (const [index, key] of stored) {
    if (names.has(`${index} ${key}`)) kept.add(`${index} ${key}`);
    else statements.removeKey.run(tenant, index, key, collection, id);
  }
  for (const { index, key } of wanted) {
    if (kept.size === 0 || !kept.has(`${index} ${key}`))
      statements.addKey.run(tenant, index, key, collection, id);
  }
}

function writeEntry(statements: Statements, tenant: TenantId, entry: StagedEntry, position: number): void {
  statements.addEntry.run(tenant, position, entry.id, entry.mac, JSON.stringify(entry.subjects), entry.leaf);
  for (const subject of entry.subjects) statements.addSubject.run(tenant, subject, position);
}

function keysAsJson(keys: readonly IndexKey[]): string {
  return keys.length === 0 ? '[]' : JSON.stringify(keys.map(({ index, key }) => [index, key]));
}
