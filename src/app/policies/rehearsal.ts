import { type AlertLoad, createAlertRehearsal } from '../../alerts/index.ts';
import { createFollowUpRehearsal, recordedFollowUps } from '../../followup/index.ts';
import { ALERT_RULES, createGuardRehearsal, type GuardStep } from '../../guard/index.ts';
import { type Alias, DAY_MS, GamekeeperError, type LocalDate, millisOf } from '../../kernel/index.ts';
import {
  type Compared,
  type Effect,
  endOfSpan,
  endOfWorkingHours,
  latestStartOf,
  localDateAt,
  managerChain,
  type ProfileShape,
  stayingManagers,
  type WorkingCalendar,
} from '../../model/index.ts';
import { createClaimRehearsal, ownershipBy, recordedClaims } from '../../ownership/index.ts';
import type { Policy } from '../../policy/index.ts';
import { createRehearsalTally, type RehearsalFigures } from '../../reports/index.ts';
import type { Company, Session } from '../commit/session.ts';
import { type PlacedEntry, readPast } from '../ledger/past-entries.ts';
import { COUNTED_MS, createNotes, type Notes, type RehearsalNotes } from './rehearsal-notes.ts';

/** What a rehearsal comes to. */
export interface RehearsalResult extends RehearsalFigures, RehearsalNotes {
  readonly alerts: readonly (Compared<AlertLoad> & { readonly rule: string })[];
}

/** A policy that is to be rehearsed, and all that it needs to know. */
export interface RehearsalPlan {
  readonly policy: Policy;
  readonly range: { readonly from: LocalDate; readonly to: LocalDate };
  /** Milliseconds of its first moment, and of the first after it. */
  readonly from: number;
  readonly until: number;
  readonly company: Company;
  /** Every policy that was ever in force, by its pin. */
  readonly policies: ReadonlyMap<string, Policy>;
  readonly shape: ProfileShape;
  readonly onProgress: (read: number, of: number) => void;
}

/** Replays what the log tells of a range, and of the time before it that still counts in it. Writes nothing. */
export async function runRehearsal(session: Session, plan: RehearsalPlan): Promise<RehearsalResult> {
  const { company, from, policies, policy, shape, until } = plan;
  const { org, tenant } = company;
  const policyOf = (pin: string): Policy => {
    const known = policies.get(pin);
    if (known === undefined)
      throw new GamekeeperError(
        'ERR_STORE_CORRUPT',
        `policy ${pin} is missing; \`keeper.rebuild\` restores it`,
      );
    return known;
  };
  const endOf = (since: number, days: number, working: boolean, calendar: WorkingCalendar | null): number =>
    millisOf(endOfSpan(since, { days, working }, tenant.timeZone, calendar ?? tenant.calendar));
  const guard = createGuardRehearsal(policy, {
    policyOf,
    expiry: (party, at, hours) =>
      millisOf(
        endOfWorkingHours(
          millisOf(at),
          hours,
          tenant.timeZone,
          stayingManagers(org, party as Alias)[0]?.calendar ?? tenant.calendar,
        ),
      ),
  });
  const alerts = createAlertRehearsal(policy.alerts);
  const followUps = createFollowUpRehearsal(policy.followUps, {
    policyOf,
    endOf: (since, days) => endOf(since, days, policy.followUps.workingDays, null),
    from,
    until,
  });
  const claims = createClaimRehearsal({
    org,
    endOf: (since, calendar) => endOf(since, policy.claims.escalateAfterWorkingDays, true, calendar),
    from,
    until,
  });
  const tally = tallyOf(plan);
  const notes = createNotes(session, shape, { from, until });
  for await (const entry of readPast(session, beginningOf(plan), until, plan.onProgress)) {
    const rehearsing = millisOf(entry.at) >= from;
    const step = guard.see(entry, rehearsing);
    const raised = step?.alert == null ? [] : alerts.raise(step.alert, entry.at);
    const alerted = alerts.see(entry, rehearsing, asksForAlerts);
    const due = [...followUpsOf(followUps, entry, notes), ...claims.see(entry)];
    notes.read(entry, step, rehearsing);
    if (!rehearsing) continue;
    if (step !== null) decide(tally, step);
    tally.add('observed', [
      ...(step?.effects.observed ?? []),
      ...alerted.observed,
      ...recordedFollowUps(entry),
      ...recordedClaims(entry),
    ]);
    tally.add('rehearsed', [...(step?.effects.rehearsed ?? []), ...raised, ...alerted.rehearsed, ...due]);
  }
  tally.add('rehearsed', [...followUps.end(), ...claims.end()]);
  return {
    ...tally.figures(),
    ...notes.notes(),
    alerts: [...alerts.loads()].map(([rule, load]) => ({ rule, ...load })),
  };
}

const GUARD_ALERTS: ReadonlySet<string> = new Set(Object.values(ALERT_RULES));

/** Alerts of the guard are asked for by its own rehearsal. */
function asksForAlerts(rule: string): boolean {
  return GUARD_ALERTS.has(rule);
}

/** When there was nothing yet that could still count: what was counted, what waited, which clocks ran. */
function beginningOf({ company, from, policies, policy }: RehearsalPlan): number {
  const { calendar, timeZone } = company.tenant;
  const all = [policy, ...policies.values()];
  const back = (days: number): number => latestStartOf(from, { days, working: true }, timeZone, calendar);
  const levels = Math.max(
    0,
    ...[...company.org.byAlias.keys()].map((alias) => managerChain(company.org, alias).length),
  );
  return Math.min(
    from - COUNTED_MS,
    back(Math.max(...all.map(({ followUps }) => followUps.escalateAfterDays))) - 2 * DAY_MS,
    back(Math.max(...all.map(({ claims }) => claims.escalateAfterWorkingDays)) * (levels + 1)) - 14 * DAY_MS,
  );
}

function tallyOf({ company, range }: RehearsalPlan): ReturnType<typeof createRehearsalTally> {
  const { org, tenant } = company;
  const people = new Map<string | null, number>();
  for (const { status, team } of org.byAlias.values())
    if (status !== 'departed') people.set(team, (people.get(team) ?? 0) + 1);
  return createRehearsalTally(
    range,
    (at) => localDateAt(millisOf(at), tenant.timeZone),
    (party) => (party === null ? null : (org.byAlias.get(party as Alias)?.team ?? null)),
    people,
  );
}

function decide(tally: ReturnType<typeof createRehearsalTally>, step: GuardStep): void {
  const { asked, observed, rehearsed, times } = step;
  tally.decided({
    rule: asked.measure,
    observed: asked.decision,
    // It passed when it was first asked: it would not have been asked again.
    rehearsed: rehearsed?.decision ?? 'not_asked',
    customers: asked.customers,
    times,
  });
  tally.reached('observed', observed.reasons as never, times);
  if (rehearsed !== null) tally.reached('rehearsed', rehearsed.reasons as never, times);
}

/** Follow-ups, and who owns what by now. */
function followUpsOf(
  followUps: ReturnType<typeof createFollowUpRehearsal>,
  entry: PlacedEntry,
  notes: Pick<Notes, 'lostFollowUp'>,
): readonly Effect[] {
  const { customer } = entry.data;
  const held = entry.outcome === 'done' ? ownershipBy(entry as never) : null;
  if (held !== null && typeof customer === 'string') return followUps.owned(customer, held.owner, entry.at);
  const { effects, undecidable } = followUps.see(entry);
  if (undecidable) notes.lostFollowUp();
  return effects;
}
