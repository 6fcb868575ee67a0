import { describe, expect, it } from 'vitest';
import { memoryStore, unwrap } from '../../src/index.ts';
import type { Store } from '../../src/ports/index.ts';
import { codeOf, createLeaving, known, leaves } from './handover-world.ts';
import { createWorld, DAY, expectWhole, MINUTE, type World } from './world.ts';

/** Ways in which somebody who leaves could take something by what others once agreed to, or by themselves alone. */

const NOTICE = { kind: 'resignation', lastDayOn: '2026-05-29' } as const;
const policy = {
  guard: { exports: { mode: 'enforce', hold: { '30d': 5 }, block: { '30d': 100 } } },
} as const;

async function withCustomers(count: number, options = {}): Promise<{ world: World; ids: string[] }> {
  const world = await createWorld({ create: { policy }, ...options });
  const ids = Array.from({ length: count }, (_, at) => `c-${at}`);
  for (const id of ids) await world.own(id, 'dana', { phone: `+86 ${id}` });
  return { world, ids };
}

/** Asks for an export of the host's, which is held, and has it released. */
async function released(world: World, ids: readonly string[], fields: readonly string[] = []): Promise<void> {
  const held = unwrap(await asked(world, ids, fields));
  expect(held.decision).toBe('hold');
  const { hold } = held as { readonly hold: string };
  expect(unwrap(await world.as('boss').holds.release(hold, { reason: 'for the fair' })).permit).toBe(true);
}

const asked = (world: World, customers: readonly string[], fields: readonly string[] = []) =>
  world.as('dana').guard.request({ operation: 'export', customers, fields, payload: { list: 'fair' } });

const decisionOf = async (...call: Parameters<typeof asked>): Promise<string> =>
  unwrap(await asked(...call)).decision;

describe('a release that brings a permit', () => {
  it('is good for as long as a hold waits, and then has to be given anew', async () => {
    const { world, ids } = await withCustomers(6);
    await released(world, ids);
    world.clock.advance(DAY - MINUTE); // of 24 hours on working days
    expect(await decisionOf(world, ids)).toBe('allow');
    world.clock.advance(42 * DAY);
    await released(world, ids);
    world.clock.advance(2 * DAY);
    const late = unwrap(await asked(world, ids));
    expect(late.decision).toBe('hold');
    const waiting = unwrap(await world.as('boss').holds.list()).items;
    expect(waiting.map(({ id, status }) => [id, status])).toEqual([
      [(late as { readonly hold: string }).hold, 'waiting'],
    ]);
    await expectWhole(world);
  });

  it('is not kept for the notice, and one that is given during it is good', async () => {
    const { world, ids } = await withCustomers(6);
    await released(world, ids);
    unwrap(await world.as('hr').people.giveNotice('dana', NOTICE));
    await released(world, ids);
    expect(await decisionOf(world, ids)).toBe('allow');
    await expectWhole(world);
  });

  it('for some fields is none for others', async () => {
    const { world, ids } = await withCustomers(6);
    await released(world, ids, ['industry']);
    expect(await decisionOf(world, ids, ['industry', 'phone'])).toBe('hold');
    expect(await decisionOf(world, ids, ['industry'])).toBe('allow');
  });
});

describe('a verb over many customers', () => {
  it('passes for those that the guard looked at: what came in between is looked at by itself', async () => {
    let between = async (): Promise<void> => undefined;
    const inner = memoryStore();
    const store: Store = {
      ...inner,
      async commit(tenant, batch) {
        const outcome = await inner.commit(tenant, batch);
        if (batch.entries.some(({ leaf }) => leaf.includes('"operation-granted"'))) {
          const work = between;
          between = async () => undefined;
          await work();
        }
        return outcome;
      },
    };
    const { world, ids } = await withCustomers(2, { store });
    const later = Array.from({ length: 10 }, (_, at) => `x-${at}`);
    between = async () => {
      for (const id of later) await world.own(id);
    };
    unwrap(await world.as('dana').customers.delete([...ids, ...later], { reason: 'tidying up' }));
    expect(unwrap(await world.as('dana').customers.list({ limit: 100 })).items).toHaveLength(8);
    await expectWhole(world);
  });
});

describe('an item of a handover', () => {
  it('goes to whom was seen: the leaver proposes once, and no more under the hand of whoever offers', async () => {
    const world = await createLeaving();
    for (const id of ['c-1', 'c-2']) await world.own(id);
    const id = await leaves(world);
    const handovers = (who: string) => world.as(who).handovers;
    const fields = known(world);
    unwrap(await handovers('dana').prepare(id, 'c-1', { fields, to: 'eve' }));
    unwrap(await handovers('boss').prepare(id, 'c-2', { fields, to: 'eve' }));
    for (const item of ['c-1', 'c-2']) {
      expect(codeOf(await handovers('dana').prepare(id, item, { fields, to: 'finn' }))).toBe('not-permitted');
      const gone = { fields, disposition: 'return_to_pool' } as const;
      expect(codeOf(await handovers('dana').prepare(id, item, gone))).toBe('not-permitted');
      unwrap(await handovers('dana').prepare(id, item, { fields: known(world, 5), to: 'eve' }));
    }
    unwrap(await handovers('boss').offer(id, ['c-1', 'c-2']));
    expect(codeOf(await handovers('dana').prepare(id, 'c-1', { fields, to: 'finn' }))).toBe('not-permitted');
    unwrap(await handovers('eve').return(id, 'c-1', { reason: 'not my trade' }));
    unwrap(await handovers('dana').prepare(id, 'c-1', { fields, to: 'finn' }));
    unwrap(await handovers('boss').prepare(id, 'c-1', { fields, to: 'loner' }));
    await expectWhole(world);
  });
});

describe('a handover', () => {
  // A thousand reports take a minute on a disk, and the store has no part in it.
  it.skipIf((process.env.STORE ?? 'memory') !== 'memory')(
    'takes no things without end: nobody makes every step of it slow',
    async () => {
      const world = await createLeaving();
      const id = await leaves(world);
      const report = async (from: number): Promise<(string | undefined)[]> => {
        const items = Array.from(
          { length: 200 },
          (_, at) => ({ kind: 'asset', id: `${from + at}` }) as const,
        );
        const { items: done } = unwrap(await world.as('dana').handovers.report(id, items));
        return done.map(({ result }) => codeOf(result));
      };
      for (let from = 0; from < 1_000; from += 200)
        expect(new Set(await report(from))).toEqual(new Set([undefined]));
      expect(new Set(await report(1_000))).toEqual(new Set(['too-many-items']));
      expect((await report(800))[0], 'what is there').toBe('wrong-step');
      await expectWhole(world);
    },
  );
});

describe('who is about to leave', () => {
  it('records nothing about people, and so makes no other person, whatever the role', async () => {
    const world = await createWorld();
    await world.own('c-1', 'eve');
    const notice = await world.as('ada').people.giveNotice('hr', NOTICE);
    unwrap(notice);
    const hr = world.as('hr');
    const refused = { ok: false, error: { code: 'not-permitted', needs: 'somebody who stays' } };
    expect(await hr.people.hire({ id: 'puppet', name: 'Puppet', roles: ['HR'] })).toEqual(refused);
    expect(await hr.people.update('eve', { managerId: 'finn' })).toEqual(refused);
    expect(await hr.people.update('finn', { roles: ['HR'] })).toEqual(refused);
    expect(await hr.people.delegate('boss', { to: 'finn', untilOn: '2026-04-01' })).toEqual(refused);
    expect(await hr.people.giveNotice('boss', NOTICE)).toEqual(refused);
    expect(await hr.people.depart('boss')).toEqual(refused);
    expect(await hr.handovers.open('boss', NOTICE)).toEqual(refused);
    const { handover } = unwrap(await world.as('ada').people.giveNotice('eve', NOTICE));
    const id = handover as string;
    const { handovers } = world.as('boss');
    unwrap(await handovers.prepare(id, 'c-1', { fields: known(world), to: 'dana' }));
    unwrap(await handovers.offer(id, 'c-1', { channel: 'wecom' }));
    unwrap(await world.as('dana').handovers.accept(id, 'c-1'));
    expect(await hr.handovers.complete(id, 'c-1', { outcome: 'done' })).toEqual(refused);
    // Their own stand-in they arrange, as anybody does.
    unwrap(await hr.people.delegate('hr', { to: 'ada', untilOn: '2026-04-01' }));
    unwrap(await world.as('ben').people.withdrawNotice('hr'));
    unwrap(await hr.people.hire({ id: 'real', name: 'Real' }));
    await expectWhole(world);
  });

  it('does so where no administrator stays: somebody has to name the next', async () => {
    const world = await createWorld({ staff: ['hr', 'loner'] });
    unwrap(await world.as('hr').people.giveNotice('ada', NOTICE));
    expect(codeOf(await world.as('ada').people.hire({ id: 'next', name: 'Next' }))).toBe('not-permitted');
    unwrap(await world.as('hr').people.giveNotice('ben', NOTICE));
    unwrap(await world.as('ada').people.hire({ id: 'next', name: 'Next' }));
  });

  it('moves nobody’s customers to anybody, neither from above nor by a role', async () => {
    const world = await createWorld();
    for (const id of ['c-1', 'c-2']) await world.own(id);
    for (const who of ['boss', 'director']) unwrap(await world.as('hr').people.giveNotice(who, NOTICE));
    for (const who of ['boss', 'director']) {
      const moved = unwrap(await world.as(who).ownership.transfer(['c-1'], { to: 'finn', reason: 'r' }));
      expect(codeOf(moved.items[0]?.result)).toBe('not-permitted');
    }
    unwrap(await world.as('chief').ownership.transfer(['c-1'], { to: 'finn', reason: 'r' }));
    expect(unwrap(await world.as('finn').customers.get('c-1')).owner).toBe('finn');
    await expectWhole(world);
  });
});
