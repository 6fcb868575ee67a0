/** For authors of adapters and for hosts: contracts as test suites, and stores that fail on purpose. */
export { type ClauseFailure, type ConformanceCase, failureOf } from './conformance.ts';
export { type CrashLoad, type Survivors, survivorsIn, writeCrashLoad } from './crash-load.ts';
export type { Dice } from './dice.ts';
export {
  type CountingStore,
  delaying,
  failing,
  type StoreFault,
  type StoreFaultPlan,
  type StoreMethod,
} from './faults.ts';
export { clockCases, idGeneratorCases } from './port-cases/clocks.ts';
export type { SinkHarness, SinkReceiverState } from './port-cases/event-sink-harness.ts';
export { sinkCases } from './port-cases/event-sinks.ts';
export type { HostStoreHarness } from './port-cases/host-store-harness.ts';
export { hostStoreCases } from './port-cases/host-stores.ts';
export { type KeyStoreHarness, keyStoreCases } from './port-cases/key-stores.ts';
export { type NotifierHarness, notifierCases, type ReceiverState } from './port-cases/notifiers.ts';
export { type ObserverHarness, observerCases } from './port-cases/observers.ts';
export { primitivesCases } from './port-cases/primitives.ts';
export { type SignerHarness, signerCases } from './port-cases/signers.ts';
export { type TransferHarness, transferCases } from './port-cases/transfers.ts';
export {
  createProcess,
  createServer,
  createSimulation,
  type Fate,
  type FaultRates,
  PROCESS_GONE,
  type RemoteCall,
  remoteEventSink,
  remoteKeyStore,
  remoteNotifier,
  remoteSigner,
  remoteStore,
  type SimulatedProcess,
  type SimulatedServer,
  type Simulation,
  type SimulationOptions,
} from './simulation/index.ts';
export { randomStoreCases, storeCases } from './store-cases.ts';
export type { StoreHarness } from './store-harness.ts';
export {
  type ClauseOutcome,
  type ClauseReport,
  type ConformanceOptions,
  type ConformanceReport,
  register,
  renderReport,
  runSuite,
  type SkipContext,
  type TestRunner,
  type Waiver,
} from './suite.ts';
