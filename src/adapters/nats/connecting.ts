import { type ConnectionOptions, connect, type NatsConnection } from '@nats-io/transport-node';
import type { SinkFault } from '../../ports/index.ts';

/** How to reach NATS. */
export type NatsConnectionOptions = ConnectionOptions;

/** A connection that is made when it is first needed, and made again when it was lost for good. */
export interface Connecting {
  /** The connection, or why there is none at the moment. */
  connection(): Promise<{ readonly nats: NatsConnection } | { readonly fault: SinkFault }>;
  close(): Promise<void>;
}

interface Open {
  readonly nats: NatsConnection;
  /** Whether the server is in reach; while it is not, the connection looks for it by itself. */
  reached: boolean;
}

/** Prepares a connection. */
export function createConnecting(options: NatsConnectionOptions): Connecting {
  let opening: Promise<Open> | null = null;
  let closed = false;

  const open = async (): Promise<Open> => {
    // It never gives up looking for its server, and does not hold back what is sent meanwhile for longer than a call.
    const nats = await connect({ maxReconnectAttempts: -1, reconnectTimeWait: 500, ...options });
    const state: Open = { nats, reached: true };
    void watch(state);
    void nats.closed().then(() => {
      opening = null;
    });
    return state;
  };

  return {
    async connection() {
      if (closed) return { fault: away('the sink was closed') };
      opening ??= open();
      try {
        const { nats, reached } = await opening;
        return reached ? { nats } : { fault: away(`the connection to ${serversOf(options)} is lost`) };
      } catch (error) {
        opening = null;
        const reason = error instanceof Error ? error.message : String(error);
        return { fault: away(`no connection to ${serversOf(options)}: ${reason}`) };
      }
    },
    async close() {
      closed = true;
      const state = await opening?.catch(() => null);
      await state?.nats.close();
    },
  };
}

/** Keeps an eye on whether the server is in reach. */
async function watch(state: Open): Promise<void> {
  for await (const { type } of state.nats.status()) {
    if (type === 'disconnect' || type === 'staleConnection') state.reached = false;
    if (type === 'reconnect') state.reached = true;
  }
}

/** Nothing gets through: the whole sink waits. */
export function away(reason: string): SinkFault {
  return { status: 'failed', reason, retryAfterMs: 500 };
}

function serversOf({ servers = '127.0.0.1:4222' }: NatsConnectionOptions): string {
  // An address may hold a name and a password.
  return [servers]
    .flat()
    .map((server) => server.replace(/^(.*:\/\/)?[^@/]*@/, '$1'))
    .join(', ');
}
