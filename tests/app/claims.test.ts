import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/index.ts';
import { createWorld, DAY, expectWhole, HOUR, MINUTE, openWorld, type World } from './world.ts';

const guarded = {
  phone: '+86 138 0000 0001',
  need: 'forty lathes',
  creditLimit: 5_000_00,
  industry: 'steel',
};
const hidden = ['phone', 'need', 'orders'];

async function claimed(): Promise<{ world: World; claim: string }> {
  const world = await createWorld();
  return { world, claim: await world.register('c-1', 'dana', guarded) };
}

const codeOf = (result: { ok: boolean; error?: { code: string } }): string | undefined => result.error?.code;

describe('until a claim is approved', () => {
  it.each(['dana', 'eve', 'finn', 'loner', 'hr', 'auditor'])(
    '%s sees no contact, no commercial field and no order',
    async (somebody) => {
      const { world } = await claimed();
      const view = unwrap(await world.as(somebody).customers.get('c-1'));
      expect(view.profile.phone).toBeNull();
      expect(view.profile.need).toBeNull();
      expect(view.masked).toEqual(expect.arrayContaining(hidden));
      expect(JSON.stringify(view)).not.toContain('138 0000');
      expect(codeOf(await world.as(somebody).orders.list('c-1'))).toBe('not-permitted');
      expect(codeOf(await world.as(somebody).followUps.list('c-1'))).toBe('not-permitted');
      expect(codeOf(await world.as(somebody).customers.history('c-1'))).toBe('not-permitted');
    },
  );

  it('those who may decide see every field', async () => {
    const { world } = await claimed();
    for (const approver of ['boss', 'chief', 'director', 'ada']) {
      const view = unwrap(await world.as(approver).customers.get('c-1'));
      expect(view).toMatchObject({ relation: 'approver', masked: [], profile: guarded });
    }
  });

  it('the claimant sees no more through the delegation of an approver', async () => {
    const { world } = await claimed();
    unwrap(await world.as('boss').people.delegate('boss', { to: 'dana', untilOn: '2026-03-31' }));
    for (const onBehalfOf of [undefined, 'boss']) {
      const view = unwrap(
        await world.as('dana', onBehalfOf === undefined ? {} : { onBehalfOf }).customers.get('c-1'),
      );
      expect(view).toMatchObject({ relation: 'claimant', profile: { phone: null, need: null } });
    }
  });

  it('nobody works with the customer: no update, follow-up, transfer, release or share', async () => {
    const { world } = await claimed();
    for (const who of ['dana', 'boss', 'ada'].map((id) => world.as(id))) {
      expect(codeOf(await who.customers.update('c-1', { name: 'Other' }))).toBe('not-live');
      expect(codeOf(await who.followUps.record('c-1', { kind: 'call', text: 'talked about lathes' }))).toBe(
        'not-live',
      );
      const [moved] = unwrap(await who.ownership.transfer('c-1', { to: 'eve', reason: 'r' })).items;
      const [released] = unwrap(await who.ownership.release('c-1', { reason: 'r' })).items;
      expect([moved?.result, released?.result].map((result) => codeOf(result as never))).toEqual([
        'not-live',
        'not-live',
      ]);
      expect(codeOf(await who.ownership.share('c-1', { with: 'eve', access: 'read' }))).toBe('not-live');
    }
  });

  it('approval makes the claimant owner, starts the clock and shows the profile', async () => {
    const { world, claim } = await claimed();
    world.clock.advance(HOUR);
    expect(unwrap(await world.as('boss').claims.approve(claim, { reason: 'known lead' }))).toMatchObject({
      claim,
      status: 'approved',
    });
    expect(unwrap(await world.as('dana').customers.get('c-1'))).toMatchObject({
      state: 'live',
      relation: 'owner',
      owner: 'dana',
      pool: null,
      masked: [],
      profile: guarded,
      protection: { since: world.clock.instant(), stage: 'running' },
    });
    await expectWhole(world);
  });
});

describe('nobody decides their own claim', () => {
  const refused = async (world: World, who: string, claim: string, more = {}): Promise<void> => {
    expect(codeOf(await world.as(who, more).claims.approve(claim))).toBe('own-claim');
    expect(codeOf(await world.as(who, more).claims.reject(claim))).toBe('own-claim');
  };

  it('not in person, not even an administrator', async () => {
    const { world, claim } = await claimed();
    await refused(world, 'dana', claim);
    await refused(world, 'ada', await world.register('c-ada', 'ada'));
    await refused(world, 'director', await world.register('c-director', 'director'));
    unwrap(await world.as('ben').claims.approve((await world.as('ben').claims.list()).ok ? claim : ''));
  });

  it('not while standing in for an approver', async () => {
    const { world, claim } = await claimed();
    unwrap(await world.as('boss').people.delegate('boss', { to: 'dana', untilOn: '2026-03-31' }));
    await refused(world, 'dana', claim);
    await refused(world, 'dana', claim, { onBehalfOf: 'boss' });
  });

  it('not while standing in for the claimant, whoever else they stand in for', async () => {
    const { world, claim } = await claimed();
    unwrap(await world.as('dana').people.delegate('dana', { to: 'boss', untilOn: '2026-03-31' }));
    await refused(world, 'boss', claim);
    unwrap(await world.as('dana').people.delegate('dana', { to: 'eve', untilOn: '2026-03-31' }));
    unwrap(await world.as('boss').people.delegate('boss', { to: 'eve', untilOn: '2026-03-31' }));
    await refused(world, 'eve', claim);
    await refused(world, 'eve', claim, { onBehalfOf: 'boss' });
  });

  it('a delegation that is over keeps a supervisor from nothing', async () => {
    const { world, claim } = await claimed();
    unwrap(await world.as('dana').people.delegate('dana', { to: 'boss', untilOn: '2026-03-03' }));
    await refused(world, 'boss', claim);
    world.clock.set('2026-03-04T00:00:00.000Z');
    unwrap(await world.as('boss').claims.approve(claim));
  });

  it('a stand-in of the approver decides, and the entry says in whose place', async () => {
    const { world, claim } = await claimed();
    unwrap(await world.as('boss').people.delegate('boss', { to: 'finn', untilOn: '2026-03-02' }));
    unwrap(await world.as('finn').claims.approve(claim));
    const history = unwrap(await world.as('boss').customers.history('c-1'));
    expect(history.at(-1)).toMatchObject({ type: 'claim-approved', by: 'finn', onBehalfOf: 'boss' });
    const late = await world.register('c-2');
    world.clock.set('2026-03-03T00:00:00.000Z');
    expect(codeOf(await world.as('finn').claims.approve(late))).toBe('not-permitted');
  });

  it('not by a change of manager: nobody changes their own, and the old manager loses the right at once', async () => {
    const { world } = await claimed();
    const claim = await world.register('c-hr', 'hr');
    expect(codeOf(await world.as('hr').people.update('hr', { managerId: 'dana' }))).toBe('own-record');
    unwrap(await world.as('hr').people.update('dana', { managerId: 'lead' }));
    const danas = (await world.as('lead').claims.list()).ok
      ? unwrap(await world.as('lead').claims.list()).items
      : [];
    expect(danas.map(({ customer }) => customer)).toEqual(['c-1']);
    expect(codeOf(await world.as('boss').claims.approve(danas[0]?.id ?? ''))).toBe('not-permitted');
    unwrap(await world.as('lead').claims.approve(danas[0]?.id ?? ''));
    expect(codeOf(await world.as('hr').claims.approve(claim))).toBe('own-claim');
  });

  it('a colleague, a stranger, a service and somebody below decide nothing', async () => {
    const { world } = await claimed();
    const claim = await world.register('c-boss', 'boss');
    for (const who of ['dana', 'eve', 'finn', 'loner', 'hr'].map((id) => world.as(id)))
      expect(codeOf(await who.claims.approve(claim))).toBe('not-permitted');
    expect(codeOf(await world.service('erp').claims.approve(claim))).toBe('not-permitted');
    expect(codeOf(await world.as('eve').claims.get(claim))).toBe('not-found');
  });

  it('somebody without a manager is decided by an administrator who is not the claimant', async () => {
    const world = await createWorld();
    const claim = await world.register('c-1', 'loner');
    expect(unwrap(await world.as('loner').claims.get(claim)).waitsFor).toBeNull();
    expect(codeOf(await world.as('chief').claims.approve(claim))).toBe('not-permitted');
    unwrap(await world.as('ada').claims.approve(claim));
    const own = await world.register('c-2', 'ada');
    expect(codeOf(await world.as('ada').claims.approve(own))).toBe('own-claim');
    unwrap(await world.as('ben').claims.approve(own));
    await expectWhole(world);
  });
});

describe('a decided claim', () => {
  it('stays decided', async () => {
    const { world, claim } = await claimed();
    unwrap(await world.as('boss').claims.approve(claim));
    expect(codeOf(await world.as('boss').claims.approve(claim))).toBe('claim-decided');
    expect(codeOf(await world.as('ada').claims.reject(claim))).toBe('claim-decided');
    expect(codeOf(await world.as('dana').claims.withdraw(claim))).toBe('claim-decided');
  });

  it.each(['rejected', 'withdrawn'] as const)(
    'when %s, frees the customer to be registered anew',
    async (how) => {
      const { world, claim } = await claimed();
      if (how === 'rejected') unwrap(await world.as('boss').claims.reject(claim, { reason: 'no lead' }));
      else unwrap(await world.as('dana').claims.withdraw(claim));
      expect(codeOf(await world.as('dana').customers.get('c-1'))).toBe('not-found');
      expect(codeOf(await world.as('boss').claims.approve(claim))).toBe('claim-decided');
      const again = await world.register('c-1', 'eve', { phone: '+1' });
      unwrap(await world.as('boss').claims.approve(again));
      expect(unwrap(await world.as('eve').customers.get('c-1'))).toMatchObject({
        owner: 'eve',
        profile: { phone: '+1' },
      });
      expect(unwrap(await world.as('boss').claims.get(claim)).status).toBe(how);
      await expectWhole(world);
    },
  );

  it('a customer that is claimed or owned cannot be registered again', async () => {
    const { world, claim } = await claimed();
    const again = (): Promise<{ ok: boolean }> =>
      world.as('eve').customers.register({ name: 'X' }, { id: 'c-1' });
    expect(codeOf(await again())).toBe('already-registered');
    unwrap(await world.as('boss').claims.approve(claim));
    expect(codeOf(await again())).toBe('already-registered');
    unwrap(await world.as('dana').ownership.release('c-1', { reason: 'r' }));
    expect(codeOf(await again())).toBe('already-registered');
  });

  it('only the claimant withdraws a claim', async () => {
    const { world, claim } = await claimed();
    unwrap(await world.as('dana').people.delegate('dana', { to: 'eve', untilOn: '2026-03-31' }));
    for (const who of ['eve', 'boss', 'ada'])
      expect(codeOf(await world.as(who).claims.withdraw(claim))).toBe('not-permitted');
  });

  it('of two who decide at once, one does', async () => {
    const { world, claim } = await claimed();
    const results = await Promise.all([
      world.as('boss').claims.approve(claim),
      world.as('chief').claims.reject(claim),
      world.as('ada').claims.approve(claim),
      world.as('dana').claims.withdraw(claim),
    ]);
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(results.filter((result) => codeOf(result) === 'claim-decided')).toHaveLength(3);
    await expectWhole(world);
  });

  it('two who register one customer at once make one claim', async () => {
    const world = await createWorld();
    const results = await Promise.all(
      ['dana', 'eve', 'finn'].map((who) => world.as(who).customers.register({ name: 'X' }, { id: 'c-1' })),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(results.filter((result) => codeOf(result) === 'already-registered')).toHaveLength(2);
  });

  it('pins the policy it was made and the policy it was decided under', async () => {
    const { world, claim } = await claimed();
    const before = unwrap(await world.as('ada').policies.current()).pin;
    unwrap(await world.as('ada').policies.adopt({ claims: { escalateAfterWorkingDays: 1 } }));
    const after = unwrap(await world.as('ada').policies.current()).pin;
    expect(after).toMatch(/^2:/);
    unwrap(await world.as('boss').claims.approve(claim));
    expect(unwrap(await world.as('dana').claims.get(claim)).policy).toBe(before);
    const { items } = unwrap(await world.as('ada').ledger.entries({ customer: 'c-1' }));
    expect(items.find(({ type }) => type === 'claim-submitted')?.policy).toBe(before);
    expect(items.find(({ type }) => type === 'claim-approved')?.policy).toBe(after);
  });
});

describe('a silent approver', () => {
  const levelOf = async (world: World, claim: string) => {
    const { level, waitsFor, status } = unwrap(await world.as('dana').claims.get(claim));
    return { level, waitsFor, status };
  };

  it('is passed over after two working days, level by level, and nothing ever approves itself', async () => {
    const { world, claim } = await claimed(); // Monday 08:00
    const at = async (instant: string): Promise<unknown> => {
      world.clock.set(instant);
      await world.keeper.sweep('acme');
      return levelOf(world, claim);
    };
    expect(await at('2026-03-04T07:59:59.999Z')).toMatchObject({ level: 0, waitsFor: 'boss' });
    expect(await at('2026-03-04T08:00:00.000Z')).toMatchObject({ level: 1, waitsFor: 'chief' });
    expect(await at('2026-03-06T07:59:59.999Z')).toMatchObject({ level: 1 });
    expect(await at('2026-03-06T08:00:00.000Z')).toMatchObject({ level: 2, waitsFor: null });
    expect(await at('2036-03-06T08:00:00.000Z')).toEqual({ level: 2, waitsFor: null, status: 'submitted' });
    unwrap(await world.as('boss').claims.approve(claim)); // passed over is not disempowered
    await expectWhole(world);
  });

  it('has the working days of their own calendar: weekends, holidays and make-up days', async () => {
    const world = await createWorld({ create: { timeZone: 'Asia/Shanghai' } });
    // The boss works Tuesday to Saturday, has a holiday on Tuesday 10 March, and makes up for it on Sunday 15 March.
    const calendar = { workweek: [2, 3, 4, 5, 6], holidays: ['2026-03-10'], makeUpDays: ['2026-03-15'] };
    unwrap(await world.as('ada').people.update('boss', { calendar } as never));
    const escalatesAt = async (start: string, expected: string): Promise<void> => {
      world.clock.set(start);
      const claim = await world.register(`c-${start}`);
      world.clock.set(new Date(Date.parse(expected) - 1).toISOString());
      await world.keeper.sweep('acme');
      expect(await levelOf(world, claim)).toMatchObject({ level: 0 });
      world.clock.set(expected);
      await world.keeper.sweep('acme');
      expect(await levelOf(world, claim)).toMatchObject({ level: 1 });
      unwrap(await world.as('boss').claims.reject(claim));
    };
    await escalatesAt('2026-03-06T04:00:00.000Z', '2026-03-11T04:00:00.000Z'); // Fri: Sat, (Sun Mon Tue off), Wed
    await escalatesAt('2026-03-13T04:00:00.000Z', '2026-03-15T04:00:00.000Z'); // Fri: Sat, Sun made up
  });

  it('works by the calendar of the company when they have none, also where nobody is above', async () => {
    const world = await createWorld({
      create: { calendar: { workweek: [7], holidays: [], makeUpDays: [] } },
    });
    const claims = [await world.register('c-1', 'dana'), await world.register('c-2', 'loner')];
    world.clock.set('2026-03-15T07:59:59.999Z');
    expect((await world.keeper.sweep('acme')).claimsEscalated).toBe(0);
    world.clock.set('2026-03-15T08:00:00.000Z');
    expect((await world.keeper.sweep('acme')).claimsEscalated).toBe(2);
    expect(unwrap(await world.as('loner').claims.get(claims[1] as string)).waitsFor).toBeNull();
    world.clock.advance(100 * DAY);
    expect((await world.keeper.sweep('acme')).claimsEscalated).toBe(1);
  });

  it('escalates by the policy in force, not by the one of the claim', async () => {
    const { world, claim } = await claimed();
    unwrap(await world.as('ada').policies.adopt({ claims: { escalateAfterWorkingDays: 1 } }));
    world.clock.advance(DAY);
    expect((await world.keeper.sweep('acme')).claimsEscalated).toBe(1);
    expect(await levelOf(world, claim)).toMatchObject({ level: 1 });
  });
});

describe('lists of claims', () => {
  it('show a supervisor what waits for them, and a claimant their own', async () => {
    const world = await createWorld();
    for (let at = 0; at < 7; at += 1) {
      world.clock.advance(MINUTE);
      await world.register(`d-${at}`, 'dana');
      await world.register(`f-${at}`, 'finn');
    }
    const walk = async (who: string, mine: boolean): Promise<string[]> => {
      const found: string[] = [];
      for (let after: string | null = null; ; ) {
        const page: { items: readonly { customer: string }[]; next: string | null } = unwrap(
          await world.as(who).claims.list({ mine, limit: 3, after }),
        );
        found.push(...page.items.map(({ customer }) => customer));
        if (page.next === null) return found;
        after = page.next;
      }
    };
    const danas = Array.from({ length: 7 }, (_, at) => `d-${at}`);
    expect(await walk('boss', false)).toEqual(danas);
    expect(await walk('dana', true)).toEqual(danas);
    expect(await walk('dana', false)).toEqual([]);
    expect(await walk('ada', false)).toHaveLength(14);
    expect(await walk('finn', true)).toHaveLength(7);
  });

  it('are read from the store: a keeper opened later sees the same', async () => {
    const world = await createWorld({ keeper: {} });
    const claim = await world.register('c-1');
    expect(unwrap(await world.as('boss').claims.get(claim)).customer).toBe('c-1');
    expect(openWorld({ store: world.store }).tenant).toBe('acme');
  });
});
