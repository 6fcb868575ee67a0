import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { memoryTransfer } from '../../src/adapters/memory/index.ts';
import type { CustomerTransfer, TransferOrder, TransferOutcome } from '../../src/ports/index.ts';
import type { TransferHarness } from '../../src/testing/index.ts';

/** A channel as a third party would write it: over HTTP, to a system that knows its requests by their keys. */
function httpTransfer(url: string): CustomerTransfer {
  const ask = async (path: string, body: unknown): Promise<unknown> => {
    const response = await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`the outside system answered ${response.status}`);
    return response.json();
  };
  return {
    specificationVersion: 'v1',
    name: 'http',
    start: async (order) => (await ask('/start', order)) as TransferOutcome,
    outcomes: async (keys) => (await ask('/outcomes', keys)) as readonly TransferOutcome[],
  };
}

/** A channel that is its own outside system. */
export async function memoryChannel(): Promise<TransferHarness> {
  const transfer = memoryTransfer();
  return {
    transfer,
    again: async () => transfer,
    received: async () => transfer.orders,
    settle: async (key, outcome) => transfer.settle(key, outcome),
    reach: null,
    close: async () => undefined,
  };
}

/** A channel over HTTP, and the outside system on this machine that it calls. */
export async function httpChannel(): Promise<TransferHarness> {
  const orders = new Map<string, TransferOrder>();
  const ends = new Map<string, TransferOutcome>();
  let away = false;
  const standing = (key: string): string => (orders.has(key) ? (ends.get(key) ?? 'waiting') : 'unknown');
  const answer = (path: string, body: never, response: ServerResponse): void => {
    if (away) return void response.destroy();
    if (path === '/outcomes') return void response.end(JSON.stringify((body as string[]).map(standing)));
    const order = body as TransferOrder;
    if (!orders.has(order.key)) orders.set(order.key, order);
    response.end(JSON.stringify(standing(order.key)));
  };
  const server = createServer((request: IncomingMessage, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () =>
      answer(request.url ?? '', JSON.parse(Buffer.concat(parts).toString('utf8')) as never, response),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    transfer: httpTransfer(url),
    again: async () => httpTransfer(url),
    received: async () => [...orders.values()],
    settle: async (key, outcome) => void (ends.has(key) || ends.set(key, outcome)),
    reach: async (state) => {
      away = state === 'is-away';
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
