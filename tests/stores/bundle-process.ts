import { basename, join } from 'node:path';
import { build } from 'esbuild';

const CLASSIC_LEVEL = join(import.meta.dirname, '../../node_modules/classic-level/index.js');

/** Bundles a script into one file: a process that starts in a tenth of a second is killed more often in a minute. */
export async function bundleProcess(script: string, folder: string): Promise<string> {
  const outfile = join(folder, basename(script).replace(/ts$/, 'mjs'));
  await build({
    entryPoints: [script],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    // The native part of classic-level is found from where it lies; that of pg is optional, and not there.
    alias: { 'classic-level': CLASSIC_LEVEL },
    external: [CLASSIC_LEVEL, 'pg-native'],
    // Drivers that are no modules ask for parts of Node this way.
    banner: {
      js: `import { createRequire } from 'node:module'; const require = createRequire('${outfile}');`,
    },
    logLevel: 'error',
  });
  return outfile;
}
