import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { ephemeralKeys } from '../../src/adapters/node/index.ts';
import { unwrap } from '../../src/index.ts';
import { createSqliteDisk, createWorld, DAY, expectWhole, freshStore, HOUR, openWorld } from './world.ts';

const code = (result: { readonly ok: boolean; readonly error?: { readonly code: string } }): string =>
  result.ok ? 'ok' : (result.error?.code ?? '');

describe('what a right does not reach', () => {
  it('HR cannot become somebody’s manager and so see their customers: others have to arrange it', async () => {
    const world = await createWorld();
    await world.own('c-1', 'dana', { phone: '+86 138' });
    const moved = await world.as('hr').people.update('dana', { managerId: 'hr' });
    expect(moved).toEqual({ ok: false, error: { code: 'own-record', field: 'manager' } });
    expect(unwrap(await world.as('hr').customers.get('c-1')).profile.phone).toBeNull();
    expect(code(await world.as('ada').people.update('dana', { managerId: 'lead' }))).toBe('ok');
  });

  it('an auditor who may not see personal values exports none', async () => {
    const world = await createWorld();
    await world.own('c-1', 'dana', { need: 'CANARY' });
    const files = new Map<string, string>();
    const sink = {
      write: async (path: string, bytes: Uint8Array) => void files.set(path, new TextDecoder().decode(bytes)),
    };
    const refused = await world.as('auditor').ledger.export(sink, { disclosures: 'included' });
    expect(refused).toEqual({ ok: false, error: { code: 'not-permitted', needs: 'customers.read' } });
    expect(files.size).toBe(0);
    unwrap(await world.as('auditor').ledger.export(sink));
    expect([...files.values()].join('\n')).not.toContain('CANARY');
    files.clear();
    unwrap(await world.as('ada').ledger.export(sink, { disclosures: 'included' }));
    expect([...files.values()].join('\n')).toContain('disclosures included');
  });

  it('a collaborator who may not see orders does not find them in the history', async () => {
    const world = await createWorld();
    await world.own('c-1', 'dana');
    unwrap(await world.as('dana').ownership.share('c-1', { with: 'eve', access: 'write' }));
    const order = {
      ...{ id: 'PO-7788', customer: 'c-1', amount: { amount: 987_654, currency: 'CNY' } },
      ...{ stage: 'won', at: world.clock.instant() },
    };
    unwrap(await world.service('erp').orders.record([order]));
    const seen = JSON.stringify(unwrap(await world.as('eve').customers.history('c-1')));
    expect(seen).not.toContain('987654');
    expect(seen).not.toContain('PO-7788');
    expect(JSON.stringify(unwrap(await world.as('boss').customers.history('c-1')))).toContain('987654');
  });

  it('a right to read records no follow-up and moves no clock', async () => {
    const keeper = { roles: { Reader: ['customers.read'] } } as const;
    const world = await createWorld({ keeper });
    unwrap(await world.as('ada').people.hire({ id: 'rea', name: 'Rea', roles: ['Reader'] }));
    await world.own('c-1', 'dana');
    const contact = { kind: 'call', text: 'Spoke about the delivery of May' } as const;
    expect(code(await world.as('rea').followUps.record('c-1', contact))).toBe('not-permitted');
  });

  it('a hash of a text compares nothing across customers', async () => {
    const world = await createWorld();
    await world.own('c-1', 'dana');
    await world.own('c-2', 'eve');
    const contact = { kind: 'call', text: 'They will leave us for forty cents', evidence: 'm-1' } as const;
    unwrap(await world.as('dana').followUps.record('c-1', contact));
    unwrap(await world.as('eve').followUps.record('c-2', contact));
    const { items } = unwrap(await world.as('auditor').ledger.entries({ limit: 200 }));
    const recorded = items.filter(({ type }) => type === 'follow-up-recorded').map(({ data }) => data);
    expect(recorded).toHaveLength(2);
    expect(recorded[0]?.textHash).not.toBe(recorded[1]?.textHash);
    expect(recorded[0]?.evidenceHash).not.toBe(recorded[1]?.evidenceHash);
  });

  it('a request by somebody who has lost the right waits for nobody', async () => {
    const world = await createWorld();
    await world.own('c-1', 'dana');
    unwrap(await world.as('ben').privacy.erase('c-1', { basis: 'subject-request' }));
    unwrap(await world.as('ada').people.update('ben', { administrator: false }));
    const asked = await world.as('ada').privacy.erase('c-1', { basis: 'subject-request' });
    expect(unwrap(asked).status).toBe('awaiting-second-person');
    await expectWhole(world);
  });
});

describe('long lists', () => {
  it('of five hundred customers, follow-ups and orders are answered and put on record', async () => {
    const world = await createWorld({
      create: { policy: { ownership: { maxHeld: 2_000 } } },
    });
    const ids = Array.from({ length: 501 }, (_, at) => `c-${at}`);
    for (let from = 0; from < ids.length; from += 50) {
      await Promise.all(ids.slice(from, from + 50).map((id) => world.own(id, 'dana')));
    }
    const dana = world.as('dana');
    const page = unwrap(await dana.customers.list({ limit: 500 }));
    expect(page.items).toHaveLength(500);
    expect(unwrap(await dana.customers.list({ limit: 500, after: page.next })).items).toHaveLength(1);
    expect(
      unwrap(await dana.customers.list({ where: { name: page.items[3]?.profile.name ?? '' } })).items.length,
    ).toBeGreaterThan(0);
    expect(unwrap(await dana.customers.list({ orderBy: 'name', limit: 500 })).items).toHaveLength(500);
    const orders = ids.map((id) => ({
      ...{ id, customer: 'c-0', amount: { amount: 5, currency: 'CNY' } },
      ...{ stage: 'won', at: world.clock.instant() },
    }));
    unwrap(await world.service('erp').orders.record(orders.slice(0, 500)));
    expect(unwrap(await dana.orders.list('c-0', { limit: 500 })).items).toHaveLength(500);
    world.clock.advance(4 * DAY);
    expect(unwrap(await dana.followUps.due()).length).toBeGreaterThan(400);
    await expectWhole(world);
  }, 60_000);
});

describe('sealing', () => {
  it('catches up when the edge of the tree was lost after more than a thousand entries', async () => {
    const disk = createSqliteDisk();
    try {
      const world = await createWorld({ store: disk.open(), keeper: { keys: await disk.keys() } });
      await world.own('c-1', 'dana');
      for (let round = 0; round < 20; round += 1) {
        const text = (at: number): string => `Spoke about number ${round} and ${at} at some length`;
        await Promise.all(
          Array.from({ length: 64 }, (_, at) =>
            world.as('dana').followUps.record('c-1', { kind: 'call', text: text(at) }),
          ),
        );
        world.clock.advance(HOUR);
      }
      await world.keeper.seal('acme');
      await world.keeper.close();
      disk.letGo();
      const database = new DatabaseSync(disk.file);
      expect(database.prepare(`DELETE FROM documents WHERE collection = 'edge'`).run().changes).toBe(1);
      database.close();
      const after = openWorld({ store: disk.open(), keeper: { keys: await disk.keys() } });
      const { findings, size } = await after.keeper.verify('acme');
      expect(findings).toEqual([]);
      expect(size).toBeGreaterThan(1_200);
      await after.own('c-2', 'dana');
      expect((await after.keeper.verify('acme')).status).toBe('ok');
      await after.keeper.close();
    } finally {
      disk.clean();
    }
  }, 60_000);

  it('is tried again by itself after a failure', async () => {
    const keys = ephemeralKeys();
    let broken = false;
    const signer = {
      ...keys.signer,
      sign: (request: Parameters<typeof keys.signer.sign>[0]) =>
        broken ? Promise.reject(new Error('the KMS is away')) : keys.signer.sign(request),
    };
    const world = await createWorld({ keeper: { keys: { ...keys, signer }, sealAfterMs: 5 } });
    await world.keeper.seal('acme');
    const alarms: string[] = [];
    world.keeper.onAlarm(({ kind }) => alarms.push(kind));
    broken = true;
    await world.register('c-1');
    await expect.poll(() => alarms.length).toBeGreaterThan(0);
    broken = false;
    const heard: string[] = [];
    world.keeper.on('claim-submitted', ({ customers }) => heard.push(...customers));
    await expect.poll(() => heard, { timeout: 3_000 }).toEqual(['c-1']);
  });
});

describe('listeners', () => {
  it('hear what this process did although another sealed it', async () => {
    const shared = { store: freshStore(), keeper: { keys: ephemeralKeys(), sealAfterMs: 900 } };
    const here = await createWorld(shared);
    const there = openWorld(shared);
    await here.keeper.seal('acme');
    const heard: string[] = [];
    here.keeper.on('claim-submitted', ({ customers }) => heard.push(...customers));
    await here.register('c-1');
    await there.keeper.seal('acme');
    await here.keeper.seal('acme');
    expect(heard).toEqual(['c-1']);
  });

  it('that fail later, as async ones do, end nothing and are reported', async () => {
    const errors: unknown[] = [];
    const world = await createWorld({ keeper: { onListenerError: (error) => errors.push(error) } });
    world.keeper.on('entry', async () => {
      throw new Error('later');
    });
    await world.register('c-1');
    await world.keeper.seal('acme');
    await expect.poll(() => errors.length).toBeGreaterThan(0);
  });
});

it('an idempotency key used for something else is refused, and the refusal is an entry', async () => {
  const world = await createWorld();
  const dana = world.as('dana').customers;
  unwrap(await dana.register({ name: 'K' }, { id: 'c-1', idempotencyKey: 'k' }));
  expect(code(await dana.register({ name: 'L' }, { id: 'c-2', idempotencyKey: 'k' }))).toBe(
    'idempotency-key-reused',
  );
  const { items } = unwrap(await world.as('auditor').ledger.entries({ limit: 200 }));
  expect(items.map(({ reason }) => reason)).toContain('idempotency-key-reused');
});

it('standing in for somebody without a delegation is refused, and the refusal is an entry', async () => {
  const world = await createWorld();
  expect(code(await world.as('eve', { onBehalfOf: 'boss' }).claims.list())).toBe('no-delegation');
  const { items } = unwrap(await world.as('auditor').ledger.entries({ limit: 200 }));
  expect(items.at(-1)).toMatchObject({ type: 'list-claims', outcome: 'refused', reason: 'no-delegation' });
});

it('an order of an erased customer can be told again for the customer who was registered anew', async () => {
  const world = await createWorld();
  await world.own('c-1', 'dana');
  const order = {
    ...{ id: 'o-1', customer: 'c-1', amount: { amount: 5, currency: 'CNY' } },
    ...{ stage: 'won', at: world.clock.instant() },
  };
  unwrap(await world.service('erp').orders.record([order]));
  for (const who of ['ada', 'ben'])
    unwrap(await world.as(who).privacy.erase('c-1', { basis: 'court-order' }));
  await world.own('c-1', 'eve');
  const { items } = unwrap(await world.service('erp').orders.record([order]));
  expect(items[0]?.result).toMatchObject({ ok: true, value: { changed: true } });
  expect(unwrap(await world.as('eve').orders.list('c-1')).items).toMatchObject([{ id: 'o-1' }]);
  await expectWhole(world);
});
