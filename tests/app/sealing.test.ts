import { describe, expect, it } from 'vitest';
import { ephemeralKeys } from '../../src/adapters/node/index.ts';
import type { Store } from '../../src/ports/index.ts';
import { createWorld, expectWhole, freshStore, openWorld, type World } from './world.ts';

/** Another keeper on the same company, and what happens in the middle of this one's seal. */
async function beside(): Promise<{
  world: World;
  other: World;
  between: (work: () => Promise<void>) => void;
}> {
  const keys = ephemeralKeys();
  const shared = freshStore();
  let work: (() => Promise<void>) | null = null;
  const store: Store = {
    ...shared,
    async readEntries(tenant, query) {
      const answer = await shared.readEntries(tenant, query);
      const now = work;
      if (query.by === 'index' && now !== null) {
        work = null;
        await now();
      }
      return answer;
    },
  };
  const world = await createWorld({ store, keeper: { keys, sealAfterMs: 900 } });
  await world.keeper.seal('acme');
  const other = openWorld({ store: shared, keeper: { keys, sealAfterMs: 900 } });
  const between = (next: () => Promise<void>): void => {
    work = next;
  };
  return { world, other, between };
}

describe('a seal', () => {
  it('that another process overtakes while it runs takes nothing for lost', async () => {
    const { world, other, between } = await beside();
    await world.register('c-1');
    let sealed = 0;
    between(async () => {
      await other.register('c-2');
      sealed = (await other.keeper.seal('acme')).size;
    });
    expect((await world.keeper.seal('acme')).size).toBe(sealed);
    await expectWhole(world);
    await other.keeper.close();
  });

  it('whose entry loses its place to one that was committed late takes nothing for lost', async () => {
    const shared = freshStore();
    let late = true;
    const store: Store = {
      ...shared,
      async readEntries(tenant, query) {
        const answer = await shared.readEntries(tenant, query);
        // The oldest is not seen yet, as that of a transaction that is still open, and then it is.
        if (query.by !== 'staged' || query.limit === 1 || !late || answer.length < 2) return answer;
        late = false;
        return answer.slice(1);
      },
    };
    const world = await createWorld({ store, keeper: { sealAfterMs: 900 } });
    await world.keeper.seal('acme');
    const alarms: unknown[] = [];
    world.keeper.onAlarm((alarm) => alarms.push(alarm));
    late = true;
    await world.register('c-1');
    await world.register('c-2');
    await world.keeper.seal('acme');
    expect(late).toBe(false);
    expect(alarms).toEqual([]);
    await expectWhole(world);
  });
});
