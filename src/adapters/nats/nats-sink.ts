import { jetstream } from '@nats-io/jetstream';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import { GamekeeperError } from '../../kernel/index.ts';
import type { CloudEvent, EventSink, SendOutcome, SinkFault } from '../../ports/index.ts';
import { createConnecting, type NatsConnectionOptions } from './connecting.ts';
import { faultOf } from './fault.ts';
import { checkStream, subjectOf } from './stream.ts';
import { wavesOf } from './waves.ts';

/** Where events go in NATS, and as what. */
export interface NatsSinkOptions {
  /** Servers, credentials, TLS: what `connect` of `@nats-io/transport-node` takes. */
  readonly connection: NatsConnectionOptions;
  /** The JetStream stream that takes them; `createEventStream` makes one. */
  readonly stream: string;
  /** What subjects begin with: `gamekeeper` when left out, as in `gamekeeper.acme.claim-approved`. */
  readonly prefix?: string;
  /** The name of its cursor: `nats` when left out. Another stream needs another one. */
  readonly name?: string;
  /** `aliases` when left out: employees and customers by random names. `host`: by your own ids. */
  readonly names?: EventSink['names'];
  /** `beginning` when left out: a new sink hears the whole ledger. `now`: what comes from now on. */
  readonly from?: EventSink['from'];
  /** Milliseconds to wait for the stream to take an event: 5,000 when left out. */
  readonly timeoutMs?: number;
}

/** A sink with a connection of its own. */
export interface NatsSink extends EventSink {
  /** Closes the connection; afterwards every event fails. Close the keeper first. */
  close(): Promise<void>;
}

/** After so long the others wait for the next call. */
const CALL_MS = 5_000;

/**
 * Tells a JetStream stream of NATS, as CloudEvents in structured JSON, with the id of the entry as `Nats-Msg-Id`: what
 * comes twice within the stream's duplicate window is kept once.
 *
 * An event counts once the stream has acknowledged it. A server that is away, or a stream that is full, is tried
 * again for as long as it takes, without a restart. An event that is too large for server or stream is put aside.
 *
 * @throws {GamekeeperError} `ERR_INVALID_INPUT` for names that NATS does not take.
 */
export function natsSink(options: NatsSinkOptions): NatsSink {
  const { stream, prefix } = checkStream(options);
  const timeout = options.timeoutMs ?? 5_000;
  if (!Number.isFinite(timeout) || timeout < 1 || timeout > 25_000)
    throw new GamekeeperError('ERR_INVALID_INPUT', 'timeoutMs: expected 1 to 25,000 milliseconds', {
      path: 'timeoutMs',
    });
  const connecting = createConnecting(options.connection);

  /** Hands one over; answers once the stream has it. */
  const publish = async (nats: NatsConnection, event: CloudEvent): Promise<SinkFault | null> => {
    const header = headers();
    header.set('content-type', 'application/cloudevents+json; charset=utf-8');
    const payload = JSON.stringify(event);
    try {
      await jetstream(nats).publish(subjectOf(prefix, event), payload, {
        expect: { streamName: stream },
        headers: header,
        msgID: event.id,
        timeout,
      });
      return null;
    } catch (error) {
      return faultOf(error, { nats, stream, prefix, bytes: payload.length });
    }
  };

  const send = async (events: readonly CloudEvent[]): Promise<SendOutcome> => {
    const connected = await connecting.connection();
    if ('fault' in connected) return { accepted: 0, fault: connected.fault };
    const until = performance.now() + CALL_MS;
    let accepted = 0;
    for (const wave of wavesOf(events)) {
      if (accepted > 0 && performance.now() > until) return { accepted, fault: null };
      const faults = await Promise.all(wave.map((event) => publish(connected.nats, event)));
      const at = faults.findIndex((fault) => fault !== null);
      if (at >= 0) return { accepted: accepted + at, fault: faults[at] ?? null };
      accepted += wave.length;
    }
    return { accepted, fault: null };
  };

  return {
    specificationVersion: 'v1',
    name: options.name ?? 'nats',
    names: options.names ?? 'aliases',
    from: options.from ?? 'beginning',
    send,
    close: () => connecting.close(),
  };
}
