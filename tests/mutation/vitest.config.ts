import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { plan } from './plan.ts';

const { codes, tests } = plan();
const harness = join(import.meta.dirname, 'harness.ts');

/** The sources with all their mutants in them, and tests that are kept to be run many times. */
export default defineConfig({
  plugins: [
    {
      name: 'mutants',
      enforce: 'pre',
      transform(text, id) {
        const path = id.split('?')[0] as string;
        if (tests.includes(path)) return text.replace("from 'vitest'", `from ${JSON.stringify(harness)}`);
        return codes.get(path) ?? null;
      },
    },
  ],
  test: {
    root: join(import.meta.dirname, '..', '..'),
    include: ['tests/mutation/run.ts'],
    testTimeout: 3_600_000,
    maxWorkers: 1,
    disableConsoleIntercept: true,
  },
});
