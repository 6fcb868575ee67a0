import * as z from 'zod/mini';
import {
  DISPOSITIONS,
  type DispositionOf,
  HANDOVER_FIELD_TYPES,
  HANDOVER_ITEM_KINDS,
  HANDOVER_PARTIES,
  type HandoverFieldType,
  type HandoverItemKind,
  type HandoverParty,
  validate,
} from '../model/index.ts';
import { deepFreeze } from './deep-freeze.ts';

/** What a template asks of one kind of item. */
export interface HandoverItemRule<Kind extends HandoverItemKind = HandoverItemKind> {
  /** Fields without which an item is not prepared, by name. */
  readonly required: { readonly [field: string]: HandoverFieldType };
  /** What may become of it here; some of what its kind allows. */
  readonly dispositions: readonly DispositionOf<Kind>[];
  /** How many working days before the last day it is due. */
  readonly dueDaysBefore: number;
  /** How much it counts for progress, against the others. */
  readonly weight: number;
}

/** Whom a template is for. What is left out is everybody. */
export interface HandoverScope {
  readonly roles?: readonly string[] | undefined;
  /** Teams, as `people` has them. */
  readonly departments?: readonly string[] | undefined;
  readonly grades?: readonly string[] | undefined;
}

/** A handover as a company wants it, whole. */
export interface HandoverTemplate {
  readonly name: string;
  /** Who signs; at least two. */
  readonly parties: readonly HandoverParty[];
  /**
   * `each_party`: nobody signs for two, and nobody who gains signs. `two_people`, where a company has no more:
   * at least two sign, one of whom gains nothing; the certificate says so.
   */
  readonly separation: 'each_party' | 'two_people';
  /** How many working days before the last day the signatures are due. */
  readonly signDaysBefore: number;
  readonly items: { readonly [Kind in HandoverItemKind]: HandoverItemRule<Kind> };
}

/** What differs from the default template, and for whom. Parts go on top of each other. */
export interface HandoverTemplatePart {
  readonly for?: HandoverScope | undefined;
  readonly parties?: readonly HandoverParty[] | undefined;
  readonly separation?: HandoverTemplate['separation'] | undefined;
  readonly signDaysBefore?: number | undefined;
  readonly items?:
    | { readonly [Kind in HandoverItemKind]?: Partial<HandoverItemRule<Kind>> | undefined }
    | undefined;
}

/** A template as a policy holds it: a name, and what differs from the default. */
export type NamedHandoverTemplate = HandoverTemplatePart & { readonly name: string };

const rule = <Kind extends HandoverItemKind>(
  dispositions: readonly DispositionOf<Kind>[],
  facts: Partial<HandoverItemRule<Kind>> = {},
): HandoverItemRule<Kind> => ({ required: {}, dispositions, dueDaysBefore: 5, weight: 1, ...facts });

/** The template of the domain: three parties, and customers with their need and what is unsettled. */
export const DEFAULT_HANDOVER_TEMPLATE: HandoverTemplate = deepFreeze({
  name: 'default',
  parties: HANDOVER_PARTIES,
  separation: 'each_party',
  signDaysBefore: 1,
  items: {
    customer: rule(DISPOSITIONS.customer, {
      required: { lastFollowUpAt: 'instant', need: 'text', unsettled: 'money' },
      weight: 5,
    }),
    claim: rule(DISPOSITIONS.claim),
    collaboration: rule(DISPOSITIONS.collaboration),
    order: rule(DISPOSITIONS.order, { weight: 3 }),
    amount: rule(DISPOSITIONS.amount, { weight: 3 }),
    communication: rule(DISPOSITIONS.communication),
    group: rule(DISPOSITIONS.group),
    automation: rule(DISPOSITIONS.automation),
    asset: rule(DISPOSITIONS.asset, { dueDaysBefore: 0 }),
  },
});

const words = z.optional(z.array(z.string().check(z.minLength(1), z.maxLength(200))).check(z.maxLength(50)));
const workingDays = z.optional(z.int().check(z.minimum(0), z.maximum(260)));
const fieldName = z.string().check(z.regex(/^[a-z][A-Za-z0-9]{0,39}$/));
const distinct = <Item>(items: readonly Item[]): boolean => new Set(items).size === items.length;

const itemRuleOf = (kind: HandoverItemKind) =>
  z.optional(
    z.strictObject({
      required: z.optional(
        z
          .record(fieldName, z.enum(HANDOVER_FIELD_TYPES))
          .check(
            z.refine((fields) => Object.keys(fields).length <= 20, 'expected at most 20 required fields'),
          ),
      ),
      dispositions: z.optional(
        z.array(z.enum(DISPOSITIONS[kind])).check(z.minLength(1), z.refine(distinct, 'expected each once')),
      ),
      dueDaysBefore: workingDays,
      weight: z.optional(z.int().check(z.minimum(0), z.maximum(1_000))),
    }),
  );

/** A template of a policy, checked. */
const templateSchema = z.strictObject({
  name: z.string().check(z.regex(/^[a-z][a-z0-9-]{0,39}$/)),
  for: z.optional(z.strictObject({ roles: words, departments: words, grades: words })),
  parties: z.optional(
    z.array(z.enum(HANDOVER_PARTIES)).check(z.minLength(2), z.refine(distinct, 'expected each once')),
  ),
  separation: z.optional(z.enum(['each_party', 'two_people'])),
  signDaysBefore: workingDays,
  items: z.optional(
    z.strictObject(Object.fromEntries(HANDOVER_ITEM_KINDS.map((kind) => [kind, itemRuleOf(kind)]))),
  ),
}) as unknown as z.ZodMiniType<NamedHandoverTemplate>;

/** The templates of a policy, checked: each name once. */
export const templatesSchema = z.array(templateSchema).check(
  z.maxLength(30),
  z.refine((templates) => distinct(templates.map(({ name }) => name)), 'expected each name once'),
) as unknown as z.ZodMiniType<readonly NamedHandoverTemplate[]>;

/**
 * A template from parts, each on top of the one before: an industry's, a role's, a grade's. What no part says
 * is as in the default. Types keep a kind of item from what cannot become of it.
 *
 * @throws {GamekeeperError} `ERR_INVALID_INPUT` with the path of what is unknown or out of range.
 */
export function defineHandoverTemplate(
  first: NamedHandoverTemplate,
  ...onTop: readonly HandoverTemplatePart[]
): NamedHandoverTemplate {
  const merged = onTop.reduce<NamedHandoverTemplate>(
    (below, part) => ({ ...merge(below, part), name: below.name }),
    first,
  );
  return validate(templateSchema, merged, 'template');
}

/** A template whole: the default, and on top of it what differs. */
function wholeTemplate({ name, ...part }: NamedHandoverTemplate): HandoverTemplate {
  const { for: _, ...rest } = part;
  return { ...(merge(DEFAULT_HANDOVER_TEMPLATE, rest) as HandoverTemplate), name };
}

/**
 * The template for somebody: the one that names the most of what is true of them, the first of equals; the
 * default where none fits. By name, exactly that one, or `null`.
 */
export function templateFor(
  templates: readonly NamedHandoverTemplate[],
  person: {
    readonly roles: readonly string[] | null;
    readonly team: string | null;
    readonly grade: string | null;
  },
  name: string | null,
): HandoverTemplate | null {
  if (name !== null) {
    const named = templates.find((template) => template.name === name);
    if (named === undefined)
      return name === DEFAULT_HANDOVER_TEMPLATE.name ? DEFAULT_HANDOVER_TEMPLATE : null;
    return wholeTemplate(named);
  }
  const fits = (wanted: readonly string[] | undefined, has: readonly (string | null)[]): number =>
    wanted === undefined ? 0 : wanted.some((word) => has.includes(word)) ? 1 : Number.NEGATIVE_INFINITY;
  let best: NamedHandoverTemplate | null = null;
  let most = -1;
  for (const template of templates) {
    const { roles, departments, grades } = template.for ?? {};
    const points =
      fits(roles, person.roles ?? []) + fits(departments, [person.team]) + fits(grades, [person.grade]);
    if (points > most) [best, most] = [template, points];
  }
  return best === null ? DEFAULT_HANDOVER_TEMPLATE : wholeTemplate(best);
}

/** One part on top of another: what it says wins; the rules of a kind of item are merged one by one. */
function merge<Below extends HandoverTemplatePart>(below: Below, part: HandoverTemplatePart): Below {
  const kinds = HANDOVER_ITEM_KINDS.filter((kind) => below.items?.[kind] ?? part.items?.[kind]);
  const items = Object.fromEntries(
    kinds.map((kind) => [kind, { ...below.items?.[kind], ...part.items?.[kind] }]),
  );
  const given = Object.entries(part).filter(([, value]) => value !== undefined);
  return { ...below, ...Object.fromEntries(given), ...(kinds.length === 0 ? {} : { items }) };
}
