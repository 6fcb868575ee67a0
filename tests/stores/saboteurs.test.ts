import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/adapters/memory/index.ts';
import type { Store } from '../../src/ports/index.ts';
import { type StoreHarness, storeCases } from '../../src/testing/index.ts';
import type { Saboteur } from './saboteur.ts';
import { saboteursOfCommits } from './saboteurs-of-commits.ts';
import { saboteursOfHandles } from './saboteurs-of-handles.ts';
import { saboteursOfReads } from './saboteurs-of-reads.ts';

const saboteurs: readonly Saboteur[] = [...saboteursOfCommits, ...saboteursOfReads, ...saboteursOfHandles];

/** Handles over one store in memory that claim everything, so that all clauses run. */
async function create(sabotage: (inner: Store) => Store): Promise<StoreHarness> {
  const shared = memoryStore();
  const capabilities = { durable: true, multiProcess: true };
  const reopen = async (): Promise<Store> => ({ ...sabotage(shared), capabilities });
  return { store: await reopen(), reopen, close: async () => undefined };
}

function clauseOf(id: string): (typeof storeCases)[number] {
  const clause = storeCases.find((candidate) => candidate.id === id);
  if (clause === undefined) throw new Error(`there is no clause ${id}`);
  return clause;
}

describe('a sound store behind several handles', () => {
  it.each(storeCases.map((clause) => [clause.id, clause] as const))('passes %s', async (_, clause) => {
    await clause.run(() => create((inner) => inner));
  });
});

describe('the conformance suite catches a store that', () => {
  it.each(saboteurs.map((saboteur) => [saboteur.name, saboteur] as const))(
    '%s',
    async (_, { caughtBy, sabotage }) => {
      await expect(clauseOf(caughtBy).run(() => create(sabotage))).rejects.toThrow(caughtBy);
    },
  );

  it('breaks any clause but the one on version and capabilities', () => {
    const caught = new Set(saboteurs.map(({ caughtBy }) => caughtBy));
    expect(storeCases.map(({ id }) => id).filter((id) => !caught.has(id))).toEqual(['ST-01']);
  });
});
