import {
  type Change,
  keysOf,
  type StateCollection,
  type StateDocuments,
  type StateView,
} from '../../model/index.ts';
import type { BoundedAdd, DocumentPut, DocumentRef } from '../../ports/index.ts';
import { nameOf } from './codec.ts';
import type { Session } from './session.ts';

/** A document as an attempt read it. */
export interface Slot {
  readonly ref: DocumentRef;
  readonly version: string | null;
  /** Whether a decision rests on it; what was only shown in a list is not checked. */
  checked: boolean;
  body: StateDocuments[StateCollection] | null;
}

/** The state that grows while entries are folded, and the changes it comes to. */
export interface Work extends StateView {
  apply(version: string, changes: readonly Change[]): void;
  puts(session: Session): DocumentPut[];
  remember(session: Session): void;
  deletes(): DocumentRef[];
  adds(bounds: ReadonlyMap<string, number>): BoundedAdd[];
}

type Body = StateDocuments[StateCollection];

/** What the entries left of a document; no body when it is deleted. */
interface Written {
  readonly ref: DocumentRef;
  readonly version: string;
  readonly body: Body | null;
}

/** Work on top of what an attempt read. */
export function createWork(slots: ReadonlyMap<string, Slot>): Work {
  const written = new Map<string, Written>();
  let puts: { readonly put: DocumentPut; readonly name: string; readonly body: Body }[] = [];
  const added: { ref: DocumentRef; by: number; version: string }[] = [];
  return {
    get(collection, id) {
      const name = `${collection}/${id}`;
      const change = written.get(name);
      if (change !== undefined) return change.body as never;
      const slot = slots.get(name);
      if (slot === undefined) throw new Error(`${collection} was not loaded before an entry changed it`);
      return slot.body as never;
    },
    apply(version, changes) {
      for (const change of changes) {
        const ref = { collection: change.collection, id: change.id };
        if (change.kind === 'add') added.push({ ref, by: change.by, version });
        else written.set(nameOf(ref), { ref, version, body: change.kind === 'put' ? change.body : null });
      }
    },
    puts(session) {
      puts = [];
      for (const [name, { ref, version, body }] of written) {
        if (body === null) continue;
        const keys = keysOf(ref.collection as StateCollection, body as never);
        puts.push({ put: session.codec.encode(ref, version, body, keys), name, body });
      }
      return puts.map(({ put }) => put);
    },
    remember(session) {
      for (const { put, name, body } of puts) {
        // What was never read is not likely to be read next.
        if (slots.has(name)) session.documents.set(name, { document: put, body });
      }
    },
    deletes: () => [...written.values()].filter(({ body }) => body === null).map(({ ref }) => ref),
    adds: (bounds) =>
      added.map(({ ref, by, version }) => ({
        ref,
        by,
        atMost: by > 0 ? (bounds.get(nameOf(ref)) ?? null) : null,
        atLeast: null,
        version,
      })),
  };
}
