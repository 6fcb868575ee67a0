import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { DataPointType } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryNotifier, REFUSAL_CODES, unwrap } from '../../src/index.ts';
import { failing } from '../../src/testing/index.ts';
import { createLived } from '../app/tenant-world.ts';
import { createWorld, freshStore, openWorld } from '../app/world.ts';
import { type Collecting, collecting } from './collecting.ts';

let sdk: Collecting;
beforeEach(() => {
  sdk = collecting();
});
afterEach(() => sdk.end());

const named = (name: string): ReadableSpan[] => sdk.spans().filter((span) => span.name === name);

describe('spans', () => {
  it('are children of the span that is active in the host, and calls of the store are theirs', async () => {
    const world = await createWorld({
      staff: ['chief', 'boss', 'dana'],
      keeper: { observers: [sdk.observer] },
    });
    const host = sdk.tracerProvider.getTracer('host').startSpan('POST /customers');
    await context.with(trace.setSpan(context.active(), host), async () => {
      unwrap(await world.as('dana').customers.register({ name: 'Mill' }, { id: 'c-1' }));
    });
    host.end();
    const [command] = named('gamekeeper.customers.register');
    expect(command?.parentSpanContext?.spanId).toBe(host.spanContext().spanId);
    expect(command?.spanContext().traceId).toBe(host.spanContext().traceId);
    expect(command?.kind).toBe(SpanKind.INTERNAL);
    const own = command?.spanContext().spanId;
    const children = sdk.spans().filter((span) => span.parentSpanContext?.spanId === own);
    const names = children.map(({ name }) => name);
    expect(names).toContain('gamekeeper.store.get');
    expect(names).toContain('gamekeeper.store.commit');
    expect(children.every(({ kind }) => kind === SpanKind.CLIENT)).toBe(true);
  });

  it('say who asked for what, what came of it, and which entry tells of it', async () => {
    const world = await createWorld({
      staff: ['chief', 'boss', 'dana'],
      keeper: { observers: [sdk.observer] },
    });
    unwrap(await world.as('dana').customers.register({ name: 'Mill' }, { id: 'c-1' }));
    await world.as('dana').customers.get('c-404');
    expect(named('gamekeeper.customers.register')[0]?.attributes).toEqual({
      'gamekeeper.area': 'customers',
      'gamekeeper.verb': 'register',
      'gamekeeper.outcome': 'ok',
      'gamekeeper.tenant': 'acme',
    });
    const events = named('gamekeeper.customers.register')[0]?.events ?? [];
    const commits = events.filter(({ name }) => name === 'gamekeeper.commit');
    const { items } = unwrap(await world.as('ada').ledger.entries({ from: 0, limit: 500 }));
    const entry = items.find(({ type }) => type === 'claim-submitted' || type === 'customer-registered');
    expect(commits.map(({ attributes }) => attributes?.['gamekeeper.entry'])).toContain(entry?.id);
    const [refused] = named('gamekeeper.customers.get');
    expect(refused?.attributes['gamekeeper.outcome']).toBe('not-found');
    expect(refused?.status.code).toBe(SpanStatusCode.UNSET);
  });

  it('are errors where something was thrown, by its code', async () => {
    const world = await createWorld({ staff: [] });
    const store = failing(world.store, { method: 'get', call: 'every', fault: 'failed' });
    const { as } = openWorld({ store, keeper: { observers: [sdk.observer] } });
    await expect(as('ada').customers.get('c-1')).rejects.toThrow(/store failed/);
    const [span] = named('gamekeeper.customers.get');
    expect(span?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'ERR_STORE_FAILED' });
    expect(span?.attributes['error.type']).toBe('ERR_STORE_FAILED');
  });

  it('end, and nothing is counted, for kinds that a later version may tell of', async () => {
    const work = { kind: 'not-yet-known', tenant: 'acme' } as never;
    sdk.observer.begin(work).end('ok', 1);
    sdk.observer.tell(work);
    expect(named('gamekeeper.not-yet-known')).toHaveLength(1);
    expect((await sdk.metrics()).get('gamekeeper.alarms')).toBeUndefined();
  });

  it('last from the first page to the last where there are many', async () => {
    const world = await createWorld({
      staff: ['chief', 'boss', 'dana'],
      keeper: { observers: [sdk.observer] },
    });
    for (let at = 0; at < 3; at += 1) await world.own(`c-${at}`);
    const seen: string[] = [];
    for await (const customer of world.as('dana').customers.all({ limit: 1 })) {
      seen.push(customer.id);
      expect(named('gamekeeper.customers.all')).toEqual([]);
    }
    expect(seen).toHaveLength(3);
    const [all] = named('gamekeeper.customers.all');
    const own = all?.spanContext().spanId;
    expect(sdk.spans().some((span) => span.parentSpanContext?.spanId === own)).toBe(true);
    for await (const _ of world.as('dana').customers.all({ limit: 1 })) break;
    expect(named('gamekeeper.customers.all')).toHaveLength(2);
  });
});

describe('metrics', () => {
  it('count and time a whole story, with attributes from closed lists only', async () => {
    const world = await createLived({
      keeper: { observers: [sdk.observer], notifiers: [memoryNotifier()] },
    });
    await world.keeper.sweep('acme');
    const metrics = await sdk.metrics();
    expect([...metrics.keys()].sort()).toEqual([
      'gamekeeper.command.duration',
      'gamekeeper.commits',
      'gamekeeper.delivery.duration',
      'gamekeeper.delivery.entries',
      'gamekeeper.delivery.lag',
      'gamekeeper.guard.decisions',
      'gamekeeper.keys.duration',
      'gamekeeper.seal.duration',
      'gamekeeper.seal.entries',
      'gamekeeper.seal.lag',
      'gamekeeper.store.duration',
      'gamekeeper.sweep.duration',
      'gamekeeper.sweep.items',
      'gamekeeper.unsealed.age',
      'gamekeeper.unsealed.entries',
      'gamekeeper.unsealed.failing',
    ]);
    for (const [name, { descriptor }] of metrics)
      expect(descriptor.unit, name).toMatch(name.match(/duration|lag|age/) ? /^s$/ : /^\{\w+\}$/);

    const values = new Map<string, Set<string>>();
    for (const { dataPoints } of metrics.values())
      for (const { attributes } of dataPoints)
        for (const [key, value] of Object.entries(attributes))
          values.set(key, (values.get(key) ?? new Set()).add(String(value)));
    expect([...values.keys()].sort()).toEqual([
      'gamekeeper.area',
      'gamekeeper.call',
      'gamekeeper.guard.decision',
      'gamekeeper.guard.operation',
      'gamekeeper.outcome',
      'gamekeeper.receiver',
      'gamekeeper.verb',
    ]);
    const { size } = await world.keeper.seal('acme');
    const sealed = (await sdk.metrics()).get('gamekeeper.seal.entries')?.dataPoints[0]?.value;
    expect(sealed).toBe(size);
    const outcomes = values.get('gamekeeper.outcome') ?? new Set();
    for (const outcome of ['ok', 'not-found', 'held', 'committed', 'reminded'])
      expect([...outcomes], outcome).toContain(outcome);
    expect(values.get('gamekeeper.guard.decision')).toContain('hold');
    const calls = values.get('gamekeeper.call') ?? new Set();
    for (const call of calls)
      expect([
        'commit',
        'get',
        'find',
        'sequence',
        'readEntries',
        'sign',
        'lastSigned',
        'generate',
        'unwrap',
      ]).toContain(call);
    const commands = metrics.get('gamekeeper.command.duration');
    expect(commands?.dataPointType).toBe(DataPointType.HISTOGRAM);
    expect(commands?.dataPoints.length).toBeGreaterThan(15);
    const refusals = [...outcomes].filter((outcome) => REFUSAL_CODES.includes(outcome));
    expect(refusals.sort()).toEqual(['held', 'not-found']);
  });

  it('show lost races, and what waits for its seal', async () => {
    const world = await createWorld({
      staff: ['chief', 'boss', 'dana'],
      keeper: { observers: [sdk.observer] },
    });
    const claim = await world.register('c-1');
    const decisions = await Promise.all([1, 2, 3].map(() => world.as('ada').claims.approve(claim)));
    expect(decisions.filter(({ ok }) => ok)).toHaveLength(1);
    const metrics = await sdk.metrics();
    const commits = new Map(
      metrics
        .get('gamekeeper.commits')
        ?.dataPoints.map(({ attributes, value }) => [attributes['gamekeeper.outcome'], value]),
    );
    expect(commits.get('conflict')).toBeGreaterThan(0);
    expect(commits.get('committed')).toBeGreaterThanOrEqual(5);
    expect(metrics.get('gamekeeper.unsealed.entries')?.dataPoints[0]?.value).toBeGreaterThan(0);
    await world.keeper.close();
    expect((await sdk.metrics()).get('gamekeeper.unsealed.entries')?.dataPoints[0]?.value).toBe(0);
  });

  it('tell of alarms and of receivers that take nothing', async () => {
    const notifier = { ...memoryNotifier(), notify: async () => Promise.reject(new Error('away')) };
    const store = freshStore();
    const world = await createLived({
      store,
      keeper: { observers: [sdk.observer], notifiers: [notifier] },
    });
    await world.keeper.sweep('acme');
    const points = (await sdk.metrics()).get('gamekeeper.delivery.entries')?.dataPoints ?? [];
    expect(points.map(({ attributes }) => attributes)).toContainEqual({
      'gamekeeper.outcome': 'failed',
      'gamekeeper.receiver': notifier.name,
    });
  });
});
