import { afterEach, describe, expect, it } from 'vitest';
import { receivedEvent, seenEvents } from '../../src/adapters/nats/index.ts';
import type { IntegrityAlarm } from '../../src/index.ts';
import { createWorld, expectWhole, MINUTE, type World } from '../app/world.ts';
import { startProxy } from './proxy.ts';
import { missingNats, SERVERS, sinkOn, startStream, type TestStream } from './server.ts';

const reason = await missingNats();
let cleaning: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleaning.reverse()) await clean();
  cleaning = [];
});

interface Scene extends World {
  readonly stream: TestStream;
  readonly proxy: Awaited<ReturnType<typeof startProxy>>;
  readonly alarms: readonly IntegrityAlarm[];
  /** Lets a minute and a half pass, and sweeps, which tells the sink again. */
  later(): Promise<void>;
  status(): Promise<Awaited<ReturnType<World['keeper']['deliveries']['status']>>[number]>;
}

/** A company that tells a stream through a proxy. */
async function startScene(options: Parameters<typeof sinkOn>[1] = {}): Promise<Scene> {
  const stream = await startStream();
  cleaning.push(() => stream.end());
  const [host = '', port = ''] = SERVERS.split(':');
  const proxy = await startProxy({ host, port: Number(port) });
  cleaning.push(() => proxy.close());
  const connection = { servers: `127.0.0.1:${proxy.port}`, timeout: 1_000 };
  const sink = sinkOn(stream, { connection, timeoutMs: 500, ...options });
  cleaning.push(() => sink.close());
  const world = await createWorld({ staff: ['chief', 'boss', 'dana'], keeper: { eventSinks: [sink] } });
  cleaning.push(() => world.keeper.close());
  const alarms: IntegrityAlarm[] = [];
  world.keeper.onAlarm((alarm) => alarms.push(alarm));
  await world.keeper.sweep('acme');
  return {
    ...world,
    stream,
    proxy,
    alarms,
    async later() {
      world.clock.advance(1.5 * MINUTE);
      await world.keeper.sweep('acme');
    },
    async status() {
      const [status] = await world.keeper.deliveries.status('acme');
      if (status === undefined) throw new Error('there is no sink');
      return status;
    },
  };
}

/** What goes wrong with a broker, what the sink says of it, and the cure. */
const TROUBLES: readonly (readonly [
  string,
  (scene: Scene) => Promise<unknown>,
  RegExp,
  (scene: Scene) => Promise<unknown>,
])[] = [
  [
    'is away',
    ({ proxy }) => proxy.set('cut'),
    /the connection to 127\.0\.0\.1:\d+ is lost/,
    ({ proxy }) => proxy.set('open'),
  ],
  [
    'takes what is said and never answers',
    ({ proxy }) => proxy.set('deaf'),
    /did not acknowledge in time|is lost/,
    ({ proxy }) => proxy.set('open'),
  ],
  [
    'has a stream that is full',
    async ({ stream }) => {
      const { state } = await stream.manager.streams.info(stream.stream);
      await stream.manager.streams.update(stream.stream, { max_msgs: state.messages });
    },
    /stream gkt_\w+ is full .*: raise its limits, or let messages expire/,
    ({ stream }) => stream.manager.streams.update(stream.stream, { max_msgs: -1 }),
  ],
  [
    'has no such stream',
    ({ stream }) => stream.manager.streams.delete(stream.stream),
    /there is no stream gkt_\w+: make one with createEventStream/,
    ({ stream }) => stream.manager.streams.add({ name: stream.stream, subjects: [`${stream.prefix}.>`] }),
  ],
  [
    'has a stream that takes other subjects',
    ({ stream }) => stream.manager.streams.update(stream.stream, { subjects: [`${stream.stream}.others`] }),
    /stream gkt_\w+ takes gkt_\w+\.others, not gkt_\w+\.events\.>: add that to its subjects/,
    ({ stream }) => stream.manager.streams.update(stream.stream, { subjects: [`${stream.prefix}.>`] }),
  ],
];

describe.skipIf(reason !== null)('a broker that', () => {
  it.each(TROUBLES)(
    '%s: nothing is lost, the cure is named, and it goes on without a restart',
    async (_, harm, said, cure) => {
      const scene = await startScene();
      const before = new Set((await scene.stream.messages()).map(({ id }) => id));
      expect(before.size).toBeGreaterThan(0);
      await harm(scene);
      await scene.own('c-1', 'dana');
      for (let round = 0; round < 4; round += 1) await scene.later();
      const down = await scene.status();
      expect(down).toMatchObject({ deadLetters: 0, waiting: 0 });
      expect(down.behind).toBeGreaterThan(1);
      expect(down.oldestAgeMs).toBeGreaterThan(0);
      expect(down.failing?.reason).toMatch(said);
      expect(scene.alarms.map(({ kind }) => kind)).toEqual(['sink-failing']);
      await cure(scene);
      // The client looks for its server by itself, every half second.
      for (let round = 0; round < 40 && (await scene.status()).behind > 0; round += 1) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        await scene.later();
      }
      expect(await scene.status()).toMatchObject({ behind: 0, failing: null, deadLetters: 0 });
      const types = (await scene.stream.messages())
        .filter(({ id }) => !before.has(id))
        .map(({ event }) => event.type);
      expect(types.slice(0, 2)).toEqual(['gamekeeper.claim-submitted', 'gamekeeper.claim-approved']);
      await expectWhole(scene);
    },
  );

  it('takes one event not for its size: it is put aside, the others go on, and it is told once the limit is raised', async () => {
    const scene = await startScene();
    await scene.stream.manager.streams.update(scene.stream.stream, { max_msg_size: 100 });
    await scene.register('c-1', 'dana');
    await scene.keeper.sweep('acme');
    expect((await scene.status()).deadLetters).toBe(1);
    const { items } = await scene.keeper.deliveries.deadLetters('acme');
    expect(items[0]?.reason).toMatch(/larger than stream gkt_\w+ takes \(max_msg_size\)/);
    expect(scene.alarms.map(({ kind }) => kind)).toEqual(['event-put-aside']);
    await scene.stream.manager.streams.update(scene.stream.stream, { max_msg_size: -1 });
    await scene.keeper.deliveries.retry('acme', { receiver: 'nats' });
    expect(await scene.status()).toMatchObject({ behind: 0, deadLetters: 0 });
    expect((await scene.stream.messages()).at(-1)?.event.type).toBe('gamekeeper.claim-submitted');
  });

  it('redelivers for ever what nobody acknowledges is seen through by the id', async () => {
    const { stream } = await startScene();
    const { manager, nats } = stream;
    const { jetstream, AckPolicy } = await import('@nats-io/jetstream');
    await manager.consumers.add(stream.stream, {
      durable_name: 'forgetful',
      ack_policy: AckPolicy.Explicit,
      ack_wait: 50_000_000,
    });
    const consumer = await jetstream(nats).consumers.get(stream.stream, 'forgetful');
    const { isNew } = seenEvents();
    const { state } = await manager.streams.info(stream.stream);
    let fresh = 0;
    let again = 0;
    for await (const message of await consumer.consume({ max_messages: 10 })) {
      const event = receivedEvent(message);
      if (event !== null && isNew(event)) fresh += 1;
      else again += 1;
      if (again > 3 * state.messages) break;
    }
    expect(fresh).toBe(state.messages);
  });

  it('is never named with the password to it', async () => {
    const scene = await startScene({
      connection: { servers: 'nats://dana:secret@127.0.0.1:1', timeout: 500 },
    });
    for (let round = 0; round < 4; round += 1) await scene.later();
    const told = JSON.stringify([await scene.status(), scene.alarms]);
    expect(told).toMatch(/no connection to nats:\/\/127\.0\.0\.1:1/);
    expect(told).not.toMatch(/secret|dana/);
  });
});
