import { describe, expect, it } from 'vitest';
import { failureOf, type StoreHarness, storeCases } from '../../src/testing/index.ts';
import { saboteurs } from './saboteurs/index.ts';
import { type Opener, overKeys, overTables, wrapping } from './saboteurs/saboteur.ts';

/** A harness over handles that claim everything they have methods for, so that all clauses run. */
async function harnessOf(open: Opener): Promise<StoreHarness> {
  const handle = open();
  const capabilities = { durable: true, multiProcess: true, wholeTenants: 'purge' in handle() };
  const reopen = async () => ({ ...handle(), capabilities });
  return { store: await reopen(), reopen, close: async () => undefined };
}

function clauseOf(id: string): (typeof storeCases)[number] {
  const clause = storeCases.find((candidate) => candidate.id === id);
  if (clause === undefined) throw new Error(`there is no clause ${id}`);
  return clause;
}

// What the saboteurs are made of is sound: so it is the sabotage that is caught.
describe.each([
  ['a store in memory behind several handles', wrapping(() => ({}))],
  ['a store over keys', overKeys({})],
  ['a store over tables', overTables({})],
])('%s', (_, open) => {
  it.each(storeCases.map((clause) => [clause.id, clause] as const))('passes %s', async (_, clause) => {
    const claimed = clause.claim !== 'wholeTenants' || 'purge' in open()();
    expect(await clause.run(() => harnessOf(open))).toBe(claimed ? 'passed' : 'not-claimed');
  });
});

describe('the conformance suite catches a store that', () => {
  it.each(saboteurs.map(({ name, caughtBy, open }) => [name, caughtBy, open] as const))(
    '%s (%s)',
    async (_, caughtBy, open) => {
      const error: unknown = await clauseOf(caughtBy)
        .run(() => harnessOf(open))
        .catch((reason: unknown) => reason);
      expect(failureOf(error)?.clause).toBe(caughtBy);
    },
  );

  it('breaks any clause but the one on version and capabilities', () => {
    const caught = new Set(saboteurs.map(({ caughtBy }) => caughtBy));
    expect(storeCases.map(({ id }) => id).filter((id) => !caught.has(id))).toEqual(['ST-01']);
  });

  it('has no name twice', () => {
    const names = saboteurs.map(({ name }) => name);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });
});
