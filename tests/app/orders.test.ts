import { describe, expect, it } from 'vitest';
import { type OrderReceipt, unwrap } from '../../src/index.ts';
import { createWorld, expectWhole, type World } from './world.ts';

const order = (id: string, customer: string, stage = 'quoted', amount = 100): never =>
  ({
    id,
    customer,
    amount: { amount, currency: 'CNY' },
    outstanding: { amount: 10, currency: 'CNY' },
    stage,
    at: '2026-03-02T08:00:00.000Z',
  }) as never;

async function told(world: World, ...orders: never[]): Promise<readonly (OrderReceipt | string)[]> {
  const batch = unwrap(await world.service('erp').orders.record(orders));
  return batch.items.map(({ result }) => (result.ok ? result.value : result.error.code));
}

describe('an order', () => {
  it('told twice changes nothing; a changed stage or amount is an entry', async () => {
    const world = await createWorld();
    await world.own('c-1', 'dana');
    const [first] = await told(world, order('o-1', 'c-1'));
    expect(first).toMatchObject({ changed: true });
    expect(await told(world, order('o-1', 'c-1'))).toEqual([{ entry: null, changed: false }]);
    const [won] = await told(world, order('o-1', 'c-1', 'won'));
    expect(won).toMatchObject({ changed: true });
    expect(await told(world, order('o-1', 'c-1', 'won', 101))).toMatchObject([{ changed: true }]);
    const { items } = unwrap(await world.as('dana').orders.list('c-1'));
    expect(items).toEqual([
      {
        id: 'o-1',
        amount: { amount: 101, currency: 'CNY' },
        outstanding: { amount: 10, currency: 'CNY' },
        stage: 'won',
        at: '2026-03-02T08:00:00.000Z',
      },
    ]);
    const history = unwrap(await world.as('dana').customers.history('c-1'));
    expect(history.filter(({ type }) => type === 'order-recorded')).toHaveLength(3);
    await expectWhole(world);
  });

  it('stays with its customer, and is recorded of live customers only', async () => {
    const world = await createWorld();
    await world.own('c-1', 'dana');
    await world.own('c-2', 'dana');
    await world.register('c-3', 'dana');
    await told(world, order('o-1', 'c-1'));
    expect(await told(world, order('o-1', 'c-2'), order('o-2', 'c-3'), order('o-3', 'c-404'))).toEqual([
      'other-customer',
      'not-live',
      'not-found',
    ]);
    expect(unwrap(await world.as('dana').orders.list('c-2')).items).toEqual([]);
  });

  it('comes from a service, never from the salesperson who would gain by it', async () => {
    const world = await createWorld();
    await world.own('c-1', 'dana');
    for (const who of ['dana', 'boss', 'hr']) {
      const batch = unwrap(await world.as(who).orders.record([order('o-1', 'c-1')]));
      expect(batch.items[0]?.result).toMatchObject({
        error: { code: 'not-permitted', needs: 'orders.record' },
      });
    }
    const unknown = createWorld({ keeper: { services: { erp: ['people.manage'] } } });
    const other = await unknown;
    await other.own('c-1', 'dana');
    expect(await told(other, order('o-1', 'c-1'))).toEqual(['not-permitted']);
  });

  it('told by many at once is recorded once', async () => {
    const world = await createWorld();
    await world.own('c-1', 'dana');
    const answers = (
      await Promise.all(Array.from({ length: 12 }, () => told(world, order('o-1', 'c-1'))))
    ).flat();
    expect(answers.filter((answer) => typeof answer !== 'string' && answer.changed)).toHaveLength(1);
    await expectWhole(world);
  });

  it('of a currency that is not that of its amount is an error that names the place', async () => {
    const world = await createWorld({ staff: [] });
    const bad = { ...(order('o-1', 'c-1') as object), outstanding: { amount: 1, currency: 'EUR' } } as never;
    await expect(world.service('erp').orders.record([order('o-0', 'c-1'), bad])).rejects.toMatchObject({
      code: 'ERR_INVALID_INPUT',
      path: 'orders[1].outstanding.currency',
    });
    for (const amount of [1.5, -1, Number.NaN, 2 ** 53, '5'])
      await expect(
        world.service('erp').orders.record([order('o-1', 'c-1', 'x', amount as number)]),
      ).rejects.toMatchObject({
        code: 'ERR_INVALID_INPUT',
        path: 'orders[0].amount.amount',
      });
  });

  it('list has them latest first, page by page', async () => {
    const world = await createWorld();
    await world.own('c-1', 'dana');
    const days = [5, 1, 3, 2, 4];
    await told(
      world,
      ...days.map(
        (day) => ({ ...(order(`o-${day}`, 'c-1') as object), at: `2026-02-0${day}T00:00:00.000Z` }) as never,
      ),
    );
    const first = unwrap(await world.as('dana').orders.list('c-1', { limit: 3 }));
    const second = unwrap(await world.as('dana').orders.list('c-1', { limit: 3, after: first.next }));
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual([
      'o-5',
      'o-4',
      'o-3',
      'o-2',
      'o-1',
    ]);
    expect(second.next).toBeNull();
  });
});
