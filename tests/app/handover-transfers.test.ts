import { describe, expect, it } from 'vitest';
import { type MemoryTransfer, memoryTransfer, unwrap } from '../../src/index.ts';
import type { CustomerTransfer } from '../../src/ports/index.ts';
import { codeOf, createLeaving, known, leaves, signAll } from './handover-world.ts';
import { createDisk, createWorld, DAY, expectWhole, openWorld, type World } from './world.ts';

/** Customers that go through an outside channel: it is asked by the sweep, and answers in its own time. */
async function waiting(
  customers: readonly string[] = ['c-1'],
  wecom: MemoryTransfer = memoryTransfer({ name: 'wecom' }),
  more: {
    readonly transfers?: readonly CustomerTransfer[];
    readonly maxHeld?: number;
    readonly storeTimeoutMs?: number;
  } = {},
) {
  const world = await createLeaving({
    keeper: { transfers: more.transfers ?? [wecom], storeTimeoutMs: more.storeTimeoutMs ?? 10_000 },
    create: { policy: { ownership: { maxHeld: more.maxHeld ?? 200 } } },
  });
  for (const customer of customers) await world.own(customer, 'dana');
  const id = await leaves(world);
  for (const customer of customers)
    unwrap(await world.as('boss').handovers.prepare(id, customer, { fields: known(world), to: 'eve' }));
  unwrap(await world.as('boss').handovers.offer(id, customers, { channel: 'wecom' }));
  for (const { result } of unwrap(await world.as('eve').handovers.accept(id, customers)).items)
    unwrap(result);
  return { id, wecom, world };
}

const sweep = (world: World) => world.keeper.sweep('acme');
const itemOf = async (world: World, id: string, customer = 'c-1') =>
  unwrap(await world.as('hr').handovers.get(id)).items.find(
    (item) => item.kind === 'customer' && item.customer === customer,
  );
const ownerOf = async (world: World, customer = 'c-1') =>
  unwrap(await world.as('ada').customers.get(customer)).owner;
const lastKey = ({ orders }: MemoryTransfer): string => orders.at(-1)?.key ?? '';

describe('a customer that is offered through a channel', () => {
  it('waits once accepted, is asked for by the sweep, and moves when the channel says so', async () => {
    const { id, wecom, world } = await waiting();
    expect(wecom.orders).toEqual([]);
    expect(await itemOf(world, id)).toMatchObject({
      status: 'accepted',
      channel: { name: 'wecom', outcome: 'waiting' },
    });
    expect(await sweep(world)).toMatchObject({ transfersCompleted: 0, failed: [] });
    expect(wecom.orders).toMatchObject([{ tenant: 'acme', customer: 'c-1', from: 'dana', to: 'eve' }]);
    expect(await ownerOf(world)).toBe('dana');
    await sweep(world);
    expect(wecom.orders).toHaveLength(1);
    wecom.settle(lastKey(wecom), 'done');
    expect(await sweep(world)).toMatchObject({ transfersCompleted: 1, failed: [] });
    expect(await ownerOf(world)).toBe('eve');
    expect(await itemOf(world, id)).toMatchObject({ status: 'transferred', channel: { outcome: 'done' } });
    expect(await sweep(world)).toMatchObject({ transfersCompleted: 0, examined: 0 });
    expect(await signAll(world, id)).toBe(true);
    await expectWhole(world);
    await world.keeper.rebuild('acme');
    await expectWhole(world);
  });

  it.each(['refused', 'receiver_full'] as const)(
    'comes back where it is %s, and goes again as another request',
    async (end) => {
      const { id, wecom, world } = await waiting();
      await sweep(world);
      const first = lastKey(wecom);
      wecom.settle(first, end);
      expect(await sweep(world)).toMatchObject({ transfersCompleted: 1 });
      expect(await itemOf(world, id)).toMatchObject({ status: 'returned', channel: { outcome: end } });
      const alerts = unwrap(await world.as('boss').alerts.list()).items;
      expect(alerts.map(({ rule }) => rule)).toEqual(end === 'refused' ? ['handover-refused'] : []);
      unwrap(await world.as('boss').handovers.prepare(id, 'c-1', { to: 'finn' }));
      unwrap(await world.as('boss').handovers.offer(id, 'c-1', { channel: 'wecom' }));
      unwrap(await world.as('finn').handovers.accept(id, 'c-1'));
      await sweep(world);
      expect(wecom.orders.map(({ to }) => to)).toEqual(['eve', 'finn']);
      expect(lastKey(wecom)).not.toBe(first);
      wecom.settle(lastKey(wecom), 'done');
      await sweep(world);
      expect(await ownerOf(world)).toBe('finn');
    },
  );

  it('is asked about a hundred at a time, and each is carried out by itself', async () => {
    const ids = Array.from({ length: 130 }, (_, at) => `c-${at}`);
    const wecom = memoryTransfer({ name: 'wecom' });
    const asked: number[] = [];
    const counting: CustomerTransfer = {
      ...wecom,
      outcomes: (keys) => {
        asked.push(keys.length);
        return wecom.outcomes(keys);
      },
    };
    const { world } = await waiting(ids, wecom, { transfers: [counting] });
    await sweep(world);
    expect(asked).toEqual([100, 30]);
    for (const { key, customer } of wecom.orders) wecom.settle(key, customer === 'c-7' ? 'refused' : 'done');
    expect(await sweep(world)).toMatchObject({ transfersCompleted: 130, failed: [] });
    expect(unwrap(await world.as('hr').people.get('eve')).owned).toBe(129);
    await expectWhole(world);
  });

  it('moves although the receiver is full by now: what is done outside is done', async () => {
    const { wecom, world } = await waiting(['c-1', 'c-2'], undefined, { maxHeld: 2 });
    await sweep(world);
    await world.own('e-1', 'eve');
    for (const { key } of wecom.orders) wecom.settle(key, 'done');
    expect(await sweep(world)).toMatchObject({ transfersCompleted: 2, failed: [] });
    expect(unwrap(await world.as('hr').people.get('eve')).owned).toBe(3);
  });

  it('does not go to somebody who has given notice meanwhile, whatever the channel says', async () => {
    const { id, wecom, world } = await waiting(['c-1', 'c-2']);
    await sweep(world);
    await leaves(world, 'eve');
    for (const { key } of wecom.orders) wecom.settle(key, 'done');
    await sweep(world);
    expect(await ownerOf(world)).toBe('dana');
    expect(await itemOf(world, id)).toMatchObject({ status: 'returned', channel: { outcome: 'done' } });
  });

  it('is not asked for where its receiver is gone before anybody asked', async () => {
    const { id, wecom, world } = await waiting();
    await leaves(world, 'eve');
    expect(await sweep(world)).toMatchObject({ transfersCompleted: 1 });
    expect(wecom.orders).toEqual([]);
    expect((await itemOf(world, id))?.status).toBe('returned');
  });

  it('stays where somebody moved it by the ordinary ways meanwhile', async () => {
    const { id, wecom, world } = await waiting();
    await sweep(world);
    unwrap(await world.as('chief').ownership.transfer('c-1', { to: 'finn', reason: 'region' }));
    wecom.settle(lastKey(wecom), 'done');
    await sweep(world);
    expect(await ownerOf(world)).toBe('finn');
    expect(await itemOf(world, id)).toMatchObject({ status: 'transferred', to: 'finn' });
    await expectWhole(world);
  });

  it('is asked for no more once it is noted that somebody moved it', async () => {
    const { id, world } = await waiting();
    await sweep(world);
    unwrap(await world.as('chief').ownership.transfer('c-1', { to: 'finn', reason: 'region' }));
    expect(await itemOf(world, id)).toMatchObject({ status: 'transferred', to: 'finn' });
    expect((await sweep(world)).examined).toBe(0);
  });

  it('cannot be returned while the outside system is at it', async () => {
    const { id, world } = await waiting();
    const back = () => world.as('fin').handovers.return(id, 'c-1', { reason: 'a typo' });
    expect(codeOf(await back())).toBe('wrong-step');
    unwrap(await world.as('hr').handovers.complete(id, 'c-1', { outcome: 'done' }));
    unwrap(await back());
  });

  it('is not completed by what is heard of an earlier request', async () => {
    const wecom = memoryTransfer({ name: 'wecom' });
    let meanwhile = async (): Promise<void> => undefined;
    const slow: CustomerTransfer = {
      ...wecom,
      async outcomes(keys) {
        const outcomes = await wecom.outcomes(keys);
        await meanwhile();
        return outcomes;
      },
    };
    const { id, world } = await waiting(['c-1'], wecom, { transfers: [slow] });
    await sweep(world);
    wecom.settle(lastKey(wecom), 'done');
    // While the answer is under way it is completed by hand, comes back, and goes to Finn.
    meanwhile = async () => {
      unwrap(await world.as('hr').handovers.complete(id, 'c-1', { outcome: 'refused' }));
      unwrap(await world.as('boss').handovers.prepare(id, 'c-1', { to: 'finn' }));
      unwrap(await world.as('boss').handovers.offer(id, 'c-1', { channel: 'wecom' }));
      unwrap(unwrap(await world.as('finn').handovers.accept(id, 'c-1')).items[0]?.result as never);
    };
    expect(await sweep(world)).toMatchObject({ transfersCompleted: 0, failed: [] });
    expect(await ownerOf(world)).toBe('dana');
  });

  it('may be completed by hand, too; then the channel is asked no more', async () => {
    const { wecom, world, id } = await waiting();
    await sweep(world);
    unwrap(await world.as('hr').handovers.complete(id, 'c-1', { outcome: 'done' }));
    wecom.settle(lastKey(wecom), 'refused');
    expect(await sweep(world)).toMatchObject({ transfersCompleted: 0, examined: 0 });
    expect(await ownerOf(world)).toBe('eve');
  });

  it('is the host’s to complete where no channel of that name is wired', async () => {
    const { id, world } = await waiting(['c-1'], undefined, { transfers: [] });
    expect(await sweep(world)).toMatchObject({ transfersCompleted: 0, examined: 0 });
    unwrap(await world.service('wecom').handovers.complete(id, 'c-1', { outcome: 'done' }));
    expect(await ownerOf(world)).toBe('eve');
  });

  it('leaves what is no customer to the host, also through a wired channel', async () => {
    const { id, wecom, world } = await waiting();
    unwrap(await world.service('hr').handovers.report(id, [{ kind: 'group', id: 'wx-1' }]));
    const group =
      unwrap(await world.as('hr').handovers.get(id)).items.find(({ kind }) => kind === 'group')?.id ?? '';
    unwrap(await world.as('boss').handovers.prepare(id, group, { to: 'eve' }));
    unwrap(await world.as('boss').handovers.offer(id, group, { channel: 'wecom' }));
    unwrap(await world.as('eve').handovers.accept(id, group));
    await sweep(world);
    expect(wecom.orders.map(({ customer }) => customer)).toEqual(['c-1']);
    unwrap(await world.service('wecom').handovers.complete(id, group, { outcome: 'done' }));
  });
});

describe('a channel that is away', () => {
  const broken = (inner: MemoryTransfer, away: () => 'start' | 'outcomes' | 'nothing'): CustomerTransfer => ({
    ...inner,
    async start(order) {
      if (away() === 'start') throw new Error('the messenger is down');
      return inner.start(order);
    },
    async outcomes(keys) {
      if (away() === 'outcomes') throw new Error('the messenger is down');
      return inner.outcomes(keys);
    },
  });

  it.each(['start', 'outcomes'] as const)(
    'fails in the report of the sweep (%s), stops nothing else, and is asked again',
    async (what) => {
      let away: 'start' | 'outcomes' | 'nothing' = what;
      const wecom = memoryTransfer({ name: 'wecom' });
      const { world } = await waiting(['c-1', 'c-2'], wecom, { transfers: [broken(wecom, () => away)] });
      world.clock.advance(3 * DAY);
      const report = await sweep(world);
      expect(report.failed).toHaveLength(2);
      expect(report.failed[0]?.error).toMatchObject({
        message: 'channel wecom failed: see the cause',
        cause: { message: 'the messenger is down' },
      });
      expect(report.reminded).toBe(2);
      away = 'nothing';
      expect((await sweep(world)).failed).toEqual([]);
      expect(wecom.orders).toHaveLength(2);
      await expectWhole(world);
    },
  );
});

describe('a channel that does not keep its word', () => {
  const lies: readonly (readonly [string, unknown])[] = [
    ['a word of its own', ['Mr Wang, 13800138000']],
    ['an object', [{ status: 'done' }]],
    ['nothing', [null]],
    ['too few', []],
    ['no list', 'done'],
  ];

  it.each(lies)('moves nothing by %s, and writes nothing of it into the ledger', async (_, answer) => {
    const wecom = memoryTransfer({ name: 'wecom' });
    const lying = { ...wecom, outcomes: async () => answer as never };
    const { id, world } = await waiting(['c-1'], wecom, { transfers: [lying] });
    const { failed } = await sweep(world);
    expect(failed).toHaveLength(1);
    expect(String(failed[0]?.error)).toBe('Error: channel wecom gave an answer of the wrong shape');
    expect(await itemOf(world, id)).toMatchObject({ status: 'accepted', channel: { outcome: 'waiting' } });
    expect(wecom.orders).toEqual([]);
    await expectWhole(world);
  });

  it('moves nothing by a word of its own when it is asked to begin', async () => {
    const wecom = memoryTransfer({ name: 'wecom' });
    const lying = { ...wecom, start: async () => 'Mr Wang said yes' as never };
    const { id, world } = await waiting(['c-1'], wecom, { transfers: [lying] });
    expect((await sweep(world)).failed).toHaveLength(1);
    expect(await itemOf(world, id)).toMatchObject({ status: 'accepted' });
  });

  it.each(['start', 'outcomes'] as const)('holds up no sweep by never answering (%s)', async (verb) => {
    const wecom = memoryTransfer({ name: 'wecom' });
    const silent = { ...wecom, [verb]: () => new Promise<never>(() => undefined) };
    const more = { transfers: [silent], storeTimeoutMs: 20 };
    const { world } = await waiting(['c-1', 'c-2', 'c-3'], wecom, more);
    world.clock.advance(3 * DAY);
    const report = await sweep(world);
    expect(report.failed).toHaveLength(3);
    expect(String(report.failed[0]?.error)).toContain('did not answer within 60 ms');
    expect(report.reminded).toBe(3);
    await expectWhole(world);
  });
});

describe('processes', () => {
  it('that sweep at once start one reassignment and carry it out once; one that was cut off is taken up', async () => {
    const disk = createDisk();
    try {
      const keys = await disk.keys();
      const wecom = memoryTransfer({ name: 'wecom' });
      const world = await createLeaving({ store: disk.open(), keeper: { keys, transfers: [wecom] } });
      await world.own('c-1', 'dana');
      const id = await leaves(world);
      unwrap(await world.as('boss').handovers.prepare(id, 'c-1', { fields: known(world), to: 'eve' }));
      unwrap(await world.as('boss').handovers.offer(id, 'c-1', { channel: 'wecom' }));
      unwrap(await world.as('eve').handovers.accept(id, 'c-1'));
      await world.keeper.close();
      const open = async () =>
        openWorld({ store: disk.open(), keeper: { keys: await disk.keys(), transfers: [wecom] } });
      const both = [await open(), await open()];
      const all = async () => Promise.all([...both, ...both].map((each) => sweep(each)));
      await all();
      expect(wecom.orders).toHaveLength(1);
      wecom.settle(lastKey(wecom), 'done');
      const reports = await all();
      expect(reports.flatMap(({ failed }) => failed)).toEqual([]);
      expect(reports.reduce((sum, each) => sum + each.transfersCompleted, 0)).toBe(1);
      await expectWhole(both[0] as World);
    } finally {
      disk.clean();
    }
  });

  it('without the channel leave its items to those that have it', async () => {
    const disk = createDisk();
    try {
      const keys = await disk.keys();
      const wecom = memoryTransfer({ name: 'wecom' });
      const world = await createLeaving({ store: disk.open(), keeper: { keys, transfers: [wecom] } });
      await world.own('c-1', 'dana');
      const id = await leaves(world);
      unwrap(await world.as('boss').handovers.prepare(id, 'c-1', { fields: known(world), to: 'eve' }));
      unwrap(await world.as('boss').handovers.offer(id, 'c-1', { channel: 'wecom' }));
      unwrap(await world.as('eve').handovers.accept(id, 'c-1'));
      const other = { keys: await disk.keys(), transfers: [memoryTransfer({ name: 'other' })] };
      expect(await sweep(openWorld({ store: disk.open(), keeper: other }))).toMatchObject({ failed: [] });
      expect(wecom.orders).toEqual([]);
      await sweep(world);
      expect(wecom.orders).toHaveLength(1);
    } finally {
      disk.clean();
    }
  });
});

describe('a withdrawn notice', () => {
  it('has an outside system give back what it moved, and is whole here at once', async () => {
    const { id, wecom, world } = await waiting();
    await sweep(world);
    wecom.settle(lastKey(wecom), 'done');
    await sweep(world);
    unwrap(await world.as('hr').people.withdrawNotice('dana'));
    expect(await ownerOf(world)).toBe('dana');
    await sweep(world);
    expect(wecom.orders.at(-1)).toMatchObject({ customer: 'c-1', from: 'eve', to: 'dana' });
    wecom.settle(lastKey(wecom), 'done');
    expect(await sweep(world)).toMatchObject({ transfersCompleted: 1, failed: [] });
    expect(await ownerOf(world)).toBe('dana');
    expect(await itemOf(world, id)).toMatchObject({
      status: 'transferred',
      channel: { back: true, outcome: 'done' },
    });
    expect((await sweep(world)).examined).toBe(0);
    await expectWhole(world);
    await world.keeper.rebuild('acme');
    await expectWhole(world);
  });

  it('while the outside system is at it: what it still does is taken back there, and never happens here', async () => {
    const { wecom, world } = await waiting();
    await sweep(world);
    unwrap(await world.as('hr').people.withdrawNotice('dana'));
    wecom.settle(lastKey(wecom), 'done');
    await sweep(world);
    await sweep(world);
    expect(wecom.orders.map(({ from, to }) => [from, to])).toEqual([
      ['dana', 'eve'],
      ['eve', 'dana'],
    ]);
    wecom.settle(lastKey(wecom), 'refused');
    await sweep(world);
    expect(await ownerOf(world)).toBe('dana');
    expect((await sweep(world)).examined).toBe(0);
    await expectWhole(world);
  });

  it('before anybody asked: nothing is asked for', async () => {
    const { wecom, world } = await waiting();
    unwrap(await world.as('hr').people.withdrawNotice('dana'));
    await sweep(world);
    await sweep(world);
    expect(wecom.orders).toEqual([]);
    expect((await sweep(world)).examined).toBe(0);
  });
});

it('two channels of one name, or a name that is none, are refused when the keeper is wired', async () => {
  const wire = (...names: string[]) =>
    createWorld({ keeper: { transfers: names.map((name) => memoryTransfer({ name })) } });
  await expect(wire('wecom', 'wecom')).rejects.toMatchObject({ code: 'ERR_INVALID_INPUT' });
  await expect(wire('We Com')).rejects.toMatchObject({ code: 'ERR_INVALID_INPUT' });
});
