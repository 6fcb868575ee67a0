import { defineConfig } from 'tsup';

/** One entry for each public subpath; `package.json` maps the names. */
const subpaths = {
  index: 'src/index.ts',
  'policy/presets/index': 'src/policy/presets/index.ts',
  'adapters/sqlite/index': 'src/adapters/sqlite/index.ts',
  'adapters/sql/index': 'src/adapters/sql/index.ts',
  'adapters/node/index': 'src/adapters/node/index.ts',
  'adapters/webhook/index': 'src/adapters/webhook/index.ts',
  'adapters/nats/index': 'src/adapters/nats/index.ts',
  'adapters/opentelemetry/index': 'src/adapters/opentelemetry/index.ts',
  'ledger/index': 'src/ledger/index.ts',
  'ports/index': 'src/ports/index.ts',
  'testing/index': 'src/testing/index.ts',
};

const shared = {
  target: 'node22',
  splitting: true,
  sourcemap: true,
  treeshake: false,
  // esbuild would strip the `node:` prefix, and `node:sqlite` exists only with it.
  removeNodeProtocol: false,
} as const;

// The builds run at once into one folder, so none of them may clean it: `prebuild` does.
export default defineConfig([
  // The command line shares the chunks of the library instead of holding a second copy.
  { ...shared, entry: { ...subpaths, 'cli/main': 'src/cli/main.ts' }, format: 'esm' },
  { ...shared, entry: subpaths, format: 'cjs' },
  // Types once, for both formats.
  { ...shared, entry: subpaths, format: ['esm', 'cjs'], dts: { only: true } },
]);
