import type { Alias } from '../kernel/index.ts';
import type { Facts } from '../model/index.ts';
import { DECISIONS, type Decision } from './decide.ts';
import { MEASURES, type Measure } from './operations.ts';

/**
 * What the guard was asked and answered, as the first entry of the attempt tells it: with what was counted
 * before, which the entries before it tell, enough to decide it again.
 */
export interface Asked {
  readonly measure: Measure;
  /** How many customers that did not count already. */
  readonly customers: number;
  readonly decision: Decision;
  /** Keyed digest of the exact request: the same again is the same request. */
  readonly digest: string;
  /** Whether notice or a review had lowered the thresholds. */
  readonly tightened: boolean;
  readonly steppedUp: boolean;
  /** Whether the host carries it out: each such request is held by itself. */
  readonly permit: boolean;
  /** The hold by whose release it passed; `null` without one. */
  readonly hold: string | null;
  /** Whose request it is where somebody else acts, as at a release; `null` for the actor's own. */
  readonly by: string | null;
  /** The customer that an alert about a service is about; `null` where it is about a person. */
  readonly about: Alias | null;
}

/** The same as facts of an entry: what is so nearly always is left out. */
export function askedFacts(asked: Asked): Facts {
  const { about, by, customers, decision, digest, hold, measure, permit, steppedUp, tightened } = asked;
  return {
    ...(about === null ? {} : { about }),
    ...(by === null ? {} : { by }),
    customers,
    ...(decision === 'allow' ? {} : { decision }),
    digest,
    ...(hold === null ? {} : { hold }),
    measure,
    ...(permit ? { permit } : {}),
    ...(steppedUp ? { steppedUp } : {}),
    ...(tightened ? { tightened } : {}),
  };
}

/** What an entry tells of the guard; `null` where it was not asked, or before entries told of it. */
export function askedIn(data: Facts): Asked | null {
  const facts = data.guard;
  if (typeof facts !== 'object' || facts === null || Array.isArray(facts)) return null;
  const {
    about = null,
    by = null,
    customers,
    decision = 'allow',
    digest,
    hold = null,
    measure,
  } = facts as Facts;
  // What a later release counts, this one does not know how to decide.
  if (!MEASURES.includes(measure as Measure) || !DECISIONS.includes(decision as Decision)) return null;
  return {
    about: about as Alias | null,
    by: by as string | null,
    customers: customers as number,
    decision: decision as Decision,
    digest: digest as string,
    hold: hold as string | null,
    measure: measure as Measure,
    permit: (facts as Facts).permit === true,
    steppedUp: (facts as Facts).steppedUp === true,
    tightened: (facts as Facts).tightened === true,
  };
}
