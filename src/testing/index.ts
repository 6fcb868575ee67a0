/** For authors of adapters and for hosts: contracts as test suites, and stores that fail on purpose. */
export {
  type ConformanceCase,
  type ConformanceOptions,
  register,
  type TestRunner,
  type Waiver,
} from './conformance.ts';
export {
  type CountingStore,
  delaying,
  failing,
  type StoreFault,
  type StoreFaultPlan,
  type StoreMethod,
} from './faults.ts';
export { storeCases } from './store-cases.ts';
export type { StoreHarness } from './store-harness.ts';
