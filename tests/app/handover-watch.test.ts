import { describe, expect, it } from 'vitest';
import { memoryNotifier, memoryStore, unwrap, type WatchedCustomer } from '../../src/index.ts';
import type { Store } from '../../src/ports/index.ts';
import { codeOf, createLeaving, handOver, known, leaves, signAll } from './handover-world.ts';
import { createDisk, DAY, expectWhole, HOUR, openWorld, type World, type WorldOptions } from './world.ts';

/** Dana's customers are handed over to Eve, everybody has signed, and Dana has left. */
async function departed(
  customers: readonly string[],
  options: WorldOptions = {},
  regular: readonly string[] = [],
) {
  const world = await createLeaving(options);
  for (const customer of customers) await world.own(customer, 'dana');
  for (const customer of regular)
    for (const days of [30, 20, 10, 0]) await order(world, `${customer}-${days}`, customer, days);
  const id = await leaves(world);
  await handOver(world, id, customers);
  expect(await signAll(world, id)).toBe(true);
  unwrap(await world.as('hr').people.depart('dana'));
  return { id, world };
}

const call = (world: World, who: string, customer: string, text = 'asked for the drawings', more = {}) =>
  world.as(who).followUps.record(customer, { kind: 'call', text, ...more });
const sweep = (world: World) => world.keeper.sweep('acme');
const watchedBy = async (world: World, id: string, who = 'hr', only?: 'uncontacted' | 'refused' | 'silent') =>
  unwrap(await world.as(who).handovers.watch(id, only === undefined ? {} : { only })).items;
const entriesOf = async (world: World, type: string) => {
  await world.keeper.seal('acme');
  const all = [];
  for (let from: number | null = 0; from !== null; ) {
    const page: {
      items: readonly { type: string; data: { readonly [name: string]: unknown } }[];
      next: number | null;
    } = unwrap(await world.as('ada').ledger.entries({ from, limit: 500 }));
    all.push(...page.items.filter((entry) => entry.type === type));
    from = page.next;
  }
  return all;
};
const alertsOf = async (world: World, rule: string) =>
  unwrap(await world.as('boss').alerts.list()).items.filter((alert) => alert.rule === rule);

async function order(
  world: World,
  id: string,
  customer: string,
  daysAgo: number,
  stage = 'paid',
): Promise<void> {
  const told = {
    id,
    customer,
    amount: { amount: 5_000, currency: 'CNY' },
    stage,
    at: world.clock.instant(-daysAgo * DAY),
  };
  for (const { result } of unwrap(await world.service('erp').orders.record([told])).items) unwrap(result);
}

describe('after an exit the handed over customers are watched', () => {
  it('from the departure of a cleared handover on, or from the clearance where the leaver was gone before', async () => {
    const { id, world } = await departed(['c-1', 'c-2']);
    expect(
      (await watchedBy(world, id)).map(({ customer, contact, successor }) => [customer, contact, successor]),
    ).toEqual(
      expect.arrayContaining([
        ['c-1', 'waiting', 'eve'],
        ['c-2', 'waiting', 'eve'],
      ]),
    );
    expect(unwrap(await world.as('hr').handovers.get(id))).toMatchObject({
      status: 'monitored',
      monitoredUntil: world.clock.instant(180 * DAY),
    });
    await world.own('f-1', 'finn');
    const second = await leaves(world, 'finn');
    unwrap(await world.as('hr').people.depart('finn'));
    await handOver(world, second, ['f-1'], 'eve', 'chief');
    expect(await watchedBy(world, second)).toEqual([]);
    const { signing } = unwrap(await world.as('hr').handovers.get(second));
    for (const [who, party] of [
      ['chief', 'supervisor'],
      ['hr', 'hr'],
      ['fin', 'finance'],
    ] as const)
      unwrap(await world.as(who).handovers.sign(second, { party, digest: signing.digest }));
    expect((await watchedBy(world, second)).map(({ customer }) => customer)).toEqual(['f-1']);
    await expectWhole(world);
  });

  it('not before, and not those that went to nobody', async () => {
    const world = await createLeaving();
    for (const customer of ['c-1', 'c-2']) await world.own(customer, 'dana');
    const id = await leaves(world);
    await handOver(world, id, ['c-1']);
    const prepared = { fields: known(world), disposition: 'return_to_pool' } as const;
    unwrap(await world.as('boss').handovers.prepare(id, 'c-2', prepared));
    unwrap(await world.as('boss').handovers.offer(id, 'c-2'));
    await signAll(world, id);
    expect(await watchedBy(world, id)).toEqual([]);
    unwrap(await world.as('hr').people.depart('dana'));
    expect((await watchedBy(world, id)).map(({ customer }) => customer)).toEqual(['c-1']);
  });

  it('after a forced exit too, those that are accepted later among them', async () => {
    const world = await createLeaving({ create: { policy: { handover: { monitorDays: 10 } } } });
    for (const customer of ['c-1', 'c-2', 'c-3']) await world.own(customer, 'dana');
    const id = await leaves(world);
    await handOver(world, id, ['c-1']);
    unwrap(await world.as('boss').handovers.prepare(id, 'c-2', { fields: known(world), to: 'eve' }));
    unwrap(await world.as('boss').handovers.offer(id, 'c-2'));
    unwrap(await world.as('hr').handovers.forceExit(id, { reason: 'visa ends' }));
    unwrap(await world.as('hr').people.depart('dana'));
    expect((await watchedBy(world, id)).map(({ customer }) => customer)).toEqual(['c-1']);
    unwrap(await world.as('eve').handovers.accept(id, 'c-2'));
    expect((await watchedBy(world, id)).map(({ customer }) => customer).sort()).toEqual(['c-1', 'c-2']);
    world.clock.advance(10 * DAY);
    expect(await sweep(world)).toMatchObject({ handoversClosed: 1, failed: [] });
    expect(await sweep(world)).toMatchObject({ handoversClosed: 0 });
    // An item is open still: the watch is over, the work is not.
    expect(unwrap(await world.as('hr').handovers.get(id))).toMatchObject({
      status: 'forced_exit',
      monitoredUntil: null,
    });
    expect(await watchedBy(world, id)).toEqual([]);
    await handOver(world, id, ['c-3']);
    await expectWhole(world);
  });

  it('after a forced exit also one that had moved before, and was corrected after it', async () => {
    const world = await createLeaving({ create: { policy: { handover: { monitorDays: 10 } } } });
    for (const customer of ['c-1', 'c-2', 'c-3']) await world.own(customer, 'dana');
    const id = await leaves(world);
    await handOver(world, id, ['c-1', 'c-2']);
    for (const customer of ['c-1', 'c-2'])
      unwrap(await world.as('fin').handovers.return(id, customer, { reason: 'the amount' }));
    unwrap(await world.as('hr').handovers.forceExit(id, { reason: 'visa ends' }));
    unwrap(await world.as('hr').people.depart('dana'));
    expect(await watchedBy(world, id)).toEqual([]);
    await handOver(world, id, ['c-1']);
    expect((await watchedBy(world, id)).map(({ customer }) => customer)).toEqual(['c-1']);
    // Its time is over, whether or not somebody has swept.
    world.clock.advance(10 * DAY);
    await handOver(world, id, ['c-2']);
    expect((await watchedBy(world, id)).map(({ customer }) => customer)).toEqual(['c-1']);
    expect(await sweep(world)).toMatchObject({ handoversClosed: 1, failed: [] });
    expect(await watchedBy(world, id)).toEqual([]);
    await expectWhole(world);
  });

  it('that was cut off before it had begun begins before it ends', async () => {
    let away = false;
    const inner = memoryStore();
    const store: Store = {
      ...inner,
      async find(tenant, query) {
        if (away && query.ranges.some(({ index }) => index === 'orders-of')) throw new Error('away');
        return inner.find(tenant, query);
      },
    };
    const world = await createLeaving({ store });
    await world.own('c-1', 'dana');
    const id = await leaves(world);
    await handOver(world, id, ['c-1']);
    expect(await signAll(world, id)).toBe(true);
    away = true;
    await expect(world.as('hr').people.depart('dana')).rejects.toMatchObject({ code: 'ERR_STORE_FAILED' });
    world.clock.advance(200 * DAY);
    expect(await sweep(world)).toMatchObject({ handoversClosed: 0 });
    away = false;
    expect(await sweep(world)).toMatchObject({ handoversClosed: 1, failed: [] });
    expect(await watchedBy(world, id)).toEqual([]);
    world.clock.advance(30 * DAY);
    expect(await sweep(world)).toMatchObject({ contactsReminded: 0, contactsEscalated: 0, failed: [] });
    await expectWhole(world);
  });

  it('after an exit that is forced only once the leaver was gone', async () => {
    const world = await createLeaving();
    for (const customer of ['c-1', 'c-2']) await world.own(customer, 'dana');
    const id = await leaves(world);
    await handOver(world, id, ['c-1']);
    unwrap(await world.as('hr').people.depart('dana'));
    expect(await watchedBy(world, id)).toEqual([]);
    unwrap(await world.as('hr').handovers.forceExit(id, { reason: 'gone' }));
    expect((await watchedBy(world, id)).map(({ customer }) => customer)).toEqual(['c-1']);
  });

  it('is shown to who manages, and to a successor their own; not to the leaver’s side or a stranger', async () => {
    const { id, world } = await departed(['c-1', 'c-2']);
    unwrap(await world.as('chief').ownership.transfer('c-2', { to: 'finn', reason: 'region' }));
    expect((await watchedBy(world, id, 'boss')).length).toBe(2);
    expect((await watchedBy(world, id, 'eve')).map(({ customer }) => customer)).toEqual(['c-1']);
    expect((await watchedBy(world, id, 'finn')).map(({ customer }) => customer)).toEqual(['c-2']);
    expect(await watchedBy(world, id, 'loner')).toEqual([]);
    unwrap(await world.as('hr').people.hire({ id: 'dana', name: 'Dana', managerId: 'boss' }));
    expect(codeOf(await world.as('dana').handovers.watch(id))).toBe('not-found');
    expect(codeOf(await world.as('dana').handovers.reportRefusal(id, 'c-1', { reason: 'r' }))).toBe(
      'not-found',
    );
  });

  it('counts the successor’s first contact although somebody else was in touch after it', async () => {
    const { id, world } = await departed(['c-1']);
    const at = world.clock.instant(2 * HOUR);
    world.clock.advance(4 * HOUR);
    unwrap(await call(world, 'boss', 'c-1', 'introduced the new colleague'));
    const { firstContact } = unwrap(await call(world, 'eve', 'c-1', 'asked for the drawings', { at }));
    expect(firstContact).toBe(true);
    expect(await watchedBy(world, id)).toMatchObject([{ contact: 'made', contactedAt: at }]);
    world.clock.advance(30 * DAY);
    expect(await sweep(world)).toMatchObject({ contactsReminded: 0, contactsEscalated: 0 });
    await expectWhole(world);
  });

  it('comes in pages, each customer once', async () => {
    const { id, world } = await departed(['c-1', 'c-2', 'c-3', 'c-4', 'c-5']);
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const page: { items: readonly WatchedCustomer[]; next: string | null } = unwrap(
        await world.as('hr').handovers.watch(id, { limit: 2, after }),
      );
      seen.push(...page.items.map(({ customer }) => customer));
      after = page.next;
      if (after === null) break;
    }
    expect(seen.sort()).toEqual(['c-1', 'c-2', 'c-3', 'c-4', 'c-5']);
  });
});

describe('the successor’s first contact', () => {
  it('is noted when it comes, once; a note that says nothing is none', async () => {
    const { id, world } = await departed(['c-1']);
    world.clock.advance(HOUR);
    expect(unwrap(await call(world, 'eve', 'c-1', 'ok')).firstContact).toBe(false);
    expect((await watchedBy(world, id))[0]).toMatchObject({ contact: 'waiting', contactedAt: null });
    const at = world.clock.instant();
    expect(unwrap(await call(world, 'eve', 'c-1')).firstContact).toBe(true);
    expect((await watchedBy(world, id))[0]).toMatchObject({ contact: 'made', contactedAt: at });
    world.clock.advance(HOUR);
    expect(unwrap(await call(world, 'eve', 'c-1', 'sent the drawings over')).firstContact).toBe(false);
    expect(await watchedBy(world, id, 'hr', 'uncontacted')).toEqual([]);
    expect(
      (await entriesOf(world, 'follow-up-recorded')).filter(({ data }) => data.firstContact === id),
    ).toHaveLength(1);
    await expectWhole(world);
  });

  it('is the successor’s own, or of who stands in for them; a supervisor’s call is none', async () => {
    const { id, world } = await departed(['c-1', 'c-2']);
    world.clock.advance(HOUR);
    expect(unwrap(await call(world, 'boss', 'c-1')).firstContact).toBe(false);
    unwrap(await world.as('eve').people.delegate('eve', { to: 'finn', untilOn: '2026-03-20' }));
    expect(unwrap(await call(world, 'finn', 'c-2')).firstContact).toBe(true);
    expect((await watchedBy(world, id, 'hr', 'uncontacted')).map(({ customer }) => customer)).toEqual([
      'c-1',
    ]);
  });

  it('counts where it came before the exit: the successor is not reminded of what is done', async () => {
    const world = await createLeaving();
    for (const customer of ['c-1', 'c-2', 'c-3']) await world.own(customer, 'dana');
    const id = await leaves(world);
    await handOver(world, id, ['c-1', 'c-2', 'c-3']);
    unwrap(await world.as('eve').people.delegate('eve', { to: 'finn', untilOn: '2026-03-20' }));
    world.clock.advance(HOUR);
    const at = world.clock.instant();
    unwrap(await call(world, 'eve', 'c-1'));
    unwrap(await call(world, 'finn', 'c-2'));
    unwrap(await call(world, 'eve', 'c-3', 'ok'));
    unwrap(await call(world, 'boss', 'c-3'));
    await signAll(world, id);
    unwrap(await world.as('hr').people.depart('dana'));
    const stages = Object.fromEntries(
      (await watchedBy(world, id)).map(({ customer, contact }) => [customer, contact]),
    );
    expect(stages).toEqual({ 'c-1': 'made', 'c-2': 'made', 'c-3': 'waiting' });
    expect((await watchedBy(world, id)).find(({ customer }) => customer === 'c-1')?.contactedAt).toBe(at);
  });

  it('is asked for after two working days, of the successor; after five, of the supervisor; once each', async () => {
    const inbox = memoryNotifier({ types: ['first-contact-reminded', 'first-contact-escalated'] });
    // Departed on a Monday. The follow-up clock is kept out of it.
    const { world } = await departed(['c-1', 'c-2'], {
      keeper: { notifiers: [inbox] },
      create: { policy: { followUps: { remindAfterDays: 300, escalateAfterDays: 300 } } },
    });
    world.clock.advance(HOUR);
    unwrap(await call(world, 'eve', 'c-2'));
    world.clock.advance(2 * DAY - HOUR - 1);
    expect(await sweep(world)).toMatchObject({ contactsReminded: 0, contactsEscalated: 0 });
    world.clock.advance(1);
    expect(await sweep(world)).toMatchObject({ contactsReminded: 1, contactsEscalated: 0, failed: [] });
    expect(await sweep(world)).toMatchObject({ contactsReminded: 0, examined: 0 });
    world.clock.advance(5 * DAY - 1); // the next Monday, a weekend in between
    expect(await sweep(world)).toMatchObject({ contactsEscalated: 0 });
    world.clock.advance(1);
    expect(await sweep(world)).toMatchObject({ contactsEscalated: 1 });
    expect(await sweep(world)).toMatchObject({ contactsReminded: 0, contactsEscalated: 0, examined: 0 });
    expect(inbox.notices.map(({ type, audience, data }) => [type, audience, data.customer])).toEqual([
      ['first-contact-reminded', ['eve'], 'c-1'],
      ['first-contact-escalated', ['boss'], 'c-1'],
    ]);
    await expectWhole(world);
  });

  it('is asked for by the working days of the successor’s own calendar', async () => {
    const { world } = await departed(['c-1']);
    // Eve works on weekends only: her second working day is Sunday.
    const calendar = { workweek: [6, 7], holidays: [], makeUpDays: [] };
    unwrap(await world.as('hr').people.update('eve', { calendar }));
    world.clock.advance(4 * DAY);
    expect(await sweep(world)).toMatchObject({ contactsReminded: 0 });
    world.clock.advance(3 * DAY);
    expect(await sweep(world)).toMatchObject({ contactsReminded: 1 });
  });

  it('is the next owner’s to make where the customer moves on, with days of their own', async () => {
    const { id, world } = await departed(['c-1', 'c-2']);
    world.clock.advance(HOUR);
    unwrap(await call(world, 'eve', 'c-2'));
    world.clock.advance(2 * DAY);
    expect(await sweep(world)).toMatchObject({ contactsReminded: 1 });
    unwrap(await world.as('chief').ownership.transfer(['c-1', 'c-2'], { to: 'finn', reason: 'region' }));
    const stages = async () =>
      Object.fromEntries((await watchedBy(world, id)).map(({ customer, contact }) => [customer, contact]));
    expect(await stages()).toEqual({ 'c-1': 'waiting', 'c-2': 'made' });
    world.clock.advance(DAY);
    expect(await sweep(world)).toMatchObject({ contactsReminded: 0 });
    world.clock.advance(3 * DAY);
    expect(await sweep(world)).toMatchObject({ contactsReminded: 1 });
    unwrap(await call(world, 'finn', 'c-1'));
    expect(await stages()).toEqual({ 'c-1': 'made', 'c-2': 'made' });
    await expectWhole(world);
  });

  it('is told to whoever is above a successor who is about to leave', async () => {
    const { world } = await departed(['c-1']);
    await leaves(world, 'eve', { lastDayOn: '2026-05-31' });
    world.clock.advance(2 * DAY);
    await sweep(world);
    const [told] = await entriesOf(world, 'first-contact-reminded');
    const [owned] = await entriesOf(world, 'customer-transferred');
    expect(told?.data.owner).toBe(owned?.data.to);
    expect(told?.data.told).not.toBe(owned?.data.to);
    expect(told?.data.told).not.toBe(null);
  });

  it('ends with the customer: released or deleted, nobody is reminded of it', async () => {
    const { id, world } = await departed(['c-1', 'c-2']);
    unwrap(await world.as('eve').ownership.release('c-1', { reason: 'r' }));
    unwrap(await world.as('eve').customers.delete('c-2', { reason: 'r' }));
    world.clock.advance(30 * DAY);
    expect(await sweep(world)).toMatchObject({ contactsReminded: 0, examined: 0 });
    expect(await watchedBy(world, id)).toEqual([]);
    await expectWhole(world);
  });
});

describe('a refusal', () => {
  it('by the customer is noted by the successor, and lets the supervisor look', async () => {
    const { id, world } = await departed(['c-1', 'c-2']);
    const refuse = (who: string, customer = 'c-1') =>
      world.as(who).handovers.reportRefusal(id, customer, { reason: 'wants Dana or nobody' });
    expect(codeOf(await refuse('finn'))).toBe('not-permitted');
    expect(codeOf(await refuse('eve', 'c-9'))).toBe('not-permitted');
    unwrap(await refuse('eve'));
    expect(await watchedBy(world, id, 'hr', 'refused')).toMatchObject([
      { customer: 'c-1', refusedAt: world.clock.instant() },
    ]);
    const [alert] = await alertsOf(world, 'handover-refused');
    expect(alert).toMatchObject({
      about: 'customer',
      subject: 'c-1',
      severity: 'medium',
      facts: { by: 'customer' },
    });
    // Whom it refuses does not decide what comes of it.
    expect(codeOf(await world.as('eve').alerts.get(alert?.id ?? ''))).toBe('not-found');
    unwrap(await refuse('boss', 'c-2'));
    // With another owner it has not refused anybody.
    unwrap(await world.as('chief').ownership.transfer('c-1', { to: 'finn', reason: 'refused' }));
    expect((await watchedBy(world, id, 'hr', 'refused')).map(({ customer }) => customer)).toEqual(['c-2']);
    const [entry] = await entriesOf(world, 'successor-refused');
    expect(JSON.stringify(entry)).not.toContain('wants Dana');
    await expectWhole(world);
  });

  it('is told by a service of the host, of watched customers only', async () => {
    const { id, world } = await departed(['c-1']);
    await world.own('c-2', 'eve');
    const { handovers } = world.service('wecom');
    expect(codeOf(await handovers.reportRefusal(id, 'c-2', { reason: 'r' }))).toBe('not-watched');
    expect(codeOf(await handovers.reportRefusal(id, 'nobody', { reason: 'r' }))).toBe('not-watched');
    unwrap(await handovers.reportRefusal(id, 'c-1', { reason: 'declined in the app' }));
    world.clock.advance(181 * DAY);
    await sweep(world);
    expect(codeOf(await handovers.reportRefusal(id, 'c-1', { reason: 'late' }))).toBe('not-watched');
  });

  it('by an outside channel raises the same alert; a full receiver raises none', async () => {
    const world = await createLeaving();
    for (const customer of ['c-1', 'c-2']) await world.own(customer, 'dana');
    const id = await leaves(world);
    for (const customer of ['c-1', 'c-2'])
      unwrap(await world.as('boss').handovers.prepare(id, customer, { fields: known(world), to: 'eve' }));
    unwrap(await world.as('boss').handovers.offer(id, ['c-1', 'c-2'], { channel: 'wecom' }));
    unwrap(await world.as('eve').handovers.accept(id, ['c-1', 'c-2']));
    unwrap(await world.service('wecom').handovers.complete(id, 'c-1', { outcome: 'refused' }));
    unwrap(await world.service('wecom').handovers.complete(id, 'c-2', { outcome: 'receiver_full' }));
    const alerts = await alertsOf(world, 'handover-refused');
    expect(alerts.map(({ subject, facts }) => [subject, facts.by])).toEqual([['c-1', 'channel']]);
  });
});

describe('lost orders', () => {
  /** A customer who ordered every ten days until the notice, and one who ordered twice. */
  async function buyers(options: WorldOptions = {}) {
    const world = await createLeaving(options);
    for (const customer of ['c-1', 'c-2']) await world.own(customer, 'dana');
    for (const days of [40, 30, 20, 10, 0]) await order(world, `a-${days}`, 'c-1', days);
    for (const days of [20, 0]) await order(world, `b-${days}`, 'c-2', days);
    const id = await leaves(world);
    await handOver(world, id, ['c-1', 'c-2']);
    await signAll(world, id);
    unwrap(await world.as('hr').people.depart('dana'));
    world.clock.advance(HOUR);
    for (const customer of ['c-1', 'c-2']) unwrap(await call(world, 'eve', customer));
    return { id, world, start: world.clock.now() - HOUR };
  }

  it('are told where a regular buyer has stopped, once; who bought now and then is let alone', async () => {
    const { id, world } = await buyers();
    world.clock.advance(30 * DAY - HOUR - 1);
    expect(await sweep(world)).toMatchObject({ silencesTold: 0 });
    world.clock.advance(1);
    expect(await sweep(world)).toMatchObject({ silencesTold: 1, failed: [] });
    expect(await sweep(world)).toMatchObject({ silencesTold: 0 });
    const alerts = await alertsOf(world, 'handover-orders-lost');
    expect(alerts).toMatchObject([
      { subject: 'c-1', severity: 'high', facts: { because: 'silence', everyDays: 10, handover: id } },
    ]);
    expect((await watchedBy(world, id, 'hr', 'silent')).map(({ customer }) => customer)).toEqual(['c-1']);
    expect((await watchedBy(world, id)).find(({ customer }) => customer === 'c-2')?.orders).toBe(null);
    await expectWhole(world);
  });

  it('wait for twice the usual interval where that is longer than the policy says', async () => {
    const { world } = await buyers({ create: { policy: { handover: { silentOrderDays: 7 } } } });
    world.clock.advance(20 * DAY - HOUR - 1);
    expect(await sweep(world)).toMatchObject({ silencesTold: 0 });
    world.clock.advance(1);
    expect(await sweep(world)).toMatchObject({ silencesTold: 1 });
  });

  it('are put off by an order, not by one that came to nothing or is worth nothing', async () => {
    const { id, world } = await buyers();
    world.clock.advance(20 * DAY);
    await order(world, 'n-1', 'c-1', 0, 'Cancelled');
    await world.service('erp').orders.record([
      {
        id: 'n-2',
        customer: 'c-1',
        amount: { amount: 0, currency: 'CNY' },
        stage: 'paid',
        at: world.clock.instant(),
      },
    ]);
    world.clock.advance(10 * DAY);
    expect(await sweep(world)).toMatchObject({ silencesTold: 1 });
    await order(world, 'n-3', 'c-1', 0);
    expect(await watchedBy(world, id, 'hr', 'silent')).toEqual([]);
    world.clock.advance(30 * DAY - 1);
    expect(await sweep(world)).toMatchObject({ silencesTold: 0 });
    world.clock.advance(1);
    expect(await sweep(world)).toMatchObject({ silencesTold: 1 });
    await expectWhole(world);
  });

  it('are told at once where an order of a watched customer comes to nothing, in the words of the host', async () => {
    const { world } = await buyers({ create: { policy: { orders: { lostStages: ['Kaputt'] } } } });
    await order(world, 'n-1', 'c-2', 0, 'cancelled');
    expect(await alertsOf(world, 'handover-orders-lost')).toEqual([]);
    await order(world, 'n-2', 'c-2', 0, 'kaputt');
    const [alert] = await alertsOf(world, 'handover-orders-lost');
    expect(alert).toMatchObject({
      subject: 'c-2',
      severity: 'medium',
      facts: { because: 'stage' },
      repeats: 0,
    });
    // Told again in another amount, it is the same loss.
    await world.service('erp').orders.record([
      {
        id: 'n-2',
        customer: 'c-2',
        amount: { amount: 1, currency: 'CNY' },
        stage: 'KAPUTT',
        at: world.clock.instant(),
      },
    ]);
    expect((await alertsOf(world, 'handover-orders-lost'))[0]?.repeats).toBe(0);
    // And of who is not watched, nobody is told here.
    await world.own('c-9', 'eve');
    await order(world, 'n-9', 'c-9', 0, 'kaputt');
    expect(await alertsOf(world, 'handover-orders-lost')).toHaveLength(1);
  });

  it('rest on the year before the opening: what the leaving brought about is no habit', async () => {
    const world = await createLeaving();
    await world.own('c-1', 'dana');
    const id = await leaves(world);
    for (let at = 0; at < 5; at += 1) {
      world.clock.advance(DAY);
      await order(world, `o-${at}`, 'c-1', 0);
    }
    await handOver(world, id, ['c-1']);
    await signAll(world, id);
    unwrap(await world.as('hr').people.depart('dana'));
    expect((await watchedBy(world, id))[0]?.orders).toBe(null);
  });
});

describe('the end of a watch', () => {
  it('comes by the sweep after the days of the policy, whole, once, and nothing is told any more', async () => {
    const ids = Array.from({ length: 130 }, (_, at) => `c-${at}`);
    const { id, world } = await departed(ids);
    world.clock.advance(180 * DAY - 1);
    await sweep(world);
    expect(unwrap(await world.as('hr').handovers.get(id)).status).toBe('monitored');
    expect(await watchedBy(world, id, 'hr')).toHaveLength(50);
    world.clock.advance(1);
    expect(await sweep(world)).toMatchObject({ handoversClosed: 1, failed: [] });
    expect(unwrap(await world.as('hr').handovers.get(id)).status).toBe('closed');
    expect(await watchedBy(world, id)).toEqual([]);
    world.clock.advance(HOUR);
    expect(unwrap(await call(world, 'eve', 'c-1')).firstContact).toBe(false);
    await order(world, 'o-1', 'c-1', 0, 'lost');
    expect(await alertsOf(world, 'handover-orders-lost')).toEqual([]);
    expect(await sweep(world)).toMatchObject({ handoversClosed: 0, examined: 0 });
    await expectWhole(world);
  });

  it('costs what is due: with nothing due the sweep looks at nothing, however many are watched', async () => {
    const ids = Array.from({ length: 70 }, (_, at) => `c-${at}`);
    const { world } = await departed(ids);
    world.clock.advance(HOUR);
    for (const customer of ids) unwrap(await call(world, 'eve', customer));
    await sweep(world);
    expect((await sweep(world)).examined).toBe(0);
  });

  it('in two keepers at once happens once, and so does every reminder', async () => {
    const disk = createDisk();
    try {
      const { id, world } = await departed(
        ['c-1', 'c-2', 'c-3'],
        { store: disk.open(), keeper: { keys: await disk.keys() } },
        ['c-1', 'c-2'],
      );
      const other = openWorld({ store: disk.open(), keeper: { keys: await disk.keys() } });
      const both = async (days: number) => {
        world.clock.advance(days * DAY);
        other.clock.set(world.clock.instant());
        return Promise.all([world, other, world, other].map((each) => sweep(each)));
      };
      const sum = (
        reports: Awaited<ReturnType<typeof both>>,
        name: 'contactsReminded' | 'contactsEscalated' | 'silencesTold' | 'handoversClosed',
      ) => reports.reduce((total, report) => total + report[name], 0);
      expect(sum(await both(2), 'contactsReminded')).toBe(3);
      expect(sum(await both(7), 'contactsEscalated')).toBe(3);
      expect(sum(await both(30), 'silencesTold')).toBe(2);
      expect(await entriesOf(world, 'customer-fell-silent')).toHaveLength(2);
      const closing = await both(180);
      expect(sum(closing, 'handoversClosed')).toBe(1);
      expect(closing.flatMap(({ failed }) => failed)).toEqual([]);
      expect(await entriesOf(world, 'handover-closed')).toHaveLength(1);
      expect(unwrap(await world.as('hr').handovers.get(id)).status).toBe('closed');
      await expectWhole(world);
    } finally {
      disk.clean();
    }
  });

  it('leaves a state that a rebuild in a new process makes again, before and after', async () => {
    const { id, world } = await departed(['c-1', 'c-2', 'c-3']);
    unwrap(await world.as('eve').handovers.reportRefusal(id, 'c-1', { reason: 'r' }));
    await order(world, 'o-1', 'c-2', 0, 'lost');
    world.clock.advance(2 * DAY);
    await sweep(world);
    expect(await world.keeper.rebuild('acme')).toMatchObject({ restored: 0, removed: 0 });
    world.clock.advance(200 * DAY);
    await sweep(world);
    expect(await world.keeper.rebuild('acme')).toMatchObject({ restored: 0, removed: 0 });
    await expectWhole(world);
  });
});

describe('I, who have left,', () => {
  it('am not watched: nothing that is noticed of the customers is about me', async () => {
    const { id, world } = await departed(['c-1', 'c-2']);
    for (const days of [40, 30, 20, 10]) await order(world, `a-${days}`, 'c-1', days);
    await world.keeper.seal('acme');
    const before = unwrap(await world.as('ada').ledger.entries({ limit: 500 })).items.at(-1)?.index ?? 0;
    const dana = (await entriesOf(world, 'handover-opened'))[0]?.data.leaver as string;
    unwrap(await world.as('eve').handovers.reportRefusal(id, 'c-2', { reason: 'r' }));
    await order(world, 'o-1', 'c-2', 0, 'lost');
    for (const days of [2, 7, 40, 100]) {
      world.clock.advance(days * DAY);
      expect((await sweep(world)).failed).toEqual([]);
    }
    await world.keeper.seal('acme');
    const later = unwrap(await world.as('ada').ledger.entries({ from: before + 1, limit: 500 })).items;
    expect(later.map(({ type }) => type)).toEqual(
      expect.arrayContaining([
        'successor-refused',
        'first-contact-reminded',
        'first-contact-escalated',
        'alert-raised',
      ]),
    );
    expect(later.filter((entry) => JSON.stringify(entry).includes(dana))).toEqual([]);
    for (const alert of unwrap(await world.as('ada').alerts.list()).items)
      expect(alert.about).toBe('customer');
  });
});
