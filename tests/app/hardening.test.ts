import { existsSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { systemTimers } from '../../src/adapters/node/index.ts';
import { createDeadline } from '../../src/app/checked/deadline.ts';
import { eachOf } from '../../src/app/commit/batch.ts';
import {
  commercial,
  createGamekeeper,
  DEFAULT_POLICY,
  definePolicy,
  GamekeeperError,
  publicField,
  unwrap,
} from '../../src/index.ts';
import { ok } from '../../src/kernel/index.ts';
import { profileShape } from '../../src/model/index.ts';
import { delaying } from '../../src/testing/index.ts';
import {
  createSqliteDisk,
  createWorld,
  expectWhole,
  freshStore,
  type SqliteDisk,
  START,
  type World,
} from './world.ts';

let disk: SqliteDisk | null = null;
afterEach(() => {
  disk?.clean();
  disk = null;
});

const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));

async function erase(world: World, customer: string): Promise<void> {
  for (const who of ['ada', 'ben'])
    unwrap(await world.as(who).privacy.erase(customer, { basis: 'subject-request' }));
}

/** Which of some texts can be read in the bytes of a database file or of its WAL. */
function readable(file: string, texts: readonly string[]): readonly string[] {
  const bytes = [file, `${file}-wal`].filter((path) => existsSync(path)).map((path) => readFileSync(path));
  return texts.filter((text) => bytes.some((part) => part.includes(text)));
}

describe('what was erased', () => {
  const personal = (id: number): { phone: string; need: string } => ({
    phone: `CANARY-PHONE-${id}`,
    need: `CANARY-NEED-${id} ${'and more of it '.repeat(id * 40)}`,
  });
  const shown = ['CANARY-PHONE-3', 'CANARY-NEED-3'];
  const canaries = [...shown, 'CANARY-TEXT', 'CANARY-REASON'];

  async function lived(on: SqliteDisk): Promise<World> {
    const world = await createWorld({ store: on.open(), keeper: { keys: await on.keys() } });
    for (let id = 0; id < 8; id += 1) await world.own(`c-${id}`, 'dana', personal(id));
    unwrap(
      await world.as('dana').followUps.record('c-3', { kind: 'call', text: 'CANARY-TEXT of some length' }),
    );
    unwrap(await world.as('dana').customers.update('c-3', { need: 'CANARY-NEED-3 in short' }));
    unwrap(await world.as('boss').ownership.transfer('c-3', { to: 'eve', reason: 'CANARY-REASON' }));
    return world;
  }

  it('stands in no byte of the file, neither while it is open nor once it is closed', async () => {
    disk = createSqliteDisk();
    const world = await lived(disk);
    expect(readable(disk.file, canaries)).toEqual(shown);
    await erase(world, 'c-3');
    expect(readable(disk.file, canaries), 'open').toEqual([]);
    expect(readable(disk.file, ['CANARY-PHONE-4'])).toHaveLength(1);
    await expectWhole(world);
    disk.letGo();
    expect(readable(disk.file, canaries), 'closed').toEqual([]);
  });

  it('waits for who still reads the old state, and is gone with the next commit', async () => {
    disk = createSqliteDisk();
    const world = await lived(disk);
    const reader = new DatabaseSync(disk.file);
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM documents').get();
    await erase(world, 'c-3');
    expect(readable(disk.file, canaries)).not.toEqual([]);
    reader.exec('COMMIT');
    reader.close();
    await world.own('c-9');
    expect(readable(disk.file, canaries)).toEqual([]);
    await expectWhole(world);
  });
});

describe('a batch', () => {
  it('tells one order several times in the order given, whatever the store takes for each', async () => {
    let slow = 0;
    const store = delaying(freshStore(), async (_method, moment) => {
      // Who comes first waits longest.
      if (moment === 'before' && slow > 0) await pause(slow--);
    });
    const world = await createWorld({ store });
    await world.own('c-1');
    const order = (id: string, amount: number): never =>
      ({ id, customer: 'c-1', amount: { amount, currency: 'CNY' }, stage: 'won', at: START }) as never;
    const ids = [...Array(8).keys()].map((at) => `o-${at}`);
    const told = [1, 2, 3].flatMap((amount) => ids.map((id) => order(id, amount)));
    slow = 60;
    const { items } = unwrap(await world.service('erp').orders.record(told));
    expect(items.map(({ id }) => id)).toEqual([...ids, ...ids, ...ids]);
    expect(items.every(({ result }) => result.ok && result.value.changed)).toBe(true);
    const listed = unwrap(await world.as('dana').orders.list('c-1')).items;
    expect(listed.map(({ amount }) => amount.amount)).toEqual(ids.map(() => 3));
    await expectWhole(world);
  });

  it('does 64 ids at once, and one id one after the other', async () => {
    let under = 0;
    let most = 0;
    const same = new Set<string>();
    await eachOf(
      [...Array(200).keys()],
      (item) => `i-${item >> 1}`,
      async (item) => {
        const id = `i-${item >> 1}`;
        expect(same.has(id)).toBe(false);
        same.add(id);
        most = Math.max(most, ++under);
        await pause(1);
        under -= 1;
        same.delete(id);
        return ok(item);
      },
    );
    expect(most).toBe(64);
  });

  it('lets all others finish before it throws the first error, and nothing runs on', async () => {
    const done: string[] = [];
    const work = async (item: { id: string; wait: number; fails?: string }) => {
      await pause(item.wait);
      if (item.fails !== undefined) throw new Error(item.fails);
      done.push(item.id);
      return ok(item.id);
    };
    const items = [
      { id: 'a', wait: 20 },
      { id: 'b', wait: 10, fails: 'first' },
      { id: 'c', wait: 0, fails: 'second' },
      { id: 'b', wait: 0 },
      { id: 'd', wait: 30 },
    ];
    await expect(eachOf(items, ({ id }) => id, work)).rejects.toThrow('first');
    expect(done).toEqual(['a', 'd']);
    await pause(40);
    expect(done).toEqual(['a', 'd']);
  });
});

describe('input that is nested absurdly deep', () => {
  const nested = (depth: number): never => {
    let value: unknown = [];
    for (let at = 0; at < depth; at += 1) value = [value];
    return value as never;
  };

  it.each([150, 20_000])('is invalid, and nothing worse (%d levels)', async (depth) => {
    const world = await createWorld();
    await world.own('c-1');
    const invalid = { name: 'GamekeeperError', code: 'ERR_INVALID_INPUT' };
    const { customers } = world.as('dana');
    await expect(customers.list({ where: { name: nested(depth) } })).rejects.toMatchObject(invalid);
    await expect(customers.register({ name: nested(depth) })).rejects.toMatchObject(invalid);
    await expect(customers.update('c-1', { need: nested(depth) })).rejects.toMatchObject(invalid);
    const shape = profileShape(z.object({ any: publicField(z.any()), json: publicField(z.json()) }));
    for (const field of ['any', 'json'])
      expect(() => shape.parse({ any: 1, json: 1, [field]: nested(depth) })).toThrow(
        expect.objectContaining(invalid),
      );
    expect(() => definePolicy({ visibility: { owner: nested(depth) } })).toThrow(
      expect.objectContaining(invalid),
    );
  });
});

describe('a transfer of one’s own customer', () => {
  const needs = 'a supervisor or ownership.transfer';
  const move = async (world: World, who: string, id: string): Promise<unknown> =>
    unwrap(await world.as(who).ownership.transfer(id, { to: 'eve', reason: 'r' })).items[0]?.result;

  it('is refused, with ownership.transfer too, and to administrators', async () => {
    const world = await createWorld();
    await world.own('c-1', 'director');
    await world.own('c-2', 'ada');
    for (const [who, id] of [
      ['director', 'c-1'],
      ['ada', 'c-2'],
    ] as const)
      expect(await move(world, who, id)).toMatchObject({
        ok: false,
        error: { code: 'not-permitted', needs },
      });
    expect(await move(world, 'director', 'c-2')).toMatchObject({ ok: true });
    expect(await move(world, 'ada', 'c-1')).toMatchObject({ ok: true });
    await expectWhole(world);
  });

  it('is refused to who stands in for the owner', async () => {
    const world = await createWorld();
    await world.own('c-1', 'dana');
    unwrap(await world.as('dana').people.delegate('dana', { to: 'director', untilOn: '2026-12-31' }));
    expect(await move(world, 'director', 'c-1')).toMatchObject({ error: { code: 'not-permitted', needs } });
    expect(await move(world, 'boss', 'c-1')).toMatchObject({ ok: true });
  });
});

describe('a deadline', () => {
  const late = (): GamekeeperError => new GamekeeperError('ERR_STORE_FAILED', 'too late');
  it('keeps the process alive only while something waits', async () => {
    const started: { holds: boolean }[] = [];
    const deadline = createDeadline(
      60_000,
      {
        elapsed: () => 0,
        start() {
          const timer = {
            holds: true,
            stop: () => undefined,
            hold(process: boolean) {
              timer.holds = process;
            },
          };
          started.push(timer);
          return timer;
        },
      },
      late,
    );
    for (const work of [() => pause(1), () => pause(1), () => Promise.reject(new Error('no'))]) {
      const waiting = deadline.within(work);
      expect(started[0]?.holds).toBe(true);
      await waiting.catch(() => undefined);
      expect(started[0]?.holds).toBe(false);
    }
    expect(started).toHaveLength(1);
  });

  it('still ends what waits too long, after a time without work, too', async () => {
    const deadline = createDeadline(30, systemTimers(), late);
    await deadline.within(async () => undefined);
    const hung = (): Promise<never> => new Promise(() => undefined);
    await expect(deadline.within(hung)).rejects.toMatchObject({ code: 'ERR_STORE_FAILED' });
    await pause(20);
    await expect(deadline.within(hung)).rejects.toMatchObject({ code: 'ERR_STORE_FAILED' });
  });
});

describe('a nested value', () => {
  it('is the same in whatever order its keys stand', async () => {
    const address = z.record(z.string(), z.union([z.string(), z.record(z.string(), z.string())]));
    const keeper = createGamekeeper({
      profile: z.object({ name: publicField(z.string()), address: commercial(address).optional() }),
      store: freshStore(),
    });
    await keeper.tenants.create('acme', {
      admins: [
        { id: 'ada', name: 'Ada' },
        { id: 'ben', name: 'Ben' },
      ],
    });
    const { customers } = keeper.as({ tenant: 'acme', employee: 'ada' });
    const claim = unwrap(
      await customers.register(
        { name: 'N', address: { city: 'X', lines: { a: '1', b: '2' } } },
        { id: 'c-1' },
      ),
    );
    unwrap(await keeper.as({ tenant: 'acme', employee: 'ben' }).claims.approve(claim.claim));
    const turned = { lines: { b: '2', a: '1' }, city: 'X' };
    const found = async (where: object): Promise<number> =>
      unwrap(await customers.list({ where: where as never })).items.length;
    expect(await found({ address: turned })).toBe(1);
    expect(await found({ address: { city: 'X', lines: { a: '2', b: '1' } } })).toBe(0);
    expect(await customers.update('c-1', { address: turned })).toMatchObject({
      ok: false,
      error: { code: 'unchanged' },
    });
    unwrap(await customers.update('c-1', { address: { ...turned, city: 'Y' } }));
  });
});

describe('the default policy', () => {
  it('cannot be changed at run time', () => {
    const parts: unknown[] = [DEFAULT_POLICY];
    for (const part of parts) {
      if (typeof part !== 'object' || part === null) continue;
      expect(Object.isFrozen(part)).toBe(true);
      parts.push(...Object.values(part));
    }
    expect(() => (DEFAULT_POLICY.visibility.other as string[]).push('contact')).toThrow(TypeError);
    expect(definePolicy().visibility.other).toEqual(['public']);
  });
});
