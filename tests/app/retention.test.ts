import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { unwrap } from '../../src/index.ts';
import {
  createDisk,
  createSqliteDisk,
  createWorld,
  DAY,
  type Disk,
  expectWhole,
  HOUR,
  openWorld,
  type SqliteDisk,
  type World,
} from './world.ts';

let disk: Disk | null = null;
afterEach(() => {
  disk?.clean();
  disk = null;
});

const staff = ['chief', 'boss', 'dana', 'eve'];
/** A company that erases deleted customers once they can no longer be restored. */
const erasing = { staff, create: { policy: { guard: { eraseDeleted: true } } } };
const codeOf = (result: { ok: boolean; error?: { code: string } }): string | undefined => result.error?.code;

async function deleted(world: World, ...ids: string[]): Promise<void> {
  for (const id of ids) {
    await world.own(id, 'dana', { phone: 'CANARY-PHONE', need: 'CANARY-NEED' });
    unwrap(await world.as('dana').customers.delete([id], { reason: 'CANARY-REASON' }));
    world.clock.advance(DAY);
  }
}

async function typesOf(world: World): Promise<readonly string[]> {
  const types: string[] = [];
  for (let from: number | null = 0; from !== null; ) {
    const page: { items: readonly { type: string }[]; next: number | null } = unwrap(
      await world.as('ada').ledger.entries({ from, limit: 500 }),
    );
    types.push(...page.items.map(({ type }) => type));
    from = page.next;
  }
  return types;
}

const times = (types: readonly string[], wanted: string): number =>
  types.filter((type) => type === wanted).length;

async function onSqlite(): Promise<{ world: World; file: SqliteDisk }> {
  const file = createSqliteDisk();
  disk = file;
  return {
    file,
    world: await createWorld({ ...erasing, store: file.open(), keeper: { keys: await file.keys() } }),
  };
}

function rows(file: string, where: string): readonly { readonly id: string; readonly body: string }[] {
  const database = new DatabaseSync(file);
  const found = database.prepare(`SELECT id, body FROM documents WHERE ${where}`).all();
  database.close();
  return found as never;
}

describe('a deleted customer', () => {
  it('is kept for ever where the company does not say otherwise: what it was can still be proved', async () => {
    const world = await createWorld({ staff });
    await deleted(world, 'c-1');
    world.clock.advance(1_000 * DAY);
    expect(await world.keeper.sweep('acme')).toMatchObject({ customersErased: 0, failed: [] });
    expect(codeOf(await world.as('boss').customers.restore('c-1'))).toBe('restore-period-over');
    let out = '';
    const sink = {
      write: async (_: string, bytes: Uint8Array) => {
        out += Buffer.from(bytes).toString();
      },
    };
    unwrap(await world.as('ada').ledger.export(sink, { disclosures: 'included' }));
    const told = (out.match(/[\w-]{16,}/g) ?? []).map((text) => Buffer.from(text, 'base64url').toString());
    expect(told.join('\n')).toContain('CANARY-PHONE');
    await expectWhole(world);
  });

  it('is kept while it can be restored, and then everything personal is gone by itself where the company says so', async () => {
    const { world, file } = await onSqlite();
    await deleted(world, 'c-1');
    world.clock.advance(89 * DAY);
    expect((await world.keeper.sweep('acme')).customersErased).toBe(0);
    unwrap(await world.as('boss').customers.restore('c-1'));
    unwrap(await world.as('dana').customers.delete(['c-1'], { reason: 'CANARY-REASON' }));
    world.clock.advance(90 * DAY + HOUR);
    expect((await world.keeper.sweep('acme')).customersErased).toBe(1);
    expect(codeOf(await world.as('boss').customers.restore('c-1'))).toBe('not-found');
    const [customer] = rows(file.file, `collection = 'customer'`);
    expect(rows(file.file, `collection = 'disclosure' AND id LIKE '%${customer?.id}'`)).toEqual([]);
    expect(rows(file.file, `collection = 'key' AND id LIKE '%${customer?.id}'`)).toEqual([]);
    expect(rows(file.file, `body LIKE '%CANARY%' OR body LIKE '%"c-1"%'`)).toEqual([]);
    await expectWhole(world);
  });

  it('leaves its history: who owned it, who deleted it and when, and that its time was over', async () => {
    const world = await createWorld(erasing);
    await deleted(world, 'c-1');
    world.clock.advance(91 * DAY);
    await world.keeper.sweep('acme');
    const { items } = unwrap(await world.as('ada').ledger.entries({ limit: 500 }));
    const about = items.filter(({ data }) => typeof data.customer === 'string').map(({ type }) => type);
    expect(about).toEqual(expect.arrayContaining(['claim-approved', 'customer-deleted', 'deletion-expired']));
    expect(items.find(({ type }) => type === 'erasure')?.data).toMatchObject({
      approvedBy: [],
      basis: 'retention-over',
    });
    expect(await world.keeper.rebuild('acme')).toMatchObject({ restored: 0, removed: 0 });
    await expectWhole(world);
  });

  it('is kept for as long as the policy says', async () => {
    const world = await createWorld({
      staff,
      create: { policy: { guard: { eraseDeleted: true, restoreDays: 365 } } },
    });
    await deleted(world, 'c-1');
    world.clock.advance(364 * DAY);
    expect((await world.keeper.sweep('acme')).customersErased).toBe(0);
    world.clock.advance(DAY);
    expect((await world.keeper.sweep('acme')).customersErased).toBe(1);
  });

  it('that was registered anew meanwhile is another customer, and is left alone', async () => {
    const world = await createWorld(erasing);
    await deleted(world, 'c-1');
    world.clock.advance(91 * DAY);
    await world.own('c-1', 'eve', { phone: '555 0100' });
    expect((await world.keeper.sweep('acme')).customersErased).toBe(0);
    expect(unwrap(await world.as('eve').customers.get('c-1')).profile.phone).toBe('555 0100');
    expect(times(await typesOf(world), 'deletion-expired')).toBe(1);
    await expectWhole(world);
  });

  it('can be registered anew once it was erased: it is another customer then, by the same id', async () => {
    const world = await createWorld(erasing);
    await deleted(world, 'c-1');
    world.clock.advance(91 * DAY);
    await world.keeper.sweep('acme');
    await world.own('c-1', 'eve', { phone: '555 0100' });
    const history = unwrap(await world.as('eve').customers.history('c-1'));
    expect(history.map(({ type }) => type)).not.toContain('customer-deleted');
    await expectWhole(world);
  });

  it('costs what is due, is done once in two keepers at once, and a repetition changes nothing', async () => {
    const there = createDisk();
    disk = there;
    const left = await createWorld({ ...erasing, store: there.open(), keeper: { keys: await there.keys() } });
    const right = openWorld({ store: there.open(), keeper: { keys: await there.keys() } });
    for (let at = 0; at < 30; at += 1) await left.own(`kept-${at}`, 'eve');
    await deleted(left, 'c-1', 'c-2', 'c-3');
    left.clock.advance(10 * DAY);
    await left.keeper.sweep('acme');
    left.clock.advance(81 * DAY);
    right.clock.set(left.clock.instant());
    const reports = await Promise.all([left, right, left].map(({ keeper }) => keeper.sweep('acme')));
    for (const { failed } of reports) expect(failed).toEqual([]);
    expect(reports.reduce((sum, { customersErased }) => sum + customersErased, 0)).toBe(3);
    const again = await left.keeper.sweep('acme');
    expect(again).toMatchObject({ customersErased: 0, failed: [], examined: 0 });
    const types = await typesOf(left);
    expect([times(types, 'deletion-expired'), times(types, 'erasure')]).toEqual([3, 3]);
    await expectWhole(left);
  });

  it('that cannot be read stops no other', async () => {
    const { world, file } = await onSqlite();
    await deleted(world, 'c-1', 'c-2', 'c-3');
    const [poisoned] = rows(file.file, `collection = 'deletion'`);
    const database = new DatabaseSync(file.file);
    const edit = database.prepare(`UPDATE documents SET body = ? WHERE collection = 'deletion' AND id = ?`);
    edit.run(poisoned?.body.replace('"schemaVersion":1', '"schemaVersion":2') ?? '', poisoned?.id ?? '');
    world.clock.advance(91 * DAY);
    const report = await world.keeper.sweep('acme');
    expect(report).toMatchObject({
      customersErased: 2,
      failed: [{ place: `deletion/${poisoned?.id}`, error: { code: 'ERR_STORE_CORRUPT' } }],
    });
    edit.run(poisoned?.body ?? '', poisoned?.id ?? '');
    database.close();
    expect(await world.keeper.sweep('acme')).toMatchObject({ customersErased: 1, failed: [] });
    await expectWhole(world);
  });
});

describe('what I contested', () => {
  it('is kept for two years after the answer, like a case, and what both sides wrote goes with it', async () => {
    const { world, file } = await onSqlite();
    const claim = await world.register('c-1');
    const { entry } = unwrap(await world.as('boss').claims.reject(claim, { reason: 'no' }));
    const { contest } = unwrap(await world.as('dana').me.contest(entry, { statement: 'I met them first.' }));
    const withheld = { reason: 'a court asked us to', days: 20 };
    for (const who of ['ada', 'ben']) unwrap(await world.as(who).contests.withhold(contest, withheld));
    const open = rows(file.file, `collection = 'disclosure'`).length;
    unwrap(await world.as('ada').contests.answer(contest, { outcome: 'declined', text: 'They called us.' }));
    world.clock.advance(730 * DAY - HOUR);
    expect((await world.keeper.sweep('acme')).contestsExpired).toBe(0);
    expect(unwrap(await world.as('dana').contests.get(contest)).answer).toBe('They called us.');
    world.clock.advance(HOUR);
    expect((await world.keeper.sweep('acme')).contestsExpired).toBe(1);
    expect((await world.keeper.sweep('acme')).contestsExpired).toBe(0);
    expect(codeOf(await world.as('dana').contests.get(contest))).toBe('not-found');
    // The statement, the reason and the answer are gone; what else was typed in the company is not.
    expect(rows(file.file, `collection = 'disclosure'`)).toHaveLength(open - 2);
    const mine = unwrap(await world.as('dana').me.record({ limit: 500 })).entries;
    expect(mine.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['contest-opened', 'contest-answered', 'contest-expired']),
    );
    expect(JSON.stringify(mine)).not.toMatch(/met them first|called us|court/);
    await expectWhole(world);
    await world.keeper.rebuild('acme');
    await expectWhole(world);
  });

  it('is never forgotten before it was answered', async () => {
    const world = await createWorld({ staff });
    const claim = await world.register('c-1');
    const { entry } = unwrap(await world.as('boss').claims.reject(claim, { reason: 'no' }));
    const { contest } = unwrap(await world.as('dana').me.contest(entry, { statement: 'unfair' }));
    world.clock.advance(3 * 365 * DAY);
    expect(await world.keeper.sweep('acme')).toMatchObject({ contestsEscalated: 1, contestsExpired: 0 });
    unwrap(await world.as('ada').contests.answer(contest, { outcome: 'granted', text: 'Sorry.' }));
  });
});

describe('what was counted of me', () => {
  it('is gone once no window reaches back to it, and not before', async () => {
    const { world, file } = await onSqlite();
    for (const id of ['c-1', 'c-2']) await world.own(id, 'dana', { phone: '555 0100' });
    unwrap(await world.as('boss').customers.get('c-1'));
    const counted = (): number => rows(file.file, `collection = 'usage'`).length;
    expect(counted()).toBeGreaterThan(2);
    world.clock.advance(30 * DAY);
    await world.keeper.sweep('acme');
    expect(counted()).toBeGreaterThan(0);
    expect(rows(file.file, `collection = 'usage' AND id LIKE '%.seen'`)).toEqual([]);
    world.clock.advance(DAY);
    await world.keeper.sweep('acme');
    expect(counted()).toBe(0);
    expect(await world.keeper.sweep('acme')).toMatchObject({ failed: [] });
    await expectWhole(world);
  });

  it('counts on where I went on meanwhile', async () => {
    const { world, file } = await onSqlite();
    for (const id of ['c-1', 'c-2']) await world.own(id, 'dana', { phone: '555 0100' });
    unwrap(await world.as('boss').customers.get('c-1'));
    world.clock.advance(20 * DAY);
    unwrap(await world.as('boss').customers.get('c-2'));
    world.clock.advance(11 * DAY);
    await world.keeper.sweep('acme');
    expect(rows(file.file, `collection = 'usage'`).length).toBeGreaterThan(0);
    world.clock.advance(20 * DAY);
    await world.keeper.sweep('acme');
    expect(rows(file.file, `collection = 'usage'`)).toEqual([]);
  });
});

describe('what an idempotency key remembers', () => {
  it('is forgotten after thirty days', async () => {
    const { world, file } = await onSqlite();
    unwrap(
      await world.as('dana').customers.register({ name: 'Northwind' }, { id: 'c-1', idempotencyKey: 'once' }),
    );
    const kept = (): number => rows(file.file, `collection = 'idempotency'`).length;
    world.clock.advance(30 * DAY - HOUR);
    await world.keeper.sweep('acme');
    expect(kept()).toBe(1);
    world.clock.advance(HOUR);
    await world.keeper.sweep('acme');
    expect(kept()).toBe(0);
  });
});
