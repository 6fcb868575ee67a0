import type { ConformanceCase } from './conformance.ts';
import { commitCases } from './store-cases/commits.ts';
import { counterCases } from './store-cases/counters.ts';
import { handleCases } from './store-cases/handles.ts';
import { logCases } from './store-cases/logs.ts';
import { raceCases } from './store-cases/races.ts';
import { readCases } from './store-cases/reads.ts';
import { textCases } from './store-cases/texts.ts';
import type { StoreHarness } from './store-harness.ts';

/** The contract of the store port, clause by clause. A store that passes them all may be used. */
export const storeCases: readonly ConformanceCase<StoreHarness>[] = [
  ...textCases,
  ...commitCases,
  ...counterCases,
  ...raceCases,
  ...readCases,
  ...logCases,
  ...handleCases,
];
