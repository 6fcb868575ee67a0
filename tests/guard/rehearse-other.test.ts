import { beforeEach, describe, expect, it } from 'vitest';
import { createGuardRehearsal, type GuardStep } from '../../src/guard/rehearse.ts';
import type { Instant } from '../../src/kernel/index.ts';
import type { PastEntry } from '../../src/model/index.ts';
import { definePolicy, type Policy } from '../../src/policy/index.ts';
import { BEGIN, HOUR } from './played-guard.ts';

/** A policy by what it does to deleting; holds are denied after some hours. */
const deleting = (levels: object, holdWorkingHours = 10): Policy =>
  definePolicy({
    guard: {
      deletes: { mode: 'enforce', ...levels },
      reveals: { mode: 'enforce', ...levels },
      holdWorkingHours,
    },
  });
const never = deleting({ alert: { '30d': 1_000 } });
const holdsFrom = (count: number, hours?: number): Policy => deleting({ hold: { '30d': count } }, hours);

let written = 0;
beforeEach(() => {
  written = 0;
});
const entry = (type: string, hour: number, data: object, reason?: string, actor = 'e_dana'): PastEntry => {
  written += 1;
  return {
    id: `entry-${written}`,
    type,
    at: new Date(BEGIN + hour * HOUR).toISOString() as Instant,
    actor,
    subject: [],
    data: data as PastEntry['data'],
    policy: 'pin',
    outcome: reason === undefined ? 'done' : 'refused',
    ...(reason === undefined ? {} : { reason }),
  };
};
type Asking = { readonly customers?: number; readonly measure?: string; readonly permit?: boolean };
const facts = (
  digest: string,
  { customers = 1, measure = 'deletes', permit }: Asking,
  more: object,
): object => ({
  customers,
  digest,
  measure,
  ...(permit === true ? { permit } : {}),
  ...more,
});
const passed = (
  hour: number,
  digest: string,
  asking: Asking = {},
  more: object = {},
  actor?: string,
): PastEntry => entry('operation-granted', hour, { guard: facts(digest, asking, more) }, undefined, actor);
const refused = (
  hour: number,
  digest: string,
  decision: string,
  reason: string,
  asking: Asking = {},
): PastEntry => entry('delete-customers', hour, { guard: facts(digest, asking, { decision }) }, reason);
/** A hold on record; its id is that of its entry. */
const held = (hour: number, digest: string, expires: number, asking: Asking = {}): PastEntry =>
  entry('hold-placed', hour, {
    brings: asking.permit === true ? 'permit' : 'carrying-out',
    digest,
    expireAt: new Date(BEGIN + expires * HOUR).toISOString(),
    guard: facts(digest, asking, { decision: 'hold' }),
    operation: asking.measure === 'reveals' ? 'view' : 'delete',
  });
const about = (type: string, hour: number, hold: PastEntry, guard?: object): PastEntry =>
  entry(type, hour, { hold: hold.id, ...(guard === undefined ? {} : { guard }) }, undefined, 'e_boss');
/** A release that carries out what was held. */
const released = (hour: number, hold: PastEntry, asking: Asking = {}): PastEntry =>
  about(
    'hold-released',
    hour,
    hold,
    facts(hold.data.digest as string, asking, {
      by: 'e_dana',
      decision: 'hold',
      hold: hold.id,
      steppedUp: true,
    }),
  );

/** What each entry comes to by another policy: the decision, what is noticed, and the alert. `null`: nothing was asked. */
function told(log: readonly PastEntry[], policy: Policy, inForce: Policy = never): readonly unknown[] {
  return stepsOf(log, policy, inForce).map((step) =>
    step === null
      ? null
      : [
          step.rehearsed?.decision ?? null,
          step.effects.rehearsed
            .map(({ kind, count }) => (count === 1 ? kind : `${count} × ${kind}`))
            .join(', '),
          step.alert?.subject ?? null,
        ],
  );
}
function stepsOf(
  log: readonly PastEntry[],
  policy: Policy,
  inForce: Policy = never,
  from = 0,
): readonly (GuardStep | null)[] {
  const rehearsal = createGuardRehearsal(policy, {
    policyOf: () => inForce,
    expiry: (_, at, hours) => Date.parse(at) + hours * HOUR,
  });
  return log.map((one, at) => rehearsal.see(one, at >= from));
}
const allowed = ['allow', '', null];
const placed = ['hold', 'hold', 'e_dana'];
const waits = ['hold', '', null];
const nothing = [null, '', null];

describe('a policy that holds what passed', () => {
  it('holds it, and waits with it until it is denied by itself, to the millisecond', () => {
    const log = [0, 1, 9.99, 10, 11].map((hour) => passed(hour, 'same'));
    expect(told(log, holdsFrom(1))).toEqual([placed, waits, waits, placed, waits]);
  });

  it('holds twenty at a time and no more, those that are released not among them', () => {
    const holds = Array.from({ length: 20 }, (_, at) => held(0, `d-${at}`, 5));
    const log = [
      ...holds,
      passed(1, 'too many'),
      about('hold-released', 2, holds[0] as PastEntry),
      passed(3, 'one more'),
      passed(4, 'too many again'),
    ];
    expect(told(log, holdsFrom(1), holdsFrom(1)).slice(20)).toEqual([waits, null, placed, waits]);
  });

  it('takes a hold that is placed later for its own, and so its release', () => {
    const later = held(2, 'same', 50);
    const log = [passed(0, 'same'), later, about('hold-released', 3, later), passed(4, 'same')];
    expect(told(log, holdsFrom(1, 40))).toEqual([placed, waits, null, ['hold', '', null]]);
    // Used once: asked again it is held anew.
    expect(told([...log, passed(5, 'same')], holdsFrom(1, 40)).at(-1)).toEqual(placed);
  });

  it('takes no release of another hold for its own', () => {
    const first = held(0, 'same', 5);
    const second = held(6, 'same', 50);
    const log = [
      first,
      about('hold-expired', 5, first),
      second,
      about('hold-released', 7, second),
      passed(8, 'same'),
    ];
    expect(told(log, holdsFrom(1, 40), holdsFrom(1, 5))).toEqual([placed, null, waits, null, waits]);
    // Were it released, it would have been used by now.
    expect(told([...log, passed(9, 'same')], holdsFrom(1, 40), holdsFrom(1, 5)).at(-1)).toEqual(waits);
  });

  it('forgets what was denied, and nothing for a reminder that it waits', () => {
    const hold = held(0, 'same', 50);
    const log = (type: string): readonly PastEntry[] => [hold, about(type, 1, hold), passed(2, 'same')];
    expect(told(log('hold-denied'), holdsFrom(1, 40), holdsFrom(1))).toEqual([placed, null, placed]);
    expect(told(log('hold-escalated'), holdsFrom(1, 40), holdsFrom(1))).toEqual([placed, null, waits]);
    expect(told(log('hold-released'), holdsFrom(1, 40), holdsFrom(1))).toEqual([placed, null, waits]);
    expect(told([...log('hold-released'), passed(3, 'same')], holdsFrom(1, 40), holdsFrom(1)).at(-1)).toEqual(
      placed,
    );
  });

  it('knows no release once its own hold is over', () => {
    const hold = held(0, 'same', 50);
    const log = (hour: number): readonly PastEntry[] => [
      hold,
      about('hold-released', hour, hold),
      passed(hour, 'same'),
      passed(hour, 'same'),
    ];
    expect(told(log(9), holdsFrom(1), holdsFrom(1))).toEqual([placed, null, waits, placed]);
    expect(told(log(10), holdsFrom(1), holdsFrom(1))).toEqual([placed, null, placed, waits]);
    expect(told(log(11), holdsFrom(1), holdsFrom(1))).toEqual([placed, null, placed, waits]);
  });

  it('counts what a release carries out, where it had been held here, too', () => {
    const hold = held(0, 'same', 50, { customers: 3 });
    const log = (hour: number): readonly PastEntry[] => [
      hold,
      released(hour, hold, { customers: 3 }),
      passed(20, 'next'),
    ];
    // Three and one reach four; by the hold that was over, nothing went through.
    const stricter = deleting({ hold: { '30d': 2 }, block: { '30d': 4 } });
    expect(told(log(5), stricter, holdsFrom(3)).at(-1)).toEqual(['block', 'block', 'e_dana']);
    expect(told(log(15), stricter, holdsFrom(3)).at(-1)).toEqual(allowed);
  });

  it('carries out no release that it would block', () => {
    const hold = held(0, 'held', 50, { customers: 3 });
    const log = [hold, passed(1, 'small'), released(2, hold, { customers: 3 }), passed(3, 'next')];
    const stricter = deleting({ hold: { '30d': 3 }, block: { '30d': 4 } });
    // One went through; the three would make four.
    expect(told(log, stricter, holdsFrom(3))).toEqual([placed, allowed, null, allowed]);
  });

  it('carries out no release of what it had not held', () => {
    const hold = held(0, 'held', 50, { customers: 3 });
    const log = [hold, released(2, hold, { customers: 3 }), passed(3, 'next')];
    const blocks = deleting({ block: { '30d': 2 } });
    expect(told(log, blocks, holdsFrom(3))).toEqual([['block', 'block', 'e_dana'], null, allowed]);
  });

  it('finds the hold on record by what waits there already', () => {
    const looking: Asking = { measure: 'reveals' };
    const hold = held(0, 'first', 50, looking);
    const log = [
      hold,
      refused(1, 'second', 'hold', 'held', looking),
      about('hold-released', 2, hold),
      passed(3, 'third', looking),
    ];
    // The first passes here, the second is held: by the hold of the first, since all that is looked at is one.
    expect(told(log, holdsFrom(2), holdsFrom(1))).toEqual([allowed, placed, null, ['hold', '', null]]);
    expect(told([...log, passed(4, 'fourth', looking)], holdsFrom(2), holdsFrom(1)).at(-1)).toEqual(placed);
  });
});

describe('what waited before the first day', () => {
  const from = (log: readonly PastEntry[], start: number): readonly unknown[] =>
    stepsOf(log, holdsFrom(1, 40), holdsFrom(1, 40), start)
      .slice(start)
      .map((step) => step?.effects.rehearsed.map(({ kind }) => kind) ?? null);

  it('waits on, was released, or is gone', () => {
    const hold = held(0, 'same', 40, { permit: true });
    const asked = [passed(3, 'same', { permit: true }), passed(4, 'same', { permit: true })];
    const once = (...types: string[]): readonly unknown[] =>
      from([hold, ...types.map((type) => about(type, 1, hold)), ...asked], 1 + types.length);
    expect(once()).toEqual([[], []]);
    expect(once('hold-escalated')).toEqual([[], []]);
    expect(once('hold-released')).toEqual([[], ['hold']]);
    expect(once('hold-denied')).toEqual([['hold'], []]);
    expect(once('hold-released', 'hold-spent')).toEqual([['hold'], []]);
    expect(once('hold-denied', 'hold-released')).toEqual([['hold'], []]);
  });
});

describe('a policy that lets pass what was held', () => {
  it('lets it pass once, however often it was asked for until it passed', () => {
    const hold = held(0, 'same', 50, { customers: 3, permit: true });
    const log = [
      hold,
      refused(1, 'same', 'hold', 'held', { customers: 3, permit: true }),
      refused(2, 'same', 'hold', 'held', { customers: 3, permit: true }),
      about('hold-released', 3, hold),
      entry('hold-spent', 4, {
        hold: hold.id,
        guard: facts('same', { customers: 3, permit: true }, { decision: 'hold', hold: hold.id }),
      }),
    ];
    expect(told(log, holdsFrom(5), holdsFrom(3))).toEqual([allowed, nothing, nothing, null, nothing]);
    // Three so far; the same again makes six, another one four.
    const again = passed(5, 'same', { customers: 3, permit: true });
    expect(told([...log, again], holdsFrom(5), holdsFrom(3)).at(-1)).toEqual(placed);
    expect(told([...log, passed(5, 'another')], holdsFrom(5), holdsFrom(3)).at(-1)).toEqual(allowed);
  });

  it('counts it once where the release carried it out', () => {
    const hold = held(0, 'same', 50, { customers: 3 });
    const log = [hold, released(1, hold, { customers: 3 }), passed(2, 'same', { customers: 2 })];
    expect(told(log, holdsFrom(6), holdsFrom(3))).toEqual([allowed, null, allowed]);
    expect(told([...log, passed(3, 'next')], holdsFrom(6), holdsFrom(3)).at(-1)).toEqual(placed);
  });

  it('what passes on record is no request that passed before', () => {
    const log = [passed(0, 'same'), passed(1, 'same'), passed(2, 'same')];
    expect(told(log, holdsFrom(3))).toEqual([allowed, allowed, placed]);
  });
});

describe('equal refusals of one minute', () => {
  const folded = (first: PastEntry, count: number): PastEntry =>
    entry('refusals-folded', 0.01, { first: first.id, count });

  it('were each answered as the first, but for a hold, which is one', () => {
    const first = refused(0, 'same', 'block', 'blocked');
    const log = [first, folded(first, 4)];
    const blocks = deleting({ block: { '30d': 1 } });
    expect(told(log, blocks, blocks)).toEqual([
      ['block', 'block', 'e_dana'],
      ['block', '4 × block', null],
    ]);
    const [, again] = stepsOf(log, holdsFrom(1), blocks);
    expect(again).toMatchObject({ times: 4, rehearsed: { decision: 'hold' } });
    expect(again?.effects).toMatchObject({ observed: [{ kind: 'block', count: 4 }], rehearsed: [] });
    expect(told(log, holdsFrom(1), blocks)).toEqual([placed, waits]);
  });

  it('would not have been asked where the first passes', () => {
    const first = refused(0, 'same', 'block', 'blocked');
    const proved = refused(0, 'proved', 'block', 'blocked');
    const blocks = deleting({ block: { '30d': 1 } });
    expect(told([first, folded(first, 4)], never, blocks)).toEqual([allowed, nothing]);
    const asks = deleting({ stepUp: { '30d': 1 } });
    expect(told([proved, folded(proved, 4)], asks, blocks)).toEqual([['step_up', 'step_up', null], nothing]);
  });

  it('are told once, and only of what was refused', () => {
    const first = refused(0, 'same', 'block', 'blocked');
    const fine = passed(0, 'fine');
    const log = [fine, first, folded(first, 2), folded(first, 2), folded(fine, 2)];
    const blocks = deleting({ block: { '30d': 1 } });
    expect(told(log, blocks, blocks).slice(3)).toEqual([null, null]);
  });
});

describe('a proof of who one is', () => {
  it('is asked for beside what follows when it is given', () => {
    const strict = deleting({ stepUp: { '30d': 1 }, hold: { '30d': 3 }, block: { '30d': 5 } });
    expect(told([passed(0, 'a')], strict)).toEqual([['step_up', 'step_up', null]]);
    // On record it was asked for, too: whether it was given, the next entry tells.
    const asked = [
      refused(0, 'a', 'step_up', 'step-up-required'),
      passed(0.01, 'a', {}, { steppedUp: true }),
    ];
    expect(told(asked, strict, strict)).toEqual([['step_up', 'step_up', null], allowed]);
  });
});

describe('an alert', () => {
  it('is about the person, or for a service about the customer; and about nobody where there is none', () => {
    const alerts = deleting({ alert: { '30d': 1 } });
    const bySystem = (digest: string, more: object): PastEntry => passed(0, digest, {}, more, 's_erp');
    const log = [passed(0, 'a'), bySystem('b', { about: 'c_1' }), bySystem('c', {})];
    expect(stepsOf(log, alerts).map((step) => step?.alert)).toEqual([
      { rule: 'guard-deletes', subject: 'e_dana' },
      { rule: 'guard-deletes', subject: 'c_1' },
      null,
    ]);
  });

  it('is named by what was counted', () => {
    const alerts = { mode: 'enforce', alert: { '30d': 1 } };
    const names = {
      reveals: 'guard-reveals',
      overwrites: 'guard-overwrites',
      deletes: 'guard-deletes',
      exports: 'guard-exports',
      ownerChanges: 'guard-owner-changes',
      duplicateChecks: 'guard-duplicate-checks',
    };
    const policy = definePolicy({
      guard: Object.fromEntries(Object.keys(names).map((measure) => [measure, alerts])),
    });
    const log = Object.keys(names).map((measure) => passed(0, measure, { measure }));
    expect(stepsOf(log, policy).map((step) => step?.alert?.rule)).toEqual(Object.values(names));
  });
});
