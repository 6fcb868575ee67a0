import { describe, expect, it } from 'vitest';
import { ephemeralKeys, type Keys } from '../../src/adapters/node/index.ts';
import { isGamekeeperError, type Result, unwrap } from '../../src/index.ts';
import type { Store } from '../../src/ports/index.ts';
import { type CountingStore, failing, type StoreFault, type StoreMethod } from '../../src/testing/index.ts';
import { createWorld, DAY, expectWhole, freshStore, openWorld, type World } from './world.ts';

/** A world whose store goes wrong from a moment on. */
interface Frail {
  readonly world: World;
  /** From now on, calls go through a failing store. */
  fail(method: StoreMethod, call: number | 'every', fault: StoreFault): CountingStore;
  heal(): void;
}

async function frailWorld(storeTimeoutMs = 15): Promise<Frail> {
  const inner = freshStore();
  let current: Store = inner;
  const store: Store = {
    specificationVersion: 'v1',
    capabilities: inner.capabilities,
    commit: (...input) => current.commit(...input),
    get: (...input) => current.get(...input),
    find: (...input) => current.find(...input),
    sequence: (...input) => current.sequence(...input),
    readEntries: (...input) => current.readEntries(...input),
  };
  const world = await createWorld({
    store,
    staff: ['chief', 'boss', 'dana', 'eve'],
    keeper: { storeTimeoutMs },
  });
  await world.own('c-1', 'dana', { phone: 'CANARY' });
  await world.register('c-2', 'dana');
  await world.keeper.seal('acme');
  return {
    world,
    fail(method, call, fault) {
      const broken = failing(inner, { method, call, fault });
      current = broken;
      return broken;
    },
    heal: () => {
      current = inner;
    },
  };
}

const verbs: Record<string, (world: World) => Promise<Result<unknown, { code: string }>>> = {
  get: (world) => world.as('dana').customers.get('c-1'),
  list: (world) => world.as('dana').customers.list(),
  update: (world) => world.as('dana').customers.update('c-1', { industry: 'steel' }),
  'refused update': (world) => world.as('eve').customers.update('c-1', { industry: 'steel' }),
  'follow-up': (world) =>
    world.as('dana').followUps.record('c-1', { kind: 'call', text: 'asked for the drawings' }),
  history: (world) => world.as('dana').customers.history('c-1'),
  claims: (world) => world.as('boss').claims.list(),
  transfer: async (world) =>
    unwrap(await world.as('boss').ownership.transfer('c-1', { to: 'eve', reason: 'r' })).items[0]
      ?.result as never,
  hire: (world) => world.as('ada').people.hire({ id: 'new', name: 'New' }),
  entries: (world) => world.as('ada').ledger.entries(),
};

const faults: readonly StoreFault[] = [
  'throw',
  'failed',
  'hang',
  'undefined',
  'wrong-type',
  'stored-but-reported-lost',
];
const methods: readonly StoreMethod[] = ['commit', 'get', 'find', 'sequence', 'readEntries'];

describe('a store that goes wrong for good', () => {
  it.each(methods.flatMap((method) => faults.map((fault) => [method, fault] as const)))(
    'in %s by %s is denied and says so; nothing is half done',
    async (method, fault) => {
      for (const [name, verb] of Object.entries(verbs)) {
        const { world, fail, heal } = await frailWorld(5);
        const broken = fail(method, 'every', fault);
        const outcome = await verb(world).then(
          (result) => (result.ok ? 'granted' : result.error.code),
          (error: unknown) => {
            expect(isGamekeeperError(error), `${name}: ${String(error)}`).toBe(true);
            return (error as { code: string }).code;
          },
        );
        // A verb that never asked the broken method cannot have noticed.
        if (broken.injected() > 0) {
          expect(['ERR_STORE_FAILED', 'ERR_STORE_CORRUPT'], `${name} answered ${outcome}`).toContain(outcome);
        }
        heal();
        await expectWhole(world);
        expect((await verb(world)).ok, `${name} afterwards`).toMatchObject(expect.anything());
        await expectWhole(world);
      }
    },
    60_000,
  );
});

describe('a store that goes wrong once', () => {
  it('at any call leaves either the whole change or none, and what was reported lost is settled', async () => {
    const sizeOf = async (world: World): Promise<number> => (await world.keeper.seal('acme')).size;
    for (const [name, verb] of Object.entries(verbs)) {
      for (const method of ['commit', 'get', 'readEntries', 'sequence', 'find'] as const) {
        for (const fault of ['failed', 'stored-but-reported-lost', 'wrong-type'] as const) {
          for (let call = 1; call <= (process.env.LONG === '1' ? 12 : 4); call += 1) {
            const { world, fail, heal } = await frailWorld();
            const before = await sizeOf(world);
            const broken = fail(method, call, fault);
            const outcome = await verb(world).then(
              (result) => (result.ok ? 'granted' : 'refused'),
              (error: unknown) => (error as { code: string }).code,
            );
            heal();
            if (broken.injected() === 0) break;
            const added = (await sizeOf(world)) - before;
            const place = `${name}, ${fault} at ${method} ${call}: ${outcome}, ${added} entries`;
            expect(added, place).toBeLessThanOrEqual(1);
            if (method === 'commit') {
              // One failure of a commit that has entries is always settled by committing the same again.
              expect(['granted', 'refused', 'ERR_STORE_CORRUPT'], place).toContain(outcome);
            } else
              expect(['granted', 'refused', 'ERR_STORE_FAILED', 'ERR_STORE_CORRUPT'], place).toContain(
                outcome,
              );
            await expectWhole(world);
          }
        }
      }
    }
  }, 60_000);

  it('never grants on stale answers: it looks again, or gives up', async () => {
    const { world, fail, heal } = await frailWorld();
    // What the wrapper answers as stale is the answer of an empty store.
    const broken = fail('get', 1, 'stale');
    const outcome = await world
      .as('dana')
      .customers.get('c-1')
      .then(
        (result) => (result.ok ? 'granted' : result.error.code),
        (error: unknown) => (error as { code: string }).code,
      );
    expect(broken.injected()).toBe(1);
    expect(outcome).toBe('granted'); // the second look was sound
    fail('get', 'every', 'stale');
    await expect(world.as('dana').customers.get('c-1')).rejects.toMatchObject({ code: 'ERR_STORE_CORRUPT' });
    heal();
    await expectWhole(world);
  });

  it('in a sweep keeps one item back and no other', async () => {
    const { world, fail, heal } = await frailWorld();
    for (let at = 0; at < 5; at += 1) await world.own(`s-${at}`, 'dana');
    world.clock.advance(3 * DAY);
    const real = world.store.commit;
    expect(typeof real).toBe('function');
    const broken = fail('get', 4, 'failed');
    const report = await world.keeper.sweep('acme');
    expect(broken.injected()).toBe(1);
    heal();
    expect(report.failed).toHaveLength(1);
    expect(report.reminded + report.claimsEscalated).toBe(6);
    const rest = await world.keeper.sweep('acme');
    expect(rest.reminded + rest.claimsEscalated).toBe(1);
    await expectWhole(world);
  });

  it('while sealing raises an alarm that no listener’s error can silence, and seals later', async () => {
    const { world, fail, heal } = await frailWorld();
    const alarms: unknown[] = [];
    world.keeper.onAlarm(() => {
      throw new Error('a listener of its own troubles');
    });
    world.keeper.onAlarm((alarm) => alarms.push(alarm));
    fail('sequence', 'every', 'failed');
    unwrap(await world.as('dana').customers.update('c-1', { industry: 'steel' }));
    await expect(world.keeper.seal('acme')).rejects.toMatchObject({ code: 'ERR_STORE_FAILED' });
    await expect.poll(() => alarms.length, { timeout: 2000 }).toBeGreaterThan(0);
    expect(alarms[0]).toMatchObject({ tenant: 'acme', kind: 'sealing-failed' });
    heal();
    await expectWhole(world);
  });
});

/** Keys that go wrong from a moment on. */
function frailKeys(): { readonly keys: Keys; fail(how: 'hang' | 'reject' | 'throw'): void; heal(): void } {
  const inner = ephemeralKeys();
  let fault: 'hang' | 'reject' | 'throw' | null = null;
  const through = <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    if (fault === null) return work();
    if (fault === 'throw') throw new Error('the KMS is away');
    return fault === 'hang' ? new Promise(() => undefined) : Promise.reject(new Error('the KMS is away'));
  };
  return {
    keys: {
      durable: false,
      signer: {
        ...inner.signer,
        sign: (request) => through(() => inner.signer.sign(request)),
        lastSigned: (origin) => through(() => inner.signer.lastSigned(origin)),
      },
      keyStore: {
        specificationVersion: 'v1',
        generate: (...input) => through(() => inner.keyStore.generate(...input)),
        unwrap: (...input) => through(() => inner.keyStore.unwrap(...input)),
      },
    },
    fail(how) {
      fault = how;
    },
    heal() {
      fault = null;
    },
  };
}

describe.each(['hang', 'reject', 'throw'] as const)('a signer and a key store that %s', (how) => {
  it('are denied and said so; what was committed is sealed once they are back', async () => {
    const { fail, heal, keys } = frailKeys();
    const world = await createWorld({
      staff: ['chief', 'boss', 'dana'],
      keeper: { keys, storeTimeoutMs: 15 },
    });
    await world.own('c-1', 'dana', { phone: '1' });
    await world.keeper.seal('acme');
    fail(how);
    const dana = world.as('dana');
    // A new customer needs a new key; another process needs the tenant's.
    await expect(dana.customers.register({ name: 'N' })).rejects.toMatchObject({ code: 'ERR_SIGNER_FAILED' });
    const other = openWorld({ store: world.store, keeper: { keys, storeTimeoutMs: 15 } });
    await expect(other.as('dana').customers.list()).rejects.toMatchObject({ code: 'ERR_SIGNER_FAILED' });
    unwrap(await dana.customers.get('c-1'));
    await expect(world.keeper.seal('acme')).rejects.toMatchObject({ code: 'ERR_SIGNER_FAILED' });
    heal();
    unwrap(await dana.customers.register({ name: 'N' }));
    unwrap(await other.as('dana').customers.list());
    await expectWhole(world);
    await other.keeper.close();
    await world.keeper.close();
  });
});

describe('a keeper that was closed', () => {
  it('has sealed what was open, and answers nothing more', async () => {
    const world = await createWorld({ staff: [] });
    await world.keeper.close();
    for (const call of [
      () => world.as('ada').customers.list(),
      () => world.keeper.sweep('acme'),
      () => world.keeper.tenants.create('x', { admins: [{ id: 'a', name: 'A' }] }),
      () => world.keeper.seal('acme'),
    ])
      await expect(call()).rejects.toMatchObject({ code: 'ERR_CLOSED' });
  });
});
