import { decideAdopt, type PolicyRefusal } from '../../company/index.ts';
import { fail, type JsonValue, ok, type Result } from '../../kernel/index.ts';
import {
  type AdoptOptions,
  adoptOptions,
  type NotPermitted,
  type RehearseOptions,
  type ReportRange,
  validate,
} from '../../model/index.ts';
import { definePolicy, type Policy, type PolicyOverrides } from '../../policy/index.ts';
import type { ShellRefusal } from '../commit/execute.ts';
import { type Receipt, receiptOf } from '../commit/receipts.ts';
import { waitingFor } from '../commit/second-person.ts';
import { type Desk, look, perform } from '../desk.ts';
import { pinPolicy } from './pin-policy.ts';
import { type Rehearsal, type RehearsalRefusal, rehearsePolicy } from './rehearse-policy.ts';

/** The policy in force. */
export interface PolicyInForce {
  readonly number: number;
  /** Number and hash, as every entry names it. */
  readonly pin: string;
  readonly policy: Policy;
}

/** What became of a policy that was to be adopted. */
export interface AdoptReceipt extends Receipt {
  readonly status: 'adopted' | 'awaiting-second-person';
  /** What it loosens: the reason a second person is asked for. */
  readonly loosens: readonly string[];
}

/** What the company has decided. */
export interface PoliciesArea {
  /**
   * Adopts a policy, whole or as a change of the defaults. What loosens a rule answers
   * `awaiting-second-person` until another administrator adopts the very same.
   */
  adopt(
    policy: PolicyOverrides,
    options?: AdoptOptions,
  ): Promise<Result<AdoptReceipt, PolicyRefusal | ShellRefusal>>;
  /**
   * Replays what happened on some days under another policy: what would have been held, blocked, alerted, reminded,
   * escalated, beside what was. For administrators; on record before it is answered; changes nothing.
   *
   * Cost: the entries of the range, and of the 32 days or more before it that still count, once.
   */
  rehearse(
    policy: PolicyOverrides,
    range: ReportRange,
    options?: RehearseOptions,
  ): Promise<Result<Rehearsal, RehearsalRefusal | ShellRefusal>>;
  /**
   * The policy in force. For whoever adopts policies or reads the ledger, and services: those whom the guard watches
   * are not to look its thresholds up.
   */
  current(): Promise<Result<PolicyInForce, NotPermitted | ShellRefusal>>;
}

/** The policies area at a desk. */
export function createPolicies(desk: Desk): PoliciesArea {
  return {
    async adopt(input, options = {}) {
      const policy = definePolicy(input);
      const { idempotencyKey, reason } = validate(adoptOptions, options, 'options');
      return perform<AdoptReceipt, PolicyRefusal>(desk, {
        attempt: 'adopt-policy',
        idempotencyKey,
        arguments: policy as unknown as JsonValue,
        async decide(transaction) {
          const { company, actor, session } = transaction;
          const current = { number: company.policyNumber, policy: company.policy, pin: company.head.policy };
          const next = { policy, pin: pinPolicy(session.platform, company.policyNumber + 1, policy) };
          await transaction.load(['approval', 'policy'], ['policy', String(company.policyNumber + 1)]);
          const step = decideAdopt(actor, current, next, waitingFor(transaction, 'policy', 'policies.adopt'));
          if (!step.ok) return step;
          const { event } = step.value;
          const subject = event.subjects[event.subjects.length - 1];
          const disclosures =
            reason === undefined || subject === undefined
              ? {}
              : { disclosures: { reason: { subject, value: reason } } };
          transaction.record({ ...event, ...disclosures });
          return step;
        },
        answer: (written) => ({
          ...receiptOf(written),
          status: written?.type === 'policy-adopted' ? 'adopted' : 'awaiting-second-person',
          loosens: (written?.data.loosens as string[] | undefined) ?? [],
        }),
      });
    },
    rehearse: (policy, range, options = {}) => rehearsePolicy(desk, policy, range, options),
    current: () =>
      look<PolicyInForce, NotPermitted>(desk, 'view-policy', async ({ actor, company }) => {
        const may = actor.employee === null || actor.can('policies.adopt') || actor.can('ledger.read');
        if (!may) return fail({ code: 'not-permitted', needs: 'policies.adopt or ledger.read' });
        return ok({
          number: company.policyNumber,
          pin: company.head.policy,
          // A copy: what decides here is not to be changed by whoever asked.
          policy: structuredClone(company.policy),
        });
      }),
  };
}
