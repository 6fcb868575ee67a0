import {
  type Change,
  keysOf,
  type StateCollection,
  type StateDocuments,
  type StateView,
} from '../model/index.ts';
import type { BoundedAdd, DocumentPut, DocumentRef } from '../ports/index.ts';
import { nameOf, refOf } from './codec.ts';
import type { Session } from './session.ts';

/** A document as an attempt read it. */
export interface Slot {
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

/** Work on top of what an attempt read. */
export function createWork(slots: ReadonlyMap<string, Slot>): Work {
  const written = new Map<string, { version: string; body: StateDocuments[StateCollection] | null }>();
  let puts: { readonly put: DocumentPut; readonly body: StateDocuments[StateCollection] }[] = [];
  const added: { name: string; by: number; version: string }[] = [];
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
        const name = `${change.collection}/${change.id}`;
        if (change.kind === 'add') added.push({ name, by: change.by, version });
        else written.set(name, { version, body: change.kind === 'put' ? change.body : null });
      }
    },
    puts(session) {
      puts = [];
      for (const [name, { version, body }] of written) {
        if (body === null) continue;
        const ref = refOf(name);
        const keys = keysOf(ref.collection as StateCollection, body as never);
        puts.push({ put: session.codec.encode(ref, version, body, keys), body });
      }
      return puts.map(({ put }) => put);
    },
    remember(session) {
      for (const { put, body } of puts) {
        // What was never read is not likely to be read next.
        const name = nameOf(put.ref);
        if (slots.has(name)) session.documents.set(name, { document: put, body });
      }
    },
    deletes: () => [...written].filter(([, { body }]) => body === null).map(([name]) => refOf(name)),
    adds: (bounds) =>
      added.map(({ name, by, version }) => ({
        ref: refOf(name),
        by,
        atMost: by > 0 ? (bounds.get(name) ?? null) : null,
        atLeast: null,
        version,
      })),
  };
}
