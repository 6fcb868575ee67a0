import type { Alias, EntryId } from '../kernel/index.ts';
import {
  type Alert,
  type AlertOutcome,
  type AlertSeverity,
  type Change,
  type Employee,
  type Facts,
  type FoldEntry,
  type Folds,
  put,
  type StateView,
} from '../model/index.ts';
import { unmaskApproval } from './decide-alert.ts';
import { openAlertId } from './plan-alert.ts';

/** What the entries of this area do to the state. */
export const alertFolds: Folds = {
  'alert-raised': (entry) => {
    const { data } = entry;
    const rule = data.rule as string;
    const subject = data.subject as Alias;
    return [
      put('alert', entry.id, {
        atTop: false,
        closedAt: null,
        customers: data.customers as Alias[],
        facts: data.facts as Facts,
        handledBy: null,
        id: entry.id,
        lastAt: entry.at,
        level: 0,
        outcome: null,
        raisedAt: entry.at,
        reasons: [],
        repeats: 0,
        rule,
        schemaVersion: 1,
        severity: data.severity as AlertSeverity,
        state: 'raised',
        subject,
        unmasked: false,
        waitingSince: entry.at,
      }),
      put('open-alert', openAlertId(rule, subject), {
        alert: entry.id,
        raisedAt: entry.at,
        rule,
        schemaVersion: 1,
        subject,
      }),
    ];
  },
  'alert-repeated': changed((alert, entry) => ({
    ...alert,
    lastAt: entry.at,
    repeats: alert.repeats + (entry.data.count as number),
    severity: entry.data.severity as AlertSeverity,
  })),
  'alert-acknowledged': changed((alert, entry) => handled(alert, entry, 'acknowledged')),
  'alert-confirmed': (entry, state) => [
    ...changed((alert) => handled(alert, entry, 'confirmed'))(entry, state),
    ...(entry.data.tightens === true
      ? reviewed(entry, state, (cases, alert) => [...cases, { alert, since: entry.at }])
      : []),
  ],
  'alert-dismissed': closed('dismissed'),
  'alert-resolved': closed('resolved'),
  'alert-escalated': changed((alert, entry) => ({
    ...alert,
    atTop: entry.data.atTop as boolean,
    level: entry.data.level as number,
    severity: entry.data.severity as AlertSeverity,
    waitingSince: entry.at,
  })),
  'alert-unmask-requested': (entry, state) => {
    const alert = alertOf(entry, state);
    if (alert === null) return [];
    return [
      put('alert', alert.id, { ...alert, reasons: reasonsWith(alert, entry) }),
      put('approval', unmaskApproval(alert.id), {
        digest: alert.id,
        kind: 'unmask-alert',
        requestedAt: entry.at,
        requestedBy: entry.data.by as Alias,
        schemaVersion: 1,
      }),
    ];
  },
  'alert-unmasked': (entry, state) => {
    const alert = alertOf(entry, state);
    if (alert === null) return [];
    return [
      put('alert', alert.id, { ...alert, reasons: reasonsWith(alert, entry), unmasked: true }),
      { kind: 'delete', collection: 'approval', id: unmaskApproval(alert.id) },
    ];
  },
  'alert-expired': (entry, state) => {
    const alert = alertOf(entry, state);
    if (alert === null) return [];
    const request = state.get('approval', unmaskApproval(alert.id));
    return [
      { kind: 'delete', collection: 'alert', id: alert.id },
      ...(request === null
        ? []
        : [{ kind: 'delete', collection: 'approval', id: unmaskApproval(alert.id) } as const]),
    ];
  },
};

/** The fold of an entry that changes nothing but its alert. */
function changed(change: (alert: Alert, entry: FoldEntry) => Alert): Folds[string] {
  return (entry, state) => {
    const alert = alertOf(entry, state);
    return alert === null ? [] : [put('alert', alert.id, change(alert, entry))];
  };
}

/** The fold of an entry that ends an alert: the same may be raised anew. */
function closed(end: 'dismissed' | 'resolved'): Folds[string] {
  return (entry, state) => {
    const alert = alertOf(entry, state);
    if (alert === null) return [];
    const openId = openAlertId(alert.rule, alert.subject);
    const changes: Change[] = [
      put('alert', alert.id, {
        ...handled(alert, entry, end),
        closedAt: entry.at,
        outcome: (entry.data.outcome ?? null) as AlertOutcome | null,
      }),
    ];
    if (entry.data.tightens === false)
      changes.push(...reviewed(entry, state, (cases, id) => cases.filter((open) => open.alert !== id)));
    if (state.get('open-alert', openId)?.alert === alert.id)
      changes.push({ kind: 'delete', collection: 'open-alert', id: openId });
    return changes;
  };
}

/** The open cases about an employee are others from now on: every process sees it with its next decision. */
function reviewed(
  entry: FoldEntry,
  state: StateView,
  change: (cases: Cases, alert: EntryId) => Cases,
): readonly Change[] {
  const employee = state.get('employee', entry.data.subject as Alias);
  const head = state.get('head', 'head');
  if (employee === null || head === null) return [];
  const cases = change(employee.cases ?? [], entry.data.alert as EntryId);
  return [
    put('employee', employee.alias, { ...employee, cases }),
    put('head', 'head', { ...head, people: entry.id }),
  ];
}

type Cases = NonNullable<Employee['cases']>;

function handled(alert: Alert, entry: FoldEntry, state: Alert['state']): Alert {
  return {
    ...alert,
    handledBy: entry.actor as Alert['handledBy'],
    reasons: reasonsWith(alert, entry),
    state,
  };
}

function reasonsWith(alert: Alert, entry: FoldEntry): EntryId[] {
  return entry.data.reasoned === true ? [...alert.reasons, entry.id] : alert.reasons;
}

/** The alert an entry is about; `null` once its time of keeping is over. */
function alertOf(entry: FoldEntry, state: StateView): Alert | null {
  return state.get('alert', entry.data.alert as EntryId);
}
