/** Gamekeeper keeps customers with the company when a salesperson leaves. Floor 6: the public names. */

export { memoryStore } from './adapters/memory/index.ts';
export type { Keys } from './adapters/node/index.ts';
export * from './app/index.ts';
export * from './gamekeeper.ts';
export {
  GamekeeperError,
  type GamekeeperErrorCode,
  type GamekeeperErrorDetails,
  type Instant,
  isGamekeeperError,
  type JsonValue,
  type LocalDate,
  type Result,
  unwrap,
} from './kernel/index.ts';
export {
  CAPABILITIES,
  type Capability,
  commercial,
  contact,
  internal,
  type MaskedProfile,
  type ProfileSchema,
  publicField,
  type RoleMap,
  type Sensitivity,
  type WorkingCalendar,
} from './model/index.ts';
export {
  DEFAULT_POLICY,
  definePolicy,
  type LoosenedField,
  loosenedFields,
  type Policy,
  type PolicyOverrides,
  policyJsonSchema,
} from './policy/index.ts';
