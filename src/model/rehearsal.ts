import type { Instant } from '../kernel/index.ts';
import type { Facts } from './fold.ts';

/** A sealed entry, as far as a rehearsal looks at it. */
export interface PastEntry {
  readonly id: string;
  readonly type: string;
  readonly at: Instant;
  readonly actor: string;
  readonly subject: readonly string[];
  readonly data: Facts;
  /** The pin of the policy that was in force. */
  readonly policy: string;
  readonly outcome: 'done' | 'refused';
  readonly reason?: string;
}

/** What a rule may bring about that somebody notices, mildest for the actor first. */
export const EFFECTS = ['reminder', 'escalation', 'alert', 'step_up', 'hold', 'block'] as const;
/** What a rule may bring about that somebody notices. */
export type EffectKind = (typeof EFFECTS)[number];

/** Something that a rule brought about, or would have. */
export interface Effect {
  readonly kind: EffectKind;
  /** The rule, such as `deletes`, `followUps`, or for an alert `guard-deletes`. */
  readonly rule: string;
  readonly at: Instant;
  /** Whose work it touches; `null` where that is not known. */
  readonly party: string | null;
  readonly count: number;
}

/** What happened, and what would have. */
export interface Compared<Value> {
  readonly observed: Value;
  readonly rehearsed: Value;
}
