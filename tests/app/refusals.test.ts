import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { explain, REFUSAL_CODES, unwrap } from '../../src/index.ts';
import type { TenantId } from '../../src/kernel/index.ts';
import { createWorld, expectWhole, freshStore, openWorld, STAFF, type World } from './world.ts';

const codeOf = (result: { ok: boolean; error?: { code: string } }): string | undefined => result.error?.code;

async function refusalsIn(world: World): Promise<string[]> {
  return unwrap(await world.as('ada').ledger.entries({ limit: 500 }))
    .items.filter(({ outcome }) => outcome === 'refused')
    .map(({ type, reason }) => `${type}: ${reason}`);
}

describe('a refused attempt of somebody known', () => {
  it('is an entry, whatever was attempted, reading included', async () => {
    const world = await createWorld();
    await world.own('c-1', 'dana');
    const claim = await world.register('c-2', 'dana');
    const eve = world.as('eve');
    const erp = world.service('erp');
    await eve.people.hire({ id: 'x', name: 'X' });
    await eve.people.update('dana', { team: 'x' });
    await eve.people.delegate('dana', { to: 'eve', untilOn: '2026-03-03' });
    await eve.people.get('nobody');
    await erp.customers.register({ name: 'X' });
    await eve.customers.register({ name: 'X' }, { id: 'c-1' });
    await eve.customers.get('c-404');
    await eve.customers.list({ scope: 'all', orderBy: 'phone' });
    await eve.customers.update('c-1', { name: 'X' });
    await eve.customers.history('c-1');
    await eve.claims.approve(claim);
    await eve.claims.reject(claim);
    await eve.claims.withdraw(claim);
    await eve.claims.get(claim);
    await eve.ownership.transfer('c-1', { to: 'finn', reason: 'r' });
    await eve.ownership.release('c-1', { reason: 'r' });
    await eve.ownership.share('c-1', { with: 'finn', access: 'read' });
    await eve.ownership.at('c-1', world.clock.instant());
    await eve.followUps.record('c-1', { kind: 'call', text: 'a text that is long' });
    await eve.followUps.list('c-1');
    await eve.orders.record([
      {
        id: 'o',
        customer: 'c-1',
        amount: { amount: 1, currency: 'CNY' },
        stage: 'won',
        at: world.clock.instant(),
      },
    ]);
    await eve.orders.list('c-1');
    await eve.policies.adopt({ ownership: { maxHeld: 1 } });
    await eve.privacy.erase('c-1', { basis: 'court-order' });
    await eve.ledger.entries();
    await eve.ledger.checkpoint();
    await eve.ledger.prove(claim);
    await eve.ledger.export({ write: async () => undefined });
    expect(await refusalsIn(world)).toEqual([
      'hire-employee: not-permitted',
      'update-employee: not-permitted',
      'delegate-employee: not-permitted',
      'view-employee: not-found',
      'register-customer: not-permitted',
      'register-customer: already-registered',
      'view-customer: not-found',
      'list-customers: masked-field',
      'update-customer: not-permitted',
      'read-history: not-permitted',
      'approve-claim: not-permitted',
      'reject-claim: not-permitted',
      'withdraw-claim: not-permitted',
      'view-claim: not-found',
      'transfer-customer: not-permitted',
      'release-customer: not-permitted',
      'share-customer: not-permitted',
      'read-ownership: not-found',
      'record-follow-up: not-permitted',
      'list-follow-ups: not-permitted',
      'record-order: not-permitted',
      'list-orders: not-permitted',
      'adopt-policy: not-permitted',
      'erase-customer: not-permitted',
      'read-ledger: not-permitted',
      'read-checkpoint: not-permitted',
      'prove-entry: not-permitted',
      'export-ledger: not-permitted',
    ]);
    await expectWhole(world);
  });

  it('can be said as a sentence in both languages', () => {
    expect(REFUSAL_CODES.length).toBeGreaterThan(25);
    for (const code of REFUSAL_CODES) {
      expect(explain({ code })).toMatch(/^[A-Z].*\.$/);
      expect(explain({ code }, 'zh-CN')).toMatch(/[\u4e00-\u9fff].*。$/);
    }
    for (const code of ['nonsense', '__proto__', 'constructor', 'toString'])
      expect(() => explain({ code })).toThrow(expect.objectContaining({ code: 'ERR_INVALID_INPUT' }));
  });

  it('says in Chinese, too, what is needed', () => {
    const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    const needs = sources.flatMap((name) =>
      [...readFileSync(join('src', name), 'utf8').matchAll(/needs: ([^}]*)\}/g)].flatMap(([, value = '']) =>
        [...value.matchAll(/'([^']+)'/g)].map(([, text = '']) => text),
      ),
    );
    const phrases = new Set(needs.filter((text) => text.includes(' ')));
    expect(phrases.size).toBeGreaterThan(20);
    for (const phrase of phrases)
      expect(explain({ code: 'not-permitted', needs: phrase } as never, 'zh-CN')).not.toContain(phrase);
  });
});

describe('somebody unknown', () => {
  it('is refused without an entry; an unknown company is an error and makes no ledger', async () => {
    const world = await createWorld({ staff: [] });
    const { size } = await world.keeper.seal('acme');
    for (const who of ['nobody', '__proto__', 'constructor', 'ADA', 'ada ']) {
      expect(codeOf(await world.as(who).customers.list())).toBe('unknown-actor');
      expect(codeOf(await world.as(who).people.hire({ id: 'x', name: 'X' }))).toBe('unknown-actor');
    }
    expect((await world.keeper.seal('acme')).size).toBe(size);
    for (const tenant of ['other', 'ACME', '__proto__', 'constructor']) {
      const stranger = world.keeper.as({ tenant, employee: 'ada' });
      await expect(stranger.customers.list()).rejects.toMatchObject({ code: 'ERR_UNKNOWN_TENANT' });
      for (const verb of ['sweep', 'seal', 'verify', 'rebuild'] as const)
        await expect(world.keeper[verb](tenant)).rejects.toMatchObject({ code: 'ERR_UNKNOWN_TENANT' });
      expect(await world.store.readEntries(tenant as TenantId, { by: 'staged', limit: 1 })).toEqual([]);
    }
  });

  it('a delegation that is over, or was never given, lends no place', async () => {
    const world = await createWorld();
    unwrap(await world.as('boss').people.delegate('boss', { to: 'finn', untilOn: '2026-03-02' }));
    expect((await world.as('finn', { onBehalfOf: 'boss' }).claims.list()).ok).toBe(true);
    expect(codeOf(await world.as('finn', { onBehalfOf: 'chief' }).claims.list())).toBe('no-delegation');
    world.clock.set('2026-03-03T00:00:00.000Z');
    expect(codeOf(await world.as('finn', { onBehalfOf: 'boss' }).claims.list())).toBe('no-delegation');
  });
});

describe('people', () => {
  it('cannot change their own manager, roles or administratorship, nor make an administrator without being one', async () => {
    const world = await createWorld();
    const refused = async (who: string, id: string, patch: object, more = {}): Promise<unknown> => {
      const result = await world.as(who, more).people.update(id, patch as never);
      return result.ok ? 'done' : result.error;
    };
    for (const [field, patch] of [
      ['manager', { managerId: null }],
      ['roles', { roles: ['Director'] }],
      ['administrator', { administrator: true }],
    ] as const) {
      expect(await refused('hr', 'hr', patch)).toEqual({ code: 'own-record', field });
      expect(await refused('dana', 'dana', patch)).toMatchObject({ code: 'not-permitted' });
    }
    expect(await refused('hr', 'dana', { administrator: true })).toEqual({
      code: 'not-permitted',
      needs: 'administrator',
    });
    expect(codeOf(await world.as('hr').people.hire({ id: 'x', name: 'X', administrator: true }))).toBe(
      'not-permitted',
    );
    expect(await refused('hr', 'hr', { team: 'north' })).toBe('done');
    // Standing in for dana, hr would change its own standing; also when it names another place.
    unwrap(await world.as('dana').people.delegate('dana', { to: 'hr', untilOn: '2026-03-09' }));
    unwrap(await world.as('eve').people.delegate('eve', { to: 'hr', untilOn: '2026-03-09' }));
    expect(await refused('hr', 'dana', { managerId: 'lead' })).toEqual({
      code: 'own-record',
      field: 'manager',
    });
    expect(await refused('hr', 'dana', { managerId: 'lead' }, { onBehalfOf: 'eve' })).toMatchObject({
      code: 'own-record',
    });
  });

  it('form no loop, and have managers who exist', async () => {
    const world = await createWorld();
    const update = async (id: string, managerId: string): Promise<string | undefined> =>
      codeOf(await world.as('ada').people.update(id, { managerId }));
    expect(await update('chief', 'dana')).toBe('manager-loop');
    expect(await update('boss', 'boss')).toBe('manager-loop');
    expect(await update('boss', 'nobody')).toBe('unknown-manager');
    expect(codeOf(await world.as('ada').people.hire({ id: 'x', name: 'X', managerId: 'nobody' }))).toBe(
      'unknown-manager',
    );
    const crossed = await Promise.all([update('lead', 'boss'), update('boss', 'lead')]);
    expect(crossed.toSorted()).toEqual(['manager-loop', undefined]);
  });

  it('nobody takes somebody else’s place by their own hand', async () => {
    const world = await createWorld();
    const delegate = async (who: string, id: string, to: string, untilOn = '2026-03-09') =>
      codeOf(await world.as(who).people.delegate(id, { to, untilOn }));
    expect(await delegate('hr', 'boss', 'hr')).toBe('own-record');
    expect(await delegate('dana', 'boss', 'dana')).toBe('not-permitted');
    expect(await delegate('dana', 'dana', 'dana')).toBe('self-delegation');
    expect(await delegate('dana', 'dana', 'nobody')).toBe('not-found');
    expect(await delegate('dana', 'dana', 'eve', '2026-03-01')).toBe('delegation-over');
    expect(await delegate('dana', 'dana', 'eve', '2026-03-02')).toBeUndefined();
    expect(await delegate('hr', 'boss', 'eve')).toBeUndefined();
  });

  it('hired at once under one id are hired once', async () => {
    const world = await createWorld({ staff: ['hr'] });
    const results = await Promise.all(
      Array.from({ length: 6 }, (_, at) =>
        world.as(at % 2 === 0 ? 'hr' : 'ada').people.hire({ id: 'x', name: `X${at}` }),
      ),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(results.filter((result) => codeOf(result) === 'already-hired')).toHaveLength(5);
    await expectWhole(world);
  });

  it('are listed page by page, each once', async () => {
    const world = await createWorld();
    const ids: string[] = [];
    for await (const { id } of world.as('dana').people.all()) ids.push(id);
    expect(ids.toSorted()).toEqual(['ada', 'ben', ...STAFF.map(({ id }) => id)].toSorted());
    const first = unwrap(await world.as('dana').people.list({ limit: 5 }));
    const second = unwrap(await world.as('dana').people.list({ limit: 100, after: first.next }));
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
  });

  it('and roles, services and customers may have any name, that of a part of the language too', async () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'];
    const world = await createWorld({ staff: ['chief', 'boss'] });
    for (const id of names) {
      unwrap(await world.as('ada').people.hire({ id, name: id, managerId: 'boss', roles: names }));
      expect(unwrap(await world.as(id).people.get(id))).toMatchObject({ id, roles: names });
      expect(codeOf(await world.as(id).people.hire({ id: `${id}2`, name: 'x' }))).toBe('not-permitted');
      await world.own(`of ${id}`, id);
      await world.own(id, id);
      expect(unwrap(await world.as(id).customers.get(id)).owner).toBe(id);
    }
    expect(codeOf(await world.service('constructor').policies.adopt({ ownership: { maxHeld: 1 } }))).toBe(
      'not-permitted',
    );
    await expectWhole(world);
  });
});

describe('a revocation', () => {
  it('is seen by the next decision of every keeper on the store', async () => {
    const keys = (await import('../../src/adapters/node/index.ts')).ephemeralKeys();
    const world = await createWorld({ keeper: { keys } });
    const other = openWorld({ store: world.store, keeper: { keys } });
    await world.own('c-1', 'dana');
    expect(unwrap(await other.as('dana').customers.get('c-1')).relation).toBe('owner');
    unwrap(await world.as('boss').ownership.transfer('c-1', { to: 'eve', reason: 'r' }));
    expect(unwrap(await other.as('dana').customers.get('c-1')).relation).toBe('other');
    expect((await other.as('director').people.get('dana')).ok).toBe(true);
    expect((await other.as('auditor').ledger.checkpoint()).ok).toBe(true);
    unwrap(await world.as('ada').people.update('auditor', { roles: [] }));
    expect(codeOf(await other.as('auditor').ledger.checkpoint())).toBe('not-permitted');
    unwrap(await world.as('ada').policies.adopt({ visibility: { owner: ['public'] } }));
    expect(unwrap(await other.as('eve').customers.get('c-1')).masked).toContain('phone');
    expect(unwrap(await other.as('ada').policies.current()).number).toBe(2);
    unwrap(await world.as('ada').people.hire({ id: 'new', name: 'New' }));
    expect((await other.as('new').customers.list()).ok).toBe(true);
  });

  it('between looking and refusing is met by looking again, not by an error', async () => {
    const inner = freshStore();
    let between: (() => Promise<void>) | null = null;
    let gets = 0;
    const world = await createWorld({
      store: {
        ...inner,
        async get(tenant, refs) {
          const answer = await inner.get(tenant, refs);
          gets += 1;
          if (between !== null && gets === 1) {
            const work = between;
            between = null;
            await work();
          }
          return answer;
        },
      },
    });
    gets = 0;
    between = async () => void unwrap(await world.as('ada').people.hire({ id: 'between', name: 'B' }));
    // Refused without reading anything but the head, which changes right after it was read.
    expect(codeOf(await world.as('dana').people.hire({ id: 'x', name: 'X' }))).toBe('not-permitted');
  });
});
