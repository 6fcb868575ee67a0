import { describe, expect, it } from 'vitest';
import { ephemeralKeys } from '../../src/adapters/node/index.ts';
import { unwrap } from '../../src/index.ts';
import { createWorld, DAY, expectWhole, freshStore, type World } from './world.ts';

/** Two companies on one store under one set of keys, with the same ids in both. */
async function twins(): Promise<[World, World]> {
  const store = freshStore();
  const keys = ephemeralKeys();
  const worlds: World[] = [];
  for (const tenant of ['left', 'right']) {
    const world = await createWorld({ store, tenant, keeper: { keys } });
    for (const id of ['c-1', 'c-2', 'c-3'])
      await world.own(id, 'dana', { phone: `${tenant} ${id}`, need: tenant });
    await world.register('c-4', 'eve', { phone: `${tenant} c-4` });
    unwrap(
      await world
        .as('dana')
        .followUps.record('c-1', { kind: 'call', text: `${tenant} asked for the drawings` }),
    );
    await world.service('erp').orders.record([
      {
        id: 'o-1',
        customer: 'c-1',
        amount: { amount: tenant.length, currency: 'CNY' },
        stage: 'won',
        at: world.clock.instant(),
      },
    ]);
    worlds.push(world);
  }
  return worlds as [World, World];
}

async function everything(world: World): Promise<string> {
  const ada = world.as('ada');
  const seen: unknown[] = [];
  for await (const customer of ada.customers.all()) seen.push(customer);
  for await (const person of ada.people.all()) seen.push(person);
  seen.push(unwrap(await ada.ledger.entries({ limit: 500 })));
  for (const id of ['c-1', 'c-2', 'c-3', 'c-4']) seen.push(unwrap(await ada.customers.history(id)));
  seen.push(unwrap(await ada.claims.list()));
  seen.push(unwrap(await world.as('dana').followUps.list('c-1')), unwrap(await ada.orders.list('c-1')));
  return JSON.stringify(seen);
}

describe('two companies with the same ids', () => {
  it('see nothing of each other, whatever is read', async () => {
    const [left, right] = await twins();
    const of = { left: await everything(left), right: await everything(right) };
    expect(of.left).toContain('left c-1');
    expect(of.right).toContain('right c-1');
    expect(of.left).not.toContain('right');
    expect(of.right).not.toContain('left');
  });

  it('change nothing of each other', async () => {
    const [left, right] = await twins();
    await right.keeper.seal('right');
    const before = unwrap(await right.as('ada').ledger.checkpoint());
    unwrap(await left.as('boss').ownership.transfer(['c-1', 'c-2'], { to: 'eve', reason: 'r' }));
    unwrap(await left.as('ada').people.update('dana', { managerId: null }));
    unwrap(await left.as('ada').policies.adopt({ visibility: { owner: [] } }));
    unwrap(await left.as('ada').privacy.erase('c-3', { basis: 'court-order' }));
    unwrap(await left.as('ben').privacy.erase('c-3', { basis: 'court-order' }));
    left.clock.advance(30 * DAY);
    await left.keeper.sweep('left');
    expect(unwrap(await right.as('ada').ledger.checkpoint())).toEqual(before);
    for (const id of ['c-1', 'c-2', 'c-3'])
      expect(unwrap(await right.as('dana').customers.get(id))).toMatchObject({ owner: 'dana', masked: [] });
    await expectWhole(left);
    await expectWhole(right);
  });

  it('accept nothing of each other: claims, entries, cursors, keys, proofs', async () => {
    const [left, right] = await twins();
    const claims = unwrap(await left.as('boss').claims.list()).items;
    const foreign = claims[0]?.id ?? '';
    for (const call of [
      () => right.as('boss').claims.get(foreign),
      () => right.as('boss').claims.approve(foreign),
      () => right.as('boss').claims.reject(foreign),
      () => right.as('eve').claims.withdraw(foreign),
      () => right.as('ada').ledger.prove(foreign),
    ])
      expect(await call()).toMatchObject({ ok: false, error: { code: 'not-found' } });
    expect(unwrap(await left.as('boss').claims.get(foreign)).status).toBe('submitted');

    // A cursor of the other company is no way in: what comes is one's own, and never the other's.
    const cursors = [
      unwrap(await left.as('ada').customers.list({ limit: 1 })).next,
      unwrap(await left.as('ada').customers.list({ limit: 1, orderBy: 'name' })).next,
      unwrap(await left.as('ada').people.list({ limit: 1 })).next,
    ];
    for (const after of cursors) {
      expect(after).not.toBeNull();
      const page = unwrap(await right.as('ada').customers.list({ after }));
      expect(JSON.stringify(page)).not.toContain('left');
      for (const call of [
        () => right.as('boss').claims.list({ after }),
        () => right.as('dana').followUps.list('c-1', { after }),
        () => right.as('dana').orders.list('c-1', { after }),
        () => right.as('ada').people.list({ after }),
      ])
        expect(JSON.stringify(await call())).not.toContain('left');
    }

    unwrap(await left.as('dana').customers.update('c-1', { industry: 'x' }, { idempotencyKey: 'k' }));
    const own = unwrap(
      await right.as('dana').customers.update('c-1', { industry: 'y' }, { idempotencyKey: 'k' }),
    );
    expect(own.entry).not.toBe('');
    expect(unwrap(await right.as('dana').customers.get('c-1')).profile.industry).toBe('y');
    expect(unwrap(await left.as('dana').customers.get('c-1')).profile.industry).toBe('x');
  });

  it('keep logs under names and keys of their own, with no word of the company in them', async () => {
    const [left, right] = await twins();
    const heads = await Promise.all(
      [left, right].map(async (world) => unwrap(await world.as('ada').ledger.checkpoint())),
    );
    const origins = heads.map(({ checkpoint }) => checkpoint.split('\n')[0]);
    expect(new Set(origins).size).toBe(2);
    for (const origin of origins) expect(origin).toMatch(/^gamekeeper\/l_[\w-]{22}$/);
    expect(JSON.stringify(heads)).not.toMatch(/left|right/);
  });

  it('may each have a store of their own', async () => {
    const stores = { left: freshStore(), right: freshStore() } as Record<
      string,
      ReturnType<typeof freshStore>
    >;
    const keys = ephemeralKeys();
    const world = await createWorld({
      tenant: 'left',
      keeper: { keys, store: (tenant: string) => stores[tenant] as never },
    });
    await world.own('c-1', 'dana');
    await world.keeper.tenants.create('right', { admins: [{ id: 'ada', name: 'Ada' }] });
    expect(await stores.right?.readEntries('left' as never, { by: 'index', from: 0, limit: 1 })).toEqual([]);
    expect(await stores.left?.readEntries('right' as never, { by: 'index', from: 0, limit: 1 })).toEqual([]);
    await expectWhole(world);
    await expectWhole({ keeper: world.keeper, tenant: 'right' });
  });

  it('created at once under one id are created once', async () => {
    const world = await createWorld({ staff: [] });
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, (_, at) =>
        world.keeper.tenants.create('new', { admins: [{ id: `a-${at}`, name: 'A' }] }),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected')
        expect(result.reason).toMatchObject({ code: 'ERR_INVALID_INPUT', path: 'id' });
    await expectWhole({ keeper: world.keeper, tenant: 'new' });
  });
});

describe('a cursor of another list', () => {
  it('reaches nothing that the list does not hold', async () => {
    const world = await createWorld();
    for (let at = 0; at < 6; at += 1) await world.own(`d-${at}`, 'dana', { phone: 'DANA' });
    for (let at = 0; at < 6; at += 1) await world.own(`f-${at}`, 'finn', { phone: 'FINN' });
    for (const who of ['dana', 'finn', 'ada']) {
      for (const scope of ['mine', 'all', 'team'] as const) {
        const { next } = unwrap(await world.as(who).customers.list({ scope, limit: 2 }));
        const { items } = unwrap(await world.as('dana').customers.list({ scope: 'mine', after: next }));
        for (const { id } of items) expect(id).toMatch(/^d-/);
        const team = unwrap(await world.as('dana').customers.list({ scope: 'team', after: next }));
        expect(team.items).toEqual([]);
      }
    }
  });
});
