import type { TenantId } from '../kernel/index.ts';

/**
 * Keeps a tenant's documents and its ledger entries. The only persistence a host has to provide.
 *
 * Every sentence with MUST names the clauses of `storeCases` (`gamekeeper/testing`) that hold a store to it.
 *
 * Ids of tenants, collections and documents, versions, names of indexes, index keys, ids and subjects of entries
 * are names: 1 to 512 bytes of printable ASCII (0x21 to 0x7E), and a store MUST take them whole [ST-04].
 * Names MUST be compared as bytes, never by a collation, a pattern, or as numbers [ST-02 ST-03 ST-11 ST-12 ST-14],
 * and MUST be kept apart however they are joined [ST-13].
 * Bodies and leaves are well-formed Unicode without NUL, and MUST come back exactly as they were given
 * [ST-05 ST-15 ST-19]; what is not well-formed MUST be refused, or come back exactly too [ST-06].
 * What is handed over or answered MUST NOT be shared: neither side notices what the other does to it [ST-61].
 * Tenants are separate worlds: nothing of one MUST ever show in an answer about another [ST-10 ST-14 ST-49].
 * A store MUST take any batch of up to 512 documents (checked, counted, written or deleted), 4,096 index keys,
 * 512 entries and 4 MiB [ST-08 ST-09 ST-17 ST-18], and MUST answer 1,000 references, ids, hits or entries in one
 * call [ST-62].
 * All this MUST hold for any calls in any order [ST-120].
 */
export interface Store {
  /** MUST be `v1` [ST-01]. */
  readonly specificationVersion: 'v1';
  readonly capabilities: StoreCapabilities;

  /**
   * Applies all of `batch` or none of it.
   *
   * MUST be atomic: when it answers anything but `committed`, or rejects, nothing of the batch is there
   * [ST-18 ST-21 ST-23 ST-25 ST-26]. MUST be isolated: no reader sees half of it [ST-51 ST-66 ST-67 ST-68], and no
   * other commit comes between its checks and its writes, also where it only checks, and where it checks absence
   * [ST-50 ST-57 ST-123]. A failed precondition is an answer, not an error, and MUST harm no other commit [ST-55].
   * A lost race MUST NOT reject: it is an answer, or is tried again [ST-46 ST-52 ST-123]. Once the promise resolves
   * with `committed`, reads that begin later MUST see it [ST-20 ST-64 ST-65].
   *
   * Entries decide repetition: when every entry of the batch is stored already with the same leaf, the answer MUST
   * be `committed` with `repeated: true`, and nothing changes, whatever the checks say and however long ago it was
   * [ST-24 ST-34 ST-36 ST-52]. Leaves MUST be compared byte by byte, and nothing of an entry but id and leaf [ST-35].
   * An entry id that is stored with another leaf MUST reject the promise [ST-25], and so MUST a batch of which only
   * some entries are stored [ST-26]. A batch that failed, or that has no entries, MUST be taken as new each time
   * [ST-27 ST-37]. So an unknown outcome is settled by committing the same batch once more.
   *
   * The order of work MUST be: repetition, then checks (`conflict`), then bounds (`bound`), then writes
   * [ST-24 ST-28]. Checks and bounds MUST be evaluated on the state before the batch [ST-29].
   */
  commit(tenant: TenantId, batch: CommitBatch): Promise<CommitOutcome>;

  /**
   * Documents by reference. MUST answer in the order asked, `null` where absent, and the same reference as often as
   * it is asked [ST-60]. MUST show one moment [ST-51].
   */
  get(tenant: TenantId, refs: readonly DocumentRef[]): Promise<readonly (StoredDocument | null)[]>;

  /**
   * Ranges of named indexes in one round trip. MUST answer one list of hits for each range, in the order asked
   * [ST-75 ST-78]. MUST show one moment in all of them, the documents included [ST-66 ST-67].
   */
  find(tenant: TenantId, query: IndexQuery): Promise<readonly (readonly IndexHit[])[]>;

  /**
   * Gives the next dense indexes to staged entries, oldest first, if the log holds exactly `size` of them.
   *
   * MUST be atomic: two callers with the same `size` never both give any [ST-53 ST-54]. With any other size it MUST
   * answer `conflict` with the true one, and change nothing [ST-81]. Indexes MUST be dense from 0, also where
   * commits failed in between [ST-80 ST-84], and an entry MUST keep the index it got [ST-85]. When two commits meet
   * in a reference, one writing it and the other checking or writing it, their entries MUST be sequenced in the
   * order in which the commits were applied; so the log replays every check [ST-56 ST-58 ST-59 ST-123]. Entries of
   * one batch MUST keep their order [ST-80]. Nothing else is promised about order. A `limit` of 0 MUST change
   * nothing: it only asks for the size [ST-82]. When nothing is staged the answer MUST be `sequenced` with a count
   * of 0 [ST-83].
   */
  sequence(tenant: TenantId, request: SequenceRequest): Promise<SequenceOutcome>;

  /**
   * Entries by position, by id, by subject, or not yet sequenced. Absent ones MUST be left out [ST-90 ST-91]. MUST
   * show one moment [ST-68].
   */
  readEntries(tenant: TenantId, query: EntryQuery): Promise<readonly StoredEntry[]>;
}

/** What a store can do beyond the minimum. MUST be stated [ST-01]; the conformance suite tests what is claimed. */
export interface StoreCapabilities {
  /**
   * An acknowledged commit survives a crash and a loss of power. All of it MUST be there when the data is opened
   * again, and go on as if it had never been closed [ST-110 ST-111 ST-112 ST-113 ST-122].
   */
  readonly durable: boolean;
  /**
   * Several processes may use the same data at once. Whatever is said of a call MUST hold whichever process made it:
   * nothing is answered from the memory of a handle [ST-100 ST-105 ST-106 ST-121], and nothing is decided there
   * [ST-101 ST-102 ST-103 ST-104 ST-124].
   */
  readonly multiProcess: boolean;
  /** The store is a `TenantStore`: it can measure a tenant and remove it. Left out means no. */
  readonly wholeTenants?: boolean;
  /** The store is a `HostStore`: what is allowed can join a transaction of the host's. Left out means no. */
  readonly within?: boolean;
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
  /** Canonical JSON. A counter's body MUST be a decimal integer [ST-40 ST-45]. */
  readonly body: string;
  /** The writer's authentication code, up to 64 characters. MUST come back as it was [ST-07]; empty for counters. */
  readonly mac: string;
}

/** A place in an index. Names belong to the tenant: one index may hold documents of several collections. */
export interface IndexKey {
  readonly index: string;
  readonly key: string;
}

/**
 * A document to be written, whole. Its version, body, code and keys MUST replace those it had, also by none [ST-30],
 * and MUST NOT touch those of any other document [ST-77]. Keys that stay SHOULD be left untouched.
 */
export interface DocumentPut extends StoredDocument {
  readonly keys: readonly IndexKey[];
}

/**
 * A precondition: the document stands at this version, or is absent (`null`). Every one MUST be evaluated by itself,
 * also when two of them name one document [ST-22].
 */
export interface VersionCheck {
  readonly ref: DocumentRef;
  readonly version: string | null;
}

/**
 * Moves a counter without a race. An absent counter MUST stand at 0 [ST-40]. The counter MUST take the new `version`
 * and lose its code, also when its value stays [ST-39 ST-41]. When the new value would lie above `atMost` or below
 * `atLeast`, whichever way it moves, the whole batch MUST answer `bound` [ST-42 ST-47 ST-48]. Two adds to one counter
 * in a batch MUST be applied one after the other [ST-43]. MUST NOT fail for a lost race: exactly as many succeed as
 * the bound allows [ST-46]. Otherwise a counter MUST be a document like any other [ST-39].
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
  /** At most 512 aliases. MUST come back as they were given, in that order [ST-16]. */
  readonly subjects: readonly string[];
  /** The leaf: canonical JSON, at most 32 KiB. Hashed, stored and exported as it stands. */
  readonly leaf: string;
  /** The writer's authentication code, up to 64 characters. MUST come back as it was [ST-07]. */
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
  /**
   * MUST take the document and all its keys, and nothing else [ST-31 ST-33]. Deleting what is absent MUST be no error
   * [ST-31]. What is deleted MUST be possible to make again, without anything it had before [ST-32].
   */
  readonly deletes: readonly DocumentRef[];
  readonly entries: readonly StagedEntry[];
}

/** What came of a commit. */
export type CommitOutcome =
  /** `totals` MUST be the counters' values after each of `adds`, in their order; empty when `repeated` [ST-24 ST-43]. */
  | { readonly status: 'committed'; readonly repeated: boolean; readonly totals: readonly number[] }
  /** Some checks failed; nothing was written. `refs` MUST name all of them and no other, in any order [ST-22]. */
  | { readonly status: 'conflict'; readonly refs: readonly DocumentRef[] }
  /** Some bounds would be passed; nothing was written. `refs` MUST name all the counters, each once [ST-44]. */
  | { readonly status: 'bound'; readonly refs: readonly DocumentRef[] };

/** Where a page of an index ended. */
export interface IndexPosition {
  readonly key: string;
  readonly ref: DocumentRef;
}

/**
 * A part of an index. MUST be in the order of (key, collection, id) as bytes [ST-70 ST-79], or the reverse, with
 * `from` included and `to` excluded in both [ST-71].
 */
export interface IndexRange {
  readonly index: string;
  readonly from: string;
  readonly to: string;
  /** 1 to 1,000. MUST answer so many hits, if there are, and no more [ST-72]. */
  readonly limit: number;
  /**
   * Only what comes after this position, in the direction of travel: pages MUST show each hit once [ST-73]. The
   * position need not exist, nor lie inside the range, and MUST NOT widen it [ST-74].
   */
  readonly after: IndexPosition | null;
  readonly descending: boolean;
}

/** Up to 16 ranges, answered in one round trip. Each MUST go by its own limit, direction and position [ST-78]. */
export interface IndexQuery {
  readonly ranges: readonly IndexRange[];
  /** `document` MUST be the one of now, or null for `refs` [ST-76]. `refs` SHOULD not read bodies. */
  readonly want: 'refs' | 'documents';
}

/** A document met in an index. */
export interface IndexHit extends IndexPosition {
  readonly document: StoredDocument | null;
}

/** The size the caller believes the log to have, and how many entries may get a position: 0 to 1,000. */
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
  /** Sequenced entries from an index on. MUST come in order, and whole [ST-90 ST-95]. */
  | { readonly by: 'index'; readonly from: number; readonly limit: number }
  /** Staged or sequenced. MUST come in the order asked, and as often [ST-91]. */
  | { readonly by: 'id'; readonly ids: readonly string[] }
  /**
   * Sequenced entries of a subject with an index above `after`, or below it when `descending`. MUST come in the order
   * of travel [ST-92 ST-95], and each once however often it names the subject [ST-94].
   */
  | {
      readonly by: 'subject';
      readonly subject: string;
      readonly after: number | null;
      readonly limit: number;
      readonly descending: boolean;
    }
  /** Not yet sequenced. MUST come oldest first [ST-93 ST-95]. */
  | { readonly by: 'staged'; readonly limit: number };
