import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/index.ts';
import { createWorld, DAY, expectWhole } from './world.ts';

const codeOf = (result: { ok: boolean; error?: { code: string } }): string | undefined => result.error?.code;
const looser = { ownership: { maxHeld: 300 } };

describe('a policy that loosens a rule', () => {
  it('waits for a second person, who asks for the very same', async () => {
    const world = await createWorld();
    const [ada, ben] = [world.as('ada'), world.as('ben')];
    expect(unwrap(await ada.policies.adopt(looser, { reason: 'growth' }))).toMatchObject({
      status: 'awaiting-second-person',
      loosens: ['ownership.maxHeld'],
    });
    expect(unwrap(await ada.policies.current())).toMatchObject({
      number: 1,
      policy: { ownership: { maxHeld: 200 } },
    });
    expect(codeOf(await ada.policies.adopt(looser))).toBe('second-person-required');
    // Something else is not the very same: it begins anew.
    expect(unwrap(await ben.policies.adopt({ ownership: { maxHeld: 301 } })).status).toBe(
      'awaiting-second-person',
    );
    expect(unwrap(await ada.policies.adopt(looser)).status).toBe('awaiting-second-person');
    expect(unwrap(await ben.policies.adopt(looser))).toMatchObject({ status: 'adopted', loosens: [] });
    expect(unwrap(await ben.policies.current())).toMatchObject({
      number: 2,
      policy: { ownership: { maxHeld: 300 } },
    });
    await expectWhole(world);
  });

  it('that waited for more than a week has to be asked for anew', async () => {
    const world = await createWorld();
    unwrap(await world.as('ada').policies.adopt(looser));
    world.clock.advance(7 * DAY + 1);
    expect(unwrap(await world.as('ben').policies.adopt(looser)).status).toBe('awaiting-second-person');
    expect(unwrap(await world.as('ada').policies.adopt(looser)).status).toBe('adopted');
    await expectWhole(world);
  });

  it('is not confirmed by the one who asked, under whatever place, nor by somebody without the right', async () => {
    const world = await createWorld();
    unwrap(await world.as('ada').policies.adopt(looser));
    unwrap(await world.as('ben').people.delegate('ben', { to: 'ada', untilOn: '2026-12-31' }));
    expect(codeOf(await world.as('ada', { onBehalfOf: 'ben' }).policies.adopt(looser))).toBe(
      'second-person-required',
    );
    for (const who of ['boss', 'hr', 'director'])
      expect(codeOf(await world.as(who).policies.adopt(looser))).toBe('not-permitted');
    expect(codeOf(await world.service('erp').policies.adopt(looser))).toBe('not-permitted');
    expect(unwrap(await world.as('ada').policies.current()).number).toBe(1);
  });

  it('that waited while another was adopted has to be asked for anew', async () => {
    const world = await createWorld();
    const [ada, ben] = [world.as('ada'), world.as('ben')];
    unwrap(await ada.policies.adopt(looser));
    unwrap(await ben.policies.adopt({ claims: { escalateAfterWorkingDays: 1 } }));
    // The same words mean another change now: they would also set back what was just adopted.
    expect(unwrap(await ben.policies.adopt(looser)).status).toBe('awaiting-second-person');
    expect(unwrap(await ada.policies.adopt(looser)).status).toBe('adopted');
  });

  it('asked for by two at once is adopted once', async () => {
    const world = await createWorld();
    const results = await Promise.all(
      ['ada', 'ben', 'ada', 'ben'].map((who) => world.as(who).policies.adopt(looser)),
    );
    const statuses = results.map((result) => (result.ok ? result.value.status : result.error.code));
    expect(statuses.filter((status) => status === 'adopted')).toHaveLength(1);
    expect(unwrap(await world.as('ada').policies.current()).number).toBe(2);
    await expectWhole(world);
  });
});

describe('a policy that tightens', () => {
  it('is adopted by one, at once, and decides from then on', async () => {
    const world = await createWorld();
    await world.own('c-1', 'dana', { phone: '+1' });
    expect(unwrap(await world.as('ada').policies.adopt({ ownership: { maxHeld: 1 } })).status).toBe(
      'adopted',
    );
    const claim = await world.register('c-2', 'dana');
    expect(await world.as('boss').claims.approve(claim)).toEqual({
      ok: false,
      error: { code: 'holding-cap', cap: 1 },
    });
    expect(codeOf(await world.as('ada').policies.adopt({ ownership: { maxHeld: 1 } }))).toBe('unchanged');
  });

  it('and loosens something else needs two people', async () => {
    const world = await createWorld();
    const both = { ownership: { maxHeld: 1 }, followUps: { minimumLength: 1 } };
    expect(unwrap(await world.as('ada').policies.adopt(both))).toMatchObject({
      status: 'awaiting-second-person',
      loosens: ['followUps.minimumLength'],
    });
  });
});

describe('every decision', () => {
  it('pins the policy it was made under, refusals too', async () => {
    const world = await createWorld();
    await world.own('c-1', 'dana');
    await world.as('eve').customers.update('c-1', { name: 'X' });
    const first = unwrap(await world.as('ada').policies.current()).pin;
    unwrap(await world.as('ada').policies.adopt({ ownership: { maxHeld: 10 } }));
    const second = unwrap(await world.as('ada').policies.current()).pin;
    unwrap(await world.as('dana').customers.update('c-1', { name: 'Y' }));
    const { items } = unwrap(await world.as('ada').ledger.entries({ limit: 500 }));
    const pins = items.map(({ type, policy }) => [type, policy]);
    expect(pins).toContainEqual(['claim-approved', first]);
    expect(pins).toContainEqual(['update-customer', first]);
    expect(pins).toContainEqual(['customer-updated', second]);
    expect(pins[0]).toEqual(['tenant-created', '']);
    expect(first).not.toBe(second);
  });
});
