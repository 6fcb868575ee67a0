import { GamekeeperError, type TenantId } from '../../kernel/index.ts';
import type {
  BoundedAdd,
  CommitBatch,
  CommitOutcome,
  DocumentRef,
  IndexKey,
  StagedEntry,
} from '../../ports/index.ts';

/** A document as the tables hold it. */
export interface StoredHead {
  /** `null` when there is no row. */
  readonly version: string | null;
  /** The keys of a document that is to be written, as JSON. */
  readonly keys: string | null;
  /** The body of a counter. */
  readonly body: string | null;
}

/** A document as the batches of a group have left it so far. */
export interface Head {
  readonly tenant: TenantId;
  readonly ref: DocumentRef;
  readonly stored: StoredHead;
  /** `null` when absent. */
  version: string | null;
  /** `null` means: still that of the table. */
  body: string | null;
  mac: string;
  /** `null` means: still those of the table. */
  keys: readonly IndexKey[] | null;
  changed: boolean;
  /** A batch that is committed rests on this document's absence, or deletes what is not there. */
  guarded: boolean;
}

/** What a group of batches looks at and changes, in memory. */
export interface WorkingSet {
  head(tenant: TenantId, ref: DocumentRef): Head;
  /** The leaf under which an entry is stored, as far as anybody looked, or was staged by the group. */
  leaf(tenant: TenantId, id: string): string | null;
  stage(tenant: TenantId, entry: StagedEntry): void;
}

/**
 * Decides a batch against what the group has so far, and puts its changes there if it may pass.
 *
 * @throws {GamekeeperError} `ERR_INVALID_INPUT` when the batch contradicts what is stored; then it left no trace.
 */
export function decideBatch(set: WorkingSet, tenant: TenantId, batch: CommitBatch): CommitOutcome {
  if (isRepeated(set, tenant, batch.entries)) return { status: 'committed', repeated: true, totals: [] };
  const refs: DocumentRef[] = [];
  for (const { ref, version } of batch.checks) {
    if (set.head(tenant, ref).version !== version) refs.push({ collection: ref.collection, id: ref.id });
  }
  if (refs.length > 0) return { status: 'conflict', refs };
  const { totals, passed } = addUp(set, tenant, batch.adds);
  if (passed.length > 0) return { status: 'bound', refs: passed };
  write(set, tenant, batch, totals);
  return { status: 'committed', repeated: false, totals };
}

function isRepeated(set: WorkingSet, tenant: TenantId, entries: readonly StagedEntry[]): boolean {
  let known = 0;
  for (const { id, leaf } of entries) {
    const stored = set.leaf(tenant, id);
    if (stored === null) continue;
    if (stored !== leaf) throw invalid(`entry ${id} is stored with another leaf`, 'entries');
    known += 1;
  }
  if (known > 0 && known < entries.length) {
    throw invalid(`${known} of ${entries.length} entries are stored already`, 'entries');
  }
  return known > 0;
}

function addUp(
  set: WorkingSet,
  tenant: TenantId,
  adds: readonly BoundedAdd[],
): { readonly totals: readonly number[]; readonly passed: readonly DocumentRef[] } {
  const running = new Map<string, number>();
  const passed = new Map<string, DocumentRef>();
  const totals = adds.map(({ ref, by, atMost, atLeast }) => {
    const name = `${ref.collection} ${ref.id}`;
    const total = (running.get(name) ?? counterOf(set.head(tenant, ref))) + by;
    if (!Number.isSafeInteger(total)) throw invalid('a counter must stay a safe integer', 'adds');
    if ((atMost !== null && total > atMost) || (atLeast !== null && total < atLeast)) {
      passed.set(name, { collection: ref.collection, id: ref.id });
    }
    running.set(name, total);
    return total;
  });
  return { totals, passed: [...passed.values()] };
}

function counterOf({ version, body, stored }: Head): number {
  if (version === null) return 0;
  const text = body ?? stored.body ?? '';
  if (!/^(0|-?[1-9]\d{0,15})$/.test(text)) {
    throw invalid('only a document with an integer body can be added to', 'adds');
  }
  return Number(text);
}

function write(set: WorkingSet, tenant: TenantId, batch: CommitBatch, totals: readonly number[]): void {
  for (const { ref, version } of batch.checks) if (version === null) set.head(tenant, ref).guarded = true;
  batch.adds.forEach(({ ref, version }, at) => {
    const head = set.head(tenant, ref);
    head.version = version;
    head.body = String(totals[at]);
    head.mac = '';
    head.changed = true;
  });
  for (const { ref, version, body, mac, keys } of batch.puts) {
    const head = set.head(tenant, ref);
    head.version = version;
    head.body = body;
    head.mac = mac;
    head.keys = keys;
    head.changed = true;
  }
  for (const ref of batch.deletes) {
    const head = set.head(tenant, ref);
    head.version = null;
    head.body = null;
    head.keys = [];
    head.changed = true;
    head.guarded = true;
  }
  for (const entry of batch.entries) set.stage(tenant, entry);
}

function invalid(message: string, path: string): GamekeeperError {
  return new GamekeeperError('ERR_INVALID_INPUT', message, { path });
}
