import type { Alias, EntryId } from '../kernel/index.ts';
import {
  type Alert,
  type AlertSeverity,
  type Facts,
  type FoldEntry,
  type Folds,
  put,
  type StateView,
} from '../model/index.ts';
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
        handledIn: null,
        id: entry.id,
        lastAt: entry.at,
        level: 0,
        outcome: null,
        raisedAt: entry.at,
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
  'alert-repeated': (entry, state) => {
    const alert = alertOf(entry, state);
    if (alert === null) return [];
    return [
      put('alert', alert.id, {
        ...alert,
        lastAt: entry.at,
        repeats: alert.repeats + (entry.data.count as number),
        severity: entry.data.severity as AlertSeverity,
      }),
    ];
  },
};

/** The alert an entry is about; `null` once its time of keeping is over. */
function alertOf(entry: FoldEntry, state: StateView): Alert | null {
  return state.get('alert', entry.data.alert as EntryId);
}
