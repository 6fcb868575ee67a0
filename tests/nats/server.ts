import { randomBytes } from 'node:crypto';
import { connect as connectTcp } from 'node:net';
import { type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import {
  createEventStream,
  type NatsSink,
  type NatsSinkOptions,
  natsSink,
} from '../../src/adapters/nats/index.ts';
import type { CloudEvent } from '../../src/ports/index.ts';
import type { SinkHarness } from '../../src/testing/index.ts';
import { startProxy } from './proxy.ts';

const HOST = '127.0.0.1';
const PORT = Number(process.env.NATS_PORT ?? 4222);
/** Where the server is. */
export const SERVERS = `${HOST}:${PORT}`;

/** Why JetStream cannot be tested here, or `null`. One look at its port. */
export async function missingNats(): Promise<string | null> {
  const answers = await new Promise<boolean>((resolve) => {
    const socket = connectTcp({ host: HOST, port: PORT, timeout: 1000 });
    const end = (answer: boolean) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });
  if (answers) return null;
  const reason = `no NATS at ${SERVERS}`;
  if (process.env.REQUIRE_SERVERS === '1') throw new Error(`${reason}, and REQUIRE_SERVERS=1 asks for it`);
  console.log(`skipped: ${reason}`);
  return reason;
}

/** A stream of its own for one test. */
export interface TestStream {
  readonly stream: string;
  readonly prefix: string;
  readonly manager: JetStreamManager;
  readonly nats: NatsConnection;
  /** All messages, in the order of the stream, with their ids. */
  messages(): Promise<
    readonly { readonly id: string; readonly subject: string; readonly event: CloudEvent }[]
  >;
  /** Deletes it. */
  end(): Promise<void>;
}

/** Makes a stream that nobody else uses. */
export async function startStream(
  options: { readonly duplicateWindowMs?: number } = {},
): Promise<TestStream> {
  const name = `gkt_${randomBytes(6).toString('hex')}`;
  const prefix = `${name}.events`;
  const connection = { servers: SERVERS };
  await createEventStream({ connection, stream: name, prefix, ...options });
  const nats = await connect(connection);
  const manager = await jetstreamManager(nats);
  return {
    stream: name,
    prefix,
    manager,
    nats,
    async messages() {
      const { state } = await manager.streams.info(name);
      const found: { id: string; subject: string; event: CloudEvent }[] = [];
      if (state.messages === 0) return found;
      const consumer = await jetstream(nats).consumers.get(name);
      for await (const message of await consumer.consume({ max_messages: 500 })) {
        const id = message.headers?.get('Nats-Msg-Id') ?? '';
        found.push({ id, subject: message.subject, event: message.json<CloudEvent>() });
        if (found.length === state.messages) break;
      }
      return found;
    },
    async end() {
      await manager.streams.delete(name).catch(() => undefined);
      await nats.close();
    },
  };
}

const LARGEST_MESSAGE = 262_144;

/** A sink on a stream of its own, behind a proxy that fails when it is told to. */
export async function natsReceiver(): Promise<SinkHarness> {
  const stream = await startStream();
  const proxy = await startProxy({ host: HOST, port: PORT });
  const sinks: NatsSink[] = [];
  await stream.manager.streams.update(stream.stream, { max_msg_size: LARGEST_MESSAGE });
  const open = (): NatsSink => {
    const sink = sinkOn(stream, { connection: { servers: `${HOST}:${proxy.port}` }, timeoutMs: 2_000 });
    sinks.push(sink);
    return sink;
  };
  return {
    sink: open(),
    again: async () => open(),
    received: async () => (await stream.messages()).map(({ event }) => event),
    async receiver(state, room) {
      await proxy.set(state === 'is-away' ? 'cut' : 'open');
      const { state: now } = await stream.manager.streams.info(stream.stream);
      const max_msgs = state === 'is-full' ? now.messages + room : -1;
      await stream.manager.streams.update(stream.stream, { max_msgs });
    },
    impossible: (event) => ({
      ...event,
      data: { ...event.data, facts: { text: 'x'.repeat(LARGEST_MESSAGE) } },
    }),
    async close() {
      await Promise.all(sinks.map((sink) => sink.close()));
      await proxy.close();
      await stream.end();
    },
  };
}

/** A sink on a test's stream. */
export function sinkOn(
  { stream, prefix }: Pick<TestStream, 'stream' | 'prefix'>,
  options: Partial<NatsSinkOptions> = {},
): NatsSink {
  return natsSink({ connection: { servers: SERVERS }, stream, prefix, ...options });
}
