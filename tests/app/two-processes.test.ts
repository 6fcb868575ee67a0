import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unwrap } from '../../src/index.ts';
import { manyProcesses } from '../stores/under-test.ts';
import { type Rival, startRival } from './start-rival.ts';
import { createDisk, createWorld, type Disk, expectWhole, type World } from './world.ts';

const LONG = process.env.LONG === '1';

describe.skipIf(!manyProcesses)('two processes on the same data', () => {
  let disk: Disk;
  let world: World;
  let rival: Rival;

  beforeAll(async () => {
    disk = createDisk();
    // The races move customers by the dozen; the guard has races of its own.
    const policy = { guard: { ownerChanges: { mode: 'observe' } } } as const;
    world = await createWorld({
      store: disk.open(),
      keeper: { keys: await disk.keys() },
      create: { policy },
    });
    rival = await startRival(disk);
  });
  afterAll(async () => {
    await rival.end();
    await world.keeper.close();
    disk.clean();
  });

  const code = (result: unknown): string => {
    const { ok, error } = result as { ok: boolean; error?: { code: string } };
    return ok ? 'done' : (error?.code ?? JSON.stringify(result));
  };
  const moved = (result: unknown): string =>
    code((result as { value: { items: { result: unknown }[] } }).value.items[0]?.result);

  it('a right that was taken away is gone in the other at once, in both directions', async () => {
    for (let round = 0; round < (LONG ? 300 : 15); round += 1) {
      const id = `r-${round}`;
      unwrap(await world.as('ada').people.update('dana', { managerId: 'boss' }));
      await world.own(id, 'dana');
      // The other process sees it, so that whatever it caches is warm.
      expect(code(await rival.call('dana', 'customers', 'update', id, { industry: 'a' }))).toBe('done');
      expect(moved(await world.as('boss').ownership.transfer(id, { to: 'eve', reason: 'r' }))).toBe('done');
      expect(code(await rival.call('dana', 'customers', 'update', id, { industry: 'b' }))).toBe(
        'not-permitted',
      );
      expect(moved(await rival.call('boss', 'ownership', 'transfer', id, { to: 'dana', reason: 'r' }))).toBe(
        'done',
      );
      expect(code(await world.as('eve').customers.update(id, { industry: 'c' }))).toBe('not-permitted');
      const manager = round % 2 === 0 ? 'lead' : 'chief';
      unwrap(await world.as('ada').people.update('dana', { managerId: manager }));
      const other = 'boss';
      expect(moved(await rival.call(other, 'ownership', 'release', id, { reason: 'r' }))).toBe(
        'not-permitted',
      );
      expect(moved(await rival.call(manager, 'ownership', 'release', id, { reason: 'r' }))).toBe('done');
    }
    unwrap(await world.as('ada').people.update('dana', { managerId: 'boss' }));
    await expectWhole(world);
  });

  it('somebody hired in one acts in the other at once', async () => {
    unwrap(await world.as('ada').people.hire({ id: 'new', name: 'New', managerId: 'boss' }));
    expect(code(await rival.call('new', 'customers', 'list'))).toBe('done');
    expect(code(await rival.call('ada', 'people', 'hire', { id: 'newer', name: 'Newer' }))).toBe('done');
    expect((await world.as('newer').customers.list()).ok).toBe(true);
  });

  it('racing for one customer leave one owner, and what both were told is what happened', async () => {
    for (let round = 0; round < (LONG ? 200 : 12); round += 1) {
      const id = `x-${round}`;
      const claim = await world.register(id, 'dana');
      const approvals = await Promise.all([
        world.as('boss').claims.approve(claim),
        rival.call('chief', 'claims', 'approve', claim),
        rival.call('ada', 'claims', 'reject', claim),
        world.as('dana').claims.withdraw(claim),
      ]);
      const done = approvals.map(code);
      expect(done.filter((one) => one === 'done')).toHaveLength(1);
      expect(done.toSorted()).toEqual(['claim-decided', 'claim-decided', 'claim-decided', 'done']);
      if (done[0] !== 'done' && done[1] !== 'done') continue;
      const moves = await Promise.all([
        world.as('boss').ownership.transfer(id, { to: 'eve', reason: 'r' }),
        rival.call('boss', 'ownership', 'transfer', id, { to: 'finn', reason: 'r' }),
        world.as('dana').ownership.release(id, { reason: 'r' }),
        rival.call('ada', 'people', 'update', 'finn', { team: `t-${round}` }),
      ]);
      const [toEve, toFinn, released] = moves.slice(0, 3).map(moved);
      const view = unwrap(await world.as('ada').customers.get(id));
      expect([view.owner === null, view.pool === null].filter(Boolean)).toHaveLength(1);
      // Whoever was told "done" last is who it is.
      const holders = [toEve === 'done' && 'eve', toFinn === 'done' && 'finn', released === 'done' && null];
      expect(holders).toContain(view.owner);
    }
    await expectWhole(world);
    expect(await rival.call('', 'keeper', 'verify')).toMatchObject({ status: 'ok', findings: [] });
  });

  it('filling one employee’s hands from both sides fill them to the bound and no further', async () => {
    unwrap(await world.as('ada').people.hire({ id: 'full', name: 'Full', managerId: 'boss' }));
    unwrap(await world.as('ada').policies.adopt({ ownership: { maxHeld: 20 } }));
    const claims: string[] = [];
    for (let at = 0; at < 32; at += 1) claims.push(await world.register(`f-${at}`, 'full'));
    const answers = await Promise.all(
      claims.flatMap((claim, at) =>
        at % 2 === 0
          ? [world.as('boss').claims.approve(claim)]
          : [rival.call('chief', 'claims', 'approve', claim)],
      ),
    );
    const codes = answers.map(code);
    expect(codes.filter((one) => one === 'done')).toHaveLength(20);
    expect(codes.filter((one) => one === 'holding-cap')).toHaveLength(12);
    await expectWhole(world);
  });
});
