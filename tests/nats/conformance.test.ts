import { describe, it } from 'vitest';
import { register, sinkCases } from '../../src/testing/index.ts';
import { missingNats, natsReceiver } from './server.ts';

const reason = await missingNats();
register(
  sinkCases,
  { describe: reason === null ? describe : describe.skip, it },
  { name: 'natsSink', create: natsReceiver },
);
