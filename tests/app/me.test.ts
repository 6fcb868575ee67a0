import { describe, expect, it } from 'vitest';
import { type MyRecord, unwrap } from '../../src/index.ts';
import { createWorld, DAY, expectWhole, HOUR, type World } from './world.ts';

/** What a person is told, from their side: each name says what they may rely on. */
const codeOf = (result: {
  readonly ok: boolean;
  readonly error?: { readonly code: string };
}): string | null => (result.ok ? null : (result.error?.code ?? null));

async function rejectedClaim(world: World): Promise<{ claim: string; entry: string }> {
  const claim = await world.register('c-1', 'dana', { phone: '555 0100' });
  const { entry } = unwrap(await world.as('boss').claims.reject(claim, { reason: 'a competitor of ours' }));
  return { claim, entry };
}

/** Dana deletes five customers: that raises an alert about her and holds it. */
async function held(world: World): Promise<{ hold: string; alert: string }> {
  const ids = ['c-1', 'c-2', 'c-3', 'c-4', 'c-5'];
  for (const id of ids) await world.own(id);
  const result = await world.as('dana').customers.delete(ids, { reason: 'gone' });
  expect(codeOf(result)).toBe('held');
  const { items } = unwrap(await world.as('dana').holds.list({ mine: true }));
  const alerts = unwrap(await world.as('ada').alerts.list());
  return { hold: items[0]?.id ?? '', alert: alerts.items[0]?.id ?? '' };
}

describe('me.record', () => {
  it('tells me everything that is kept about me: what, why, on which legal ground, until when', async () => {
    const world = await createWorld();
    await world.own('c-1');
    const record = unwrap(await world.as('dana').me.record());
    expect(record.person).toMatchObject({ id: 'dana', name: 'Dana', managerId: 'boss' });
    const counts = Object.fromEntries(record.kinds.map(({ kind, count }) => [kind, count]));
    expect(counts).toMatchObject({ customers: 1, claims: 1, alerts: 0, holds: 0 });
    for (const { purpose, basis, until } of record.kinds) {
      expect([purpose, basis, until].every((sentence) => sentence.length > 10)).toBe(true);
      expect(`${purpose}${basis}${until}`).not.toContain('{');
    }
    const hired = record.entries.find(({ type }) => type === 'employee-hired');
    expect(hired).toMatchObject({ by: 'ada', role: 'administrator', values: { name: 'Dana' } });
    expect(record.entries.map(({ type }) => type)).toContain('claim-approved');
    await expectWhole(world);
  });

  it('speaks my language', async () => {
    const world = await createWorld({ staff: ['boss', 'dana', 'chief'] });
    const { kinds } = unwrap(await world.as('dana').me.record({ locale: 'zh-CN' }));
    for (const { purpose, basis, until } of kinds)
      for (const sentence of [purpose, basis, until]) expect(sentence).toMatch(/[一-龥]/);
  });

  it('is mine alone: nobody sees another person’s, and a service is nobody', async () => {
    const world = await createWorld();
    await world.own('c-1', 'eve');
    const { entries, person } = unwrap(await world.as('dana').me.record());
    expect(person.id).toBe('dana');
    expect(JSON.stringify(entries)).not.toContain('c-1');
    expect(codeOf(await world.service('erp').me.record())).toBe('not-permitted');
  });

  it('comes in pages that leave nothing out and repeat nothing', async () => {
    const world = await createWorld();
    for (const id of ['c-1', 'c-2', 'c-3']) await world.own(id);
    const whole = unwrap(await world.as('dana').me.record()).entries.map(({ entry }) => entry);
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const page: MyRecord = unwrap(await world.as('dana').me.record({ limit: 2, after }));
      seen.push(...page.entries.map(({ entry }) => entry));
      after = page.next;
      if (after === null) break;
    }
    expect(seen).toEqual(whole);
    expect(whole.length).toBeGreaterThan(5);
  });

  it('does not tell me of an alert while it is looked at, so that nobody finds the thresholds by it', async () => {
    const world = await createWorld();
    const { alert } = await held(world);
    expect(alert).not.toBe('');
    const record = unwrap(await world.as('dana').me.record());
    expect(record.entries.filter(({ type }) => type.includes('alert'))).toEqual([]);
    expect(record.kinds.find(({ kind }) => kind === 'alerts')?.count).toBe(0);
    expect(JSON.stringify(record.entries)).not.toContain('threshold');
    expect(codeOf(await world.as('dana').me.contest(alert, { statement: 'why?' }))).toBe('not-found');
  });

  it('tells me of an alert once it is closed: by role, not by name, without what was written', async () => {
    const world = await createWorld();
    const { alert } = await held(world);
    unwrap(await world.as('boss').alerts.get(alert));
    unwrap(await world.as('boss').alerts.dismiss(alert, { reason: 'she had asked me' }));
    const record = unwrap(await world.as('dana').me.record());
    const alerts = record.entries.filter(({ type }) => type.startsWith('alert'));
    expect(alerts.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['alert-raised', 'alert-viewed', 'alert-dismissed']),
    );
    expect(new Set(alerts.map(({ by }) => by))).toEqual(new Set([null]));
    expect(alerts.find(({ type }) => type === 'alert-dismissed')).toMatchObject({
      role: 'supervisor',
      values: {},
    });
    expect(JSON.stringify(alerts)).not.toContain('she had asked');
    expect(record.kinds.find(({ kind }) => kind === 'alerts')?.count).toBe(1);
  });

  it('tells me of an alert after thirty days at the latest, whatever became of it', async () => {
    const world = await createWorld();
    await held(world);
    const alertsIn = async (): Promise<number> =>
      unwrap(await world.as('dana').me.record({ limit: 500 })).entries.filter(
        ({ type }) => type === 'alert-raised',
      ).length;
    world.clock.advance(30 * DAY - 1);
    expect(await alertsIn()).toBe(0);
    world.clock.advance(1);
    expect(await alertsIn()).toBe(1);
  });

  it('tells me who read what is about me', async () => {
    const world = await createWorld();
    const { alert } = await held(world);
    unwrap(await world.as('boss').alerts.get(alert));
    unwrap(await world.as('boss').alerts.dismiss(alert, { reason: 'nothing' }));
    const { entries } = unwrap(await world.as('dana').me.record({ only: 'reads' }));
    expect(entries.length).toBeGreaterThan(0);
    expect(entries.every(({ read }) => read)).toBe(true);
    expect(entries.map(({ role }) => role)).toContain('supervisor');
  });
});

describe('what I did myself is kept about me, too', () => {
  it('tells me what I read myself: whose, which fields, and which lists', async () => {
    const world = await createWorld();
    await world.own('c-1', 'dana', { phone: '555 0100' });
    unwrap(await world.as('dana').customers.get('c-1'));
    unwrap(await world.as('dana').customers.history('c-1'));
    unwrap(await world.as('dana').customers.list());
    const { entries } = unwrap(await world.as('dana').me.record({ only: 'reads' }));
    expect(entries.map(({ type, role, by }) => [type, role, by])).toEqual([
      ['customers-listed', 'you', 'dana'],
      ['history-read', 'you', 'dana'],
      ['customer-viewed', 'you', 'dana'],
    ]);
    expect(entries[2]?.data).toMatchObject({ customer: 'c-1', fields: ['phone'] });
    // The phone is the customer's, and not in my record.
    expect(JSON.stringify(entries)).not.toContain('555');
    expect(unwrap(await world.as('eve').me.record({ only: 'reads' })).entries).toEqual([]);
    await expectWhole(world);
  });

  it('tells me what I asked for in vain, and lets me contest it', async () => {
    const world = await createWorld();
    const claim = await world.register('c-1', 'dana');
    expect(codeOf(await world.as('eve').claims.reject(claim, { reason: 'mine' }))).toBe('not-permitted');
    const { entries } = unwrap(await world.as('eve').me.record());
    const refused = entries.find(({ outcome }) => outcome === 'refused');
    expect(refused).toMatchObject({ type: 'reject-claim', reason: 'not-permitted', role: 'you' });
    unwrap(await world.as('eve').me.contest(refused?.entry ?? '', { statement: 'I take care of them.' }));
  });

  it('tells me what was done in my place, and by whom; it is no notice, since it is not about me', async () => {
    const world = await createWorld();
    const claim = await world.register('c-1');
    unwrap(await world.as('boss').people.delegate('boss', { to: 'lead', untilOn: '2026-03-20' }));
    unwrap(await world.as('lead', { onBehalfOf: 'boss' }).claims.approve(claim));
    const { entries } = unwrap(await world.as('boss').me.record());
    expect(entries.find(({ type }) => type === 'claim-approved')).toMatchObject({
      by: 'lead',
      role: 'colleague',
    });
    const notices = unwrap(await world.as('boss').me.notices()).items.map(({ type }) => type);
    expect(notices).not.toContain('claim-approved');
  });

  it('does not tell whom an alert is about in the record of whoever looked at it', async () => {
    const world = await createWorld();
    const { alert } = await held(world);
    unwrap(await world.as('ada').alerts.get(alert));
    unwrap(await world.as('ada').alerts.dismiss(alert, { reason: 'nothing' }));
    const { entries } = unwrap(await world.as('ada').me.record({ limit: 500 }));
    const alerts = entries.filter(({ type }) => type.startsWith('alert'));
    expect(alerts.map(({ type }) => type)).toContain('alert-dismissed');
    expect(JSON.stringify(alerts)).not.toContain('dana');
  });
});

describe('me.notices and me.acknowledge', () => {
  it('tells me that something I asked for is held, and what became of it', async () => {
    const world = await createWorld();
    const { hold } = await held(world);
    const before = unwrap(await world.as('dana').me.notices()).items.map(({ id, type }) => [id, type]);
    expect(before).toContainEqual([hold, 'hold-placed']);
    unwrap(await world.as('boss').holds.deny(hold, { reason: 'they are live' }));
    const { items } = unwrap(await world.as('dana').me.notices());
    expect(items[0]).toMatchObject({ type: 'hold-denied', by: 'boss', role: 'supervisor' });
    // Whoever denied it needs no telling.
    expect(unwrap(await world.as('boss').me.notices()).items.map(({ type }) => type)).not.toContain(
      'hold-denied',
    );
  });

  it('tells me of my notice and my handover', async () => {
    const world = await createWorld();
    unwrap(await world.as('hr').people.giveNotice('dana', { lastDayOn: '2026-03-31', kind: 'resignation' }));
    const types = unwrap(await world.as('dana').me.notices()).items.map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['notice-given', 'handover-opened']));
  });

  it('tells me when a policy tightens a rule, and by which fields; a loosened one is no notice', async () => {
    const world = await createWorld();
    unwrap(await world.as('ada').policies.adopt({ followUps: { remindAfterDays: 2 } }));
    const told = unwrap(await world.as('dana').me.notices()).items;
    expect(told[0]).toMatchObject({
      id: 'policy-2',
      type: 'policy-adopted',
      data: { number: 2, tightens: ['followUps.remindAfterDays'] },
    });
    for (const admin of ['ada', 'ben'])
      unwrap(await world.as(admin).policies.adopt({ followUps: { remindAfterDays: 5 } }));
    const ids = unwrap(await world.as('dana').me.notices()).items.map(({ id }) => id);
    expect(ids).toContain('policy-2');
    expect(ids).not.toContain('policy-3');
  });

  it('lets me take note once, as an entry, and reminds me no more', async () => {
    const world = await createWorld();
    const { entry } = await rejectedClaim(world);
    unwrap(await world.as('ada').policies.adopt({ followUps: { remindAfterDays: 2 } }));
    const dana = world.as('dana').me;
    unwrap(await dana.acknowledge(entry));
    unwrap(await dana.acknowledge('policy-2'));
    expect(unwrap(await dana.notices()).items.map(({ id }) => id)).not.toContain(entry);
    expect(unwrap(await dana.notices()).items.map(({ id }) => id)).not.toContain('policy-2');
    const all = unwrap(await dana.notices({ acknowledged: true })).items;
    expect(all.find(({ id }) => id === entry)?.acknowledgedAt).toBe(world.clock.instant());
    expect(codeOf(await dana.acknowledge(entry))).toBe('unchanged');
    expect(codeOf(await world.as('eve').me.acknowledge(entry))).toBe('not-found');
    expect(codeOf(await dana.acknowledge('policy-9'))).toBe('not-found');
    await expectWhole(world);
  });
});

describe('me.contest', () => {
  it('has somebody uninvolved answer me within fifteen days', async () => {
    const world = await createWorld();
    const { entry } = await rejectedClaim(world);
    const opened = unwrap(await world.as('dana').me.contest(entry, { statement: 'I met them first.' }));
    expect(opened.dueAt).toBe(world.clock.instant(15 * DAY));
    const waiting = unwrap(await world.as('ada').contests.list());
    expect(waiting.items).toMatchObject([{ id: opened.contest, employee: 'dana', about: 'claim-rejected' }]);
    expect(unwrap(await world.as('ada').contests.get(opened.contest)).statement).toBe('I met them first.');
    unwrap(
      await world.as('ada').contests.answer(opened.contest, { outcome: 'granted', text: 'You are right.' }),
    );
    expect(unwrap(await world.as('dana').contests.get(opened.contest))).toMatchObject({
      status: 'answered',
      outcome: 'granted',
      answer: 'You are right.',
      answeredBy: 'ada',
    });
    expect(unwrap(await world.as('dana').me.notices()).items.map(({ type }) => type)).toContain(
      'contest-answered',
    );
    expect(
      codeOf(await world.as('ben').contests.answer(opened.contest, { outcome: 'declined', text: 'No.' })),
    ).toBe('contest-decided');
    const { entries } = unwrap(await world.as('dana').me.record({ only: 'reads' }));
    expect(entries).toMatchObject([{ type: 'contest-viewed', by: 'ada' }]);
    await expectWhole(world);
    await world.keeper.rebuild(world.tenant);
    await expectWhole(world);
  });

  it('is never answered by whoever decided, by me, nor by who stands in for either', async () => {
    const world = await createWorld();
    const claim = await world.register('c-1');
    const { entry } = unwrap(await world.as('ada').claims.reject(claim, { reason: 'no' }));
    const { contest } = unwrap(await world.as('dana').me.contest(entry, { statement: 'I met them first.' }));
    const answer = { outcome: 'declined', text: 'No.' } as const;
    expect(codeOf(await world.as('ada').contests.answer(contest, answer))).toBe('involved');
    expect(codeOf(await world.as('ada').contests.get(contest))).toBe('not-found');
    expect(unwrap(await world.as('ada').contests.list()).items).toEqual([]);
    expect(codeOf(await world.as('eve').contests.answer(contest, answer))).toBe('not-permitted');
    unwrap(await world.as('dana').people.delegate('dana', { to: 'ben', untilOn: '2026-03-20' }));
    expect(codeOf(await world.as('ben').contests.answer(contest, answer))).toBe('involved');
  });

  it('leaves out who decides a hold after I contested it', async () => {
    const world = await createWorld();
    const { hold } = await held(world);
    const { contest } = unwrap(await world.as('dana').me.contest(hold, { statement: 'They are gone.' }));
    unwrap(await world.as('ada').holds.deny(hold, { reason: 'no' }));
    const answer = { outcome: 'declined', text: 'No.' } as const;
    expect(codeOf(await world.as('ada').contests.answer(contest, answer))).toBe('involved');
    unwrap(await world.as('ben').contests.answer(contest, answer));
  });

  it('is about what concerns me, and once', async () => {
    const world = await createWorld();
    const { entry, claim } = await rejectedClaim(world);
    expect(codeOf(await world.as('eve').me.contest(entry, { statement: 'mine!' }))).toBe('not-found');
    const { contest } = unwrap(await world.as('dana').me.contest(entry, { statement: 'unfair' }));
    expect(await world.as('dana').me.contest(entry, { statement: 'again' })).toEqual({
      ok: false,
      error: { code: 'already-contested', contest },
    });
    unwrap(await world.as('dana').me.contest(claim, { statement: 'and the claim' }));
    expect(unwrap(await world.as('dana').contests.list({ mine: true })).items).toHaveLength(2);
    expect(unwrap(await world.as('eve').contests.list({ mine: true })).items).toEqual([]);
  });

  it('lets me contest the rule of an alert that I was told of', async () => {
    const world = await createWorld();
    const { alert } = await held(world);
    unwrap(await world.as('boss').alerts.dismiss(alert, { reason: 'nothing' }));
    const { contest } = unwrap(
      await world.as('dana').me.contest(alert, { statement: 'I was told to delete them.' }),
    );
    expect(unwrap(await world.as('ada').contests.get(contest)).about).toBe('alert-raised');
  });

  it('is not forgotten: after fifteen days without an answer it is told, once, and still to be answered', async () => {
    const world = await createWorld();
    const { entry } = await rejectedClaim(world);
    const { contest } = unwrap(await world.as('dana').me.contest(entry, { statement: 'unfair' }));
    world.clock.advance(15 * DAY - 1);
    expect((await world.keeper.sweep(world.tenant)).contestsEscalated).toBe(0);
    world.clock.advance(1);
    expect((await world.keeper.sweep(world.tenant)).contestsEscalated).toBe(1);
    expect((await world.keeper.sweep(world.tenant)).contestsEscalated).toBe(0);
    expect(unwrap(await world.as('dana').me.notices()).items[0]?.type).toBe('contest-escalated');
    unwrap(await world.as('ada').contests.answer(contest, { outcome: 'declined', text: 'Late, sorry.' }));
    await expectWhole(world);
  });

  it('is withheld from me only by two uninvolved people, for a reason, thirty days at most', async () => {
    const world = await createWorld();
    const { entry } = await rejectedClaim(world);
    const { contest, dueAt } = unwrap(await world.as('dana').me.contest(entry, { statement: 'unfair' }));
    const input = { reason: 'a court asked us to', days: 30 };
    await expect(world.as('ada').contests.withhold(contest, { ...input, days: 31 })).rejects.toThrow(/days/);
    expect(codeOf(await world.as('boss').contests.withhold(contest, input))).toBe('not-permitted');
    expect(unwrap(await world.as('ada').contests.withhold(contest, input)).status).toBe(
      'awaiting-second-person',
    );
    expect(codeOf(await world.as('ada').contests.withhold(contest, input))).toBe('second-person-required');
    expect(unwrap(await world.as('dana').contests.get(contest)).dueAt).toBe(dueAt);
    world.clock.advance(HOUR);
    expect(unwrap(await world.as('ben').contests.withhold(contest, input)).status).toBe('withheld');
    const told = unwrap(await world.as('dana').me.record()).entries.find(
      ({ type }) => type === 'contest-withheld',
    );
    expect(told?.values).toEqual({ reason: 'a court asked us to' });
    expect(codeOf(await world.as('ada').contests.withhold(contest, input))).toBe('contest-decided');
    world.clock.advance(30 * DAY - HOUR - 1);
    expect((await world.keeper.sweep(world.tenant)).contestsEscalated).toBe(0);
    world.clock.advance(1);
    expect((await world.keeper.sweep(world.tenant)).contestsEscalated).toBe(1);
    await expectWhole(world);
  });
});
