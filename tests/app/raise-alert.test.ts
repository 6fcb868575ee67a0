import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/model/index.ts';
import { type AlertWorld, createAlertWorld, entriesOf } from './alert-world.ts';
import { expectWhole, HOUR, MINUTE } from './world.ts';

const staff = ['chief', 'boss', 'dana', 'eve'];

async function alertIn({ session }: AlertWorld, id: string): Promise<Alert> {
  const [document] = await session.store.get(session.tenant, [{ collection: 'alert', id }]);
  return session.codec.decode<Alert>(document as never);
}

async function alertEntries(world: AlertWorld): Promise<readonly string[]> {
  return (await entriesOf(world)).map(({ type }) => type).filter((type) => type.startsWith('alert-'));
}

describe('raising an alert', () => {
  it('counts it up in the open one while that cools down, and raises another afterwards', async () => {
    const world = await createAlertWorld({ staff });
    const first = await world.raise('dana');
    world.clock.advance(HOUR);
    expect(await world.raise('dana')).toBe(first);
    expect(await world.raise('dana', { rule: 'mass-export' })).not.toBe(first);
    expect(await world.raise('eve')).not.toBe(first);
    expect((await alertIn(world, first)).repeats).toBe(1);
    // Counted from when it was raised: repeating it does not keep it quiet for ever.
    world.clock.advance(23 * HOUR);
    const second = await world.raise('dana');
    expect(second).not.toBe(first);
    expect(await world.raise('dana')).toBe(second);
    await expectWhole(world);
  });

  it('makes a handful of entries of a thousand attempts, and loses none of them', async () => {
    const world = await createAlertWorld({ staff });
    const id = await world.raise('dana');
    for (let wave = 0; wave < 10; wave += 1)
      await Promise.all(Array.from({ length: 100 }, () => world.raise('dana', { by: 'dana' })));
    expect(await alertEntries(world)).toEqual(['alert-raised', 'alert-repeated']);
    expect((await alertIn(world, id)).repeats).toBe(1);
    world.clock.advance(MINUTE);
    expect((await world.keeper.sweep('acme')).repeatsFolded).toBe(1);
    expect((await world.keeper.sweep('acme')).repeatsFolded).toBe(0);
    expect((await alertIn(world, id)).repeats).toBe(1000);
    expect(await alertEntries(world)).toEqual(['alert-raised', 'alert-repeated', 'alert-repeated']);
    await expectWhole(world);
  });

  it('raises one alert, however many notice the same at once', async () => {
    const world = await createAlertWorld({ staff });
    const ids = await Promise.all(Array.from({ length: 20 }, () => world.raise('dana')));
    expect(new Set(ids).size).toBe(1);
    expect((await alertEntries(world)).filter((type) => type === 'alert-raised')).toHaveLength(1);
  });

  it('tells at once that it got worse, even within the minute', async () => {
    const world = await createAlertWorld({ staff });
    const id = await world.raise('dana', { severity: 'low' });
    await world.raise('dana', { severity: 'low' });
    await world.raise('dana', { severity: 'low' });
    expect((await alertIn(world, id)).severity).toBe('low');
    await world.raise('dana', { severity: 'critical' });
    expect(await alertIn(world, id)).toMatchObject({ severity: 'critical', repeats: 2 });
    world.clock.advance(MINUTE);
    await world.keeper.sweep('acme');
    // What was counted at a lower severity does not lower it again.
    expect(await alertIn(world, id)).toMatchObject({ severity: 'critical', repeats: 3 });
    await expectWhole(world);
  });

  it('is refused as a mistake of ours where the request makes no sense', async () => {
    const world = await createAlertWorld({ staff });
    await expect(world.raise('dana', { facts: { long: 'x'.repeat(5_000) } })).rejects.toThrow('4 KiB');
    await expect(world.raise('dana', { rule: 'Not A Rule' })).rejects.toThrow('a rule');
    expect(await alertEntries(world)).toEqual([]);
  });

  it('is rebuilt from the ledger to the same bytes', async () => {
    const world = await createAlertWorld({ staff });
    const id = await world.raise('dana');
    await world.raise('dana');
    const before = await alertIn(world, id);
    const { store, tenant } = world.session;
    await store.commit(tenant, {
      checks: [],
      adds: [],
      puts: [],
      deletes: [{ collection: 'alert', id }],
      entries: [],
    });
    await world.keeper.rebuild('acme');
    expect(await alertIn(world, id)).toEqual(before);
    await expectWhole(world);
  });
});
