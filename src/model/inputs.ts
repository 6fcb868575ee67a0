import { z } from 'zod';
import { type Instant, isInstant, isLocalDate, type LocalDate } from '../kernel/index.ts';
import { calendarSchema } from './calendar.ts';

/** What hosts hand in, as schemas. Unknown members are refused: a misspelt one must not be lost. */
const id = z.string().min(1).max(256);
const text = (longest: number): z.ZodString => z.string().min(1).max(longest);
const instant = z.custom<Instant>(
  isInstant,
  'expected an instant in UTC with milliseconds, such as 2026-03-25T08:00:00.000Z',
);
const day = z.custom<LocalDate>(isLocalDate, 'expected a day, YYYY-MM-DD');
const idempotencyKey = z.string().min(1).max(256).optional();
const reason = text(2_000);
const cursor = z.string().max(2_000).nullable().optional();
const limit = z.number().int().min(1).max(500).optional();

export const idInput = id;
export const hostIds = z.union([id.transform((one) => [one]), z.array(id).min(1).max(200)]);

const personFacts = {
  name: text(200),
  managerId: id.nullable(),
  roles: z.array(text(100)).max(50),
  team: text(200).nullable(),
  grade: text(100).nullable(),
  calendar: calendarSchema.nullable(),
  administrator: z.boolean(),
};
export const hireInput = z.strictObject({
  id,
  name: personFacts.name,
  managerId: personFacts.managerId.optional(),
  roles: personFacts.roles.optional(),
  team: personFacts.team.optional(),
  grade: personFacts.grade.optional(),
  calendar: personFacts.calendar.optional(),
  administrator: personFacts.administrator.optional(),
  idempotencyKey,
});
export const personPatch = z
  .strictObject({ ...z.strictObject(personFacts).partial().shape, idempotencyKey })
  .refine(
    (patch) =>
      Object.entries(patch).some(([name, value]) => name !== 'idempotencyKey' && value !== undefined),
    {
      message: 'expected at least one field to change',
    },
  );
export const delegateInput = z.strictObject({ to: id, untilOn: day, idempotencyKey });

export const registerOptions = z.strictObject({
  id: id.optional(),
  evidence: text(2_000).optional(),
  idempotencyKey,
});
export const decideClaimOptions = z.strictObject({ reason: reason.optional(), idempotencyKey });
export const keyOnly = z.strictObject({ idempotencyKey });
export const listClaimsQuery = z.strictObject({ mine: z.boolean().optional(), limit, after: cursor });

export const transferOptions = z.strictObject({ to: id, reason, idempotencyKey });
export const releaseOptions = z.strictObject({ reason, pool: text(100).optional(), idempotencyKey });
export const shareOptions = z.strictObject({
  with: id,
  access: z.enum(['read', 'write', 'none']),
  untilOn: day.nullable().optional(),
  idempotencyKey,
});
export const instantInput = instant;

export const listCustomersQuery = z.strictObject({
  scope: z.enum(['mine', 'team', 'all']).optional(),
  where: z.record(z.string(), z.json()).optional(),
  orderBy: z.string().optional(),
  descending: z.boolean().optional(),
  limit,
  after: cursor,
});
export const pageQuery = z.strictObject({ limit, after: cursor });

export const followUpInput = z.strictObject({
  kind: z.enum(['call', 'visit', 'message', 'email', 'meeting']),
  text: text(4_000),
  at: instant.optional(),
  evidence: text(500).optional(),
  idempotencyKey,
});

export const orderInput = z.strictObject({
  id,
  customer: id,
  amount: z.strictObject({
    amount: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
    currency: z.string().regex(/^[A-Z]{3}$/),
  }),
  outstanding: z
    .strictObject({
      amount: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
      currency: z.string().regex(/^[A-Z]{3}$/),
    })
    .optional(),
  stage: z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} _-]{0,39}$/u),
  at: instant,
});
export const ordersInput = z.array(orderInput).min(1).max(500);

export const tenantOptions = z.strictObject({
  admins: z
    .array(z.strictObject({ id, name: personFacts.name }))
    .min(1)
    .max(20),
  policy: z.record(z.string(), z.unknown()).optional(),
  timeZone: text(100).optional(),
  locale: z.enum(['en', 'zh-CN']).optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
  calendar: calendarSchema.optional(),
});
export const adoptOptions = z.strictObject({ reason: reason.optional(), idempotencyKey });
export const eraseOptions = z.strictObject({
  basis: z.enum(['subject-request', 'retention-over', 'court-order', 'consent-withdrawn']),
});
export const entriesQuery = z.strictObject({
  from: z.number().int().min(0).optional(),
  limit,
  customer: id.optional(),
});

export type HireInput = z.input<typeof hireInput>;
export type PersonPatch = z.input<typeof personPatch>;
export type DelegateInput = z.input<typeof delegateInput>;
export type RegisterOptions = z.input<typeof registerOptions>;
export type DecideClaimOptions = z.input<typeof decideClaimOptions>;
export type KeyOnly = z.input<typeof keyOnly>;
export type ListClaimsQuery = z.input<typeof listClaimsQuery>;
export type TransferOptions = z.input<typeof transferOptions>;
export type ReleaseOptions = z.input<typeof releaseOptions>;
export type ShareOptions = z.input<typeof shareOptions>;
export type ListCustomersQuery = z.input<typeof listCustomersQuery>;
export type PageQuery = z.input<typeof pageQuery>;
export type FollowUpInput = z.input<typeof followUpInput>;
export type OrderInput = z.input<typeof orderInput>;
export type ParsedOrder = z.output<typeof orderInput>;
export type TenantOptions = z.input<typeof tenantOptions>;
export type AdoptOptions = z.input<typeof adoptOptions>;
export type EraseOptions = z.input<typeof eraseOptions>;
export type EntriesQuery = z.input<typeof entriesQuery>;
