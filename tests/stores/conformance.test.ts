import { afterAll, describe, it } from 'vitest';
import { register, storeCases } from '../../src/testing/index.ts';
import { memoryHarness, sqliteHarnesses } from './harness.ts';

const sqlite = sqliteHarnesses();
afterAll(sqlite.clean);

register(storeCases, { describe, it }, { name: 'memory', create: () => memoryHarness() });
register(storeCases, { describe, it }, { name: 'sqlite', create: sqlite.create });
