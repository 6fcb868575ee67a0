import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/index.ts';
import { codeOf, createLeaving, handOver, known, leaves, signAll } from './handover-world.ts';
import { DAY, expectWhole, type World } from './world.ts';

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
    counts: { pending: 21 },
    progress: 0,
    found: {
      kinds: { customer: 15, order: 3, amount: 3 },
      openOrders: 3,
      outstanding: [{ amount: 60_000, currency: 'CNY' }],
    },
  });
  const customers = view.items.filter(({ kind }) => kind === 'customer');
  expect(customers.map(({ customer }) => customer).sort()).toEqual([...ids].sort());

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
    counts: { pending: 6, returned: 3, transferred: 12 },
    progress: 0.645,
  });
  expect(await handovers('hr').sign(id, { party: 'hr', digest: notYet.signing.digest })).toEqual({
    ok: false,
    error: { code: 'not-ready', open: 9 },
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
  expect(unwrap(await handovers('hr').get(id))).toMatchObject({
    status: 'ready',
    counts: { transferred: 21 },
    progress: 1,
  });
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

const types = async (world: World): Promise<string[]> =>
  unwrap(await world.as('ada').ledger.entries({ limit: 500 })).items.map(({ type }) => type);

describe('an opening', () => {
  it('comes with the notice, finds customers, claims and collaborations, and takes what the host reports', async () => {
    const world = await createLeaving();
    await world.own('c-1', 'dana');
    await world.own('c-2', 'finn');
    unwrap(await world.as('finn').ownership.share('c-2', { with: 'dana', access: 'write' }));
    await world.register('c-3', 'dana');
    const id = await leaves(world);
    unwrap(
      await world.service('erp').handovers.report(id, [
        { kind: 'asset', id: 'laptop 7', label: 'Laptop' },
        { kind: 'group', id: 'wx-1' },
      ]),
    );
    const { items, found } = unwrap(await world.as('hr').handovers.get(id));
    expect(found?.kinds).toEqual({ claim: 1, collaboration: 1, customer: 1 });
    expect(
      items.map(({ kind, customer, reported }) => [kind, customer, reported?.id ?? null]).sort(),
    ).toEqual([
      ['asset', null, 'laptop 7'],
      ['claim', 'c-3', null],
      ['collaboration', 'c-2', null],
      ['customer', 'c-1', null],
      ['group', null, 'wx-1'],
    ]);
    expect(items.find(({ kind }) => kind === 'asset')?.reported?.label).toBe('Laptop');
    const again = await world.service('erp').handovers.report(id, [{ kind: 'asset', id: 'laptop 7' }]);
    expect(codeOf(unwrap(again).items[0]?.result)).toBe('wrong-step');
    await expectWhole(world);
  });

  it('comes with a departure or a no-show where no notice was, and works without the leaver', async () => {
    const world = await createLeaving();
    await world.own('c-1', 'dana');
    const { handover } = unwrap(await world.as('hr').people.noShow('dana'));
    const id = handover as string;
    await handOver(world, id, ['c-1']);
    expect(await signAll(world, id)).toBe(true);
    expect(unwrap(await world.as('hr').handovers.get(id))).toMatchObject({
      status: 'monitored',
      kind: 'no_show',
    });
  });

  it('by hand gives notice too, once at a time, and picks a template by name', async () => {
    const world = await createLeaving();
    const open = (who: string, leaver: string, more = {}) =>
      world.as(who).handovers.open(leaver, { lastDayOn: '2026-03-31', kind: 'termination', ...more });
    expect(codeOf(await open('boss', 'dana'))).toBe('not-permitted');
    expect(codeOf(await open('hr', 'hr'))).toBe('own-handover');
    expect(codeOf(await open('hr', 'dana', { template: 'gone' }))).toBe('unknown-template');
    expect(unwrap(await world.as('hr').people.get('dana')).status).toBe('active');
    const { handover } = unwrap(await open('hr', 'dana', { idempotencyKey: 'k' }));
    expect(unwrap(await open('hr', 'dana', { idempotencyKey: 'k' })).handover).toBe(handover);
    expect(await open('hr', 'dana')).toEqual({ ok: false, error: { code: 'handover-open', handover } });
    expect(unwrap(await world.as('hr').people.get('dana')).status).toBe('on_notice');
  });

  it('is moved when the last day is, with the days on which items are due', async () => {
    const world = await createLeaving();
    await world.own('c-1', 'dana');
    const id = await leaves(world);
    const due = async () => {
      const { items, lastDayOn, signing } = unwrap(await world.as('hr').handovers.get(id));
      return [items[0]?.dueOn, signing.dueOn, lastDayOn];
    };
    expect(await due()).toEqual(['2026-03-24', '2026-03-30', '2026-03-31']);
    expect(await leaves(world, 'dana', { lastDayOn: '2026-04-05' })).toBe(id);
    expect(await due()).toEqual(['2026-03-27', '2026-04-02', '2026-04-05']);
  });

  it('takes in what the leaver acquires afterwards, and notes what others moved', async () => {
    const world = await createLeaving();
    await world.own('c-1', 'dana');
    await world.own('c-2', 'dana');
    const claim = await world.register('c-3', 'dana');
    const id = await leaves(world);
    unwrap(await world.as('ada').claims.approve(claim));
    await world.own('c-4', 'finn');
    unwrap(await world.as('chief').ownership.transfer('c-4', { to: 'dana', reason: 'r' }));
    unwrap(await world.as('boss').ownership.transfer('c-2', { to: 'eve', reason: 'r' }));
    const { items } = unwrap(await world.as('hr').handovers.get(id));
    const shown = items.filter(({ kind }) => kind === 'customer');
    expect(shown.map(({ customer, status, acquired }) => [customer, status, acquired]).sort()).toEqual([
      ['c-1', 'pending', false],
      ['c-2', 'transferred', false],
      ['c-3', 'pending', true],
      ['c-4', 'pending', true],
    ]);
    await handOver(world, id, ['c-1', 'c-3', 'c-4']);
    expect(unwrap(await world.as('hr').handovers.coverage(id))).toMatchObject({
      ownedAtOpening: 2,
      acquired: 2,
      transferred: 4,
      complete: true,
    });
    expect(await signAll(world, id)).toBe(true);
    await expectWhole(world);
  });
});

describe('an item', () => {
  it('is prepared with all that is required, of the right type, by whom it concerns', async () => {
    const world = await createLeaving();
    await world.own('c-1', 'dana');
    const id = await leaves(world);
    const prepare = (who: string, more: object = {}) =>
      world.as(who).handovers.prepare(id, 'c-1', { fields: known(world), to: 'eve', ...more });
    const { need: _, ...withoutNeed } = known(world);
    expect(await prepare('boss', { fields: withoutNeed })).toEqual({
      ok: false,
      error: { code: 'missing-fields', fields: ['need'] },
    });
    for (const fields of [
      { need: '  ' },
      { need: 7 },
      { unsettled: 7 },
      { lastFollowUpAt: 'today' },
      { other: 'x' },
    ])
      expect(codeOf(await prepare('boss', { fields: { ...known(world), ...fields } }))).toBe('wrong-field');
    expect(codeOf(await prepare('eve'))).toBe('not-permitted');
    expect(codeOf(await prepare('lead'))).toBe('not-permitted');
    expect(codeOf(await world.as('boss').handovers.prepare(id, 'c-404', { fields: {}, to: 'eve' }))).toBe(
      'not-found',
    );
    expect(codeOf(await prepare('boss', { disposition: 'write_off', to: undefined }))).toBe('missing-fields');
    await expect(prepare('boss', { disposition: 'terminate' })).rejects.toMatchObject({
      path: 'preparation.to',
    });
    expect((await prepare('dana')).ok && (await prepare('hr')).ok).toBe(true);
  });

  it('goes to nobody who leaves, has left, proposes it, or had it', async () => {
    const world = await createLeaving();
    await world.own('c-1', 'dana');
    const id = await leaves(world);
    await leaves(world, 'eve');
    unwrap(await world.as('hr').people.depart('finn'));
    const to = async (who: string, receiver?: string) =>
      codeOf(await world.as(who).handovers.prepare(id, 'c-1', { fields: known(world), to: receiver }));
    expect(await to('boss')).toBe('receiver-required');
    expect(await to('boss', 'nobody')).toBe('unknown-employee');
    expect(await to('boss', 'eve')).toBe('receiver-leaving');
    expect(await to('boss', 'finn')).toBe('receiver-departed');
    expect(await to('boss', 'dana')).toBe('same-owner');
    expect(await to('boss', 'boss')).toBe('self-benefit');
    const refused = unwrap(await world.as('ada').ledger.entries({ limit: 500 })).items.filter(
      ({ type, outcome }) => type === 'prepare-item' && outcome === 'refused',
    );
    expect(refused).toHaveLength(6);
    expect(unwrap(await world.as('hr').handovers.get(id)).counts).toEqual({ pending: 1 });
  });

  it('is offered by whoever answers for it, never by the leaver, nor to oneself', async () => {
    const world = await createLeaving();
    await world.own('c-1', 'dana');
    const id = await leaves(world);
    unwrap(await world.as('dana').handovers.prepare(id, 'c-1', { fields: known(world), to: 'boss' }));
    const offer = async (who: string) =>
      codeOf(unwrap(await world.as(who).handovers.offer(id, 'c-1')).items[0]?.result);
    expect(await offer('dana')).toBe('not-permitted');
    expect(await offer('boss')).toBe('self-benefit');
    expect(codeOf(unwrap(await world.service('erp').handovers.offer(id, 'c-1')).items[0]?.result)).toBe(
      'not-permitted',
    );
    expect(await offer('chief')).toBe(undefined);
    expect(await offer('chief')).toBe('wrong-step');
  });

  it('is accepted once, by its receiver alone, who is to stay and has room', async () => {
    const world = await createLeaving({ create: { policy: { ownership: { maxHeld: 2 } } } });
    await world.own('c-1', 'dana');
    await world.own('c-2', 'dana');
    await world.own('e-1', 'eve');
    const id = await leaves(world);
    for (const item of ['c-1', 'c-2'])
      unwrap(await world.as('boss').handovers.prepare(id, item, { fields: known(world), to: 'eve' }));
    const accept = async (who: string, item: string) =>
      codeOf(unwrap(await world.as(who).handovers.accept(id, item)).items[0]?.result);
    expect(await accept('eve', 'c-1')).toBe('wrong-step');
    unwrap(await world.as('boss').handovers.offer(id, ['c-1', 'c-2']));
    for (const other of ['boss', 'dana', 'hr', 'finn'])
      expect(await accept(other, 'c-1')).toBe('not-permitted');
    const both = unwrap(await world.as('eve').handovers.accept(id, ['c-1', 'c-2', 'c-1'])).items;
    expect(both.map(({ result }) => codeOf(result) ?? 'ok').sort()).toEqual([
      'holding-cap',
      'ok',
      'wrong-step',
    ]);
    expect(unwrap(await world.as('eve').people.get('eve')).owned).toBe(2);
    await leaves(world, 'eve');
    const left = both[0]?.result.ok === true ? 'c-2' : 'c-1';
    expect(await accept('eve', left)).toBe('receiver-leaving');
    await expectWhole(world);
  });

  it('is accepted by who stands in for the receiver, and the ledger says for whom', async () => {
    const world = await createLeaving();
    await world.own('c-1', 'dana');
    const id = await leaves(world);
    unwrap(await world.as('boss').handovers.prepare(id, 'c-1', { fields: known(world), to: 'eve' }));
    unwrap(await world.as('boss').handovers.offer(id, 'c-1'));
    unwrap(await world.as('eve').people.delegate('eve', { to: 'finn', untilOn: '2026-03-20' }));
    const { items } = unwrap(await world.as('finn').handovers.accept(id, 'c-1'));
    unwrap(items[0]?.result as never);
    expect(unwrap(await world.as('boss').customers.get('c-1')).owner).toBe('eve');
    const accepted = unwrap(await world.as('ada').ledger.entries({ limit: 500 })).items.find(
      ({ type }) => type === 'handover-item-accepted',
    );
    expect(accepted?.onBehalfOf).not.toBe(null);
  });

  it('may go into the pool, come to its end or be written off by finance', async () => {
    const world = await createLeaving();
    for (const item of ['c-1', 'c-2', 'c-3']) await world.own(item, 'dana');
    const id = await leaves(world);
    const prepare = (item: string, more: object) =>
      world.as('boss').handovers.prepare(id, item, { fields: known(world), ...more });
    unwrap(await prepare('c-1', { disposition: 'return_to_pool' }));
    unwrap(await prepare('c-2', { disposition: 'terminate' }));
    unwrap(await prepare('c-3', { disposition: 'write_off', amount: { amount: 500, currency: 'CNY' } }));
    const offered = unwrap(await world.as('boss').handovers.offer(id, ['c-1', 'c-2', 'c-3'])).items;
    expect(offered.map(({ result }) => codeOf(result) ?? 'ok')).toEqual(['ok', 'ok', 'not-permitted']);
    unwrap(unwrap(await world.as('fin').handovers.offer(id, 'c-3')).items[0]?.result as never);
    expect(unwrap(await world.as('director').customers.get('c-1')).pool).toBe('main');
    expect(codeOf(await world.as('ada').customers.get('c-2'))).toBe('not-found');
    expect(unwrap(await world.as('hr').handovers.coverage(id))).toMatchObject({
      pooled: 1,
      terminated: 1,
      writtenOff: 1,
      missing: 0,
      complete: true,
    });
    expect(await signAll(world, id)).toBe(true);
    expect(unwrap(await world.as('ada').ownership.at('c-1', world.clock.instant()))?.pool).toBe('main');
    await expectWhole(world);
  });

  it('that is a claim or a collaboration moves on, or ends', async () => {
    const world = await createLeaving();
    await world.own('f-1', 'finn');
    await world.own('f-2', 'finn');
    for (const customer of ['f-1', 'f-2'])
      unwrap(
        await world
          .as('finn')
          .ownership.share(customer, { with: 'dana', access: 'write', untilOn: '2026-12-31' }),
      );
    const first = await world.register('n-1', 'dana');
    await world.register('n-2', 'dana');
    const id = await leaves(world);
    const { items } = unwrap(await world.as('hr').handovers.get(id));
    for (const { id: item, customer } of items) {
      const ends = customer === 'f-2' || customer === 'n-2';
      unwrap(
        await world
          .as('boss')
          .handovers.prepare(id, item, ends ? { disposition: 'terminate' } : { to: 'eve' }),
      );
    }
    unwrap(
      await world.as('boss').handovers.offer(
        id,
        items.map(({ id: item }) => item),
      ),
    );
    for (const { id: item, customer } of items)
      if (customer === 'f-1' || customer === 'n-1')
        unwrap(unwrap(await world.as('eve').handovers.accept(id, item)).items[0]?.result as never);
    expect(unwrap(await world.as('ada').claims.get(first))).toMatchObject({
      claimant: 'eve',
      waitsFor: 'boss',
    });
    expect(unwrap(await world.as('finn').customers.get('f-1')).collaborators).toEqual([
      { employee: 'eve', access: 'write', untilOn: '2026-12-31' },
    ]);
    expect(unwrap(await world.as('finn').customers.get('f-2')).collaborators).toEqual([]);
    unwrap(await world.as('boss').claims.approve(first));
    expect(unwrap(await world.as('eve').customers.get('n-1')).owner).toBe('eve');
    expect(await signAll(world, id)).toBe(true);
    await expectWhole(world);
  });

  it('through an outside channel waits for its answer, and comes back when that refuses or is full', async () => {
    const world = await createLeaving();
    await world.own('c-1', 'dana');
    const id = await leaves(world);
    const offer = async () => {
      unwrap(await world.as('boss').handovers.prepare(id, 'c-1', { fields: known(world), to: 'eve' }));
      unwrap(
        unwrap(await world.as('boss').handovers.offer(id, 'c-1', { channel: 'wecom' })).items[0]
          ?.result as never,
      );
      unwrap(unwrap(await world.as('eve').handovers.accept(id, 'c-1')).items[0]?.result as never);
    };
    const complete = (who: string, outcome: 'done' | 'receiver_full') =>
      world.as(who).handovers.complete(id, 'c-1', { outcome });
    const item = async () => unwrap(await world.as('hr').handovers.get(id)).items[0];
    await offer();
    expect(await item()).toMatchObject({
      status: 'accepted',
      channel: { name: 'wecom', outcome: 'waiting' },
    });
    expect(unwrap(await world.as('boss').customers.get('c-1')).owner).toBe('dana');
    expect(codeOf(await complete('eve', 'done'))).toBe('not-permitted');
    unwrap(await complete('hr', 'receiver_full'));
    expect(await item()).toMatchObject({ status: 'returned', channel: { outcome: 'receiver_full' } });
    await offer();
    unwrap(await world.service('wecom').handovers.complete(id, 'c-1', { outcome: 'done' }));
    expect(await item()).toMatchObject({ status: 'transferred', channel: { outcome: 'done' } });
    expect(unwrap(await world.as('boss').customers.get('c-1')).owner).toBe('eve');
    await expectWhole(world);
  });

  it('is waived with a reason, unless it is a customer', async () => {
    const world = await createLeaving();
    await world.own('c-1', 'dana');
    const id = await leaves(world);
    unwrap(await world.service('hr').handovers.report(id, [{ kind: 'asset', id: 'a-1' }]));
    const { items } = unwrap(await world.as('hr').handovers.get(id));
    const asset = items.find(({ kind }) => kind === 'asset')?.id as string;
    const waive = (who: string, item: string) =>
      world.as(who).handovers.waive(id, item, { reason: 'lost in a flood' });
    expect(codeOf(await waive('dana', asset))).toBe('not-permitted');
    expect(codeOf(await waive('boss', 'c-1'))).toBe('not-waivable');
    unwrap(await waive('boss', asset));
    const shown = unwrap(await world.as('hr').handovers.get(id)).items.find(({ id: item }) => item === asset);
    expect(shown).toMatchObject({ status: 'waived', reason: 'lost in a flood' });
  });

  it('that moved already comes back for correction without moving, and can then not be sent elsewhere', async () => {
    const world = await createLeaving();
    await world.own('c-1', 'dana');
    const id = await leaves(world);
    await handOver(world, id, ['c-1']);
    unwrap(await world.as('fin').handovers.return(id, 'c-1', { reason: 'the amount' }));
    expect(unwrap(await world.as('hr').handovers.get(id)).counts).toEqual({ returned: 1 });
    const elsewhere = { fields: known(world), to: 'finn' };
    expect(codeOf(await world.as('boss').handovers.prepare(id, 'c-1', elsewhere))).toBe('already-moved');
    await handOver(world, id, ['c-1']);
    expect((await types(world)).filter((type) => type === 'customer-transferred')).toHaveLength(1);
    expect(await signAll(world, id)).toBe(true);
  });
});
