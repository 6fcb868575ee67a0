import type { TenantId } from '../kernel/index.ts';
import type {
  CommitBatch,
  CommitOutcome,
  DocumentPut,
  DocumentRef,
  EntryQuery,
  IndexHit,
  IndexRange,
  Store,
  StoredEntry,
} from '../ports/index.ts';

interface State {
  documents: readonly DocumentPut[];
  entries: readonly StoredEntry[];
}

const isAt =
  (ref: DocumentRef) =>
  (other: { readonly ref: DocumentRef }): boolean =>
    other.ref.collection === ref.collection && other.ref.id === ref.id;

/** The contract once more, as naive as it can be said: lists, and a copy of everything for each commit. */
export function modelStore(): Store {
  const states = new Map<TenantId, State>();
  const stateOf = (tenant: TenantId): State => states.get(tenant) ?? { documents: [], entries: [] };
  return {
    specificationVersion: 'v1',
    capabilities: { durable: false, multiProcess: false },
    async commit(tenant, batch) {
      const [outcome, after] = apply(stateOf(tenant), batch);
      states.set(tenant, after);
      return outcome;
    },
    async get(tenant, refs) {
      return refs.map((ref) => asStored(stateOf(tenant).documents.find(isAt(ref))));
    },
    async find(tenant, { ranges, want }) {
      return ranges.map((range) => search(stateOf(tenant), range, want === 'documents'));
    },
    async sequence(tenant, { size, limit }) {
      const { documents, entries } = stateOf(tenant);
      const known = entries.filter(({ index }) => index !== null).length;
      if (known !== size) return { status: 'conflict', size: known };
      const count = Math.min(limit, entries.length - size);
      const after = entries.map((entry, at) => ({ ...entry, index: at < size + count ? at : null }));
      states.set(tenant, { documents, entries: after });
      return { status: 'sequenced', size: size + count, count };
    },
    async readEntries(tenant, query) {
      return select(stateOf(tenant).entries, query);
    },
  };
}

function apply(state: State, batch: CommitBatch): [CommitOutcome, State] {
  const known = batch.entries.map(({ id }) => state.entries.find((entry) => entry.id === id));
  if (known.some((entry, at) => entry !== undefined && entry.leaf !== batch.entries[at]?.leaf))
    throw new Error('leaf');
  if (known.length > 0 && known.every((entry) => entry !== undefined)) {
    return [{ status: 'committed', repeated: true, totals: [] }, state];
  }
  if (known.some((entry) => entry !== undefined)) throw new Error('known in part');

  const failed = batch.checks.filter(
    ({ ref, version }) => (state.documents.find(isAt(ref))?.version ?? null) !== version,
  );
  if (failed.length > 0) return [{ status: 'conflict', refs: failed.map(({ ref }) => ref) }, state];

  let { documents } = state;
  const totals: number[] = [];
  const passed: DocumentRef[] = [];
  const put = (document: DocumentPut): void => {
    documents = [...documents.filter((other) => !isAt(document.ref)(other)), document];
  };
  for (const { ref, by, atMost, atLeast, version } of batch.adds) {
    const before = documents.find(isAt(ref));
    const total = Number(before?.body ?? 0) + by;
    if (!Number.isInteger(total)) throw new Error('no counter');
    if (total > (atMost ?? total) || total < (atLeast ?? total)) passed.push(ref);
    totals.push(total);
    put({ ref, version, body: String(total), mac: '', keys: before?.keys ?? [] });
  }
  if (passed.length > 0) {
    const refs = passed.filter((ref, at) => passed.findIndex((other) => isAt(ref)({ ref: other })) === at);
    return [{ status: 'bound', refs }, state];
  }
  for (const document of batch.puts) put(document);
  for (const ref of batch.deletes) documents = documents.filter((other) => !isAt(ref)(other));
  const entries = [...state.entries, ...batch.entries.map((entry) => ({ ...entry, index: null }))];
  return [
    { status: 'committed', repeated: false, totals },
    { documents, entries },
  ];
}

function search({ documents }: State, range: IndexRange, withDocuments: boolean): IndexHit[] {
  const textOf = (key: string, { collection, id }: DocumentRef): string => [key, collection, id].join('\0');
  const after = range.after === null ? null : textOf(range.after.key, range.after.ref);
  const hits = documents.flatMap((document) =>
    [...new Set(document.keys.filter(({ index }) => index === range.index).map(({ key }) => key))]
      .filter((key) => key >= range.from && key < range.to)
      .map((key) => ({ key, ref: document.ref, document: withDocuments ? asStored(document) : null })),
  );
  const sorted = hits.toSorted((left, right) =>
    textOf(left.key, left.ref) < textOf(right.key, right.ref) ? -1 : 1,
  );
  return (range.descending ? sorted.toReversed() : sorted)
    .filter(
      ({ key, ref }) =>
        after === null || (range.descending ? textOf(key, ref) < after : textOf(key, ref) > after),
    )
    .slice(0, range.limit);
}

function select(entries: readonly StoredEntry[], query: EntryQuery): readonly StoredEntry[] {
  const sequenced = entries.filter(({ index }) => index !== null);
  switch (query.by) {
    case 'index':
      return sequenced.slice(query.from).slice(0, query.limit);
    case 'staged':
      return entries.filter(({ index }) => index === null).slice(0, query.limit);
    case 'id':
      return query.ids.flatMap((id) => entries.filter((entry) => entry.id === id));
    case 'subject': {
      const own = sequenced.filter(({ subjects }) => subjects.includes(query.subject));
      const { after, descending, limit } = query;
      return (descending ? own.toReversed() : own)
        .filter(({ index }) => after === null || (index as number) > after !== descending)
        .filter(({ index }) => index !== after)
        .slice(0, limit);
    }
  }
}

function asStored(document: DocumentPut | undefined): Omit<DocumentPut, 'keys'> | null {
  if (document === undefined) return null;
  const { ref, version, body, mac } = document;
  return { ref, version, body, mac };
}
