import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { ephemeralKeys } from '../../src/adapters/node/index.ts';
import { unwrap } from '../../src/index.ts';
import {
  createDisk,
  createSqliteDisk,
  createWorld,
  DAY,
  type Disk,
  expectWhole,
  HOUR,
  MINUTE,
  openWorld,
  type World,
} from './world.ts';

const LONG = process.env.LONG === '1';
let disk: Disk | null = null;
afterEach(() => {
  disk?.clean();
  disk = null;
});

const staff = ['chief', 'boss', 'dana'];
const nothing = {
  reminded: 0,
  escalated: 0,
  claimsEscalated: 0,
  skipped: null,
  refusalsFolded: 0,
  repeatsFolded: 0,
  alertsEscalated: 0,
  alertsExpired: 0,
  handoversResumed: 0,
  handoversClosed: 0,
  transfersCompleted: 0,
  contactsReminded: 0,
  contactsEscalated: 0,
  silencesTold: 0,
  holdsEscalated: 0,
  holdsExpired: 0,
  holdsCarriedOut: 0,
  permitsAbandoned: 0,
  contestsEscalated: 0,
  contestsExpired: 0,
  customersErased: 0,
  failed: [],
};

describe('a sweep', () => {
  it('costs what is due, not how many customers exist', async () => {
    const world = await createWorld({ staff });
    for (let at = 0; at < 120; at += 1) await world.own(`c-${at}`, 'dana');
    await world.keeper.sweep('acme');
    expect(await world.keeper.sweep('acme')).toEqual({ ...nothing, examined: 0 });
    world.clock.advance(2 * DAY);
    for (let at = 5; at < 120; at += 1)
      unwrap(
        await world.as('dana').followUps.record(`c-${at}`, { kind: 'call', text: 'asked for the drawings' }),
      );
    world.clock.advance(DAY);
    // Five are reminded; they are looked at once more, at the next stage's door only when that has come.
    expect(await world.keeper.sweep('acme')).toEqual({ ...nothing, reminded: 5, examined: 5 });
    expect(await world.keeper.sweep('acme')).toEqual({ ...nothing, examined: 0 });
    await expectWhole(world);
  });

  it('goes on past one that fails, and says which', async () => {
    const sqlite = createSqliteDisk();
    disk = sqlite;
    const world = await createWorld({ staff, store: disk.open(), keeper: { keys: await disk.keys() } });
    for (const id of ['a', 'b', 'c', 'd', 'e']) await world.own(id, 'dana');
    const waiting = await world.register('f', 'dana');
    const database = new DatabaseSync(sqlite.file);
    const poisoned = database
      .prepare("SELECT id, body FROM documents WHERE collection = 'clock' LIMIT 1")
      .get() as { id: string; body: string };
    database
      .prepare("UPDATE documents SET body = ? WHERE collection = 'clock' AND id = ?")
      .run(poisoned.body.replace('running', 'escalated'), poisoned.id);
    world.clock.advance(3 * DAY);
    const report = await world.keeper.sweep('acme');
    expect(report).toMatchObject({ reminded: 4, claimsEscalated: 1 });
    expect(report.failed).toMatchObject([
      { place: `clock/${poisoned.id}`, error: { code: 'ERR_STORE_CORRUPT' } },
    ]);
    expect(unwrap(await world.as('dana').claims.get(waiting)).level).toBe(1);
    database
      .prepare("UPDATE documents SET body = ? WHERE collection = 'clock' AND id = ?")
      .run(poisoned.body, poisoned.id);
    database.close();
    expect(await world.keeper.sweep('acme')).toMatchObject({ reminded: 1, failed: [] });
    await expectWhole(world);
  });

  it('in two keepers at once, again and again, acts on each due item once', async () => {
    disk = createDisk();
    const keys = await disk.keys();
    const left = await createWorld({ staff, store: disk.open(), keeper: { keys } });
    const right = openWorld({ store: disk.open(), keeper: { keys: await disk.keys() } });
    for (let at = 0; at < 20; at += 1) await left.own(`c-${at}`, 'dana');
    for (let at = 0; at < 5; at += 1) await left.register(`w-${at}`, 'dana');
    for (let at = 0; at < 4; at += 1)
      await left.as('dana').claims.approve('019cad8f-ac00-7005-b961-c041fbe6ab9d');
    const sum = { reminded: 0, escalated: 0, claimsEscalated: 0, refusalsFolded: 0 };
    for (const days of [3, 4]) {
      for (const { clock } of [left, right]) clock.advance(days * DAY);
      const reports = await Promise.all([left, right, left, right].map(({ keeper }) => keeper.sweep('acme')));
      for (const report of reports) {
        expect(report.failed).toEqual([]);
        for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += report[name];
      }
    }
    expect(sum).toEqual({ reminded: 20, escalated: 20, claimsEscalated: 10, refusalsFolded: 1 });
    await expectWhole(left);
    const counts = new Map<string, number>();
    for (let from: number | null = 0; from !== null; ) {
      const page: { items: readonly { type: string }[]; next: number | null } = unwrap(
        await left.as('ada').ledger.entries({ from, limit: 500 }),
      );
      for (const { type } of page.items) counts.set(type, (counts.get(type) ?? 0) + 1);
      from = page.next;
    }
    expect(counts.get('follow-up-reminded')).toBe(20);
    expect(counts.get('follow-up-escalated')).toBe(20);
    expect(counts.get('claim-escalated')).toBe(10);
    expect(counts.get('refusals-folded')).toBe(1);
  });

  it('equals a scan of everything, whatever happened before and in between', async () => {
    const action = fc.record({
      hours: fc.integer({ min: 0, max: 60 }),
      customer: fc.nat(3),
      what: fc.constantFrom('follow-up', 'short', 'transfer', 'release', 'deal', 'sweep', 'nothing'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 14 }), async (actions) => {
        const world = await createWorld({ staff: ['chief', 'boss', 'dana', 'eve', 'director'] });
        interface Fact {
          owner: string | null;
          since: number;
          stage: number;
        }
        const facts: Fact[] = [];
        for (let at = 0; at < 4; at += 1) {
          await world.own(`c-${at}`, 'dana');
          facts.push({ owner: 'dana', since: world.clock.now(), stage: 0 });
        }
        let texts = 0;
        const sweepBoth = async (): Promise<void> => {
          const now = world.clock.now();
          const expected = { reminded: 0, escalated: 0 };
          for (const fact of facts) {
            if (fact.owner === null) continue;
            if (fact.stage === 0 && now >= fact.since + 3 * DAY) {
              expected.reminded += 1;
              fact.stage = 1;
            }
            if (fact.stage === 1 && now >= fact.since + 7 * DAY) {
              expected.escalated += 1;
              fact.stage = 2;
            }
          }
          const { reminded, escalated } = await world.keeper.sweep('acme');
          expect({ reminded, escalated }).toEqual(expected);
        };
        for (const { hours, customer, what } of actions) {
          world.clock.advance(hours * HOUR + MINUTE);
          const id = `c-${customer}`;
          const fact = facts[customer] as Fact;
          texts += 1;
          if (what === 'follow-up' && fact.owner !== null) {
            unwrap(
              await world.as('boss').followUps.record(id, { kind: 'call', text: `a long text, ${texts}` }),
            );
            Object.assign(fact, { since: world.clock.now(), stage: 0 });
          } else if (what === 'short' && fact.owner !== null) {
            unwrap(await world.as('boss').followUps.record(id, { kind: 'call', text: 'ok' }));
          } else if (what === 'transfer' && fact.owner !== null) {
            const to = fact.owner === 'dana' ? 'eve' : 'dana';
            unwrap(await world.as('boss').ownership.transfer(id, { to, reason: 'r' }));
            Object.assign(fact, { owner: to, since: world.clock.now(), stage: 0 });
          } else if (what === 'release' && fact.owner !== null) {
            unwrap(await world.as('boss').ownership.release(id, { reason: 'r' }));
            fact.owner = null;
          } else if (what === 'deal' && fact.owner === null) {
            unwrap(await world.as('director').ownership.transfer(id, { to: 'eve', reason: 'r' }));
            Object.assign(fact, { owner: 'eve', since: world.clock.now(), stage: 0 });
          } else if (what === 'sweep') await sweepBoth();
        }
        await sweepBoth();
        await expectWhole(world);
      }),
      { numRuns: LONG ? 2000 : 40, seed: LONG ? undefined : 7 } as fc.Parameters<[unknown[]]>,
    );
  });
});

describe('equal refusals within a minute', () => {
  const refuse = (world: World) => world.as('eve').customers.update('c-1', { name: 'X' });

  it('are one entry at once and one count when the minute is over', async () => {
    const world = await createWorld({ staff: [...staff, 'eve'] });
    await world.own('c-1', 'dana');
    await world.own('c-2', 'dana');
    for (let at = 0; at < 5; at += 1) await refuse(world);
    await world.as('eve').customers.update('c-2', { name: 'X' }); // of another customer: not equal
    await world.as('eve').ownership.release('c-1', { reason: 'r' }); // another attempt: not equal
    const of = async (
      type: string,
    ): Promise<readonly { data: object; outcome: string; reason: string | null }[]> =>
      unwrap(await world.as('ada').ledger.entries({ limit: 500 })).items.filter(
        (entry) => entry.type === type,
      );
    expect(await of('update-customer')).toMatchObject([
      { outcome: 'refused', reason: 'not-permitted' },
      { outcome: 'refused', reason: 'not-permitted' },
    ]);
    expect(await of('release-customer')).toHaveLength(1);
    expect((await world.keeper.sweep('acme')).refusalsFolded).toBe(0);
    world.clock.advance(MINUTE);
    expect((await world.keeper.sweep('acme')).refusalsFolded).toBe(1);
    expect((await world.keeper.sweep('acme')).refusalsFolded).toBe(0);
    expect(await of('refusals-folded')).toMatchObject([
      { data: { attempt: 'update-customer', count: 4, refusal: 'not-permitted' } },
    ]);
    await refuse(world);
    expect(await of('update-customer')).toHaveLength(3);
    await expectWhole(world);
  });

  it('are all counted when many come at once', async () => {
    const world = await createWorld({ staff: [...staff, 'eve'] });
    await world.own('c-1', 'dana');
    await Promise.all(Array.from({ length: 30 }, () => refuse(world)));
    world.clock.advance(MINUTE);
    await world.keeper.sweep('acme');
    const { items } = unwrap(await world.as('ada').ledger.entries({ limit: 500 }));
    expect(items.filter(({ type }) => type === 'update-customer')).toHaveLength(1);
    expect(items.find(({ type }) => type === 'refusals-folded')?.data.count).toBe(29);
  });

  it('are counted whichever process refuses, and none is lost to one that was told of already', async () => {
    const keys = ephemeralKeys();
    const left = await createWorld({ staff: [...staff, 'eve'], keeper: { keys } });
    const right = openWorld({ store: left.store, keeper: { keys } });
    await left.own('c-1', 'dana');
    const told = async (type: string) =>
      unwrap(await left.as('ada').ledger.entries({ limit: 500 })).items.filter(
        (entry) => entry.type === type,
      );
    for (const world of [left, right, right, left]) expect((await refuse(world)).ok).toBe(false);
    expect(await told('update-customer')).toHaveLength(1);
    left.clock.advance(MINUTE);
    expect((await left.keeper.sweep('acme')).refusalsFolded).toBe(1);
    expect(await told('refusals-folded')).toMatchObject([{ data: { count: 3 } }]);
    // The other process's clock is behind: what it remembers of the minute is gone.
    for (const world of [right, right]) expect((await refuse(world)).ok).toBe(false);
    expect(await told('update-customer')).toHaveLength(2);
    await left.keeper.sweep('acme');
    expect(await told('refusals-folded')).toMatchObject([{ data: { count: 3 } }, { data: { count: 1 } }]);
    await expectWhole(left);
  });

  it('leave nothing behind once they are told', async () => {
    const sqlite = createSqliteDisk();
    disk = sqlite;
    const world = await createWorld({
      staff: [...staff, 'eve'],
      store: disk.open(),
      keeper: { keys: await disk.keys() },
    });
    await world.own('c-1', 'dana');
    for (let at = 0; at < 3; at += 1) await refuse(world);
    unwrap(await world.as('dana').customers.get('c-1'));
    world.clock.advance(HOUR);
    await world.keeper.sweep('acme');
    const database = new DatabaseSync(sqlite.file);
    expect(database.prepare("SELECT count(*) AS n FROM documents WHERE collection = 'fold'").get()).toEqual({
      n: 0,
    });
    database.close();
  });
});
