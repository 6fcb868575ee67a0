import { describe, expect, it } from 'vitest';
import { explain, isGamekeeperError, unwrap } from '../../src/index.ts';
import { createWorld, expectWhole, freshStore, HOUR, type World } from './world.ts';

/** One canary for each guarded field, and the texts people type. */
const canary = {
  phone: 'CANARY-PHONE',
  need: 'CANARY-NEED',
  creditLimit: 777_123_456,
  text: 'CANARY-TEXT about the order',
  reason: 'CANARY-REASON',
  evidence: 'CANARY-EVIDENCE',
} as const;

async function guarded(): Promise<World> {
  const world = await createWorld();
  await world.own('c-1', 'dana', { phone: canary.phone, need: canary.need, creditLimit: canary.creditLimit });
  unwrap(
    await world.as('dana').followUps.record('c-1', {
      kind: 'call',
      text: canary.text,
      evidence: canary.evidence,
    }),
  );
  unwrap(
    await world.service('erp').orders.record([
      {
        id: 'CANARY-ORDER',
        customer: 'c-1',
        amount: { amount: 31_415_926, currency: 'CNY' },
        stage: 'won',
        at: world.clock.instant(),
      },
    ]),
  );
  unwrap(
    await world.as('dana').ownership.share('c-1', { with: 'eve', access: 'read', untilOn: '2026-03-31' }),
  );
  unwrap(await world.as('dana').ownership.share('c-1', { with: 'finn', access: 'write' }));
  return world;
}

const codeOf = (result: { ok: boolean; error?: { code: string } }): string | undefined => result.error?.code;

describe('what each relation sees', () => {
  it.each([
    ['dana', 'owner', [], true],
    ['boss', 'supervisor', [], true],
    ['chief', 'supervisor', [], true],
    ['ada', 'supervisor', [], true],
    ['eve', 'collaborator', ['need', 'orders'], false],
    ['finn', 'collaborator', ['need', 'orders'], false],
    ['lead', 'other', ['phone', 'need', 'creditLimit', 'owner', 'orders'], false],
    ['loner', 'other', ['phone', 'need', 'creditLimit', 'owner', 'orders'], false],
    ['hr', 'other', ['phone', 'need', 'creditLimit', 'owner', 'orders'], false],
  ] as const)('%s is %s and sees all but %j', async (who, relation, masked, orders) => {
    const world = await guarded();
    const view = unwrap(await world.as(who).customers.get('c-1'));
    expect(view.relation).toBe(relation);
    expect(view.masked.toSorted()).toEqual([...masked].sort());
    for (const field of ['phone', 'need', 'creditLimit'] as const)
      expect(view.profile[field]).toBe((masked as readonly string[]).includes(field) ? null : canary[field]);
    expect((await world.as(who).orders.list('c-1')).ok).toBe(orders);
    expect(view.owner).toBe((masked as readonly string[]).includes('owner') ? null : 'dana');
  });

  it('the mask does not tell whether there is a value', async () => {
    const world = await createWorld();
    await world.own('full', 'dana', { phone: '+1' });
    await world.own('empty', 'dana');
    const [full, empty] = await Promise.all(
      ['full', 'empty'].map(async (id) => unwrap(await world.as('lead').customers.get(id))),
    );
    expect(full?.masked).toEqual(empty?.masked);
    expect({ ...full?.profile, name: '' }).toEqual({ ...empty?.profile, name: '' });
  });

  it('a collaborator reads follow-ups without their texts, and the history without what was typed', async () => {
    const world = await guarded();
    const { items } = unwrap(await world.as('eve').followUps.list('c-1'));
    expect(items).toMatchObject([{ by: 'dana', text: null, evidence: null, masked: ['text', 'evidence'] }]);
    const history = unwrap(await world.as('eve').customers.history('c-1'));
    const submitted = history.find(({ type }) => type === 'claim-submitted');
    expect(submitted?.values).toEqual({
      id: 'c-1',
      'profile.name': 'Name of c-1',
      'profile.phone': canary.phone,
      'profile.creditLimit': canary.creditLimit,
    });
    expect(submitted?.masked).toEqual(['profile.need']);
  });
});

describe('a masked field', () => {
  it('cannot be overwritten, by whoever may write other fields', async () => {
    const world = await guarded();
    const finn = world.as('finn').customers;
    expect(await finn.update('c-1', { need: 'other' })).toMatchObject({
      error: { code: 'masked-field', field: 'need' },
    });
    expect(await finn.update('c-1', { phone: '+2', need: 'other' })).toMatchObject({
      error: { code: 'masked-field' },
    });
    expect(codeOf(await finn.update('c-1', { need: null }))).toBe('masked-field');
    unwrap(await finn.update('c-1', { phone: '+2' }));
    expect(unwrap(await world.as('dana').customers.get('c-1')).profile).toMatchObject({
      phone: '+2',
      need: canary.need,
    });
    await expectWhole(world);
  });

  it('cannot be guessed: the true value is refused like any other', async () => {
    const world = await guarded();
    const finn = world.as('finn').customers;
    const wrong = await finn.update('c-1', { need: 'a wrong guess' });
    const right = await finn.update('c-1', { need: canary.need });
    expect(right).toEqual(wrong);
    const strangers = [{ need: canary.need }, { need: 'wrong' }, { name: 'Name of c-1' }, { name: 'X' }].map(
      (patch) => world.as('lead').customers.update('c-1', patch),
    );
    expect(new Set((await Promise.all(strangers)).map(codeOf))).toEqual(new Set(['not-permitted']));
  });

  it('cannot be filtered or sorted by, whatever the scope', async () => {
    const world = await guarded();
    const asked = [
      ['lead', 'all', 'phone'],
      ['lead', 'all', 'need'],
      ['lead', 'all', 'creditLimit'],
      ['dana', 'all', 'phone'],
      ['auditor', 'all', 'phone'],
    ] as const;
    for (const [who, scope, field] of asked) {
      const refusal = { ok: false, error: { code: 'masked-field', field } };
      expect(await world.as(who).customers.list({ scope, where: { [field]: canary.phone } })).toEqual(
        refusal,
      );
      expect(await world.as(who).customers.list({ scope, orderBy: field })).toEqual(refusal);
    }
    expect(await world.service('erp').customers.list({ where: { phone: canary.phone } })).toMatchObject({
      ok: false,
    });
  });

  it('of a shared customer matches no filter in the scope of those who own others', async () => {
    const world = await guarded();
    await world.own('c-eve', 'eve', { need: 'own need' });
    const found = async (where: object): Promise<string[]> =>
      unwrap(await world.as('eve').customers.list({ scope: 'mine', where: where as never })).items.map(
        ({ id }) => id,
      );
    expect(await found({ need: 'own need' })).toEqual(['c-eve']);
    expect(await found({ need: canary.need })).toEqual([]);
    expect(await found({ need: null })).toEqual([]);
    const sorted = unwrap(await world.as('eve').customers.list({ scope: 'mine', orderBy: 'need' })).items;
    expect(sorted.map(({ id }) => id)).toEqual(['c-eve', 'c-1']); // what is hidden comes last, whatever it holds
  });

  it('a filter on a field that does not exist is an error, never ignored', async () => {
    const world = await guarded();
    for (const query of [
      { where: { phne: 1 } },
      { orderBy: 'phne' },
      { where: JSON.parse('{"__proto__":1}') },
      { orderBy: '__proto__' },
      { orderBy: 'constructor' },
    ]) {
      await expect(world.as('dana').customers.list(query)).rejects.toMatchObject({
        code: 'ERR_INVALID_INPUT',
      });
    }
  });
});

describe('a list', () => {
  it('shows of each customer what a look at it shows, in every scope, without repeating one', async () => {
    const world = await guarded();
    for (const [at, owner] of ['dana', 'eve', 'finn', 'boss', 'loner', 'dana', 'eve'].entries())
      await world.own(`l-${at}`, owner, { phone: `+${at}`, need: `need ${at}`, creditLimit: at });
    await world.register('waiting', 'eve', { phone: '+9' });
    unwrap(await world.as('dana').ownership.release('l-5', { reason: 'r' }));
    unwrap(await world.as('eve').ownership.share('l-1', { with: 'dana', access: 'read' }));
    unwrap(await world.as('eve').people.delegate('eve', { to: 'dana', untilOn: '2026-12-31' }));
    for (const who of ['dana', 'eve', 'finn', 'boss', 'chief', 'ada', 'loner']) {
      for (const scope of ['mine', 'team', 'all'] as const) {
        const listed = [];
        for await (const view of world.as(who).customers.all({ scope, limit: 2 })) listed.push(view);
        const ids = listed.map(({ id }) => id);
        expect(new Set(ids).size, `${who} ${scope} ${ids.join()}`).toBe(ids.length);
        for (const view of listed) expect(view).toEqual(unwrap(await world.as(who).customers.get(view.id)));
        const sorted = unwrap(
          await world.as(who).customers.list({ scope, orderBy: 'name', limit: 500 }),
        ).items;
        expect(sorted.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
      }
    }
  });

  it('of mine ends with the share', async () => {
    const world = await guarded();
    const mine = async (): Promise<string[]> =>
      unwrap(await world.as('eve').customers.list({ scope: 'mine' })).items.map(({ id }) => id);
    expect(await mine()).toEqual(['c-1']);
    world.clock.set('2026-04-01T00:00:00.000Z');
    expect(await mine()).toEqual([]);
  });
});

describe('the canary', () => {
  it('of a guarded value shows up nowhere where it is hidden: answers, errors, sentences, events, alarms', async () => {
    const world = await createWorld();
    const heard: unknown[] = [];
    world.keeper.on('entry', (event) => heard.push(event));
    world.keeper.on('refused', (event) => heard.push(event));
    world.keeper.onAlarm((alarm) => heard.push(alarm));
    await world.own('c-1', 'dana', {
      phone: canary.phone,
      need: canary.need,
      creditLimit: canary.creditLimit,
    });
    unwrap(
      await world
        .as('dana')
        .followUps.record('c-1', { kind: 'call', text: canary.text, evidence: canary.evidence }),
    );
    await world.as('boss').ownership.transfer('c-1', { to: 'eve', reason: canary.reason });
    const seen: unknown[] = [];
    const call = async (work: () => Promise<unknown>): Promise<void> => {
      try {
        const answer = (await work()) as { ok?: boolean; error?: { code: string } };
        seen.push(answer);
        if (answer.ok === false && answer.error !== undefined) {
          seen.push(explain(answer.error), explain(answer.error, 'zh-CN'));
        }
      } catch (error) {
        expect(isGamekeeperError(error)).toBe(true);
        seen.push(String(error), (error as { path: string }).path, (error as { refusal: unknown }).refusal);
      }
    };
    for (const who of ['lead', 'loner', 'hr']) {
      const { customers, followUps, orders, ownership, claims, people } = world.as(who);
      await call(() => customers.get('c-1'));
      await call(() => customers.list({ scope: 'all', orderBy: 'name' }));
      await call(() => customers.list({ scope: 'mine' }));
      await call(() => customers.list({ scope: 'team' }));
      await call(() => customers.list({ where: { phone: 'x' } }));
      await call(() => customers.history('c-1'));
      await call(() => customers.update('c-1', { phone: 'x' }));
      await call(() => customers.update('c-1', { creditLimit: 'x' as never }));
      await call(() => customers.register({ name: 'x' }, { id: 'c-1' }));
      await call(() => followUps.list('c-1'));
      await call(() => followUps.due());
      await call(() => followUps.team());
      await call(() => orders.list('c-1'));
      await call(() => ownership.at('c-1', world.clock.instant()));
      await call(() => ownership.transfer('c-1', { to: 'finn', reason: 'x' }));
      await call(() => claims.list());
      await call(() => people.list());
    }
    const { ledger } = world.as('auditor');
    await call(() => ledger.entries({ limit: 500 }));
    await call(() => ledger.checkpoint());
    // What is at fault is named, what was given is not.
    const { customers, followUps } = world.as('dana');
    await call(() => customers.register({ name: 'x', phone: 5 as never, [canary.phone]: 1 } as never));
    await call(() => customers.register({ name: [canary.phone] as never }));
    await call(() => followUps.record('c-1', { kind: canary.text as never, text: canary.text }));
    await call(() => world.as('eve').customers.update('c-1', { phone: { x: canary.phone } as never }));
    world.clock.advance(9 * 24 * HOUR);
    seen.push(await world.keeper.sweep('acme'), await world.keeper.verify('acme'));
    await world.keeper.seal('acme');
    expect(heard.length).toBeGreaterThan(10);
    const text = JSON.stringify([seen, heard]);
    // The name of an unknown field is the host's own word and is repeated; no value is.
    const values = text.replaceAll(`profile.${canary.phone}`, '');
    for (const [name, value] of Object.entries(canary))
      expect(values.includes(String(value)), name).toBe(false);
  });
});

describe('a guarded value that somebody sees', () => {
  it('is on record before it is seen: who, which fields; once an hour', async () => {
    const world = await guarded();
    const reads = async (): Promise<string[]> =>
      unwrap(await world.as('ada').ledger.entries({ limit: 500 }))
        .items.filter(({ type }) => type === 'customer-viewed')
        .map(({ actor, data }) => `${actor} ${String(data.fields)}`);
    expect(await reads()).toEqual([]);
    for (let at = 0; at < 3; at += 1) unwrap(await world.as('boss').customers.get('c-1'));
    unwrap(await world.as('lead').customers.get('c-1'));
    expect(await reads()).toEqual([expect.stringMatching(/^e_.* creditLimit,need,phone$/)]);
    world.clock.advance(HOUR);
    unwrap(await world.as('boss').customers.get('c-1'));
    unwrap(await world.as('eve').customers.get('c-1'));
    expect(await reads()).toHaveLength(3);
  });

  it('is not shown when it cannot be put on record', async () => {
    const inner = freshStore();
    let broken = false;
    const world = await createWorld({
      store: {
        ...inner,
        commit: (tenant, batch) =>
          broken ? Promise.reject(new Error('disk full')) : inner.commit(tenant, batch),
      },
    });
    await world.own('c-1', 'dana', { phone: canary.phone });
    broken = true;
    await expect(world.as('boss').customers.get('c-1')).rejects.toMatchObject({ code: 'ERR_STORE_FAILED' });
    await expect(world.as('boss').customers.list()).rejects.toMatchObject({ code: 'ERR_STORE_FAILED' });
    broken = false;
    expect(unwrap(await world.as('boss').customers.get('c-1')).profile.phone).toBe(canary.phone);
  });
});
