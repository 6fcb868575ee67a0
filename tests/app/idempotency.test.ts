import { describe, expect, it } from 'vitest';
import { type Result, unwrap } from '../../src/index.ts';
import { failing } from '../../src/testing/index.ts';
import { createWorld, expectWhole, freshStore, MINUTE, type World } from './world.ts';

type Call = (world: World, key: string) => Promise<Result<unknown, { code: string }>>;

/** Every verb that changes something, under an idempotency key. */
const verbs: Record<string, Call> = {
  hire: (world, idempotencyKey) => world.as('ada').people.hire({ id: 'new', name: 'New', idempotencyKey }),
  'update of a person': (world, idempotencyKey) =>
    world.as('ada').people.update('eve', { team: 'north', idempotencyKey }),
  delegate: (world, idempotencyKey) =>
    world.as('eve').people.delegate('eve', { to: 'finn', untilOn: '2026-04-01', idempotencyKey }),
  register: (world, idempotencyKey) =>
    world.as('dana').customers.register({ name: 'N' }, { id: 'c-9', idempotencyKey }),
  'register without an id': (world, idempotencyKey) =>
    world.as('dana').customers.register({ name: 'N' }, { idempotencyKey }),
  update: (world, idempotencyKey) =>
    world.as('dana').customers.update('c-1', { industry: 'steel' }, { idempotencyKey }),
  share: (world, idempotencyKey) =>
    world.as('dana').ownership.share('c-1', { with: 'finn', access: 'read', idempotencyKey }),
  'follow-up': (world, idempotencyKey) =>
    world
      .as('dana')
      .followUps.record('c-1', { kind: 'call', text: 'asked for the drawings', idempotencyKey }),
  adopt: (world, idempotencyKey) =>
    world.as('ada').policies.adopt({ ownership: { maxHeld: 50 } }, { idempotencyKey }),
  transfer: async (world, idempotencyKey) =>
    unwrap(await world.as('boss').ownership.transfer('c-1', { to: 'eve', reason: 'r', idempotencyKey }))
      .items[0]?.result as never,
  release: async (world, idempotencyKey) =>
    unwrap(await world.as('dana').ownership.release('c-1', { reason: 'r', idempotencyKey })).items[0]
      ?.result as never,
};

const sizeOf = async (world: World): Promise<number> => (await world.keeper.seal('acme')).size;

describe('the same key', () => {
  it.each(Object.entries(verbs))('on %s answers the same and changes nothing twice', async (_, call) => {
    const world = await createWorld();
    await world.own('c-1', 'dana');
    const before = await sizeOf(world);
    const first = await call(world, 'key');
    expect(first.ok).toBe(true);
    const size = await sizeOf(world);
    expect(size).toBe(before + 1);
    world.clock.advance(30 * MINUTE);
    expect(await call(world, 'key')).toEqual(first);
    expect(await sizeOf(world)).toBe(size);
    await expectWhole(world);
  });

  it.each(Object.entries(verbs))('on %s from many at once does it once', async (_, call) => {
    const world = await createWorld();
    await world.own('c-1', 'dana');
    const before = await sizeOf(world);
    const answers = await Promise.all(Array.from({ length: 8 }, () => call(world, 'key')));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]?.ok).toBe(true);
    expect(await sizeOf(world)).toBe(before + 1);
    await expectWhole(world);
  });

  it.each(Object.entries(verbs))('on %s settles an outcome that was lost for good', async (_, call) => {
    const inner = freshStore();
    let lossy = false;
    const losing = failing(inner, { method: 'commit', call: 'every', fault: 'stored-but-reported-lost' });
    const world = await createWorld({
      store: { ...inner, commit: (tenant, batch) => (lossy ? losing : inner).commit(tenant, batch) },
    });
    await world.own('c-1', 'dana');
    const before = await sizeOf(world);
    lossy = true;
    await expect(call(world, 'key')).rejects.toMatchObject({ code: 'ERR_STORE_FAILED' });
    lossy = false;
    const again = await call(world, 'key');
    expect(again.ok).toBe(true);
    expect(await call(world, 'key')).toEqual(again);
    expect(await sizeOf(world)).toBe(before + 1);
    expect(losing.injected()).toBeGreaterThan(0);
    await expectWhole(world);
  });

  it('for something else is refused, and of somebody else is another key', async () => {
    const world = await createWorld();
    await world.own('c-1', 'dana');
    await world.own('c-2', 'dana');
    const reused = { ok: false, error: { code: 'idempotency-key-reused' } };
    unwrap(await world.as('dana').customers.update('c-1', { industry: 'steel' }, { idempotencyKey: 'k' }));
    expect(
      await world.as('dana').customers.update('c-1', { industry: 'wood' }, { idempotencyKey: 'k' }),
    ).toEqual(reused);
    expect(
      await world.as('dana').customers.update('c-2', { industry: 'steel' }, { idempotencyKey: 'k' }),
    ).toEqual(reused);
    expect(await world.as('dana').customers.register({ name: 'X' }, { idempotencyKey: 'k' })).toEqual(reused);
    expect(
      (await world.as('boss').customers.update('c-2', { industry: 'steel' }, { idempotencyKey: 'k' })).ok,
    ).toBe(true);
    expect(
      (await world.as('dana').customers.update('c-1', { industry: 'wood' }, { idempotencyKey: 'K' })).ok,
    ).toBe(true);
  });

  it('of a refusal answers the refusal, also when it was one of many equal ones', async () => {
    const world = await createWorld();
    await world.own('c-1', 'dana');
    const attempt = async (idempotencyKey: string): Promise<unknown> =>
      unwrap(await world.as('eve').ownership.transfer('c-1', { to: 'finn', reason: 'r', idempotencyKey }))
        .items[0]?.result;
    const refused = { ok: false, error: { code: 'not-permitted' } };
    expect(await attempt('first')).toMatchObject(refused);
    expect(await attempt('second')).toMatchObject(refused);
    unwrap(await world.as('ada').people.update('eve', { roles: ['Director'] }));
    expect(await attempt('first')).toMatchObject(refused);
    expect(await attempt('second')).toMatchObject(refused);
    expect(await attempt('third')).toMatchObject({ ok: true });
  });

  it('of a batch stands for each item', async () => {
    const world = await createWorld();
    for (const id of ['a', 'b']) await world.own(id, 'dana');
    const move = (ids: string[]) =>
      world.as('boss').ownership.transfer(ids, { to: 'eve', reason: 'r', idempotencyKey: 'k' });
    const first = unwrap(await move(['a']));
    const both = unwrap(await move(['a', 'b']));
    expect(both.items[0]).toEqual(first.items[0]);
    expect(both.items[1]?.result.ok).toBe(true);
  });
});
