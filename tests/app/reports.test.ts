import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/index.ts';
import type { CommitBatch, Store } from '../../src/ports/index.ts';
import { codeOf, handOver, leaves, signAll } from './handover-world.ts';
import { createWorld, DAY, expectWhole, freshStore, type World } from './world.ts';

const YEAR = { from: '2026-01-01', to: '2026-12-31' };

/** The world of handovers, with somebody who reads reports, and more who will leave. */
async function createReported(store: Store = freshStore()): Promise<World> {
  const world = await createWorld({
    store,
    keeper: {
      roles: {
        HR: ['people.manage', 'handovers.sign.hr'],
        Auditor: ['ledger.read'],
        Director: ['claims.decide', 'ownership.transfer'],
        Finance: ['handovers.sign.finance'],
        Analyst: ['reports.read'],
      },
      services: { erp: ['orders.record'] },
    },
  });
  const { hire } = world.as('ada').people;
  unwrap(await hire({ id: 'fin', name: 'Fiona', roles: ['Finance'] }));
  unwrap(await hire({ id: 'ana', name: 'Ana', roles: ['Analyst'] }));
  for (const id of ['gone-1', 'gone-2']) unwrap(await hire({ id, name: id, managerId: 'boss' }));
  return world;
}

let orders = 0;
const buys = async (world: World, customer: string, at: string): Promise<void> => {
  orders += 1;
  const order = {
    id: `o-${orders}`,
    customer,
    amount: { amount: 10_000, currency: 'CNY' },
    stage: 'paid',
    at,
  };
  for (const { result } of unwrap(await world.service('erp').orders.record([order])).items) unwrap(result);
};

const analyst = (world: World) => world.as('ana').reports;

describe('how complete handovers are', () => {
  it('is one line each: where items stand, what is overdue, how long it took', async () => {
    const world = await createReported();
    await world.own('c-1');
    await world.own('c-2');
    const id = await leaves(world);
    await handOver(world, id, ['c-1']);
    const [half] = unwrap(await analyst(world).handoverCompleteness(YEAR)).handovers;
    expect(half).toMatchObject({
      handover: id,
      status: 'preparing',
      counts: { pending: 1, transferred: 1 },
      progress: 0.5,
      covered: false,
      overdue: 0,
      daysToClear: null,
      exceptions: { forcedExit: false, openAfterExit: 0, waived: 0, writtenOff: 0 },
    });
    world.clock.set('2026-04-02T08:00:00.000Z');
    expect(unwrap(await analyst(world).handoverCompleteness(YEAR)).handovers[0]?.overdue).toBe(1);
    await handOver(world, id, ['c-2']);
    expect(unwrap(await analyst(world).handoverCompleteness(YEAR)).handovers[0]).toMatchObject({
      covered: true,
      overdue: 0,
      progress: 1,
      status: 'ready',
    });
    expect(await signAll(world, id)).toBe(true);
    expect(unwrap(await analyst(world).handoverCompleteness(YEAR)).handovers[0]).toMatchObject({
      clearedAt: world.clock.instant(),
      covered: true,
      daysToClear: 31,
      status: 'cleared',
    });
    // Hired again, with customers of a new episode: what was cleared stays so.
    unwrap(await world.as('hr').people.depart('dana'));
    unwrap(await world.as('hr').people.hire({ id: 'dana', name: 'Dana', managerId: 'boss' }));
    await world.own('c-3');
    expect(unwrap(await analyst(world).handoverCompleteness(YEAR)).handovers[0]?.covered).toBe(true);
    await world.keeper.close();
  });

  it('tells what did not go by the book, and what was withdrawn', async () => {
    const world = await createReported();
    await world.own('c-1');
    const id = await leaves(world);
    unwrap(await world.as('hr').handovers.forceExit(id, { reason: 'The last day is over' }));
    expect(unwrap(await analyst(world).handoverCompleteness(YEAR)).handovers[0]).toMatchObject({
      covered: false,
      exceptions: { forcedExit: true, openAfterExit: 1 },
      status: 'forced_exit',
    });
    const other = await leaves(world, 'finn');
    unwrap(await world.as('hr').people.withdrawNotice('finn'));
    const { handovers } = unwrap(await analyst(world).handoverCompleteness(YEAR));
    expect(handovers).toHaveLength(2);
    expect(handovers.find(({ handover }) => handover === other)).toMatchObject({
      covered: null,
      overdue: 0,
      status: 'withdrawn',
    });
    await world.keeper.close();
  });

  it('counts a handover on the day it was opened, in the time zone of the company', async () => {
    const world = await createReported();
    const id = await leaves(world);
    const on = async (from: string, to: string) =>
      unwrap(await analyst(world).handoverCompleteness({ from, to })).handovers.map(
        ({ handover }) => handover,
      );
    expect(await on('2026-03-02', '2026-03-02')).toEqual([id]);
    expect(await on('2026-01-01', '2026-03-01')).toEqual([]);
    expect(await on('2026-03-03', '2026-12-31')).toEqual([]);
    await world.keeper.close();
  });

  it('is for those who may read reports, and for ranges that are some', async () => {
    const world = await createReported();
    expect(codeOf(await world.as('boss').reports.handoverCompleteness(YEAR))).toBe('not-permitted');
    expect(codeOf(await world.as('boss').reports.leaverChurn(YEAR))).toBe('not-permitted');
    for (const range of [
      { from: '2026-02-01', to: '2026-01-01' },
      { from: '2020-01-01', to: '2026-01-01' },
      { from: 'yesterday', to: '2026-01-01' },
    ])
      await expect(analyst(world).leaverChurn(range)).rejects.toThrow(/range/);
    await world.keeper.close();
  });
});

const LEAVERS = ['dana', 'gone-1', 'gone-2'];

interface Departed {
  readonly leavers?: readonly string[];
  /** How many customers each of them has, and how many Finn, who stays. */
  readonly book?: number;
  readonly stay?: number;
}

/** Leavers whose customers went to Eve, and Finn, who stays; all buy alike until the departures. */
async function createDepartures(
  world: World,
  { leavers = LEAVERS, book = 8, stay = 24 }: Departed = {},
): Promise<void> {
  const books = [...leavers, 'finn'].map((owner) => ({
    owner,
    customers: Array.from({ length: owner === 'finn' ? stay : book }, (_, at) => `${owner}-c-${at}`),
  }));
  for (const { owner, customers } of books) for (const id of customers) await world.own(id, owner);
  world.clock.advance(60 * DAY);
  for (const { customers } of books)
    for (const id of customers) await buys(world, id, world.clock.instant(-10 * DAY));
  // Nobody's when the others leave.
  unwrap(await world.as('finn').ownership.release('finn-c-0', { reason: 'No time' }));
  world.clock.advance(DAY);
  for (const { owner, customers } of books) {
    if (owner === 'finn') continue;
    await handOver(world, await leaves(world, owner, { lastDayOn: '2026-05-31' }), customers);
  }
  world.clock.advance(19 * DAY);
  for (const leaver of leavers) unwrap(await world.as('hr').people.depart(leaver));
}

describe('customers after their owner left', { timeout: 120_000 }, () => {
  it('are compared with those who bought alike and had an owner who stayed', async () => {
    const world = await createReported();
    await createDepartures(world);
    const reported = async () => unwrap(await analyst(world).leaverChurn(YEAR, { horizonDays: 90 }));
    expect(await reported()).toMatchObject({
      departures: 3,
      difference: null,
      handedOver: 24,
      reason: 'too-few-departures',
      tooEarly: 24,
    });
    // What becomes of an owner afterwards does not choose who is compared.
    unwrap(await world.as('finn').ownership.release('finn-c-1', { reason: 'Lost' }));
    world.clock.advance(30 * DAY);
    for (let at = 0; at < 24; at += 1) await buys(world, `finn-c-${at}`, world.clock.instant());
    for (const at of [0, 1])
      for (const who of LEAVERS) await buys(world, `${who}-c-${at}`, world.clock.instant());
    world.clock.advance(61 * DAY);
    const told = await reported();
    // Of Finn's 24, one was in the pool.
    expect(told).toMatchObject({
      ...YEAR,
      departures: 3,
      handedOver: 24,
      horizonDays: 90,
      pairs: 23,
      reason: null,
      tooEarly: 0,
      unmatched: 1,
      withoutOrders: 0,
    });
    expect(told.lossRate?.matched.estimate).toBe(0);
    expect(told.difference?.estimate).toBeGreaterThan(0.7);
    expect(told.difference?.low).toBeGreaterThan(0.4);
    expect(await reported()).toEqual(told);
    const spring = { from: '2026-01-01', to: '2026-04-30' };
    expect(unwrap(await analyst(world).leaverChurn(spring))).toMatchObject({ departures: 0, handedOver: 0 });
    await world.keeper.close();
  });

  it('are watched after I have left, never me: no entry, document or index key is made', async () => {
    const store = freshStore();
    const committed: CommitBatch[] = [];
    const watched: Store = {
      ...store,
      commit: (tenant, batch) => {
        committed.push(batch);
        return store.commit(tenant, batch);
      },
    };
    const world = await createReported(watched);
    await createDepartures(world);
    world.clock.advance(200 * DAY);
    await world.keeper.sweep('acme');
    await world.keeper.seal('acme');
    expect(committed.length).toBeGreaterThan(100);
    committed.length = 0;
    const told = unwrap(await analyst(world).leaverChurn(YEAR));
    const complete = unwrap(await analyst(world).handoverCompleteness(YEAR));
    await world.keeper.seal('acme');
    expect(committed).toEqual([]);
    expect(told.reason).toBe(null);
    expect(complete.handovers).toHaveLength(3);
    for (const name of [...LEAVERS, 'Dana', 'eve', 'finn', '"e_', '"c_'])
      expect(JSON.stringify([told, complete])).not.toContain(name);
    await expectWhole(world);
    await world.keeper.close();
  });

  it('give no figures about me alone: fewer than three departures have none', async () => {
    const world = await createReported();
    await createDepartures(world, { leavers: ['dana'], book: 22, stay: 24 });
    world.clock.advance(200 * DAY);
    expect(unwrap(await analyst(world).leaverChurn(YEAR))).toMatchObject({
      departures: 1,
      difference: null,
      lossRate: null,
      pairs: 22,
      reason: 'too-few-departures',
    });
    await world.keeper.close();
  });
});
