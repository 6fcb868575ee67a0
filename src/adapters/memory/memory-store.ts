import { batchFault, type TenantId } from '../../kernel/index.ts';
import type {
  DocumentRef,
  EntryQuery,
  IndexHit,
  IndexRange,
  StoredEntry,
  TenantStore,
} from '../../ports/index.ts';
import {
  applyBatch,
  documentAt,
  emptyWorld,
  failedChecks,
  placeInIndex,
  sizeOf,
  type World,
} from './world.ts';

/**
 * A store in the memory of one process, for tests and demos. It ends with the process.
 *
 * Follows the contract to the letter: what it answers is the caller's own.
 */
export function memoryStore(): TenantStore {
  const worlds = new Map<TenantId, World>();
  const nobody = emptyWorld();
  const worldOf = (tenant: TenantId): World => worlds.get(tenant) ?? nobody;

  return {
    specificationVersion: 'v1',
    capabilities: Object.freeze({ durable: false, multiProcess: false, wholeTenants: true }),

    async commit(tenant, batch) {
      const fault = batchFault(tenant, batch);
      if (fault !== undefined) throw fault;
      let world = worlds.get(tenant);
      if (world === undefined) {
        world = emptyWorld();
        worlds.set(tenant, world);
      }
      return applyBatch(world, batch);
    },

    async get(tenant, refs) {
      const world = worldOf(tenant);
      return refs.map((ref) => documentAt(world, ref));
    },

    async find(tenant, { ranges, want }) {
      const world = worldOf(tenant);
      return ranges.map((range) => hitsOf(world, range, want === 'documents'));
    },

    async sequence(tenant, { size, limit }) {
      const world = worldOf(tenant);
      if (world.size !== size) return { status: 'conflict', size: world.size };
      const count = Math.min(limit, world.entries.length - size);
      if (count > 0) world.size += count;
      return { status: 'sequenced', size: world.size, count };
    },

    async readEntries(tenant, query) {
      return entriesOf(worldOf(tenant), query);
    },

    async measure(tenant) {
      return sizeOf(worldOf(tenant));
    },

    async purge(tenant, { checks }) {
      const refs = failedChecks(worldOf(tenant), checks);
      if (refs.length > 0) return { status: 'conflict', refs };
      worlds.delete(tenant);
      return { status: 'purged', more: false };
    },
  };
}

function hitsOf(world: World, range: IndexRange, withDocuments: boolean): IndexHit[] {
  const index = world.indexes.get(range.index);
  if (index === undefined) return [];
  let { from, to } = range;
  if (range.after !== null) {
    const after = placeInIndex(range.after.key, range.after.ref);
    if (range.descending && after < to) to = after;
    if (!range.descending && after >= from) from = `${after}\0`;
  }
  return index.range(from, to, range.limit, range.descending).map((place) => {
    const [key, collection, id] = place.split('\0') as [string, string, string];
    const ref: DocumentRef = { collection, id };
    return { key, ref, document: withDocuments ? documentAt(world, ref) : null };
  });
}

function entriesOf(world: World, query: EntryQuery): StoredEntry[] {
  switch (query.by) {
    case 'index':
      return world.entries.slice(query.from, Math.min(query.from + query.limit, world.size)).map(copyOf);
    case 'staged':
      return world.entries.slice(world.size, world.size + query.limit).map(asStaged);
    case 'id':
      return query.ids.flatMap((id) => {
        const place = world.placeOfEntry.get(id);
        if (place === undefined) return [];
        const entry = world.entries[place] as StoredEntry;
        return [place < world.size ? copyOf(entry) : asStaged(entry)];
      });
    case 'subject':
      return entriesOfSubject(world, query);
  }
}

function entriesOfSubject(world: World, query: EntryQuery & { readonly by: 'subject' }): StoredEntry[] {
  const places = world.placesOfSubject.get(query.subject) ?? [];
  const found: StoredEntry[] = [];
  const step = query.descending ? -1 : 1;
  const sequenced = firstAtLeast(places, world.size);
  let at = query.descending
    ? Math.min(sequenced, query.after === null ? sequenced : firstAtLeast(places, query.after)) - 1
    : query.after === null
      ? 0
      : firstAtLeast(places, query.after + 1);
  for (; at >= 0 && at < sequenced && found.length < query.limit; at += step) {
    found.push(copyOf(world.entries[places[at] as number] as StoredEntry));
  }
  return found;
}

/** Where the first place at or above `wanted` lies in an ascending list. */
function firstAtLeast(places: readonly number[], wanted: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((places[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

function copyOf({ id, subjects, leaf, mac, index }: StoredEntry): StoredEntry {
  return { id, subjects: [...subjects], leaf, mac, index };
}

function asStaged(entry: StoredEntry): StoredEntry {
  return { ...copyOf(entry), index: null };
}
