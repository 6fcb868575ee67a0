import { alertFolds } from '../../alerts/index.ts';
import { companyFolds } from '../../company/index.ts';
import { followUpFolds } from '../../followup/index.ts';
import { guardFolds } from '../../guard/index.ts';
import { handoverFolds } from '../../handover/index.ts';
import type { Fold, FoldEntry, Folds } from '../../model/index.ts';
import { ownershipFolds } from '../../ownership/index.ts';
import { privacyFolds } from '../../privacy/index.ts';

/** What each type of entry does to the state. Types without a fold tell of reads and refusals. */
const folds: Folds = {
  ...companyFolds,
  ...ownershipFolds,
  ...followUpFolds,
  ...privacyFolds,
  ...alertFolds,
  ...handoverFolds,
  ...guardFolds,
};

const nothing: Fold = () => [];

/** The fold of an entry; a refused one changes nothing. */
export function foldOf(type: string, outcome: 'done' | 'refused'): Fold {
  return outcome === 'done' && Object.hasOwn(folds, type) ? (folds[type] as Fold) : nothing;
}

/** An entry for a fold, from a leaf and its disclosed values. `values` is `null` when they were erased. */
export function foldEntry(
  leaf: {
    readonly id: string;
    readonly type: string;
    readonly at: string;
    readonly actor: string;
    readonly onBehalfOf?: string | undefined;
    readonly policy: string;
    readonly data: FoldEntry['data'];
  },
  values: ReadonlyMap<string, FoldEntry['data'][string]> | null,
): FoldEntry {
  return {
    id: leaf.id as FoldEntry['id'],
    type: leaf.type,
    at: leaf.at as FoldEntry['at'],
    actor: leaf.actor,
    onBehalfOf: (leaf.onBehalfOf ?? null) as FoldEntry['onBehalfOf'],
    policy: leaf.policy,
    data: leaf.data,
    value: (name) => values?.get(name) ?? null,
    values(prefix) {
      if (values === null) return null;
      const found = [...values].filter(([name]) => name.startsWith(prefix));
      return Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), value]));
    },
  };
}
