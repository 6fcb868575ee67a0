import type { Sensitivity } from '../model/index.ts';
import type { Policy } from '../policy/index.ts';

/** What somebody may want to do to guarded data. A closed list. */
export const OPERATIONS = ['view', 'update', 'delete', 'export', 'transfer', 'check_duplicate'] as const;
/** What somebody may want to do to guarded data. */
export type Operation = (typeof OPERATIONS)[number];

/** What the guard counts of one person, in customers. */
export const MEASURES = [
  'reveals',
  'overwrites',
  'deletes',
  'exports',
  'ownerChanges',
  'duplicateChecks',
] as const;
/** What the guard counts of one person. Each is a rule of the policy, by the same name. */
export type Measure = (typeof MEASURES)[number] & keyof Policy['guard'];

/** The sensitivity that makes seeing a reveal and changing an overwrite. */
export const GUARDED_FIELDS: Sensitivity = 'contact';

const MEASURE_OF = {
  view: 'reveals',
  update: 'overwrites',
  delete: 'deletes',
  export: 'exports',
  transfer: 'ownerChanges',
  check_duplicate: 'duplicateChecks',
} as const satisfies Record<Operation, Measure>;

/** What an operation counts as; `null` when it touches nothing that is counted. */
export function measureOf(operation: Operation, fields: readonly Sensitivity[]): Measure | null {
  const measure = MEASURE_OF[operation];
  const byField = measure === 'reveals' || measure === 'overwrites';
  return byField && !fields.includes(GUARDED_FIELDS) ? null : measure;
}

/** The rules by which alerts about the guard are raised, by what is counted. */
export const ALERT_RULES = {
  reveals: 'guard-reveals',
  overwrites: 'guard-overwrites',
  deletes: 'guard-deletes',
  exports: 'guard-exports',
  ownerChanges: 'guard-owner-changes',
  duplicateChecks: 'guard-duplicate-checks',
} as const satisfies Record<Measure, string>;
