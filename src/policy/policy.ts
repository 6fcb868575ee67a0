import * as z from 'zod/mini';
import { SENSITIVITIES } from '../model/index.ts';
import { deepFreeze } from './deep-freeze.ts';
import { type PolicyField, someOf, wholeNumber, wordList, yesOrNo } from './fields.ts';
import { GUARD_DEFAULTS, GUARD_FIELDS } from './guard-fields.ts';
import { HANDOVER_FIELDS } from './handover-fields.ts';

/** Every field there is, by area: the one place that says what a policy may hold and what it means. */
export const POLICY_FIELDS = {
  visibility: {
    owner: someOf(SENSITIVITIES, ['Sensitivities that the owner sees.', '负责人可见的敏感级别。']),
    supervisor: someOf(SENSITIVITIES, [
      "Sensitivities that people on the owner's manager chain see.",
      '负责人的各级上级可见的敏感级别。',
    ]),
    collaborator: someOf(SENSITIVITIES, [
      'Sensitivities that a collaborator sees.',
      '协作人可见的敏感级别。',
    ]),
    claimant: someOf(SENSITIVITIES, [
      'Sensitivities that the claimant sees until the claim is approved.',
      '报备审批通过之前，报备人可见的敏感级别。',
    ]),
    other: someOf(SENSITIVITIES, [
      'Sensitivities that everybody else in the company sees.',
      '公司其他人可见的敏感级别。',
    ]),
    orders: someOf(
      ['owner', 'supervisor', 'collaborator'],
      ['Relations that see the order history.', '哪些关系可查看订单历史。'],
    ),
  },
  claims: {
    escalateAfterWorkingDays: wholeNumber(1, 60, 'higher', [
      'Working days, in the calendar of the approver, after which a silent claim goes one level up.',
      '审批人逾期未处理的报备，经过多少个工作日（按审批人的日历）上升一级。',
    ]),
  },
  ownership: {
    maxHeld: wholeNumber(1, 1_000_000, 'higher', [
      'How many live customers one employee may own at a time.',
      '每名员工同时最多可持有的客户数。',
    ]),
  },
  followUps: {
    remindAfterDays: wholeNumber(1, 365, 'higher', [
      'Days without a qualifying follow-up after which the owner is reminded.',
      '多少天没有有效跟进后提醒负责人。',
    ]),
    escalateAfterDays: wholeNumber(1, 365, 'higher', [
      "Days without a qualifying follow-up after which the owner's supervisor is told.",
      '多少天没有有效跟进后上报负责人的上级。',
    ]),
    workingDays: yesOrNo('either', [
      'Whether these clocks count working days only.',
      '上述时钟是否只计工作日。',
    ]),
    minimumLength: wholeNumber(1, 1_000, 'lower', [
      'Characters that a follow-up without channel evidence needs to qualify.',
      '没有渠道凭证的跟进记录至少需要多少个字符才算有效。',
    ]),
    lateAfterHours: wholeNumber(1, 720, 'higher', [
      'Hours after the contact within which a record still moves a clock.',
      '联系发生后多少小时内补记仍可重置时钟。',
    ]),
  },
  orders: {
    closedStages: wordList('more', [
      'Stages of an order, in the words of the host, in which nothing is left to be done about it; any other is open, and handed over.',
      '表示订单已了结的阶段名称（以宿主系统的用语为准）；其余阶段视为未完成，须交接。',
    ]),
    lostStages: wordList('either', [
      'Stages of an order, in the words of the host, that mean it came to nothing.',
      '表示订单落空的阶段名称（以宿主系统的用语为准）。',
    ]),
  },
  alerts: {
    coolDownHours: wholeNumber(1, 720, 'higher', [
      'Hours in which the same about the same subject is counted in the open alert instead of raising another.',
      '多少小时内，同一规则对同一对象的再次触发计入未结警报，而不另发新警报。',
    ]),
    escalateAfterHours: wholeNumber(1, 720, 'higher', [
      'Hours without anybody looking after which an alert grows more severe and is told to more people.',
      '警报无人查看多少小时后，升高级别并扩大告知范围。',
    ]),
    keepDismissedDays: wholeNumber(1, 120, 'either', [
      'Days that a dismissed alert is kept.',
      '已驳回的警报保留多少天。',
    ]),
    keepCasesDays: wholeNumber(1, 731, 'either', [
      'Days that a resolved alert and an answered contest are kept.',
      '已结案的警报及已答复的异议保留多少天。',
    ]),
  },
  guard: GUARD_FIELDS,
  handover: HANDOVER_FIELDS,
} as const satisfies { readonly [area: string]: { readonly [field: string]: PolicyField } };

/** What a company has decided, whole. Plain data, versioned and hashed. */
export type Policy = {
  readonly [Area in keyof typeof POLICY_FIELDS]: {
    readonly [Field in keyof (typeof POLICY_FIELDS)[Area]]: (typeof POLICY_FIELDS)[Area][Field] extends PolicyField<
      infer Schema
    >
      ? Readonly<z.output<Schema>>
      : never;
  };
};

/** Any part of a policy; what is left out keeps its default. */
export type PolicyOverrides = { readonly [Area in keyof Policy]?: Partial<Policy[Area]> };

/** The schema of a whole policy. */
export const policySchema = z
  .strictObject(
    mapFields(
      (fields) => z.strictObject(mapFields(({ schema }: PolicyField) => schema, fields)),
      POLICY_FIELDS,
    ),
  )
  .check(
    z.refine(
      (policy) => {
        const { remindAfterDays, escalateAfterDays } = (policy as unknown as Policy).followUps;
        return remindAfterDays <= escalateAfterDays;
      },
      { error: 'the reminder must not come after the escalation', path: ['followUps', 'remindAfterDays'] },
    ),
    z.refine(
      (policy) => {
        const { contactDays, escalateContactDays } = (policy as unknown as Policy).handover;
        return contactDays <= escalateContactDays;
      },
      { error: 'the reminder must not come after the escalation', path: ['handover', 'contactDays'] },
    ),
  ) as unknown as z.ZodMiniType<Policy>;

/** The defaults of the domain, frozen all through. */
export const DEFAULT_POLICY: Policy = deepFreeze({
  visibility: {
    owner: ['public', 'internal', 'contact', 'commercial'],
    supervisor: ['public', 'internal', 'contact', 'commercial'],
    collaborator: ['public', 'internal', 'contact'],
    claimant: ['public', 'internal'],
    other: ['public'],
    orders: ['owner', 'supervisor'],
  },
  claims: { escalateAfterWorkingDays: 2 },
  ownership: { maxHeld: 200 },
  followUps: {
    remindAfterDays: 3,
    escalateAfterDays: 7,
    workingDays: false,
    minimumLength: 10,
    lateAfterHours: 48,
  },
  orders: {
    closedStages: [
      ...[
        'won',
        'closed won',
        'closed',
        'complete',
        'completed',
        'delivered',
        'done',
        'fulfilled',
        'paid',
        'settled',
      ],
      ...['赢单', '成交', '已完成', '完成', '已交付', '已签收', '已付款', '已结清', '已关闭'],
    ],
    lostStages: [
      ...['lost', 'closed lost', 'cancelled', 'canceled', 'rejected', 'void', 'returned', 'refunded'],
      ...['输单', '丢单', '已取消', '取消', '作废', '退货', '已退款'],
    ],
  },
  alerts: { coolDownHours: 24, escalateAfterHours: 24, keepDismissedDays: 120, keepCasesDays: 730 },
  guard: GUARD_DEFAULTS,
  handover: {
    templates: [],
    monitorDays: 180,
    contactDays: 2,
    escalateContactDays: 5,
    silentOrderDays: 30,
  },
} satisfies Policy);

/** The JSON Schema of a policy (draft 2020-12), with the description of every field: for forms and validators. */
export function policyJsonSchema(): { readonly [keyword: string]: unknown } {
  const object = (properties: {
    readonly [name: string]: unknown;
  }): { readonly [keyword: string]: unknown } => ({
    type: 'object',
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  });
  const field = ({ jsonSchema, description, descriptionZh, looser }: PolicyField): object => ({
    ...jsonSchema,
    description,
    'x-description-zh-CN': descriptionZh,
    'x-looser': looser,
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...object(mapFields((fields) => object(mapFields(field, fields)), POLICY_FIELDS)),
  };
}

function mapFields<From, To>(
  make: (value: From) => To,
  record: { readonly [name: string]: From },
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, make(value)]));
}
