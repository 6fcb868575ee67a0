import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unwrap } from '../../src/index.ts';
import { type Rival, startRival } from './start-rival.ts';
import { createDisk, createWorld, type Disk, expectWhole, type World } from './world.ts';

const LONG = process.env.LONG === '1';
const ROUNDS = LONG ? 2_500 : 2;

/** Four processes on one SQLite file, sixteen calls of each at once. */
describe('64 calls in four processes', () => {
  let disk: Disk;
  let world: World;
  let rivals: Rival[];
  beforeAll(async () => {
    disk = createDisk();
    world = await createWorld({ store: disk.open(), keeper: { keys: await disk.keys() } });
    rivals = await Promise.all([startRival(disk), startRival(disk), startRival(disk)]);
  });
  afterAll(async () => {
    for (const rival of rivals) await rival.end();
    await expectWhole(world);
    await world.keeper.close();
    disk.clean();
  });

  type Answer = { ok: boolean; value?: { decision?: string }; error?: { code: string } };
  /** Calls a verb 64 times at once, the `at`th time with what `input` says. */
  const everywhere = async (
    who: string,
    area: 'guard' | 'holds',
    verb: string,
    input: (at: number) => readonly unknown[],
  ): Promise<Answer[]> => {
    const here = world.as(who)[area] as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
    const calls = Array.from({ length: 64 }, (_, at) => {
      const rival = rivals[(at % 4) - 1];
      return rival === undefined
        ? (here[verb] as (...args: unknown[]) => Promise<unknown>)(...input(at))
        : rival.call(who, area, verb, ...input(at));
    });
    return (await Promise.all(calls)) as Answer[];
  };

  it('pass one quota, release one hold and complete one permit exactly as often as one after the other', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const who = `seller-${round}`;
      unwrap(await world.as('ada').people.hire({ id: who, name: who, managerId: 'boss' }));
      const ids = Array.from({ length: 16 }, (_, at) => `${who}-${at}`);
      for (const id of ids) await world.own(id, who);

      const asked = await everywhere(who, 'guard', 'request', (at) => [
        { operation: 'delete', customers: [ids[at % ids.length]] },
      ]);
      const decisions = asked.map(({ value, error }) => value?.decision ?? error?.code);
      expect(decisions.filter((decision) => decision === 'allow')).toHaveLength(4);
      expect(new Set(decisions)).toEqual(new Set(['allow', 'hold']));

      const held = await world.as(who).ownership.release(ids.slice(0, 12), { reason: 'too many' });
      const hold = (held as unknown as { error: { hold: string } }).error.hold;
      const released = await everywhere('boss', 'holds', 'deny', () => [hold, { reason: 'no' }]);
      expect(released.filter(({ ok }) => ok)).toHaveLength(1);
      expect(new Set(released.filter(({ ok }) => !ok).map(({ error }) => error?.code))).toEqual(
        new Set(['hold-decided']),
      );

      const permit = unwrap(await world.as(who).guard.request({ operation: 'export', customers: ids }));
      if (permit.decision !== 'allow') throw new Error(permit.decision);
      const completed = await everywhere(who, 'guard', 'complete', () => [permit.permit, { affected: 1 }]);
      expect(completed.filter(({ ok }) => ok)).toHaveLength(1);
      expect(new Set(completed.filter(({ ok }) => !ok).map(({ error }) => error?.code))).toEqual(
        new Set(['permit-used']),
      );
    }
    console.log(`${ROUNDS} rounds of 64 calls on a quota, a hold and a permit: exactly the cap each time`);
  }, 3_600_000);
});
