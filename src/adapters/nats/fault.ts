import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { SinkFault } from '../../ports/index.ts';
import { away } from './connecting.ts';

/** What was tried when it failed. */
interface Attempt {
  readonly nats: NatsConnection;
  readonly stream: string;
  readonly prefix: string;
  /** Length of the payload. */
  readonly bytes: number;
}

/** Codes of JetStream's answers to a publication. */
const TOO_LARGE = 10054;
const FULL: readonly unknown[] = [10077, 10023, 10047];
const OTHER_STREAM = 10060;
const NO_STREAM = 10059;

/** What a failed publication means, with the cure where there is one. */
export async function faultOf(error: unknown, attempt: Attempt): Promise<SinkFault> {
  const { stream, prefix, nats, bytes } = attempt;
  const { code, name, message } = error as { code?: unknown; name?: unknown; message?: unknown };
  const most = nats.info?.max_payload ?? 0;
  if (code === TOO_LARGE)
    return { status: 'refused', reason: `larger than stream ${stream} takes (max_msg_size)` };
  if (name === 'InvalidArgumentError' && bytes + HEADER_BYTES > most)
    return { status: 'refused', reason: `larger than the server takes (max_payload, ${most} bytes)` };
  if (FULL.includes(code))
    return away(`stream ${stream} is full (${String(message)}): raise its limits, or let messages expire`);
  if (code === OTHER_STREAM) return away(`another stream than ${stream} takes ${prefix}.>: name that one`);
  if (name === 'JetStreamNotEnabled' || code === NO_STREAM) return away(await whyNobodyAnswered(attempt));
  if (name === 'TimeoutError') return away(`stream ${stream} did not acknowledge in time`);
  if (name === 'ClosedConnectionError' || name === 'DrainingConnectionError' || name === 'ConnectionError')
    return away('the connection is lost');
  // Perhaps this event alone: the others are tried.
  return {
    status: 'failed',
    reason: `${String(name)} ${String(code ?? '')}: ${String(message)}`,
    retryAfterMs: null,
  };
}

/** What NATS adds to a payload, with room to spare. */
const HEADER_BYTES = 512;

async function whyNobodyAnswered({ nats, stream, prefix }: Attempt): Promise<string> {
  try {
    const manager = await jetstreamManager(nats, { timeout: 2_000 });
    const { config } = await manager.streams.info(stream);
    return `stream ${stream} takes ${config.subjects.join(', ')}, not ${prefix}.>: add that to its subjects`;
  } catch (error) {
    return (error as { readonly code?: unknown }).code === NO_STREAM
      ? `there is no stream ${stream}: make one with createEventStream`
      : 'JetStream does not answer: is it enabled on the server, and for this account?';
  }
}
