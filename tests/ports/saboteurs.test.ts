import { describe, expect, it } from 'vitest';
import {
  type ConformanceCase,
  clockCases,
  failureOf,
  hostStoreCases,
  idGeneratorCases,
  keyStoreCases,
  notifierCases,
  observerCases,
  primitivesCases,
  signerCases,
  sinkCases,
  transferCases,
} from '../../src/testing/index.ts';
import { saboteursOfSinks } from './saboteurs/event-sinks.ts';
import { saboteursOfHostStores } from './saboteurs/host-stores.ts';
import { type PortSaboteur, saboteursOfKeyStores, saboteursOfSigners } from './saboteurs/keys.ts';
import { saboteursOfObservers } from './saboteurs/observers.ts';
import {
  saboteursOfClocks,
  saboteursOfIds,
  saboteursOfNotifiers,
  saboteursOfPrimitives,
} from './saboteurs/others.ts';
import { saboteursOfTransfers } from './saboteurs/transfers.ts';

function catches<Subject>(
  name: string,
  cases: readonly ConformanceCase<Subject>[],
  saboteurs: readonly PortSaboteur<Subject>[],
): void {
  describe(`the suite for ${name} catches one that`, () => {
    it.each(saboteurs.map(([caughtBy, what, create]) => [what, caughtBy, create] as const))(
      '%s (%s)',
      async (_, caughtBy, create) => {
        const clause = cases.find(({ id }) => id === caughtBy) as ConformanceCase<Subject>;
        const error: unknown = await clause.run(create).catch((reason: unknown) => reason);
        expect(failureOf(error)?.clause, String(error)).toBe(caughtBy);
      },
    );

    it('breaks any clause', () => {
      const caught = new Set(saboteurs.map(([caughtBy]) => caughtBy));
      expect(cases.map(({ id }) => id).filter((id) => !caught.has(id))).toEqual([]);
    });
  });
}

catches('signers', signerCases, saboteursOfSigners);
catches('key stores', keyStoreCases, saboteursOfKeyStores);
catches('sinks of events', sinkCases, saboteursOfSinks);
catches('notifiers', notifierCases, saboteursOfNotifiers);
catches('channels', transferCases, saboteursOfTransfers);
catches('primitives', primitivesCases, saboteursOfPrimitives);
catches('clocks', clockCases, saboteursOfClocks);
catches('makers of ids', idGeneratorCases, saboteursOfIds);
catches('stores that join', hostStoreCases, saboteursOfHostStores);
catches('observers', observerCases, saboteursOfObservers);
