import {
  askedIn,
  type Decision,
  GUARDED_FIELDS,
  type GuardReason,
  type GuardStep,
  type Measure,
  mayHaveAsked,
} from '../../guard/index.ts';
import { type Alias, DAY_MS, type Instant, instantOf, millisOf } from '../../kernel/index.ts';
import type { Compared, ProfileShape } from '../../model/index.ts';
import { pseudonymOf } from '../alerts/pseudonyms.ts';
import type { Session } from '../commit/session.ts';
import type { PlacedEntry } from '../ledger/past-entries.ts';

/** A request of which another policy would have said something else. In the order of the log, never a ranking. */
export interface RehearsedDifference extends Compared<Decision> {
  readonly entry: string;
  /** Position in the ledger. */
  readonly index: number;
  readonly at: Instant;
  /** The pseudonym of whoever asked; the name of a service. */
  readonly who: string;
  readonly rule: Measure;
  readonly customers: number;
  /** Rule, counter and threshold, of both. */
  readonly reasons: Compared<readonly GuardReason[]>;
}

/** What a rehearsal says beside its figures. */
export interface RehearsalNotes {
  /** How many entries were read, those before the range included that say what was counted already. */
  readonly read: number;
  /** The pins of the policies that were in force. */
  readonly inForce: readonly string[];
  /** Requests that the guard was asked, each decided again. */
  readonly operations: number;
  /** What older entries do not tell enough about: it is in no figure of what would have been. */
  readonly undecidable: {
    readonly operations: number;
    readonly followUps: number;
    /** From when on nothing is missing in what is counted; `null` where that is after the range. */
    readonly completeFrom: Instant | null;
  };
  /** Entries whose decision the policy of then does not come to, at most 100: none, unless something was altered. */
  readonly unexplained: readonly string[];
  /** At most 1,000. */
  readonly differences: readonly RehearsedDifference[];
  readonly differencesLeftOff: number;
}

const MOST_DIFFERENCES = 1_000;
const MOST_UNEXPLAINED = 100;
/** How long what went through counts, spans that are a day too long and a day of clocks that differ included. */
export const COUNTED_MS = 32 * DAY_MS;

/** What is to be said beside the figures. */
export interface Notes {
  read(entry: PlacedEntry, step: GuardStep | null, rehearsing: boolean): void;
  /** A follow-up of which nobody can say whether it would have qualified. */
  lostFollowUp(): void;
  notes(): RehearsalNotes;
}

/** Takes notes of a rehearsal from one moment to before another. */
export function createNotes(
  session: Pick<Session, 'codec'>,
  shape: ProfileShape,
  { from, until }: { readonly from: number; readonly until: number },
): Notes {
  const isContact = (field: string): boolean => shape.fields.get(field) === GUARDED_FIELDS;
  const inForce = new Set<string>();
  const unexplained: string[] = [];
  const differences: RehearsedDifference[] = [];
  const undecidable = { operations: 0, followUps: 0 };
  let read = 0;
  let operations = 0;
  let leftOff = 0;
  let told = false;
  let completeFrom = from;

  const noteAsked = (entry: PlacedEntry, rehearsing: boolean): void => {
    if (told) return;
    if (askedIn(entry.data) !== null) {
      told = true;
      if (completeFrom === Number.POSITIVE_INFINITY) completeFrom = millisOf(entry.at) + COUNTED_MS;
    } else if (mayHaveAsked(entry, isContact)) {
      completeFrom = Number.POSITIVE_INFINITY;
      if (rehearsing) undecidable.operations += 1;
    }
  };

  return {
    lostFollowUp() {
      undecidable.followUps += 1;
    },
    read(entry, step, rehearsing) {
      read += 1;
      noteAsked(entry, rehearsing);
      if (!rehearsing) return;
      if (entry.policy !== '') inForce.add(entry.policy);
      if (step === null) return;
      const { asked, observed, party, rehearsed, times } = step;
      operations += times;
      const explained = observed.decision === asked.decision || millisOf(entry.at) < completeFrom;
      if (!explained && unexplained.length < MOST_UNEXPLAINED) unexplained.push(entry.id);
      if (rehearsed === null || rehearsed.decision === asked.decision) return;
      if (differences.length === MOST_DIFFERENCES) leftOff += 1;
      else
        differences.push({
          entry: entry.id,
          index: entry.index,
          at: entry.at,
          who: party.startsWith('s_') ? party.slice(2) : pseudonymOf(session, party as Alias),
          rule: asked.measure,
          customers: asked.customers,
          observed: asked.decision,
          rehearsed: rehearsed.decision,
          reasons: { observed: observed.reasons, rehearsed: rehearsed.reasons },
        });
    },
    notes: () => ({
      read,
      inForce: [...inForce],
      operations,
      undecidable: {
        ...undecidable,
        completeFrom: completeFrom < until ? instantOf(Math.max(from, completeFrom)) : null,
      },
      unexplained,
      differences,
      differencesLeftOff: leftOff,
    }),
  };
}
