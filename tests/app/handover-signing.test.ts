import { describe, expect, it } from 'vitest';
import { defineHandoverTemplate, unwrap } from '../../src/index.ts';
import { codeOf, createLeaving, handOver, known, leaves, signAll } from './handover-world.ts';
import { expectWhole, type World } from './world.ts';

type Party = 'supervisor' | 'hr' | 'finance';
const digestOf = async (world: World, id: string): Promise<string> =>
  unwrap(await world.as('ada').handovers.get(id)).signing.digest;
const sign = async (world: World, id: string, who: string, party: Party, digest?: string) =>
  world.as(who).handovers.sign(id, { party, digest: digest ?? (await digestOf(world, id)) });

/** One customer, handed over to eve: ready to be signed. */
async function ready(options: Parameters<typeof createLeaving>[0] = {}) {
  const world = await createLeaving(options);
  await world.own('c-1', 'dana');
  const id = await leaves(world);
  await handOver(world, id, ['c-1']);
  return { world, id };
}

describe('a signature', () => {
  it('is for a digest of the items, and a later change of any item voids it', async () => {
    const { world, id } = await ready();
    const before = await digestOf(world, id);
    unwrap(await sign(world, id, 'boss', 'supervisor'));
    unwrap(await sign(world, id, 'fin', 'finance'));
    expect(unwrap(await world.as('hr').handovers.get(id))).toMatchObject({
      status: 'signing',
      signing: {
        digest: before,
        parties: [{ party: 'supervisor', by: 'boss' }, { by: null }, { by: 'fin' }],
      },
    });
    unwrap(await world.as('fin').handovers.return(id, 'c-1', { reason: 'a digit is wrong' }));
    await handOver(world, id, ['c-1']);
    const after = unwrap(await world.as('hr').handovers.get(id));
    expect(after.status).toBe('ready');
    expect(after.signing.digest).not.toBe(before);
    expect(after.signing.parties.map(({ by, voided }) => [by, voided])).toEqual([
      [null, true],
      [null, false],
      [null, true],
    ]);
    expect(codeOf(await sign(world, id, 'hr', 'hr', before))).toBe('stale-digest');
    expect(await signAll(world, id)).toBe(true);
    await expectWhole(world);
  });

  it('is void too when something was acquired or reported after it', async () => {
    const { world, id } = await ready();
    unwrap(await sign(world, id, 'boss', 'supervisor'));
    unwrap(await sign(world, id, 'fin', 'finance'));
    const seen = await digestOf(world, id);
    await world.own('c-2', 'dana');
    expect(codeOf(await sign(world, id, 'hr', 'hr', seen))).toBe('not-ready');
    await handOver(world, id, ['c-2']);
    expect(codeOf(await sign(world, id, 'hr', 'hr', seen))).toBe('stale-digest');
    unwrap(await world.service('hr').handovers.report(id, [{ kind: 'asset', id: 'phone' }]));
    expect(unwrap(await world.as('hr').handovers.get(id)).status).toBe('preparing');
  });

  it('is given once for a party, by whom it belongs to', async () => {
    const { world, id } = await ready();
    for (const [who, party] of [
      ['eve', 'supervisor'],
      ['lead', 'supervisor'],
      ['boss', 'hr'],
      ['hr', 'finance'],
      ['fin', 'supervisor'],
    ] as const)
      expect(codeOf(await sign(world, id, who, party))).toBe('not-permitted');
    expect(codeOf(await world.service('erp').handovers.sign(id, { party: 'hr', digest: 'x' }))).toBe(
      'not-permitted',
    );
    unwrap(await sign(world, id, 'hr', 'hr'));
    expect(codeOf(await sign(world, id, 'ada', 'hr'))).toBe('already-signed');
    expect(await sign(world, id, 'chief', 'supervisor')).toMatchObject({
      ok: true,
      value: { cleared: false },
    });
    expect(await sign(world, id, 'fin', 'finance')).toMatchObject({ ok: true, value: { cleared: true } });
    expect(codeOf(await sign(world, id, 'fin', 'finance'))).toBe('handover-over');
  });

  it('nobody gives for two parties, in person or standing in for somebody who signed', async () => {
    const { world, id } = await ready();
    unwrap(await sign(world, id, 'ada', 'hr'));
    expect(await sign(world, id, 'ada', 'finance')).toEqual({
      ok: false,
      error: { code: 'one-party-each', party: 'hr' },
    });
    unwrap(await world.as('boss').people.delegate('boss', { to: 'fin', untilOn: '2026-04-20' }));
    unwrap(await sign(world, id, 'fin', 'supervisor'));
    const parties = unwrap(await world.as('hr').handovers.get(id)).signing.parties;
    expect(parties[0]).toMatchObject({ by: 'fin', onBehalfOf: 'boss' });
    expect(codeOf(await sign(world, id, 'fin', 'finance'))).toBe('one-party-each');
    unwrap(await sign(world, id, 'ben', 'finance'));
    const { leaf } = unwrap(await world.as('hr').handovers.certificate(id));
    const { signatures } = (JSON.parse(leaf) as { data: { signatures: { onBehalfOf: string | null }[] } })
      .data;
    expect(signatures.filter(({ onBehalfOf }) => onBehalfOf !== null)).toHaveLength(1);
  });

  it('is never the leaver’s, nor of whoever stands in for the leaver', async () => {
    const { world, id } = await ready();
    for (const admin of ['ada', 'ben'])
      unwrap(await world.as(admin).people.update('dana', { administrator: true }));
    expect(codeOf(await sign(world, id, 'dana', 'hr'))).toBe('own-handover');
    unwrap(await world.as('dana').people.delegate('dana', { to: 'fin', untilOn: '2026-04-20' }));
    expect(codeOf(await sign(world, id, 'fin', 'finance'))).toBe('own-handover');
    unwrap(await sign(world, id, 'ben', 'finance'));
  });

  it('28. is not of whoever gains by the handover, in person or by whom they stand in for', async () => {
    const world = await createLeaving();
    await world.own('c-1', 'dana');
    const id = await leaves(world);
    await handOver(world, id, ['c-1'], 'boss', 'chief');
    expect(codeOf(await sign(world, id, 'boss', 'supervisor'))).toBe('self-benefit');
    unwrap(await world.as('boss').people.delegate('boss', { to: 'fin', untilOn: '2026-04-20' }));
    expect(codeOf(await sign(world, id, 'fin', 'finance'))).toBe('self-benefit');
    unwrap(await sign(world, id, 'chief', 'supervisor'));
  });

  it('is not of somebody who leaves, and stays good when its signer leaves later', async () => {
    const { world, id } = await ready();
    unwrap(await sign(world, id, 'boss', 'supervisor'));
    await leaves(world, 'boss');
    unwrap(await world.as('hr').people.depart('boss'));
    await leaves(world, 'fin');
    expect(codeOf(await sign(world, id, 'fin', 'finance'))).toBe('not-permitted');
    unwrap(await sign(world, id, 'ben', 'finance'));
    expect(unwrap(await sign(world, id, 'hr', 'hr')).cleared).toBe(true);
  });

  it('waits until nothing is open, and until the leaver owns nothing more', async () => {
    const world = await createLeaving();
    await world.own('c-1', 'dana');
    const id = await leaves(world);
    expect(await sign(world, id, 'hr', 'hr')).toEqual({ ok: false, error: { code: 'not-ready', open: 1 } });
    await handOver(world, id, ['c-1']);
    // Somebody gives it back by the ordinary ways: the list says transferred, the ledger says otherwise.
    unwrap(await world.as('boss').ownership.transfer('c-1', { to: 'dana', reason: 'wants it back' }));
    expect(await sign(world, id, 'hr', 'hr')).toEqual({
      ok: false,
      error: { code: 'not-covered', missing: 1 },
    });
    expect(unwrap(await world.as('hr').handovers.coverage(id))).toMatchObject({
      missing: 1,
      complete: false,
    });
    unwrap(await world.as('fin').handovers.return(id, 'c-1', { reason: 'went back' }));
    await handOver(world, id, ['c-1']);
    expect(await signAll(world, id)).toBe(true);
    await expectWhole(world);
  });
});

describe('where there are fewer people than parties', () => {
  const small = defineHandoverTemplate({ name: 'small', separation: 'two_people' });
  const options = { create: { policy: { handover: { templates: [small] } } } };

  it('two people sign, a receiver among them, and the certificate says that it was reduced', async () => {
    const world = await createLeaving(options);
    await world.own('c-1', 'dana');
    const id = await leaves(world);
    await handOver(world, id, ['c-1'], 'ada', 'ben');
    unwrap(await sign(world, id, 'ada', 'finance'));
    unwrap(await sign(world, id, 'ada', 'hr'));
    expect(codeOf(await sign(world, id, 'ada', 'supervisor'))).toBe('one-party-each');
    expect(unwrap(await sign(world, id, 'ben', 'supervisor')).cleared).toBe(true);
    const { leaf } = unwrap(await world.as('hr').handovers.certificate(id));
    expect(JSON.parse(leaf)).toMatchObject({ data: { separation: 'reduced', template: 'small' } });
  });

  it('who gains does not sign with nobody but others who gain', async () => {
    const world = await createLeaving(options);
    await world.own('c-1', 'dana');
    await world.own('c-2', 'dana');
    const id = await leaves(world);
    await handOver(world, id, ['c-1'], 'ada', 'ben');
    await handOver(world, id, ['c-2'], 'ben', 'ada');
    unwrap(await sign(world, id, 'ada', 'finance'));
    unwrap(await sign(world, id, 'ada', 'hr'));
    expect(codeOf(await sign(world, id, 'ben', 'supervisor'))).toBe('self-benefit');
    unwrap(await sign(world, id, 'chief', 'supervisor'));
  });
});

describe('a handover is seen', () => {
  it('whole by the leaver, those above, HR and who signs; in part by a receiver; by nobody else', async () => {
    const world = await createLeaving();
    await world.own('c-1', 'dana');
    await world.own('c-2', 'dana');
    const id = await leaves(world);
    unwrap(await world.as('boss').handovers.prepare(id, 'c-1', { fields: known(world), to: 'eve' }));
    for (const who of ['dana', 'boss', 'chief', 'hr', 'fin', 'ada']) {
      expect(unwrap(await world.as(who).handovers.get(id)).items).toHaveLength(2);
      expect(unwrap(await world.as(who).handovers.list()).items.map(({ id: one }) => one)).toEqual([id]);
    }
    const seen = unwrap(await world.as('eve').handovers.get(id)).items;
    expect(seen.map(({ customer, fields }) => [customer, fields.need])).toEqual([
      ['c-1', 'Two spare rollers before summer'],
    ]);
    for (const who of ['finn', 'lead', 'auditor']) {
      expect(codeOf(await world.as(who).handovers.get(id))).toBe('not-found');
      expect(codeOf(await world.as(who).handovers.coverage(id))).toBe('not-found');
      expect(codeOf(await world.as(who).handovers.certificate(id))).toBe('not-found');
      expect(codeOf(await world.as(who).handovers.receipt(id))).toBe('not-found');
      expect(unwrap(await world.as(who).handovers.list()).items).toEqual([]);
    }
    expect(codeOf(await world.as('hr').handovers.get('no-handover'))).toBe('not-found');
  });

  it('page by page, and only what is open when asked so', async () => {
    const world = await createLeaving();
    for (const customer of ['c-1', 'c-2', 'c-3']) await world.own(customer, 'dana');
    const id = await leaves(world);
    await handOver(world, id, ['c-1']);
    const get = (query: object) => world.as('hr').handovers.get(id, query);
    const first = unwrap(await get({ limit: 2 }));
    const rest = unwrap(await get({ limit: 2, after: first.next }));
    expect([...first.items, ...rest.items].map(({ customer }) => customer).sort()).toEqual([
      'c-1',
      'c-2',
      'c-3',
    ]);
    expect(rest.next).toBe(null);
    expect(
      unwrap(await get({ status: 'open' }))
        .items.map(({ customer }) => customer)
        .sort(),
    ).toEqual(['c-2', 'c-3']);
  });
});

describe('for the leaver', () => {
  it('there is a receipt, with what was outstanding at the opening and what they had to say', async () => {
    const world = await createLeaving();
    await world.own('c-1', 'dana');
    unwrap(
      await world.service('erp').orders.record([
        {
          id: 'o-1',
          customer: 'c-1',
          amount: { amount: 900, currency: 'CNY' },
          outstanding: { amount: 300, currency: 'CNY' },
          stage: 'shipped',
          at: world.clock.instant(),
        },
      ]),
    );
    const id = await leaves(world);
    const comment = (who: string, more = {}) =>
      world.as(who).handovers.comment(id, { text: 'My commission on this is open', ...more });
    await handOver(world, id, ['c-1']);
    unwrap(await sign(world, id, 'boss', 'supervisor'));
    unwrap(await comment('dana', { item: 'c-1' }));
    expect(codeOf(await comment('boss'))).toBe('not-permitted');
    expect(codeOf(await comment('dana', { item: 'c-404' }))).toBe('not-found');
    // What the leaver says voids nobody's signature.
    unwrap(await sign(world, id, 'hr', 'hr'));
    expect(unwrap(await sign(world, id, 'fin', 'finance')).cleared).toBe(true);
    const receipt = unwrap(await world.as('dana').handovers.receipt(id));
    expect(receipt).toMatchObject({
      leaver: 'dana',
      status: 'cleared',
      statement: {
        kinds: { amount: 1, customer: 1, order: 1 },
        openOrders: 1,
        outstanding: [{ amount: 300, currency: 'CNY' }],
      },
      items: ['amount', 'customer', 'order'].map((kind) => ({
        kind,
        ...{ customer: 'c-1', status: 'transferred', to: 'eve' },
      })),
      comments: [{ text: 'My commission on this is open' }],
    });
    expect(receipt.certificate).toBe(
      unwrap(await world.as('ada').ledger.entries({ limit: 500 })).items.find(
        ({ type }) => type === 'handover-cleared',
      )?.id,
    );
    unwrap(await world.as('hr').people.depart('dana'));
    expect(unwrap(await world.as('hr').handovers.receipt(id)).comments).toHaveLength(1);
  });

  it('leaving waits for no clearance, and nothing is kept of why they leave', async () => {
    const world = await createLeaving();
    await world.own('c-1', 'dana');
    const id = await leaves(world);
    unwrap(await world.as('hr').people.depart('dana'));
    expect(unwrap(await world.as('hr').handovers.get(id)).status).toBe('preparing');
    const told = unwrap(await world.as('ada').ledger.entries({ limit: 500 })).items.find(
      ({ type }) => type === 'notice-given',
    );
    expect(Object.keys(told?.data ?? {}).sort()).toEqual(['employee', 'episode', 'kind', 'lastDayOn']);
  });
});
