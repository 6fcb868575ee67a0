import type { CustomerTransfer, TransferOrder, TransferOutcome } from '../../ports/index.ts';

/** A channel that keeps what it is asked for, and ends it when told. */
export interface MemoryTransfer extends CustomerTransfer {
  /** What it was asked for, in order. */
  readonly orders: readonly TransferOrder[];
  /** Ends a reassignment, by its key. */
  settle(key: string, outcome: Exclude<TransferOutcome, 'waiting'>): void;
}

/**
 * Keeps reassignments in memory: for tests, and for trying out a handover through a channel.
 *
 * @param options `name` is `memory` unless said otherwise.
 */
export function memoryTransfer(options: { readonly name?: string } = {}): MemoryTransfer {
  const orders = new Map<string, TransferOrder>();
  const ends = new Map<string, TransferOutcome>();
  return {
    specificationVersion: 'v1',
    name: options.name ?? 'memory',
    get orders() {
      return [...orders.values()];
    },
    settle(key, outcome) {
      if (!ends.has(key)) ends.set(key, outcome);
    },
    async start(order) {
      if (!orders.has(order.key)) orders.set(order.key, { ...order });
      return ends.get(order.key) ?? 'waiting';
    },
    outcomes: async (keys) => keys.map((key) => (orders.has(key) ? (ends.get(key) ?? 'waiting') : 'unknown')),
  };
}
