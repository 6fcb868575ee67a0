import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/index.ts';
import { codeOf, createLeaving, handOver, known, leaves, SIGNERS, signAll } from './handover-world.ts';
import { DAY, expectWhole } from './world.ts';

it('the story of the domain: fifteen customers, three returned for an unreconciled unsettled amount', async () => {
  const world = await createLeaving();
  const ids = Array.from({ length: 15 }, (_, at) => `c-${at}`);
  for (const id of ids) await world.own(id, 'dana');
  const owing = ids.slice(0, 3);
  unwrap(
    await world.service('erp').orders.record(
      owing.map((customer) => ({
        id: `o-${customer}`,
        customer,
        amount: { amount: 90_000, currency: 'CNY' },
        outstanding: { amount: 20_000, currency: 'CNY' },
        stage: 'shipped',
        at: world.clock.instant(),
      })),
    ),
  );
  const id = await leaves(world);
  const handovers = (who: string) => world.as(who).handovers;
  const view = unwrap(await handovers('hr').get(id));
  expect(view).toMatchObject({
    leaver: 'dana',
    status: 'preparing',
    kind: 'resignation',
    lastDayOn: '2026-03-31',
    template: 'default',
    counts: { pending: 15 },
    progress: 0,
    found: { kinds: { customer: 15 }, openOrders: 3, outstanding: [{ amount: 60_000, currency: 'CNY' }] },
  });
  expect(view.items.map(({ customer }) => customer).sort()).toEqual([...ids].sort());

  // The leaver fills in what is known; the amounts of three are not what the ERP says.
  for (const item of ids)
    unwrap(await handovers('dana').prepare(id, item, { fields: known(world), to: 'eve' }));
  unwrap(await handovers('boss').offer(id, ids));
  const prepared = unwrap(await handovers('fin').get(id));
  const unreconciled = prepared.items.filter(({ reconciled }) => reconciled === false);
  expect(unreconciled.map(({ customer }) => customer).sort()).toEqual([...owing].sort());
  for (const { id: item } of unreconciled)
    unwrap(await handovers('fin').return(id, item, { reason: 'The ERP says 200 yuan are open' }));

  const accepted = unwrap(await handovers('eve').accept(id, ids)).items;
  expect(accepted.filter(({ result }) => result.ok)).toHaveLength(12);
  expect(codeOf(accepted.find(({ id: item }) => item === 'c-0')?.result)).toBe('wrong-step');
  expect(unwrap(await world.as('eve').customers.get('c-7')).owner).toBe('eve');
  expect(unwrap(await world.as('boss').customers.get('c-0')).owner).toBe('dana');
  const notYet = unwrap(await handovers('hr').get(id));
  expect(notYet).toMatchObject({
    status: 'preparing',
    counts: { returned: 3, transferred: 12 },
    progress: 0.8,
  });
  expect(await handovers('hr').sign(id, { party: 'hr', digest: notYet.signing.digest })).toEqual({
    ok: false,
    error: { code: 'not-ready', open: 3 },
  });

  for (const item of owing)
    unwrap(
      await handovers('dana').prepare(id, item, {
        fields: { unsettled: { amount: 20_000, currency: 'CNY' } },
        to: 'eve',
      }),
    );
  unwrap(await handovers('boss').offer(id, owing));
  unwrap(await handovers('eve').accept(id, owing));
  expect(unwrap(await handovers('hr').get(id))).toMatchObject({ status: 'ready', progress: 1 });
  expect(unwrap(await handovers('hr').coverage(id))).toEqual({
    acquired: 0,
    complete: true,
    missing: 0,
    ownedAtOpening: 15,
    pooled: 0,
    removed: 0,
    terminated: 0,
    transferred: 15,
    writtenOff: 0,
  });

  expect(await signAll(world, id)).toBe(true);
  expect(unwrap(await handovers('hr').get(id))).toMatchObject({ status: 'cleared' });
  const certificate = unwrap(await handovers('hr').certificate(id));
  expect(JSON.parse(certificate.leaf)).toMatchObject({
    type: 'handover-cleared',
    data: { coverage: { transferred: 15 }, separation: 'each_party' },
  });
  unwrap(await world.as('hr').people.depart('dana'));
  expect(unwrap(await world.as('hr').people.get('dana')).owned).toBe(0);
  expect(unwrap(await handovers('hr').get(id))).toMatchObject({ status: 'monitored' });
  world.clock.advance(180 * DAY);
  expect(await world.keeper.sweep('acme')).toMatchObject({ handoversClosed: 1 });
  expect(unwrap(await handovers('hr').get(id))).toMatchObject({ status: 'closed' });
  await expectWhole(world);
});
