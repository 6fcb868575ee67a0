import {
  completePermit,
  type Decision,
  decide,
  type GuardReason,
  issuePermit,
  measureOf,
  type Operation,
  type PermitRefusal,
} from '../../guard/index.ts';
import { fail, type Instant, isUuidv7, type JsonValue, ok, type Result } from '../../kernel/index.ts';
import {
  type CompletePermitInput,
  completePermitInput,
  type DryRunInput,
  dryRunInput,
  type GuardRequestInput,
  guardRequestInput,
  isUnderReview,
  type Sensitivity,
  validate,
} from '../../model/index.ts';
import type { CustomerRefusal } from '../../ownership/index.ts';
import type { ShellRefusal } from '../commit/execute.ts';
import { foreseeCustomers } from '../commit/foresee.ts';
import { listRoot, writeIdList } from '../commit/id-lists.ts';
import { type Receipt, receiptOf } from '../commit/receipts.ts';
import type { Transaction } from '../commit/transaction.ts';
import { loadCustomers } from '../customers/customer-context.ts';
import { type Desk, look, perform } from '../desk.ts';
import { type MaskedRow, maskRows } from './guard-rows.ts';
import { decideHostRequest } from './host-request.ts';
import { factsOf, foreseeGuard, type GuardRefusal, passGuard, payloadDigest } from './pass-guard.ts';
import { readUsage } from './usage.ts';
import { type VisibleFilter, visibleFilter } from './visible.ts';

/** What the guard answers a host that wants to act on its own tables. */
export type GuardAnswer =
  /** Do it, once, and complete the permit before `until`. */
  | { readonly decision: 'allow'; readonly permit: string; readonly until: Instant }
  | { readonly decision: 'step_up' }
  | { readonly decision: 'hold'; readonly hold: string; readonly reviewer: string | null }
  | { readonly decision: 'block' };

/** Why a request is not even looked at. */
export type RequestRefusal =
  | { readonly code: 'not-found' }
  | { readonly code: 'not-permitted'; readonly needs: string }
  | { readonly code: 'unknown-field'; readonly field: string }
  | { readonly code: 'masked-field'; readonly field: string }
  /** Of a transfer to somebody: what `ownership.transfer` would answer. */
  | CustomerRefusal;

/** A dry run, with everything it rests on. */
export interface DryRun {
  readonly decision: Decision;
  readonly reasons: readonly GuardReason[];
}

/** The guard, for what the host does on its own tables. */
export interface GuardArea {
  /**
   * Asks before an operation that the host carries out itself: counted and on record at once, whatever the
   * host's own transaction does. `allow` comes with a permit for this very payload.
   */
  request(input: GuardRequestInput): Promise<Result<GuardAnswer, RequestRefusal | ShellRefusal>>;
  /** Says that it was done, to how many. Once, within 60 seconds, for the payload it was issued for. */
  complete(
    permit: string,
    input: CompletePermitInput,
  ): Promise<Result<Receipt, CompleteRefusal | ShellRefusal>>;
  /** Takes out of up to 500 of the host's rows what the caller may not see, counted like any other look. */
  mask(rows: readonly HostRow[]): Promise<Result<readonly MaskedRow[], ShellRefusal>>;
  /** The customers that the caller works with, as a filter for the host's SQL. */
  visible(): Promise<Result<VisibleFilter, ShellRefusal>>;
  /** What the guard would say to somebody. For administrators and services: an oracle for anybody else. On record. */
  decide(input: DryRunInput): Promise<Result<DryRun, RequestRefusal | ShellRefusal>>;
}

/** A row of the host's, by the names of the profile's fields. */
export type HostRow = { readonly id: string } & { readonly [field: string]: unknown };

/** Why a permit is not completed. */
export type CompleteRefusal =
  | PermitRefusal
  | { readonly code: 'other-payload' }
  | { readonly code: 'more-than-permitted'; readonly permitted: number };

/** The guard area at a desk. */
export function createGuard(desk: Desk): GuardArea {
  return {
    async request(input) {
      const { beneficiary, operation, customers, fields, payload, idempotencyKey } = validate(
        guardRequestInput,
        input,
        'input',
      );
      const whole = { beneficiary: beneficiary ?? null, fields: [...new Set(fields ?? [])].sort() };
      const bound: JsonValue = { ...whole, payload: payload ?? null };
      const answered = await perform<GuardAnswer, RequestRefusal | GuardRefusal>(desk, {
        attempt: 'guard-request',
        idempotencyKey,
        arguments: {
          ...(beneficiary === undefined ? {} : { beneficiary }),
          customers,
          fields: fields ?? null,
          operation,
          payload: payload ?? null,
        },
        foresee(transaction) {
          const aliases = foreseeCustomers(transaction, [...new Set(customers)], ['customer']);
          const levels = (fields ?? []).flatMap((field) => desk.shape.fields.get(field) ?? []);
          const ask = { operation, fields: levels, payload: bound, brings: 'permit' } as const;
          foreseeGuard(transaction, ask, aliases);
        },
        async decide(transaction) {
          const asked = await decideHostRequest(transaction, desk, {
            operation,
            customers,
            fields,
            beneficiary,
          });
          if (!asked.ok) return asked;
          const ask = { operation, customers: asked.value.customers, payload: payload ?? null };
          const passed = await passGuard(transaction, {
            ...ask,
            ...asked.value,
            payload: bound,
            brings: 'permit',
          });
          if (!passed.ok) return passed;
          const event = issuePermit(
            transaction.actor,
            {
              operation,
              count: ask.customers.length,
              digest: payloadDigest(transaction, ask),
              root: listRoot(transaction, ask.customers),
              hold: passed.value.hold,
              subjects: ask.customers.length <= 400 ? ask.customers : [],
            },
            transaction.now,
          );
          writeIdList(transaction, transaction.record(event), ask.customers);
          return ok(null);
        },
        answer: (written) => ({
          decision: 'allow',
          permit: written?.entry ?? '',
          until: written?.data.until as Instant,
        }),
      });
      if (answered.ok) return answered;
      const { error } = answered;
      if (error.code === 'held') return ok({ decision: 'hold', hold: error.hold, reviewer: error.reviewer });
      if (error.code === 'blocked') return ok({ decision: 'block' });
      if (error.code === 'step-up-required') return ok({ decision: 'step_up' });
      return fail(error);
    },
    async complete(id, input) {
      const { affected, customers, payload, idempotencyKey } = validate(completePermitInput, input, 'input');
      return perform<Receipt, CompleteRefusal>(desk, {
        attempt: 'complete-permit',
        idempotencyKey,
        arguments: { affected, permit: String(id) },
        foresee(transaction) {
          if (isUuidv7(id)) transaction.foresee({ collection: 'permit', id });
          foreseeCustomers(transaction, customers ?? [], ['customer']);
        },
        async decide(transaction) {
          if (!isUuidv7(id)) return fail({ code: 'not-found' });
          await transaction.load(['permit', id]);
          const permit = transaction.get('permit', id);
          const event = completePermit(permit, transaction.actor, affected, transaction.now);
          if (!event.ok || permit === null) return event;
          if (affected > permit.customers)
            return fail({ code: 'more-than-permitted', permitted: permit.customers });
          if (customers !== undefined) {
            const loaded = await loadCustomers(transaction, customers);
            const aliases = loaded.flatMap(({ customer }) => customer?.alias ?? []);
            const operation = permit.operation as Operation;
            const digest = payloadDigest(transaction, {
              operation,
              customers: aliases,
              payload: payload ?? null,
            });
            if (digest !== permit.digest) return fail({ code: 'other-payload' });
          }
          transaction.record(event.value);
          return ok(null);
        },
        answer: receiptOf,
      });
    },
    mask: (rows) => maskRows(desk, rows),
    visible: () => look(desk, 'guard-visible', visibleFilter),
    async decide(input) {
      const asked = validate(dryRunInput, input, 'input');
      return look(desk, 'guard-decide', (transaction) => dryRun(transaction, desk, asked));
    },
  };
}

async function dryRun(
  transaction: Transaction,
  desk: Desk,
  input: {
    readonly actor: string;
    readonly operation: Operation;
    readonly customers: number;
    readonly fields?: readonly string[] | undefined;
  },
): Promise<Result<DryRun, RequestRefusal>> {
  const { actor, company } = transaction;
  const may = actor.employee === null || actor.employee.administrator;
  if (!may) return fail({ code: 'not-permitted', needs: 'an administrator or a service' });
  const person = company.org.byId.get(input.actor);
  if (person === undefined) return fail({ code: 'not-found' });
  const fields = (input.fields ?? []).map((field) => desk.shape.fields.get(field));
  const unknown = fields.indexOf(undefined);
  if (unknown >= 0) return fail({ code: 'unknown-field', field: input.fields?.[unknown] as string });
  const levels = fields as readonly Sensitivity[];
  const measure = measureOf(input.operation, levels);
  const counting = await readUsage(transaction, person.alias);
  const { decision, reasons } = decide(
    {
      ...factsOf(transaction, { operation: input.operation, fields: levels, visible: new Set(levels) }),
      status: person.status,
      underReview: isUnderReview(person),
      customers: input.customers,
      counts: measure === null ? [0, 0, 0, 0] : counting.countsOf(measure),
      lately: { reveals: counting.countsOf('reveals')[2], exports: counting.countsOf('exports')[2] },
    },
    company.policy,
  );
  transaction.record({
    type: 'guard-asked',
    subjects: [person.alias],
    data: {
      about: person.alias,
      count: input.customers,
      decision,
      operation: input.operation,
      reasons: reasons as unknown as JsonValue,
    },
  });
  return ok({ decision, reasons });
}
