import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Examples import the package by its name, and are tested on what stands here.
  resolve: {
    alias: [
      { find: /^gamekeeper\/(node|sql)$/, replacement: `${import.meta.dirname}/src/adapters/$1/index.ts` },
      { find: /^gamekeeper$/, replacement: `${import.meta.dirname}/src/index.ts` },
    ],
  },
  test: {
    include: ['tests/**/*.test.ts'],
    reporters: ['default', './tests/plain-reporter.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    typecheck: { enabled: true, include: ['tests/**/*.test-d.ts'], tsconfig: './tsconfig.json' },
    coverage: { provider: 'v8', include: ['src/**'], reporter: ['text', 'json-summary'] },
  },
});
