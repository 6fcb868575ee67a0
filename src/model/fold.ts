import type { Alias, EntryId, Instant, JsonValue } from '../kernel/index.ts';
import type { CounterCollection, StateCollection, StateDocuments } from './collections.ts';

/** Facts of an entry: what a leaf's `data` holds. */
export type Facts = { readonly [name: string]: JsonValue };

/** An entry as a fold sees it. `value` gives a disclosed value, `null` once it was erased. */
export interface FoldEntry {
  readonly id: EntryId;
  readonly type: string;
  readonly at: Instant;
  readonly actor: string;
  readonly onBehalfOf: Alias | null;
  readonly policy: string;
  readonly data: Facts;
  value(name: string): JsonValue;
  /** All disclosed values whose name starts with `prefix`, by the rest of their name; `null` when erased. */
  values(prefix: string): { readonly [name: string]: JsonValue } | null;
}

/** A change of one state document. */
export type Change =
  | {
      readonly kind: 'put';
      readonly collection: StateCollection;
      readonly id: string;
      readonly body: StateDocuments[StateCollection];
    }
  | { readonly kind: 'delete'; readonly collection: StateCollection; readonly id: string }
  | {
      readonly kind: 'add';
      readonly collection: CounterCollection;
      readonly id: string;
      readonly by: number;
    };

/** What a fold may look at: the state as the entries before this one made it. */
export interface StateView {
  get<Name extends StateCollection>(collection: Name, id: string): StateDocuments[Name] | null;
}

/**
 * What an entry of one type does to the state. Reads the leaf's facts and copies disclosures; it never
 * branches on a disclosed value or on a policy, so that it says the same for ever.
 */
export type Fold = (entry: FoldEntry, state: StateView) => readonly Change[];

/** Folds by entry type. Those of old versions stay for ever. */
export type Folds = { readonly [type: string]: Fold };

/** An event that a decision brings forth; the shell makes an entry of it. */
export interface EventDraft {
  readonly type: string;
  /** Aliases of whom it concerns. */
  readonly subjects: readonly Alias[];
  readonly data: Facts;
  /** Personal values by name, each sealed under the key of its subject. */
  readonly disclosures?: { readonly [name: string]: { readonly subject: Alias; readonly value: JsonValue } };
}

/** A document to be written whole. */
export function put<Name extends StateCollection>(
  collection: Name,
  id: string,
  body: StateDocuments[Name],
): Change {
  return { kind: 'put', collection, id, body };
}
