import { describe, expect, it } from 'vitest';
import { systemTimers } from '../../src/adapters/node/index.ts';
import { createEmitter, createWatching } from '../../src/app/index.ts';
import { logObserver } from '../../src/app/observe/log-observer.ts';
import { createLogQueue } from '../../src/app/observe/log-queue.ts';
import { LOG_EVENTS, type LogFacts, type Logger, type Observer } from '../../src/index.ts';
import type { Timers } from '../../src/ports/index.ts';
import { failing } from '../../src/testing/index.ts';
import { createLived } from './tenant-world.ts';
import { createWorld, expectWhole, openWorld } from './world.ts';

type Line = readonly [level: keyof Logger, facts: LogFacts, message: string];

function writingTo(lines: Line[]): Logger {
  const at = (level: keyof Logger) => (facts: LogFacts, message: string) =>
    void lines.push([level, facts, message]);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

const nothing = { enter: (run: () => void) => run(), end: () => undefined };
const harmless: Observer = {
  specificationVersion: 'v1',
  begin: () => nothing,
  tell: () => undefined,
  watch: () => () => undefined,
};
const fault = (): never => {
  throw new Error('an observer that fails');
};

describe('an observer', () => {
  it.each<[string, Observer]>([
    ['throws wherever it can', { specificationVersion: 'v1', begin: fault, tell: fault, watch: fault }],
    ['throws in its spans', { ...harmless, begin: () => ({ enter: fault, end: fault }), watch: () => fault }],
    ['runs nothing', { ...harmless, begin: () => ({ ...nothing, enter: () => undefined }) }],
    [
      'runs everything twice',
      {
        ...harmless,
        begin: () => ({
          ...nothing,
          enter(run) {
            run();
            run();
          },
        }),
      },
    ],
    ['answers nothing', { ...harmless, begin: () => undefined as never, watch: () => undefined as never }],
  ])('that %s changes nothing, beside one that is well', async (_, bad) => {
    const ended: string[] = [];
    const good: Observer = {
      ...harmless,
      begin: (work) => ({ ...nothing, end: (outcome) => void ended.push(`${work.kind} ${outcome}`) }),
    };
    const world = await createLived({ keeper: { observers: [bad, good, bad] } });
    await expectWhole(world);
    const plain = await createLived();
    expect((await world.keeper.seal('acme')).size).toBe((await plain.keeper.seal('acme')).size);
    expect(ended).toContain('command ok');
    expect(ended).toContain('command not-found');
    expect(ended).toContain('store committed');
    await world.keeper.close();
  });

  it('sees how every verb of the keeper ends, and names no tenant that cannot be one', async () => {
    const seen: string[] = [];
    const observer: Observer = {
      ...harmless,
      begin: (work) => ({
        ...nothing,
        end(outcome) {
          if (work.kind === 'command') seen.push(`${work.area}.${work.verb} ${work.tenant} ${outcome}`);
        },
      }),
    };
    const { keeper } = await createWorld({ staff: [], keeper: { observers: [observer] } });
    await keeper.tenants.usage('acme');
    await keeper.verify('acme');
    await keeper.deliveries.status('acme');
    await expect(keeper.sweep('Dana Doe, 1 Main Street')).rejects.toThrow(/tenant/);
    await expect(keeper.tenants.delete('acme', { confirm: 'acme' })).resolves.toMatchObject({ ok: false });
    expect(seen).toEqual([
      'tenants.create acme ok',
      'tenants.usage acme ok',
      'keeper.verify acme ok',
      'deliveries.status acme ok',
      'keeper.sweep  ERR_INVALID_INPUT',
      'tenants.delete acme tenant-not-suspended',
    ]);
  });
});

describe('the observer that logs', () => {
  it('writes no line about what a later version may tell of', () => {
    const lines: unknown[] = [];
    const queue = { put: (...line: unknown[]) => void lines.push(line), close: () => undefined };
    const observer = logObserver(queue);
    const unknown = { kind: 'not-yet-known', tenant: 'acme' } as never;
    observer.tell(unknown);
    observer.begin(unknown).end('ok', 1);
    expect(lines).toEqual([]);
  });
});

describe('without observers and a logger', () => {
  it('nothing is wrapped: everything is handed back as it came', () => {
    const watching = createWatching(
      [],
      null,
      systemTimers(),
      createEmitter(() => undefined),
    );
    const one = { get: async () => null };
    expect(watching.observer).toBeNull();
    expect(watching.areas(one, 'acme')).toBe(one);
    expect(watching.verbs(one, 'keeper')).toBe(one);
    expect(watching.store(one as never)).toBe(one);
    expect(watching.signer(one as never)).toBe(one);
    expect(watching.keyStore(one as never)).toBe(one);
  });
});

describe('a logger', () => {
  it('is told what was refused, failed, stopped, sealed, swept and changed, in a closed list of lines', async () => {
    const lines: Line[] = [];
    const world = await createLived({ keeper: { logger: writingTo(lines) } });
    await world.keeper.tenants.suspend('acme');
    await expect(world.as('ada').customers.get(7 as never)).rejects.toThrow();
    await world.keeper.close();
    const events = new Set(lines.map(([, { event }]) => event));
    for (const event of [
      'tenant-changed',
      'committed',
      'sealed',
      'swept',
      'command-refused',
      'command-invalid',
      'guard-stopped',
    ])
      expect([...events], event).toContain(event);
    for (const [level, { event }, message] of lines)
      expect({ level, message }).toEqual(LOG_EVENTS[event as keyof typeof LOG_EVENTS]);
    expect(lines).toContainEqual([
      'info',
      expect.objectContaining({ event: 'tenant-changed', tenant: 'acme', verb: 'suspend' }),
      expect.any(String),
    ]);
  });

  it('is told of a store that fails and of the alarm, with ids of entries and without anybody else’s words', async () => {
    const lines: Line[] = [];
    const world = await createWorld({ staff: [] });
    const store = failing(world.store, { method: 'sequence', call: 'every', fault: 'failed' });
    const { keeper, as } = openWorld({
      store,
      keeper: { logger: writingTo(lines), keys: undefined as never },
    });
    await keeper.close();
    await expect(as('ada').customers.get('c-1')).rejects.toThrow();
    expect(lines).toEqual([]);
    const sick = openWorld({
      store: failing(world.store, { method: 'get', call: 'every', fault: 'failed' }),
      keeper: { logger: writingTo(lines) },
    });
    await expect(sick.as('ada').customers.get('c-1')).rejects.toThrow();
    await sick.keeper.close();
    expect(lines.map(([level, { event, code }]) => [level, event, code])).toEqual([
      ['warn', 'call-failed', 'ERR_STORE_FAILED'],
      ['error', 'command-failed', 'ERR_STORE_FAILED'],
    ]);
    expect(JSON.stringify(lines)).not.toContain('injected');
  });

  it('that throws, or whose promises fail, harms nothing', async () => {
    const broken = {
      debug: fault,
      info: fault,
      warn: async () => fault(),
      error: fault,
    } as unknown as Logger;
    const world = await createLived({ keeper: { logger: broken } });
    await expectWhole(world);
    await world.keeper.close();
  });

  it('is called after the work that it is told of, never within', async () => {
    let inside = false;
    const calls: boolean[] = [];
    const logger = writingTo([]);
    const world = await createWorld({
      staff: [],
      keeper: { logger: { ...logger, info: () => void calls.push(inside) } },
    });
    inside = true;
    const refused = world.as('ada').customers.get('c-404');
    inside = false;
    expect((await refused).ok).toBe(false);
    await world.keeper.close();
    expect(calls.length).toBeGreaterThan(0);
    expect(calls).not.toContain(true);
  });

  it('that is slow gets a tenth of the time; what it cannot take is dropped and counted', () => {
    let now = 0;
    const rings: { at: number; ring: () => void }[] = [];
    const timers: Timers = {
      elapsed: () => now,
      start(afterMs, ring) {
        const one = { at: now + afterMs, ring };
        rings.push(one);
        return { hold: () => undefined, stop: () => void rings.splice(rings.indexOf(one), 1) };
      },
    };
    const lines: Line[] = [];
    let busy = 0;
    const slow: Logger = {
      ...writingTo(lines),
      info(facts, message) {
        now += 100;
        busy += 100;
        lines.push(['info', facts, message]);
      },
    };
    const queue = createLogQueue(slow, timers);
    for (let at = 0; at < 1_500; at += 1) queue.put('info', { event: 'swept', at }, 'a line');
    expect(lines).toEqual([]);
    while (rings.length > 0) {
      const next = rings.shift() as (typeof rings)[number];
      now = Math.max(now, next.at);
      next.ring();
    }
    expect(busy / now).toBeLessThan(0.11);
    expect(lines).toHaveLength(1_001);
    expect(lines.at(-1)?.[1]).toEqual({ event: 'lines-dropped', lines: 500 });
  });
});
