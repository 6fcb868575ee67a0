import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unwrap } from '../../src/index.ts';
import { delaying, type StoreMethod } from '../../src/testing/index.ts';
import { createLived } from './tenant-world.ts';
import { createDisk, createWorld, type Disk, freshStore } from './world.ts';

describe('the usage of a company', () => {
  let disk: Disk;
  beforeEach(() => {
    disk = createDisk();
  });
  afterEach(() => disk.clean());

  it('says how many people, customers and entries there are', async () => {
    const world = await createWorld({ keeper: { sealAfterMs: 900 } });
    for (let at = 0; at < 7; at += 1) await world.own(`c-${at}`, at % 2 === 0 ? 'dana' : 'eve');
    await world.register('c-9');
    unwrap(await world.as('hr').people.giveNotice('finn', { lastDayOn: '2026-03-31', kind: 'resignation' }));
    unwrap(await world.as('hr').people.depart('loner'));
    const before = await world.keeper.tenants.usage('acme');
    expect(before.entries.unsealed).toBeGreaterThan(0);
    const { size } = await world.keeper.seal('acme');
    expect(await world.keeper.tenants.usage('acme')).toEqual({
      ledger: expect.stringMatching(/^l_[\w-]{22}$/),
      suspendedAt: null,
      employees: { active: 10, onNotice: 1, departed: 1 },
      customersOwned: 7,
      entries: { sealed: size, unsealed: 0 },
      kept: null,
    });
    const { suspendedAt } = await world.keeper.tenants.suspend('acme');
    expect((await world.keeper.tenants.usage('acme')).suspendedAt).toBe(suspendedAt);
  });

  it('counts what is kept by collection where that is asked for, alike on both stores', async () => {
    const measured = [];
    for (const options of [{}, { store: disk.open(), keeper: { keys: await disk.keys() } }]) {
      const { keeper } = await createLived(options);
      const { kept, entries } = await keeper.tenants.usage('acme', { documents: true });
      const of = (name: string) => kept?.documents.find(({ collection }) => collection === name)?.count;
      expect(of('customer')).toBe(21);
      expect(of('head')).toBe(1);
      expect(kept?.entries.count).toBe(entries.sealed);
      const sum = kept?.documents.reduce((bytes, one) => bytes + (one.bytes ?? 0), kept.entries.bytes ?? 0);
      expect(kept?.bytes).toBe(sum);
      expect(sum).toBeGreaterThan(50_000);
      // How often it was sealed meanwhile is a matter of time.
      const others = kept?.documents.filter(({ collection }) => collection !== 'checkpoint');
      measured.push(others?.map(({ collection, count }) => `${collection} ${count}`));
    }
    expect(measured[1]).toEqual(measured[0]);
  });

  it('is not counted by a store that cannot', async () => {
    const store = { ...freshStore(), capabilities: { durable: false, multiProcess: false } };
    const world = await createWorld({ store, staff: [] });
    expect((await world.keeper.tenants.usage('acme', { documents: true })).kept).toBeNull();
  });

  it('costs as many round trips for many customers as for few', async () => {
    let calls: StoreMethod[] = [];
    const store = delaying(freshStore(), async (method) => void calls.push(method));
    const world = await createWorld({ store });
    const cost = async (): Promise<number> => {
      calls = [];
      await world.keeper.tenants.usage('acme');
      return calls.length;
    };
    await world.own('c-0');
    await world.keeper.seal('acme');
    const few = await cost();
    for (let at = 1; at < 150; at += 1) await world.own(`c-${at}`);
    await world.keeper.seal('acme');
    expect(await cost()).toBe(few);
    expect(few).toBeLessThanOrEqual(10);
  });
});
