import { type Decision, decide } from '../../src/guard/decide.ts';
import { ALERT_RULES, MEASURES, type Measure } from '../../src/guard/operations.ts';
import type { Instant } from '../../src/kernel/index.ts';
import type { Effect, EffectKind, PastEntry } from '../../src/model/index.ts';
import { definePolicy, type Policy } from '../../src/policy/index.ts';
import { below, pick, type Random } from './random-guard.ts';

export const HOUR = 3_600_000;
export const BEGIN = Date.parse('2026-03-02T08:00:00.000Z');
const OPERATION = {
  reveals: 'view',
  overwrites: 'update',
  deletes: 'delete',
  exports: 'export',
  ownerChanges: 'transfer',
  duplicateChecks: 'check_duplicate',
} as const;

/** Something that somebody wants at a time, or a reviewer decides. */
export type Scripted =
  | {
      readonly at: number;
      readonly party: string;
      readonly measure: Measure;
      readonly customers: number;
      readonly digest: string;
      readonly permit: boolean;
      readonly tightened: boolean;
      readonly proves: boolean;
      /** How often more within the minute, where it is refused. */
      readonly more: number;
    }
  | { readonly at: number; readonly decide: 'release' | 'deny' };

/** What a guard made of a script: the log, and what people noticed of it. */
export interface Played {
  readonly log: readonly PastEntry[];
  readonly effects: readonly Effect[];
  readonly alerts: readonly { readonly rule: string; readonly subject: string }[];
  readonly met: ReadonlyMap<string, number>;
}

interface Hold {
  readonly id: string;
  readonly party: string;
  readonly name: string;
  readonly measure: Measure;
  readonly customers: number;
  readonly digest: string;
  readonly permit: boolean;
  readonly tightened: boolean;
  readonly expireAt: number;
  released: boolean;
}

const instantOf = (millis: number): Instant => new Date(millis).toISOString() as Instant;

/** A policy whose windows are a week and a month, so that within some days everything counts. */
export function weeklyPolicy(random: Random, levels: readonly string[]): Policy {
  const ladder = (): object => {
    const rising = levels.map(() => 1 + below(random, 30)).sort((left, right) => left - right);
    const of = levels.map((level, at) => [
      level,
      random() < 0.3 ? {} : { [pick(random, ['7d', '30d'])]: rising[at] },
    ]);
    return { mode: pick(random, ['enforce', 'enforce', 'enforce', 'warn']), ...Object.fromEntries(of) };
  };
  return definePolicy({
    guard: {
      ...Object.fromEntries(MEASURES.map((measure) => [measure, ladder()])),
      onNoticePercent: pick(random, [20, 50, 100]),
      sequenceReveals: 5 + below(random, 20),
      services: pick(random, ['warn', 'enforce']),
      holdWorkingHours: 1 + below(random, 40),
    },
  });
}

/** A few days of three parties. Where nobody decides, every request stands for itself. */
export function randomScript(
  random: Random,
  { decided }: { readonly decided: boolean },
): readonly Scripted[] {
  const script: Scripted[] = [];
  let at = BEGIN;
  let asked = 0;
  for (let left = 60 + below(random, 60); left > 0; left -= 1) {
    at += below(random, 2 * HOUR);
    if (decided && random() < 0.2) {
      script.push({ at, decide: pick(random, ['release', 'release', 'deny']) });
      continue;
    }
    const before = script.filter((one) => 'digest' in one).slice(-5);
    if (decided && random() < 0.35 && before.length > 0) {
      script.push({ ...pick(random, before), at });
      continue;
    }
    asked += 1;
    const party = pick(random, ['e_dana', 'e_dana', 'e_eve', 's_erp']);
    script.push({
      at,
      party,
      measure: pick(random, MEASURES),
      customers: 1 + below(random, 5),
      digest: `digest-${asked}`,
      permit: random() < 0.4,
      tightened: party === 'e_eve',
      proves: !decided || random() < 0.6,
      more: decided && random() < 0.3 ? 1 + below(random, 4) : 0,
    });
  }
  return script;
}

/** Plays a script as the guard works: asks, counts what passes, parks, releases, denies, lets expire, writes it all down. */
export function played(script: readonly Scripted[], policy: Policy, most = 20): Played {
  const log: PastEntry[] = [];
  const effects: Effect[] = [];
  const alerts: { rule: string; subject: string }[] = [];
  const met = new Map<string, number>();
  const counted = new Map<string, number>();
  const holds: Hold[] = [];
  let now = BEGIN;
  const write = (type: string, actor: string, data: object, reason?: string): string => {
    const id = `entry-${log.length}`;
    log.push({
      id,
      type,
      at: instantOf(now),
      actor,
      subject: [],
      data: data as PastEntry['data'],
      policy: 'in force',
      outcome: reason === undefined ? 'done' : 'refused',
      ...(reason === undefined ? {} : { reason }),
    });
    return id;
  };
  const meet = (what: string): void => void met.set(what, (met.get(what) ?? 0) + 1);
  const notice = (kind: EffectKind, party: string, rule: string, count = 1): void => {
    meet(kind);
    effects.push({ kind, rule, at: instantOf(now), party, count });
  };
  const gone = (hold: Hold): void => void holds.splice(holds.indexOf(hold), 1);
  type Request = Omit<Extract<Scripted, { digest: string }>, 'at' | 'proves' | 'more'>;
  const decisionOn = (request: Request, steppedUp: boolean): Decision => {
    const before = (measure: Measure): number => counted.get(`${request.party} ${measure}`) ?? 0;
    const all = before(request.measure);
    return decide(
      {
        operation: OPERATION[request.measure],
        customers: request.customers,
        fields: ['contact'],
        permitted: true,
        visible: new Set(['contact'] as const),
        status: request.party.startsWith('s_') ? 'service' : request.tightened ? 'on_notice' : 'active',
        underReview: false,
        counts: [all, all, all, all],
        lately: { reveals: before('reveals'), exports: before('exports') },
        steppedUp,
      },
      policy,
    ).decision;
  };
  const count = ({ party, measure, customers }: Request | Hold): void =>
    void counted.set(`${party} ${measure}`, (counted.get(`${party} ${measure}`) ?? 0) + customers);
  const factsOf = (request: Request, decision: Decision, more: object): object => ({
    measure: request.measure,
    customers: request.customers,
    digest: request.digest,
    ...(decision === 'allow' ? {} : { decision }),
    ...(request.permit ? { permit: true } : {}),
    ...(request.tightened ? { tightened: true } : {}),
    ...(request.party.startsWith('s_') ? { about: `c_${request.digest}` } : {}),
    ...more,
  });

  /** Answers whether it was refused, by which entry, and what was noticed of that. */
  const ask = (
    request: Request,
    steppedUp: boolean,
  ): { entry: string; noticed: EffectKind | null } | null => {
    const decision = decisionOn(request, steppedUp);
    const guard = factsOf(request, decision, steppedUp ? { steppedUp } : {});
    const alert = (): void => {
      const subject = request.party.startsWith('s_') ? `c_${request.digest}` : request.party;
      alerts.push({ rule: ALERT_RULES[request.measure], subject });
    };
    if (decision === 'step_up') {
      notice('step_up', request.party, request.measure);
      return { entry: write('view', request.party, { guard }, 'step-up-required'), noticed: 'step_up' };
    }
    if (decision === 'block') {
      notice('block', request.party, request.measure);
      alert();
      return { entry: write('view', request.party, { guard }, 'blocked'), noticed: 'block' };
    }
    if (decision !== 'hold') {
      if (decision === 'allow_and_alert') alert();
      meet(decision);
      count(request);
      write(request.permit ? 'permit-issued' : 'operation-granted', request.party, { guard });
      return null;
    }
    const name = request.measure === 'reveals' && !request.permit ? 'view' : request.digest;
    const known = holds.find((hold) => hold.party === request.party && hold.name === name);
    if (known?.released === true) {
      meet('used');
      gone(known);
      count(request);
      write('hold-spent', request.party, { hold: known.id, guard: { ...guard, hold: known.id } });
      return null;
    }
    if (known !== undefined) {
      meet('waits');
      return { entry: write('view', request.party, { guard }, 'held'), noticed: null };
    }
    if (holds.filter(({ party, released }) => party === request.party && !released).length >= most) {
      meet('too many');
      return { entry: write('view', request.party, { guard }, 'too-many-holds'), noticed: null };
    }
    const expireAt = now + policy.guard.holdWorkingHours * HOUR;
    const id = write('hold-placed', request.party, {
      guard,
      digest: request.digest,
      operation: OPERATION[request.measure],
      brings: request.permit ? 'permit' : 'carrying-out',
      expireAt: instantOf(expireAt),
    });
    holds.push({ ...request, id, name, expireAt, released: false });
    notice('hold', request.party, request.measure);
    alert();
    return null;
  };

  for (const step of script) {
    for (const hold of holds
      .filter(({ released }) => !released)
      .sort((one, other) => one.expireAt - other.expireAt)) {
      if (hold.expireAt > step.at) continue;
      now = hold.expireAt;
      meet('expired');
      gone(hold);
      write('hold-expired', 'keeper', { hold: hold.id });
    }
    now = step.at;
    if ('digest' in step) {
      const { at: _, more, proves, ...request } = step;
      let refused = ask(request, false);
      const toldFirst = refused;
      // A view asks for no proof: it shows less.
      const isView = request.measure === 'reveals' && !request.permit;
      if (refused?.noticed === 'step_up' && proves && !isView) refused = ask(request, true);
      else if (toldFirst !== null && more > 0) {
        meet('folded');
        if (toldFirst.noticed !== null) notice(toldFirst.noticed, request.party, request.measure, more);
        write('refusals-folded', request.party, { first: toldFirst.entry, count: more });
      }
      continue;
    }
    const hold = holds.find(({ released }) => !released);
    if (hold === undefined) continue;
    if (step.decide === 'deny') {
      meet('denied');
      gone(hold);
      write('hold-denied', 'e_boss', { hold: hold.id });
      continue;
    }
    const decision = decisionOn(hold, true);
    if (decision === 'block') continue;
    meet('released');
    if (hold.permit) {
      hold.released = true;
      write('hold-released', 'e_boss', { hold: hold.id });
    } else {
      gone(hold);
      count(hold);
      const guard = factsOf(hold, decision, { steppedUp: true, hold: hold.id, by: hold.party });
      write('hold-released', 'e_boss', { hold: hold.id, guard });
      write('hold-spent', 'e_boss', { hold: hold.id });
    }
  }
  return { log, effects, alerts, met };
}
