import { z } from 'zod';
import { SENSITIVITIES } from '../model/index.ts';

/** Which change of a field loosens the rule, and so needs a second person. */
export type Looser = 'higher' | 'lower' | 'more' | 'either';

/** What a policy field says of itself: in English, in Chinese, and which way loosens it. */
export interface PolicyFieldMeta {
  readonly description: string;
  readonly descriptionZh: string;
  readonly looser: Looser;
}

function field<Schema extends z.ZodType>(
  schema: Schema,
  looser: Looser,
  description: string,
  descriptionZh: string,
): Schema {
  return schema.meta({ description, descriptionZh, looser }) as Schema;
}

const days = (max: number): z.ZodNumber => z.number().int().min(1).max(max);
const levels = z.array(z.enum(SENSITIVITIES)).max(SENSITIVITIES.length);

const visibilitySchema = z.strictObject({
  owner: field(levels, 'more', 'Sensitivities that the owner sees.', '负责人可见的敏感级别。'),
  supervisor: field(
    levels,
    'more',
    "Sensitivities that people on the owner's manager chain see.",
    '负责人的各级上级可见的敏感级别。',
  ),
  collaborator: field(levels, 'more', 'Sensitivities that a collaborator sees.', '协作人可见的敏感级别。'),
  claimant: field(
    levels,
    'more',
    'Sensitivities that the claimant sees until the claim is approved.',
    '报备审批通过之前，报备人可见的敏感级别。',
  ),
  other: field(
    levels,
    'more',
    'Sensitivities that everybody else in the company sees.',
    '公司其他人可见的敏感级别。',
  ),
  orders: field(
    z.array(z.enum(['owner', 'supervisor', 'collaborator'])).max(3),
    'more',
    'Relations that see the order history.',
    '哪些关系可查看订单历史。',
  ),
});

const claimsSchema = z.strictObject({
  escalateAfterWorkingDays: field(
    days(60),
    'higher',
    'Working days, in the calendar of the approver, after which a silent claim goes one level up.',
    '审批人逾期未处理的报备，经过多少个工作日（按审批人的日历）上升一级。',
  ),
});

const ownershipSchema = z.strictObject({
  maxHeld: field(
    z.number().int().min(1).max(1_000_000),
    'higher',
    'How many live customers one employee may own at a time.',
    '每名员工同时最多可持有的客户数。',
  ),
});

const followUpsSchema = z.strictObject({
  remindAfterDays: field(
    days(365),
    'higher',
    'Days without a qualifying follow-up after which the owner is reminded.',
    '多少天没有有效跟进后提醒负责人。',
  ),
  escalateAfterDays: field(
    days(365),
    'higher',
    "Days without a qualifying follow-up after which the owner's supervisor is told.",
    '多少天没有有效跟进后上报负责人的上级。',
  ),
  workingDays: field(
    z.boolean(),
    'either',
    'Whether these clocks count working days only.',
    '上述时钟是否只计工作日。',
  ),
  minimumLength: field(
    z.number().int().min(1).max(1_000),
    'lower',
    'Characters that a follow-up without channel evidence needs to qualify.',
    '没有渠道凭证的跟进记录至少需要多少个字符才算有效。',
  ),
  lateAfterHours: field(
    z.number().int().min(1).max(720),
    'higher',
    'Hours after the contact within which a record still moves a clock.',
    '联系发生后多少小时内补记仍可重置时钟。',
  ),
});

/** What a company has decided. Every field describes itself; plain data, versioned and hashed. */
export const policySchema = z
  .strictObject({
    visibility: visibilitySchema,
    claims: claimsSchema,
    ownership: ownershipSchema,
    followUps: followUpsSchema,
  })
  .refine((policy) => policy.followUps.remindAfterDays <= policy.followUps.escalateAfterDays, {
    message: 'the reminder must not come after the escalation',
    path: ['followUps', 'remindAfterDays'],
  });

/** What a company has decided, whole. */
export type Policy = z.output<typeof policySchema>;

/** Any part of a policy; what is left out keeps its default. */
export type PolicyOverrides = { readonly [Area in keyof Policy]?: Partial<Policy[Area]> };

/** The defaults of the domain. */
export const DEFAULT_POLICY: Policy = {
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
};

/** The JSON Schema of a policy (draft 2020-12), with the description of every field: for forms and validators. */
export function policyJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(policySchema) as Record<string, unknown>;
}
