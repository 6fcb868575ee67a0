import type { ConformanceCase } from './conformance.ts';
import { commitCases } from './store-cases/commits.ts';
import { counterCases } from './store-cases/counters.ts';
import { documentCases } from './store-cases/documents.ts';
import { handleCases } from './store-cases/handles.ts';
import { indexCases } from './store-cases/indexes.ts';
import { logCases } from './store-cases/logs.ts';
import { momentCases } from './store-cases/moments.ts';
import { nameCases } from './store-cases/names.ts';
import { raceCases } from './store-cases/races.ts';
import { type RandomPlan, randomCases, SHORT_PLAN } from './store-cases/random.ts';
import { repetitionCases } from './store-cases/repetitions.ts';
import { restartCases } from './store-cases/restarts.ts';
import { sizeCases } from './store-cases/sizes.ts';
import { tenantCases } from './store-cases/tenants.ts';
import { textCases } from './store-cases/texts.ts';
import { wholeTenantCases } from './store-cases/whole-tenants.ts';
import type { StoreHarness } from './store-harness.ts';

/** The contract of the store port, clause by clause. A store that passes them all may be used. */
export const storeCases: readonly ConformanceCase<StoreHarness>[] = [
  ...textCases,
  ...nameCases,
  ...tenantCases,
  ...sizeCases,
  ...commitCases,
  ...repetitionCases,
  ...counterCases,
  ...raceCases,
  ...documentCases,
  ...momentCases,
  ...indexCases,
  ...logCases,
  ...handleCases,
  ...restartCases,
  ...randomCases(SHORT_PLAN),
  ...wholeTenantCases,
].toSorted((left, right) => numberOf(left.id) - numberOf(right.id));

/**
 * The random clauses once more, with another seed or with more of everything: for a campaign over night.
 *
 * @param plan What is left out stays as in `storeCases`.
 */
export function randomStoreCases(plan: Partial<RandomPlan>): readonly ConformanceCase<StoreHarness>[] {
  return randomCases({ ...SHORT_PLAN, ...plan });
}

function numberOf(id: string): number {
  return Number(id.slice(id.indexOf('-') + 1));
}
