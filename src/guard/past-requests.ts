import { type Instant, millisOf } from '../kernel/index.ts';
import type { Effect, EffectKind, PastEntry } from '../model/index.ts';
import type { Policy } from '../policy/index.ts';
import { type Asked, askedIn } from './asked.ts';
import { decide, type GuardDecision } from './decide.ts';
import { GUARDED_FIELDS, type Measure, type Operation } from './operations.ts';
import { type Counted, countedAt, countsOf } from './usage.ts';

/** Something that the guard was asked, as an entry tells it. */
export interface PastRequest {
  readonly asked: Asked;
  /** Who asked. */
  readonly party: string;
}

/** Refusals that are the guard's own answer; what it let pass and something else refused came to nothing. */
const ANSWERS: readonly unknown[] = ['blocked', 'held', 'step-up-required', 'too-many-holds'];

/** What the guard was asked in an entry; `null` where it was not, or where something else refused it. */
export function requestIn({ actor, data, outcome, reason }: PastEntry): PastRequest | null {
  const asked = askedIn(data);
  if (asked === null || (outcome === 'refused' && !ANSWERS.includes(reason))) return null;
  return { asked, party: asked.by ?? actor };
}

/** Whether what was asked went through, at once or by a release. */
export function wentThrough({ outcome }: PastEntry, { decision, hold }: Asked): boolean {
  return outcome === 'done' && (hold !== null || decision === 'allow' || decision === 'allow_and_alert');
}

/** What the guard's answer on record brought about, beside alerts. */
export function effectsOf(entry: PastEntry, request: PastRequest): readonly Effect[] {
  const { decision } = request.asked;
  if (entry.type === 'hold-placed') return [effectOf('hold', request, entry.at)];
  return decision === 'block' || decision === 'step_up' ? [effectOf(decision, request, entry.at)] : [];
}

/** An effect of the rule that a request was decided by. */
export function effectOf(kind: EffectKind, { asked, party }: PastRequest, at: Instant): Effect {
  return { kind, rule: asked.measure, at, party, count: 1 };
}

const OPERATION_OF = {
  reveals: 'view',
  overwrites: 'update',
  deletes: 'delete',
  exports: 'export',
  ownerChanges: 'transfer',
  duplicateChecks: 'check_duplicate',
} as const satisfies Record<Measure, Operation>;
const FIELDS = [GUARDED_FIELDS] as const;
const VISIBLE: ReadonlySet<typeof GUARDED_FIELDS> = new Set(FIELDS);

/** Decides a request again, by any policy, on top of what went through before. */
export function decideAgain(
  { asked, party }: PastRequest,
  before: Counted,
  policy: Policy,
  at: Instant,
): GuardDecision {
  const now = millisOf(at);
  const { usage, live } = countedAt(before, now);
  const counts = (measure: Measure): ReturnType<typeof countsOf> =>
    countsOf(usage, measure, live[measure] ?? 0, now);
  return decide(
    {
      operation: OPERATION_OF[asked.measure],
      customers: asked.customers,
      fields: FIELDS,
      visible: VISIBLE,
      permitted: true,
      status: party.startsWith('e_') ? 'active' : 'service',
      underReview: asked.tightened,
      counts: counts(asked.measure),
      lately: { reveals: counts('reveals')[2], exports: counts('exports')[2] },
      steppedUp: asked.steppedUp,
    },
    policy,
  );
}

/** Whether somebody looked at what the keeper holds: what may not be shown is withheld, and nobody is asked for proof. */
export function isView({ measure, permit }: Asked): boolean {
  return measure === 'reveals' && !permit;
}

/** What names a request: all that somebody may not see any more is one, and waits as one. */
export function nameOfRequest(asked: Asked): string {
  return isView(asked) ? 'view' : asked.digest;
}

/**
 * Whether the guard may have been asked in an entry written before entries told of it: then nobody
 * can say what another policy would have made of it.
 *
 * @param isContact Whether a field of the profile is one that is guarded.
 */
export function mayHaveAsked(
  { type, data, outcome, reason }: PastEntry,
  isContact: (field: string) => boolean,
): boolean {
  if (outcome === 'refused') return ANSWERS.includes(reason);
  const fields = (names: unknown): boolean =>
    (typeof names === 'string' ? names.split(' ') : (names as readonly string[])).some(isContact);
  switch (type) {
    case 'operation-granted':
    case 'hold-placed':
    case 'permit-issued':
    case 'customer-deleted':
    case 'history-read':
      return true;
    case 'export-started':
      return data.count !== 0;
    // A handover moves customers without asking.
    case 'customer-transferred':
    case 'customer-released':
      return data.handover === undefined;
    case 'customer-updated':
      return fields(data.changed);
    case 'customer-viewed':
    case 'customers-listed':
      return fields(data.fields);
    default:
      return false;
  }
}
