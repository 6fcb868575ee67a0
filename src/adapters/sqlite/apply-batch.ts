import { GamekeeperError, type TenantId } from '../../kernel/index.ts';
import type {
  BoundedAdd,
  CommitBatch,
  CommitOutcome,
  DocumentRef,
  SequenceOutcome,
  SequenceRequest,
  StagedEntry,
} from '../../ports/index.ts';
import type { WorkingSet } from './working-set.ts';

/**
 * Decides a batch against what the group has so far, and puts its changes there if it may pass.
 *
 * @throws {GamekeeperError} `ERR_INVALID_INPUT` when the batch contradicts what is stored; then it left no trace.
 */
export function applyBatch(set: WorkingSet, tenant: TenantId, batch: CommitBatch): CommitOutcome {
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

/** Gives the next indexes to the oldest staged entries, if the log has the size that was named. */
export function applySequence(
  set: WorkingSet,
  tenant: TenantId,
  { size, limit }: SequenceRequest,
): SequenceOutcome {
  const log = set.log(tenant);
  if (log.size !== size) return { status: 'conflict', size: log.size };
  const count = Math.min(limit, log.next - log.size);
  log.size += count;
  return { status: 'sequenced', size: log.size, count };
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
    const total = (running.get(name) ?? counterOf(set, tenant, ref)) + by;
    if (!Number.isSafeInteger(total)) throw invalid('a counter must stay a safe integer', 'adds');
    if ((atMost !== null && total > atMost) || (atLeast !== null && total < atLeast)) {
      passed.set(name, { collection: ref.collection, id: ref.id });
    }
    running.set(name, total);
    return total;
  });
  return { totals, passed: [...passed.values()] };
}

function counterOf(set: WorkingSet, tenant: TenantId, ref: DocumentRef): number {
  const head = set.head(tenant, ref);
  if (head.version === null) return 0;
  const { body } = head;
  if (!/^(0|-?[1-9]\d{0,15})$/.test(body)) {
    throw invalid('only a document with an integer body can be added to', 'adds');
  }
  return Number(body);
}

function write(set: WorkingSet, tenant: TenantId, batch: CommitBatch, totals: readonly number[]): void {
  batch.adds.forEach(({ ref, version }, at) => {
    const head = set.head(tenant, ref);
    head.version = version;
    head.body = String(totals[at]);
    head.mac = '';
    head.changed = true;
  });
  for (const put of batch.puts) set.put(tenant, put);
  for (const ref of batch.deletes) {
    const head = set.head(tenant, ref);
    head.version = null;
    head.body = '';
    head.keys = [];
    head.changed = true;
  }
  for (const entry of batch.entries) set.stage(tenant, entry);
}

function invalid(message: string, path: string): GamekeeperError {
  return new GamekeeperError('ERR_INVALID_INPUT', message, { path });
}
