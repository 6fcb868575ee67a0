/** Floor 1: what a company has decided, its defaults, and which changes loosen it. */
export * from './define-policy.ts';
export { isOnList, type Looser, type PolicyField } from './fields.ts';
export {
  DEFAULT_HANDOVER_TEMPLATE,
  defineHandoverTemplate,
  type HandoverItemRule,
  type HandoverScope,
  type HandoverTemplate,
  type HandoverTemplatePart,
  type NamedHandoverTemplate,
  templateFor,
} from './handover-template.ts';
export {
  type Ladder,
  LEVELS,
  type Level,
  MODES,
  type Mode,
  type Thresholds,
  WINDOWS,
  type Window,
} from './ladder.ts';
export * from './policy.ts';
