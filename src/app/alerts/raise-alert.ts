import { type AlertRequest, openAlertId, planAlert, repeated } from '../../alerts/index.ts';
import { type EntryId, instantOf, MINUTE_MS } from '../../kernel/index.ts';
import type { AlertSeverity } from '../../model/index.ts';
import type { DocumentRef } from '../../ports/index.ts';
import type { Transaction } from '../commit/transaction.ts';

/** A minute in which an alert happened again: the rest of it is counted beside the ledger. */
interface Minute {
  readonly alert: EntryId;
  readonly severity: AlertSeverity;
}

const MOST_CUSTOMERS = 100;
const MOST_FACTS = 4_096;

/**
 * Asks for an alert inside the caller's transaction: it is committed with whatever else is decided there, or
 * not at all. Answers the alert's id.
 *
 * While an alert of this rule about this subject is open and cooling down, it is counted up instead. The first
 * repetition of a minute is an entry, the others of that minute are counted without one and told by the next
 * sweep: ten thousand attempts make a handful of entries. Ask at most once a transaction for one rule and subject.
 */
export async function raiseAlert(transaction: Transaction, request: AlertRequest): Promise<string> {
  checkRequest(request);
  const { company, now } = transaction;
  const openId = openAlertId(request.rule, request.subject);
  await transaction.load(['open-alert', openId]);
  const open = transaction.get('open-alert', openId);
  if (open !== null) await transaction.load(['alert', open.alert]);
  const alert = open === null ? null : transaction.get('alert', open.alert);
  const plan = planAlert(request, open, alert, company.policy.alerts, now);
  if (plan.kind === 'raise') return transaction.record(plan.event);
  await countRepetition(transaction, plan.alert.id, request.severity, () =>
    transaction.record(repeated(plan.alert, 1, request.severity)),
  );
  return plan.alert.id;
}

/** Names what raising it is going to read where one is open already; the open one is read here. */
export async function foreseeAlert(
  transaction: Transaction,
  { rule, subject, severity }: Pick<AlertRequest, 'rule' | 'subject' | 'severity'>,
): Promise<void> {
  const openId = openAlertId(rule, subject);
  await transaction.load(['open-alert', openId]);
  const open = transaction.get('open-alert', openId);
  if (open === null) return;
  transaction.foresee({ collection: 'alert', id: open.alert }, minuteOf(transaction, open.alert, severity));
}

/** The first of a minute, and of a severity, is an entry; what is equal to it is counted. */
async function countRepetition(
  transaction: Transaction,
  alert: EntryId,
  severity: AlertSeverity,
  tell: () => string,
): Promise<void> {
  const { session, now, loadRaw, write, count } = transaction;
  const ref = minuteOf(transaction, alert, severity);
  const [found] = await loadRaw([ref]);
  if (found != null) return count(counterOf(ref));
  const body: Minute = { alert, severity };
  const until = instantOf((Math.floor(Date.parse(now) / MINUTE_MS) + 1) * MINUTE_MS);
  write(session.codec.encode(ref, tell(), body, [{ index: 'due', key: `repeat.${until}` }]));
}

/** Tells by one entry how often an alert happened again in a minute that is over. */
export async function tellRepeated(
  transaction: Transaction,
  ref: DocumentRef,
): Promise<'repeatsFolded' | 'forgotten' | 'nothing'> {
  const counter = counterOf(ref);
  const [minute, count] = await transaction.loadRaw([ref, counter]);
  if (minute == null) return 'nothing';
  transaction.remove(ref);
  if (count == null) return 'forgotten';
  transaction.remove(counter);
  const { alert: id, severity } = transaction.session.codec.decode<Minute>(minute);
  await transaction.load(['alert', id]);
  const alert = transaction.get('alert', id);
  if (alert === null) return 'forgotten';
  transaction.record(repeated(alert, Number(count.body), severity));
  return 'repeatsFolded';
}

function minuteOf({ session, now }: Transaction, alert: EntryId, severity: AlertSeverity): DocumentRef {
  const kind = session.codec.keyedHash('alert-repeated', alert, severity);
  return { collection: 'fold', id: `${kind}.${Math.floor(Date.parse(now) / MINUTE_MS)}` };
}

function counterOf({ collection, id }: DocumentRef): DocumentRef {
  return { collection, id: `${id}.count` };
}

/** A rule of ours that asks for nonsense is a mistake in the code, not of the host. */
function checkRequest({ rule, subject, customers, facts }: AlertRequest): void {
  const sane =
    /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(rule) &&
    rule.length <= 64 &&
    /^[ec]_/.test(subject) &&
    customers.length <= MOST_CUSTOMERS &&
    JSON.stringify(facts).length <= MOST_FACTS;
  if (!sane) throw new Error('an alert needs a rule, a subject, at most 100 customers and 4 KiB of facts');
}
