import type * as z from 'zod/mini';
import { DISPOSITIONS, HANDOVER_FIELD_TYPES, HANDOVER_ITEM_KINDS, HANDOVER_PARTIES } from '../model/index.ts';
import { type PolicyField, wholeNumber } from './fields.ts';
import { type NamedHandoverTemplate, templatesSchema } from './handover-template.ts';

/** Days are working days; the sentences of a field's meaning are those of `HandoverTemplate`. */
const words = { type: 'array', items: { type: 'string', minLength: 1, maxLength: 200 }, maxItems: 50 };
const object = (properties: {
  readonly [name: string]: unknown;
}): { readonly [keyword: string]: unknown } => ({
  type: 'object',
  properties,
  additionalProperties: false,
});
const days = { type: 'integer', minimum: 0, maximum: 260 };

const templates: PolicyField<z.ZodMiniType<readonly NamedHandoverTemplate[]>> = {
  schema: templatesSchema,
  jsonSchema: {
    type: 'array',
    maxItems: 30,
    items: {
      ...object({
        name: { type: 'string', pattern: '^[a-z][a-z0-9-]{0,39}$' },
        for: object({ roles: words, departments: words, grades: words }),
        parties: {
          type: 'array',
          items: { type: 'string', enum: HANDOVER_PARTIES },
          minItems: 2,
          uniqueItems: true,
        },
        separation: { type: 'string', enum: ['each_party', 'two_people'] },
        signDaysBefore: days,
        items: object(
          Object.fromEntries(
            HANDOVER_ITEM_KINDS.map((kind) => [
              kind,
              object({
                required: {
                  type: 'object',
                  propertyNames: { pattern: '^[a-z][A-Za-z0-9]{0,39}$' },
                  additionalProperties: { type: 'string', enum: HANDOVER_FIELD_TYPES },
                  maxProperties: 20,
                },
                dispositions: {
                  type: 'array',
                  items: { type: 'string', enum: DISPOSITIONS[kind] },
                  minItems: 1,
                  uniqueItems: true,
                },
                dueDaysBefore: days,
                weight: { type: 'integer', minimum: 0, maximum: 1_000 },
              }),
            ]),
          ),
        ),
      }),
      required: ['name'],
    },
  },
  looser: 'either',
  description:
    'Templates of handovers, each for whom it fits; what a template does not say is as in the default.',
  descriptionZh: '交接模板，按适用人员选用；模板未规定的，从默认模板。',
};

/** The fields of the handover. */
export const HANDOVER_FIELDS = {
  templates,
  monitorDays: wholeNumber(1, 730, 'either', [
    'Days after a departure for which the handed over customers, never the person, are watched.',
    '离职后对已移交客户（而非离职人员）的观察天数。',
  ]),
  contactDays: wholeNumber(1, 60, 'higher', [
    "Working days, in the successor's calendar, after which the successor is reminded that a watched customer waits for a first contact.",
    '观察期内，接手人经过多少个工作日（按其日历）仍未首次联系客户即提醒。',
  ]),
  escalateContactDays: wholeNumber(1, 60, 'higher', [
    "Working days after which the successor's supervisor is told of it.",
    '经过多少个工作日仍未首次联系即上报接手人的上级。',
  ]),
  silentOrderDays: wholeNumber(1, 365, 'higher', [
    'Days without an order after which a watched customer that used to order regularly raises an alert; twice its usual interval where that is longer.',
    '观察期内，原本定期下单的客户多少天无订单即发出警报；若其通常间隔的两倍更长，则以后者为准。',
  ]),
} as const;
