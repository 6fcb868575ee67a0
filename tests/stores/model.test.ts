import { rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/adapters/memory/index.ts';
import { sqliteStoreAt } from '../../src/adapters/sqlite/sqlite-store.ts';
import type { TenantId } from '../../src/kernel/index.ts';
import type { CommitBatch, DocumentRef, Store } from '../../src/ports/index.ts';
import { modelStore } from '../../src/testing/model-store.ts';
import { temporaryFolder } from './harness.ts';

const folder = temporaryFolder();
// Answers are compared here, not durability: without flushes the same cases run 50 times faster.
const sqlite = sqliteStoreAt(join(folder, 'model.db'), 1000, 'OFF');
afterAll(() => {
  sqlite.close();
  rmSync(folder, { recursive: true, force: true });
});

const name = fc.constantFrom('a', 'A', 'a!', 'b');
const ref = fc.record({ collection: fc.constantFrom('c', 'C'), id: name });
const counterRef = fc.record({ collection: fc.constant('n'), id: fc.constantFrom('a', 'b') });
const anyRef = fc.oneof(ref, counterRef);
const version = fc.constantFrom('v1', 'v2');
const key = fc.record({ index: fc.constantFrom('i', 'j'), key: name });
const bound = fc.option(fc.integer({ min: -4, max: 4 }));
const limit = fc.integer({ min: 1, max: 5 });
const entry = fc.record({
  id: fc.integer({ min: 0, max: 30 }).map((at) => `e${at}`),
  subjects: fc.array(name, { maxLength: 3 }),
  leaf: fc.oneof(
    { weight: 9, arbitrary: fc.constant('{}') },
    { weight: 1, arbitrary: fc.constant('{"x":1}') },
  ),
  mac: fc.constant('m'),
});

const nameOf = ({ collection, id }: DocumentRef): string => `${collection} ${id}`;

const batch = fc
  .record({
    checks: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      {
        weight: 1,
        arbitrary: fc.array(fc.record({ ref: anyRef, version: fc.option(version) }), { maxLength: 2 }),
      },
    ),
    adds: fc.array(
      fc.record({
        ref: counterRef,
        by: fc.integer({ min: -3, max: 3 }),
        atMost: bound,
        atLeast: bound,
        version,
      }),
      { maxLength: 3 },
    ),
    puts: fc.uniqueArray(
      fc.record({
        ref,
        version,
        body: fc.string(),
        mac: fc.constant(''),
        keys: fc.array(key, { maxLength: 4 }),
      }),
      { maxLength: 3, selector: (put) => nameOf(put.ref) },
    ),
    deletes: fc.uniqueArray(anyRef, { maxLength: 2, selector: nameOf }),
    entries: fc.uniqueArray(entry, { maxLength: 2, selector: ({ id }) => id }),
  })
  .map((batch): CommitBatch => {
    const taken = new Set([...batch.puts, ...batch.adds].map((write) => nameOf(write.ref)));
    return { ...batch, deletes: batch.deletes.filter((deleted) => !taken.has(nameOf(deleted))) };
  });

const range = fc.record({
  index: fc.constantFrom('i', 'j', 'k'),
  from: fc.constantFrom('!', 'A', 'a', 'a!', 'b'),
  to: fc.constantFrom('a', 'a!', 'b', '~'),
  limit,
  after: fc.option(fc.record({ key: name, ref })),
  descending: fc.boolean(),
});
const query = fc.oneof(
  fc.record({ by: fc.constant('index' as const), from: fc.integer({ min: 0, max: 9 }), limit }),
  fc.record({
    by: fc.constant('id' as const),
    ids: fc.array(
      entry.map(({ id }) => id),
      { maxLength: 4 },
    ),
  }),
  fc.record({
    by: fc.constant('subject' as const),
    subject: name,
    after: fc.option(fc.integer({ min: 0, max: 9 })),
    limit,
    descending: fc.boolean(),
  }),
  fc.record({ by: fc.constant('staged' as const), limit }),
);

type Step = (store: Store, tenant: TenantId) => Promise<unknown>;

/** A step, and what to call it when it fails. */
function stepOf<Asked>(
  arbitrary: fc.Arbitrary<Asked>,
  run: (asked: Asked, ...on: Parameters<Step>) => Promise<unknown>,
) {
  return arbitrary.map((asked): readonly [string, Step] => [
    JSON.stringify(asked),
    (store, tenant) => run(asked, store, tenant),
  ]);
}

const steps: readonly fc.WeightedArbitrary<readonly [string, Step]>[] = [
  { weight: 8, arbitrary: stepOf(batch, (asked, store, tenant) => store.commit(tenant, asked)) },
  {
    weight: 2,
    arbitrary: stepOf(batch, async (asked, store, tenant) => {
      await store.commit(tenant, asked);
      return store.commit(tenant, asked);
    }),
  },
  {
    weight: 3,
    arbitrary: stepOf(
      fc.record({ beside: fc.constantFrom(0, 0, 0, 1), limit }),
      async (asked, store, tenant) => {
        const { size } = await store.sequence(tenant, { size: 0, limit: 0 });
        return store.sequence(tenant, { size: size + asked.beside, limit: asked.limit });
      },
    ),
  },
  { weight: 1, arbitrary: stepOf(fc.array(anyRef), (refs, store, tenant) => store.get(tenant, refs)) },
  {
    weight: 4,
    arbitrary: stepOf(
      fc.record({
        ranges: fc.array(range, { maxLength: 3 }),
        want: fc.constantFrom('refs' as const, 'documents' as const),
      }),
      (asked, store, tenant) => store.find(tenant, asked),
    ),
  },
  { weight: 4, arbitrary: stepOf(query, (asked, store, tenant) => store.readEntries(tenant, asked)) },
];

const outcomes = new Map<string, number>();

async function outcomeOf(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work;
  } catch {
    return 'rejected';
  }
}

describe('memory and SQLite', () => {
  it('answer any sequence of calls as the naive reference does', async () => {
    let run = 0;
    const scripts = fc.array(fc.oneof(...steps), { minLength: 5, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(scripts, async (calls) => {
        run += 1;
        const tenant = `tenant-${run}` as TenantId;
        const reference = modelStore();
        const memory = memoryStore();
        for (const [what, call] of calls) {
          const expected = await outcomeOf(call(reference, tenant));
          expect(await outcomeOf(call(memory, tenant)), `memory: ${what}`).toEqual(expected);
          expect(await outcomeOf(call(sqlite, tenant)), `sqlite: ${what}`).toEqual(expected);
          count(expected);
        }
      }),
      { numRuns: process.env.LONG === '1' ? 5000 : 300 },
    );
    console.log(`outcomes met: ${[...outcomes].map(([outcome, times]) => `${outcome} ${times}`).join(', ')}`);
    for (const outcome of [
      'committed',
      'repeated',
      'conflict',
      'bound',
      'rejected',
      'sequenced',
      'hits',
      'no hits',
    ]) {
      expect(outcomes.get(outcome), outcome).toBeGreaterThan(5);
    }
  });
});

/** Counts what kinds of answers the campaign met: one that meets only one kind has tested little. */
function count(answer: unknown): void {
  const { status, repeated } = answer as { status?: string; repeated?: boolean };
  const found = Array.isArray(answer) && answer.flat().length > 0 ? 'hits' : 'no hits';
  const outcome = answer === 'rejected' ? 'rejected' : repeated === true ? 'repeated' : (status ?? found);
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
}
