/**
 * Bundles each public subpath on its own, with its dependencies and without `node:` and peers, and checks
 * how large it is and that it dragged in nothing it has no business with.
 */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

interface Budget {
  readonly kilobytes: number;
  /** Parts of paths of imports and of bundled files that must not occur. */
  readonly without: readonly string[];
}

const DEPENDENCIES = ['zod', 'date-fns', 'eventemitter3'];
const BUDGETS: Readonly<Record<string, Budget>> = {
  index: { kilobytes: 60, without: ['node:sqlite', 'node:assert'] },
  'ledger/index': { kilobytes: 13, without: ['node:', ...DEPENDENCIES] },
  'ports/index': { kilobytes: 1, without: ['node:', ...DEPENDENCIES] },
  'adapters/sqlite/index': { kilobytes: 10, without: DEPENDENCIES },
  'adapters/node/index': { kilobytes: 10, without: ['node:sqlite', ...DEPENDENCIES] },
  'testing/index': { kilobytes: 80, without: ['node:sqlite'] },
};

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly exports: Readonly<Record<string, { readonly import?: { readonly default: string } }>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
};

let failed = false;
for (const [subpath, target] of Object.entries(manifest.exports)) {
  const file = target.import?.default;
  if (file === undefined) continue;
  const budget = BUDGETS[file.replace(/^\.\/dist\/|\.js$/g, '')];
  if (budget === undefined) {
    failed = true;
    console.log(`FAIL gamekeeper${subpath.slice(1)}: no budget is set`);
    continue;
  }
  const { kilobytes, found } = await measure(file);
  const stowaways = budget.without.filter((part) => found.some((path) => path.includes(part)));
  const fine = kilobytes <= budget.kilobytes && stowaways.length === 0;
  failed ||= !fine;
  const size = `${kilobytes.toFixed(1).padStart(5)} of ${String(budget.kilobytes).padStart(2)} kB gzipped`;
  const also = stowaways.map((name) => ` + ${name}`).join('');
  console.log(`${fine ? 'ok  ' : 'FAIL'} ${`gamekeeper${subpath.slice(1)}`.padEnd(20)} ${size}${also}`);
}

/** What a page imports that verifies receipts and checkpoints: it must stay small though the subpath is larger. */
const PROOFS =
  'canonicalize, leafHash, nodeHash, rootOf, inclusionFault, consistencyFault, parseNote, noteFault, parseCheckpoint, disclosureDigest, proofFault';
const proofs = await measure({
  contents: `export { ${PROOFS} } from './dist/ledger/index.js';`,
  resolveDir: '.',
});
failed ||= proofs.kilobytes > 8;
console.log(
  `${proofs.kilobytes <= 8 ? 'ok  ' : 'FAIL'} ${'its proofs and notes'.padEnd(20)} ${proofs.kilobytes.toFixed(1).padStart(5)} of  8 kB gzipped`,
);
process.exitCode = failed ? 1 : 0;

/** Size of a bundle, and everything that went into it or is imported by it. */
async function measure(
  entry: string | { readonly contents: string; readonly resolveDir: string },
): Promise<{ kilobytes: number; found: string[] }> {
  const { metafile, outputFiles } = await build({
    ...(typeof entry === 'string' ? { entryPoints: [entry] } : { stdin: entry }),
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'node22',
    platform: 'node',
    external: Object.keys(manifest.peerDependencies ?? {}),
    metafile: true,
    logLevel: 'error',
  });
  const found = Object.values(metafile.outputs).flatMap(({ imports, inputs }) => [
    ...imports.map(({ path }) => path),
    ...Object.keys(inputs).filter((path) => (inputs[path]?.bytesInOutput ?? 0) > 0),
  ]);
  const bytes = gzipSync(outputFiles[0]?.contents ?? new Uint8Array(), { level: 9 }).length;
  return { kilobytes: bytes / 1000, found };
}
