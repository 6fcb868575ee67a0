import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from 'simple-statistics';
import { z } from 'zod';
import { localKeys } from '../../src/adapters/node/index.ts';
import { sqliteStore } from '../../src/adapters/sqlite/index.ts';
import { createGamekeeper, publicField, unwrap } from '../../src/index.ts';
import type { BenchRow } from './row.ts';

/** Opening the handover of somebody who holds many customers, and accepting one of them, on SQLite with `FULL`. */
const SIZES = [50, 500, 5_000] as const;
const BYSTANDERS = 1_000;

export async function run(): Promise<BenchRow[]> {
  const openings: { readonly size: number; readonly opening: number; readonly accepting: number }[] = [];
  for (const size of SIZES) openings.push({ size, ...(await measure(size)) });
  const [small, , large] = openings as [Measured, Measured, Measured];
  const exponent = Math.log(large.opening / small.opening) / Math.log(large.size / small.size);
  for (const { size, opening, accepting } of openings)
    console.log(
      `     ${size} customers: opened in ${opening.toFixed(0)} ms, one accepted in ${accepting.toFixed(2)} ms`,
    );
  console.log(`     the opening grows with the exponent ${exponent.toFixed(2)}`);
  return [
    {
      name: 'open the handover of somebody with 5,000 customers, SQLite',
      ours: large.opening,
      unit: 'ms',
      against: 'two seconds',
      limit: 2_000,
      ratio: large.opening / 2_000,
      goal: '<= 1',
      met: large.opening <= 2_000,
    },
    {
      name: 'accept one customer among 5,000, SQLite',
      ours: large.accepting,
      unit: 'ms',
      against: 'among 50',
      limit: small.accepting,
      ratio: large.accepting / small.accepting,
      goal: '<= 2',
      met: large.accepting <= 2 * small.accepting,
    },
  ];
}

type Measured = { readonly size: number; readonly opening: number; readonly accepting: number };

async function measure(size: number): Promise<{ readonly opening: number; readonly accepting: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'gamekeeper-bench-'));
  const store = sqliteStore(join(folder, 'bench.db'));
  try {
    const keeper = createGamekeeper({
      store,
      profile: z.object({ name: publicField(z.string()) }),
      keys: await localKeys(join(folder, 'keys')),
    });
    const policy = { ownership: { maxHeld: 1_000_000 } };
    await keeper.tenants.create('acme', { admins: [{ id: 'ada', name: 'Ada' }], policy });
    const as = (employee: string) => keeper.as({ tenant: 'acme', employee });
    for (const id of ['dana', 'eve', 'finn'])
      unwrap(await as('ada').people.hire({ id, name: id, managerId: 'ada' }));
    const own = async (owner: string, id: string): Promise<void> => {
      const { claim } = unwrap(await as(owner).customers.register({ name: `Customer ${id}` }, { id }));
      unwrap(await as('ada').claims.approve(claim));
      unwrap(
        await keeper.as({ tenant: 'acme', service: 'erp' }).orders.record([
          {
            id: `order ${id}`,
            customer: id,
            amount: { amount: 9_000, currency: 'CNY' },
            outstanding: { amount: 100, currency: 'CNY' },
            stage: 'shipped',
            at: '2026-03-02T08:00:00.000Z',
          },
        ]),
      );
    };
    const ids = Array.from({ length: size }, (_, at) => `c-${at}`);
    await abreast(ids, (id) => own('dana', id));
    await abreast(
      Array.from({ length: BYSTANDERS }, (_, at) => `f-${at}`),
      (id) => own('finn', id),
    );
    await keeper.seal('acme');
    const began = performance.now();
    const notice = { lastDayOn: '2099-03-31', kind: 'resignation' } as const;
    const { handover } = unwrap(await as('ada').people.giveNotice('dana', notice));
    const opening = performance.now() - began;
    const view = unwrap(await as('ada').handovers.get(handover ?? ''));
    // Each customer comes with an open order and with something due on it.
    if (view.counts.pending !== 3 * size) throw new Error(`expected ${3 * size} items`);
    const times: number[] = [];
    for (const id of ids.slice(0, 30)) {
      const fields = {
        lastFollowUpAt: '2026-03-02T08:00:00.000Z',
        need: 'Two spare rollers',
        unsettled: { amount: 100, currency: 'CNY' },
      };
      unwrap(await as('dana').handovers.prepare(handover ?? '', id, { fields, to: 'eve' }));
      unwrap(await as('ada').handovers.offer(handover ?? '', id));
      const started = performance.now();
      unwrap(unwrap(await as('eve').handovers.accept(handover ?? '', id)).items[0]?.result as never);
      times.push(performance.now() - started);
    }
    await keeper.close();
    return { opening, accepting: median(times) };
  } finally {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Many at once, so that the store commits them together. */
async function abreast(ids: readonly string[], work: (id: string) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let id = ids[next++]; id !== undefined; id = ids[next++]) await work(id);
  };
  await Promise.all(Array.from({ length: 64 }, worker));
}
