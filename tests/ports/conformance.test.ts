import { describe, it } from 'vitest';
import { manualClock } from '../../examples/demo/manual-clock.ts';
import { nodePrimitives, randomIds, systemClock } from '../../src/adapters/node/index.ts';
import {
  clockCases,
  hostStoreCases,
  idGeneratorCases,
  keyStoreCases,
  notifierCases,
  observerCases,
  primitivesCases,
  register,
  signerCases,
  sinkCases,
  transferCases,
} from '../../src/testing/index.ts';
import {
  ephemeralKeyStore,
  ephemeralSigner,
  localKeyStore,
  localSigner,
  memoryReceiver,
  webhookReceiver,
} from './harnesses.ts';
import { httpChannel, memoryChannel } from './http-transfer.ts';
import { memoryHostHarness } from './memory-host.ts';
import { gathered, logging, openTelemetryObserver, tracing } from './observers.ts';
import { boxed, boxSink, handlerReceiver, memorySinkReceiver } from './sink-box.ts';

const runner = { describe, it };

register(signerCases, runner, { name: 'the signer of ephemeralKeys', create: ephemeralSigner });
register(signerCases, runner, { name: 'the signer of localKeys', create: localSigner });
register(keyStoreCases, runner, { name: 'the key store of ephemeralKeys', create: ephemeralKeyStore });
register(keyStoreCases, runner, { name: 'the key store of localKeys', create: localKeyStore });
register(notifierCases, runner, { name: 'memoryNotifier', create: memoryReceiver });
register(notifierCases, runner, { name: 'webhook', create: webhookReceiver });
register(transferCases, runner, { name: 'memoryTransfer', create: memoryChannel });
register(transferCases, runner, { name: 'a channel over HTTP', create: httpChannel });
register(sinkCases, runner, { name: 'memorySink', create: memorySinkReceiver });
register(sinkCases, runner, { name: 'handlerSink', create: handlerReceiver });
// What the saboteurs are made of is sound: so it is the sabotage that is caught.
register(sinkCases, runner, { name: 'a sink on a box', create: boxed(boxSink) });
register(hostStoreCases, runner, { name: 'a store in a database in memory', create: memoryHostHarness() });
register(observerCases, runner, { name: 'openTelemetry', create: openTelemetryObserver });
register(observerCases, runner, { name: 'the observer that logs', create: logging });
register(observerCases, runner, { name: 'several observers as one', create: gathered });
register(observerCases, runner, { name: 'a small observer that follows works', create: tracing() });
register(primitivesCases, runner, { name: 'nodePrimitives', create: async () => nodePrimitives() });
register(clockCases, runner, { name: 'systemClock', create: async () => systemClock() });
register(clockCases, runner, {
  name: 'manualClock',
  create: async () => manualClock('2026-03-25T08:00:00.000Z'),
});
register(idGeneratorCases, runner, {
  name: 'randomIds',
  create: async () => randomIds(nodePrimitives()),
});
