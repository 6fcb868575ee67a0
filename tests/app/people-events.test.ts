import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/index.ts';
import { createDisk, createWorld, DAY, expectWhole, openWorld, type World } from './world.ts';

const codeOf = (result: unknown): string | undefined => (result as { error?: { code: string } }).error?.code;
const NOTICE = { lastDayOn: '2026-03-31', kind: 'resignation' } as const;
const leave = async (world: World, who: string): Promise<void> => {
  unwrap(await world.as('hr').people.giveNotice(who, NOTICE));
};
const toldOf = async (world: World, type: string): Promise<unknown[]> => {
  const { items } = unwrap(await world.as('ada').ledger.entries({ limit: 500 }));
  return items.filter((entry) => entry.type === type).map(({ data }) => data.told);
};

describe('a notice', () => {
  it('shows with its day and kind, keeps rights, and is moved or withdrawn by HR', async () => {
    const world = await createWorld();
    await leave(world, 'dana');
    const hr = world.as('hr').people;
    expect(unwrap(await hr.get('dana'))).toMatchObject({
      status: 'on_notice',
      notice: { kind: 'resignation', lastDayOn: '2026-03-31' },
      episode: 1,
      departedAt: null,
    });
    expect(codeOf(await hr.giveNotice('dana', NOTICE))).toBe('unchanged');
    unwrap(await hr.giveNotice('dana', { ...NOTICE, lastDayOn: '2026-04-30' }));
    expect(unwrap(await hr.get('dana')).notice?.lastDayOn).toBe('2026-04-30');
    unwrap(await world.as('dana').customers.register({ name: 'N' }, { id: 'c-1' }));
    unwrap(await hr.withdrawNotice('dana'));
    expect(unwrap(await hr.get('dana'))).toMatchObject({ status: 'active', notice: null });
    expect(codeOf(await hr.withdrawNotice('dana'))).toBe('not-on-notice');
    await expectWhole(world);
  });

  it('is no business of colleagues: they see neither that somebody is to leave nor how', async () => {
    const world = await createWorld();
    await leave(world, 'dana');
    const seen = async (who: string) => {
      const { status, notice } = unwrap(await world.as(who).people.get('dana'));
      const listed = unwrap(await world.as(who).people.list({ limit: 500 })).items.find(
        ({ id }) => id === 'dana',
      );
      expect(listed).toMatchObject({ status, notice });
      return [status, notice?.kind ?? null];
    };
    for (const who of ['eve', 'finn', 'lead', 'auditor']) expect(await seen(who)).toEqual(['active', null]);
    for (const who of ['dana', 'boss', 'chief', 'hr', 'ada'])
      expect(await seen(who)).toEqual(['on_notice', 'resignation']);
    unwrap(await world.as('hr').people.depart('dana'));
    expect(await seen('eve')).toEqual(['departed', null]);
  });

  it('is refused for a day that is over, for nobody, and without the right; each refusal is an entry', async () => {
    const world = await createWorld();
    const give = (who: string, id: string, more = {}) =>
      world.as(who).people.giveNotice(id, { ...NOTICE, ...more });
    expect(codeOf(await give('hr', 'dana', { lastDayOn: '2026-03-01' }))).toBe('last-day-over');
    expect(codeOf(await give('hr', 'nobody'))).toBe('not-found');
    expect(codeOf(await give('boss', 'dana'))).toBe('not-permitted');
    await expect(give('hr', 'dana', { kind: 'fired' })).rejects.toMatchObject({ path: 'notice.kind' });
    const { items } = unwrap(await world.as('ada').ledger.entries({ limit: 500 }));
    expect(items.filter(({ type, outcome }) => type === 'give-notice' && outcome === 'refused')).toHaveLength(
      3,
    );
    expect(unwrap(await world.as('hr').people.get('dana')).status).toBe('active');
  });

  it('nobody gives, withdraws or ends their own, in person or through a stand-in', async () => {
    const world = await createWorld();
    const own = { code: 'own-record', field: 'employment' };
    const hr = world.as('hr').people;
    expect(await hr.giveNotice('hr', NOTICE)).toEqual({ ok: false, error: own });
    expect(await hr.depart('hr')).toEqual({ ok: false, error: own });
    unwrap(await world.as('ada').people.giveNotice('hr', NOTICE));
    expect(await hr.withdrawNotice('hr')).toEqual({ ok: false, error: own });
    unwrap(await world.as('dana').people.delegate('dana', { to: 'ben', untilOn: '2026-03-20' }));
    expect(await world.as('ben').people.giveNotice('dana', NOTICE)).toEqual({ ok: false, error: own });
  });

  it('moves claims that wait with the leaver on to the next above, and a withdrawal moves them back', async () => {
    const world = await createWorld();
    const claim = await world.register('c-1', 'dana');
    const waitsFor = async (): Promise<string | null> =>
      unwrap(await world.as('ada').claims.get(claim)).waitsFor;
    expect(await waitsFor()).toBe('boss');
    await leave(world, 'boss');
    expect(await waitsFor()).toBe('chief');
    expect(await world.as('boss').claims.approve(claim)).toEqual({
      ok: false,
      error: { code: 'not-permitted', needs: 'somebody who stays' },
    });
    unwrap(await world.as('hr').people.withdrawNotice('boss'));
    expect(await waitsFor()).toBe('boss');
    await leave(world, 'boss');
    unwrap(await world.as('hr').people.depart('boss'));
    expect(await waitsFor()).toBe('chief');
    // Once the chief was silent for two working days, nobody above is left but administrators.
    world.clock.advance(3 * DAY);
    expect(await world.keeper.sweep('acme')).toMatchObject({ claimsEscalated: 1 });
    expect(await waitsFor()).toBe(null);
    unwrap(await world.as('ada').claims.approve(claim));
    await expectWhole(world);
  });

  it('lets a leaver decide no claim by capability, nor through whoever stands in for them', async () => {
    const world = await createWorld();
    const claim = await world.register('c-1', 'dana');
    await leave(world, 'director');
    expect(codeOf(await world.as('director').claims.approve(claim))).toBe('not-permitted');
    unwrap(await world.as('boss').people.delegate('boss', { to: 'finn', untilOn: '2026-03-20' }));
    await leave(world, 'boss');
    expect(codeOf(await world.as('finn').claims.approve(claim))).toBe('not-permitted');
    unwrap(await world.as('chief').claims.approve(claim));
  });

  it('sends reminders and escalations past the leaver', async () => {
    const world = await createWorld();
    await world.own('c-1', 'dana');
    await leave(world, 'dana');
    await leave(world, 'boss');
    world.clock.advance(3 * DAY);
    expect(await world.keeper.sweep('acme')).toMatchObject({ reminded: 1 });
    world.clock.advance(4 * DAY);
    expect(await world.keeper.sweep('acme')).toMatchObject({ escalated: 1 });
    const { items } = unwrap(await world.as('ada').ledger.entries({ limit: 500 }));
    const chief = items.filter(({ type }) => type === 'employee-hired')[2]?.subjects[0];
    expect(await toldOf(world, 'follow-up-reminded')).toEqual([chief]);
    expect(await toldOf(world, 'follow-up-escalated')).toEqual([chief]);
  });

  it('suspends what was delegated to the leaver, and takes no new delegation', async () => {
    const world = await createWorld();
    await world.own('c-1', 'finn', { phone: '1' });
    unwrap(await world.as('finn').people.delegate('finn', { to: 'dana', untilOn: '2026-04-20' }));
    const seen = async (): Promise<unknown> => unwrap(await world.as('dana').customers.get('c-1')).relation;
    expect(await seen()).toBe('owner');
    await leave(world, 'dana');
    expect(await seen()).toBe('other');
    expect(codeOf(await world.as('dana', { onBehalfOf: 'finn' }).customers.get('c-1'))).toBe('no-delegation');
    expect(codeOf(await world.as('eve').people.delegate('eve', { to: 'dana', untilOn: '2026-04-20' }))).toBe(
      'receiver-leaving',
    );
    unwrap(await world.as('hr').people.withdrawNotice('dana'));
    expect(await seen()).toBe('owner');
  });
});

describe('a departure', () => {
  it('makes an unknown actor of the leaver, with or without a notice before', async () => {
    const world = await createWorld();
    unwrap(await world.as('hr').people.noShow('finn'));
    await leave(world, 'dana');
    unwrap(await world.as('hr').people.depart('dana'));
    for (const gone of ['dana', 'finn']) {
      expect(await world.as(gone).people.get('eve')).toEqual({ ok: false, error: { code: 'unknown-actor' } });
      expect(unwrap(await world.as('hr').people.get(gone))).toMatchObject({
        status: 'departed',
        departedAt: world.clock.instant(),
      });
      expect(codeOf(await world.as('hr').people.depart(gone))).toBe('already-departed');
      expect(codeOf(await world.as('hr').people.giveNotice(gone, NOTICE))).toBe('already-departed');
    }
    const { items } = unwrap(await world.as('ada').ledger.entries({ limit: 500 }));
    const because = items.filter(({ type }) => type === 'employee-departed').map(({ data }) => data.because);
    expect(because).toEqual(['no_show', 'left']);
    await expectWhole(world);
  });

  it('17. a disabled account that still owns customers is seen by whom it concerns, and by nobody else', async () => {
    const world = await createWorld();
    await world.own('c-1', 'dana');
    await world.own('c-2', 'dana');
    unwrap(await world.as('hr').people.depart('dana'));
    const owned = async (who: string): Promise<unknown> => {
      const people = unwrap(await world.as(who).people.list({ limit: 500 })).items;
      return people.find(({ id }) => id === 'dana')?.owned;
    };
    expect(await owned('hr')).toBe(2);
    expect(await owned('boss')).toBe(2);
    expect(await owned('eve')).toBe(null);
    unwrap(await world.as('boss').ownership.transfer(['c-1', 'c-2'], { to: 'eve', reason: 'left' }));
    expect(await owned('hr')).toBe(0);
  });

  it('is not for the last administrator', async () => {
    const world = await createWorld();
    unwrap(await world.as('hr').people.depart('ben'));
    expect(codeOf(await world.as('hr').people.depart('ada'))).toBe('last-administrator');
    unwrap(await world.as('ada').people.update('chief', { administrator: true }));
    unwrap(await world.as('hr').people.depart('ada'));
  });
});

describe('a re-hiring', () => {
  it('begins a new episode under the old name in the ledger, with nothing of the old notice', async () => {
    const world = await createWorld();
    await world.own('c-1', 'dana');
    await leave(world, 'dana');
    expect(codeOf(await world.as('hr').people.hire({ id: 'dana', name: 'Dana' }))).toBe('already-hired');
    unwrap(await world.as('hr').people.depart('dana'));
    world.clock.advance(90 * DAY);
    unwrap(await world.as('hr').people.hire({ id: 'dana', name: 'Dana D', managerId: 'lead' }));
    expect(unwrap(await world.as('hr').people.get('dana'))).toMatchObject({
      name: 'Dana D',
      managerId: 'lead',
      status: 'active',
      episode: 2,
      notice: null,
      departedAt: null,
      hiredAt: world.clock.instant(),
      owned: 1,
    });
    expect(unwrap(await world.as('dana').customers.get('c-1')).relation).toBe('owner');
    unwrap(await world.as('hr').people.giveNotice('dana', { lastDayOn: '2026-12-31', kind: 'contract_end' }));
    expect(unwrap(await world.as('hr').people.get('dana'))).toMatchObject({
      episode: 2,
      status: 'on_notice',
    });
    await expectWhole(world);
  });

  it('never closes a loop of managers', async () => {
    const world = await createWorld();
    unwrap(await world.as('hr').people.depart('boss'));
    const hire = (managerId: string) => world.as('hr').people.hire({ id: 'boss', name: 'Boss', managerId });
    expect(codeOf(await hire('dana'))).toBe('manager-loop');
    expect(codeOf(await hire('boss'))).toBe('manager-loop');
    unwrap(await hire('chief'));
  });

  it('of an administrator is for administrators', async () => {
    const world = await createWorld();
    unwrap(await world.as('hr').people.depart('ben'));
    const again = { id: 'ben', name: 'Ben', administrator: true };
    expect(codeOf(await world.as('hr').people.hire(again))).toBe('not-permitted');
    unwrap(await world.as('ada').people.hire(again));
  });
});

it('the state of people is the same after a rebuild in a new process', async () => {
  const disk = createDisk();
  try {
    const world = await createWorld({ store: disk.open(), keeper: { keys: await disk.keys() } });
    await leave(world, 'dana');
    unwrap(await world.as('hr').people.depart('dana'));
    unwrap(await world.as('hr').people.hire({ id: 'dana', name: 'Dana', managerId: 'boss' }));
    await leave(world, 'dana');
    unwrap(await world.as('hr').people.withdrawNotice('dana'));
    await world.keeper.close();
    disk.letGo();
    const later = openWorld({ store: disk.open(), keeper: { keys: await disk.keys() } });
    expect(await later.keeper.rebuild('acme')).toMatchObject({ restored: 0, removed: 0 });
    await expectWhole(later);
    await later.keeper.close();
  } finally {
    disk.clean();
  }
});
