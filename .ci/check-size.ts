/**
 * Bundles each public subpath on its own, with its dependencies and without `node:` and peers, and checks
 * how large it is and that it dragged in nothing it has no business with. What counts is what importing it
 * loads; areas that load on first use are printed beside it.
 */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
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
  // Most of it is the model and the policy, which a host that imports the root has already.
  'policy/presets/index': { kilobytes: 30, without: ['node:', 'eventemitter3'] },
  'ledger/index': { kilobytes: 14, without: ['node:', ...DEPENDENCIES] },
  'ports/index': { kilobytes: 1, without: ['node:', ...DEPENDENCIES] },
  'adapters/sqlite/index': { kilobytes: 10, without: DEPENDENCIES },
  'adapters/sql/index': { kilobytes: 20, without: DEPENDENCIES },
  'adapters/node/index': { kilobytes: 10, without: ['node:sqlite', ...DEPENDENCIES] },
  'adapters/webhook/index': { kilobytes: 3, without: ['node:', ...DEPENDENCIES] },
  'adapters/nats/index': { kilobytes: 5, without: ['node:', ...DEPENDENCIES] },
  'adapters/opentelemetry/index': { kilobytes: 3, without: ['node:', ...DEPENDENCIES] },
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
  const { kilobytes, later, found } = await measure(file);
  const stowaways = budget.without.filter((part) => found.some((path) => path.includes(part)));
  const fine = kilobytes <= budget.kilobytes && stowaways.length === 0;
  failed ||= !fine;
  const size = `${kilobytes.toFixed(1).padStart(5)} of ${String(budget.kilobytes).padStart(2)} kB gzipped`;
  const also = stowaways.map((name) => ` + ${name}`).join('');
  const onUse = later > 0 ? `, ${later.toFixed(1)} kB more on first use` : '';
  console.log(
    `${fine ? 'ok  ' : 'FAIL'} ${`gamekeeper${subpath.slice(1)}`.padEnd(20)} ${size}${onUse}${also}`,
  );
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

/** Size of what an entry loads, of what it loads later on demand, and everything that is part of it. */
async function measure(
  entry: string | { readonly contents: string; readonly resolveDir: string },
): Promise<{ kilobytes: number; later: number; found: string[] }> {
  const { metafile, outputFiles } = await build({
    ...(typeof entry === 'string' ? { entryPoints: [entry] } : { stdin: entry }),
    bundle: true,
    splitting: true,
    outdir: '.',
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
  const sizes = new Map(
    outputFiles.map(({ path, contents }) => [relative('.', path), gzipSync(contents, { level: 9 }).length]),
  );
  const [start] = outputFiles.filter(({ path }) => !/chunk-|-[A-Z0-9]{8}\.js$/.test(path));
  const first = new Set<string>();
  const open = [relative('.', start?.path ?? '')];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (first.has(name)) continue;
    first.add(name);
    for (const { path, kind } of metafile.outputs[name]?.imports ?? []) {
      if (kind === 'import-statement' && sizes.has(path)) open.push(path);
    }
  }
  const sum = (names: Iterable<string>): number =>
    [...names].reduce((total, name) => total + (sizes.get(name) ?? 0), 0) / 1000;
  return {
    kilobytes: sum(first),
    later: sum([...sizes.keys()].filter((name) => !first.has(name))),
    found,
  };
}
