import { describe, expect, it } from 'vitest';
import { type HandoverFieldType, type HandoverParty, unwrap } from '../../src/index.ts';
import { templateFor } from '../../src/policy/index.ts';
import { manufacturing, PRESETS, smallBusiness } from '../../src/policy/presets/index.ts';
import { codeOf, createLeaving, known, leaves } from './handover-world.ts';
import { createWorld, expectWhole, type World } from './world.ts';

const VALUES = {
  text: 'as agreed with the buyer',
  instant: '2026-03-02T08:00:00.000Z',
  day: '2026-03-31',
  money: { amount: 0, currency: 'CNY' },
  number: 7,
} as const satisfies Record<HandoverFieldType, unknown>;
const SIGNERS = { supervisor: 'boss', hr: 'hr', finance: 'fin' } as const;
const fillIn = (required: { readonly [field: string]: HandoverFieldType }) =>
  Object.fromEntries(Object.entries(required).map(([field, type]) => [field, VALUES[type]]));

/** What stands in the certificate of a handover. */
async function certified(world: World, who: string, id: string): Promise<Record<string, unknown>> {
  const { leaf } = unwrap(await world.as(who).handovers.certificate(id));
  return (JSON.parse(leaf) as { data: Record<string, unknown> }).data;
}

async function sign(world: World, id: string, who: string, party: HandoverParty) {
  const { signing } = unwrap(await world.as('ada').handovers.get(id));
  return world.as(who).handovers.sign(id, { party, digest: signing.digest });
}

describe('a handover by the template of a preset', () => {
  it.each(Object.entries(PRESETS))('%s: from the notice to the certificate', async (_, preset) => {
    const policy = preset();
    const template = templateFor(policy.handover.templates, { roles: null, team: null, grade: null }, null);
    if (template === null) throw new Error('no template');
    const world = await createLeaving({ create: { policy } });
    await world.own('c-1', 'dana');
    const id = await leaves(world);
    const reported = (['order', 'amount', 'communication', 'group', 'automation', 'asset'] as const).map(
      (kind) => ({
        kind,
        id: `${kind} 1`,
      }),
    );
    unwrap(await world.service('erp').handovers.report(id, reported));
    const { items, signing } = unwrap(await world.as('hr').handovers.get(id));
    expect(items).toHaveLength(7);
    expect(signing.parties.map(({ party }) => party)).toEqual(template.parties);

    for (const item of items) {
      const { required } = template.items[item.kind];
      expect([...item.missing].sort()).toEqual(Object.keys(required).sort());
      const prepare = (fields: object) =>
        world.as('boss').handovers.prepare(id, item.id, { fields: fields as never, to: 'eve' });
      if (Object.keys(required).length > 0) expect(codeOf(await prepare({}))).toBe('missing-fields');
      unwrap(await prepare(fillIn(required)));
    }
    const all = items.map((item) => item.id);
    for (const { result } of unwrap(await world.as('boss').handovers.offer(id, all)).items) unwrap(result);
    for (const { result } of unwrap(await world.as('eve').handovers.accept(id, all)).items) unwrap(result);

    const cleared: boolean[] = [];
    for (const party of template.parties)
      cleared.push(unwrap(await sign(world, id, SIGNERS[party], party)).cleared);
    expect(cleared).toEqual(template.parties.map((__, at) => at === template.parties.length - 1));
    expect(unwrap(await world.as('eve').customers.get('c-1')).owner).toBe('eve');
    expect(await certified(world, 'hr', id)).toMatchObject({ template: template.name });
    await expectWhole(world);
  });

  it('asks a manufacturer for orders a week before customers', async () => {
    const world = await createLeaving({ create: { policy: manufacturing() } });
    await world.own('c-1', 'dana');
    const id = await leaves(world);
    unwrap(await world.service('erp').handovers.report(id, [{ kind: 'order', id: 'o-1' }]));
    const { items, signing } = unwrap(await world.as('hr').handovers.get(id));
    const due = Object.fromEntries(items.map(({ kind, dueOn }) => [kind, dueOn]));
    expect({ ...due, signing: signing.dueOn }).toEqual({
      order: '2026-03-17',
      customer: '2026-03-24',
      signing: '2026-03-27',
    });
    const written = await world
      .as('boss')
      .handovers.prepare(id, items.find(({ kind }) => kind === 'order')?.id ?? '', {
        fields: fillIn({ stage: 'text', deliveryOn: 'day', outstanding: 'money' }),
        disposition: 'write_off',
        amount: { amount: 5, currency: 'CNY' },
      });
    expect(codeOf(written)).toBe('disposition-not-allowed');
  });
});

describe('a small business', () => {
  const small = (staff: readonly string[] = []) =>
    createWorld({ create: { policy: smallBusiness() }, staff });

  it('clears a handover with two people, and the certificate says that the separation was reduced', async () => {
    const world = await small();
    unwrap(await world.as('ada').people.hire({ id: 'dana', name: 'Dana', managerId: 'ada' }));
    await world.own('c-1', 'dana');
    const receipt = await world
      .as('ada')
      .people.giveNotice('dana', { lastDayOn: '2026-03-31', kind: 'resignation' });
    const id = unwrap(receipt).handover as string;
    unwrap(await world.as('ada').handovers.prepare(id, 'c-1', { fields: known(world), to: 'ben' }));
    unwrap(await world.as('ada').handovers.offer(id, 'c-1'));
    unwrap(await world.as('ben').handovers.accept(id, 'c-1'));
    unwrap(await sign(world, id, 'ada', 'supervisor'));
    unwrap(await sign(world, id, 'ada', 'hr'));
    // Never one person alone; and Ben may sign although the customers are now Ben's, for Ada gains nothing.
    expect(codeOf(await sign(world, id, 'ada', 'finance'))).toBe('one-party-each');
    expect(codeOf(await sign(world, id, 'dana', 'finance'))).toBe('own-handover');
    expect(unwrap(await sign(world, id, 'ben', 'finance')).cleared).toBe(true);
    expect(await certified(world, 'ada', id)).toMatchObject({
      separation: 'reduced',
      template: 'small-business',
    });
    await expectWhole(world);
  });

  it('of two loses nothing when one leaves, and says loudly that nobody else could sign', async () => {
    const world = await small();
    unwrap(await world.as('ada').claims.approve(await world.register('c-1', 'ben')));
    const receipt = await world
      .as('ada')
      .people.giveNotice('ben', { lastDayOn: '2026-03-31', kind: 'resignation' });
    const id = unwrap(receipt).handover as string;
    // Whoever is left gives nothing to themselves: not by a proposal of their own, nor by passing on the leaver's.
    const toAda = { fields: known(world), to: 'ada' };
    expect(codeOf(await world.as('ada').handovers.prepare(id, 'c-1', toAda))).toBe('self-benefit');
    unwrap(await world.as('ben').handovers.prepare(id, 'c-1', toAda));
    const [offered] = unwrap(await world.as('ada').handovers.offer(id, 'c-1')).items;
    expect(codeOf(offered?.result)).toBe('self-benefit');
    // The company keeps the customer all the same.
    const intoPool = { fields: known(world), disposition: 'return_to_pool' } as const;
    unwrap(await world.as('ada').handovers.return(id, 'c-1', { reason: 'Nobody else can offer it' }));
    unwrap(await world.as('ada').handovers.prepare(id, 'c-1', intoPool));
    for (const { result } of unwrap(await world.as('ada').handovers.offer(id, 'c-1')).items) unwrap(result);
    expect(unwrap(await world.as('ada').customers.get('c-1'))).toMatchObject({ state: 'live', owner: null });
    unwrap(await sign(world, id, 'ada', 'supervisor'));
    unwrap(await sign(world, id, 'ada', 'hr'));
    expect(codeOf(await sign(world, id, 'ada', 'finance'))).toBe('one-party-each');
    unwrap(await world.as('ada').handovers.forceExit(id, { reason: 'There are only the two of us' }));
    expect(unwrap(await world.as('ada').handovers.get(id)).status).toBe('forced_exit');
    await expectWhole(world);
  });

  it('of two and an accountant clears it', async () => {
    const world = await small();
    const carol = { id: 'carol', name: 'Carol', administrator: true };
    for (const admin of ['ada', 'ben']) unwrap(await world.as(admin).people.hire(carol));
    unwrap(await world.as('ada').claims.approve(await world.register('c-1', 'ben')));
    const receipt = await world
      .as('ada')
      .people.giveNotice('ben', { lastDayOn: '2026-03-31', kind: 'resignation' });
    const id = unwrap(receipt).handover as string;
    unwrap(await world.as('carol').handovers.prepare(id, 'c-1', { fields: known(world), to: 'ada' }));
    unwrap(await world.as('carol').handovers.offer(id, 'c-1'));
    unwrap(await world.as('ada').handovers.accept(id, 'c-1'));
    unwrap(await sign(world, id, 'ada', 'supervisor'));
    unwrap(await sign(world, id, 'ada', 'hr'));
    expect(unwrap(await sign(world, id, 'carol', 'finance')).cleared).toBe(true);
    expect(await certified(world, 'carol', id)).toMatchObject({ separation: 'reduced' });
    await expectWhole(world);
  });
});
