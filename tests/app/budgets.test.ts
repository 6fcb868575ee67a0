import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/index.ts';
import type { CommitBatch, Store } from '../../src/ports/index.ts';
import { createWorld, freshStore, HOUR, type World } from './world.ts';

interface Cost {
  readonly commits: number;
  readonly documents: number;
  readonly rows: number;
  readonly entries: number;
}

/** A world that counts what its commits write: documents, counters, and index rows that are added or removed. */
async function counted(): Promise<{ world: World; cost(work: () => Promise<unknown>): Promise<Cost> }> {
  const inner = freshStore();
  const keys = new Map<string, Set<string>>();
  let batches: { batch: CommitBatch; rows: number }[] = [];
  const store: Store = {
    ...inner,
    async commit(tenant, batch) {
      const outcome = await inner.commit(tenant, batch);
      if (outcome.status !== 'committed' || outcome.repeated) return outcome;
      let rows = 0;
      for (const { ref, keys: next } of batch.puts) {
        const name = `${ref.collection}/${ref.id}`;
        const now = new Set(next.map(({ index, key }) => `${index} ${key}`));
        const before = keys.get(name) ?? new Set<string>();
        rows += [...now, ...before].filter((key) => now.has(key) !== before.has(key)).length;
        keys.set(name, now);
      }
      for (const { collection, id } of batch.deletes) {
        rows += keys.get(`${collection}/${id}`)?.size ?? 0;
        keys.delete(`${collection}/${id}`);
      }
      batches.push({ batch, rows });
      return outcome;
    },
  };
  // Sealing is not part of a command's cost.
  const world = await createWorld({ store, keeper: { sealAfterMs: 900 } });
  return {
    world,
    async cost(work) {
      batches = [];
      await work();
      const own = batches.filter(({ batch }) => batch.entries.length > 0 || batch.adds.length > 0);
      return {
        commits: own.length,
        documents: own.reduce(
          (sum, { batch }) => sum + batch.puts.length + batch.deletes.length + batch.adds.length,
          0,
        ),
        rows: own.reduce((sum, { rows }) => sum + rows, 0),
        entries: own.reduce((sum, { batch }) => sum + batch.entries.length, 0),
      };
    },
  };
}

const within = (cost: Cost, documents: number, rows: number): void => {
  expect(cost.commits).toBe(1);
  expect(cost.entries).toBe(1);
  expect(cost.documents).toBeLessThanOrEqual(documents);
  expect(cost.rows).toBeLessThanOrEqual(rows);
};

describe('what a command writes', () => {
  it('for a follow-up: at most 4 documents and 5 index rows', async () => {
    const { world, cost } = await counted();
    await world.own('c-1', 'dana');
    world.clock.advance(HOUR);
    const record =
      (text: string, more = {}) =>
      () =>
        world.as('dana').followUps.record('c-1', { kind: 'call', text, evidence: 'id', ...more });
    const spent = await cost(record('asked for the drawings'));
    // A clock that moves takes its old rows away and puts new ones: each counts as one changed row.
    expect(spent.documents).toBeLessThanOrEqual(4);
    expect(spent.rows - 2).toBeLessThanOrEqual(5);
    world.clock.advance(HOUR);
    const keyed = await cost(record('sent an offer', { idempotencyKey: 'k' }));
    expect(keyed.documents).toBeLessThanOrEqual(4);
    const late = await cost(record('a late one', { at: world.clock.instant(-HOUR) }));
    within(late, 4, 5);
  });

  it('for a registration: at most 8 documents and 40 index rows', async () => {
    const { world, cost } = await counted();
    const spent = await cost(() =>
      world
        .as('dana')
        .customers.register(
          { name: 'N', phone: '+1', need: 'n', creditLimit: 1, industry: 'i' },
          { id: 'c-1', evidence: 'e', idempotencyKey: 'k' },
        ),
    );
    within(spent, 8, 40);
  });

  it('for an approval, a transfer, a release, an order, an update: a handful, however many customers there are', async () => {
    const { world, cost } = await counted();
    for (let at = 0; at < 30; at += 1) await world.own(`x-${at}`, 'dana');
    const claim = await world.register('c-1', 'dana', { phone: '+1' });
    within(await cost(() => world.as('boss').claims.approve(claim)), 6, 10);
    within(await cost(() => world.as('boss').ownership.transfer('c-1', { to: 'eve', reason: 'r' })), 8, 10);
    within(await cost(() => world.as('eve').customers.update('c-1', { phone: '+2' })), 5, 2);
    within(
      await cost(() =>
        world.service('erp').orders.record([
          {
            id: 'o',
            customer: 'c-1',
            amount: { amount: 1, currency: 'CNY' },
            stage: 'won',
            at: world.clock.instant(),
          },
        ]),
      ),
      3,
      2,
    );
    within(await cost(() => world.as('eve').ownership.release('c-1', { reason: 'r' })), 7, 6);
    within(await cost(() => world.as('ada').people.hire({ id: 'new', name: 'N' })), 6, 3);
  });

  it('for a look: a note and what is counted at first, and nothing the next time in the hour', async () => {
    const { world, cost } = await counted();
    await world.own('c-1', 'dana', { phone: '+1' });
    const look = () => world.as('dana').customers.get('c-1');
    within(await cost(look), 4, 3);
    expect(await cost(look)).toEqual({ commits: 0, documents: 0, rows: 0, entries: 0 });
    expect(unwrap(await look()).profile.phone).toBe('+1');
  });

  it('for a refusal: one note at first, then a count', async () => {
    const { world, cost } = await counted();
    await world.own('c-1', 'dana');
    const refuse = () => world.as('eve').customers.update('c-1', { name: 'X' });
    within(await cost(refuse), 1, 1);
    expect(await cost(refuse)).toEqual({ commits: 1, documents: 1, rows: 0, entries: 0 });
  });
});
