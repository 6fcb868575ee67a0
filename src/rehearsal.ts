/** Floor 6: the public names of a policy's rehearsal. */
export type { AlertLoad } from './alerts/index.ts';
export type {
  Rehearsal,
  RehearsalNotes,
  RehearsalRefusal,
  RehearsalResult,
  RehearsedDifference,
} from './app/index.ts';
export { type Compared, EFFECTS, type EffectKind, type RehearseOptions } from './model/index.ts';
export type { ChangedField } from './policy/index.ts';
export type {
  DecisionFigures,
  EffectCounts,
  RehearsalFigures,
  RuleFigures,
  TeamFigures,
  ThresholdFigures,
  WeekFigures,
} from './reports/index.ts';
