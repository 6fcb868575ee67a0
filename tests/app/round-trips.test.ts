import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/index.ts';
import type { Timers } from '../../src/ports/index.ts';
import { type CountedStore, countedStore } from './counted-store.ts';
import { createWorld, freshStore, type World } from './world.ts';

/** Nothing rings: sealing in the background is not what a verb waits for. */
const QUIET: Timers = {
  elapsed: () => 0,
  start: () => ({ stop: () => undefined, hold: () => undefined }),
};

const CUSTOMERS = Array.from({ length: 30 }, (_, at) => `c-${at}`);
const three = CUSTOMERS.slice(0, 3);
const twelve = CUSTOMERS.slice(0, 12);
const reason = 'agreed';

/** A keeper that has met its customers before: whoever meets one for the first time asks who that is. */
async function warm(): Promise<{ world: World; store: CountedStore }> {
  const store = countedStore(freshStore());
  const world = await createWorld({ store, keeper: { timers: QUIET } });
  for (const id of CUSTOMERS) await world.own(id, 'dana', { phone: `+86 ${id}`, need: 'steel' });
  for (const id of CUSTOMERS) unwrap(await world.as('loner').customers.get(id));
  return { world, store };
}

/** Does something; `given` is what was answered before it. */
type Verb = (world: World, given: string) => Promise<unknown>;

interface Row {
  readonly trips: number;
  /** Done before, and not counted. */
  readonly before?: (world: World) => Promise<unknown>;
  readonly verb: Verb;
}

const rows = CUSTOMERS.slice(0, 20).map((id) => ({ id, phone: '+1' }));
const dana = (world: World) => world.as('dana');
const boss = (world: World) => world.as('boss');
const look = async (world: World) => unwrap(await dana(world).customers.get('c-0'));
const held = async (world: World) => {
  const asked = await dana(world).customers.delete(twelve, { reason });
  return asked.ok || asked.error.code !== 'held' ? null : asked.error.hold;
};
const aboutOne = { operation: 'update', customers: ['c-0'], fields: ['phone'], payload: 'p' } as const;

/** Verbs that the guard looks at, and how many round trips each waits for; its commit is one of them. */
const VERBS: Readonly<Record<string, Row>> = {
  'customers.get, the first time in an hour': { trips: 3, verb: look },
  'customers.get, again': { trips: 1, before: look, verb: look },
  'customers.get by a stranger': { trips: 1, verb: (w) => w.as('finn').customers.get('c-0') },
  'customers.list, a page': {
    trips: 3,
    verb: async (w) => unwrap(await dana(w).customers.list({ limit: 25 })),
  },
  'customers.update': {
    trips: 2,
    verb: async (w) => unwrap(await dana(w).customers.update('c-0', { phone: '+1' })),
  },
  'customers.update with an idempotency key': {
    trips: 2,
    verb: async (w) =>
      unwrap(await dana(w).customers.update('c-0', { phone: '+1' }, { idempotencyKey: 'k' })),
  },
  'customers.update, refused': { trips: 2, verb: (w) => w.as('eve').customers.update('c-0', { name: 'N' }) },
  'customers.delete': {
    trips: 2,
    verb: async (w) => unwrap(await dana(w).customers.delete('c-0', { reason })),
  },
  'customers.delete of twelve, held': {
    trips: 3,
    verb: async (w) =>
      expect(await dana(w).customers.delete(twelve, { reason })).toMatchObject({ error: { code: 'held' } }),
  },
  'customers.restore': {
    trips: 2,
    before: async (w) => unwrap(await dana(w).customers.delete('c-0', { reason })),
    verb: async (w) => unwrap(await boss(w).customers.restore('c-0')),
  },
  'ownership.transfer': {
    trips: 2,
    verb: async (w) => unwrap(await boss(w).ownership.transfer('c-0', { to: 'eve', reason })),
  },
  'ownership.transfer of twelve, held': {
    trips: 3,
    verb: async (w) =>
      expect(await boss(w).ownership.transfer(twelve, { to: 'eve', reason })).toMatchObject({
        error: { code: 'held' },
      }),
  },
  'ownership.release': {
    trips: 2,
    verb: async (w) => unwrap(await dana(w).ownership.release('c-0', { reason })),
  },
  'guard.request': {
    trips: 2,
    verb: async (w) => expect(unwrap(await dana(w).guard.request(aboutOne)).decision).toBe('allow'),
  },
  'guard.request, held': {
    trips: 2,
    verb: async (w) =>
      expect(unwrap(await dana(w).guard.request({ operation: 'delete', customers: twelve })).decision).toBe(
        'hold',
      ),
  },
  'guard.complete': {
    trips: 2,
    async before(w) {
      const answer = unwrap(await dana(w).guard.request(aboutOne));
      return answer.decision === 'allow' ? answer.permit : null;
    },
    verb: async (w, permit) =>
      unwrap(await dana(w).guard.complete(permit, { affected: 1, customers: ['c-0'], payload: 'p' })),
  },
  'guard.decide': {
    trips: 2,
    verb: async (w) =>
      unwrap(await w.as('ada').guard.decide({ actor: 'dana', operation: 'delete', customers: 3 })),
  },
  'guard.mask of twenty rows': {
    trips: 2,
    verb: async (w) => unwrap(await dana(w).guard.mask(rows)),
  },
  'customers.list of a team, a page': {
    trips: 3,
    verb: async (w) => unwrap(await boss(w).customers.list({ scope: 'team', limit: 25 })),
  },
  'holds.deny': {
    trips: 3,
    before: held,
    verb: async (w, hold) => unwrap(await boss(w).holds.deny(hold, { reason })),
  },
};

/** Verbs that wait for more, and why: what comes before an answer is sealed before it, or is durable before it. */
const LONGER: Readonly<Record<string, Row>> = {
  // 2 for all of them together, which is durable before the first is done, and 2 for each, side by side.
  'customers.delete of three': {
    trips: 4,
    verb: async (w) => unwrap(await dana(w).customers.delete(three, { reason })),
  },
  'ownership.transfer of three': {
    trips: 4,
    verb: async (w) => unwrap(await boss(w).ownership.transfer(three, { to: 'eve', reason })),
  },
  // All that is staged is sealed first, so that it is in the history: 7. Then who asks, the entries, their values, and
  // the note that they were read.
  'customers.history': {
    trips: 11,
    verb: async (w) => unwrap(await dana(w).customers.history('c-0')),
  },
  // Nothing was staged: 3 to see that, and the note is there.
  'customers.history, again': {
    trips: 6,
    before: async (w) => [await dana(w).customers.history('c-0'), await dana(w).customers.history('c-0')],
    verb: async (w) => unwrap(await dana(w).customers.history('c-0')),
  },
  // 3 to decide; then its entry is sealed and its position read before the first row goes out.
  'customers.export': {
    trips: 10,
    verb: async (w) => unwrap(await dana(w).customers.export({ format: 'csv' })),
  },
  // 3 to decide; then it is sealed, carried out as the requester's own verb, and marked as spent.
  'holds.release': {
    trips: 19,
    before: held,
    verb: async (w, hold) => unwrap(await boss(w).holds.release(hold, { reason })),
  },
};

describe('the round trips that a guarded verb waits for', () => {
  it.each(Object.entries({ ...VERBS, ...LONGER }))('%s', async (_, { before, verb, trips }) => {
    const { world, store } = await warm();
    const given = String(await before?.(world));
    expect(await store.roundTrips(() => verb(world, given))).toBe(trips);
  });

  it('the first rows of an export: 2, decided again', async () => {
    const { world, store } = await warm();
    const { text } = unwrap(await dana(world).customers.export({ format: 'csv' }));
    const parts = text[Symbol.asyncIterator]();
    await parts.next();
    expect(await store.roundTrips(() => parts.next())).toBe(2);
  });
});
