import { type AlertRequest, openAlertId } from '../../alerts/index.ts';
import {
  ALERT_RULES,
  type Asked,
  askedFacts,
  decide,
  type GuardDecision,
  type GuardInput,
  type HoldParties,
  type HoldRequest,
  isTightened,
  type Measure,
  MOST_WAITING,
  measureOf,
  type Operation,
  placeHold,
  reviewersOf,
} from '../../guard/index.ts';
import { type Alias, canonicalize, fail, type JsonValue, ok, type Result } from '../../kernel/index.ts';
import {
  type EventDraft,
  type Hold,
  isUnderReview,
  onBehalfOf,
  type Sensitivity,
} from '../../model/index.ts';
import { foreseeAlert, raiseAlert } from '../alerts/raise-alert.ts';
import { closedKeys } from '../commit/disclosures.ts';
import { hostIdOf } from '../commit/host-ids.ts';
import { listRoot, writeIdList } from '../commit/id-lists.ts';
import type { Transaction } from '../commit/transaction.ts';
import { isStillGood } from './still-good.ts';
import { readUsage, usageRefs } from './usage.ts';

/** What the guard answers an actor. It names no rule, no counter and no threshold: they are not to be found out. */
export type GuardRefusal =
  /** Another person has to look first. `reviewer`: who does, by the host's id; `null` where roles do. */
  | { readonly code: 'held'; readonly hold: string; readonly reviewer: string | null }
  | { readonly code: 'blocked' }
  | { readonly code: 'step-up-required' };

/** An operation that wants to pass. */
export interface Ask {
  readonly operation: Operation;
  /** The customers it is about, those that the actor has a right to at all. */
  readonly customers: readonly Alias[];
  /** Sensitivities of the fields that are shown, changed or exported. */
  readonly fields: readonly Sensitivity[];
  readonly visible: ReadonlySet<Sensitivity>;
  /** What the request is, exactly: a hold and a permit are bound to it. Never stored, only its keyed digest. */
  readonly payload: JsonValue;
  readonly brings: Hold['brings'];
  readonly beneficiary?: Alias | null;
  readonly capacity?: { readonly alias: Alias } | null;
  /** Facts that carrying it out needs. */
  readonly facts?: HoldRequest['facts'];
  /** What people typed and carrying it out needs, sealed for whom it is about. */
  readonly request?: { readonly subject: Alias; readonly value: { readonly [name: string]: JsonValue } };
}

/** An operation that passed, and by which released hold. */
export interface Passed {
  readonly decision: GuardDecision;
  readonly hold: string | null;
}

/**
 * Lets an operation pass the guard, or not: counts what passes, raises alerts, places a hold, uses up a
 * released one. All of it is committed with the attempt that asked, whose answer a refusal is to be.
 */
export async function passGuard(transaction: Transaction, ask: Ask): Promise<Result<Passed, GuardRefusal>> {
  const measure = measureOf(ask.operation, ask.fields);
  const { granted, grantedFor } = transaction;
  // What it did not look at when it let the whole pass, it looks at now.
  const isGranted = granted !== null && ask.customers.every((alias) => grantedFor?.has(alias) !== false);
  const customers = ask.customers.length;
  if (measure === null || customers === 0 || isGranted) return ok({ decision: NOTHING, hold: null });
  const counting = await readUsage(transaction);
  const counts = counting.countsOf(measure);
  const input = { ...factsOf(transaction, ask), customers, counts, lately: lately(counting) };
  const decision = decide(input, transaction.company.policy);
  transaction.session.platform.observer?.tell({
    kind: 'guard',
    tenant: transaction.session.tenant,
    operation: ask.operation,
    decision: decision.decision,
  });
  const asked = {
    measure,
    customers,
    decision: decision.decision,
    digest: payloadDigest(transaction, ask),
    tightened: isTightened(input),
    steppedUp: input.steppedUp,
    permit: ask.brings === 'permit',
    hold: null,
    by: null,
    about: input.status === 'service' ? (ask.customers[0] ?? null) : null,
  };
  transaction.asked = askedFacts(asked);
  const pass = (hold: string | null): Result<Passed, GuardRefusal> => {
    if (hold !== null) transaction.asked = askedFacts({ ...asked, hold });
    counting.pass(measure, customers, hold === null ? decision.room : null);
    return ok({ decision, hold });
  };
  switch (decision.decision) {
    case 'allow':
      if (decision.reasons.length > 0) transaction.alongside(async () => observe(transaction, ask, decision));
      return pass(null);
    case 'allow_and_alert':
      await alert(transaction, ask, measure, decision);
      return pass(null);
    case 'step_up':
      return fail({ code: 'step-up-required' });
    case 'block':
      await alert(transaction, ask, measure, decision);
      return fail({ code: 'blocked' });
    default:
      return hold(transaction, ask, asked, decision, pass);
  }
}

/**
 * Names what asking the guard is going to read: what is counted, an alert that is open, and the hold that the very
 * same request has, as far as the customers are known.
 */
export function foreseeGuard(
  transaction: Transaction,
  ask: Pick<Ask, 'operation' | 'fields' | 'payload' | 'brings'>,
  customers: readonly Alias[] | null,
): void {
  const { actor, granted } = transaction;
  const measure = measureOf(ask.operation, ask.fields);
  if (measure === null || granted !== null || actor.party === 'system') return;
  transaction.foresee(...usageRefs(transaction));
  if (actor.employee !== null) {
    const id = openAlertId(ALERT_RULES[measure], actor.employee.alias);
    transaction.foresee({ collection: 'open-alert', id });
  }
  if (customers !== null)
    transaction.foresee({ collection: 'hold-slot', id: slotOf(transaction, { ...ask, customers }) });
}

const NOTHING: GuardDecision = { decision: 'allow', reasons: [], room: null };

/** The facts about the actor and the request that every decision looks at. */
export function factsOf(
  { actor, steppedUp }: Transaction,
  { operation, fields, visible }: Pick<Ask, 'operation' | 'fields' | 'visible'>,
): Pick<
  GuardInput,
  'operation' | 'fields' | 'visible' | 'permitted' | 'status' | 'underReview' | 'steppedUp'
> {
  return {
    operation,
    fields,
    visible,
    permitted: true,
    status: actor.employee === null ? 'service' : actor.employee.status,
    underReview: actor.employee !== null && isUnderReview(actor.employee),
    steppedUp,
  };
}

function lately(counting: { countsOf(measure: Measure): readonly number[] }): GuardInput['lately'] {
  return {
    reveals: counting.countsOf('reveals')[2] as number,
    exports: counting.countsOf('exports')[2] as number,
  };
}

/** The request waits already, was released and may be used now, or is parked. */
async function hold(
  transaction: Transaction,
  ask: Ask,
  { digest, measure, tightened }: Pick<Asked, 'digest' | 'measure' | 'tightened'>,
  decision: GuardDecision,
  pass: (hold: string | null) => Result<Passed, GuardRefusal>,
): Promise<Result<Passed, GuardRefusal>> {
  const { actor, company } = transaction;
  const slot = slotOf(transaction, ask);
  await transaction.load(['hold-slot', slot]);
  const taken = transaction.get('hold-slot', slot);
  if (taken !== null) {
    await transaction.load(['hold', taken.hold]);
    const known = transaction.get('hold', taken.hold) as Hold;
    const isReleased = known.status === 'released' && known.brings === 'permit';
    if (!isReleased) return fail(held(transaction, known.id, known));
    if (await isStillGood(transaction, known, tightened)) {
      transaction.record({
        type: 'hold-spent',
        subjects: actor.employee === null ? [] : [actor.employee.alias],
        data: { hold: known.id, operation: known.operation },
      });
      return pass(known.id);
    }
    // What was released too long ago is asked for anew.
  }
  if (ask.request !== undefined)
    transaction.foresee(...closedKeys(transaction.session, [ask.request.subject]));
  await alert(transaction, ask, measure, decision);
  const parties: HoldParties = {
    requester: actor.party,
    onBehalfOf: onBehalfOf(actor, (ask.capacity ?? null) as never),
    beneficiary: ask.beneficiary ?? null,
  };
  const event = placeHold(
    {
      operation: ask.operation,
      customers: ask.customers,
      beneficiary: parties.beneficiary,
      onBehalfOf: parties.onBehalfOf,
      digest,
      slot,
      brings: ask.brings,
      root: listRoot(transaction, ask.customers),
      reasons: decision.reasons,
      facts: ask.facts ?? {},
    },
    actor,
    company.org,
    company.tenant,
    company.policy,
    transaction.now,
  );
  transaction.bound('holds-waiting', actor.party, MOST_WAITING);
  const id = transaction.record({
    ...event,
    ...sealed(ask),
    onBehalfOf: parties.onBehalfOf,
  });
  writeIdList(transaction, id, ask.customers);
  transaction.keepWhenRefused();
  return fail(held(transaction, id, parties));
}

/** What names the request of an actor: there is one hold for it at a time. */
function slotOf(
  transaction: Transaction,
  ask: Pick<Ask, 'operation' | 'customers' | 'payload' | 'brings'>,
): string {
  const { actor, session } = transaction;
  // One hold for all that somebody may not see any more: looking on does not bury the reviewer. A permit is for what
  // was asked, and for nothing else.
  const looks = ask.operation === 'view' && ask.brings === 'carrying-out';
  return session.codec.keyedHash('hold', actor.party, looks ? 'view' : payloadDigest(transaction, ask));
}

function sealed({ request, payload }: Ask): Pick<EventDraft, 'disclosures'> {
  if (request === undefined) return {};
  const { subject, value } = request;
  return { disclosures: { request: { subject, value: { ...value, payload } } } };
}

function held({ company, today }: Transaction, id: string, parties: HoldParties): GuardRefusal {
  const [reviewer] = reviewersOf(parties, company.org, today);
  return { code: 'held', hold: id, reviewer: hostIdOf(company.org, reviewer?.alias ?? null) };
}

/** A keyed digest of what is asked for, exactly. */
export function payloadDigest(
  { session }: Transaction,
  { operation, customers, payload }: Pick<Ask, 'operation' | 'customers' | 'payload'>,
): string {
  return session.codec.keyedHash('payload', operation, canonicalize(payload), ...[...customers].sort());
}

/** A rule that only observes says what it would have done. */
function observe(transaction: Transaction, ask: Ask, { reasons }: GuardDecision): void {
  transaction.record({
    type: 'operation-observed',
    subjects: transaction.actor.employee === null ? [] : [transaction.actor.employee.alias],
    data: {
      customers: ask.customers.length,
      operation: ask.operation,
      reasons: reasons as unknown as JsonValue,
    },
  });
}

const SEVERITY = { allow_and_alert: 'medium', hold: 'high', block: 'critical' } as const;

/** Asks for the alert that a decision brings, beside the attempt's own entry. */
async function alert(
  transaction: Transaction,
  { customers }: Ask,
  measure: Measure,
  { decision, reasons }: GuardDecision,
): Promise<void> {
  const request: AlertRequest = {
    rule: ALERT_RULES[measure],
    subject: transaction.actor.employee?.alias ?? (customers[0] as Alias),
    customers: customers.slice(0, 100),
    severity: SEVERITY[decision as keyof typeof SEVERITY],
    facts: { customers: customers.length, decision, reasons: reasons as unknown as JsonValue },
  };
  await foreseeAlert(transaction, request);
  transaction.alongside(async () => void (await raiseAlert(transaction, request)));
}
