import { afterAll, describe, it } from 'vitest';
import { register, storeCases } from '../../src/testing/index.ts';
import { type Engine, type EngineName, engineHarnesses, missing, startEngine } from './engines.ts';

const names: readonly EngineName[] = ['sqlite', 'pglite', 'postgresql', 'mariadb'];

const MARK = {
  id: 'ST-05',
  reason: 'its client drops a byte order mark at the beginning of a text; the store refuses such texts',
};

for (const name of names) {
  const reason = await missing(name);
  if (reason !== null) {
    describe.skip(`sql on ${name}: ${reason}`, () => it('is not there', () => undefined));
    continue;
  }
  const engine: Engine = await startEngine(name);
  afterAll(() => engine.end());
  register(
    storeCases,
    { describe, it },
    {
      name: `sql on ${name}`,
      create: engineHarnesses(() => engine),
      waivers: name === 'pglite' ? [MARK] : [],
    },
  );
}
