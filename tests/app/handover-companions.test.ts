import { describe, expect, it } from 'vitest';
import { customerOf } from '../../src/handover/index.ts';
import { type HandoverItemView, unwrap } from '../../src/index.ts';
import { manufacturing } from '../../src/policy/presets/index.ts';
import { codeOf, createLeaving, handOver, known, leaves, signAll } from './handover-world.ts';
import { DAY, expectWhole, HOUR, type World } from './world.ts';

/** What the keeper finds with a customer, and what becomes of it: open orders, what is due, the record of contacts. */
async function order(
  world: World,
  id: string,
  customer: string,
  stage: string,
  outstanding = 0,
): Promise<void> {
  const told = {
    id,
    customer,
    amount: { amount: 5_000, currency: 'CNY' },
    outstanding: { amount: outstanding, currency: 'CNY' },
    stage,
    at: world.clock.instant(),
  };
  for (const { result } of unwrap(await world.service('erp').orders.record([told])).items) unwrap(result);
}

const call = async (world: World, who: string, customer: string) =>
  unwrap(await world.as(who).followUps.record(customer, { kind: 'call', text: 'asked for the drawings' }));
const itemsOf = async (world: World, id: string, who = 'hr') =>
  unwrap(await world.as(who).handovers.get(id, { limit: 500 })).items;
const standing = async (world: World, id: string) =>
  (await itemsOf(world, id))
    .map(({ kind, customer, status, to }) => [kind, customer, status, to].join(' '))
    .sort();
const one = (items: readonly HandoverItemView[], kind: string) => items.find((item) => item.kind === kind);

async function releaseHolds(world: World): Promise<void> {
  for (const { id } of unwrap(await world.as('ada').holds.list()).items)
    unwrap(await world.as('ada').holds.release(id, { reason: 'a new region' }));
}

/** Dana's c-1 with an open order, something due and a contact; c-2 with nothing but itself. */
async function leaving(): Promise<{ readonly world: World; readonly id: string }> {
  const world = await createLeaving();
  for (const customer of ['c-1', 'c-2']) await world.own(customer, 'dana');
  await order(world, 'o-1', 'c-1', 'in production', 300);
  world.clock.advance(HOUR);
  await call(world, 'dana', 'c-1');
  return { id: await leaves(world), world };
}

describe('an opening finds by itself', () => {
  it('open orders, what is outstanding, and the record of contacts', async () => {
    const { id, world } = await leaving();
    expect(await standing(world, id)).toEqual([
      'amount c-1 pending ',
      'communication c-1 pending ',
      'customer c-1 pending ',
      'customer c-2 pending ',
      'order c-1 pending ',
    ]);
    const items = await itemsOf(world, id);
    expect(one(items, 'order')?.order).toEqual({
      id: 'o-1',
      amount: { amount: 5_000, currency: 'CNY' },
      outstanding: { amount: 300, currency: 'CNY' },
      stage: 'in production',
      at: world.clock.instant(-HOUR),
    });
    expect(one(items, 'amount')?.outstanding).toEqual([{ amount: 300, currency: 'CNY' }]);
    expect(unwrap(await world.as('hr').handovers.get(id)).found?.kinds).toEqual({
      amount: 1,
      communication: 1,
      customer: 2,
      order: 1,
    });
    await expectWhole(world);
  });

  it('an order in a stage nobody named, for nothing is to be forgotten; none that is done or came to nothing', async () => {
    const world = await createLeaving({ create: { policy: { orders: { closedStages: ['Geliefert'] } } } });
    await world.own('c-1', 'dana');
    for (const stage of ['waiting for the crane', 'geliefert', 'Cancelled', '已取消'])
      await order(world, `o-${stage}`, 'c-1', stage);
    // Delivered, and not paid: no order is open, a sum is.
    await order(world, 'o-due', 'c-1', 'GELIEFERT', 70);
    const id = await leaves(world);
    const items = await itemsOf(world, id);
    expect(items.filter(({ kind }) => kind === 'order').map((item) => item.order?.id)).toEqual([
      'o-waiting for the crane',
    ]);
    expect(one(items, 'amount')?.outstanding).toEqual([{ amount: 70, currency: 'CNY' }]);
  });

  it('one item for all that a customer owes, and none for what others own', async () => {
    const world = await createLeaving();
    await world.own('c-1', 'dana');
    await world.own('f-1', 'finn');
    for (const at of [1, 2, 3]) await order(world, `o-${at}`, 'c-1', 'paid in part', 10 * at);
    await order(world, 'o-f', 'f-1', 'open', 500);
    const items = await itemsOf(world, await leaves(world));
    expect(items.filter(({ kind }) => kind === 'amount').map((item) => item.outstanding)).toEqual([
      [{ amount: 60, currency: 'CNY' }],
    ]);
    expect(items.filter(({ kind }) => kind === 'order')).toHaveLength(3);
  });

  it('what comes later, as acquired; and an order told after the signatures voids them', async () => {
    const { id, world } = await leaving();
    await handOver(world, id, ['c-1']);
    await order(world, 'o-2', 'c-2', 'ordered');
    const first = (await itemsOf(world, id)).find((item) => item.order?.id === 'o-1');
    expect(first).toMatchObject({ acquired: false, status: 'transferred' });
    const joined = (await itemsOf(world, id)).find((item) => item.order?.id === 'o-2');
    expect(joined).toMatchObject({ acquired: true, status: 'pending' });
    const { digest } = unwrap(await world.as('hr').handovers.get(id)).signing;
    expect(codeOf(await world.as('hr').handovers.sign(id, { party: 'hr', digest }))).toBe('not-ready');
  });
});

describe('what was found with a customer', () => {
  it('goes along when the customer is accepted, to the same person, in the same commit', async () => {
    const { id, world } = await leaving();
    await handOver(world, id, ['c-1']);
    expect(await standing(world, id)).toEqual([
      'amount c-1 transferred eve',
      'communication c-1 transferred eve',
      'customer c-1 transferred eve',
      'customer c-2 pending ',
      'order c-1 transferred eve',
    ]);
    // The receiver sees what came along.
    expect(one(await itemsOf(world, id, 'eve'), 'order')?.order?.id).toBe('o-1');
    await handOver(world, id, ['c-2']);
    expect(await signAll(world, id)).toBe(true);
    await expectWhole(world);
    await world.keeper.rebuild('acme');
    await expectWhole(world);
  });

  it('stays apart where somebody has said what is to become of it', async () => {
    const { id, world } = await leaving();
    const { id: item = '' } = one(await itemsOf(world, id), 'order') ?? {};
    unwrap(await world.as('boss').handovers.prepare(id, item, { to: 'finn' }));
    unwrap(await world.as('boss').handovers.offer(id, item));
    await handOver(world, id, ['c-1']);
    expect(await standing(world, id)).toContain('order c-1 offered finn');
    expect(codeOf(unwrap(await world.as('eve').handovers.accept(id, item)).items[0]?.result)).toBe(
      'not-permitted',
    );
    unwrap(await world.as('finn').handovers.accept(id, item));
    expect(await standing(world, id)).toContain('order c-1 transferred finn');
    // An order goes nowhere without its customer: that is whose it is.
    expect(unwrap(await world.as('eve').customers.get('c-1')).owner).toBe('eve');
    await expectWhole(world);
  });

  it('does not go along where the template asks something about it', async () => {
    const world = await createLeaving({ create: { policy: manufacturing() } });
    await world.own('c-1', 'dana');
    await order(world, 'o-1', 'c-1', 'in production', 300);
    await world.own('c-2', 'dana');
    const id = await leaves(world);
    const fields = { ...known(world, 300), openQuotations: 'none' };
    unwrap(await world.as('boss').handovers.prepare(id, 'c-1', { fields, to: 'eve' }));
    unwrap(await world.as('boss').handovers.offer(id, 'c-1'));
    unwrap(await world.as('eve').handovers.accept(id, 'c-1'));
    expect(await standing(world, id)).toEqual([
      'amount c-1 pending ',
      'customer c-1 transferred eve',
      'customer c-2 pending ',
      'order c-1 pending ',
    ]);
    const order1 = one(await itemsOf(world, id), 'order');
    expect(order1?.missing.toSorted()).toEqual(['deliveryOn', 'outstanding', 'stage']);
    const asked = {
      stage: 'casting',
      deliveryOn: '2026-05-01',
      outstanding: { amount: 300, currency: 'CNY' },
    };
    unwrap(await world.as('boss').handovers.prepare(id, order1?.id ?? '', { fields: asked, to: 'eve' }));
    // What was typed about the order is the customer's, and goes when the customer is erased.
    for (const who of ['ada', 'ben'])
      unwrap(await world.as(who).privacy.erase('c-1', { basis: 'subject-request' }));
    expect(one(await itemsOf(world, id), 'order')?.fields).toMatchObject({
      stage: null,
      deliveryOn: '2026-05-01',
    });
    await expectWhole(world);
  });

  it('goes into the pool with the customer as a record; what is due or undelivered is somebody’s to decide', async () => {
    const { id, world } = await leaving();
    const away = async (customer: string, disposition: 'return_to_pool' | 'terminate') => {
      unwrap(await world.as('boss').handovers.prepare(id, customer, { fields: known(world), disposition }));
      for (const { result } of unwrap(await world.as('boss').handovers.offer(id, customer)).items)
        unwrap(result);
    };
    await away('c-1', 'return_to_pool');
    expect(await standing(world, id)).toEqual([
      'amount c-1 pending ',
      'communication c-1 pooled ',
      'customer c-1 pooled ',
      'customer c-2 pending ',
      'order c-1 pending ',
    ]);
    for (const { id: item, kind } of await itemsOf(world, id))
      if (kind === 'order' || kind === 'amount')
        unwrap(await world.as('boss').handovers.waive(id, item, { reason: 'the plant closed' }));
    await away('c-2', 'terminate');
    expect(await signAll(world, id)).toBe(true);
    await expectWhole(world);
  });

  it('is written off with the customer by finance: the sum, not the delivery', async () => {
    const { id, world } = await leaving();
    const amount = { amount: 300, currency: 'CNY' };
    unwrap(
      await world
        .as('boss')
        .handovers.prepare(id, 'c-1', { fields: known(world), disposition: 'write_off', amount }),
    );
    for (const { result } of unwrap(await world.as('fin').handovers.offer(id, 'c-1')).items) unwrap(result);
    expect(await standing(world, id)).toContain('amount c-1 written_off ');
    await expectWhole(world);
  });

  it('is noted as done where the sum was paid, the order delivered, or the customer moved by the ordinary ways', async () => {
    const { id, world } = await leaving();
    await order(world, 'o-2', 'c-2', 'ordered', 50);
    await itemsOf(world, id);
    await order(world, 'o-1', 'c-1', 'delivered', 0);
    expect(await standing(world, id)).toEqual([
      'amount c-1 terminated ',
      'amount c-2 pending ',
      'communication c-1 pending ',
      'customer c-1 pending ',
      'customer c-2 pending ',
      'order c-1 terminated ',
      'order c-2 pending ',
    ]);
    unwrap(await world.as('chief').ownership.transfer('c-2', { to: 'finn', reason: 'region' }));
    expect((await standing(world, id)).filter((line) => line.includes('c-2'))).toEqual([
      'amount c-2 transferred finn',
      'customer c-2 transferred finn',
      'order c-2 transferred finn',
    ]);
    await expectWhole(world);
  });

  it('asks for nothing more where a customer was moved by the ordinary ways, whatever the template asks', async () => {
    const world = await createLeaving({ create: { policy: manufacturing() } });
    // More than what is noted in one commit.
    const ids = Array.from({ length: 30 }, (_, at) => `c-${at}`);
    for (const customer of ids) await world.own(customer, 'dana');
    for (const customer of ids) await order(world, `o-${customer}`, customer, 'in production');
    const id = await leaves(world);
    for (const customer of ids) {
      const moved = await world.as('director').ownership.transfer(customer, { to: 'finn', reason: 'region' });
      if (!moved.ok) await releaseHolds(world);
    }
    for (let look = 0; look < 2; look += 1)
      expect(new Set((await itemsOf(world, id)).map(({ status, to }) => `${status} ${to}`))).toEqual(
        new Set(['transferred finn']),
      );
  });

  it('is there once where the host reports an order that the keeper knows; what only the host knows stays its own', async () => {
    const { id, world } = await leaving();
    const report = (...items: { kind: 'order' | 'amount'; id: string }[]) =>
      world.service('erp').handovers.report(id, items);
    const [known, foreign] = unwrap(
      await report({ kind: 'order', id: 'o-1' }, { kind: 'order', id: 'x-9' }),
    ).items;
    expect(codeOf(known?.result)).toBe('wrong-step');
    unwrap(foreign?.result as never);
    world.clock.advance(DAY);
    const reported = (await itemsOf(world, id)).filter((item) => item.reported !== null);
    expect(reported).toMatchObject([{ kind: 'order', customer: null, status: 'pending', order: null }]);
    await handOver(world, id, ['c-1', 'c-2']);
    expect((await itemsOf(world, id)).filter(({ status }) => status === 'pending')).toHaveLength(1);
    await expectWhole(world);
  });
});

it('a key is about a customer where it holds a customer’s alias whole, and not where it only begins like one', () => {
  const alias = `c_${'A'.repeat(22)}`;
  expect(customerOf(`amount.${alias}`)).toBe(alias);
  expect(customerOf(`asset.c_${'A'.repeat(20)}`)).toBe(null);
  expect(customerOf('claim.019cad8f-ac00-7005-b961-c041fbe6ab9d')).toBe(null);
});
