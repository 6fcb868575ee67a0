import {
  type AlertStanding,
  concernedBy,
  isMasked,
  standingToAlert,
  withoutAliases,
} from '../../alerts/index.ts';
import { type Alias, type Instant, isUuidv7, type JsonValue } from '../../kernel/index.ts';
import type { Alert, AlertOutcome, AlertSeverity, AlertState } from '../../model/index.ts';
import { hostIdOf } from '../commit/host-ids.ts';
import type { Transaction } from '../commit/transaction.ts';
import { pseudonymOf, pseudonymous } from './pseudonyms.ts';

/** An alert as its audience sees it. What is masked is `null` and named in `masked`. */
export interface AlertView {
  readonly id: string;
  readonly rule: string;
  readonly severity: AlertSeverity;
  readonly state: AlertState;
  readonly about: 'employee' | 'customer';
  /** The host's id of whom it is about. An employee's only once two people agreed to unmask the alert. */
  readonly subject: string | null;
  /** What stands for an employee: the same in every alert of the company. `null` for a customer. */
  readonly pseudonym: string | null;
  /** The host's ids of the customers it names; masked like the subject, since a customer leads to its owner. */
  readonly customers: readonly string[] | null;
  readonly customerCount: number;
  /** What the rule saw; people by pseudonym until the alert is unmasked. */
  readonly facts: { readonly [name: string]: JsonValue };
  readonly raisedAt: Instant;
  /** How often it happened again since, and when last. */
  readonly repeats: number;
  readonly lastAt: Instant;
  /** How often it grew more severe because nobody looked. */
  readonly escalations: number;
  /** Who moved it last. */
  readonly handledBy: string | null;
  readonly closedAt: Instant | null;
  readonly outcome: AlertOutcome | null;
  readonly masked: readonly ('subject' | 'customers')[];
}

/** An alert, what the actor is to it, and the person it concerns. */
export interface LoadedAlert {
  readonly alert: Alert;
  readonly standing: AlertStanding;
  readonly concerned: Alias | null;
}

/** Reads an alert that a decision is about, with the customer it is about; `null` when there is none. */
export async function loadAlert(transaction: Transaction, id: string): Promise<LoadedAlert | null> {
  if (!isUuidv7(id)) return null;
  await transaction.load(['alert', id]);
  const alert = transaction.get('alert', id);
  if (alert === null) return null;
  if (isAboutCustomer(alert)) await transaction.load(['customer', alert.subject]);
  return withAlertStanding(transaction, alert);
}

/** An alert that is at hand, its customer too. */
export function withAlertStanding(transaction: Transaction, alert: Alert): LoadedAlert {
  const { actor, company } = transaction;
  const owner = isAboutCustomer(alert) ? (transaction.get('customer', alert.subject)?.owner ?? null) : null;
  const concerned = concernedBy(alert, owner);
  return { alert, concerned, standing: standingToAlert(alert, concerned, actor, company.org) };
}

/** Whether an alert is about a customer rather than an employee. */
export function isAboutCustomer({ subject }: Alert): boolean {
  return subject.startsWith('c_');
}

/** Reads the customers that the views of some alerts name: rows to show, no part of what is decided. */
export async function peekNamed(transaction: Transaction, alerts: readonly Alert[]): Promise<void> {
  const named = alerts.flatMap((alert) => (isMasked(alert) ? [] : alert.customers));
  const subjects = alerts.filter(isAboutCustomer).map(({ subject }) => subject);
  await transaction.peek(
    ...[...new Set([...named, ...subjects])].map((alias) => ['customer', alias] as const),
  );
}

/** The view of an alert whose customers were peeked at. */
export function viewAlert(transaction: Transaction, alert: Alert): AlertView {
  const { company, session } = transaction;
  const masked = isMasked(alert);
  const named = (alias: Alias): string | null => {
    if (alias.startsWith('e_')) return hostIdOf(company.org, alias);
    const known = alias === alert.subject || alert.customers.includes(alias);
    return known ? (transaction.get('customer', alias)?.id ?? null) : null;
  };
  const aboutCustomer = isAboutCustomer(alert);
  return {
    id: alert.id,
    rule: alert.rule,
    severity: alert.severity,
    state: alert.state,
    about: aboutCustomer ? 'customer' : 'employee',
    subject: masked ? null : named(alert.subject),
    pseudonym: aboutCustomer ? null : pseudonymOf(session, alert.subject),
    customers: masked ? null : alert.customers.flatMap((alias) => named(alias) ?? []),
    customerCount: alert.customers.length,
    facts: (masked
      ? pseudonymous(session, alert.facts as JsonValue)
      : withoutAliases(alert.facts as JsonValue, named)) as AlertView['facts'],
    raisedAt: alert.raisedAt,
    repeats: alert.repeats,
    lastAt: alert.lastAt,
    escalations: alert.level,
    handledBy: nameParty(transaction, alert.handledBy),
    closedAt: alert.closedAt,
    outcome: alert.outcome,
    masked: masked ? ['subject', 'customers'] : [],
  };
}

function nameParty({ company }: Transaction, party: string | null): string | null {
  if (party === null) return null;
  return party.startsWith('s_') ? party.slice(2) : (hostIdOf(company.org, party) ?? party);
}
