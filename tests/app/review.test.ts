import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/index.ts';
import { createDisk, createWorld, DAY, expectWhole, HOUR, openWorld, type World } from './world.ts';

/** A case that somebody made of an alert makes the guard stricter with whom it is about, until it is resolved. */
const codeOf = (result: { readonly ok: boolean; readonly error?: { readonly code: string } }): string =>
  result.ok ? 'ok' : (result.error?.code ?? '');
const reason = { reason: 'we have to talk about it' };

const remove = (world: World, ids: string | readonly string[], who = 'dana') =>
  world.as(who).customers.delete(ids, { reason: 'gone' });
/** What the guard would say to one deletion more by somebody, and whether its thresholds are lowered. */
async function strictness(world: World, who = 'dana', customers = 1) {
  const { decision, reasons } = unwrap(
    await world.service('console').guard.decide({ actor: who, operation: 'delete', customers }),
  );
  return [decision, reasons.some((each) => 'tightened' in each && each.tightened)] as const;
}

/** Dana owns some customers and wanted to delete five of them at once: an alert about her is open. */
async function alerted(
  options: Parameters<typeof createWorld>[0] = {},
): Promise<{ world: World; alert: string }> {
  const world = await createWorld(options);
  for (let at = 0; at < 8; at += 1) await world.own(`c-${at}`, 'dana');
  expect(codeOf(await remove(world, ['c-0', 'c-1', 'c-2', 'c-3', 'c-4']))).toBe('held');
  const [alert] = unwrap(await world.as('boss').alerts.list()).items;
  return { alert: alert?.id ?? '', world };
}

/** An alert about her of another rule: she overwrote ten phone numbers. */
async function alertedTwice() {
  const { alert, world } = await alerted();
  for (let at = 0; at < 8; at += 1) await world.own(`p-${at}`, 'dana', { phone: '1' });
  for (let at = 0; at < 8; at += 1) await world.as('dana').customers.update(`p-${at}`, { phone: '2' });
  for (let at = 0; at < 4; at += 1) await world.as('dana').customers.update(`c-${at}`, { phone: '2' });
  const { items } = unwrap(await world.as('boss').alerts.list());
  const other = items.find(({ rule }) => rule === 'guard-overwrites')?.id ?? '';
  return { alert, other, world };
}

describe('a confirmed alert', () => {
  it('lowers the thresholds as a notice does, and they are as before once the case is resolved', async () => {
    const { alert, world } = await alerted();
    expect(await strictness(world)).toEqual(['allow', false]);
    unwrap(await world.as('boss').alerts.acknowledge(alert));
    expect(await strictness(world)).toEqual(['allow', false]);
    unwrap(await world.as('boss').alerts.confirm(alert, reason));
    expect(await strictness(world)).toEqual(['hold', true]);
    expect(await strictness(world, 'dana', 4)).toEqual(['block', true]);
    expect(codeOf(await remove(world, 'c-7'))).toBe('held');
    unwrap(await world.as('boss').alerts.resolve(alert, { outcome: 'talk' }));
    expect(await strictness(world)).toEqual(['allow', false]);
    expect(codeOf(await remove(world, 'c-6'))).toBe('ok');
    await expectWhole(world);
    await world.keeper.rebuild(world.tenant);
    expect(await strictness(world)).toEqual(['allow', false]);
    await expectWhole(world);
  });

  it('makes nobody else’s guard stricter, and a dismissed one makes nobody’s', async () => {
    const { alert, world } = await alerted();
    unwrap(await world.as('boss').alerts.confirm(alert, reason));
    expect(await strictness(world, 'eve')).toEqual(['allow', false]);
    const second = await alerted();
    unwrap(await second.world.as('boss').alerts.dismiss(second.alert, reason));
    expect(await strictness(second.world)).toEqual(['allow', false]);
  });

  it('about a customer makes nobody’s guard stricter', async () => {
    const { alert, world } = await customerAlert();
    unwrap(await world.as('boss').alerts.confirm(alert, reason));
    expect(await strictness(world, 'eve')).toEqual(['allow', false]);
    unwrap(await world.as('boss').alerts.resolve(alert, { outcome: 'none' }));
    await expectWhole(world);
  });

  it('counts for itself: of two cases, the one that is open goes on', async () => {
    const { alert, other, world } = await alertedTwice();
    for (const each of [alert, other]) unwrap(await world.as('boss').alerts.confirm(each, reason));
    unwrap(await world.as('boss').alerts.resolve(alert, { outcome: 'talk' }));
    expect(await strictness(world)).toEqual(['hold', true]);
    unwrap(await world.as('boss').alerts.resolve(other, { outcome: 'access-review' }));
    expect(await strictness(world)).toEqual(['allow', false]);
    await expectWhole(world);
  });

  it('holds what is released meanwhile to the stricter rule', async () => {
    const { alert, world } = await alerted();
    const [hold] = unwrap(await world.as('boss').holds.list()).items;
    unwrap(await world.as('boss').alerts.confirm(alert, reason));
    // Five were a hold; for somebody under review, from the fourth on, they are blocked.
    expect(codeOf(await world.as('boss').holds.release(hold?.id ?? '', reason))).toBe('blocked');
    unwrap(await world.as('boss').alerts.resolve(alert, { outcome: 'none' }));
    expect(codeOf(await world.as('boss').holds.release(hold?.id ?? '', reason))).toBe('ok');
  });

  it('is seen by another process with its next decision', async () => {
    const disk = createDisk();
    try {
      const { alert, world } = await alerted({ store: disk.open(), keeper: { keys: await disk.keys() } });
      const other = openWorld({ store: disk.open(), keeper: { keys: await disk.keys() } });
      unwrap(await other.as('dana').customers.get('c-5'));
      unwrap(await world.as('boss').alerts.confirm(alert, reason));
      expect(codeOf(await remove(other, 'c-5'))).toBe('held');
      unwrap(await other.as('boss').alerts.resolve(alert, { outcome: 'none' }));
      expect(codeOf(await remove(world, 'c-6'))).toBe('ok');
    } finally {
      disk.clean();
    }
  });

  it('goes on where somebody comes back meanwhile, and ends with the case', async () => {
    const { alert, world } = await alerted();
    unwrap(await world.as('boss').alerts.confirm(alert, reason));
    unwrap(await world.as('hr').people.depart('dana'));
    unwrap(await world.as('hr').people.hire({ id: 'dana', name: 'Dana', managerId: 'boss' }));
    expect(await strictness(world)).toEqual(['hold', true]);
    unwrap(await world.as('boss').alerts.resolve(alert, { outcome: 'none' }));
    expect(await strictness(world)).toEqual(['allow', false]);
    await expectWhole(world);
  });

  it('keeps personal values from leaving with the ledger, without a word of why', async () => {
    const world = await createWorld({ keeper: { roles: { Auditor: ['ledger.read', 'customers.read'] } } });
    const out = { write: async () => undefined, close: async () => undefined } as never;
    unwrap(await world.as('auditor').ledger.export(out, { disclosures: 'included' }));
    const [alert] = unwrap(await world.as('ada').alerts.list()).items;
    unwrap(await world.as('ada').alerts.confirm(alert?.id ?? '', reason));
    const again = await world.as('auditor').ledger.export(out, { disclosures: 'included' });
    expect(again).toMatchObject({
      ok: false,
      error: { code: 'not-permitted', needs: 'somebody whom the guard does not hold back' },
    });
  });
});

describe('I, about whom a case is open,', () => {
  it('am told that the guard is stricter with me after thirty days at the latest, and since when', async () => {
    const { alert, world } = await alerted();
    world.clock.advance(HOUR);
    const since = world.clock.instant();
    unwrap(await world.as('boss').alerts.confirm(alert, reason));
    const mine = async () => unwrap(await world.as('dana').me.record()).stricter;
    const noticed = async () =>
      unwrap(await world.as('dana').me.notices({ limit: 500 })).items.filter(
        ({ type }) => type === 'alert-confirmed',
      );
    world.clock.advance(30 * DAY - HOUR - 1);
    expect([await mine(), await noticed()]).toEqual([[], []]);
    world.clock.advance(1);
    expect(await mine()).toEqual([{ because: 'review', since }]);
    // By role and not by name, and without what was written.
    expect(await noticed()).toMatchObject([{ role: 'supervisor', by: null, acknowledgedAt: null }]);
    expect(JSON.stringify(await noticed())).not.toContain('talk about it');
    unwrap(await world.as('boss').alerts.resolve(alert, { outcome: 'talk' }));
    expect(await mine()).toEqual([]);
  });

  it('am told of it at once when it is over, with what came of it', async () => {
    const { alert, world } = await alerted();
    unwrap(await world.as('boss').alerts.confirm(alert, reason));
    unwrap(await world.as('boss').alerts.resolve(alert, { outcome: 'workload' }));
    const { items } = unwrap(await world.as('dana').me.notices({ limit: 500 }));
    expect(items.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['alert-confirmed', 'alert-resolved']),
    );
    expect(items.find(({ type }) => type === 'alert-resolved')?.data.outcome).toBe('workload');
  });

  it('cannot tell it from what is held: a hold says who looks and by when, and no reason', async () => {
    const { alert, world } = await alerted();
    unwrap(await world.as('boss').alerts.confirm(alert, reason));
    const held = await remove(world, 'c-7');
    expect(held).toMatchObject({ ok: false, error: { code: 'held', reviewer: 'boss' } });
    const { items } = unwrap(await world.as('dana').holds.list({ mine: true }));
    expect(items.map(({ reasons }) => reasons)).toEqual([null, null]);
    expect(JSON.stringify(unwrap(await world.as('dana').me.record()))).not.toMatch(/tighten|review/);
  });

  it('see my own notice there at once: it is mine', async () => {
    const world = await createWorld();
    unwrap(await world.as('hr').people.giveNotice('dana', { lastDayOn: '2026-03-31', kind: 'resignation' }));
    expect(unwrap(await world.as('dana').me.record()).stricter).toEqual([
      { because: 'notice', since: world.clock.instant() },
    ]);
  });

  it('am under no stricter rule by an alert alone: a person other than me has to say so', async () => {
    const { alert, world } = await alerted();
    // Nobody looks for weeks: it grows, and changes nothing for me.
    for (let week = 0; week < 4; week += 1) {
      world.clock.advance(7 * DAY);
      await world.keeper.sweep(world.tenant);
    }
    expect(await strictness(world)).toEqual(['allow', false]);
    expect(codeOf(await world.as('dana').alerts.confirm(alert, reason))).toBe('not-found');
    unwrap(await world.as('dana').people.delegate('dana', { to: 'eve', untilOn: '2026-05-31' }));
    expect(codeOf(await world.as('eve').alerts.confirm(alert, reason))).toBe('not-found');
  });
});

/** An alert about a customer of Eve's. */
async function customerAlert(): Promise<{ world: World; alert: string }> {
  const world = await createWorld({
    keeper: { roles: { HR: ['people.manage', 'handovers.sign.hr'], Finance: ['handovers.sign.finance'] } },
  });
  unwrap(await world.as('ada').people.hire({ id: 'fin', name: 'Fiona', roles: ['Finance'] }));
  await world.own('c-1', 'dana');
  const id = unwrap(
    await world.as('hr').people.giveNotice('dana', { lastDayOn: '2026-03-31', kind: 'resignation' }),
  ).handover as string;
  const fields = {
    lastFollowUpAt: world.clock.instant(),
    need: 'rollers',
    unsettled: { amount: 0, currency: 'CNY' },
  };
  unwrap(await world.as('boss').handovers.prepare(id, 'c-1', { fields, to: 'eve' }));
  unwrap(await world.as('boss').handovers.offer(id, 'c-1'));
  unwrap(await world.as('eve').handovers.accept(id, 'c-1'));
  unwrap(await world.as('hr').handovers.forceExit(id, { reason: 'r' }));
  unwrap(await world.as('hr').people.depart('dana'));
  unwrap(await world.as('eve').handovers.reportRefusal(id, 'c-1', { reason: 'r' }));
  const { items } = unwrap(await world.as('boss').alerts.list());
  return { alert: items.find(({ about }) => about === 'customer')?.id ?? '', world };
}
