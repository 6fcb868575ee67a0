import { definePolicy } from '../define-policy.ts';
import type { Policy, PolicyOverrides } from '../policy.ts';

/** A preset as it is shown to whoever chooses one. */
export interface PresetText {
  readonly title: string;
  /** For whom it is and what comes first in it, in one sentence. */
  readonly description: string;
  /** Why it is as it is, part by part: for whoever has to answer for it. */
  readonly why: {
    /** Who holds how many customers, who sees what of them, who is asked next. */
    readonly ownership: string;
    readonly followUps: string;
    readonly guard: string;
    readonly handover: string;
  };
}

/** What a line of business usually decides: called with what a company decides otherwise, a whole policy. */
export interface Preset {
  /**
   * A policy of this preset. Overrides win field by field; a list or a rule of the guard is replaced as a whole.
   *
   * @throws {GamekeeperError} `ERR_INVALID_INPUT` with the path of a field that is unknown or out of range.
   */
  (overrides?: PolicyOverrides): Policy;
  readonly en: PresetText;
  readonly 'zh-CN': PresetText;
}

/**
 * A preset of one's own. `parts` is what differs from the defaults, or a policy that another preset made:
 * `definePreset(manufacturing({ ownership: { maxHeld: 40 } }), texts)`.
 */
export function definePreset(
  parts: PolicyOverrides,
  texts: { readonly en: PresetText; readonly 'zh-CN': PresetText },
): Preset {
  const preset = (overrides: PolicyOverrides = {}): Policy => definePolicy(parts, overrides);
  return Object.assign(preset, { en: texts.en, 'zh-CN': texts['zh-CN'] });
}
