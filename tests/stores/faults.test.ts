import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/adapters/memory/index.ts';
import { delaying, failing, type StoreFault, type StoreMethod } from '../../src/testing/index.ts';
import { addOf, batchOf, entryOf, putOf, refOf, tenant } from '../../src/testing/store-harness.ts';

const a = refOf('a');
const counter = refOf('n', 'count');
const batch = batchOf({ adds: [addOf(counter, 1, 'c1')], puts: [putOf(a, 'v1')], entries: [entryOf('e1')] });
const calls = {
  commit: (store) => store.commit(tenant, batch),
  get: (store) => store.get(tenant, [a]),
  find: (store) => store.find(tenant, { ranges: [], want: 'refs' }),
  sequence: (store) => store.sequence(tenant, { size: 0, limit: 0 }),
  readEntries: (store) => store.readEntries(tenant, { by: 'staged', limit: 1 }),
  measure: (store) => store.measure(tenant),
  purge: (store) => store.purge(tenant, { checks: [], limit: 1 }),
} satisfies Record<StoreMethod, (store: ReturnType<typeof memoryStore>) => Promise<unknown>>;

/** How a call came out, seen from outside. */
async function seen(call: () => Promise<unknown>): Promise<string> {
  const late = new Promise((resolve) => setImmediate(() => resolve('hangs')));
  try {
    return String(await Promise.race([call(), late]));
  } catch (error) {
    return (error as Error).message;
  }
}

describe('a failing store', () => {
  for (const method of Object.keys(calls) as StoreMethod[]) {
    it(`lets the chosen call of ${method} go wrong, and no other`, async () => {
      const expected: Partial<Record<StoreFault, string>> = {
        failed: `injected: ${method} failed`,
        'stored-but-reported-lost': `injected: ${method} stored-but-reported-lost`,
        throw: `injected: ${method} throw`,
        hang: 'hangs',
        undefined: 'undefined',
        'wrong-type': 'nonsense',
      };
      for (const [fault, outcome] of Object.entries(expected) as [StoreFault, string][]) {
        const store = failing(memoryStore(), { method, call: 2, fault });
        await calls[method](store);
        expect(await seen(() => calls[method](store)), fault).toBe(outcome);
        await calls[method](store);
        expect(store.calls()[method]).toBe(3);
        expect(store.injected()).toBe(1);
      }
    });
  }

  it('does nothing when it fails, and everything when it only says so', async () => {
    for (const [fault, body] of [
      ['failed', undefined],
      ['stored-but-reported-lost', '1'],
    ] as const) {
      const store = failing(memoryStore(), { method: 'commit', call: 1, fault });
      await expect(store.commit(tenant, batch)).rejects.toThrow(fault);
      expect((await store.get(tenant, [counter]))[0]?.body).toBe(body);
      expect(await store.commit(tenant, batch)).toMatchObject({
        status: 'committed',
        repeated: body === '1',
      });
      expect((await store.get(tenant, [counter]))[0]?.body).toBe('1');
    }
  });

  it('answers a stale read as before, or as if nothing were stored', async () => {
    const inner = memoryStore();
    const store = failing(
      inner,
      { method: 'get', call: 2, fault: 'stale' },
      { method: 'find', call: 'every', fault: 'stale' },
    );
    await inner.commit(tenant, batch);
    expect(await store.get(tenant, [a])).toMatchObject([{ version: 'v1' }]);
    await inner.commit(tenant, batchOf({ puts: [putOf(a, 'v2')] }));
    expect(await store.get(tenant, [a])).toMatchObject([{ version: 'v1' }]);
    expect(await store.get(tenant, [a])).toMatchObject([{ version: 'v2' }]);
    const range = { index: 'i', from: '!', to: '~', limit: 9, after: null, descending: false };
    expect(await store.find(tenant, { ranges: [range, range], want: 'refs' })).toEqual([[], []]);
    expect(() => failing(inner, { method: 'commit', call: 1, fault: 'stale' })).toThrow(/only reads/);
  });
});

describe('a delaying store', () => {
  it('asks before and after each call', async () => {
    const moments: string[] = [];
    const store = delaying(memoryStore(), async (method, moment) => {
      moments.push(`${moment} ${method}`);
    });
    await store.commit(tenant, batch);
    await store.get(tenant, [a]);
    expect(moments).toEqual(['before commit', 'after commit', 'before get', 'after get']);
    expect(store.calls()).toMatchObject({ commit: 1, get: 1, find: 0 });
  });
});
