import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { ephemeralKeys } from '../../src/adapters/node/index.ts';
import { refresh } from '../../src/app/commit/refresh.ts';
import { noticeOf } from '../../src/app/delivery/notices.ts';
import type { JsonValue } from '../../src/index.ts';
import {
  createGamekeeper,
  type IntegrityAlarm,
  memoryNotifier,
  type Notice,
  type Notifier,
  type NotifyOutcome,
  publicField,
  unwrap,
} from '../../src/index.ts';
import type { Leaf } from '../../src/ledger/index.ts';
import type { Timers } from '../../src/ports/index.ts';
import { type AlertWorld, createAlertWorld } from './alert-world.ts';
import { customerProfile, DAY, expectWhole, freshStore, HOUR, MINUTE, manualClock, START } from './world.ts';

const staff = ['chief', 'boss', 'dana', 'eve', 'lead', 'finn'];
const reason = 'looked at the exports of that day';
const failed: NotifyOutcome = { status: 'failed', retryAfterMs: null };
const delivered: NotifyOutcome = { status: 'delivered' };

afterEach(() => vi.useRealTimers());

/** A notifier that answers as it is told to, and remembers every attempt. */
function scripted(answer: (notice: Notice, attempt: number) => NotifyOutcome | Promise<NotifyOutcome>) {
  const attempts: Notice[] = [];
  const notifier: Notifier = {
    specificationVersion: 'v1',
    name: 'scripted',
    types: ['alert-raised', 'alert-confirmed', 'alert-dismissed'],
    async notify(notice) {
      attempts.push(notice);
      return answer(notice, attempts.length);
    },
  };
  return {
    notifier,
    attempts,
    told: (): string[] => attempts.map(({ data, type }) => `${type} ${data.rule}`),
  };
}

/** Seals, and waits until everything due was tried. */
const sweep = (world: AlertWorld) => world.keeper.sweep('acme');

describe('what people are told', () => {
  it('is what concerns them: by relation, by pseudonym, and no more than they may see', async () => {
    const inbox = memoryNotifier();
    const world = await createAlertWorld({ staff, keeper: { notifiers: [inbox] } });
    await world.own('c-1', 'dana');
    const id = await world.raise('dana', {
      customers: ['c-1'],
      facts: { who: await world.alias('dana') },
      by: 'dana',
    });
    await sweep(world);
    const [alert, ...others] = inbox.notices.filter(({ type }) => type !== 'claim-submitted');
    expect(others).toEqual([]);
    const { pseudonym } = unwrap(await world.as('boss').alerts.get(id));
    expect(alert).toEqual({
      id,
      tenant: 'acme',
      type: 'alert-raised',
      at: START,
      index: expect.any(Number),
      audience: ['anna', 'axel', 'boss', 'rita'],
      subject: expect.stringMatching(/^[\w-]{22}$/),
      data: {
        about: 'employee',
        alert: id,
        pseudonym,
        repeats: 0,
        rule: 'mass-delete',
        severity: 'medium',
        state: 'raised',
      },
    });
    await expectWhole(world);
  });

  it('an alert about me is told by pseudonym, also once it is unmasked, and never to me or my stand-in', async () => {
    const inbox = memoryNotifier({
      types: ['alert-raised', 'alert-escalated', 'alert-unmask-requested', 'alert-resolved'],
    });
    const world = await createAlertWorld({ staff, keeper: { notifiers: [inbox] } });
    unwrap(await world.as('ada').people.delegate('dana', { to: 'axel', untilOn: '2026-04-01' }));
    const id = await world.raise('dana', { by: 'dana' });
    unwrap(await world.as('anna').alerts.unmask(id, { reason }));
    await sweep(world);
    world.clock.advance(DAY);
    await sweep(world);
    unwrap(await world.as('ada').alerts.unmask(id, { reason }));
    unwrap(await world.as('boss').alerts.confirm(id, { reason }));
    unwrap(await world.as('boss').alerts.resolve(id, { outcome: 'talk' }));
    await sweep(world);
    expect(inbox.notices.map(({ type, audience }) => [type, audience.join(' ')])).toEqual([
      ['alert-raised', 'anna boss rita'],
      // Who asked is not asked; administrators only where nobody else may agree.
      ['alert-unmask-requested', 'ada ben'],
      ['alert-escalated', 'ada anna ben boss chief rita'],
      ['alert-resolved', 'ada anna ben chief rita'],
    ]);
    expect(JSON.stringify(inbox.notices)).not.toMatch(/"(dana|axel)"/i);
    expect(JSON.stringify(inbox.notices.map(({ data }) => data))).not.toMatch(/"[ec]_/);
  });

  it('is a reminder to the owner, an escalation to the supervisor, a claim to whoever decides it next', async () => {
    const inbox = memoryNotifier();
    const world = await createAlertWorld({ staff, keeper: { notifiers: [inbox] } });
    await world.own('c-1', 'dana');
    await world.register('c-2', 'dana');
    await sweep(world);
    for (const days of [3, 4]) {
      world.clock.advance(days * DAY);
      await sweep(world);
    }
    const told = inbox.notices.map(({ type, audience, data }) => `${type} ${data.customer} ${audience}`);
    // Whether anybody heard of the first claim depends on who was faster: it was approved at once.
    expect(told.filter((text) => text !== 'claim-submitted c-1 boss')).toEqual([
      'claim-submitted c-2 boss',
      'follow-up-reminded c-1 dana',
      'claim-escalated c-2 chief',
      'follow-up-escalated c-1 boss',
      'claim-escalated c-2 ada,ben',
    ]);
  });

  it('goes to whom it concerns when it is delivered, not when it happened', async () => {
    let down = true;
    const { notifier, attempts } = scripted(() => (down ? failed : delivered));
    const world = await createAlertWorld({ staff, keeper: { notifiers: [notifier] } });
    await world.raise('dana');
    await sweep(world);
    unwrap(await world.as('ada').people.update('dana', { managerId: 'lead' }));
    down = false;
    world.clock.advance(MINUTE);
    await sweep(world);
    expect(attempts.map(({ audience }) => audience.join(' '))).toEqual([
      'anna axel boss rita',
      'anna axel lead rita',
    ]);
  });

  it('is not told to who has left', async () => {
    let down = true;
    const { notifier, attempts } = scripted(() => (down ? failed : delivered));
    const world = await createAlertWorld({ staff, keeper: { notifiers: [notifier] } });
    await world.raise('dana');
    unwrap(await world.as('ada').people.depart('anna'));
    await sweep(world);
    down = false;
    world.clock.advance(MINUTE);
    await sweep(world);
    expect(attempts.at(-1)?.audience).toEqual(['axel', 'boss', 'rita']);
  });

  it('is not told once it is settled: a claim that was decided waits for nobody', async () => {
    let down = true;
    const { notifier, attempts } = scripted(() => (down ? failed : delivered));
    const claims: Notifier = { ...notifier, types: ['claim-submitted'] };
    const world = await createAlertWorld({ staff, keeper: { notifiers: [claims] } });
    const [one, two] = [await world.register('c-1'), await world.register('c-2', 'finn')];
    await sweep(world);
    expect(new Set(attempts.map(({ data }) => data.claim))).toEqual(new Set([one, two]));
    unwrap(await world.as('boss').claims.approve(one));
    down = false;
    const before = attempts.length;
    world.clock.advance(MINUTE);
    await sweep(world);
    expect(attempts.slice(before).map(({ data }) => data.claim)).toEqual([two]);
  });
});

describe('a hold', () => {
  it('is told to the nearest supervisor, then further up and to roles; never to who asked or would gain', async () => {
    const world = await createAlertWorld({
      staff,
      keeper: { roles: { Analyst: ['holds.release'] } },
    });
    const [dana, boss, anna] = await Promise.all(['dana', 'boss', 'anna'].map(world.alias));
    const tell = async (
      type: string,
      actor: string,
      data: Record<string, JsonValue> = {},
    ): Promise<string> => {
      const leaf = {
        id: 'hold-1',
        type,
        at: START,
        actor,
        subject: [],
        data,
        outcome: 'done',
        policy: '1:x',
      };
      const notice = await noticeOf(world.session, leaf as unknown as Leaf, 1);
      expect(notice?.data.hold ?? null).toBe(
        notice === null ? null : type === 'hold-placed' ? 'hold-1' : 'hold-0',
      );
      return notice?.audience.join(' ') ?? 'nobody';
    };
    const held = { hold: 'hold-0', operation: 'delete', requester: dana as string };
    expect(await tell('hold-placed', dana as string, { beneficiary: null, operation: 'delete' })).toBe(
      'boss',
    );
    expect(await tell('hold-escalated', 'system', held)).toBe('ada anna axel ben boss chief');
    expect(await tell('hold-placed', dana as string, { beneficiary: boss as string })).toBe('chief');
    expect(await tell('hold-escalated', 'system', { ...held, beneficiary: anna as string })).toBe(
      'ada axel ben boss chief',
    );
    expect(await tell('hold-placed', 's_erp', {})).toBe('ada anna axel ben');
    for (const type of ['hold-released', 'hold-denied', 'hold-expired'])
      expect(await tell(type, boss as string, held)).toBe('dana');
    // A supervisor who stands in for who asked may not decide: the next one is told.
    unwrap(await world.as('dana').people.delegate('dana', { to: 'boss', untilOn: '2026-12-31' }));
    await refresh(world.session);
    expect(await tell('hold-placed', dana as string, {})).toBe('chief');
    // Who has left meanwhile hears nothing more.
    unwrap(await world.as('ada').people.depart('dana'));
    await refresh(world.session);
    expect(await tell('hold-expired', 'system', held)).toBe('nobody');
  });
});

describe('delivery', () => {
  it('begins when a notifier is new, and goes on where it was, in whatever process', async () => {
    const store = freshStore();
    const keys = ephemeralKeys();
    const clock = manualClock(START);
    const first = memoryNotifier({ types: ['alert-raised'] });
    const world = await createAlertWorld({ staff, store, keeper: { clock, notifiers: [first] } }, keys);
    const one = await world.raise('dana', { rule: 'one' });
    await sweep(world);
    expect(first.notices.map(({ id }) => id)).toEqual([one]);
    await world.keeper.close();
    const two = await world.raise('dana', { rule: 'two' });
    // The next process goes on, and a second notifier of its own hears of what comes from now on.
    const again = memoryNotifier({ types: ['alert-raised'] });
    const late = memoryNotifier({ name: 'late', types: ['alert-raised'] });
    const next = createGamekeeper({ profile: customerProfile, store, keys, clock, notifiers: [again, late] });
    await next.sweep('acme');
    expect(again.notices.map(({ id }) => id)).toEqual([two]);
    const three = await world.raise('dana', { rule: 'three' });
    await next.sweep('acme');
    expect(again.notices.map(({ id }) => id)).toEqual([two, three]);
    expect(late.notices.map(({ id }) => id)).toEqual([two, three]);
    await next.close();
  });

  it('starts by itself soon after a commit', async () => {
    let arrived = (_: Notice): void => undefined;
    const waiting = new Promise<Notice>((resolve) => {
      arrived = resolve;
    });
    const { notifier } = scripted((notice) => {
      arrived(notice);
      return delivered;
    });
    const world = await createAlertWorld({ staff, keeper: { notifiers: [notifier], sealAfterMs: 1 } });
    const id = await world.raise('dana');
    await world.as('boss').customers.register({ name: 'A' });
    expect((await waiting).id).toBe(id);
    await world.keeper.close();
  });

  it('ends with the keeper: what waits for another attempt is told by whoever opens the tenant next', async () => {
    const rings: (() => void)[] = [];
    const timers: Timers = {
      elapsed: () => 0,
      start(_, ring) {
        rings.push(ring);
        return { stop: () => void rings.splice(rings.indexOf(ring), 1), hold: () => undefined };
      },
    };
    const { notifier, attempts } = scripted(() => failed);
    const world = await createAlertWorld({ staff, keeper: { notifiers: [notifier], timers } });
    await world.raise('dana');
    await sweep(world);
    expect(attempts).toHaveLength(1);
    world.clock.advance(HOUR);
    await world.keeper.close();
    for (const ring of [...rings]) ring();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(attempts).toHaveLength(1);
  });

  it('keeps the order of each subject while one fails, and lets the others go on', async () => {
    let down = true;
    const { notifier, told } = scripted(({ data }) => (down && data.rule === 'one' ? failed : delivered));
    const world = await createAlertWorld({ staff, keeper: { notifiers: [notifier] } });
    await world.raise('dana', { rule: 'one' });
    await world.raise('dana', { rule: 'two' });
    await world.raise('eve', { rule: 'three' });
    await sweep(world);
    expect(told()).toEqual(['alert-raised one', 'alert-raised three']);
    await sweep(world);
    expect(told()).toHaveLength(2);
    world.clock.advance(6_000);
    await sweep(world);
    expect(told()).toEqual(['alert-raised one', 'alert-raised three', 'alert-raised one']);
    down = false;
    world.clock.advance(6 * MINUTE);
    await sweep(world);
    expect(told().slice(3)).toEqual(['alert-raised one', 'alert-raised two']);
    await sweep(world);
    expect(told()).toHaveLength(5);
  });

  it('is tried for three days at growing distances, then given up loudly; what comes after goes on', async () => {
    const alarms: IntegrityAlarm[] = [];
    const { notifier, attempts } = scripted(({ data }) => (data.rule === 'one' ? failed : delivered));
    const world = await createAlertWorld({ staff, keeper: { notifiers: [notifier] } });
    world.keeper.onAlarm((alarm) => alarms.push(alarm));
    const id = await world.raise('dana', { rule: 'one' });
    await world.raise('dana', { rule: 'two' });
    const at: number[] = [];
    for (let minute = 0; minute < 90 * 60; minute += 5) {
      const before = attempts.length;
      await sweep(world);
      if (attempts.length > before) at.push(minute);
      world.clock.advance(5 * MINUTE);
    }
    expect(attempts.filter(({ data }) => data.rule === 'one')).toHaveLength(10);
    expect(attempts.at(-1)?.data.rule).toBe('two');
    expect(at.at(-1)).toBeGreaterThan(75 * 60);
    expect(alarms).toEqual([{ tenant: 'acme', kind: 'notice-given-up', places: ['scripted', id] }]);
  });

  it('ends for good when the receiver is gone, also in the next process', async () => {
    const alarms: IntegrityAlarm[] = [];
    const { notifier, attempts } = scripted(() => ({ status: 'gone' }));
    const world = await createAlertWorld({ staff, keeper: { notifiers: [notifier] } });
    world.keeper.onAlarm((alarm) => alarms.push(alarm));
    await world.raise('dana', { rule: 'one' });
    await world.raise('dana', { rule: 'two' });
    await sweep(world);
    await sweep(world);
    expect(attempts).toHaveLength(1);
    expect(alarms).toEqual([{ tenant: 'acme', kind: 'notifier-gone', places: ['scripted'] }]);
  });

  it('does not wear out a receiver that is down: three failures end a round', async () => {
    const { notifier, attempts } = scripted(() => failed);
    const world = await createAlertWorld({ staff, keeper: { notifiers: [notifier] } });
    for (const who of ['dana', 'eve', 'boss', 'finn', 'lead']) await world.raise(who);
    await sweep(world);
    expect(attempts).toHaveLength(3);
  });

  it('waits as long as the receiver asks', async () => {
    const { notifier, attempts } = scripted((_, attempt) =>
      attempt === 1 ? { status: 'failed', retryAfterMs: HOUR } : delivered,
    );
    const world = await createAlertWorld({ staff, keeper: { notifiers: [notifier] } });
    await world.raise('dana');
    await sweep(world);
    world.clock.advance(HOUR - 1);
    await sweep(world);
    expect(attempts).toHaveLength(1);
    world.clock.advance(1);
    await sweep(world);
    expect(attempts).toHaveLength(2);
  });

  it('counts whatever is thrown or answered wrongly as a failure, and fails no command', async () => {
    const answers: (() => unknown)[] = [
      () => undefined,
      () => null,
      () => ({ status: 'done' }),
      () => ({ status: 'failed' }),
      () => ({ status: 'failed', retryAfterMs: Number.NaN }),
      () => {
        throw new Error('no');
      },
    ];
    const { notifier, attempts } = scripted(
      (_, attempt) => (answers[attempt - 1] ?? (() => delivered))() as NotifyOutcome,
    );
    const world = await createAlertWorld({ staff, keeper: { notifiers: [notifier] } });
    await world.raise('dana');
    for (let round = 0; round < answers.length + 2; round += 1) {
      await sweep(world);
      world.clock.advance(30 * HOUR);
    }
    expect(attempts).toHaveLength(answers.length + 1);
    expect(new Set(attempts.map(({ id }) => id)).size).toBe(1);
  });

  it('of two processes at once tells everything, once each while neither dies', async () => {
    const store = freshStore();
    const keys = ephemeralKeys();
    const clock = manualClock(START);
    const heard: string[] = [];
    const shared = (): Notifier => ({
      ...scripted(() => delivered).notifier,
      types: ['alert-raised'],
      async notify(notice) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        heard.push(notice.id);
        return delivered;
      },
    });
    const world = await createAlertWorld({ staff, store, keeper: { clock, notifiers: [shared()] } }, keys);
    const other = createGamekeeper({ profile: customerProfile, store, keys, clock, notifiers: [shared()] });
    await other.sweep('acme');
    const raised: string[] = [];
    for (let at = 0; at < 20; at += 1) {
      raised.push(await world.raise(at % 2 === 0 ? 'dana' : 'eve', { rule: `rule-${at}` }));
      if (at % 5 === 0) await Promise.all([world.keeper.sweep('acme'), other.sweep('acme')]);
    }
    await Promise.all([world.keeper.sweep('acme'), other.sweep('acme')]);
    await world.keeper.sweep('acme');
    expect(heard).toEqual(raised);
    await Promise.all([world.keeper.close(), other.close()]);
  });

  it('begins again where a process died: at least once, and in order per subject', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('dana', 'eve', 'finn'), { minLength: 1, maxLength: 8 }),
        fc.array(fc.constantFrom('ok', 'fail', 'die-before', 'die-after'), { minLength: 1, maxLength: 12 }),
        async (subjects, script) => {
          const store = freshStore();
          const keys = ephemeralKeys();
          const clock = manualClock(START);
          const received: Notice[] = [];
          let at = 0;
          let dead = false;
          /** Dying is a process whose writes come to nothing from then on. */
          const mortal = new Proxy(store, {
            get(target, name) {
              const method = Reflect.get(target, name) as unknown;
              if (typeof method !== 'function') return method;
              return async (...args: unknown[]): Promise<unknown> => {
                if (dead) throw new Error('dead');
                return (method as (...each: unknown[]) => Promise<unknown>).apply(target, args);
              };
            },
          });
          const notifier = (): Notifier => ({
            specificationVersion: 'v1',
            name: 'mortal',
            types: ['alert-raised'],
            async notify(notice) {
              const step = script[at++] ?? 'ok';
              if (step === 'fail') return failed;
              if (step !== 'die-before') received.push(notice);
              dead = step !== 'ok';
              return delivered;
            },
          });
          const world = await createAlertWorld(
            { staff, store, keeper: { clock, notifiers: [notifier()] } },
            keys,
          );
          await world.keeper.close();
          const raised: [string, string][] = [];
          for (const [number, who] of subjects.entries())
            raised.push([who, await world.raise(who, { rule: `rule-${number}` })]);
          for (let life = 0; life < 2 * script.length + 3; life += 1) {
            dead = false;
            const keeper = createGamekeeper({
              profile: customerProfile,
              store: mortal,
              keys,
              clock,
              notifiers: [notifier()],
            });
            await keeper.sweep('acme').catch(() => undefined);
            await keeper.close().catch(() => undefined);
            clock.advance(30 * HOUR);
          }
          const order = [...new Set(received.map(({ id }) => id))];
          for (const who of new Set(subjects)) {
            const mine = raised.filter(([subject]) => subject === who).map(([, id]) => id);
            expect(order.filter((id) => mine.includes(id))).toEqual(mine);
          }
        },
      ),
      { numRuns: process.env.LONG === '1' ? 300 : 15 },
    );
  });

  it('is refused where a name is missing or shared, or a type does not exist', () => {
    const profile = z.object({ name: publicField(z.string()) });
    const open =
      (...notifiers: Notifier[]) =>
      () =>
        createGamekeeper({ profile, notifiers });
    expect(open(memoryNotifier({ name: 'Not a name' }))).toThrow('a name');
    expect(open(memoryNotifier(), memoryNotifier())).toThrow('another one is called');
    expect(open(memoryNotifier({ types: ['alert-rised'] }))).toThrow('no type alert-rised');
  });
});
