import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemTimers } from '../../src/adapters/node/index.ts';
import { VERSION } from '../../src/app/observe/version.ts';
import { HEALTH_CODES } from '../../src/app/words/health-sentences.ts';
import { createGamekeeper, type EventSink, type Health, type HealthCode, unwrap } from '../../src/index.ts';
import type { Store } from '../../src/ports/index.ts';
import { failing, type StoreMethod } from '../../src/testing/index.ts';
import {
  createDisk,
  createWorld,
  customerProfile,
  DAY,
  type Disk,
  freshStore,
  HOUR,
  openWorld,
} from './world.ts';

const codesOf = (health: Health): readonly HealthCode[] => health.reasons.map(({ code }) => code);

/** A store that can be switched to answer never, or with errors. */
function switchable(inner: Store = freshStore()) {
  const state: { fault: 'none' | 'hang' | 'throw' } = { fault: 'none' };
  const through = <Args extends readonly unknown[], Answer>(call: (...args: Args) => Promise<Answer>) => {
    return (...args: Args): Promise<Answer> => {
      if (state.fault === 'hang') return new Promise(() => undefined);
      if (state.fault === 'throw') throw new Error('connection to db.example for dana refused');
      return call(...args);
    };
  };
  const store: Store = {
    specificationVersion: 'v1',
    capabilities: inner.capabilities,
    commit: through((tenant, batch) => inner.commit(tenant, batch)),
    get: through((tenant, refs) => inner.get(tenant, refs)),
    find: through((tenant, query) => inner.find(tenant, query)),
    sequence: through((tenant, request) => inner.sequence(tenant, request)),
    readEntries: through((tenant, query) => inner.readEntries(tenant, query)),
  };
  return { state, store };
}

describe('the health of a keeper', () => {
  it('is ok where all is well, and says what it looked at', async () => {
    const world = await createWorld({ staff: ['loner'] });
    await world.keeper.seal('acme');
    const health = await world.keeper.health({ tenants: ['acme'] });
    expect(health).toEqual({
      status: 'ok',
      reasons: [],
      at: world.clock.instant(),
      version: VERSION,
      documentsVersion: 1,
      store: { answered: true, ms: expect.any(Number) },
      signer: { answered: true, ms: expect.any(Number) },
      clock: { wentBackMs: 0 },
      unsealed: { entries: 0, oldestMs: null, failing: 0 },
      lastAlarm: null,
      tenants: [
        {
          tenant: 'acme',
          status: 'ok',
          store: { answered: true, ms: expect.any(Number) },
          keyStore: { answered: true, ms: expect.any(Number) },
          lastAlarm: null,
          work: {
            suspendedAt: null,
            clockBehindMs: 0,
            sealing: { sealed: 5, unsealed: 0, oldestMs: null },
            deliveries: [],
            sweep: { lastAt: null, due: 0 },
          },
        },
      ],
    });
  });

  it('states the version of the package', () => {
    expect(JSON.parse(readFileSync('package.json', 'utf8'))).toMatchObject({ version: VERSION });
  });

  it('is down while the store hangs or throws, and ok again once it answers', async () => {
    const { state, store } = switchable();
    const { keeper } = await createWorld({ staff: [], store });
    await keeper.seal('acme');
    for (const fault of ['hang', 'throw'] as const) {
      state.fault = fault;
      const health = await keeper.health({ tenants: ['acme'], timeoutMs: 30 });
      expect(health.status).toBe('down');
      expect(health.reasons.map(({ code, tenant }) => `${code} ${tenant}`)).toEqual([
        'store-silent null',
        'store-silent acme',
      ]);
      expect(health.store?.answered).toBe(false);
      expect(JSON.stringify(health)).not.toContain('db.example');
    }
    state.fault = 'none';
    expect((await keeper.health({ tenants: ['acme'] })).status).toBe('ok');
  });

  it('asks no store for nobody where each tenant has one of its own', async () => {
    const asked: string[] = [];
    const stores = new Map([
      ['acme', freshStore()],
      ['globex', freshStore()],
    ]);
    const keeper = createGamekeeper({
      profile: customerProfile,
      store(tenant) {
        asked.push(tenant);
        const store = stores.get(tenant);
        if (store === undefined) throw new Error('no such database');
        return store;
      },
    });
    await keeper.tenants.create('acme', { admins: [{ id: 'ada', name: 'Ada' }] });
    asked.length = 0;
    const own = await keeper.health();
    expect([own.status, own.store, asked]).toEqual(['ok', null, []]);
    const both = await keeper.health({ tenants: ['acme', 'globex', 'initech', 'no good id'] });
    expect(both.status).toBe('degraded');
    expect(both.tenants.map(({ status }) => status)).toEqual(['ok', 'down', 'down', 'down']);
    expect(codesOf(both)).toEqual(expect.arrayContaining(['unknown-tenant', 'store-silent']));
  });

  it('is down when every tenant that was named is', async () => {
    const { keeper } = await createWorld({ staff: [] });
    expect((await keeper.health({ tenants: ['globex'] })).status).toBe('down');
    expect((await keeper.health({ tenants: ['globex', 'acme'] })).status).toBe('degraded');
  });

  it('says that the signer or the key store does not answer', async () => {
    const world = await createWorld({ staff: [] });
    const silent = new Promise<never>(() => undefined);
    const { keeper } = openWorld({
      store: world.store,
      keeper: {
        keys: {
          durable: true,
          signer: {
            specificationVersion: 'v1',
            publicKey: new Uint8Array(32),
            lastSigned: () => silent,
            sign: () => silent,
          },
          keyStore: {
            specificationVersion: 'v1',
            generate: () => silent,
            unwrap: () => Promise.reject(new Error('access to key dana-7 denied')),
          },
        },
      },
    });
    const health = await keeper.health({ tenants: ['acme'], timeoutMs: 30 });
    expect(codesOf(health)).toEqual(expect.arrayContaining(['signer-silent', 'key-store-silent']));
    expect(health.tenants[0]?.keyStore?.answered).toBe(false);
    expect(JSON.stringify(health)).not.toContain('dana-7');
    expect((await keeper.health({ timeoutMs: 30 })).status).toBe('degraded');
  });

  it('sees a clock that goes back, that is behind what was written, and that tells no time', async () => {
    const { clock, keeper } = await createWorld({ staff: [] });
    await keeper.seal('acme');
    await keeper.health();
    clock.advance(-HOUR);
    const back = await keeper.health({ tenants: ['acme'] });
    expect(codesOf(back)).toEqual(['clock-went-back', 'clock-behind']);
    expect(back.clock.wentBackMs).toBe(HOUR);
    expect(back.tenants[0]?.work?.clockBehindMs).toBe(HOUR);
    clock.advance(Number.NaN);
    const unreadable = await keeper.health({ tenants: ['acme'] });
    expect([unreadable.status, unreadable.at]).toEqual(['down', null]);
    expect(codesOf(unreadable)).toContain('clock-unreadable');
  });

  it('says what waits for its seal, by this process and by another', async () => {
    const { clock, keeper, store, as } = await createWorld({
      staff: [],
      keeper: { sealAfterMs: 900, timers: stopped() },
    });
    unwrap(await as('ada').people.hire({ id: 'dana', name: 'Dana' }));
    expect((await keeper.health()).status).toBe('ok');
    clock.advance(20_000);
    const own = await keeper.health();
    expect(codesOf(own)).toEqual(['sealing-behind']);
    expect(own.unsealed).toEqual({ entries: 5, oldestMs: 20_000, failing: 0 });
    const other = openWorld({ store, keeper: { clock } });
    // Ephemeral keys of another keeper open nothing: the keys are asked before anything is believed.
    expect(codesOf(await other.keeper.health({ tenants: ['acme'] }))).toEqual(['key-store-silent']);
    await keeper.seal('acme');
    expect((await keeper.health({ tenants: ['acme'] })).reasons).toEqual([]);
  });

  it('says when a sweep is due that nobody makes, and when somebody made it', async () => {
    const world = await createWorld();
    await world.own('c-1');
    await world.keeper.sweep('acme');
    const at = world.clock.instant();
    expect((await world.keeper.health({ tenants: ['acme'] })).tenants[0]?.work?.sweep).toEqual({
      lastAt: at,
      due: 0,
    });
    world.clock.advance(60 * DAY);
    const late = await world.keeper.health({ tenants: ['acme'] });
    expect(late.status).toBe('degraded');
    expect(codesOf(late)).toContain('sweep-late');
    expect(late.reasons.find(({ code }) => code === 'sweep-late')?.message).toContain(at);
    await world.keeper.sweep('acme');
    expect(codesOf(await world.keeper.health({ tenants: ['acme'] }))).not.toContain('sweep-late');
  });

  it('says how far receivers were told, and which take nothing or have put something aside', async () => {
    const sink = (name: string, send: EventSink['send']): EventSink => ({
      specificationVersion: 'v1',
      name,
      names: 'aliases',
      from: 'beginning',
      send,
    });
    const world = await createWorld({
      staff: [],
      keeper: {
        eventSinks: [
          sink('away', async () => Promise.reject(new Error('dana@example.com bounced'))),
          sink('picky', async () => ({ accepted: 0, fault: { status: 'refused', reason: 'of dana' } })),
        ],
      },
    });
    await world.keeper.sweep('acme');
    const health = await world.keeper.health({ tenants: ['acme'] });
    expect(codesOf(health)).toEqual(expect.arrayContaining(['receiver-failing', 'dead-letters']));
    const [away, picky] = health.tenants[0]?.work?.deliveries ?? [];
    expect(away).toMatchObject({ receiver: 'away', failingSince: world.clock.instant(), deadLetters: 0 });
    expect(away?.behind).toBeGreaterThan(0);
    expect(picky).toMatchObject({ receiver: 'picky', failingSince: null, behind: 0 });
    expect(picky?.deadLetters).toBeGreaterThan(0);
    expect(JSON.stringify(health)).not.toContain('dana');
  });

  it('remembers the last alarm for a quarter of an hour', async () => {
    const { state, store } = switchable();
    const world = await createWorld({ staff: [], store, keeper: { timers: stopped(), sealAfterMs: 900 } });
    state.fault = 'throw';
    await world.keeper.close();
    state.fault = 'none';
    const closed = await world.keeper.health();
    expect(closed.lastAlarm).toEqual({ tenant: 'acme', kind: 'sealing-failed', at: world.clock.instant() });
    expect(codesOf(closed)).toEqual(['closed', 'alarm-raised']);
    expect(closed.status).toBe('down');
    world.clock.advance(16 * 60_000);
    expect(codesOf(await world.keeper.health())).not.toContain('alarm-raised');
  });

  it('never throws, whatever it is asked and whatever fails', async () => {
    const methods: readonly StoreMethod[] = ['commit', 'get', 'find', 'sequence', 'readEntries'];
    const faults = ['failed', 'throw', 'undefined', 'wrong-type', 'hang'] as const;
    let down = 0;
    for (const method of methods) {
      for (const fault of faults) {
        const world = await createWorld({ staff: [] });
        await world.keeper.seal('acme');
        const broken = failing(world.store, { method, call: 'every', fault });
        const { keeper } = openWorld({ store: broken });
        const health = await keeper.health({ tenants: ['acme'], timeoutMs: 20 });
        if (health.status === 'down') down += 1;
      }
    }
    expect(down).toBeGreaterThanOrEqual(methods.length);
    const { keeper } = await createWorld({ staff: [] });
    for (const options of [
      null,
      7,
      { tenants: 'acme' },
      { tenants: [7] },
      { timeoutMs: -1 },
      { locale: 'fr' },
    ]) {
      const health = await keeper.health(options as never);
      expect(codesOf(health)).toEqual(options === null ? [] : ['invalid-input']);
    }
  });

  it('has a sentence for every reason in both languages, with every fact in its place', async () => {
    const { keeper } = await createWorld({ staff: [] });
    const english = await keeper.health({ tenants: ['globex'] });
    const chinese = await keeper.health({ tenants: ['globex'], locale: 'zh-CN' });
    expect(codesOf(english)).toEqual(codesOf(chinese));
    expect(chinese.reasons[0]?.message).toMatch(/[\u4e00-\u9fff]/);
    for (const message of [...english.reasons, ...chinese.reasons].map((reason) => reason.message))
      expect(message).not.toMatch(/\{\w+\}|undefined/);
    expect(HEALTH_CODES.length).toBeGreaterThan(15);
  });
});

describe('the health of a keeper over one database', () => {
  let disk: Disk;
  beforeEach(() => {
    disk = createDisk();
  });
  afterEach(() => disk.clean());

  it('is down while the database is closed', async () => {
    const { keeper } = await createWorld({
      staff: [],
      store: disk.open(),
      keeper: { keys: await disk.keys() },
    });
    expect((await keeper.health({ tenants: ['acme'] })).status).toBe('ok');
    disk.letGo();
    const health = await keeper.health({ tenants: ['acme'], timeoutMs: 2_000 });
    expect([health.status, health.store?.answered]).toEqual(['down', false]);
  });
});

/** Timers that ring only for deadlines of health: sealing waits for ever. */
function stopped() {
  const timers = systemTimers();
  return {
    elapsed: () => timers.elapsed(),
    start: (afterMs: number, ring: () => void) =>
      afterMs === 900 ? { hold: () => undefined, stop: () => undefined } : timers.start(afterMs, ring),
  };
}
