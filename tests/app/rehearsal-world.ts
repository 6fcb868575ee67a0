import type { Measure } from '../../src/guard/index.ts';
import { type Policy, type PolicyOverrides, unwrap } from '../../src/index.ts';
import { parseLeaf } from '../../src/ledger/index.ts';
import type { PastEntry } from '../../src/model/index.ts';
import { definePolicy } from '../../src/policy/index.ts';
import type { Store } from '../../src/ports/index.ts';
import { below, pick, type Random, randomPolicy } from '../guard/random-guard.ts';
import { createWorld, DAY, HOUR, MINUTE, START, type World } from './world.ts';

/** Something that is to be done, whatever came of what was done before. */
type Act =
  | { readonly do: 'view' | 'history'; readonly customer: string }
  | { readonly do: 'list'; readonly limit: number }
  | { readonly do: 'mask'; readonly customers: readonly string[] }
  | { readonly do: 'update'; readonly customer: string; readonly phone: string }
  | { readonly do: 'delete'; readonly customers: readonly string[] }
  | { readonly do: 'transfer'; readonly customers: readonly string[] }
  | { readonly do: 'export' }
  | {
      readonly do: 'request';
      readonly by: 'dana' | 'eve' | 'erp';
      readonly operation: 'export' | 'check_duplicate' | 'view' | 'update';
      readonly customers: readonly string[];
      readonly payload: number;
    }
  | { readonly do: 'notice' | 'withdraw' }
  | { readonly do: 'decide-hold'; readonly release: boolean }
  | { readonly do: 'close-alert'; readonly dismiss: boolean }
  | { readonly do: 'follow-up'; readonly customer: string; readonly text: string; readonly lateHours: number }
  | { readonly do: 'register'; readonly id: string }
  | { readonly do: 'approve'; readonly id: string };

/** An act, when it is done, how often within its minute, and whether whoever does it can prove who they are. */
interface Planned {
  readonly at: number;
  readonly act: Act;
  readonly times: number;
  readonly proves: boolean;
}

/** What really happened, as whoever stands beside would write it down. */
export type Happened =
  | {
      readonly kind: 'asked';
      readonly at: number;
      readonly who: string;
      readonly measure: Measure;
      readonly customers: number;
      /** What it was, exactly. */
      readonly request: string;
      readonly onNotice: boolean;
      readonly proved: boolean;
      readonly passed: boolean;
      /** The hold that was placed for it, or that waits. */
      readonly hold: string | null;
    }
  | { readonly kind: 'released' | 'denied'; readonly at: number; readonly hold: string };

/** A company on whose days something happened. */
export interface Played {
  readonly world: World;
  readonly happened: readonly Happened[];
  readonly days: number;
}

export interface ScriptOptions {
  readonly days: number;
  /** People decide holds and close alerts, and what was asked for is asked for again. */
  readonly eventful: boolean;
}

/** A policy with thresholds that a few people reach, and clocks that run out within days. */
export function anyPolicy(random: Random): Policy {
  const remindAfterDays = 1 + below(random, 12);
  return definePolicy({
    guard: { ...randomPolicy(random).guard, holdWorkingHours: 4 + below(random, 60) },
    followUps: {
      remindAfterDays,
      escalateAfterDays: remindAfterDays + below(random, 12),
      workingDays: random() < 0.5,
      minimumLength: 1 + below(random, 30),
      lateAfterHours: 1 + below(random, 70),
    },
    claims: { escalateAfterWorkingDays: 1 + below(random, 6) },
    alerts: {
      coolDownHours: 1 + below(random, 100),
      escalateAfterHours: 48,
      keepDismissedDays: 120,
      keepCasesDays: 730,
    },
  });
}

const DELETED = 40;
const SEEN = 60;
const named = (kind: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `${kind}-${at}`);

/**
 * What is done on some days. Where it is not eventful, every request stands for itself: it would be made whatever
 * became of the others, so that the same script can be played under another policy.
 */
export function randomScript(random: Random, { days, eventful }: ScriptOptions): readonly Planned[] {
  const toDelete = [...named('delete', DELETED)];
  const toMove = [...named('move', DELETED)];
  const toSee = [...named('see', SEEN)];
  const some = (from: string[], most: number): readonly string[] => from.splice(0, 1 + below(random, most));
  const planned: Planned[] = [];
  let payload = 0;
  let before: Act | null = null;
  const act = (day: number): Act | null => {
    const kind = pick(random, [
      ...([
        'view',
        'view',
        'delete',
        'delete',
        'transfer',
        'update',
        'update',
        'request',
        'request',
      ] as const),
      ...(['request', 'follow-up', 'follow-up', 'register', 'approve', 'notice'] as const),
      ...(eventful
        ? (['list', 'history', 'mask', 'export', 'again', 'again', 'people', 'people', 'people'] as const)
        : []),
    ]);
    switch (kind) {
      case 'view': {
        const [customer] = eventful ? [`see-${below(random, SEEN)}`] : toSee.splice(0, 1);
        return customer === undefined ? null : { do: 'view', customer };
      }
      case 'history':
        return { do: 'history', customer: `see-${below(random, SEEN)}` };
      case 'list':
        return { do: 'list', limit: 1 + below(random, 6) };
      case 'mask':
        return {
          do: 'mask',
          customers: Array.from({ length: 1 + below(random, 3) }, () => `see-${below(random, SEEN)}`),
        };
      case 'update':
        return {
          do: 'update',
          customer: `keep-${below(random, 10)}`,
          phone: `${day}-${below(random, 1_000)}`,
        };
      case 'delete': {
        const customers =
          eventful && random() < 0.2 ? named('delete', 1 + below(random, 6)) : some(toDelete, 6);
        return customers.length === 0 ? null : { do: 'delete', customers };
      }
      case 'transfer': {
        const customers = some(toMove, 4);
        return customers.length === 0 ? null : { do: 'transfer', customers };
      }
      case 'request': {
        const by = pick(random, ['dana', 'eve', 'eve', 'erp'] as const);
        const operation =
          by === 'erp'
            ? 'check_duplicate'
            : pick(random, ['export', 'check_duplicate', 'update', 'view'] as const);
        const mine = by === 'eve' ? 'eve' : 'keep';
        const customers = named(mine, 1 + below(random, 6));
        // Asked twice, it is one request that waits.
        if (random() < 0.8) payload += 1;
        return { do: 'request', by, operation, customers, payload };
      }
      case 'follow-up':
        return {
          do: 'follow-up',
          customer: `keep-${below(random, 10)}`,
          text: pick(random, ['ok', 'talked a while', `talked about number ${below(random, 50)}, at length`]),
          lateHours: pick(random, [0, 0, 1, 30, 60]),
        };
      case 'register':
        return { do: 'register', id: `claim-${planned.length}` };
      case 'approve': {
        const open = planned.flatMap((one) => (one.act.do === 'register' ? [one.act.id] : []));
        return open.length === 0 ? null : { do: 'approve', id: pick(random, open) };
      }
      case 'notice':
        return random() < 0.2 ? { do: pick(random, ['notice', 'withdraw'] as const) } : null;
      case 'again':
        return before;
      default:
        return random() < 0.7
          ? { do: 'decide-hold', release: random() < 0.6 }
          : { do: 'close-alert', dismiss: random() < 0.6 };
    }
  };
  for (let day = 1; day < days; day += 1) {
    let at = day * DAY + below(random, 600) * MINUTE;
    for (let left = below(random, 9); left > 0; left -= 1) {
      const next = act(day);
      if (next === null) continue;
      before = next;
      const times = eventful && random() < 0.2 ? 1 + below(random, 4) : 1;
      planned.push({ at, act: next, times, proves: !eventful || random() < 0.6 });
      at += below(random, 90) * MINUTE + below(random, MINUTE);
    }
  }
  return planned;
}

/** Plays a script in a company of its own. What is due is done before each act, and at the end of each day. */
export async function play(
  script: readonly Planned[],
  policy: PolicyOverrides,
  {
    days,
    store,
    timeZone = 'UTC',
  }: { readonly days: number; readonly store?: Store; readonly timeZone?: string },
): Promise<Played> {
  let now: Planned | null = null;
  const proofs: boolean[] = [];
  const world = await createWorld({
    ...(store === undefined ? {} : { store }),
    create: { policy, timeZone },
    staff: ['chief', 'boss', 'dana', 'eve', 'lead'],
    keeper: {
      stepUp: async () => {
        proofs.push(now?.proves === true);
        return now?.proves === true;
      },
    },
  });
  const owned: readonly (readonly [string, string, number])[] = [
    ['delete', 'dana', DELETED],
    ['move', 'dana', DELETED],
    ['see', 'dana', SEEN],
    ['keep', 'dana', 10],
    ['eve', 'eve', 6],
  ];
  for (const [kind, owner, count] of owned)
    for (const id of named(kind, count)) await world.own(id, owner, { phone: `phone of ${id}` });
  const happened: Happened[] = [];
  const witness = createWitness(world, happened, proofs);
  const begun = Date.parse(START);
  let day = Math.floor(begun / DAY);
  const sweepUntil = async (millis: number): Promise<void> => {
    for (; day < Math.floor(millis / DAY); day += 1) {
      world.clock.set(new Date((day + 1) * DAY - 1).toISOString());
      await world.keeper.sweep(world.tenant);
    }
    world.clock.set(new Date(millis).toISOString());
    await world.keeper.sweep(world.tenant);
  };
  for (const planned of script) {
    now = planned;
    await sweepUntil(Math.floor(begun / DAY) * DAY + 8 * HOUR + planned.at);
    for (let left = planned.times; left > 0; left -= 1) await witness(planned.act);
  }
  await sweepUntil((Math.floor(begun / DAY) + days) * DAY);
  return { world, happened, days };
}

/** Does what is to be done, and writes down what came of it. */
function createWitness(world: World, happened: Happened[], proofs: boolean[]): (act: Act) => Promise<void> {
  const { as, clock } = world;
  const seen = new Map<string, number>();
  const gone = new Set<string>();
  const moved = new Set<string>();
  const claims = new Map<string, string>();
  const asked = new Map<
    string,
    { measure: Measure; customers: readonly string[]; request: string; who: string; permit: boolean }
  >();
  let onNotice = false;
  const hourNow = (): number => Math.floor(clock.now() / HOUR);
  const isFresh = (customer: string): boolean => hourNow() - (seen.get(customer) ?? -1_000) >= 24;
  const remember = (customers: readonly string[]): void => {
    for (const customer of customers) seen.set(customer, hourNow());
  };

  const note = (
    who: string,
    measure: Measure,
    customers: readonly string[],
    request: string,
    outcome: { readonly passed: boolean; readonly hold?: string | null; readonly permit?: boolean },
  ): void => {
    if (customers.length === 0) return;
    const { hold = null, passed, permit = false } = outcome;
    const facts = {
      kind: 'asked',
      at: clock.now(),
      who,
      measure,
      customers: customers.length,
      request: `${measure} ${request} ${[...customers].sort().join()}`,
      onNotice: onNotice && who === 'dana',
    } as const;
    // Whoever was asked for proof asked once without, and where it was given once more with it.
    for (const proved of proofs.splice(0)) {
      happened.push({ ...facts, proved: false, passed: false, hold: null });
      if (proved) happened.push({ ...facts, proved: true, passed, hold });
      if (hold !== null && proved && !asked.has(hold))
        asked.set(hold, { measure, customers, request: facts.request, who, permit });
      return;
    }
    happened.push({ ...facts, proved: false, passed, hold });
    if (hold !== null && !asked.has(hold))
      asked.set(hold, { measure, customers, request: facts.request, who, permit });
  };

  type Answer = { readonly ok: boolean; readonly error?: { readonly code: string; readonly hold?: string } };
  /** A write: what something else refused was not asked of the guard. */
  const noteWrite = (
    who: string,
    measure: Measure,
    customers: readonly string[],
    request: string,
    answer: unknown,
    permit = false,
  ): boolean => {
    const { ok, error } = answer as Answer;
    if (!ok && !['held', 'blocked', 'step-up-required', 'too-many-holds'].includes(error?.code ?? '')) {
      proofs.splice(0);
      return false;
    }
    note(who, measure, customers, request, { passed: ok, hold: error?.hold ?? null, permit });
    return ok;
  };
  const noteSeen = (customers: readonly string[], shown: boolean, hold: string | null): void => {
    const fresh = customers.filter(isFresh);
    note('dana', 'reveals', [...new Set(fresh)], 'view', { passed: shown, hold });
    if (shown) remember(fresh);
  };

  return async (act) => {
    switch (act.do) {
      case 'view': {
        const { held, profile } = unwrap(await as('dana').customers.get(act.customer));
        noteSeen([act.customer], profile.phone !== null, held);
        return;
      }
      case 'history': {
        const fresh = isFresh(act.customer);
        const history = unwrap(await as('dana').customers.history(act.customer));
        const shown = history.some(({ values }) => values['profile.phone'] !== undefined);
        if (!fresh) return;
        if (shown) return noteSeen([act.customer], true, null);
        // A history does not name the hold.
        const [waiting] = unwrap(await as('dana').holds.list({ mine: true, limit: 100 })).items.filter(
          ({ operation, status }) => operation === 'view' && (status === 'waiting' || status === 'escalated'),
        );
        return noteSeen([act.customer], false, waiting?.id ?? null);
      }
      case 'list': {
        const { items } = unwrap(await as('dana').customers.list({ limit: act.limit }));
        const fresh = items.filter(({ id }) => isFresh(id));
        const hidden = fresh.find(({ profile }) => profile.phone === null);
        return noteSeen(
          fresh.map(({ id }) => id),
          hidden === undefined,
          hidden?.held ?? null,
        );
      }
      case 'mask': {
        const rows = act.customers.map((id) => ({ id, name: id, phone: `phone of ${id}` }));
        const masked = unwrap(await as('dana').guard.mask(rows));
        const fresh = masked.filter(({ id }) => isFresh(id));
        const hidden = fresh.find(({ fields }) => fields.phone === null);
        return noteSeen(
          fresh.map(({ id }) => id),
          hidden === undefined,
          hidden?.held ?? null,
        );
      }
      case 'update': {
        const result = await as('dana').customers.update(act.customer, { phone: act.phone });
        noteWrite('dana', 'overwrites', [act.customer], act.phone, result);
        return;
      }
      case 'delete': {
        const there = act.customers.filter((id) => !gone.has(id));
        const result = await as('dana').customers.delete(act.customers, { reason: 'clean up' });
        if (noteWrite('dana', 'deletes', there, '', result)) for (const id of there) gone.add(id);
        return;
      }
      case 'transfer': {
        const there = act.customers.filter((id) => !moved.has(id));
        const result = await as('boss').ownership.transfer(act.customers, { to: 'eve', reason: 'workload' });
        if (noteWrite('boss', 'ownerChanges', there, '', result)) for (const id of there) moved.add(id);
        return;
      }
      case 'export': {
        const result = await as('dana').customers.export({ format: 'csv', fields: ['name'] });
        const mine = [
          ...named('delete', DELETED),
          ...named('move', DELETED),
          ...named('see', SEEN),
          ...named('keep', 10),
        ];
        noteWrite(
          'dana',
          'exports',
          mine.filter((id) => !gone.has(id) && !moved.has(id)),
          'csv',
          result,
          true,
        );
        return;
      }
      case 'request': {
        const { by, customers, operation, payload } = act;
        const fields = operation === 'view' || operation === 'update' ? ['phone'] : [];
        const actor = by === 'erp' ? world.service('erp') : as(by);
        const result = await actor.guard.request({ operation, customers, fields, payload });
        const measure = (
          {
            export: 'exports',
            check_duplicate: 'duplicateChecks',
            view: 'reveals',
            update: 'overwrites',
          } as const
        )[operation];
        const answer = unwrap(result);
        // The host asks for proof itself.
        note(by, measure, customers, `request ${payload}`, {
          passed: answer.decision === 'allow',
          hold: answer.decision === 'hold' ? answer.hold : null,
          permit: true,
        });
        return;
      }
      case 'notice':
        if (!onNotice)
          unwrap(await as('ada').people.giveNotice('dana', { lastDayOn: '2027-12-31', kind: 'resignation' }));
        onNotice = true;
        return;
      case 'withdraw':
        if (onNotice) unwrap(await as('ada').people.withdrawNotice('dana'));
        onNotice = false;
        return;
      case 'decide-hold': {
        const [hold] = unwrap(await as('ada').holds.list({ limit: 1 })).items;
        if (hold === undefined) return;
        const { customers = [], measure } = asked.get(hold.id) ?? {};
        const decided = act.release
          ? await as('ada').holds.release(hold.id, { reason: 'fine' })
          : await as('ada').holds.deny(hold.id, { reason: 'no' });
        if (!decided.ok) return;
        happened.push({ kind: act.release ? 'released' : 'denied', at: clock.now(), hold: hold.id });
        if (!act.release) return;
        if (measure === 'reveals') remember(customers);
        const there = customers.filter((id) => (measure === 'deletes' ? !gone.has(id) : true));
        for (const id of there)
          (measure === 'deletes' ? gone : measure === 'ownerChanges' ? moved : new Set()).add(id);
        return;
      }
      case 'close-alert': {
        const [alert] = unwrap(await as('ada').alerts.list({ state: 'open', limit: 1 })).items;
        if (alert === undefined) return;
        const { alerts } = as('ada');
        if (alert.state === 'confirmed') unwrap(await alerts.resolve(alert.id, { outcome: 'talk' }));
        else if (act.dismiss) unwrap(await alerts.dismiss(alert.id, { reason: 'nothing' }));
        else unwrap(await alerts.confirm(alert.id, { reason: 'a case' }));
        return;
      }
      case 'follow-up': {
        const at = clock.instant(-act.lateHours * HOUR);
        unwrap(await as('dana').followUps.record(act.customer, { kind: 'call', text: act.text, at }));
        return;
      }
      case 'register':
        if (!claims.has(act.id)) claims.set(act.id, await world.register(act.id, 'lead'));
        return;
      case 'approve': {
        const claim = claims.get(act.id);
        if (claim !== undefined) await as('ada').claims.approve(claim);
      }
    }
  };
}

/** Every sealed entry of a company, as a rehearsal reads it. */
export async function pastOf({ keeper, store, tenant }: World): Promise<readonly PastEntry[]> {
  await keeper.seal(tenant);
  const entries: PastEntry[] = [];
  for (let from = 0; ; from += 500) {
    const part = await store.readEntries(tenant as never, { by: 'index', from, limit: 500 });
    entries.push(...part.map(({ leaf }) => parseLeaf(leaf) as unknown as PastEntry));
    if (part.length < 500) return entries;
  }
}
