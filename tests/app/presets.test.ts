import { describe, expect, it } from 'vitest';
import { definePolicy, unwrap } from '../../src/index.ts';
import { manufacturing, PRESETS, retail, smallBusiness } from '../../src/policy/presets/index.ts';
import { createWorld, DAY, expectWhole, HOUR } from './world.ts';

const codeOf = (result: { ok: boolean; error?: { code: string } }): string | undefined => result.error?.code;
const presets = Object.entries(PRESETS);

describe('a company that begins with a preset', () => {
  it.each(presets)('%s: registers, approves, follows up, and its ledger verifies', async (_, preset) => {
    const world = await createWorld({
      create: { policy: preset() },
      staff: ['chief', 'boss', 'dana', 'eve'],
    });
    expect(unwrap(await world.as('ada').policies.current())).toMatchObject({ number: 1, policy: preset() });
    const claim = await world.register('c-1', 'dana', { phone: '555 0100', creditLimit: 9 });
    const waiting = unwrap(await world.as('dana').customers.get('c-1'));
    expect(waiting.masked.includes('creditLimit')).toBe(!preset().visibility.claimant.includes('internal'));
    unwrap(await world.as('boss').claims.approve(claim));
    expect(unwrap(await world.as('dana').customers.get('c-1'))).toMatchObject({
      masked: [],
      profile: { phone: '555 0100' },
    });
    const stranger = unwrap(await world.as('eve').customers.get('c-1'));
    expect(stranger.profile.phone).toBeNull();
    const visit = { kind: 'visit', text: 'Went through the whole order with the buyer' } as const;
    expect(unwrap(await world.as('dana').followUps.record('c-1', visit)).qualifies).toBe(true);
    await expectWhole(world);
  });

  it('is reminded by the clock of its preset', async () => {
    const world = await createWorld({ create: { policy: manufacturing() } });
    await world.own('c-1');
    world.clock.advance(8 * DAY); // from a Monday: six working days
    expect(await world.keeper.sweep(world.tenant)).toMatchObject({ reminded: 0 });
    world.clock.advance(DAY);
    expect(await world.keeper.sweep(world.tenant)).toMatchObject({ reminded: 1 });
  });
});

describe('a company that is there already', () => {
  it('adopts a preset that loosens something by two administrators', async () => {
    const world = await createWorld();
    const [ada, ben] = [world.as('ada'), world.as('ben')];
    const asked = unwrap(await ada.policies.adopt(retail()));
    expect(asked.status).toBe('awaiting-second-person');
    expect(asked.loosens).toEqual(
      expect.arrayContaining([
        'ownership.maxHeld',
        'followUps.remindAfterDays',
        'guard.deletes',
        'handover.templates',
      ]),
    );
    expect(codeOf(await ada.policies.adopt(retail()))).toBe('second-person-required');
    // With other overrides it is another policy, and is asked for anew.
    expect(unwrap(await ben.policies.adopt(retail({ ownership: { maxHeld: 900 } }))).status).toBe(
      'awaiting-second-person',
    );
    unwrap(await ada.policies.adopt(retail()));
    expect(unwrap(await ben.policies.adopt(retail())).status).toBe('adopted');
    expect(unwrap(await ada.policies.current())).toMatchObject({ number: 2, policy: retail() });
    expect(codeOf(await ada.policies.adopt(retail()))).toBe('unchanged');
    await expectWhole(world);
  });

  it('tightens its preset by one', async () => {
    const world = await createWorld({ create: { policy: manufacturing() } });
    const tighter = manufacturing({ ownership: { maxHeld: 40 }, guard: { restoreDays: 730 } });
    expect(unwrap(await world.as('ben').policies.adopt(tighter)).status).toBe('adopted');
    await expectWhole(world);
  });

  it('keeps the policy it adopted: it lies in its ledger whole, not by the name of a preset', async () => {
    const world = await createWorld({ create: { policy: retail() } });
    const { policy } = unwrap(await world.as('ada').policies.current());
    expect(definePolicy(policy)).toEqual(policy);
    expect(JSON.stringify(policy)).toContain('newAdministrator');
  });
});

describe('a company of two', () => {
  /** Ada and Ben, both administrators, nobody else. */
  const ofTwo = () => createWorld({ create: { policy: smallBusiness() }, staff: [] });

  it('owns customers: each approves what the other registers, nobody their own', async () => {
    const world = await ofTwo();
    for (const [who, other] of [
      ['ada', 'ben'],
      ['ben', 'ada'],
    ] as const) {
      const claim = await world.register(`of-${who}`, who, { phone: '555 0100', creditLimit: 9 });
      expect(codeOf(await world.as(who).claims.approve(claim))).toBe('own-claim');
      unwrap(await world.as(other).claims.approve(claim));
      expect(unwrap(await world.as(who).customers.get(`of-${who}`))).toMatchObject({
        owner: who,
        masked: [],
      });
    }
    await expectWhole(world);
  });

  it('moves a customer from one to the other, and lets nobody take one', async () => {
    const world = await ofTwo();
    unwrap(await world.as('ada').claims.approve(await world.register('c-1', 'ben')));
    const own = unwrap(await world.as('ada').ownership.transfer('c-1', { to: 'ada', reason: 'mine now' }));
    expect(own.items[0]?.result).toMatchObject({ ok: false, error: { code: 'self-benefit' } });
    unwrap(await world.as('ben').ownership.release('c-1', { reason: 'too far away' }));
    const moved = unwrap(
      await world.as('ben').ownership.transfer('c-1', { to: 'ada', reason: 'around her corner' }),
    );
    expect(moved.items[0]?.result.ok).toBe(true);
    await expectWhole(world);
  });

  it('loosens a rule only together', async () => {
    const world = await ofTwo();
    const looser = smallBusiness({ ownership: { maxHeld: 600 } });
    expect(unwrap(await world.as('ada').policies.adopt(looser)).status).toBe('awaiting-second-person');
    expect(codeOf(await world.as('ada').policies.adopt(looser))).toBe('second-person-required');
    expect(unwrap(await world.as('ben').policies.adopt(looser)).status).toBe('adopted');
    await expectWhole(world);
  });

  it('lets the one on the road decide: a claim waits three working days', async () => {
    const world = await createWorld({
      create: { policy: smallBusiness() },
      staff: ['boss', 'dana', 'chief'],
    });
    await world.register('c-1');
    world.clock.advance(3 * DAY - HOUR);
    expect(await world.keeper.sweep(world.tenant)).toMatchObject({ claimsEscalated: 0 });
    world.clock.advance(HOUR);
    expect(await world.keeper.sweep(world.tenant)).toMatchObject({ claimsEscalated: 1 });
  });
});
