import { describe, it } from 'vitest';
import { manualClock } from '../../examples/demo/manual-clock.ts';
import { nodePrimitives, randomIds, systemClock } from '../../src/adapters/node/index.ts';
import {
  clockCases,
  idGeneratorCases,
  keyStoreCases,
  notifierCases,
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
