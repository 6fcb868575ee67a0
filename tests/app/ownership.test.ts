import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/index.ts';
import { createDisk, createWorld, DAY, expectWhole, HOUR, type World } from './world.ts';

type Moved = { readonly ok: boolean; readonly error?: { readonly code: string } };

async function transfer(world: World, who: string, id: string, to: string, more = {}): Promise<string> {
  const batch = unwrap(await world.as(who, more).ownership.transfer(id, { to, reason: 'workload' }));
  const result = batch.items[0]?.result as Moved;
  return result.ok ? 'done' : (result.error?.code ?? '');
}

async function release(world: World, who: string, id: string): Promise<string> {
  const batch = unwrap(await world.as(who).ownership.release(id, { reason: 'no need' }));
  const result = batch.items[0]?.result as Moved;
  return result.ok ? 'done' : (result.error?.code ?? '');
}

describe('a transfer', () => {
  it('is made by a supervisor of the owner or with the right to, never by the owner or a stranger', async () => {
    const world = await createWorld();
    await world.own('c-1', 'dana');
    for (const who of ['dana', 'eve', 'finn', 'lead', 'hr'])
      expect(await transfer(world, who, 'c-1', 'loner')).toBe('not-permitted');
    expect(await transfer(world, 'boss', 'c-1', 'eve')).toBe('done');
    expect(await transfer(world, 'chief', 'c-1', 'dana')).toBe('done');
    expect(await transfer(world, 'director', 'c-1', 'finn')).toBe('done');
    expect(await transfer(world, 'boss', 'c-1', 'eve')).toBe('not-permitted'); // no longer theirs
    expect(await transfer(world, 'lead', 'c-1', 'nobody')).toBe('unknown-employee');
    expect(await transfer(world, 'lead', 'c-1', 'finn')).toBe('same-owner');
    expect(await transfer(world, 'lead', 'c-404', 'finn')).toBe('not-found');
    await expectWhole(world);
  });

  it('never goes to the one who makes it, in person or in the place of the receiver', async () => {
    const world = await createWorld();
    await world.own('c-1', 'dana');
    expect(await transfer(world, 'boss', 'c-1', 'boss')).toBe('self-benefit');
    expect(await transfer(world, 'director', 'c-1', 'director')).toBe('self-benefit');
    expect(await transfer(world, 'ada', 'c-1', 'ada')).toBe('self-benefit');
    unwrap(await world.as('eve').people.delegate('eve', { to: 'boss', untilOn: '2026-12-31' }));
    expect(await transfer(world, 'boss', 'c-1', 'eve')).toBe('self-benefit');
    unwrap(await world.as('boss').people.delegate('boss', { to: 'finn', untilOn: '2026-12-31' }));
    expect(await transfer(world, 'finn', 'c-1', 'finn')).toBe('self-benefit');
    expect(await transfer(world, 'finn', 'c-1', 'boss')).toBe('self-benefit');
    expect(await transfer(world, 'finn', 'c-1', 'loner')).toBe('done');
  });

  it('never benefits the one who makes it by naming only one of the places they stand in', async () => {
    const world = await createWorld();
    await world.own('c-1', 'dana');
    unwrap(await world.as('boss').people.delegate('boss', { to: 'finn', untilOn: '2026-12-31' }));
    unwrap(await world.as('eve').people.delegate('eve', { to: 'finn', untilOn: '2026-12-31' }));
    expect(await transfer(world, 'finn', 'c-1', 'eve')).toBe('self-benefit');
    expect(await transfer(world, 'finn', 'c-1', 'eve', { onBehalfOf: 'boss' })).toBe('self-benefit');
  });

  it('records the previous owner, not the operator, and names whose place was taken', async () => {
    const world = await createWorld();
    await world.own('c-1', 'dana');
    unwrap(await world.as('boss').people.delegate('boss', { to: 'finn', untilOn: '2026-12-31' }));
    expect(await transfer(world, 'finn', 'c-1', 'eve', { onBehalfOf: 'boss' })).toBe('done');
    const history = unwrap(await world.as('eve').customers.history('c-1'));
    expect(history.at(-1)).toMatchObject({
      type: 'customer-transferred',
      by: 'finn',
      onBehalfOf: 'boss',
      data: { from: 'dana', to: 'eve', pool: null },
      values: { reason: 'workload' },
    });
    expect(await release(world, 'chief', 'c-1')).toBe('done');
    const after = unwrap(await world.as('ada').customers.history('c-1'));
    expect(after.at(-1)).toMatchObject({ by: 'chief', data: { from: 'eve', pool: 'main' } });
  });

  it('starts the clocks, whichever way the owner changed', async () => {
    const world = await createWorld();
    await world.own('c-1', 'dana');
    const since = async (): Promise<string | undefined> =>
      unwrap(await world.as('ada').customers.get('c-1')).protection?.since;
    expect(await since()).toBe(world.clock.instant());
    world.clock.advance(8 * DAY);
    await world.keeper.sweep('acme');
    expect(unwrap(await world.as('ada').customers.get('c-1')).protection?.stage).toBe('escalated');
    expect(await transfer(world, 'boss', 'c-1', 'eve')).toBe('done');
    expect(unwrap(await world.as('ada').customers.get('c-1')).protection).toEqual({
      since: world.clock.instant(),
      stage: 'running',
    });
    world.clock.advance(DAY);
    expect(await release(world, 'eve', 'c-1')).toBe('done');
    expect(unwrap(await world.as('ada').customers.get('c-1'))).toMatchObject({
      owner: null,
      pool: 'main',
      protection: null,
      ownedSince: null,
    });
    world.clock.advance(DAY);
    expect(await transfer(world, 'director', 'c-1', 'dana')).toBe('done');
    expect(await since()).toBe(world.clock.instant());
    await expectWhole(world);
  });

  it('of a batch does each by itself, and answers in the order asked', async () => {
    const world = await createWorld();
    for (const id of ['a', 'b', 'c']) await world.own(id, id === 'b' ? 'finn' : 'dana');
    const batch = unwrap(
      await world.as('boss').ownership.transfer(['a', 'b', 'x', 'c', 'a'], { to: 'eve', reason: 'r' }),
    );
    expect(batch).toMatchObject({ job: null, done: true, next: null });
    expect(batch.items.map(({ id, result }) => [id, (result as Moved).error?.code ?? 'done'])).toEqual([
      ['a', expect.stringMatching(/done|same-owner/)],
      ['b', 'not-permitted'],
      ['x', 'not-found'],
      ['c', 'done'],
      ['a', expect.stringMatching(/done|same-owner/)],
    ]);
    await expectWhole(world);
  });
});

describe('a release', () => {
  it('is for the owner or a supervisor, into a pool that exists, once', async () => {
    const world = await createWorld();
    await world.own('c-1', 'dana');
    for (const who of ['eve', 'finn', 'lead', 'director'])
      expect(await release(world, who, 'c-1')).toBe('not-permitted');
    const other = unwrap(await world.as('dana').ownership.release('c-1', { reason: 'r', pool: 'cellar' }));
    expect(other.items[0]?.result).toMatchObject({ ok: false, error: { code: 'unknown-pool' } });
    expect(await release(world, 'dana', 'c-1')).toBe('done');
    expect(await release(world, 'ada', 'c-1')).toBe('unchanged');
    expect(await release(world, 'dana', 'c-1')).not.toBe('done');
    expect(unwrap(await world.as('dana').customers.get('c-1')).relation).toBe('other');
  });
});

describe('a share', () => {
  it('lasts until its day in the zone of the company, that day included', async () => {
    const world = await createWorld({ create: { timeZone: 'Asia/Shanghai' } });
    await world.own('c-1', 'dana', { phone: '+1' });
    unwrap(
      await world.as('dana').ownership.share('c-1', { with: 'eve', access: 'read', untilOn: '2026-03-05' }),
    );
    const relation = async (instant: string): Promise<string> => {
      world.clock.set(instant);
      return unwrap(await world.as('eve').customers.get('c-1')).relation;
    };
    expect(await relation('2026-03-05T15:59:59.999Z')).toBe('collaborator'); // 23:59:59.999 in Shanghai
    expect(await relation('2026-03-05T16:00:00.000Z')).toBe('other');
  });

  it('ends with access none, and is not passed on by a collaborator', async () => {
    const world = await createWorld();
    await world.own('c-1', 'dana');
    unwrap(await world.as('boss').ownership.share('c-1', { with: 'eve', access: 'write' }));
    const passOn = await world.as('eve').ownership.share('c-1', { with: 'finn', access: 'read' });
    expect(passOn).toMatchObject({ ok: false, error: { code: 'not-permitted' } });
    unwrap(await world.as('dana').ownership.share('c-1', { with: 'eve', access: 'none' }));
    expect(unwrap(await world.as('eve').customers.get('c-1')).relation).toBe('other');
  });

  it('makes nobody owner, and a collaborator who becomes owner is one thing only', async () => {
    const world = await createWorld();
    await world.own('c-1', 'dana');
    unwrap(await world.as('dana').ownership.share('c-1', { with: 'eve', access: 'write' }));
    expect(await transfer(world, 'eve', 'c-1', 'finn')).toBe('not-permitted');
    expect(await release(world, 'eve', 'c-1')).toBe('not-permitted');
    expect(await transfer(world, 'boss', 'c-1', 'eve')).toBe('done');
    expect(unwrap(await world.as('eve').customers.get('c-1'))).toMatchObject({
      relation: 'owner',
      collaborators: [],
    });
  });

  it('to more than a hundred is refused', async () => {
    const world = await createWorld({ staff: ['chief', 'boss', 'dana'] });
    await world.own('c-1', 'dana');
    const crowd = Array.from({ length: 101 }, (_, at) => `p-${at}`);
    for (const id of crowd) unwrap(await world.as('ada').people.hire({ id, name: id }));
    for (const [at, id] of crowd.entries()) {
      const shared = await world.as('dana').ownership.share('c-1', { with: id, access: 'read' });
      expect(shared.ok).toBe(at < 100);
    }
  });
});

describe('who owned a customer then', () => {
  it('is told from the ledger at every boundary', async () => {
    const world = await createWorld();
    const t: Record<string, string> = {};
    const step = async (name: string, work: () => Promise<unknown>): Promise<void> => {
      world.clock.advance(HOUR);
      t[name] = world.clock.instant();
      await work();
    };
    let claim = '';
    await step('submitted', async () => {
      claim = await world.register('c-1');
    });
    await step('approved', () => world.as('boss').claims.approve(claim));
    await step('updated', () => world.as('dana').customers.update('c-1', { industry: 'steel' }));
    await step('transferred', () => world.as('boss').ownership.transfer('c-1', { to: 'eve', reason: 'r' }));
    await step('released', () => world.as('eve').ownership.release('c-1', { reason: 'r' }));
    await step('refused', () => world.as('eve').ownership.transfer('c-1', { to: 'finn', reason: 'r' }));
    await step('dealt', () => world.as('director').ownership.transfer('c-1', { to: 'finn', reason: 'r' }));
    const at = async (instant: string): Promise<unknown> => {
      const held = unwrap(await world.as('ada').ownership.at('c-1', instant));
      return held === null ? null : [held.owner, held.pool, held.since];
    };
    const justBefore = (instant: string | undefined): string =>
      new Date(Date.parse(instant ?? '') - 1).toISOString();
    expect(await at(justBefore(t.submitted))).toBeNull();
    expect(await at(t.submitted ?? '')).toEqual([null, null, t.submitted]);
    expect(await at(justBefore(t.approved))).toEqual([null, null, t.submitted]);
    expect(await at(t.approved ?? '')).toEqual(['dana', null, t.approved]);
    expect(await at(justBefore(t.transferred))).toEqual(['dana', null, t.approved]);
    expect(await at(t.transferred ?? '')).toEqual(['eve', null, t.transferred]);
    expect(await at(justBefore(t.released))).toEqual(['eve', null, t.transferred]);
    expect(await at(t.released ?? '')).toEqual([null, 'main', t.released]);
    expect(await at(t.refused ?? '')).toEqual([null, 'main', t.released]);
    expect(await at(justBefore(t.dealt))).toEqual([null, 'main', t.released]);
    expect(await at(t.dealt ?? '')).toEqual(['finn', null, t.dealt]);
    expect(await at('2099-01-01T00:00:00.000Z')).toEqual(['finn', null, t.dealt]);
    expect(await world.as('loner').ownership.at('c-1', t.dealt ?? '')).toMatchObject({
      error: { code: 'not-found' },
    });
  });
});

describe('sixty-four claims on a holding bound of twenty', () => {
  const race = async (world: World): Promise<void> => {
    const claims: string[] = [];
    for (let at = 0; at < 64; at += 1) claims.push(await world.register(`c-${at}`));
    const approvers = ['boss', 'chief', 'director', 'ada'];
    const results = await Promise.all(
      claims.map((claim, at) => world.as(approvers[at % 4] as string).claims.approve(claim)),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(20);
    const refusals = results.flatMap((result) => (result.ok ? [] : [result.error]));
    expect(refusals).toEqual(Array.from({ length: 44 }, () => ({ code: 'holding-cap', cap: 20 })));
    const { items } = unwrap(await world.as('dana').customers.list({ limit: 500 }));
    expect(items.filter(({ owner }) => owner === 'dana')).toHaveLength(20);
    await expectWhole(world);
    // A place that is given back can be taken once.
    const [first] = items;
    unwrap(await world.as('dana').ownership.release(first?.id ?? '', { reason: 'r' }));
    const open = claims.filter((_, at) => results[at]?.ok === false).slice(0, 4);
    const again = await Promise.all(open.map((claim) => world.as('boss').claims.approve(claim)));
    expect(again.filter(({ ok }) => ok)).toHaveLength(1);
  };
  const policy = { ownership: { maxHeld: 20 } };

  it('are approved twenty times in memory, and none is lost to a race', async () => {
    await race(await createWorld({ create: { policy }, staff: ['chief', 'boss', 'dana', 'director'] }));
  });

  it('are approved twenty times on SQLite, and none is lost to a race', async () => {
    const disk = createDisk();
    try {
      await race(
        await createWorld({
          create: { policy },
          staff: ['chief', 'boss', 'dana', 'director'],
          store: disk.open(),
          keeper: { keys: await disk.keys() },
        }),
      );
    } finally {
      disk.clean();
    }
  });

  it('bound transfers alike', async () => {
    const world = await createWorld({ create: { policy: { ownership: { maxHeld: 2 } } } });
    for (const id of ['a', 'b']) await world.own(id, 'dana');
    for (const id of ['c', 'd']) await world.own(id, 'finn');
    const batch = unwrap(await world.as('chief').ownership.transfer(['a', 'b'], { to: 'eve', reason: 'r' }));
    expect(batch.items.every(({ result }) => result.ok)).toBe(true);
    const more = unwrap(await world.as('chief').ownership.transfer(['c', 'd'], { to: 'eve', reason: 'r' }));
    expect(more.items.map(({ result }) => (result as Moved).error?.code)).toEqual([
      'holding-cap',
      'holding-cap',
    ]);
    await expectWhole(world);
  });
});
