import {
  type AlertRefusal,
  decideAcknowledge,
  decideConfirm,
  decideDismiss,
  decideResolve,
  decideUnmask,
  openAlertId,
  uninvolved,
  unmaskApproval,
} from '../../alerts/index.ts';
import { type Alias, fail, type LocalDate, ok, type Result } from '../../kernel/index.ts';
import {
  type AlertReason,
  type AlertsQuery,
  alertReason,
  alertsQuery,
  type Employee,
  type EventDraft,
  idInput,
  type KeyOnly,
  keyOnly,
  onBehalfOf,
  type ResolveAlert,
  resolveAlert,
  validate,
} from '../../model/index.ts';
import { type CoverRefusal, decideCover } from '../../ownership/index.ts';
import { readDisclosures, valuesIn } from '../commit/disclosures.ts';
import type { ShellRefusal } from '../commit/execute.ts';
import { type Page, walkPages } from '../commit/pages.ts';
import { recordRead } from '../commit/reads.ts';
import { type Receipt, receiptOf } from '../commit/receipts.ts';
import { waitingFor } from '../commit/second-person.ts';
import type { EntryDraft, Transaction } from '../commit/transaction.ts';
import { loadCustomer } from '../customers/customer-context.ts';
import { type Desk, look, perform } from '../desk.ts';
import {
  type AlertView,
  isAboutCustomer,
  type LoadedAlert,
  loadAlert,
  peekNamed,
  viewAlert,
} from './alert-view.ts';
import { listAlerts } from './list-alerts.ts';

/** An alert that was decided. */
export interface AlertReceipt extends Receipt {
  readonly alert: string;
}

/** What became of an unmasking. */
export interface UnmaskReceipt extends AlertReceipt {
  readonly status: 'unmasked' | 'awaiting-second-person';
}

/** One alert, with what was written about it last. */
export interface AlertDetails extends AlertView {
  /** The latest reason anybody gave; `null` when none was given or it was erased. */
  readonly reason: string | null;
}

/** What became of an alert that was to be decided. */
export type DecidedAlert = Promise<Result<AlertReceipt, AlertRefusal | CoverRefusal | ShellRefusal>>;

/**
 * What somebody must look at. The audience is a relation: supervisors of the person concerned, nearest first, and
 * holders of `alerts.read` or `alerts.handle`; never the person concerned, nor who stands in for that person.
 */
export interface AlertsArea {
  /** Alerts in the caller's audience, newest first; with `state: 'open'` by state first. The page is one entry. */
  list(query?: AlertsQuery): Promise<Result<Page<AlertView>, ShellRefusal>>;
  /** All of them, page after page; throws on a refusal. */
  all(query?: AlertsQuery): AsyncGenerator<AlertView>;
  /** One alert. Absent and invisible are both `not-found`. That it was seen is on record before it is answered. */
  get(id: string): Promise<Result<AlertDetails, { readonly code: 'not-found' } | ShellRefusal>>;
  /** Says that somebody looks at it: it grows no more. */
  acknowledge(id: string, options?: KeyOnly): DecidedAlert;
  /** Closes it as nothing. Kept for 120 days unless the policy says less. */
  dismiss(id: string, options: AlertReason): DecidedAlert;
  /** Makes a case of it. Until it is resolved the guard is as strict with whom it is about as on notice. */
  confirm(id: string, options: AlertReason): DecidedAlert;
  /** Closes a case with one of a closed list of outcomes. Kept for two years unless the policy says less. */
  resolve(id: string, options: ResolveAlert): DecidedAlert;
  /** Shows the audience of this alert whom it is about. Takes two people with `alerts.handle`. */
  unmask(id: string, options: AlertReason): Promise<Result<UnmaskReceipt, AlertRefusal | ShellRefusal>>;
}

/** The alerts area at a desk. */
export function createAlerts(desk: Desk): AlertsArea {
  const list: AlertsArea['list'] = async (input = {}) => {
    const query = validate(alertsQuery, input, 'query');
    return look(desk, 'list-alerts', (transaction) => listAlerts(transaction, query));
  };
  return {
    list,
    all: (query = {}) => walkPages((after) => list({ ...query, after })),
    async get(id) {
      const alertId = validate(idInput, id, 'id');
      return look<AlertDetails, { readonly code: 'not-found' }>(desk, 'view-alert', async (transaction) => {
        const loaded = await loadAlert(transaction, alertId);
        if (loaded === null || loaded.standing.right === 'none') return fail({ code: 'not-found' });
        const { alert, standing } = loaded;
        await peekNamed(transaction, [alert]);
        const view = viewAlert(transaction, alert);
        const fields = ['alert', alert.id, ...(view.masked.length > 0 ? [] : ['subject'])];
        await recordRead(
          transaction,
          'alert-viewed',
          alert.subject,
          onBehalfOf(transaction.actor, standing.capacity),
          fields,
          { alert: alert.id },
        );
        return ok({ ...view, reason: await latestReason(transaction, loaded) });
      });
    },
    async acknowledge(id, options = {}) {
      const { idempotencyKey } = validate(keyOnly, options, 'options');
      return change(desk, 'acknowledge-alert', id, { idempotencyKey }, null, async (_, step) =>
        alone(decideAcknowledge(step)),
      );
    },
    async dismiss(id, options) {
      const given = validate(alertReason, options, 'options');
      return change(desk, 'dismiss-alert', id, given, given.reason, async (_, step) =>
        alone(decideDismiss(step)),
      );
    },
    async confirm(id, options) {
      const given = validate(alertReason, options, 'options');
      return change(desk, 'confirm-alert', id, given, given.reason, async (transaction, step) => {
        await subjectOf(transaction, step);
        return alone(decideConfirm(step));
      });
    },
    async resolve(id, options) {
      const given = validate(resolveAlert, options, 'options');
      return change(desk, 'resolve-alert', id, given, given.reason ?? null, (transaction, step) =>
        resolve(transaction, step, given),
      );
    },
    async unmask(id, options) {
      const alertId = validate(idInput, id, 'id');
      const { reason, idempotencyKey } = validate(alertReason, options, 'options');
      return perform<UnmaskReceipt, AlertRefusal>(desk, {
        attempt: 'unmask-alert',
        idempotencyKey,
        arguments: { alert: alertId, reason },
        async decide(transaction) {
          const step = await readStep(transaction, alertId, reason);
          if (step === null) return fail({ code: 'not-found' });
          const { actor, company, today } = transaction;
          const request = unmaskApproval(alertId);
          await transaction.load(['approval', request]);
          const waiting = uninvolved(
            waitingFor(transaction, request, 'alerts.handle'),
            step.concerned,
            company.org,
            today,
          );
          const decision = decideUnmask(
            step,
            actor.employee?.alias ?? null,
            actor.can('alerts.handle'),
            waiting,
          );
          if (decision.ok) transaction.record(decision.value);
          return decision;
        },
        answer: (written) => ({
          ...receiptOf(written),
          alert: alertId,
          status: written?.type === 'alert-unmasked' ? 'unmasked' : 'awaiting-second-person',
        }),
      });
    },
  };
}

/** An alert, and what somebody is about to do with it. */
interface AlertStep extends LoadedAlert {
  readonly reason: string | null;
  readonly sealable: boolean;
}

async function readStep(
  transaction: Transaction,
  id: string,
  reason: string | null,
): Promise<AlertStep | null> {
  const loaded = await loadAlert(transaction, id);
  if (loaded === null) return null;
  const { alert } = loaded;
  const subject = isAboutCustomer(alert)
    ? transaction.get('customer', alert.subject)
    : transaction.company.org.byAlias.get(alert.subject);
  // Under the key of somebody erased nothing is sealed any more.
  return { ...loaded, reason, sealable: subject?.id != null };
}

/** A change of one alert: read, decided, recorded. */
function change(
  desk: Desk,
  attempt: string,
  id: string,
  { idempotencyKey, ...given }: { readonly idempotencyKey?: string | undefined },
  reason: string | null,
  decide: (
    transaction: Transaction,
    step: AlertStep,
  ) => Promise<Result<readonly EntryDraft[], AlertRefusal | CoverRefusal>>,
): DecidedAlert {
  const alertId = validate(idInput, id, 'id');
  return perform<AlertReceipt, AlertRefusal | CoverRefusal>(desk, {
    attempt,
    idempotencyKey,
    arguments: { ...JSON.parse(JSON.stringify(given)), alert: alertId },
    async decide(transaction) {
      const step = await readStep(transaction, alertId, reason);
      if (step === null) return fail({ code: 'not-found' });
      await transaction.load(['open-alert', openAlertId(step.alert.rule, step.alert.subject)]);
      const decision = await decide(transaction, step);
      if (!decision.ok) return decision;
      const stoodIn = onBehalfOf(transaction.actor, step.standing.capacity);
      for (const event of decision.value) transaction.record({ onBehalfOf: stoodIn, ...event });
      return decision;
    },
    answer: (written) => ({ ...receiptOf(written), alert: alertId }),
  });
}

/** The outcome, and the share that comes of it, in one commit. */
async function resolve(
  transaction: Transaction,
  step: AlertStep,
  { outcome, cover }: Pick<ResolveAlert, 'outcome' | 'cover'>,
): Promise<Result<readonly EntryDraft[], AlertRefusal | CoverRefusal>> {
  const loaded = cover === undefined ? null : await loadCustomer(transaction, cover.customer);
  const customer = loaded?.customer ?? null;
  const employee = transaction.company.org.byId.get(cover?.with ?? '')?.alias ?? null;
  const untilOn = (cover?.untilOn ?? null) as LocalDate | null;
  const named =
    customer === null || employee === null || untilOn === null
      ? null
      : { customer: customer.alias, untilOn, with: employee };
  const decision = decideResolve(step, outcome, named, await subjectOf(transaction, step));
  if (!decision.ok) return decision;
  if (cover === undefined || loaded === null || untilOn === null) return ok([decision.value]);
  const covered = decideCover(loaded, { employee, access: cover.access ?? 'write', untilOn });
  if (!covered.ok) return covered;
  if (customer === null || !concerns(step, customer.alias, customer.owner))
    return fail({ code: 'not-in-alert' });
  if (employee === step.concerned) return fail({ code: 'self-benefit' });
  return ok([decision.value, { ...covered.value.event, onBehalfOf: covered.value.onBehalfOf }]);
}

/** The employee an alert is about: a case changes how strict the guard is with them. */
async function subjectOf(transaction: Transaction, { alert }: AlertStep): Promise<Employee | null> {
  if (isAboutCustomer(alert)) return null;
  await transaction.load(['employee', alert.subject]);
  return transaction.get('employee', alert.subject);
}

function alone<Refusal>(decision: Result<EventDraft, Refusal>): Result<readonly EntryDraft[], Refusal> {
  return decision.ok ? ok([decision.value]) : decision;
}

/** Whether a customer belongs to an alert: it names it, or is about its owner. */
function concerns({ alert, concerned }: AlertStep, customer: Alias, owner: Alias | null): boolean {
  return (
    customer === alert.subject ||
    alert.customers.includes(customer) ||
    (owner !== null && owner === concerned)
  );
}

async function latestReason({ session }: Transaction, { alert }: LoadedAlert): Promise<string | null> {
  const entry = alert.reasons.at(-1);
  if (entry === undefined) return null;
  const texts = await readDisclosures(session, [{ entry, subject: alert.subject }]);
  return (valuesIn(texts.get(entry) ?? []).get('reason') ?? null) as string | null;
}
