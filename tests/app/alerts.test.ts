import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALERT_OUTCOMES, type AlertView, type LedgerEvent, unwrap } from '../../src/index.ts';
import { type AlertWorld, createAlertWorld, entriesOf } from './alert-world.ts';
import { DAY, expectWhole, HOUR, type World } from './world.ts';

const staff = ['chief', 'boss', 'dana', 'eve', 'lead', 'finn', 'loner', 'director'];
const reason = 'looked at the exports of that day';

/** Which alerts somebody sees. */
async function seenBy(world: World, id: string): Promise<readonly string[]> {
  return unwrap(await world.as(id).alerts.list()).items.map((alert) => alert.id);
}

async function audience(world: World, alert: string): Promise<readonly string[]> {
  const seeing: string[] = [];
  for (const id of ['ada', 'anna', 'boss', 'chief', 'dana', 'eve', 'lead', 'rita']) {
    const listed = (await seenBy(world, id)).includes(alert);
    // A list and a single look say the same.
    expect((await world.as(id).alerts.get(alert)).ok, id).toBe(listed);
    if (listed) seeing.push(id);
  }
  return seeing;
}

const code = (result: { ok: boolean; error?: { code: string } }): string => result.error?.code ?? 'ok';

/** Unmasks an alert by two people. */
async function unmask(world: World, alert: string): Promise<void> {
  unwrap(await world.as('anna').alerts.unmask(alert, { reason }));
  expect(unwrap(await world.as('axel').alerts.unmask(alert, { reason })).status).toBe('unmasked');
}

describe('the audience of an alert', () => {
  it('is the nearest supervisor and who may see alerts by a role; never the person it is about', async () => {
    const world = await createAlertWorld({ staff });
    const id = await world.raise('dana');
    expect(await audience(world, id)).toEqual(['ada', 'anna', 'boss', 'rita']);
    await expectWhole(world);
  });

  it('follows the org chart at once', async () => {
    const world = await createAlertWorld({ staff });
    const id = await world.raise('dana');
    unwrap(await world.as('ada').people.update('dana', { managerId: 'lead' }));
    expect(await audience(world, id)).toEqual(['ada', 'anna', 'lead', 'rita']);
  });

  it('of a customer is above its owner, and never the owner', async () => {
    const world = await createAlertWorld({ staff });
    await world.own('c-1', 'dana');
    const id = await world.raise('c-1', { rule: 'going-silent', customers: ['c-1'] });
    expect(await audience(world, id)).toEqual(['ada', 'anna', 'boss', 'rita']);
    unwrap(await world.as('chief').ownership.transfer('c-1', { to: 'finn', reason }));
    expect(await audience(world, id)).toEqual(['ada', 'anna', 'lead', 'rita']);
    const view = unwrap(await world.as('anna').alerts.get(id));
    expect(view).toMatchObject({
      about: 'customer',
      subject: 'c-1',
      pseudonym: null,
      customers: ['c-1'],
      masked: [],
    });
  });

  it('of an administrator leaves that administrator out, whatever they may do otherwise', async () => {
    const world = await createAlertWorld({ staff });
    const id = await world.raise('ada');
    expect(await audience(world, id)).toEqual(['anna', 'rita']);
    expect(code(await world.as('ada').alerts.dismiss(id, { reason }))).toBe('not-found');
    expect(unwrap(await world.as('ben').alerts.get(id)).id).toBe(id);
  });
});

describe('from the side of the person an alert is about', () => {
  it('an alert about me shows no name until two people agree', async () => {
    const world = await createAlertWorld({ staff });
    await world.own('c-1', 'dana');
    const facts = { actor: await world.alias('dana'), of: [await world.alias('c-1')], rows: 12 };
    const id = await world.raise('dana', { customers: ['c-1'], facts, by: 'dana' });
    const other = await world.raise('dana', { rule: 'mass-export' });
    const heard: LedgerEvent[] = [];
    world.keeper.on('entry', (event) => heard.push(event));
    for (const who of ['boss', 'anna', 'rita', 'ada']) {
      const view = unwrap(await world.as(who).alerts.get(id));
      expect(view).toMatchObject({
        subject: null,
        customers: null,
        customerCount: 1,
        masked: ['subject', 'customers'],
      });
      expect(view.pseudonym).toMatch(/^p_[\w-]{12}$/);
      expect(view.facts).toEqual({ actor: view.pseudonym, of: [null], rows: 12 });
      expect(JSON.stringify(unwrap(await world.as(who).alerts.list()))).not.toMatch(/"(dana|c-1|[ec]_)/i);
    }
    expect(unwrap(await world.as('anna').alerts.unmask(id, { reason })).status).toBe(
      'awaiting-second-person',
    );
    expect(code(await world.as('anna').alerts.unmask(id, { reason }))).toBe('second-person-required');
    expect(unwrap(await world.as('anna').alerts.get(id)).subject).toBe(null);
    expect(unwrap(await world.as('axel').alerts.unmask(id, { reason })).status).toBe('unmasked');
    expect(unwrap(await world.as('boss').alerts.get(id))).toMatchObject({
      subject: 'dana',
      customers: ['c-1'],
      masked: [],
    });
    // For this alert only.
    expect(unwrap(await world.as('boss').alerts.get(other)).subject).toBe(null);
    expect(code(await world.as('axel').alerts.unmask(id, { reason }))).toBe('unchanged');
    expect((await entriesOf(world)).map(({ type }) => type)).toContain('alert-unmasked');
    await expectWhole(world);
  });

  it('only two who may decide alerts unmask me: not my supervisor, not a reader, not who stands in for me', async () => {
    const world = await createAlertWorld({ staff });
    const id = await world.raise('dana');
    expect(code(await world.as('boss').alerts.unmask(id, { reason }))).toBe('not-permitted');
    expect(code(await world.as('rita').alerts.unmask(id, { reason }))).toBe('not-permitted');
    expect(code(await world.as('dana').alerts.unmask(id, { reason }))).toBe('not-found');
    unwrap(await world.as('anna').alerts.unmask(id, { reason }));
    // The first to ask stands in for me by now: their consent is worth nothing any more.
    unwrap(await world.as('ada').people.delegate('dana', { to: 'anna', untilOn: '2026-04-01' }));
    expect(unwrap(await world.as('axel').alerts.unmask(id, { reason })).status).toBe(
      'awaiting-second-person',
    );
    expect(code(await world.as('anna').alerts.unmask(id, { reason }))).toBe('not-found');
    expect(unwrap(await world.as('ada').alerts.unmask(id, { reason })).status).toBe('unmasked');
    await expectWhole(world);
  });

  it('a consent to unmask me does not wait for ever', async () => {
    const world = await createAlertWorld({ staff });
    const id = await world.raise('dana');
    unwrap(await world.as('anna').alerts.unmask(id, { reason }));
    world.clock.advance(8 * DAY);
    expect(unwrap(await world.as('axel').alerts.unmask(id, { reason })).status).toBe(
      'awaiting-second-person',
    );
  });

  it('whoever listens to events, or keeps my history, learns of no alert about me by name', async () => {
    const world = await createAlertWorld({ staff });
    await world.own('c-1', 'dana');
    await world.keeper.seal('acme');
    const heard: LedgerEvent[] = [];
    world.keeper.on('entry', (event) => heard.push(event));
    const id = await world.raise('dana', { customers: ['c-1'], by: 'dana' });
    const about = await world.raise('c-1', { rule: 'going-silent', by: 'dana' });
    await world.raise('dana', { by: 'dana' });
    unwrap(await world.as('boss').alerts.confirm(id, { reason }));
    expect(code(await world.as('rita').alerts.resolve(id, { outcome: 'talk' }))).toBe('not-permitted');
    await unmask(world, id);
    unwrap(await world.as('boss').alerts.resolve(id, { outcome: 'talk' }));
    unwrap(await world.as('boss').alerts.acknowledge(about));
    await world.keeper.seal('acme');
    const told = heard.filter(({ type }) => /alert/.test(type));
    expect(told.map(({ type }) => type)).toEqual([
      ...['alert-raised', 'alert-raised', 'alert-repeated', 'alert-confirmed', 'resolve-alert'],
      ...['alert-unmask-requested', 'alert-unmasked', 'alert-resolved', 'alert-acknowledged'],
    ]);
    const { pseudonym } = unwrap(await world.as('boss').alerts.get(id));
    expect(told[0]).toMatchObject({ actor: pseudonym, employees: [pseudonym], customers: [] });
    expect(told[3]).toMatchObject({ actor: 'boss', employees: [pseudonym] });
    expect(JSON.stringify(told.filter(({ entry }) => entry !== about))).not.toContain('"dana"');
    expect(JSON.stringify(told)).not.toMatch(/"[ec]_/);
    const history = unwrap(await world.as('dana').customers.history('c-1'));
    expect(history.filter(({ type }) => /alert/.test(type))).toEqual([]);
    expect(history.length).toBeGreaterThan(1);
  });

  it('who reads an alert about me is on record', async () => {
    const world = await createAlertWorld({ staff });
    const id = await world.raise('dana');
    await world.as('boss').alerts.get(id);
    await world.as('boss').alerts.get(id);
    await world.as('rita').alerts.list();
    const entries = await entriesOf(world);
    const viewed = entries.filter(({ type }) => type === 'alert-viewed');
    expect(viewed).toHaveLength(1);
    expect(viewed[0]?.subjects).toEqual([await world.alias('dana')]);
    expect(entries.filter(({ type }) => type === 'alerts-listed')).toHaveLength(1);
    await expectWhole(world);
  });

  it('what was written about me goes when its time is over: 120 days once dismissed, two years as a case', async () => {
    const world = await createAlertWorld({ staff });
    const dismissed = await world.raise('dana');
    const resolved = await world.raise('dana', { rule: 'mass-export' });
    const open = await world.raise('dana', { rule: 'slow-drip' });
    await world.keeper.seal('acme');
    const heard: LedgerEvent[] = [];
    world.keeper.on('entry', (event) => heard.push(event));
    unwrap(await world.as('boss').alerts.dismiss(dismissed, { reason }));
    unwrap(await world.as('boss').alerts.confirm(resolved, { reason }));
    unwrap(
      await world
        .as('boss')
        .alerts.resolve(resolved, { outcome: 'none', reason: 'it was the year-end report' }),
    );
    unwrap(await world.as('boss').alerts.acknowledge(open));
    expect(unwrap(await world.as('boss').alerts.get(resolved)).reason).toBe('it was the year-end report');
    const { store, tenant } = world.session;
    const written = async (): Promise<number> => {
      const dana = await world.alias('dana');
      const entries = await entriesOf(world);
      const refs = (entries as unknown as { id: string }[]).map(({ id }) => ({
        collection: 'disclosure',
        id: `${id}.${dana}`,
      }));
      return (await store.get(tenant, refs)).filter((document) => document !== null).length;
    };
    const before = await written();
    world.clock.advance(120 * DAY - HOUR);
    expect((await world.keeper.sweep('acme')).alertsExpired).toBe(0);
    world.clock.advance(HOUR);
    expect((await world.keeper.sweep('acme')).alertsExpired).toBe(1);
    expect((await seenBy(world, 'boss')).toSorted()).toEqual([resolved, open].toSorted());
    expect(code(await world.as('boss').alerts.get(dismissed))).toBe('not-found');
    expect(await written()).toBe(before - 1);
    world.clock.advance(610 * DAY);
    expect((await world.keeper.sweep('acme')).alertsExpired).toBe(1);
    expect(await written()).toBe(before - 3);
    // Not even the entry that lists what is gone says to listeners whom it was about.
    await world.keeper.seal('acme');
    expect(heard.filter(({ type }) => type === 'erasure')).toHaveLength(2);
    expect(JSON.stringify(heard.filter(({ type }) => type !== 'alerts-listed'))).not.toMatch(
      /"(dana|[ec]_[\w-]{22})"/,
    );
    expect(await seenBy(world, 'boss')).toEqual([open]);
    await expectWhole(world);
  });

  it('what was written about me lies in no document and no entry in plain text, nor does my id', async () => {
    const world = await createAlertWorld({ staff });
    await world.own('c-1', 'dana');
    const id = await world.raise('dana', { customers: ['c-1'], by: 'dana' });
    await unmask(world, id);
    unwrap(await world.as('boss').alerts.confirm(id, { reason: 'CANARY' }));
    const cover = { customer: 'c-1', with: 'eve', untilOn: '2026-03-31' } as const;
    unwrap(
      await world.as('boss').alerts.resolve(id, { outcome: 'temporary-cover', cover, reason: 'CANARY' }),
    );
    const { store, tenant } = world.session;
    const entries = await entriesOf(world);
    const ids = entries.map((entry) => (entry as unknown as { id: string }).id);
    const dana = await world.alias('dana');
    const refs = [
      { collection: 'alert', id },
      { collection: 'open-alert', id: `mass-delete.${dana}` },
      ...ids.map((entry) => ({ collection: 'disclosure', id: `${entry}.${dana}` })),
    ];
    const documents = (await store.get(tenant, refs)).filter((document) => document !== null);
    // The alert, four reasons, and how dana was hired.
    expect(documents.length).toBeGreaterThan(5);
    expect(JSON.stringify([documents, entries])).not.toMatch(/CANARY|"(dana|c-1)"/);
    expect(unwrap(await world.as('anna').alerts.get(id)).reason).toBe('CANARY');
  });

  it('nothing that may come of an alert is a dismissal, less pay or a lower rank', async () => {
    expect(ALERT_OUTCOMES).toEqual([
      'talk',
      'retention-offer',
      'workload',
      'access-review',
      'temporary-cover',
      'none',
    ]);
    const world = await createAlertWorld({ staff });
    const id = await world.raise('dana');
    unwrap(await world.as('boss').alerts.confirm(id, { reason }));
    await expect(world.as('boss').alerts.resolve(id, { outcome: 'dismissal' as never })).rejects.toThrow(
      'outcome',
    );
  });

  it('nobody decides about me who is me, stands in for me, or only may look', async () => {
    const world = await createAlertWorld({ staff });
    const id = await world.raise('boss');
    unwrap(await world.as('ada').people.delegate('boss', { to: 'chief', untilOn: '2026-04-01' }));
    for (const who of ['boss', 'chief', 'dana', 'eve'])
      expect(code(await world.as(who).alerts.dismiss(id, { reason })), who).toBe('not-found');
    expect(code(await world.as('rita').alerts.dismiss(id, { reason }))).toBe('not-permitted');
    // Standing in for my supervisor does not help me to decide about myself.
    const mine = await world.raise('dana', { rule: 'mass-export' });
    unwrap(await world.as('ada').people.delegate('boss', { to: 'dana', untilOn: '2026-04-01' }));
    expect(code(await world.as('dana').alerts.dismiss(mine, { reason }))).toBe('not-found');
    expect(code(await world.as('dana', { onBehalfOf: 'boss' }).alerts.dismiss(mine, { reason }))).toBe(
      'not-found',
    );
  });
});

describe('the life of an alert', () => {
  it('goes from raised to acknowledged, confirmed and resolved, each an entry', async () => {
    const world = await createAlertWorld({ staff });
    const id = await world.raise('dana');
    const { alerts } = world.as('boss');
    expect(code(await alerts.resolve(id, { outcome: 'talk' }))).toBe('not-confirmed');
    const key = { idempotencyKey: 'once' };
    const first = unwrap(await alerts.acknowledge(id, key));
    expect(unwrap(await alerts.acknowledge(id, key))).toEqual(first);
    expect(code(await alerts.acknowledge(id))).toBe('unchanged');
    unwrap(await alerts.confirm(id, { reason }));
    expect(code(await alerts.dismiss(id, { reason }))).toBe('alert-decided');
    expect(code(await alerts.confirm(id, { reason }))).toBe('alert-decided');
    unwrap(await alerts.resolve(id, { outcome: 'workload' }));
    expect(code(await alerts.resolve(id, { outcome: 'workload' }))).toBe('alert-decided');
    expect(unwrap(await alerts.get(id))).toMatchObject({
      state: 'resolved',
      outcome: 'workload',
      handledBy: 'boss',
      closedAt: world.clock.instant(),
      reason,
    });
    const types = (await entriesOf(world))
      .map(({ type }) => type)
      .filter((type) => /^alert-(?!viewed)/.test(type));
    expect(types).toEqual(['alert-raised', 'alert-acknowledged', 'alert-confirmed', 'alert-resolved']);
    await expectWhole(world);
  });

  it('ends with being dismissed, by who stands in for the supervisor too; the same is then raised anew', async () => {
    const world = await createAlertWorld({ staff });
    const id = await world.raise('dana');
    unwrap(await world.as('ada').people.delegate('boss', { to: 'finn', untilOn: '2026-04-01' }));
    unwrap(await world.as('finn').alerts.dismiss(id, { reason }));
    expect(code(await world.as('boss').alerts.acknowledge(id))).toBe('alert-decided');
    const again = await world.raise('dana');
    expect(again).not.toBe(id);
    // Closing the older one later does not forget the newer one.
    expect(await world.raise('dana')).toBe(again);
    await expectWhole(world);
  });

  it('closing an old alert leaves the newer one of the same kind counting', async () => {
    const world = await createAlertWorld({ staff });
    const old = await world.raise('dana');
    world.clock.advance(25 * HOUR);
    const fresh = await world.raise('dana');
    unwrap(await world.as('boss').alerts.dismiss(old, { reason }));
    expect(await world.raise('dana')).toBe(fresh);
    await expectWhole(world);
  });

  it('grows while nobody looks: more severe, and seen by one more each day; not once somebody looks', async () => {
    const world = await createAlertWorld({ staff });
    const id = await world.raise('dana', { severity: 'low' });
    const looked = await world.raise('eve', { severity: 'low' });
    unwrap(await world.as('boss').alerts.acknowledge(looked));
    const grow = async (): Promise<number> => (await world.keeper.sweep('acme')).alertsEscalated;
    world.clock.advance(24 * HOUR - 1);
    expect(await grow()).toBe(0);
    world.clock.advance(1);
    expect(await grow()).toBe(1);
    expect(await grow()).toBe(0);
    expect(await audience(world, id)).toEqual(['ada', 'anna', 'boss', 'chief', 'rita']);
    const severities: string[] = [];
    for (let day = 0; day < 5; day += 1) {
      const { severity, escalations } = unwrap(await world.as('chief').alerts.get(id));
      severities.push(`${severity} ${escalations}`);
      world.clock.advance(DAY);
      await grow();
    }
    // Nothing is above critical, and nobody above the chief.
    expect(severities).toEqual(['medium 1', 'high 2', 'critical 3', 'critical 3', 'critical 3']);
    expect(unwrap(await world.as('boss').alerts.get(looked)).severity).toBe('low');
    await expectWhole(world);
  });

  it('is listed by state and severity, page after page, newest first', async () => {
    const world = await createAlertWorld({ staff });
    const ids: string[] = [];
    for (let at = 0; at < 7; at += 1) {
      ids.push(await world.raise('dana', { rule: `rule-${at}`, severity: at % 2 === 0 ? 'high' : 'low' }));
      world.clock.advance(1000);
    }
    unwrap(await world.as('boss').alerts.acknowledge(ids[6] as string));
    unwrap(await world.as('boss').alerts.dismiss(ids[5] as string, { reason }));
    const all = async (query: Parameters<AlertsOf['list']>[0]): Promise<number[]> => {
      const found: AlertView[] = [];
      for await (const alert of world.as('boss').alerts.all({ limit: 2, ...query })) found.push(alert);
      return found.map(({ id }) => ids.indexOf(id));
    };
    expect(await all({})).toEqual([6, 5, 4, 3, 2, 1, 0]);
    expect(await all({ state: 'open' })).toEqual([4, 3, 2, 1, 0, 6]);
    expect(await all({ state: 'open', severity: 'high' })).toEqual([4, 2, 0, 6]);
    expect(await all({ state: 'dismissed' })).toEqual([5]);
    expect(await all({ severity: 'low' })).toEqual([5, 3, 1]);
    for await (const _ of world.as('eve').alerts.all()) expect.unreachable();
    const page = unwrap(await world.as('boss').alerts.list({ limit: 7 }));
    expect(page.items).toHaveLength(7);
    await expectWhole(world);
  });
});
type AlertsOf = ReturnType<World['as']>['alerts'];

describe('temporary cover', () => {
  const cover = { customer: 'c-1', with: 'eve', untilOn: '2026-03-31' } as const;
  async function confirmed(): Promise<{ world: AlertWorld; id: string }> {
    const world = await createAlertWorld({ staff });
    await world.own('c-1', 'dana');
    await world.own('c-2', 'finn');
    const id = await world.raise('dana', { customers: ['c-1'] });
    unwrap(await world.as('boss').alerts.confirm(id, { reason }));
    return { world, id };
  }

  it('shares the customer with a colleague until a day, in one commit with the outcome, and takes nothing away', async () => {
    const { world, id } = await confirmed();
    await unmask(world, id);
    unwrap(await world.as('boss').alerts.resolve(id, { outcome: 'temporary-cover', cover }));
    expect(unwrap(await world.as('eve').customers.get('c-1')).masked).toEqual(['need', 'orders']);
    expect(unwrap(await world.as('dana').customers.get('c-1')).owner).toBe('dana');
    const types = (await entriesOf(world)).map(({ type }) => type);
    expect(types.indexOf('customer-shared')).toBe(types.indexOf('alert-resolved') + 1);
    world.clock.advance(40 * DAY);
    expect(unwrap(await world.as('eve').customers.get('c-1')).masked).toContain('phone');
    await expectWhole(world);
  });

  it('waits until the alert is unmasked: it names a customer', async () => {
    const { world, id } = await confirmed();
    expect(code(await world.as('boss').alerts.resolve(id, { outcome: 'temporary-cover', cover }))).toBe(
      'still-masked',
    );
    await expect(world.as('boss').alerts.resolve(id, { outcome: 'temporary-cover' })).rejects.toThrow(
      'cover',
    );
    await expect(world.as('boss').alerts.resolve(id, { outcome: 'talk', cover })).rejects.toThrow('cover');
  });

  it('is for whoever may move the customer, never to oneself, the person concerned or the owner, and ends', async () => {
    const { world, id } = await confirmed();
    await unmask(world, id);
    const attempt = async (who: string, more: Partial<Record<keyof typeof cover, string>>): Promise<string> =>
      code(
        await world.as(who).alerts.resolve(id, { outcome: 'temporary-cover', cover: { ...cover, ...more } }),
      );
    expect(await attempt('anna', {})).toBe('not-permitted');
    expect(await attempt('boss', { with: 'boss' })).toBe('self-benefit');
    expect(await attempt('boss', { with: 'dana' })).toBe('same-owner');
    expect(await attempt('boss', { with: 'nobody' })).toBe('unknown-employee');
    expect(await attempt('boss', { customer: 'c-9' })).toBe('not-found');
    expect(await attempt('ada', { customer: 'c-2' })).toBe('not-in-alert');
    expect(await attempt('boss', { untilOn: '2026-03-01' })).toBe('not-temporary');
    expect(await attempt('boss', { untilOn: '2026-06-01' })).toBe('not-temporary');
    unwrap(await world.as('boss').ownership.share('c-1', { with: 'eve', access: 'read' }));
    expect(await attempt('boss', {})).toBe('already-shared');
    // The person concerned gains nothing from an alert about them, whoever owns the customer by now.
    unwrap(await world.as('chief').ownership.transfer('c-1', { to: 'lead', reason }));
    expect(await attempt('chief', { with: 'dana' })).toBe('not-found');
    expect(await attempt('ada', { with: 'dana' })).toBe('self-benefit');
    expect(await attempt('ada', { with: 'loner' })).toBe('ok');
    await expectWhole(world);
  });
});

it('alerts of a rule and subject partition the repetitions, however time and people move', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.constantFrom('raise', 'raise', 'raise', 'minute', 'day', 'sweep', 'acknowledge', 'dismiss'),
        {
          minLength: 1,
          maxLength: 25,
        },
      ),
      async (steps) => {
        const world = await createAlertWorld({ staff: ['chief', 'boss', 'dana'] });
        let asked = 0;
        for (const step of steps) {
          if (step === 'raise') {
            await world.raise('dana');
            asked += 1;
          } else if (step === 'minute') world.clock.advance(61_000);
          else if (step === 'day') world.clock.advance(DAY);
          else if (step === 'sweep') await world.keeper.sweep('acme');
          else {
            const [open] = unwrap(await world.as('boss').alerts.list({ state: 'open', limit: 1 })).items;
            if (open !== undefined && step === 'dismiss')
              unwrap(await world.as('boss').alerts.dismiss(open.id, { reason }));
            else if (open?.state === 'raised') unwrap(await world.as('boss').alerts.acknowledge(open.id));
          }
        }
        world.clock.advance(61_000);
        await world.keeper.sweep('acme');
        const { items } = unwrap(await world.as('ada').alerts.list({ limit: 500 }));
        expect(items.reduce((sum, { repeats }) => sum + 1 + repeats, 0)).toBe(asked);
        await expectWhole(world);
      },
    ),
    { numRuns: process.env.LONG === '1' ? 200 : 12 },
  );
});
