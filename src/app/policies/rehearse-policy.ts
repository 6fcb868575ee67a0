import {
  dayNumber,
  fail,
  type LocalDate,
  localDateOf,
  millisOf,
  ok,
  type Result,
} from '../../kernel/index.ts';
import {
  localDateAt,
  type NotPermitted,
  type RehearseOptions,
  type ReportRange,
  rehearseOptions,
  reportRange,
  startOfLocalDate,
  validate,
} from '../../model/index.ts';
import {
  type ChangedField,
  changedFields,
  completePolicy,
  definePolicy,
  type Policy,
  type PolicyOverrides,
} from '../../policy/index.ts';
import type { ShellRefusal } from '../commit/execute.ts';
import { requireOutside } from '../commit/host-session.ts';
import type { Transaction } from '../commit/transaction.ts';
import { type Desk, perform } from '../desk.ts';
import { pinPolicy } from './pin-policy.ts';
import { type RehearsalPlan, type RehearsalResult, runRehearsal } from './rehearsal.ts';

/** What another policy would have meant. */
export interface Rehearsal extends RehearsalResult {
  /** The entry that says who rehearsed what. */
  readonly entry: string;
  readonly from: LocalDate;
  readonly to: LocalDate;
  /** SHA-256 of the policy's canonical JSON, base64url: what its pin would end in. */
  readonly policy: string;
  /** How it differs from the policy in force now, and whether that is among what was rehearsed. */
  readonly changes: readonly (ChangedField & { readonly rehearsed: boolean })[];
}

/** Why nothing is rehearsed. */
export type RehearsalRefusal =
  | NotPermitted
  /** `firstOn` and `lastOn` bound the days that the ledger tells of. */
  | { readonly code: 'range-not-in-ledger'; readonly firstOn: LocalDate; readonly lastOn: LocalDate };

/** Records who rehearses what, and then replays the range under the other policy. */
export async function rehearsePolicy(
  desk: Desk,
  overrides: PolicyOverrides,
  input: ReportRange,
  options: RehearseOptions,
): Promise<Result<Rehearsal, RehearsalRefusal | ShellRefusal>> {
  const policy = definePolicy(overrides);
  const range = validate(reportRange, input, 'range') as RehearsalPlan['range'];
  const { onProgress = () => undefined } = validate(rehearseOptions, options, 'options');
  const session = await desk.open();
  requireOutside(session, 'policies.rehearse');
  const hash = pinPolicy(session.platform, 0, policy).slice(2);
  let plan: RehearsalPlan | null = null;
  const recorded = await perform<string, RehearsalRefusal>(desk, {
    attempt: 'rehearse-policy',
    arguments: null,
    async decide(transaction) {
      const { actor, company } = transaction;
      if (!actor.can('policies.adopt')) return fail({ code: 'not-permitted', needs: 'policies.adopt' });
      const { timeZone } = company.tenant;
      const firstOn = localDateAt(millisOf(company.tenant.createdAt), timeZone);
      const lastOn = transaction.today;
      if (range.from < firstOn || range.to > lastOn)
        return fail({ code: 'range-not-in-ledger', firstOn, lastOn });
      plan = {
        policy,
        range,
        from: startOfLocalDate(range.from, timeZone),
        until: startOfLocalDate(localDateOf(dayNumber(range.to) + 1), timeZone),
        company,
        policies: await policiesOf(transaction),
        shape: desk.shape,
        onProgress,
      };
      transaction.record({
        type: 'policy-rehearsed',
        subjects: [],
        data: { from: range.from, rehearsed: hash, to: range.to },
      });
      return ok(null);
    },
    answer: (written) => written?.entry ?? '',
  });
  if (!recorded.ok) return recorded;
  // What is not sealed has no place in the log yet.
  await desk.seal(session);
  const { company } = plan as unknown as RehearsalPlan;
  const result = await runRehearsal(session, plan as unknown as RehearsalPlan);
  const changes = changedFields(company.policy, policy).map((change) => ({
    ...change,
    rehearsed: isRehearsed(change.path),
  }));
  return ok({ entry: recorded.value, ...range, policy: hash, changes, ...result });
}

/** Every policy that was ever in force, by its pin. */
async function policiesOf(transaction: Transaction): Promise<ReadonlyMap<string, Policy>> {
  const numbers = Array.from({ length: transaction.company.policyNumber }, (_, at) => String(at + 1));
  await transaction.peek(...numbers.map((number) => ['policy', number] as const));
  const adopted = numbers.flatMap((number) => transaction.get('policy', number) ?? []);
  return new Map(adopted.map(({ pin, policy }) => [pin, completePolicy(policy)]));
}

/** What the guard says of deletions that were carried out already. */
const NOT_REHEARSED: ReadonlySet<string> = new Set(['guard.restoreDays', 'guard.eraseDeleted']);

/** What of a policy a rehearsal replays. */
function isRehearsed(path: string): boolean {
  return (
    (path.startsWith('guard.') && !NOT_REHEARSED.has(path)) ||
    path.startsWith('followUps.') ||
    path === 'claims.escalateAfterWorkingDays' ||
    path === 'alerts.coolDownHours'
  );
}
