import { z } from 'zod';
import type { Tone } from '../../src/cli/terminal.ts';
import {
  type ActingKeeper,
  commercial,
  contact,
  explain,
  type Gamekeeper,
  type Locale,
  publicField,
  type Result,
  unwrap,
} from '../../src/index.ts';
import type { ManualClock } from './manual-clock.ts';

/** The customer shape of this host: what everybody sees, how to reach them, what they need. */
export const profile = z.object({
  name: publicField(z.string()),
  phone: contact(z.string()),
  need: commercial(z.string()),
});

/** A text in every language the story is told in. */
export type InWords = { readonly [Language in Locale]: string };

/** One line of the story: who does what, and what comes of it. */
export interface Step {
  readonly at: string;
  readonly who: string;
  readonly what: string;
  readonly outcome: string;
  readonly tone: Tone;
}

/** Where the story plays: what each chapter gets. */
export interface Scene {
  readonly keeper: Gamekeeper<typeof profile>;
  readonly clock: ManualClock;
  readonly locale: Locale;
  /** The file behind the keeper, for the one who goes behind the keeper's back. */
  readonly database: string;
  /** Where the story leaves what is to be kept: a certificate and two pictures. */
  readonly out: string;
  /** A part of the host, such as its ERP. */
  service(name: string): ActingKeeper<typeof profile>;
  as(employee: string): ActingKeeper<typeof profile>;
  tell(who: string, what: InWords, outcome: InWords, tone?: Tone): void;
}

/** A part of the story. */
export interface Chapter {
  readonly title: InWords;
  readonly play: (scene: Scene) => Promise<void>;
}

/** Tells of an attempt that has to be refused, with the sentence that the refusal comes with. */
export function tellRefused(
  { tell }: Scene,
  who: string,
  what: InWords,
  result: Result<unknown, { readonly code: string }>,
): void {
  if (result.ok) throw new Error(`${who}: ${what.en}: this should have been refused`);
  const { error } = result;
  const sentence = (locale: Locale): string => explain(error, locale);
  tell(who, what, { en: `refused: ${sentence('en')}`, 'zh-CN': `拒绝：${sentence('zh-CN')}` }, 'warning');
}

/** The answer about the one customer that a batch was about. */
export function only<Value, Refusal, Whole>(
  batch: Result<{ readonly items: readonly { readonly result: Result<Value, Refusal> }[] }, Whole>,
): Result<Value, Refusal | Whole> {
  if (!batch.ok) return batch;
  const [item] = batch.value.items;
  if (item === undefined) throw new Error('an empty batch');
  return item.result;
}

/** Sees to it that a batch did all it was asked for. */
export function allDone<Refusal extends { readonly code: string }, Whole extends { readonly code: string }>(
  batch: Result<{ readonly items: readonly { readonly result: Result<unknown, Refusal> }[] }, Whole>,
): void {
  for (const { result } of unwrap(batch).items) unwrap(result);
}

/** The name of an employee, whose id in this story is the name in small letters. */
export function nameOf(id: string): string {
  return id.charAt(0).toUpperCase() + id.slice(1);
}
