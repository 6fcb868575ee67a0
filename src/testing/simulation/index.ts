/** A world in one thread and under one seed: processes that crash, a network that loses, clocks that jump. */
export {
  createServer,
  type Fate,
  type FaultRates,
  type RemoteCall,
  type SimulatedServer,
} from './network.ts';
export { createProcess, PROCESS_GONE, type SimulatedProcess } from './process.ts';
export { remoteEventSink, remoteKeyStore, remoteNotifier, remoteSigner, remoteStore } from './remote.ts';
export { createSimulation, type Simulation, type SimulationOptions } from './simulation.ts';
