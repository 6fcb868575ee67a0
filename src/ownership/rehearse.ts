import { type Alias, type EntryId, type Instant, instantOf, millisOf } from '../kernel/index.ts';
import type { Claim, Effect, OrgChart, PastEntry, WorkingCalendar } from '../model/index.ts';
import { approverAtLevel, escalateClaim } from './decide-claim.ts';

/** What decides beside the policy that is rehearsed. */
export interface ClaimPast {
  /** People as they are today: the chart of then is not read. */
  readonly org: OrgChart;
  /** Milliseconds at which the rehearsed working days have passed, in somebody's calendar or the company's. */
  endOf(since: number, calendar: WorkingCalendar | null): number;
  /** Milliseconds at which the rehearsal begins, and ends. */
  readonly from: number;
  readonly until: number;
}

/** Which claims would have gone one level up. */
export interface ClaimRehearsal {
  see(entry: PastEntry): readonly Effect[];
  /** What is due until the end. */
  end(): readonly Effect[];
}

const RULE = 'claims';
const ENDS = ['claim-approved', 'claim-rejected', 'claim-withdrawn'];

/** A rehearsal of how silent claims escalate. Memory: the claims that wait. */
export function createClaimRehearsal(past: ClaimPast): ClaimRehearsal {
  const waiting = new Map<string, Claim>();

  /** What fell due for a claim by a moment: as often as it did. */
  const due = (id: string, by: number): readonly Effect[] => {
    const effects: Effect[] = [];
    if (by < past.from) return effects;
    for (let claim = waiting.get(id); claim !== undefined && !claim.atTop; claim = waiting.get(id)) {
      const calendar = approverAtLevel(claim, past.org)?.calendar ?? null;
      const at = Math.max(past.endOf(millisOf(claim.waitingSince), calendar), past.from);
      if (at > by) break;
      waiting.set(id, escalated(claim, escalateClaim(claim, past.org, instantOf(at)).data));
      if (at < past.until)
        effects.push({ kind: 'escalation', rule: RULE, at: instantOf(at), party: claim.claimant, count: 1 });
    }
    return effects;
  };

  /** An erased customer is nobody's to claim any more. */
  const ended = (customer: Alias | undefined, at: Instant): readonly Effect[] => {
    const id = [...waiting.values()].find((claim) => claim.customer === customer)?.id;
    if (id === undefined) return [];
    const effects = due(id, millisOf(at));
    waiting.delete(id);
    return effects;
  };

  return {
    see({ id, type, at, data, outcome, policy }) {
      if (outcome === 'refused') return [];
      const before = millisOf(at) < past.from;
      if (type === 'claim-submitted') {
        waiting.set(id, submitted(id, at, policy, data as unknown as Submission));
        return [];
      }
      if (type === 'erasure') return ended(data.customer as Alias | undefined, at);
      const claim = data.claim as string;
      const known = waiting.get(claim);
      if (known === undefined) return [];
      // What escalated on record is what waits when the rehearsal begins; after that, this decides by itself.
      if (type === 'claim-escalated' && before) waiting.set(claim, escalated(known, data));
      if (type !== 'claim-reassigned' && !ENDS.includes(type)) return [];
      const effects = due(claim, millisOf(at));
      if (type === 'claim-reassigned')
        waiting.set(claim, {
          ...known,
          atTop: false,
          claimant: data.claimant as Alias,
          level: 0,
          waitingSince: at,
        });
      else waiting.delete(claim);
      return effects;
    },
    end: () => [...waiting.keys()].flatMap((id) => due(id, past.until - 1)),
  };
}

/** The escalations of claims on record. */
export function recordedClaims({ at, outcome, type }: PastEntry): readonly Effect[] {
  return type === 'claim-escalated' && outcome === 'done'
    ? [{ kind: 'escalation', rule: RULE, at, party: null, count: 1 }]
    : [];
}

type Submission = Pick<Claim, 'claimant' | 'customer'>;

function submitted(id: string, at: Instant, policy: string, { claimant, customer }: Submission): Claim {
  return {
    atTop: false,
    claimant,
    customer,
    decidedAt: null,
    decidedBy: null,
    id: id as EntryId,
    level: 0,
    policy,
    schemaVersion: 1,
    status: 'submitted',
    submittedAt: at,
    waitingSince: at,
  };
}

function escalated(claim: Claim, { approver, level, waitingSince }: PastEntry['data']): Claim {
  return {
    ...claim,
    atTop: approver === null,
    level: level as number,
    waitingSince: waitingSince as Instant,
  };
}
