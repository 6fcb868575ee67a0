import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { ephemeralKeys } from '../../src/adapters/node/index.ts';
import { sqliteStore } from '../../src/adapters/sqlite/index.ts';
import { createGamekeeper, type Gamekeeper, memoryStore, publicField } from '../../src/index.ts';
import type { Store } from '../../src/ports/index.ts';

/**
 * `node --expose-gc touch-tenants.ts [memory|sqlite] COUNT`: creates so many tenants, then touches each with another
 * keeper; prints what opening took beyond the store, and what is left on the heap. A process of its own: nothing else
 * is on the heap.
 */
const [kind, amount] = process.argv.slice(2);
const count = Number(amount);
const OPENED = 300;
const AT_ONCE = 64;
const profile = z.object({ name: publicField(z.string()) });
const keys = { ...ephemeralKeys(), durable: true };
const tenantAt = (at: number): string => `company-${at}`;

const folder = mkdtempSync(join(tmpdir(), 'gamekeeper-bench-'));
const sqlite = kind === 'sqlite' ? sqliteStore(join(folder, 'tenants.db')) : null;
const store: Store = sqlite ?? memoryStore();
try {
  await create();
  const { openMs, storeMs } = await open();
  const before = heap();
  const keeper = createGamekeeper({ profile, store, keys });
  // A refused look: the company is opened, an entry is written, and sealed.
  await each(count, (at) => keeper.as({ tenant: tenantAt(at), employee: 'ada' }).customers.get('c-1'));
  await sealed(keeper);
  const after = heap();
  console.log(JSON.stringify({ count, openMs, storeMs, heap: after, kept: after - before }));
  await keeper.close();
} finally {
  sqlite?.close();
  rmSync(folder, { recursive: true, force: true });
}

/** Creates all tenants, in a keeper that is gone afterwards with all it remembers. */
async function create(): Promise<void> {
  const keeper = createGamekeeper({ profile, store, keys });
  await each(count, (at) => keeper.tenants.create(tenantAt(at), { admins: [{ id: 'ada', name: 'Ada' }] }));
  await keeper.close();
}

/** Opens tenants one after the other, in a keeper that knows none of them; medians. */
async function open(): Promise<{ readonly openMs: number; readonly storeMs: number }> {
  let inStore = 0;
  const timed = <Args extends readonly unknown[], Answer>(call: (...args: Args) => Promise<Answer>) => {
    return async (...args: Args): Promise<Answer> => {
      const from = performance.now();
      const answer = await call(...args);
      inStore += performance.now() - from;
      return answer;
    };
  };
  const keeper = createGamekeeper({
    profile,
    keys,
    store: {
      ...store,
      get: timed(store.get),
      find: timed(store.find),
      readEntries: timed(store.readEntries),
      sequence: timed(store.sequence),
    },
  });
  const own: number[] = [];
  const stores: number[] = [];
  for (let at = 0; at < OPENED; at += 1) {
    inStore = 0;
    const from = performance.now();
    // Without receivers there is nothing to tell of: this opens the company and is done.
    await keeper.deliveries.status(tenantAt((at * 7919) % count));
    const took = performance.now() - from;
    if (at < count) {
      own.push(took - inStore);
      stores.push(inStore);
    }
  }
  await keeper.close();
  return { openMs: middle(own), storeMs: middle(stores) };
}

function middle(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[values.length >> 1] as number;
}

async function each(many: number, work: (at: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const hand = async (): Promise<void> => {
    while (next < many) {
      const at = next;
      next += 1;
      await work(at);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, hand));
}

async function sealed(keeper: Gamekeeper<typeof profile>): Promise<void> {
  while ((await keeper.health()).unsealed.entries > 0) await pause(100);
}

function heap(): number {
  for (let round = 0; round < 3; round += 1) (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().heapUsed;
}
