import { describe, expect, it } from 'vitest';
import { ephemeralKeys } from '../../src/adapters/node/index.ts';
import {
  type CloudEvent,
  createGamekeeper,
  type EventSink,
  handlerSink,
  type IntegrityAlarm,
  memorySink,
  type SinkFault,
  unwrap,
} from '../../src/index.ts';
import { createAlertWorld } from './alert-world.ts';
import {
  createWorld,
  customerProfile,
  DAY,
  expectWhole,
  freshStore,
  HOUR,
  MINUTE,
  manualClock,
  START,
  type World,
  type WorldOptions,
} from './world.ts';

const staff = ['chief', 'boss', 'dana', 'eve'];
const away: SinkFault = { status: 'failed', reason: 'away', retryAfterMs: 0 };
const failed: SinkFault = { status: 'failed', reason: 'no', retryAfterMs: null };
const refused: SinkFault = { status: 'refused', reason: 'too large' };

/** A sink that answers for each event as it is told to, and keeps what it took. */
function scripted(faultOf: (event: CloudEvent) => SinkFault | null, more: Partial<EventSink> = {}) {
  const events: CloudEvent[] = [];
  const calls: string[][] = [];
  const sink: EventSink = {
    specificationVersion: 'v1',
    name: 'scripted',
    names: 'host',
    from: 'beginning',
    async send(given) {
      calls.push(given.map(({ id }) => id));
      for (const [accepted, event] of given.entries()) {
        const fault = faultOf(event);
        if (fault !== null) return { accepted, fault };
        events.push(event);
      }
      return { accepted: given.length, fault: null };
    },
    ...more,
  };
  return {
    sink,
    events,
    calls,
    about: (id: string) => events.filter(({ data }) => data.customers.includes(id)),
  };
}

async function worldWith(
  sink: EventSink,
  options: WorldOptions = {},
): Promise<World & { alarms: IntegrityAlarm[] }> {
  const alarms: IntegrityAlarm[] = [];
  const world = await createWorld({ staff, ...options, keeper: { eventSinks: [sink], ...options.keeper } });
  world.keeper.onAlarm((alarm) => alarms.push(alarm));
  return { ...world, alarms };
}

const typesOf = (events: readonly CloudEvent[]): string[] =>
  events.map(({ type }) => type.replace('gamekeeper.', ''));
const status = async (world: World) => (await world.keeper.deliveries.status('acme'))[0];

/** Every entry of the ledger, by reading it: which is an entry itself, and left out. */
async function ledgerOf(
  world: World,
): Promise<readonly { id: string; index: number; subjects: readonly string[] }[]> {
  const { items } = unwrap(await world.as('ada').ledger.entries({ limit: 500 }));
  return items;
}

describe('an event', () => {
  it('is a CloudEvent: what happened, when, in which ledger and where in it', async () => {
    const sink = memorySink();
    const world = await worldWith(sink);
    await world.own('c-1', 'dana');
    await world.keeper.sweep('acme');
    const ledger = await ledgerOf(world);
    const event = sink.events.find(({ type }) => type === 'gamekeeper.claim-approved') as CloudEvent;
    const entry = ledger.find(({ id }) => id === event.id);
    expect(event).toEqual({
      specversion: '1.0',
      id: entry?.id,
      source: expect.stringMatching(/^gamekeeper\/l_[\w-]{22}$/),
      type: 'gamekeeper.claim-approved',
      subject: entry?.subjects[0],
      time: START,
      datacontenttype: 'application/json',
      sequence: String(entry?.index).padStart(16, '0'),
      tenant: 'acme',
      data: {
        actor: expect.stringMatching(/^e_/),
        onBehalfOf: null,
        outcome: 'done',
        reason: null,
        customers: [expect.stringMatching(/^c_/)],
        employees: [expect.stringMatching(/^e_/)],
        facts: expect.objectContaining({ claim: expect.any(String) }),
      },
    });
    // As a text it sorts as the ledger does.
    expect(sink.events.map(({ sequence }) => sequence)).toEqual(
      sink.events.map(({ sequence }) => sequence).toSorted(),
    );
    expect(sink.events.map(({ id }) => id)).toEqual(ledger.slice(0, sink.events.length).map(({ id }) => id));
  });

  it('holds no value that a person typed and no id of the host’s, unless the sink asks for ids', async () => {
    const plain = memorySink();
    const named = memorySink({ name: 'named', names: 'host' });
    const world = await createWorld({ staff, keeper: { eventSinks: [plain, named] } });
    await world.own('canary-id', 'dana', { name: 'Canary Ltd', phone: '+1 canary', need: 'canary need' });
    unwrap(
      await world.as('dana').followUps.record('canary-id', { kind: 'call', text: 'canary text of a call' }),
    );
    unwrap(await world.as('boss').ownership.transfer('canary-id', { to: 'eve', reason: 'canary reason' }));
    await world.as('eve').customers.update('canary-id', { phone: '+2 canary' });
    await world.keeper.sweep('acme');
    expect(JSON.stringify(plain.events)).not.toMatch(/canary|"dana"|"ada"|"eve"/i);
    expect(JSON.stringify(named.events).replaceAll('"canary-id"', '')).not.toMatch(/canary/i);
    const moved = named.events.find(({ type }) => type === 'gamekeeper.customer-transferred');
    expect(moved?.data).toMatchObject({
      actor: 'boss',
      customers: ['canary-id'],
      employees: ['dana', 'eve'],
      facts: { customer: 'canary-id', from: 'dana', to: 'eve' },
    });
    // The subject is the same for both: it is what the order holds for.
    expect(named.events.map(({ subject }) => subject)).toEqual(plain.events.map(({ subject }) => subject));
  });

  it('of an erased customer names nobody', async () => {
    let down = true;
    const { sink, events } = scripted(() => (down ? away : null));
    const world = await worldWith(sink);
    await world.own('c-1', 'dana');
    for (const who of ['ada', 'ben']) await world.as(who).privacy.erase('c-1', { basis: 'subject-request' });
    down = false;
    for (let round = 0; round < 5 && !typesOf(events).includes('erasure'); round += 1) {
      world.clock.advance(HOUR);
      await world.keeper.sweep('acme');
    }
    expect(typesOf(events)).toContain('erasure');
    expect(JSON.stringify(events)).not.toContain('c-1');
  });

  it('about an alert tells of me by pseudonym, also where ids are asked for, and never of the customers', async () => {
    const plain = memorySink();
    const named = memorySink({ name: 'named', names: 'host' });
    const world = await createAlertWorld({ staff, keeper: { eventSinks: [plain, named] } });
    await world.own('c-1', 'dana');
    const id = await world.raise('dana', {
      customers: ['c-1'],
      facts: { who: await world.alias('dana') },
      by: 'dana',
    });
    unwrap(await world.as('boss').alerts.acknowledge(id));
    await world.keeper.sweep('acme');
    const { pseudonym } = unwrap(await world.as('boss').alerts.get(id));
    for (const { events } of [plain, named]) {
      const about = events.filter(({ type }) => /alert/.test(type));
      expect(typesOf(about)).toEqual(['alert-raised', 'alert-acknowledged']);
      expect(new Set(about.map(({ subject }) => subject))).toEqual(new Set([pseudonym]));
      expect(about[0]?.data.employees).toEqual([pseudonym]);
      expect(JSON.stringify(about)).not.toMatch(/"dana"|"c-1"|"c_/);
      expect(JSON.stringify(about)).not.toContain(await world.alias('dana'));
    }
    expect(named.events.find(({ type }) => type === 'gamekeeper.alert-acknowledged')?.data.actor).toBe(
      'boss',
    );
  });

  it('of a refusal says what was attempted, and why not', async () => {
    const sink = memorySink();
    const world = await worldWith(sink);
    const claim = await world.register('c-1', 'dana');
    await world.as('dana').claims.approve(claim);
    await world.keeper.sweep('acme');
    const event = sink.events.find(({ data }) => data.outcome === 'refused');
    expect(event).toMatchObject({ type: 'gamekeeper.approve-claim', data: { reason: 'own-claim' } });
  });
});

describe('delivery to a sink', () => {
  it('tells the whole ledger, or what comes from now on, as the sink asks', async () => {
    const store = freshStore();
    const keys = ephemeralKeys();
    const clock = manualClock(START);
    const world = await createWorld({ staff, store, keeper: { keys, clock } });
    await world.own('c-1', 'dana');
    await world.keeper.seal('acme');
    await world.keeper.close();
    const all = memorySink();
    const fresh = memorySink({ name: 'fresh', from: 'now' });
    const open = () =>
      createGamekeeper({ profile: customerProfile, store, keys, clock, eventSinks: [all, fresh] });
    const next = open();
    await next.sweep('acme');
    expect(typesOf(all.events)).toContain('tenant-created');
    expect(fresh.events).toEqual([]);
    const count = all.events.length;
    unwrap(await next.as({ tenant: 'acme', employee: 'boss' }).ownership.release('c-1', { reason: 'r' }));
    await next.close();
    // Another process goes on where this one was.
    const last = open();
    await last.sweep('acme');
    expect(typesOf(all.events.slice(count))).toContain('customer-released');
    expect(typesOf(fresh.events)).toEqual(typesOf(all.events.slice(count)));
    expect(new Set(all.events.map(({ id }) => id)).size).toBe(all.events.length);
    await last.close();
  });

  it('waits for a sink that takes nothing, however long, says so once, and fails no command', async () => {
    let down = true;
    const { sink, events, calls } = scripted(() => (down ? away : null));
    const world = await worldWith(sink);
    await world.own('c-1', 'dana');
    for (let hour = 0; hour < 24 * 8; hour += 1) {
      await world.keeper.sweep('acme');
      world.clock.advance(HOUR);
    }
    expect(events).toEqual([]);
    expect(world.alarms.filter(({ kind }) => kind !== 'sink-failing')).toEqual([]);
    expect(world.alarms).toEqual([{ tenant: 'acme', kind: 'sink-failing', places: ['scripted', 'away'] }]);
    expect(await status(world)).toMatchObject({
      deadLetters: 0,
      failing: { reason: 'away', since: START },
      waiting: 0,
    });
    // Tried once an hour: what takes nothing is not worn out, and nothing is given up.
    expect(calls.length).toBeLessThan(24 * 8 + 10);
    down = false;
    await world.own('c-2', 'eve');
    world.clock.advance(2 * MINUTE);
    await world.keeper.sweep('acme');
    const { length } = events;
    expect(events.map(({ id }) => id)).toEqual((await ledgerOf(world)).slice(0, length).map(({ id }) => id));
    expect(typesOf(events).filter((type) => type === 'claim-approved')).toHaveLength(2);
    expect(await status(world)).toMatchObject({ behind: 0, failing: null, oldestAt: null });
    await expectWhole(world);
  });

  it('goes on for others while one event fails, keeps the order about the same, and gives up in the end', async () => {
    let bad = '';
    const { sink, events } = scripted(({ id, data }) => {
      if (bad === '' && data.customers.includes('c-1')) bad = id;
      return id === bad ? failed : null;
    });
    const world = await worldWith(sink);
    await world.register('c-1', 'dana');
    await world.register('c-2', 'eve');
    await world.keeper.sweep('acme');
    // The claim of c-1 is about dana, too: what she does next waits behind it.
    unwrap(await world.as('dana').customers.register({ name: 'N' }, { id: 'c-3' }));
    await world.register('c-4', 'eve');
    await world.keeper.sweep('acme');
    const customers = () => events.flatMap(({ data }) => data.customers);
    expect(customers()).toEqual(['c-2', 'c-4']);
    expect(await status(world)).toMatchObject({ waiting: 2, failing: null, oldestAgeMs: 0 });
    for (let round = 0; round < 40 && !customers().includes('c-3'); round += 1) {
      await world.register(`more-${round}`, 'eve');
      world.clock.advance(2 * MINUTE);
      await world.keeper.sweep('acme');
    }
    expect(world.alarms).toEqual([
      { tenant: 'acme', kind: 'event-put-aside', places: ['scripted', bad, 'no'] },
    ]);
    expect(customers()).toContain('c-3');
    const letters = await world.keeper.deliveries.deadLetters('acme');
    expect(letters.items).toMatchObject([
      { attempts: 20, entry: bad, kind: 'sink', reason: 'no', receiver: 'scripted' },
    ]);
  });

  it('puts aside at once what a sink refuses for good, and an operator has it delivered again', async () => {
    const large = new Set(['c-2', 'c-4']);
    const { sink, events, about } = scripted(({ data }) =>
      data.customers.some((id) => large.has(id)) ? refused : null,
    );
    const world = await worldWith(sink);
    for (const id of ['c-1', 'c-2', 'c-3', 'c-4', 'c-5']) await world.register(id, 'dana');
    await world.keeper.sweep('acme');
    expect(events.flatMap(({ data }) => data.customers)).toEqual(['c-1', 'c-3', 'c-5']);
    expect(world.alarms.map(({ kind, places }) => [kind, places[2]])).toEqual([
      ['event-put-aside', 'too large'],
      ['event-put-aside', 'too large'],
    ]);
    expect(await status(world)).toMatchObject({ behind: 0, deadLetters: 2, waiting: 0 });
    const first = await world.keeper.deliveries.deadLetters('acme', { limit: 1, receiver: 'scripted' });
    const second = await world.keeper.deliveries.deadLetters('acme', { after: first.next });
    expect([first.items.length, second.items.length, second.next]).toEqual([1, 1, null]);
    const [one, two] = [...first.items, ...second.items];
    expect((one?.index ?? 0) < (two?.index ?? 0)).toBe(true);
    large.delete('c-2');
    const retry = (entry?: string) =>
      world.keeper.deliveries.retry('acme', {
        receiver: 'scripted',
        ...(entry === undefined ? {} : { entry }),
      });
    expect(await retry(one?.entry ?? '')).toEqual({ left: 1, retried: 1 });
    expect(about('c-2')).toHaveLength(1);
    // What is refused again lies there again.
    expect(await retry()).toEqual({ left: 0, retried: 1 });
    expect(about('c-4')).toHaveLength(0);
    expect((await world.keeper.deliveries.deadLetters('acme')).items).toMatchObject([{ entry: two?.entry }]);
    large.clear();
    await retry();
    expect(about('c-4')).toHaveLength(1);
    expect(await world.keeper.deliveries.deadLetters('acme')).toEqual({ items: [], next: null });
    await expect(world.keeper.deliveries.retry('acme', { receiver: 'nobody' })).rejects.toThrow('scripted');
    await expectWhole(world);
  });

  it('takes a sink at its word where it accepts fewer than it was given', async () => {
    const calls: number[] = [];
    const events: CloudEvent[] = [];
    const slow: EventSink = {
      ...memorySink({ name: 'slow' }),
      async send(given) {
        calls.push(given.length);
        events.push(...given.slice(0, 3));
        return { accepted: Math.min(3, given.length), fault: null };
      },
    };
    const world = await worldWith(slow);
    await world.own('c-1', 'dana');
    await world.keeper.sweep('acme');
    expect(events.map(({ id }) => id)).toEqual(
      (await ledgerOf(world)).slice(0, events.length).map(({ id }) => id),
    );
    expect(calls.length).toBeGreaterThan(2);
    expect(await status(world)).toMatchObject({ behind: 0 });
  });

  it.each<[string, () => unknown]>([
    ['undefined', () => undefined],
    ['null', () => null],
    ['a count that is none', () => ({ accepted: 'all', fault: null })],
    ['more than it was given', () => ({ accepted: 1000, fault: null })],
    ['fewer than none', () => ({ accepted: -1, fault: null })],
    ['nothing, and no fault', () => ({ accepted: 0, fault: null })],
    ['a fault of another kind', () => ({ accepted: 0, fault: { status: 'strange' } })],
    ['a wait that is none', () => ({ accepted: 0, fault: { ...failed, retryAfterMs: Number.NaN } })],
    [
      'an error with a person’s words',
      () => {
        throw new TypeError('canary');
      },
    ],
  ])('counts %s as a failure of the sink, and loses nothing', async (_, answer) => {
    let broken = true;
    const inner = memorySink();
    const world = await worldWith({
      ...inner,
      send: async (events) => (broken ? (answer() as never) : inner.send(events)),
    });
    await world.own('c-1', 'dana');
    for (let round = 0; round < 4; round += 1) {
      await world.keeper.sweep('acme');
      world.clock.advance(5 * MINUTE);
    }
    expect(inner.events).toEqual([]);
    expect(world.alarms.map(({ kind }) => kind)).toEqual(['sink-failing']);
    expect(JSON.stringify([world.alarms, await status(world)])).not.toContain('canary');
    broken = false;
    await world.keeper.sweep('acme');
    expect(typesOf(inner.events)).toContain('claim-approved');
  });

  it('hands everything to a handler in this process, again when it throws', async () => {
    const seen: string[] = [];
    const errors: unknown[] = [];
    let tired = 2;
    const sink = handlerSink({
      name: 'search',
      from: 'beginning',
      names: 'host',
      handle(event) {
        if (event.data.customers.includes('c-1') && tired-- > 0) throw new Error('index is closed');
        seen.push(event.id);
      },
      onError: (error) => errors.push(error),
    });
    const world = await worldWith(sink);
    await world.own('c-1', 'dana');
    for (let round = 0; round < 4; round += 1) {
      await world.keeper.sweep('acme');
      world.clock.advance(MINUTE);
    }
    expect(errors).toHaveLength(2);
    expect(new Set(seen)).toEqual(new Set((await ledgerOf(world)).slice(0, seen.length).map(({ id }) => id)));
  });

  it('is refused where a sink’s name is missing or shared, or it is no sink', () => {
    const open =
      (...eventSinks: EventSink[]) =>
      () =>
        createGamekeeper({ profile: customerProfile, eventSinks });
    expect(open(memorySink({ name: 'No Name' }))).toThrow('eventSinks.0');
    expect(open(memorySink(), memorySink())).toThrow('another one is called memory');
    expect(open({ ...memorySink(), names: 'all' as never })).toThrow('aliases or host');
    expect(open({ ...memorySink(), from: 'noon' as never })).toThrow('beginning or now');
    expect(open({ name: 'x' } as never)).toThrow('send');
  });

  it('answers how far behind a sink is, and for how long', async () => {
    let down = true;
    const { sink } = scripted(() => (down ? away : null));
    const world = await worldWith(sink);
    await world.keeper.sweep('acme');
    world.clock.advance(DAY);
    expect(await status(world)).toMatchObject({
      kind: 'sink',
      receiver: 'scripted',
      // Two administrators, a policy, a company, and four who were hired.
      behind: 8,
      oldestAt: START,
      oldestAgeMs: DAY,
      gone: false,
    });
    down = false;
    world.clock.advance(MINUTE);
    await world.keeper.sweep('acme');
    expect(await status(world)).toMatchObject({ behind: 0, oldestAt: null, oldestAgeMs: null });
  });
});
