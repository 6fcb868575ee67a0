import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { ephemeralKeys } from '../../src/adapters/node/index.ts';
import { unwrap } from '../../src/index.ts';
import type { Store } from '../../src/ports/index.ts';
import {
  createSqliteDisk,
  createWorld,
  expectWhole,
  freshStore,
  openWorld,
  type SqliteDisk,
  type World,
} from './world.ts';

let disk: SqliteDisk | null = null;
afterEach(() => {
  disk?.clean();
  disk = null;
});

const basis = { basis: 'subject-request' } as const;
const codeOf = (result: { ok: boolean; error?: { code: string } }): string | undefined => result.error?.code;

async function lived(world: World): Promise<void> {
  await world.own('c-1', 'dana', { phone: 'CANARY-PHONE', need: 'CANARY-NEED', creditLimit: 123_123_123 });
  await world.own('c-2', 'dana', { phone: '+2' });
  unwrap(
    await world.as('dana').followUps.record('c-1', {
      kind: 'call',
      text: 'CANARY-TEXT of some length',
      evidence: 'CANARY-EVIDENCE',
    }),
  );
  unwrap(await world.as('dana').customers.update('c-1', { need: 'CANARY-NEED again' }));
  unwrap(await world.as('boss').ownership.transfer('c-1', { to: 'eve', reason: 'CANARY-REASON' }));
  unwrap(
    await world.service('erp').orders.record([
      {
        id: 'CANARY-ORDER',
        customer: 'c-1',
        amount: { amount: 1, currency: 'CNY' },
        stage: 'won',
        at: world.clock.instant(),
      },
    ]),
  );
}

async function erase(world: World): Promise<void> {
  expect(unwrap(await world.as('ada').privacy.erase('c-1', basis)).status).toBe('awaiting-second-person');
  expect(unwrap(await world.as('ben').privacy.erase('c-1', basis)).status).toBe('erased');
}

describe('an erasure', () => {
  it('needs two distinct people who ask for the very same', async () => {
    const world = await createWorld();
    await lived(world);
    const ada = world.as('ada').privacy;
    expect(unwrap(await ada.erase('c-1', basis)).status).toBe('awaiting-second-person');
    expect(codeOf(await ada.erase('c-1', basis))).toBe('second-person-required');
    unwrap(await world.as('ben').people.delegate('ben', { to: 'ada', untilOn: '2026-12-31' }));
    expect(codeOf(await world.as('ada', { onBehalfOf: 'ben' }).privacy.erase('c-1', basis))).toBe(
      'second-person-required',
    );
    for (const who of ['dana', 'boss', 'hr', 'director'])
      expect(codeOf(await world.as(who).privacy.erase('c-1', basis))).toBe('not-permitted');
    expect(codeOf(await world.service('erp').privacy.erase('c-1', basis))).toBe('not-permitted');
    expect(unwrap(await world.as('ben').privacy.erase('c-1', { basis: 'court-order' })).status).toBe(
      'awaiting-second-person',
    );
    expect(unwrap(await world.as('eve').customers.get('c-1')).profile.phone).toBe('CANARY-PHONE');
    expect(unwrap(await ada.erase('c-1', { basis: 'court-order' })).status).toBe('erased');
    expect(codeOf(await ada.erase('c-1', basis))).toBe('not-found');
    await expectWhole(world);
  });

  it('takes every personal value out of every row, and the ledger still verifies', async () => {
    disk = createSqliteDisk();
    const world = await createWorld({ store: disk.open(), keeper: { keys: await disk.keys() } });
    await lived(world);
    await erase(world);
    await expectWhole(world);
    const database = new DatabaseSync(disk.file);
    const text = JSON.stringify([
      database.prepare('SELECT * FROM documents').all(),
      database.prepare('SELECT * FROM index_keys').all(),
      database.prepare('SELECT * FROM entries').all(),
    ]);
    for (const canary of ['CANARY', '123123123', '"c-1"', 'c-1\\"'])
      expect(text.includes(canary), canary).toBe(false);
    const [alias] = database
      .prepare(`SELECT id FROM documents WHERE collection = 'customer' AND body LIKE '%deleted%'`)
      .all();
    expect(
      database
        .prepare(`SELECT id FROM documents WHERE collection IN ('key', 'disclosure') AND id LIKE ?`)
        .all(`%${alias?.id}`),
    ).toEqual([]);
    database.close();
    expect(unwrap(await world.as('dana').customers.get('c-2')).profile.phone).toBe('+2');
  });

  it('leaves the decisions: who, when, on which basis, by whose consent', async () => {
    const world = await createWorld();
    await lived(world);
    await erase(world);
    const { items } = unwrap(await world.as('ada').ledger.entries({ limit: 500 }));
    const erasure = items.find(({ type }) => type === 'erasure');
    expect(erasure?.data).toMatchObject({ basis: 'subject-request', part: 1 });
    expect(erasure?.data.approvedBy).toHaveLength(2);
    expect(new Set(erasure?.data.approvedBy as string[]).size).toBe(2);
    expect((erasure?.data.digests as string[] | undefined)?.length).toBeGreaterThan(5);
    expect(items.filter(({ type }) => type === 'customer-transferred')).toHaveLength(1);
    for (const verb of ['get', 'history'] as const)
      expect(codeOf(await world.as('ada').customers[verb]('c-1'))).toBe('not-found');
    expect(codeOf(await world.as('ada').ownership.at('c-1', world.clock.instant()))).toBe('not-found');
    expect(codeOf(await world.as('ada').ledger.entries({ customer: 'c-1' }))).toBe('not-found');
  });

  it('gives the owner’s place back and lets the host’s id be registered anew, as somebody else', async () => {
    const world = await createWorld({ create: { policy: { ownership: { maxHeld: 1 } } } });
    await world.own('c-1', 'eve', { phone: 'CANARY-PHONE' });
    await erase(world);
    await world.own('c-1', 'eve', { phone: '+9' });
    const history = unwrap(await world.as('eve').customers.history('c-1'));
    expect(history.map(({ type }) => type)).toEqual(['claim-submitted', 'claim-approved']);
    await expectWhole(world);
  });

  it('is not undone by a look that began before it: the id, registered anew, is found by everybody', async () => {
    const inner = freshStore();
    let open: (() => void) | null = null;
    let armed = false;
    const world = await createWorld({
      store: {
        ...inner,
        async get(tenant, refs) {
          const answer = await inner.get(tenant, refs);
          if (armed && refs.some(({ collection }) => collection === 'alias')) {
            armed = false;
            await new Promise<void>((resolve) => {
              open = resolve;
            });
          }
          return answer;
        },
      },
    });
    await world.own('c-1', 'eve');
    unwrap(await world.as('ada').privacy.erase('c-1', basis));
    // Cached under the id by now; an erasure of another customer has every process forget its cache.
    await world.own('c-0', 'eve');
    unwrap(await world.as('ada').privacy.erase('c-0', basis));
    unwrap(await world.as('ben').privacy.erase('c-0', basis));
    armed = true;
    const look = world.as('eve').customers.get('c-1');
    await expect.poll(() => open).not.toBeNull();
    unwrap(await world.as('ben').privacy.erase('c-1', basis));
    (open as unknown as () => void)();
    await look;
    await world.own('c-1', 'eve', { phone: '+9' });
    expect(unwrap(await world.as('eve').customers.get('c-1')).profile.phone).toBe('+9');
  });

  it('of a customer whose claim still waits ends the claim', async () => {
    const world = await createWorld();
    const claim = await world.register('c-1', 'dana', { phone: 'CANARY' });
    await erase(world);
    expect(unwrap(await world.as('boss').claims.get(claim))).toMatchObject({
      status: 'withdrawn',
      customer: '',
    });
    expect(codeOf(await world.as('boss').claims.approve(claim))).toBe('claim-decided');
    await expectWhole(world);
  });

  it('is in force in every keeper on the store at once', async () => {
    const keys = ephemeralKeys();
    const world = await createWorld({ keeper: { keys } });
    const other = openWorld({ store: world.store, keeper: { keys } });
    await lived(world);
    expect(unwrap(await other.as('eve').customers.get('c-1')).profile.phone).toBe('CANARY-PHONE');
    expect(unwrap(await other.as('eve').customers.history('c-1')).length).toBeGreaterThan(3);
    await erase(world);
    for (const verb of ['get', 'history', 'update'] as const)
      expect(
        codeOf(
          await (other.as('eve').customers[verb] as (id: string, patch?: object) => Promise<never>)('c-1', {
            name: 'X',
          }),
        ),
      ).toBe('not-found');
    await expectWhole(other);
  });

  it('that broke off after its commit has erased all the same, and the ledger verifies and rebuilds', async () => {
    const inner = freshStore();
    let broken = false;
    const store: Store = {
      ...inner,
      commit(tenant, batch) {
        const removes = batch.deletes.some(({ collection }) => collection === 'disclosure');
        return broken && removes && batch.entries.length === 0
          ? Promise.reject(new Error('power gone'))
          : inner.commit(tenant, batch);
      },
    };
    const keys = ephemeralKeys();
    const world = await createWorld({ store, keeper: { keys } });
    await lived(world);
    unwrap(await world.as('ada').privacy.erase('c-1', basis));
    broken = true;
    await expect(world.as('ben').privacy.erase('c-1', basis)).rejects.toMatchObject({
      code: 'ERR_STORE_FAILED',
    });
    const after = openWorld({ store: inner, keeper: { keys } });
    expect(codeOf(await after.as('eve').customers.get('c-1'))).toBe('not-found');
    await expectWhole(after);
    await after.keeper.rebuild('acme');
    await expectWhole(after);
  });

  it('leaves out nothing that was recorded while it was under way', async () => {
    for (let round = 0; round < 8; round += 1) {
      const world = await createWorld({ staff: ['chief', 'boss', 'dana'] });
      await world.own('c-1', 'dana', { phone: 'CANARY' });
      unwrap(await world.as('ada').privacy.erase('c-1', basis));
      const work = Array.from({ length: 6 }, (_, at) =>
        world
          .as('dana')
          .followUps.record('c-1', { kind: 'call', text: `CANARY number ${at} of a longer talk` }),
      );
      const [erased] = await Promise.all([world.as('ben').privacy.erase('c-1', basis), ...work]);
      expect(unwrap(erased).status).toBe('erased');
      await expectWhole(world);
    }
  });
});
