import { describe, it } from 'vitest';
import { register, storeCases } from '../../src/testing/index.ts';
import { describeEngines, ENGINES, engineHarnesses } from './engines.ts';

const MARK = {
  id: 'ST-05',
  reason: 'its client drops a byte order mark at the beginning of a text; the store refuses such texts',
};

await describeEngines('the contract', ENGINES, (engine) => {
  register(
    storeCases,
    { describe, it },
    {
      name: 'sqlStore',
      create: engineHarnesses(engine),
      waivers: engine.name === 'pglite' ? [MARK] : [],
    },
  );
});
