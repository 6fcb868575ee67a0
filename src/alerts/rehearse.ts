import type { Alias, Instant } from '../kernel/index.ts';
import type { Compared, Effect, PastEntry } from '../model/index.ts';
import type { Policy } from '../policy/index.ts';
import { isCooling, openAlertId } from './plan-alert.ts';

/** What people had to look at, and what came of it on record. */
export interface AlertLoad {
  readonly raised: number;
  /** Closed as nothing: false alarms. */
  readonly dismissed: number;
  readonly confirmed: number;
  /** Not decided by the end. */
  readonly undecided: number;
  /** Nobody was alerted then, so that nobody can say. */
  readonly unknown: number;
}

/** A rule that asks for an alert. */
export interface AlertAsked {
  readonly rule: string;
  readonly subject: string;
}

/** Which alerts would have been raised. */
export interface AlertRehearsal {
  /**
   * Looks at the next entry of the log. `asks` says whether an alert of a rule is asked for anew by whoever
   * rehearses it; the others are asked for when they were.
   */
  see(entry: PastEntry, rehearsing: boolean, asks: (rule: string) => boolean): Compared<readonly Effect[]>;
  /** Raises an alert, unless one is open and cooling down. */
  raise(asked: AlertAsked, at: Instant): readonly Effect[];
  /** What was raised, by rule. */
  loads(): ReadonlyMap<string, Compared<AlertLoad>>;
}

type Outcome = Exclude<keyof AlertLoad, 'raised'>;

interface Raised {
  readonly rule: string;
  readonly at: Instant;
  outcome: Outcome;
  /** The alert on record that it is taken for: the latest of the same rule about the same subject. */
  of: OnRecord | null;
}

interface OnRecord extends AlertAsked {
  /** `null` where it was raised before the rehearsal began. */
  readonly raised: Raised | null;
  /** What stands for it in the rehearsal. */
  readonly here: Raised[];
}

/**
 * A rehearsal of what is alerted: by which rules, and how often. What was closed on record is closed here, with
 * the same outcome, where the same rule had alerted about the same subject. Memory: the alerts that were raised.
 */
export function createAlertRehearsal({ coolDownHours }: Policy['alerts']): AlertRehearsal {
  const open = new Map<string, Raised>();
  const onRecord = new Map<string, OnRecord>();
  const latest = new Map<string, OnRecord>();
  const all: Compared<Raised[]> = { observed: [], rehearsed: [] };

  const raise = ({ rule, subject }: AlertAsked, at: Instant): readonly Effect[] => {
    const key = openAlertId(rule, subject as Alias);
    const known = open.get(key);
    if (known !== undefined && isCooling(known.at, coolDownHours, at)) return [];
    const raised: Raised = { rule, at, outcome: 'unknown', of: null };
    open.set(key, raised);
    all.rehearsed.push(raised);
    const recorded = latest.get(key);
    if (recorded !== undefined) link(recorded, raised);
    return [{ kind: 'alert', rule, at, party: subject, count: 1 }];
  };

  const raisedOnRecord = (entry: PastEntry, rehearsing: boolean): void => {
    const { rule, subject } = entry.data as unknown as AlertAsked;
    const key = openAlertId(rule, subject as Alias);
    const raised: Raised | null = rehearsing ? { rule, at: entry.at, outcome: 'undecided', of: null } : null;
    const recorded: OnRecord = { rule, subject, raised, here: [] };
    if (raised !== null) all.observed.push(raised);
    onRecord.set(entry.id, recorded);
    latest.set(key, recorded);
    // Before the rehearsal, what is open here is what is open on record.
    if (!rehearsing) open.set(key, { rule, at: entry.at, outcome: 'undecided', of: null });
    const here = open.get(key);
    if (here !== undefined) link(recorded, here);
  };

  const closed = (entry: PastEntry): void => {
    const id = entry.data.alert as string;
    const recorded = onRecord.get(id);
    if (recorded === undefined) return;
    onRecord.delete(id);
    const key = openAlertId(recorded.rule, recorded.subject as Alias);
    if (latest.get(key) === recorded) latest.delete(key);
    const outcome: Outcome = entry.type === 'alert-dismissed' ? 'dismissed' : 'confirmed';
    if (recorded.raised !== null) recorded.raised.outcome = outcome;
    for (const raised of recorded.here) if (raised.of === recorded) raised.outcome = outcome;
    if (open.get(key)?.of === recorded) open.delete(key);
  };

  return {
    raise,
    see(entry, rehearsing, asks) {
      const { type, at } = entry;
      if (type === 'alert-dismissed' || type === 'alert-resolved') closed(entry);
      if (type !== 'alert-raised' && type !== 'alert-repeated') return NOTHING;
      if (type === 'alert-raised') raisedOnRecord(entry, rehearsing);
      const recorded = onRecord.get(type === 'alert-raised' ? entry.id : (entry.data.alert as string));
      if (recorded === undefined || !rehearsing) return NOTHING;
      const { rule, subject } = recorded;
      return {
        observed: type === 'alert-raised' ? [{ kind: 'alert', rule, at, party: subject, count: 1 }] : [],
        rehearsed: asks(rule) ? [] : raise(recorded, at),
      };
    },
    loads() {
      const rules = new Set([...all.observed, ...all.rehearsed].map(({ rule }) => rule));
      const of = (rule: string, raised: readonly Raised[]): AlertLoad =>
        loadOf(raised.filter((one) => one.rule === rule));
      return new Map(
        [...rules]
          .sort()
          .map((rule) => [rule, { observed: of(rule, all.observed), rehearsed: of(rule, all.rehearsed) }]),
      );
    },
  };
}

const NOTHING: Compared<readonly Effect[]> = { observed: [], rehearsed: [] };

function link(recorded: OnRecord, raised: Raised): void {
  recorded.here.push(raised);
  raised.of = recorded;
  if (raised.outcome === 'unknown') raised.outcome = 'undecided';
}

function loadOf(raised: readonly Raised[]): AlertLoad {
  const load = { raised: raised.length, dismissed: 0, confirmed: 0, undecided: 0, unknown: 0 };
  for (const { outcome } of raised) load[outcome] += 1;
  return load;
}
