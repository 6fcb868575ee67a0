import * as z from 'zod/mini';

/** Which change of a field loosens the rule, and so needs a second person. */
export type Looser = 'higher' | 'lower' | 'more' | 'ladder' | 'either';

/** A field of a policy: what it may hold, what it means, and which way loosens it. */
export interface PolicyField<Schema extends z.ZodMiniType = z.ZodMiniType> {
  readonly schema: Schema;
  /** The same as JSON Schema (draft 2020-12), without the texts. */
  readonly jsonSchema: { readonly [keyword: string]: unknown };
  readonly looser: Looser;
  readonly description: string;
  readonly descriptionZh: string;
}

/** What a field means, in both languages. */
export type Words = readonly [english: string, chinese: string];

/** A whole number between two bounds, both included. */
export function wholeNumber(
  minimum: number,
  maximum: number,
  looser: Looser,
  [description, descriptionZh]: Words,
): PolicyField<z.ZodMiniNumber> {
  const schema = z.int().check(z.minimum(minimum), z.maximum(maximum));
  return { schema, jsonSchema: { type: 'integer', minimum, maximum }, looser, description, descriptionZh };
}

/** Yes or no. */
export function yesOrNo(looser: Looser, [description, descriptionZh]: Words): PolicyField<z.ZodMiniBoolean> {
  return { schema: z.boolean(), jsonSchema: { type: 'boolean' }, looser, description, descriptionZh };
}

/** Some of a closed list of words; more of them is looser. */
export function someOf<const Word extends string>(
  words: readonly Word[],
  [description, descriptionZh]: Words,
): PolicyField<z.ZodMiniArray<z.ZodMiniEnum<{ [Each in Word]: Each }>>> {
  const schema = z.array(z.enum(words as readonly [Word, ...Word[]])).check(z.maxLength(words.length));
  const jsonSchema = { type: 'array', items: { type: 'string', enum: words }, maxItems: words.length };
  return { schema: schema as never, jsonSchema, looser: 'more', description, descriptionZh };
}

/** Words of the host's own, compared without regard to case and width. */
export function wordList(
  looser: Looser,
  [description, descriptionZh]: Words,
): PolicyField<z.ZodMiniArray<z.ZodMiniString>> {
  const word = z.string().check(z.minLength(1), z.maxLength(40));
  const schema = z.array(word).check(z.maxLength(100));
  const items = { type: 'string', minLength: 1, maxLength: 40 };
  const jsonSchema = { type: 'array', items, maxItems: 100 };
  return { schema, jsonSchema, looser, description, descriptionZh };
}

/** Whether a word is on such a list. */
export function isOnList(list: readonly string[], word: string): boolean {
  const folded = fold(word);
  return list.some((each) => fold(each) === folded);
}

function fold(word: string): string {
  return word.normalize('NFKC').trim().toLowerCase();
}

/** One of a closed list of words, from the loosest to the strictest, or in no such order. */
export function oneOf<const Word extends string>(
  words: readonly Word[],
  looser: 'lower' | 'either',
  [description, descriptionZh]: Words,
): PolicyField<z.ZodMiniEnum<{ [Each in Word]: Each }>> {
  return {
    schema: z.enum(words as readonly [Word, ...Word[]]) as never,
    jsonSchema: { type: 'string', enum: words },
    looser,
    description,
    descriptionZh,
  };
}
