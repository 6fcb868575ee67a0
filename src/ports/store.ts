import type { TenantId } from '../kernel/index.ts';

/**
 * Keeps a tenant's documents and its ledger entries. The only persistence a host has to provide.
 *
 * Texts: ids of tenants, collections and documents, versions, names of indexes and index keys are 1 to
 * 512 bytes of printable ASCII (0x21 to 0x7E) and MUST be compared as bytes, never by a collation. Bodies
 * and leaves are well-formed Unicode without NUL and MUST come back exactly as they were given.
 * Tenants are separate worlds: nothing of one MUST ever show in an answer about another.
 * A store MUST take any batch of up to 512 documents, 4,096 index keys, 512 entries and 4 MiB.
 */
export interface Store {
  readonly specificationVersion: 'v1';
  readonly capabilities: StoreCapabilities;

  /**
   * Applies all of `batch` or none of it.
   *
   * MUST be atomic and isolated: no reader sees half of it, no other commit comes between its checks and
   * its writes. A failed precondition is an answer, not an error. Once the promise resolves with
   * `committed`, `get` and `find` that begin later MUST see it, in any process, and a `durable` store
   * MUST keep it through a crash of the process and a loss of power.
   *
   * Entries decide repetition: when every entry of the batch is stored already with the same leaf, the
   * answer MUST be `committed` with `repeated: true`, and nothing changes, whatever the checks say. An
   * entry id that is stored with another leaf MUST reject the promise. So an unknown outcome is settled
   * by committing the same batch once more.
   *
   * The order of work is: repetition, then checks (`conflict`), then bounds (`bound`), then writes.
   */
  commit(tenant: TenantId, batch: CommitBatch): Promise<CommitOutcome>;

  /** Documents by reference, in the order asked, `null` where absent. The same reference may be asked twice. */
  get(tenant: TenantId, refs: readonly DocumentRef[]): Promise<readonly (StoredDocument | null)[]>;

  /** Ranges of named indexes in one round trip. One list of hits for each range, in the order asked. */
  find(tenant: TenantId, query: IndexQuery): Promise<readonly (readonly IndexHit[])[]>;

  /**
   * Gives the next dense indexes to staged entries, oldest first, if the log holds exactly `size` of them.
   *
   * MUST be atomic: two callers with the same `size` never both succeed. When two commits meet in a
   * reference, one writing it and the other checking or writing it, their entries MUST be sequenced in the
   * order in which the commits were applied; so the log replays every check. Entries of one batch keep
   * their order. Nothing else is promised about order. A `limit` of 0 only asks for the size.
   */
  sequence(tenant: TenantId, request: SequenceRequest): Promise<SequenceOutcome>;

  /** Entries by position, by id, by subject, or not yet sequenced. Absent ones are left out. */
  readEntries(tenant: TenantId, query: EntryQuery): Promise<readonly StoredEntry[]>;
}

/** What a store can do beyond the minimum; the conformance suite tests what is claimed. */
export interface StoreCapabilities {
  /** An acknowledged commit survives a crash and a loss of power. */
  readonly durable: boolean;
  /** Several processes may use the same data at once. */
  readonly multiProcess: boolean;
}

/** Names a document. */
export interface DocumentRef {
  readonly collection: string;
  readonly id: string;
}

/** A document as it lies in the store. */
export interface StoredDocument {
  readonly ref: DocumentRef;
  /** Chosen by the writer, and never chosen twice for a reference: the id of an entry, or a fresh UUIDv7. */
  readonly version: string;
  /** Canonical JSON. A counter's body is a decimal integer. */
  readonly body: string;
  /** Opaque to the store: the writer's authentication code, at most 64 characters, empty for counters. */
  readonly mac: string;
}

/** A place in an index. Names belong to the tenant: one index may hold documents of several collections. */
export interface IndexKey {
  readonly index: string;
  readonly key: string;
}

/** A document to be written, whole. Its index keys replace those it had; unchanged ones SHOULD stay untouched. */
export interface DocumentPut extends StoredDocument {
  readonly keys: readonly IndexKey[];
}

/** A precondition: the document stands at this version, or is absent (`null`). */
export interface VersionCheck {
  readonly ref: DocumentRef;
  readonly version: string | null;
}

/**
 * Moves a counter without a race. An absent counter stands at 0. The counter takes the new `version`.
 * When the new value would lie above `atMost` or below `atLeast`, the whole batch answers `bound`.
 * Two adds to one counter in a batch are applied one after the other. MUST NOT fail for a lost race.
 */
export interface BoundedAdd {
  readonly ref: DocumentRef;
  readonly by: number;
  readonly atMost: number | null;
  readonly atLeast: number | null;
  readonly version: string;
}

/** A ledger entry without a position yet. */
export interface StagedEntry {
  /** Unique in the tenant. */
  readonly id: string;
  /** At most 512 aliases. */
  readonly subjects: readonly string[];
  /** The leaf: canonical JSON, at most 32 KiB. Hashed, stored and exported as it stands. */
  readonly leaf: string;
  /** Opaque to the store, at most 64 characters. */
  readonly mac: string;
}

/** A staged or sequenced entry. */
export interface StoredEntry extends StagedEntry {
  /** Position in the log from 0, dense; `null` while staged. */
  readonly index: number | null;
}

/** What one commit asks for. A reference occurs at most once among `adds`, `puts` and `deletes`, but adds may repeat. */
export interface CommitBatch {
  readonly checks: readonly VersionCheck[];
  readonly adds: readonly BoundedAdd[];
  readonly puts: readonly DocumentPut[];
  /** Deleting what is absent is no error. */
  readonly deletes: readonly DocumentRef[];
  readonly entries: readonly StagedEntry[];
}

/** What came of a commit. */
export type CommitOutcome =
  /** `totals`: the counters' values after `adds`, in their order; empty when `repeated`. */
  | { readonly status: 'committed'; readonly repeated: boolean; readonly totals: readonly number[] }
  /** Some checks failed; nothing was written. */
  | { readonly status: 'conflict'; readonly refs: readonly DocumentRef[] }
  /** Some bounds would be passed; nothing was written. */
  | { readonly status: 'bound'; readonly refs: readonly DocumentRef[] };

/** Where a page of an index ended. */
export interface IndexPosition {
  readonly key: string;
  readonly ref: DocumentRef;
}

/** A part of an index: `from` inclusive, `to` exclusive, in the order of (key, collection, id) as bytes. */
export interface IndexRange {
  readonly index: string;
  readonly from: string;
  readonly to: string;
  /** At most this many hits, 1 to 1,000. */
  readonly limit: number;
  /** Only what comes after this position, in the direction of travel. */
  readonly after: IndexPosition | null;
  readonly descending: boolean;
}

/** Up to 16 ranges, answered in one round trip. */
export interface IndexQuery {
  readonly ranges: readonly IndexRange[];
  /** `refs` leaves `document` null and SHOULD not read bodies. */
  readonly want: 'refs' | 'documents';
}

/** A document met in an index. */
export interface IndexHit extends IndexPosition {
  readonly document: StoredDocument | null;
}

/** The size the caller believes the log to have, and how many entries may get a position. */
export interface SequenceRequest {
  readonly size: number;
  readonly limit: number;
}

/** What came of sequencing. `size` is how many entries have an index now. */
export type SequenceOutcome =
  | { readonly status: 'sequenced'; readonly size: number; readonly count: number }
  | { readonly status: 'conflict'; readonly size: number };

/** Which entries are asked for. */
export type EntryQuery =
  /** Sequenced entries from an index on, in order. */
  | { readonly by: 'index'; readonly from: number; readonly limit: number }
  /** Staged or sequenced, in the order asked. */
  | { readonly by: 'id'; readonly ids: readonly string[] }
  /** Sequenced entries of a subject with an index above `after` (below it when `descending`), in order of travel. */
  | {
      readonly by: 'subject';
      readonly subject: string;
      readonly after: number | null;
      readonly limit: number;
      readonly descending: boolean;
    }
  /** Not yet sequenced, oldest first. */
  | { readonly by: 'staged'; readonly limit: number };
