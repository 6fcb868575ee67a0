import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/index.ts';
import { PRESETS, smallBusiness } from '../../src/policy/presets/index.ts';
import { createWorld, expectWhole } from './world.ts';

const codeOf = (result: unknown): string | undefined => (result as { error?: { code: string } }).error?.code;
const holdOf = (result: unknown): string => (result as { error: { hold: string } }).error.hold;

describe('a salesperson on notice deletes twelve customers', () => {
  it.each(Object.entries(PRESETS))('%s: it does not happen, and nothing is lost', async (_, preset) => {
    const world = await createWorld({ create: { policy: preset() } });
    const ids = Array.from({ length: 12 }, (__, at) => `c-${at}`);
    for (const id of ids) await world.own(id);
    unwrap(await world.as('hr').people.giveNotice('dana', { lastDayOn: '2026-03-31', kind: 'resignation' }));
    expect(codeOf(await world.as('dana').customers.delete(ids, { reason: 'clean up' }))).toMatch(
      /^(held|blocked)$/,
    );
    expect(unwrap(await world.as('dana').customers.list()).items).toHaveLength(12);
    await expectWhole(world);
  });
});

describe('a company of two', () => {
  const ofTwo = async () => {
    const world = await createWorld({ create: { policy: smallBusiness() }, staff: [] });
    const ids = ['c-0', 'c-1', 'c-2'];
    for (const id of ids) await world.own(id, 'ada', { phone: `+86 ${id}` });
    return { world, ids };
  };

  it('holds what one of them does for the other, who releases it or not', async () => {
    const { world, ids } = await ofTwo();
    const first = await world.as('ada').customers.delete(ids, { reason: 'closed down' });
    expect(codeOf(first)).toBe('held');
    expect(codeOf(await world.as('ada').holds.release(holdOf(first), { reason: 'mine' }))).toBe('own-hold');
    unwrap(await world.as('ben').holds.deny(holdOf(first), { reason: 'they are not' }));
    expect(unwrap(await world.as('ada').customers.list()).items).toHaveLength(3);
    const second = await world.as('ada').customers.delete(ids, { reason: 'looked again: closed down' });
    const released = unwrap(await world.as('ben').holds.release(holdOf(second), { reason: 'looked, too' }));
    expect(released.items.map(({ result }) => result.ok)).toEqual([true, true, true]);
    expect(unwrap(await world.as('ada').customers.list()).items).toEqual([]);
    await expectWhole(world);
  });

  it('lets no hold of a leaver be released by the leaver', async () => {
    const { world } = await ofTwo();
    for (const id of ['b-0', 'b-1']) await world.own(id, 'ben');
    unwrap(await world.as('ada').people.giveNotice('ben', { lastDayOn: '2026-03-31', kind: 'resignation' }));
    const held = await world.as('ben').customers.delete('b-0', { reason: 'clean up' });
    expect(codeOf(held)).toBe('held');
    expect(codeOf(await world.as('ben').holds.release(holdOf(held), { reason: 'mine' }))).toBe('own-hold');
    unwrap(await world.as('ada').holds.deny(holdOf(held), { reason: 'we keep it' }));
    expect(unwrap(await world.as('ben').customers.get('b-0')).state).toBe('live');
    await expectWhole(world);
  });
});
