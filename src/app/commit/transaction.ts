import type { Alias, Instant, JsonValue, LocalDate } from '../../kernel/index.ts';
import { encodeLeaf } from '../../ledger/index.ts';
import type {
  Actor,
  CounterCollection,
  EventDraft,
  Facts,
  StateCollection,
  StateView,
} from '../../model/index.ts';
import type {
  BoundedAdd,
  CommitBatch,
  DocumentPut,
  DocumentRef,
  StagedEntry,
  StoredDocument,
  VersionCheck,
} from '../../ports/index.ts';
import { authenticated } from './authenticated.ts';
import type { Caller } from './caller.ts';
import { CHART } from './chart-digest.ts';
import { nameOf } from './codec.ts';
import { openDataKeys, sealDisclosures } from './disclosures.ts';
import { foldEntry, foldOf } from './folds.ts';
import { listedUnder } from './listed-under.ts';
import { createReader } from './reader.ts';
import { type Company, HEAD, type Session } from './session.ts';
import { createWork, type Slot, type Work } from './work.ts';

/** An entry to be written: an event, or an attempt that was refused. */
export interface EntryDraft extends EventDraft {
  readonly onBehalfOf?: Alias | null;
  readonly refusedBecause?: string;
}

/**
 * One attempt at a command: what it read, and what it wants written. Every document it read, absent ones
 * too, is checked by the commit; what it writes is the fold of its entries.
 */
export interface Transaction extends StateView {
  readonly session: Session;
  readonly company: Company;
  readonly actor: Actor;
  readonly now: Instant;
  readonly today: LocalDate;
  /** Whether the host has just proved anew who the actor is. */
  readonly steppedUp: boolean;
  /** The entry by which the guard has let this pass already; `null` when it has to be asked. */
  readonly granted: string | null;
  /** The customers that it let pass; `null` where these are all that it can be about. */
  readonly grantedFor: ReadonlySet<Alias> | null;
  /** Reads state documents into this attempt, in one round trip. */
  load(...refs: readonly (readonly [StateCollection, string])[]): Promise<void>;
  /**
   * Reads rows that a list shows: one round trip, and no part of what the commit checks or the entry rests on.
   * A list says what was there when it was read; there may be hundreds of them.
   */
  peek(...refs: readonly (readonly [StateCollection, string])[]): Promise<void>;
  /** Reads documents that are no state, checked alike. */
  loadRaw(refs: readonly DocumentRef[]): Promise<readonly (StoredDocument | null)[]>;
  /** The same without a check, for counters that `count` bounds. */
  peekRaw(refs: readonly DocumentRef[]): Promise<readonly (StoredDocument | null)[]>;
  /** Names documents that will be read later in this attempt: they come along with the next read. */
  foresee(...refs: readonly DocumentRef[]): void;
  /** Checks a document without reading it: the commit says whether it stands at this version, or is absent. */
  expect(ref: DocumentRef, version: string | null): void;
  /** Asks for an entry; answers its id. */
  record(draft: EntryDraft): string;
  /** Asks for an entry that mentions its own id. */
  recordWith(draft: (id: string) => EntryDraft): string;
  /** Bounds a counter that the entries move: the commit answers `bound` rather than pass it. */
  bound(collection: CounterCollection, id: string, atMost: number): void;
  /**
   * Moves a counter that is no state, by 1 and without a bound if not told otherwise. Nothing is checked: equal
   * commands do not wait for each other. Past `atMost` the attempt is made again, on what is there then.
   */
  count(ref: DocumentRef, by?: number, atMost?: number | null): void;
  /** What was asked for is committed although the answer is a refusal, such as a hold. */
  keepWhenRefused(): void;
  /** What the guard was asked and answered: the first entry of the attempt tells of it, a refusal's too. */
  asked: Facts | null;
  /** Asks for more beside the attempt's own entry: after it, and not where a refusal is only counted. */
  alongside(work: () => Promise<void>): void;
  /** Does something once what was asked for is kept. */
  onKept(work: () => void): void;
  /** Writes a document that is no state beside the entries. */
  write(put: DocumentPut): void;
  remove(ref: DocumentRef): void;
}

/** A transaction as the executor holds it. */
export interface OpenTransaction extends Transaction {
  readonly records: readonly { readonly id: string; readonly record: EntryDraft }[];
  /**
   * Makes the batch; `null` when nothing was asked for.
   *
   * @param joins Whether it joins the host's transaction, if there is one. What does not rests on nothing that only
   *   that transaction sees: it holds those documents, so nobody can change them meanwhile.
   */
  batch(correlation: string | undefined, joins: boolean): Promise<CommitBatch | null>;
  /** After the commit: what was written is known to be authentic. */
  remember(): void;
  /** The same attempt with nothing asked for: what a refusal is recorded on. */
  reset(): void;
  /** Whether this attempt has seen that the head is still the one the session knows. */
  readonly headSeen: boolean;
  /** Whether a refusal commits what was asked for. */
  readonly keeps: boolean;
  /** Does what `alongside` asked for. */
  settle(): Promise<void>;
}

/** What the keeper says of a caller. */
type Said = Partial<Pick<Caller, 'steppedUp' | 'granted' | 'grantedFor'>>;

/** Begins an attempt on what a session knows; the commit checks that it still holds. */
export function openTransaction(
  session: Session,
  actor: Actor,
  now: Instant,
  today: LocalDate,
  { steppedUp, granted, grantedFor }: Said,
): OpenTransaction {
  const { company, platform } = session;
  const slots = new Map<string, Slot>();
  const raw = new Map<string, VersionCheck>();
  const bounds = new Map<string, number>();
  const records: { id: string; record: EntryDraft }[] = [];
  let puts: DocumentPut[] = [];
  let deletes: DocumentRef[] = [];
  let counts: Omit<BoundedAdd, 'version'>[] = [];
  const beside: (() => Promise<void>)[] = [];
  let kept: (() => void)[] = [];
  slots.set(nameOf(HEAD), { ref: HEAD, version: company.headVersion, checked: true, body: company.head });
  const reader = createReader(session, company);
  let written: Work | null = null;

  /** Reads state that was not read before. What one look found stands for the whole attempt. */
  const look = async (
    refs: readonly (readonly [StateCollection, string])[],
    checked: boolean,
  ): Promise<void> => {
    const missing: { readonly name: string; readonly ref: DocumentRef }[] = [];
    for (const [collection, id] of refs) {
      const name = `${collection}/${id}`;
      const slot = slots.get(name);
      if (slot === undefined) missing.push({ name, ref: { collection, id } });
      else if (checked) slot.checked = true;
    }
    if (missing.length === 0) return;
    const documents = await reader.read(missing.map(({ ref }) => ref));
    for (const [at, { name, ref }] of missing.entries()) {
      const meanwhile = slots.get(name);
      if (meanwhile !== undefined) {
        meanwhile.checked ||= checked;
        continue;
      }
      const document = documents[at] ?? null;
      const body = document === null ? null : authenticated(session, name, document);
      slots.set(name, { ref, version: document?.version ?? null, checked, body });
    }
  };

  const transaction: OpenTransaction & { keeps: boolean } = {
    session,
    company,
    actor,
    now,
    today,
    steppedUp: steppedUp === true,
    granted: granted ?? null,
    grantedFor: grantedFor ?? null,
    records,
    get headSeen() {
      return reader.headSeen;
    },
    keeps: false,
    asked: null,
    load: (...refs) => look(refs, true),
    peek: (...refs) => look(refs, false),
    async loadRaw(refs) {
      const documents = await reader.read(refs);
      for (const [at, ref] of refs.entries()) {
        raw.set(nameOf(ref), { ref, version: documents[at]?.version ?? null });
      }
      return documents;
    },
    peekRaw: reader.read,
    foresee: (...refs) => reader.foresee(refs),
    expect: (ref, version) => void raw.set(nameOf(ref), { ref, version }),
    get(collection, id) {
      const slot = slots.get(`${collection}/${id}`);
      if (slot === undefined) throw new Error(`${collection} was not loaded before it was looked at`);
      return slot.body as never;
    },
    record: (record) => transaction.recordWith(() => record),
    recordWith(draft) {
      const id = platform.ids.next(Date.parse(now));
      records.push({ id, record: draft(id) });
      return id;
    },
    bound: (collection, id, atMost) => void bounds.set(`${collection}/${id}`, atMost),
    count: (ref, by = 1, atMost = null) => void counts.push({ ref, by, atMost, atLeast: null }),
    keepWhenRefused() {
      transaction.keeps = true;
    },
    alongside: (work) => void beside.push(work),
    async settle() {
      for (const work of beside.splice(0)) await work();
    },
    write: (put) => void puts.push(put),
    remove: (ref) => void deletes.push(ref),
    onKept: (work) => void kept.push(work),
    remember() {
      written?.remember(session);
      for (const work of kept) work();
    },
    reset() {
      records.length = 0;
      puts = [];
      deletes = [];
      counts = [];
      kept = [];
      transaction.keeps = false;
    },
    async batch(correlation, joins) {
      const { asked } = transaction;
      if (records.length + puts.length + deletes.length + counts.length === 0) return null;
      const subjects = new Set<Alias>();
      for (const { record } of records) {
        for (const { subject } of Object.values(record.disclosures ?? {})) subjects.add(subject);
      }
      const enclosed = await openDataKeys(session, subjects, records[0]?.id ?? 'none', reader.read);
      // What only the host's transaction has seen is no part of what is committed beside it.
      const isSeen = (ref: DocumentRef): boolean => joins || session.host?.wrote(ref) !== true;
      const work = createWork(slots);
      written = work;
      const entries: StagedEntry[] = [];
      const sealedPuts: DocumentPut[] = [];
      let policy = company.head.policy;
      const checks: VersionCheck[] = [];
      const basis: (readonly [string, string | null])[] = [];
      for (const [name, { ref, version, checked }] of slots) {
        if (!checked || !isSeen(ref)) continue;
        checks.push({ ref, version });
        basis.push([name, version]);
      }
      basis.push([CHART, company.chart]);
      for (let at = 0; at < records.length; at += 1) {
        const { id, record } = records[at] as (typeof records)[number];
        const disclosures = Object.entries(record.disclosures ?? {});
        const { digests, puts: sealed } = sealDisclosures(session, id, disclosures, enclosed.keys);
        const outcome = record.refusedBecause === undefined ? 'done' : 'refused';
        const leaf = {
          ledger: session.ledger,
          id,
          type: record.type,
          at: now as string,
          actor: actor.party,
          onBehalfOf: record.onBehalfOf ?? undefined,
          subject: record.subjects,
          data: at > 0 || asked === null ? record.data : { ...record.data, guard: asked },
          basis: at === 0 ? basis : [],
          policy,
          outcome,
          reason: record.refusedBecause,
          correlation,
          _sd: digests,
        } as const;
        const text = encodeLeaf(leaf);
        entries.push({ id, subjects: listedUnder(leaf), leaf: text, mac: session.codec.entryMac(text) });
        sealedPuts.push(...sealed);
        const values = new Map<string, JsonValue>();
        for (const [name, { value }] of disclosures) values.set(name, value);
        work.apply(id, foldOf(record.type, outcome)(foldEntry(leaf, values), work));
        policy = work.get('head', 'head')?.policy ?? policy;
      }
      for (const check of raw.values()) if (isSeen(check.ref)) checks.push(check);
      return {
        checks: [...checks, ...enclosed.checks],
        adds: [
          ...work.adds(bounds),
          ...counts.map((add) => ({ ...add, version: platform.ids.next(Date.parse(now)) })),
        ],
        puts: [...work.puts(session), ...enclosed.puts, ...sealedPuts, ...puts],
        deletes: [...work.deletes(), ...deletes],
        entries,
      };
    },
  };
  return transaction;
}
