import { describe, expect, it } from 'vitest';
import { ephemeralKeys } from '../../src/adapters/node/index.ts';
import { type EntriesPage, explain, unwrap } from '../../src/index.ts';
import { createLived } from './tenant-world.ts';
import { createDisk, createWorld, DAY, expectWhole, freshStore, openWorld, type World } from './world.ts';

type Verb = (...values: unknown[]) => Promise<unknown>;

/** Arguments that pass the check of their shape, by verb. Others are tried with those of the last row. */
const CALLS: { readonly [verb: string]: readonly unknown[] } = {
  'people.hire': [{ id: 'new', name: 'New' }],
  'people.update': ['dana', { team: 'North' }],
  'people.delegate': ['dana', { to: 'eve', untilOn: '2026-05-01' }],
  'people.giveNotice': ['eve', { lastDayOn: '2026-05-01', kind: 'resignation' }],
  'customers.register': [{ name: 'Northwind' }, { id: 'c-99' }],
  'customers.update': ['c-1', { phone: '1' }],
  'customers.delete': [['c-1'], { reason: 'r' }],
  'customers.export': [{ format: 'csv' }, { write: async () => undefined }],
  'claims.approve': ['c', { reason: 'r' }],
  'ownership.transfer': [['c-1'], { to: 'eve', reason: 'r' }],
  'ownership.share': ['c-1', { with: 'eve', access: 'read' }],
  'ownership.at': ['c-1', '2026-03-03T00:00:00.000Z'],
  'followUps.record': ['c-1', { kind: 'call', text: 'spoke about the mill' }],
  'policies.adopt': [{}],
  'privacy.erase': ['c-1', { basis: 'subject-request' }],
  'ledger.export': [{ write: async () => undefined }],
  'me.contest': ['e', { statement: 'that is wrong' }],
  'guard.decide': [{ actor: 'dana', operation: 'delete', customers: 1 }],
};
const ANY: readonly unknown[] = ['c-1', { reason: 'r' }];

/** What was refused: a verb over many is, thing by thing. */
function outcomeOf(answer: unknown): unknown {
  const { items } = (answer as { value?: { items?: readonly { result: unknown }[] } }).value ?? {};
  return items?.[0]?.result ?? answer;
}

/** Calls every verb of everybody; answers what came of each. */
async function callAll(world: World): Promise<Map<string, unknown>> {
  const outcomes = new Map<string, unknown>();
  for (const who of ['ada', 'dana', 'nobody'])
    for (const [area, verbs] of Object.entries(world.as(who)))
      for (const [name, verb] of Object.entries(verbs as Record<string, Verb>)) {
        if (name === 'all') continue;
        const call = CALLS[`${area}.${name}`];
        const answers = await Promise.all(
          (call === undefined ? [ANY, [], ['c-1']] : [call]).map((input) =>
            verb(...input).catch((error: { readonly code?: string }) => error.code),
          ),
        );
        const answer = answers.find((one) => one !== 'ERR_INVALID_INPUT') ?? 'ERR_INVALID_INPUT';
        outcomes.set(`${who} ${area}.${name}`, outcomeOf(answer));
      }
  return outcomes;
}

describe('a suspended company', () => {
  it('refuses every verb to everybody alike, and its ledger stands still', async () => {
    const world = await createLived();
    const { suspendedAt } = await world.keeper.tenants.suspend('acme');
    expect(suspendedAt).toBe(world.clock.instant());
    const { size } = await world.keeper.seal('acme');
    world.clock.advance(DAY);
    const outcomes = await callAll(world);
    const refused = { ok: false, error: { code: 'tenant-suspended', since: suspendedAt } };
    const reached = [...outcomes].filter(([, outcome]) => outcome !== 'ERR_INVALID_INPUT');
    for (const [verb, outcome] of reached) expect([verb, outcome]).toEqual([verb, refused]);
    for (const verb of Object.keys(CALLS)) expect(outcomes.get(`ada ${verb}`), verb).toEqual(refused);
    expect(reached.length).toBeGreaterThan(100);
    await expect(async () => {
      for await (const customer of world.as('ada').customers.all()) expect(customer).toBeNull();
    }).rejects.toMatchObject({ code: 'ERR_REFUSED', refusal: refused.error });
    expect(await world.keeper.seal('acme')).toEqual({ size });
    expect(explain(refused.error)).toContain(suspendedAt);
    expect(explain(refused.error, 'zh-CN')).toContain('停用');
  });

  it('is passed over by sweeps, and goes on as it was', async () => {
    const world = await createWorld({ staff: ['chief', 'boss', 'dana'] });
    await world.own('c-1', 'dana');
    await world.keeper.tenants.suspend('acme');
    world.clock.advance(30 * DAY);
    expect(await world.keeper.sweep('acme')).toMatchObject({
      skipped: 'suspended',
      reminded: 0,
      examined: 0,
    });
    await world.keeper.tenants.resume('acme');
    expect(unwrap(await world.as('dana').customers.get('c-1')).owner).toBe('dana');
    expect(await world.keeper.sweep('acme')).toMatchObject({ skipped: null, reminded: 1 });
    await expectWhole(world);
  });

  it('still verifies, exports and rebuilds', async () => {
    const world = await createLived();
    await world.keeper.tenants.suspend('acme');
    await expectWhole(world);
    const files: string[] = [];
    await world.keeper.tenants.export('acme', { write: async (path) => void files.push(path) });
    expect(files).toContain('ledger/checkpoint');
    expect((await world.keeper.rebuild('acme')).restored).toBe(0);
    expect(await world.as('ada').customers.list()).toMatchObject({ error: { code: 'tenant-suspended' } });
    await expectWhole(world);
  });

  it('was told to the ledger, once however often it is asked for', async () => {
    const world = await createWorld({ staff: [] });
    const first = await world.keeper.tenants.suspend('acme');
    world.clock.advance(DAY);
    expect(await world.keeper.tenants.suspend('acme')).toEqual(first);
    await world.keeper.tenants.resume('acme');
    await world.keeper.tenants.resume('acme');
    const { items } = unwrap(await world.as('ada').ledger.entries({ limit: 100 }));
    expect(items.map(({ type }) => type).filter((type) => type.startsWith('tenant-'))).toEqual([
      'tenant-created',
      'tenant-suspended',
      'tenant-resumed',
    ]);
    await expectWhole(world);
  });

  it('is stopped in another process with its next decision, reads included', async () => {
    const disk = createDisk();
    try {
      const keeper = { keys: await disk.keys() };
      const here = await createWorld({ store: disk.open(), keeper, staff: ['chief', 'boss', 'dana'] });
      const there = openWorld({ store: disk.open(), keeper });
      await here.own('c-1', 'dana');
      unwrap(await there.as('dana').customers.get('c-1'));
      await here.keeper.tenants.suspend('acme');
      expect(await there.as('dana').customers.get('c-1')).toMatchObject({
        error: { code: 'tenant-suspended' },
      });
      expect(await there.as('ada').people.list()).toMatchObject({ error: { code: 'tenant-suspended' } });
      await here.keeper.tenants.resume('acme');
      unwrap(await there.as('dana').customers.get('c-1'));
      await there.keeper.close();
      await here.keeper.close();
    } finally {
      disk.clean();
    }
  });

  it('lets no command through that began before it was suspended', async () => {
    const world = await createWorld({ staff: ['chief', 'boss', 'dana'] });
    let granted = 0;
    for (let round = 0; round < 20; round += 1) {
      const register = (at: number) =>
        world.as('dana').customers.register({ name: 'N' }, { id: `c-${round}-${at}` });
      const before = Array.from({ length: 4 }, (_, at) => register(at));
      for (let turn = 0; turn < round * 4; turn += 1) await Promise.resolve();
      const suspending = world.keeper.tenants.suspend('acme');
      const results = await Promise.all([...before, register(4), register(5)]);
      await suspending;
      expect(await register(6)).toMatchObject({ error: { code: 'tenant-suspended' } });
      granted += results.filter(({ ok }) => ok).length;
      await world.keeper.tenants.resume('acme');
    }
    const types: string[] = [];
    for (let from: number | null = 0; from !== null; ) {
      const page: EntriesPage = unwrap(await world.as('ada').ledger.entries({ from, limit: 500 }));
      types.push(...page.items.map(({ type }) => type));
      from = page.next;
    }
    expect(types.filter((type) => type === 'claim-submitted')).toHaveLength(granted);
    types.forEach((type, at) => {
      if (type === 'tenant-suspended') expect(types[at + 1]).toBe('tenant-resumed');
    });
    expect(granted).toBeGreaterThan(0);
    expect(granted).toBeLessThan(20 * 4);
    await expectWhole(world);
  });

  it('leaves other companies at work', async () => {
    const store = freshStore();
    const keys = ephemeralKeys();
    const left = await createWorld({ store, tenant: 'left', keeper: { keys }, staff: [] });
    const right = await createWorld({ store, tenant: 'right', keeper: { keys }, staff: [] });
    await left.keeper.tenants.suspend('left');
    unwrap(await right.as('ada').people.list());
    await expect(left.keeper.tenants.suspend('nobody')).rejects.toMatchObject({ code: 'ERR_UNKNOWN_TENANT' });
  });
});
