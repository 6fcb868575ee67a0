import { describe, expect, it } from 'vitest';
import { type FollowUpReceipt, unwrap } from '../../src/index.ts';
import { createWorld, DAY, expectWhole, HOUR, type World } from './world.ts';

async function owned(): Promise<World> {
  const world = await createWorld();
  await world.own('c-1', 'dana');
  return world;
}

const TEXTS = [
  'asked for the drawings',
  'sent the second offer',
  'visited the new plant',
  'talked about spare parts',
];

async function record(world: World, text: string, more: object = {}, who = 'dana'): Promise<FollowUpReceipt> {
  return unwrap(await world.as(who).followUps.record('c-1', { kind: 'call', text, ...more }));
}

const clockOf = async (world: World): Promise<unknown> =>
  unwrap(await world.as('ada').customers.get('c-1')).protection;

describe('a follow-up', () => {
  it.each([
    'ok',
    '好的',
    'called!!',
    '. . . . . . . . . . .',
    'a   b   c   d',
    'ok\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b',
    'ok\u3164\u3164\u3164\u3164\u3164\u3164\u3164\u3164',
    '\u{1F600}\u{1F600}\u{1F600}\u{1F600}\u{1F600}\u{1F600}\u{1F600}\u{1F600}\u{1F600}\u{1F600}',
  ])('of a word (%j) keeps nothing alive', async (text) => {
    const world = await owned();
    const before = await clockOf(world);
    world.clock.advance(DAY);
    expect(await record(world, text)).toMatchObject({ qualifies: false, unqualifiedBecause: 'too-short' });
    expect(await clockOf(world)).toEqual(before);
  });

  it.each([
    ['case', 'ASKED FOR THE DRAWINGS'],
    ['punctuation and spaces', '  asked -- for... the drawings!!'],
    ['full width', 'ａｓｋｅｄ ｆｏｒ ｔｈｅ ｄｒａｗｉｎｇｓ'],
    ['zero-width characters', 'asked\u200bfor\u200d the\ufeff draw\u00adings'],
    ['symbols', '☎ asked for the drawings ✓'],
  ])('that repeats an earlier text in other %s keeps nothing alive', async (_, again) => {
    const world = await owned();
    world.clock.advance(HOUR);
    expect(await record(world, 'asked for the drawings')).toMatchObject({
      qualifies: true,
      unqualifiedBecause: null,
    });
    const before = await clockOf(world);
    world.clock.advance(HOUR);
    expect(await record(world, again)).toMatchObject({ qualifies: false, unqualifiedBecause: 'repeated' });
    expect(await clockOf(world)).toEqual(before);
  });

  it('remembers texts that did not qualify as well, twenty of them, and forgets with a new owner', async () => {
    const world = await owned();
    await record(world, 'asked for the drawings', { at: '2026-02-01T00:00:00.000Z' });
    expect(await record(world, 'asked for the drawings')).toMatchObject({ unqualifiedBecause: 'repeated' });
    for (let at = 0; at < 20; at += 1) await record(world, `something else entirely, number ${at}`);
    expect(await record(world, 'asked for the drawings')).toMatchObject({ qualifies: true });
    await world.as('boss').ownership.transfer('c-1', { to: 'eve', reason: 'r' });
    expect(await record(world, 'asked for the drawings', {}, 'eve')).toMatchObject({ qualifies: true });
  });

  it('with evidence of its channel needs no length and may repeat', async () => {
    const world = await owned();
    for (let at = 0; at < 2; at += 1) {
      world.clock.advance(HOUR);
      expect(await record(world, 'ok', { evidence: `call-${at}` })).toMatchObject({ qualifies: true });
      expect(await clockOf(world)).toEqual({ since: world.clock.instant(), stage: 'running' });
    }
  });

  it('with the evidence of an earlier contact needs a text of its own: one message shows one contact', async () => {
    const world = await owned();
    expect(await record(world, 'ok', { evidence: 'call-1' })).toMatchObject({ qualifies: true });
    world.clock.advance(HOUR);
    expect(await record(world, 'ok', { evidence: 'call-1' })).toMatchObject({
      qualifies: false,
      unqualifiedBecause: 'too-short',
    });
    expect(await record(world, TEXTS[0] as string, { evidence: 'call-1' })).toMatchObject({
      qualifies: true,
    });
  });

  it('that is recorded more than 48 hours late moves no clock, evidence or not', async () => {
    const world = await owned();
    world.clock.advance(3 * DAY);
    const at = (hours: number, millis = 0): object => ({ at: world.clock.instant(-hours * HOUR - millis) });
    expect(await record(world, TEXTS[0] as string, { ...at(48, 1), evidence: 'id' })).toMatchObject({
      qualifies: false,
      unqualifiedBecause: 'late',
    });
    expect(await record(world, TEXTS[1] as string, at(48))).toMatchObject({ qualifies: true });
    expect(await clockOf(world)).toMatchObject({ since: world.clock.instant(-48 * HOUR) });
  });

  it('only ever extends a clock: an older contact recorded later leaves it', async () => {
    const world = await owned();
    world.clock.advance(2 * DAY);
    await record(world, TEXTS[0] as string);
    const before = await clockOf(world);
    await record(world, TEXTS[1] as string, { at: world.clock.instant(-DAY) });
    expect(await clockOf(world)).toEqual(before);
    await world.as('boss').ownership.transfer('c-1', { to: 'eve', reason: 'r' });
    await record(world, TEXTS[2] as string, { at: world.clock.instant(-HOUR) }, 'eve'); // before the new ownership
    expect(await clockOf(world)).toEqual({ since: world.clock.instant(), stage: 'running' });
  });

  it('cannot lie in the future', async () => {
    const world = await owned();
    const contact = { kind: 'call', text: TEXTS[0] as string, at: world.clock.instant(1) } as const;
    expect(await world.as('dana').followUps.record('c-1', contact)).toMatchObject({
      error: { code: 'in-the-future' },
    });
  });

  it('is recorded by those who work with the customer', async () => {
    const world = await owned();
    const who = async (id: string): Promise<boolean> =>
      (await world.as(id).followUps.record('c-1', { kind: 'visit', text: `${TEXTS[0]} by ${id}` })).ok;
    expect([
      await who('eve'),
      await who('finn'),
      await who('hr'),
      await who('boss'),
      await who('chief'),
    ]).toEqual([false, false, false, true, true]);
    unwrap(await world.as('dana').ownership.share('c-1', { with: 'eve', access: 'read' }));
    expect(await who('eve')).toBe(false);
    unwrap(
      await world.as('dana').ownership.share('c-1', { with: 'eve', access: 'write', untilOn: '2026-03-02' }),
    );
    expect(await who('eve')).toBe(true);
    world.clock.advance(DAY);
    expect(await who('eve')).toBe(false);
  });

  it('is told to the team view of the supervisor, with what is overdue, and to nobody else', async () => {
    const world = await owned(); // Monday 2 March
    await world.own('c-2', 'eve');
    await record(world, TEXTS[0] as string);
    world.clock.advance(DAY);
    await record(world, TEXTS[1] as string);
    await record(world, TEXTS[2] as string);
    world.clock.advance(2 * DAY + HOUR);
    const team = unwrap(await world.as('boss').followUps.team());
    expect(team).toMatchObject([
      { employee: 'dana', contactsToday: 0, contactsThisWeek: 3, overdue: [] },
      {
        employee: 'eve',
        contactsToday: 0,
        contactsThisWeek: 0,
        overdue: [{ customer: 'c-2', owner: 'eve' }],
      },
    ]);
    expect(unwrap(await world.as('dana').followUps.team())).toEqual([]);
    expect(unwrap(await world.as('eve').followUps.due()).map(({ customer }) => customer)).toEqual(['c-2']);
    expect(unwrap(await world.as('dana').followUps.due())).toEqual([]);
    world.clock.set('2026-03-09T08:00:00.000Z');
    expect(unwrap(await world.as('boss').followUps.team())[0]).toMatchObject({ contactsThisWeek: 0 });
  });
});

describe('silence', () => {
  it('is reminded of after three days, told to the supervisor after seven, once each', async () => {
    const world = await owned();
    const at = async (millis: number): Promise<unknown> => {
      world.clock.set(new Date(Date.parse('2026-03-02T08:00:00.000Z') + millis).toISOString());
      const { reminded, escalated } = await world.keeper.sweep('acme');
      return [reminded, escalated];
    };
    expect(await at(3 * DAY - 1)).toEqual([0, 0]);
    expect(await at(3 * DAY)).toEqual([1, 0]);
    expect(await at(3 * DAY)).toEqual([0, 0]);
    expect(await at(7 * DAY - 1)).toEqual([0, 0]);
    expect(await at(7 * DAY)).toEqual([0, 1]);
    expect(await at(7 * DAY)).toEqual([0, 0]);
    expect(await at(300 * DAY)).toEqual([0, 0]);
    const history = unwrap(await world.as('boss').customers.history('c-1'));
    expect(history.filter(({ type }) => type.startsWith('follow-up-'))).toMatchObject([
      { type: 'follow-up-reminded', by: 'system', data: { owner: 'dana', told: 'dana' } },
      { type: 'follow-up-escalated', by: 'system', data: { owner: 'dana', told: 'boss' } },
    ]);
    await expectWhole(world);
  });

  it('long unswept is reminded of and escalated at once', async () => {
    const world = await owned();
    world.clock.advance(30 * DAY);
    expect(await world.keeper.sweep('acme')).toMatchObject({ reminded: 1, escalated: 1, failed: [] });
  });

  it('begins anew with a contact that qualifies, not with one that does not', async () => {
    const world = await owned();
    world.clock.advance(3 * DAY);
    await world.keeper.sweep('acme');
    await record(world, 'ok');
    expect(await clockOf(world)).toMatchObject({ stage: 'reminded' });
    await record(world, TEXTS[0] as string);
    expect(await clockOf(world)).toEqual({ since: world.clock.instant(), stage: 'running' });
    world.clock.advance(3 * DAY);
    expect(await world.keeper.sweep('acme')).toMatchObject({ reminded: 1 });
  });

  it('counts working days where the policy says so', async () => {
    const world = await createWorld({ create: { policy: { followUps: { workingDays: true } } } });
    world.clock.set('2026-03-06T08:00:00.000Z'); // Friday
    await world.own('c-1', 'dana');
    world.clock.set('2026-03-11T07:59:59.999Z');
    expect(await world.keeper.sweep('acme')).toMatchObject({ reminded: 0 });
    world.clock.set('2026-03-11T08:00:00.000Z');
    expect(await world.keeper.sweep('acme')).toMatchObject({ reminded: 1 });
  });

  it('that was due late on a working day is not overlooked on the day off that follows', async () => {
    const world = await createWorld({ create: { policy: { followUps: { workingDays: true } } } });
    world.clock.set('2026-03-03T22:15:00.000Z'); // Tuesday night: due on Friday night
    await world.own('c-1', 'dana');
    world.clock.set('2026-03-06T22:14:59.999Z');
    expect(await world.keeper.sweep('acme')).toMatchObject({ reminded: 0 });
    world.clock.set('2026-03-07T08:00:00.000Z'); // Saturday morning
    expect(await world.keeper.sweep('acme')).toMatchObject({ reminded: 1 });
  });

  it('of an owner without a manager is told to nobody, and still on record', async () => {
    const world = await createWorld();
    await world.own('c-1', 'loner');
    world.clock.advance(8 * DAY);
    expect(await world.keeper.sweep('acme')).toMatchObject({ reminded: 1, escalated: 1 });
    const history = unwrap(await world.as('ada').customers.history('c-1'));
    expect(history.at(-1)).toMatchObject({ type: 'follow-up-escalated', data: { told: null } });
  });
});

describe('a follow-up that is backdated after the warning', () => {
  it('is shown as such', async () => {
    const world = await owned();
    world.clock.advance(3 * DAY + HOUR);
    await world.keeper.sweep('acme');
    const receipt = await record(world, TEXTS[0] as string, { at: world.clock.instant(-DAY) });
    expect(receipt).toMatchObject({ qualifies: true, afterReminder: true });
    const { items } = unwrap(await world.as('boss').followUps.list('c-1'));
    expect(items[0]).toMatchObject({
      afterReminder: true,
      at: world.clock.instant(-DAY),
      recordedAt: world.clock.instant(),
    });
    expect(await record(world, TEXTS[1] as string)).toMatchObject({ afterReminder: false });
  });
});

describe('a list of follow-ups', () => {
  it('has them latest first, page by page, by when they happened', async () => {
    const world = await owned();
    for (let at = 0; at < 7; at += 1) {
      world.clock.advance(HOUR);
      await record(
        world,
        `note number ${at} of a longer talk`,
        at % 2 === 0 ? {} : { at: world.clock.instant(-HOUR / 2) },
      );
    }
    const times: string[] = [];
    for (let after: string | null = null; ; ) {
      const page: { items: readonly { at: string }[]; next: string | null } = unwrap(
        await world.as('dana').followUps.list('c-1', { limit: 3, after }),
      );
      times.push(...page.items.map(({ at }) => at));
      if (page.next === null) break;
      after = page.next;
    }
    expect(times).toHaveLength(7);
    expect(times).toEqual(times.toSorted().reverse());
  });
});
